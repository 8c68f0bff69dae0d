import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.emulator import VirtualClock, World
from tests.emulator.running import run, wired


@pytest.fixture
def world() -> World:
    return World(VirtualClock())


class Receiver:
    """Takes updates, answers with what `answers` says, and remembers everything."""

    def __init__(self, *answers: web.Response | None) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.release = asyncio.Event()
        self.arrived = asyncio.Condition()
        self._answers = list(answers)

    async def take(self, request: web.Request) -> web.Response:
        answer = self._answers.pop(0) if self._answers else web.Response()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        async with self.arrived:
            self.got.append(await request.json())
            self.arrived.notify_all()
        if answer is None:
            await self.release.wait()
            return web.Response()
        return answer

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with self.arrived:
            await self.arrived.wait_for(holds)


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site.port}/hook"
    finally:
        await runner.cleanup()


def test_updates_are_posted_with_the_secret_and_forgotten_after_a_2xx(world: World) -> None:
    person = world.user()

    async def test() -> None:
        receiver = Receiver()
        async with receiving(receiver) as url, wired(world) as wire:
            await wire.done("setWebhook", url=url, secret_token="made_up-1")
            person.send("one")
            person.send("two")
            await receiver.until(lambda: len(receiver.got) == 2)
            await wire.server.until(lambda: not world.updates.pending())
        assert receiver.texts == ["one", "two"]
        assert receiver.secrets == ["made_up-1", "made_up-1"]

    run(test())


def test_the_next_of_a_chat_comes_only_after_the_one_before_was_taken(world: World) -> None:
    slow, quick = world.user("Slow"), world.user("Quick")

    async def test() -> None:
        receiver = Receiver(None)
        async with receiving(receiver) as url, wired(world) as wire:
            await wire.done("setWebhook", url=url)
            slow.send("first")
            await receiver.until(lambda: len(receiver.got) == 1)
            slow.send("second")
            quick.send("of another chat")
            await receiver.until(lambda: len(receiver.got) == 2)
            assert receiver.texts == ["first", "of another chat"]
            receiver.release.set()
            await receiver.until(lambda: len(receiver.got) == 3)
            assert receiver.texts[2] == "second"

    run(test())


def test_what_was_refused_comes_again_before_anything_else_of_its_chat(world: World) -> None:
    person = world.user()

    async def test() -> None:
        receiver = Receiver(web.Response(status=500), web.Response(status=302))
        async with receiving(receiver) as url, wired(world) as wire:
            await wire.done("setWebhook", url=url)
            person.send("one")
            person.send("two")
            await receiver.until(lambda: len(receiver.got) == 4)
            assert receiver.texts == ["one", "one", "one", "two"]
            info = await wire.done("getWebhookInfo")
            assert info["last_error_message"] == "Wrong response from the webhook: 302"

    run(test())


def test_what_is_too_old_is_not_repeated(world: World) -> None:
    clock = world.now
    assert isinstance(clock, VirtualClock)
    person = world.user()

    async def test() -> None:
        receiver = Receiver(*[web.Response(status=500) for _ in range(1000)])
        async with receiving(receiver) as url, wired(world) as wire:
            await wire.done("setWebhook", url=url)
            person.send("old")
            await receiver.until(lambda: len(receiver.got) == 1)
            clock.advance(hours=25)
            person.send("new")
            await receiver.until(lambda: "new" in receiver.texts)
            assert receiver.texts.count("old") < 500

    run(test())


def test_a_method_in_the_answer_is_carried_out(world: World) -> None:
    person = world.user()

    async def test() -> None:
        said = {"method": "sendMessage", "chat_id": person.user_id, "text": "from the answer"}
        receiver = Receiver(web.json_response(said), web.json_response({"method": "deleteWebhook"}))
        async with receiving(receiver) as url, wired(world) as wire:
            await wire.done("setWebhook", url=url)
            person.start()
            await wire.server.until(lambda: person.sees("from the answer"))
            person.send("x")
            await wire.server.until(lambda: not world.updates.pending())
            assert world.webhook is not None, "a webhook cannot be removed by an answer"

    run(test())


def test_an_update_can_be_delivered_twice(world: World) -> None:
    person = world.user()

    async def test() -> None:
        receiver = Receiver()
        async with receiving(receiver) as url, wired(world) as wire:
            await wire.done("setWebhook", url=url)
            posted = person.send("once")
            await wire.server.until(lambda: not world.updates.pending())
            assert posted.update_id is not None
            world.redeliver(posted.update_id)
            await receiver.until(lambda: len(receiver.got) == 2)
            assert receiver.got[0] == receiver.got[1]

    run(test())
