import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.channels.ingress import Ingress
from bot.channels.outage import Outage
from bot.channels.polling import ALLOWED_UPDATES, Polling
from bot.channels.updates import Raw
from bot.emulator import VirtualClock, World
from bot.emulator.faults import Cut, Fault, Refuse, ServerError, TooMany
from bot.emulator.records import Webhook
from bot.errors import ChannelError, StoreError
from bot.intake.incoming import Incoming
from tests.channels.line import Pauses, emulated, listening, polled, until
from tests.channels.made_up import StandIn, message


def world() -> World:
    return World(VirtualClock())


def shown(one: World) -> int:
    return len(one.asked("sendMessage"))


def test_messages_are_fetched_answered_and_confirmed() -> None:
    async def run() -> None:
        one, intake = world(), StandIn()
        person = one.user()
        async with emulated(one) as url, polled(one, url, intake) as line:
            person.send("first")
            await until(lambda: shown(one) == 1)
            person.send("second")
            await until(lambda: shown(one) == 2)
            await line.stop()
            assert one.updates.pending() == ()
        assert [delivery.sent for delivery in intake.deliveries] == [{1: 2}, {1: 4}]

    asyncio.run(run())


def test_only_what_is_needed_is_asked_for() -> None:
    async def run() -> None:
        one = world()
        async with emulated(one) as url, polled(one, url, StandIn()):
            await until(lambda: one.updates.kinds is not None)
            assert one.updates.kinds == frozenset(ALLOWED_UPDATES)
            assert set(ALLOWED_UPDATES) == {"message", "edited_message", "callback_query", "my_chat_member"}

    asyncio.run(run())


def test_nothing_is_confirmed_before_it_is_committed() -> None:
    async def run() -> None:
        one, hold = world(), asyncio.Event()

        async def wait(_: Incoming) -> None:
            await hold.wait()

        person = one.user()
        person.send("first")
        person.send("second")
        intake = StandIn(before=wait)
        async with emulated(one) as url, polled(one, url, intake) as line:
            await until(lambda: intake.came)
            assert len(one.updates.pending()) == 2
            hold.set()
            await line.stop()
            assert len(intake.committed) == 2
            assert one.updates.pending() == ()

    asyncio.run(run())


def test_a_process_that_dies_in_the_middle_loses_nothing() -> None:
    async def run() -> None:
        one = world()
        person = one.user()
        posted = [person.send(str(number)).update_id for number in range(5)]
        reached, never = asyncio.Event(), asyncio.Event()

        async def die(incoming: Incoming) -> None:
            if incoming.update_id == posted[2]:
                reached.set()
                await never.wait()

        async with emulated(one) as url:
            dying = StandIn(before=die)

            async def first_life() -> None:
                async with polled(one, url, dying):
                    await never.wait()

            life = asyncio.create_task(first_life())
            await reached.wait()
            life.cancel()
            await asyncio.wait({life})
            assert dying.committed == posted[:2]
            second = StandIn()
            async with polled(one, url, second):
                await until(lambda: len(second.committed) >= 3)
            assert set(dying.committed) | set(second.committed) == set(posted)

    asyncio.run(run())


def test_stopping_commits_what_was_fetched_and_asks_for_no_more() -> None:
    async def run() -> None:
        one, hold = world(), asyncio.Event()

        async def wait(_: Incoming) -> None:
            await hold.wait()

        person = one.user()
        person.send("before")
        intake = StandIn(before=wait)
        async with emulated(one) as url, polled(one, url, intake) as line:
            await until(lambda: intake.came)
            stopping = asyncio.create_task(line.stop())
            await asyncio.sleep(0.01)
            late = person.send("after").update_id
            hold.set()
            await stopping
            assert len(intake.committed) == 1
            assert [update.update_id for update in one.updates.pending()] == [late]

    asyncio.run(run())


