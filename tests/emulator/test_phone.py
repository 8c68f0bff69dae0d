import aiohttp
import pytest

from bot.emulator import VirtualClock, World
from bot.emulator.phone import CONTENT_SECURITY_POLICY, STATIC
from tests.emulator.asking import ask, keyboard
from tests.emulator.running import Wire, run, wired


@pytest.fixture
def world() -> World:
    return World(VirtualClock(), name="Neutral")


async def _chat(wire: Wire, **query: str) -> dict[str, object]:
    async with wire.client.get(f"{wire.server.base_url}/phone/api/me/chat", params=query) as response:
        assert response.status == 200
        found: dict[str, object] = await response.json()
        return found


async def _act(wire: Wire, **what: object) -> int:
    async with wire.client.post(f"{wire.server.base_url}/phone/api/me/act", json=what) as response:
        return response.status


def test_what_is_done_on_the_page_is_done_in_the_chat(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            assert (await _chat(wire, lang="tg"))["started"] is False
            assert await _act(wire, do="start", lang="tg") == 200
            (chat,) = world.chats.values()
            posted = next(iter(chat.entries))
            await wire.done("sendMessage", chat_id=chat.chat_id, text="?", reply_markup=keyboard(("Ҳа",)))
            samples = ("sticker", "voice", "photo", "document", "location", "contact")
            acts: list[dict[str, object]] = [
                {"do": "send", "text": "салом", "reply_to": posted},
                {"do": "edit", "id": posted + 2, "text": "салом!"},
                {"do": "tap", "id": posted + 1, "data": "Ҳа"},
                *(dict[str, object](do=kind) for kind in samples),
                {"do": "forward", "text": "words"},
                {"do": "block"},
                {"do": "unblock"},
            ]
            for what in acts:
                assert await _act(wire, **what) == 200, what
            (query,) = world.queries.values()
            await wire.done("answerCallbackQuery", callback_query_id=query.query_id, text="kept")
            state = await _chat(wire)
            assert state["toasts"] == [{"id": query.query_id, "text": "kept", "alert": False, "answered": True}]
            messages = state["messages"]
            assert isinstance(messages, list)
            assert [message["content"].get("text") for message in messages][:3] == ["/start", "?", "салом!"]
            assert messages[2]["content"]["reply"] == {"id": posted, "text": "/start", "mine": True}
            assert messages[2]["edited"] is True
            assert len(messages) == 10
            assert await _act(wire, do="delete", id=posted) == 200
            assert await _act(wire, do="delete_chat") == 200
            assert (await _chat(wire))["messages"] == []

    run(test())


def test_a_long_text_leaves_the_page_in_the_pieces_an_app_would_send(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            await _act(wire, do="start")
            assert await _act(wire, do="send", text="ҳ" * 5000, reply_to=1) == 200
            messages = (await _chat(wire))["messages"]
            assert isinstance(messages, list)
            assert [len(message["content"]["text"]) for message in messages[1:]] == [4096, 904]
            assert ["reply" in message["content"] for message in messages[1:]] == [True, False]

    run(test())


def test_the_page_waits_for_news(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            before = await _chat(wire)
            await _act(wire, do="start")
            after = await _chat(wire, since=str(before["revision"]))
            assert after["revision"] != before["revision"]

    run(test())


def test_what_an_app_would_not_do_is_refused_and_nonsense_too(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            assert await _act(wire, do="edit", id=1, text="x") == 409
            assert await _act(wire, do="fly") == 400
            assert await _act(wire) == 400
            bad = f"{wire.server.base_url}/phone/api/not%20a%20name/chat"
            async with wire.client.get(bad) as response:
                assert response.status == 409

    run(test())


def test_another_site_cannot_reach_the_phone(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            url = f"{wire.server.base_url}/phone/api/me/act"
            async with wire.client.post(
                url, data='{"do": "start"}', headers={"Content-Type": "text/plain"}
            ) as response:
                assert response.status == 415
            for path in ("/phone", "/phone/api/me/chat", "/phone/static/phone.js"):
                async with wire.client.get(wire.server.base_url + path, headers={"Host": "evil.example"}) as response:
                    assert response.status == 403

    run(test())


def test_pages_carry_a_strict_policy_and_only_their_own_files_are_served(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            for path in ("/phone", "/phone/static/phone.js", "/phone/static/phone.css"):
                async with wire.client.get(wire.server.base_url + path) as response:
                    assert response.status == 200
                    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
            for path in ("phone.html", "..%2Fphone.py", "absent.js"):
                async with wire.client.get(f"{wire.server.base_url}/phone/static/{path}") as response:
                    assert response.status == 404

    run(test())


def test_nothing_on_the_page_is_inline_or_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        text = path.read_text(encoding="utf-8")
        for forbidden in ("https://", "style=", "<script>", "innerHTML", "eval("):
            assert forbidden not in text, f"{forbidden} in {path.name}"
        assert text.replace("http://www.w3.org/2000/svg", "").count("http://") == 0, path.name


def test_two_names_are_two_people(world: World) -> None:
    async def test() -> None:
        async with wired(world) as wire:
            await _act(wire, do="start")
            url = f"{wire.server.base_url}/phone/api/other/chat"
            async with aiohttp.ClientSession() as client, client.get(url) as response:
                assert (await response.json())["messages"] == []

    run(test())
    assert len(world.chats) == 2


def test_the_profile_is_shown_in_the_phones_language(world: World) -> None:
    ask(world, "setMyDescription", description="салом", language_code="tg")

    async def test() -> None:
        async with wired(world) as wire:
            shown = (await _chat(wire, lang="tg"))["profile"]
            assert isinstance(shown, dict)
            assert (shown["name"], shown["description"]) == ("Neutral", "салом")
            other = (await _chat(wire, lang="ru"))["profile"]
            assert isinstance(other, dict)
            assert other["description"] == ""

    run(test())
