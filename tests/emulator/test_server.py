import asyncio

import aiohttp
import pytest

from bot.emulator import TOKEN, VirtualClock, World
from bot.emulator.faults import Cut, Refuse, ServerError, Slow, TooMany
from tests.emulator.running import run, wired


@pytest.fixture
def world() -> World:
    return World(VirtualClock())


def test_methods_are_called_in_any_case_by_get_and_post_and_in_three_encodings(world: World) -> None:
    person = world.user()
    person.start()

    async def test() -> None:
        async with wired(world) as wire:
            fields = {"chat_id": str(person.user_id), "text": "ҳа"}
            multipart = aiohttp.FormData(fields, default_to_multipart=True)
            for request in (
                wire.client.get(wire.url("SENDMESSAGE"), params=fields),
                wire.client.post(wire.url("sendmessage"), params=fields),
                wire.client.post(wire.url("sendMessage"), data=fields),
                wire.client.post(wire.url("sendMessage"), data=multipart),
                wire.client.post(wire.url("sendMessage"), json=fields),
            ):
                async with request as response:
                    assert (await response.json())["result"]["text"] == "ҳа"

    run(test())
    assert [shown.text for shown in person.screen()][1:] == ["ҳа"] * 5


def test_files_come_as_named_parts_and_as_attachments_and_are_served_again(world: World) -> None:
    person = world.user()
    person.start()

    async def test() -> None:
        async with wired(world) as wire:
            for part, named in (("document", {}), ("x", {"document": "attach://x"})):
                form = aiohttp.FormData({"chat_id": str(person.user_id), **named}, default_to_multipart=True)
                form.add_field(part, b"true bytes", filename="a.txt", content_type="text/plain")
                async with wire.client.post(wire.url("sendDocument"), data=form) as response:
                    sent = (await response.json())["result"]["document"]
                assert (sent["file_name"], sent["mime_type"]) == ("a.txt", "text/plain")
                found = await wire.done("getFile", file_id=sent["file_id"])
                async with wire.client.get(f"{wire.server.base_url}/file/bot{TOKEN}/{found['file_path']}") as response:
                    assert await response.read() == b"true bytes"

    run(test())