def test_one_forward_that_no_library_reads_stops_nobody() -> None:
    async def run() -> None:
        one, intake = world(), StandIn()
        sender, other = one.user(), one.user()
        async with emulated(one) as url, polled(one, url, intake):
            sender.forward("They came at night.", sender=None)
            one.inject({"telepathy": {"text": "x"}})
            one.inject({"message": {"text": "no chat"}})
            other.send("hello")
            await until(lambda: len(intake.came) == 2)
            await until(lambda: not one.updates.pending())

    asyncio.run(run())


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (Cut(), 0.5),
        (ServerError(status=502), 0.5),
        (ServerError(status=500), 0.5),
        (TooMany(retry_after=17), 17.0),
        (Refuse(code=409, description="Conflict: terminated by other getUpdates request"), 5.0),
    ],
)
def test_trouble_is_waited_out(fault: Fault, pause: float) -> None:
    async def run() -> None:
        one, intake = world(), StandIn()
        one.fail("getUpdates", fault)
        async with emulated(one) as url, polled(one, url, intake) as line:
            one.user().send("x")
            await until(lambda: shown(one) == 1)
            assert line.pauses.seconds == [pause]

    asyncio.run(run())


def test_waits_grow_and_begin_anew_after_success() -> None:
    async def run() -> None:
        one = world()
        one.fail("getUpdates", Cut(), times=9)
        async with emulated(one) as url, polled(one, url, StandIn()) as line:
            one.user().send("x")
            await until(lambda: shown(one) == 1)
            assert line.pauses.seconds == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
            one.fail("getUpdates", Cut())
            one.user().send("x")
            await until(lambda: shown(one) == 2)
            one.user().send("x")
            await until(lambda: shown(one) == 3)
            assert line.pauses.seconds[9:] == [0.5]

    asyncio.run(run())


@pytest.mark.parametrize("code", [401, 404])
def test_a_refused_token_ends_the_polling_with_one_line_that_does_not_show_it(code: int) -> None:
    async def run() -> None:
        one = world()
        one.fail("getUpdates", Refuse(code=code, description="Unauthorized"))
        async with emulated(one) as url, Ingress(never) as ingress:
            polling = Polling(
                token=one.token,
                api=url,
                ingress=ingress,
                setting="PANOH_DEFENDER_TOKEN",
                outage=outage(one),
                pause=Pauses(),
            )
            with pytest.raises(ChannelError, match="PANOH_DEFENDER_TOKEN") as caught:
                await polling.run()
        error: BaseException | None = caught.value
        while error is not None:
            assert one.token not in repr(error)
            error = error.__cause__ or error.__context__

    asyncio.run(run())


async def never(raw: Raw, committed: Callable[[], None]) -> None:
    raise AssertionError


def outage(one: World) -> Outage:
    async def after() -> None:
        raise AssertionError

    return Outage(now=one.now, after=after)


def test_a_webhook_left_from_before_is_removed_and_its_updates_are_not_lost() -> None:
    async def run() -> None:
        one, intake = world(), StandIn()
        one.user().send("waiting")
        async with emulated(one) as url:
            one.webhook = Webhook(url="http://127.0.0.1:9/gone")
            async with polled(one, url, intake):
                await until(lambda: shown(one) == 1)
                assert one.webhook is None

    asyncio.run(run())


def test_a_webhook_set_meanwhile_is_removed_again() -> None:
    async def run() -> None:
        one, intake = world(), StandIn()
        async with emulated(one) as url, polled(one, url, intake) as line:
            one.user().send("before")
            await until(lambda: shown(one) == 1)
            one.webhook = Webhook(url="http://127.0.0.1:9/gone")
            one.user().send("after")
            await until(lambda: shown(one) == 2)
            assert line.pauses.seconds == [5.0]

    asyncio.run(run())


def test_the_offset_is_sent_only_to_confirm() -> None:
    async def run() -> None:
        async with answering(batch(message(900, text="x")), batch(), batch(message(4, text="x"))) as (url, asked):
            intake = StandIn()
            async with polled(world(), url, intake):
                await until(lambda: len(asked) > 4)
        assert intake.committed == [900, 4]
        assert [wanted.get("offset") for wanted in asked[:5]] == [None, 901, None, 5, None]

    asyncio.run(run())


def test_a_failing_database_moves_the_offset_only_past_what_is_committed() -> None:
    async def run() -> None:
        one = world()
        first, second = one.user(), one.user()
        waiting: list[bool] = []

        async def fail(incoming: Incoming) -> None:
            if incoming.chat == first.user_id and len(waiting) < 6:
                waiting.append(kept in {update.update_id for update in one.updates.pending()})
                raise StoreError("disk full")

        intake = StandIn(before=fail)
        kept = first.send("kept waiting").update_id
        second.send("passes")
        async with emulated(one) as url, polled(one, url, intake):
            await until(lambda: len(intake.committed) == 2)
            await until(lambda: not one.updates.pending())
        assert waiting == [True] * 6
        assert intake.committed[-1] == kept

    asyncio.run(run())


