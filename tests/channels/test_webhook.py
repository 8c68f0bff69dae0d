import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.channels.defender.sender import connect
from bot.channels.defender.webhook import BODY_BYTES, SECRET_HEADER, Webhook, register
from bot.channels.ingress import Ingress
from bot.channels.outage import Outage
from bot.channels.updates import Raw
from bot.emulator import VirtualClock, World
from bot.emulator.faults import Refuse
from bot.errors import ChannelError, StoreError
from bot.intake.incoming import Incoming
from tests.channels.line import SECRET, client, emulated, hooked, listening, until
from tests.channels.made_up import StandIn, message

GOOD = json.dumps(message(text="x")).encode()


class Mouth:
    """A webhook with nothing but a counter behind it."""

    def __init__(self) -> None:
        self.taken: list[Raw] = []
        self.broken: Exception | None = None

    async def on_update(self, raw: Raw, committed: Callable[[], None]) -> None:
        if self.broken is not None:
            raise self.broken
        self.taken.append(raw)
        committed()


@asynccontextmanager
async def mouth() -> AsyncIterator[tuple[Mouth, Callable[..., object]]]:
    one = Mouth()

    async def after() -> None:
        raise AssertionError

    async with Ingress(one.on_update) as ingress, aiohttp.ClientSession() as session:
        webhook = Webhook(secret=SECRET, ingress=ingress, outage=Outage(now=VirtualClock(), after=after))
        async with listening(webhook.application("/hook")) as url:

            async def post(body: bytes = GOOD, secret: str | None = SECRET, method: str = "POST") -> int:
                headers = {SECRET_HEADER: secret} if secret is not None else {}
                async with session.request(method, f"{url}/hook", data=io.BytesIO(body), headers=headers) as response:
                    assert await response.read() in (b"", b"405: Method Not Allowed")
                    return response.status

            yield one, post


@pytest.mark.parametrize(
    ("body", "secret", "status"),
    [
        (GOOD, SECRET, 200),
        (GOOD, None, 403),
        (GOOD, "", 403),
        (GOOD, SECRET + "x", 403),
        (GOOD, "ключ", 403),
        (b"", SECRET, 400),
        (b"no json", SECRET, 400),
        (b"\xff\xfe", SECRET, 400),
        (b"[" * 100_000, SECRET, 400),
        (b"[1, 2]", SECRET, 400),
        (b'{"message": {}}', SECRET, 400),
        (b'{"update_id": ' + b"9" * 5000 + b"}", SECRET, 400),
        (b" " * (BODY_BYTES + 1), SECRET, 413),
    ],
    ids=range(13),
)
def test_only_updates_with_the_secret_are_taken(body: bytes, secret: str | None, status: int) -> None:
    async def run() -> None:
        async with mouth() as (one, post):
            assert await post(body, secret) == status  # type: ignore[misc]
            assert len(one.taken) == (status == 200)

    asyncio.run(run())


def test_nothing_but_post_is_answered() -> None:
    async def run() -> None:
        async with mouth() as (_, post):
            assert await post(method="GET") == 405  # type: ignore[misc]

    asyncio.run(run())


def test_what_could_not_be_committed_is_to_be_delivered_again() -> None:
    async def run() -> None:
        async with mouth() as (one, post):
            one.broken = StoreError("disk full")
            assert await post() == 503  # type: ignore[misc]
            one.broken = None
            assert await post() == 200  # type: ignore[misc]
            assert len(one.taken) == 1

    asyncio.run(run())


def test_what_fails_by_itself_is_set_aside_and_confirmed() -> None:
    async def run() -> None:
        async with mouth() as (one, post):
            one.broken = RuntimeError()
            assert await post() == 200  # type: ignore[misc]

    asyncio.run(run())


def test_the_messenger_delivers_by_webhook_and_people_are_answered() -> None:
    async def run() -> None:
        world, intake = World(VirtualClock()), StandIn()
        people = [world.user() for _ in range(3)]
        async with emulated(world) as url, hooked(world, url, intake):
            assert world.webhook is not None
            assert world.updates.kinds == frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
            for person in people:
                person.send("one")
                person.send("two")
            await until(lambda: not world.updates.pending())
            await until(lambda: len(intake.deliveries) == 6)
            assert all(len([shown for shown in person.screen() if not shown.incoming]) == 2 for person in people)

    asyncio.run(run())


def test_one_broken_forward_stops_neither_its_own_chat_nor_others() -> None:
    async def run() -> None:
        world, intake = World(VirtualClock()), StandIn()
        sender, other = world.user(), world.user()
        async with emulated(world) as url, hooked(world, url, intake):
            sender.forward("They came at night.", sender=None)
            sender.send("after it")
            other.send("x")
            await until(lambda: len(intake.committed) == 3)

    asyncio.run(run())


def test_while_the_database_fails_the_messenger_keeps_the_update() -> None:
    async def run() -> None:
        world, broken = World(VirtualClock()), True

        async def fail(_: Incoming) -> None:
            if broken:
                raise StoreError("disk full")

        intake = StandIn(before=fail)
        async with emulated(world) as url, hooked(world, url, intake):
            world.user().send("x")
            await until(lambda: len(intake.came) > 4)
            assert len(world.updates.pending()) == 1
            broken = False
            await until(lambda: not world.updates.pending())
            assert len(intake.committed) == 1

    asyncio.run(run())


def test_an_outage_shows_in_late_messages_and_is_asked_about_once() -> None:
    async def run() -> None:
        clock = VirtualClock()
        world, intake = World(clock), StandIn()
        person = world.user()
        person.send("one")
        person.send("two")
        clock.advance(seconds=200)
        async with emulated(world) as url, hooked(world, url, intake) as line:
            await until(lambda: len(intake.committed) == 2 and line.asked_again)
            person.send("three")
            await until(lambda: len(intake.committed) == 3)
            assert len(line.asked_again) == 1

    asyncio.run(run())


def test_an_address_the_messenger_does_not_take_is_said_in_one_line() -> None:
    async def run() -> None:
        world = World(VirtualClock())
        async with emulated(world) as url, client(world, url) as telegram:
            world.fail("setWebhook", Refuse(code=400, description="Bad Request: bad webhook"))
            with pytest.raises(ChannelError, match="PANOH_WEBHOOK_URL") as caught:
                await register(telegram, url="https://intake.example/hook", secret=SECRET)
            assert caught.value.__context__ is None
            await register(telegram, url="https://intake.example/hook", secret=SECRET)
            (_, taken) = world.asked("setWebhook")
            assert str(taken.parameters.get("drop_pending_updates")).lower() in {"none", "false"}

    asyncio.run(run())


def test_a_messenger_that_cannot_be_reached_is_said_in_one_line() -> None:
    async def run() -> None:
        telegram = connect(World(VirtualClock()).token, "http://127.0.0.1:9")
        try:
            with pytest.raises(ChannelError):
                await register(telegram, url="https://intake.example/hook", secret=SECRET)
        finally:
            await telegram.session.close()

    asyncio.run(run())