def test_errors_come_in_telegrams_envelope(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            assert await wire.call("sendDice", chat_id=1) == (
                404,
                {"ok": False, "error_code": 404, "description": "Not Found"},
            )
            async with wire.client.get(wire.url("getMe", token="1:wrong")) as response:
                assert (response.status, (await response.json())["description"]) == (401, "Unauthorized")
            assert (await wire.call("sendMessage", text="x"))[1]["description"] == "Bad Request: chat_id is empty"
            assert (await wire.call("sendMessage", chat_id=1))[1]["description"] == "Bad Request: message text is empty"
            status, envelope = await wire.call("sendMessage", chat_id=1, text="x", typo=1)
            assert (status, envelope["description"]) == (
                400,
                'Bad Request: parameter "typo" is not known to sendMessage',
            )
            async with wire.client.post(wire.url("sendMessage"), data="[1]", headers=_JSON) as response:
                assert response.status == 400
            status, envelope = await wire.call("sendMessage", chat_id=1, text="x", reply_markup="{")
            assert envelope["description"] == "Bad Request: can't parse reply keyboard markup JSON object"

    run(test())


_JSON = {"Content-Type": "application/json"}


def test_a_long_poll_ends_when_something_comes(world: World) -> None:
    person = world.user()

    async def test() -> None:
        async with wired(world) as wire, asyncio.TaskGroup() as group:
            waiting = group.create_task(wire.done("getUpdates", timeout=50))
            await wire.server.until(lambda: world.polling)
            person.start()
            assert [update["message"]["text"] for update in await waiting] == ["/start"]

    run(test())


def test_of_two_pollers_the_earlier_is_turned_away(world: World) -> None:
    person = world.user()

    async def test() -> None:
        async with wired(world) as wire, asyncio.TaskGroup() as group:
            first = group.create_task(wire.call("getUpdates", timeout=50))
            await wire.server.until(lambda: world.polling)
            second = group.create_task(wire.call("getUpdates", timeout=50))
            status, envelope = await first
            assert (status, envelope["description"].partition(";")[0]) == (
                409,
                "Conflict: terminated by other getUpdates request",
            )
            person.start()
            assert (await second)[0] == 200

    run(test())


def test_polling_is_refused_while_a_webhook_is_set(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            hook = "http://127.0.0.1:9/hook"
            await wire.done("setWebhook", url=hook, secret_token="abc", allowed_updates=["message"])
            status, envelope = await wire.call("getUpdates")
            assert (status, envelope["error_code"]) == (409, 409)
            info = await wire.done("getWebhookInfo")
            assert (info["url"], info["allowed_updates"]) == (hook, ["message"])
            await wire.done("deleteWebhook")
            assert await wire.done("getUpdates") == []
            assert (await wire.call("setWebhook", url="http://127.0.0.1:9/", secret_token="not this"))[0] == 400
            assert (await wire.call("setWebhook", url="ftp://x"))[0] == 400

    run(test())


def test_pending_updates_are_dropped_only_when_asked(world: World) -> None:
    person = world.user()
    person.start()

    async def test() -> None:
        async with wired(world) as wire:
            await wire.done("deleteWebhook")
            assert (await wire.done("getWebhookInfo"))["pending_update_count"] == 1
            await wire.done("deleteWebhook", drop_pending_updates=True)
            assert (await wire.done("getWebhookInfo"))["pending_update_count"] == 0

    run(test())


def test_planned_faults_happen_once_each_and_say_what_was_done(world: World) -> None:
    person = world.user()
    person.start()
    world.fail("sendMessage", TooMany(retry_after=7))
    world.fail("sendMessage", ServerError(status=500))
    world.fail("sendMessage", ServerError(status=502, done=True))
    world.fail("sendMessage", Refuse(code=400, description="Bad Request: made up"))

    async def test() -> None:
        async with wired(world) as wire:
            texts = iter("abcdef")
            status, envelope = await wire.call("sendMessage", chat_id=person.user_id, text=next(texts))
            assert (status, envelope["parameters"]) == (429, {"retry_after": 7})
            assert envelope["description"] == "Too Many Requests: retry after 7"
            for expected in (500, 502, 400, 200):
                status, _ = await wire.call("sendMessage", chat_id=person.user_id, text=next(texts))
                assert status == expected
            for cut in (Cut(), Cut(done=True)):
                world.fail("sendMessage", cut)
                with pytest.raises(aiohttp.ClientError):
                    await wire.call("sendMessage", chat_id=person.user_id, text=next(texts, "g"))

    run(test())
    assert [shown.text for shown in person.screen()] == ["/start", "c", "e", "g"]


def test_a_fault_can_wait_for_later_calls_and_other_methods(world: World) -> None:
    world.fail("getMe", ServerError(), times=2, after=1)
    world.fail("*", Slow(seconds=0.01))

    async def test() -> None:
        async with wired(world) as wire:
            assert [(await wire.call("getMe"))[0] for _ in range(4)] == [200, 502, 502, 200]

    run(test())


def test_several_accounts_share_one_server(world: World) -> None:
    other = World(VirtualClock(), token="7000000002:AnotherMadeUpToken", name="Other")

    async def test() -> None:
        async with wired(world, other) as wire:
            async with wire.client.get(wire.url("getMe", token=other.token)) as response:
                assert (await response.json())["result"]["first_name"] == "Other"
            assert (await wire.done("getMe"))["first_name"] == "Assistant"

    run(test())


def test_the_server_stops_while_somebody_polls(world: World) -> None:
    async def test() -> None:
        async with aiohttp.ClientSession() as client, asyncio.TaskGroup() as group:
            async with wired(world) as wire:
                url = wire.url("getUpdates")
                waiting = group.create_task(_ended(client, url))
                await wire.server.until(lambda: world.polling)
            await waiting

    run(test())


async def _ended(client: aiohttp.ClientSession, url: str) -> None:
    try:
        async with client.post(url, json={"timeout": 50}) as response:
            assert (await response.json())["result"] == []
    except aiohttp.ClientError:
        return