def test_numbers_that_begin_anew_lower_are_fetched() -> None:
    async def run() -> None:
        one, intake = world(), StandIn()
        async with emulated(one) as url, polled(one, url, intake):
            one.user().send("before")
            await until(lambda: shown(one) == 1)
            await until(lambda: not one.updates.pending())
        one.updates.rebase(17)
        async with emulated(one) as url, polled(one, url, intake):
            one.user().send("after a quiet week")
            await until(lambda: shown(one) == 2)
            assert intake.committed[-1] == 17

    asyncio.run(run())


def test_an_outage_of_more_than_150_seconds_asks_again_after_the_backlog() -> None:
    async def run() -> None:
        clock = VirtualClock()
        one, intake = World(clock), StandIn()
        person = one.user()
        async with emulated(one) as url:
            async with polled(one, url, intake) as line:
                person.send("before")
                await until(lambda: shown(one) == 1)
                assert line.asked_again == []
            person.send("while nobody served")
            person.send("and more")
            clock.advance(seconds=200)
            async with polled(one, url, intake) as line:
                await until(lambda: line.asked_again)
                assert line.asked_again == [3]

    asyncio.run(run())


@asynccontextmanager
async def answering(*bodies: bytes) -> AsyncIterator[tuple[str, list[Raw]]]:
    """A server that answers getUpdates with these bytes, one after the other, and remembers what was asked."""
    left, asked = list(bodies), list[Raw]()

    async def answer(request: web.Request) -> web.Response:
        if not request.path.endswith("/getUpdates"):
            return web.json_response({"ok": True, "result": True})
        asked.append(await request.json())
        if not left:
            await asyncio.sleep(0.01)
            return web.json_response({"ok": True, "result": []})
        return web.Response(body=left.pop(0), content_type="application/json")

    application = web.Application()
    application.router.add_post("/{token}/{method}", answer)
    async with listening(application) as url:
        yield url, asked


def batch(*raws: object) -> bytes:
    return json.dumps({"ok": True, "result": raws}).encode()


def test_an_answer_that_is_no_json_is_passed_by_one_update_at_a_time() -> None:
    async def run() -> None:
        garbled = b'{"ok":true,"result":[{"update_id":5,"message":{"text":' + b"[" * 100_000
        bodies = (garbled, batch(message(4, text="x")), garbled, batch(message(6, text="x")))
        async with answering(*bodies) as (url, asked):
            one, intake = world(), StandIn()
            async with polled(one, url, intake):
                await until(lambda: len(asked) > 6)
        assert intake.committed == [4, 6]
        assert [(wanted["limit"], wanted.get("offset")) for wanted in asked[:4]] == [
            (100, None), (1, None), (100, 5), (1, 5),
        ]  # fmt: skip

    asyncio.run(run())


def test_a_number_too_long_for_python_spoils_its_own_update_only() -> None:
    async def run() -> None:
        body = batch(message(1, text="x"), "HERE", message(3, text="x"), 17, None)
        body = body.replace(b'"HERE"', b'{"update_id":2,"message":{"date":' + b"9" * 5000 + b"}}")
        async with answering(body) as (url, asked):
            intake = StandIn()
            async with polled(world(), url, intake):
                await until(lambda: len(asked) > 2)
        assert intake.committed == [1, 3]
        assert asked[1]["offset"] == 4

    asyncio.run(run())


def test_no_token_chat_or_text_gets_into_any_log_record(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> str:
        one, intake = world(), StandIn()
        person = one.user()
        async with emulated(one) as url, polled(one, url, intake):
            one.fail("getUpdates", Cut())
            person.send("secret words")
            await until(lambda: shown(one) == 1)
            one.inject({"message": {"text": "secret words", "chat": {"id": person.user_id}}})
            await until(lambda: not one.updates.pending())
        return one.token

    with caplog.at_level(logging.DEBUG):
        token = asyncio.run(run())
    records = [record for record in caplog.records if not record.name.startswith("aiohttp.access")]
    written = " ".join(f"{record.getMessage()} {vars(record)}" for record in records)
    assert "PollFailed" in written
    for secret in (token, token.split(":")[1], "5000001", "secret words"):
        assert secret not in written
