"""The phone and the demo's page in a real browser, by keyboard and by touch, at the widths people have."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import InlineKeyboardMarkup, Update
from aiohttp import web
from playwright.async_api import Page, async_playwright

from bot.emulator import EmulatorServer, VirtualClock, World
from bot.emulator.phone import secured, static_files
from bot.i18n.widths import BUTTON_MUST_FIT, button_width
from tests.emulator.asking import ask, keyboard
from tests.emulator.running import run

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parents[2] / "bot" / "demo" / "static"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUESTION = "Ҳоло дар ин ҷо навиштан барои шумо бехатар аст?"
LONG = "Ҳамаи мавзӯъҳо ва боз чизҳои дигаре, ки ба сатр намеғунҷанд"
HELD = {
    "drafts": [
        {
            "id8": "3f9a01bc",
            "locale": "tg",
            "urgency": "critical",
            "silence": "send",
            "sent": False,
            "expires_in_minutes": 29,
            "state_bytes": 412,
            "state_hex_head": "9f" * 24,
        }
    ],
    "objects": [
        {
            "id8": "00000001",
            "kind": "answer",
            "compartment": "facts",
            "size": 1984,
            "state": "draft",
            "hex_head": "0e" * 24,
        }
    ],
    "cases": [
        {"reference": f"PN-{name}", "urgency": name, "locale": "ru", "status": "waiting", "arrived": "2026-11-23 20:01"}
        for name in ("routine", "critical", "high")
    ],
    "open_line": "panoh cases open made-up --key made-up.key",
}


def _with_demo(app: web.Application) -> None:
    async def page(_request: web.Request) -> web.StreamResponse:
        return secured(web.FileResponse(DEMO / "demo.html"))

    async def held(_request: web.Request) -> web.StreamResponse:
        return secured(web.json_response(HELD))

    app.router.add_get("/demo", page)
    app.router.add_get("/demo/holdings", held)
    app.router.add_get("/demo/static/{name}", static_files(DEMO))


async def _answering(client: Bot) -> None:
    """A small made-up account: a question with a hidden part, an echo, a toast."""
    offset = 0
    while True:
        for update in await client.get_updates(offset=offset, timeout=20):
            offset = update.update_id + 1
            await _answer(client, update)


async def _answer(client: Bot, update: Update) -> None:
    if update.callback_query is not None:
        await update.callback_query.answer("kept")
        return
    message = update.message or update.edited_message
    if message is None:
        return
    if message.text == "/start":
        markup = InlineKeyboardMarkup.model_validate(keyboard(("Ҳа", "Не"), ("1", "2", "3"), (LONG,)))
        await client.send_message(
            message.chat.id, f"{QUESTION} <tg-spoiler>123 456\n789</tg-spoiler>", reply_markup=markup
        )
    else:
        await client.send_message(message.chat.id, f"read: {message.text}")


@asynccontextmanager
async def _browsing(
    chromium: Path, path: str, *, width: int = 360, height: int = 640
) -> AsyncIterator[tuple[Page, World]]:
    world = World(VirtualClock(), name="Neutral")
    complaints: list[str] = []
    async with EmulatorServer(world, prepare=_with_demo) as server, async_playwright() as playwright:
        client = Bot(
            world.token,
            session=AiohttpSession(api=TelegramAPIServer.from_base(server.base_url)),
            default=DefaultBotProperties(parse_mode="HTML", protect_content=True),
        )
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.set_default_timeout(10_000)
        answering = asyncio.create_task(_answering(client))
        try:
            await page.goto(server.base_url + path)
            yield page, world
            assert complaints == [], complaints
        finally:
            answering.cancel()
            await asyncio.wait([answering])
            if not answering.cancelled():
                answering.result()
            await client.session.close()
            await browser.close()


async def _begun(page: Page) -> None:
    await page.get_by_role("button", name="Start").click()
    await page.get_by_text(QUESTION).wait_for()


def _on_phone(
    chromium: Path, test: Callable[[Page, World], Awaitable[None]], path: str = "/phone?lang=en", **size: int
) -> None:
    async def whole() -> None:
        async with _browsing(chromium, path, **size) as (page, world):
            await test(page, world)

    run(whole())


def test_a_person_writes_edits_and_deletes(chromium: Path) -> None:
    async def test(page: Page, _world: World) -> None:
        await _begun(page)
        await page.get_by_role("textbox").fill("салом")
        await page.keyboard.press("Enter")
        await page.get_by_text("read: салом").wait_for()
        await page.locator(".mine .message-actions").last.click()
        await page.get_by_role("button", name="Edit", exact=True).click()
        await page.get_by_role("textbox").fill("салом!")
        await page.get_by_role("button", name="Send", exact=True).click()
        await page.get_by_text("read: салом!").wait_for()
        await page.locator(".mine .meta").get_by_text("edited").wait_for()
        await page.get_by_role("button", name="More", exact=True).click()
        await page.get_by_role("button", name="Delete chat for both").click()
        await page.get_by_role("button", name="Start").wait_for()
        assert await page.locator(".message").count() == 0

    _on_phone(chromium, test)


def test_a_tap_is_told_and_answered_with_a_toast(chromium: Path) -> None:
    async def test(page: Page, world: World) -> None:
        await _begun(page)
        await page.get_by_role("button", name="Ҳа", exact=True).dblclick()
        await page.locator(".toast.shown").get_by_text("kept").wait_for()
        assert [query.message_id for query in world.queries.values()] == [2, 2], "both taps of a double tap arrive"

    _on_phone(chromium, test)


def test_a_spoiler_opens_on_touch_without_moving_anything(chromium: Path) -> None:
    async def test(page: Page, _world: World) -> None:
        await _begun(page)
        assert "123" not in await page.locator(".words").last.inner_text()
        before = await page.locator(".keyboard").bounding_box()
        await page.get_by_role("button", name="Hidden text").click()
        assert "123 456" in await page.locator(".words").last.inner_text()
        assert await page.locator(".keyboard").bounding_box() == before

    _on_phone(chromium, test)


def test_protected_words_cannot_be_selected(chromium: Path) -> None:
    async def test(page: Page, _world: World) -> None:
        await _begun(page)
        await page.keyboard.press("Control+a")
        await page.locator(".theirs .words").first.dblclick()
        assert await page.evaluate("getSelection().toString()") == ""

    _on_phone(chromium, test)


@pytest.mark.parametrize("width", [320, 360])
def test_rows_are_as_wide_as_telegrams_and_labels_are_cut_at_the_end(chromium: Path, width: int) -> None:
    async def test(page: Page, _world: World) -> None:
        await _begun(page)
        widths = await page.locator(".keyboard-label").evaluate_all("all => all.map(one => one.clientWidth)")
        expected = {360: [329, 154, 95], 320: [289, 134, 82]}[width]
        assert [widths[5], widths[0], widths[2]] == pytest.approx(expected, abs=2)
        cut = await page.locator(".keyboard-label").evaluate_all(
            "all => all.map(one => one.scrollWidth > one.clientWidth)"
        )
        assert cut == [False] * 5 + [True]
        overflow = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not overflow
        words = await page.locator(".theirs .words").first.evaluate("one => one.parentElement.clientWidth - 22")
        assert words <= width - 98

    _on_phone(chromium, test, width=width)


def test_labels_that_fit_a_phone_are_not_cut_whatever_font_there_is(chromium: Path) -> None:
    async def test(page: Page, world: World) -> None:
        await _begun(page)
        widest = ("Телефон гирифтанд", "Пайгирӣ, назди дар"), ("Боздошт, кофтуков", "Задержание, арест")
        ask(world, "sendMessage", chat_id=next(iter(world.chats)), text="?", reply_markup=keyboard(*widest))
        await page.get_by_role("button", name="Телефон гирифтанд").wait_for()
        cut = await page.locator(".message:last-child .keyboard-label").evaluate_all(
            "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
        )
        assert all(button_width(label) <= BUTTON_MUST_FIT[2] for row in widest for label in row)
        assert cut == []

    _on_phone(chromium, test)


def test_a_long_text_that_is_typed_does_not_cover_the_question(chromium: Path) -> None:
    async def test(page: Page, world: World) -> None:
        await _begun(page)
        chat_id = next(iter(world.chats))
        ask(world, "sendMessage", chat_id=chat_id, text="line\n" * 30, reply_markup=keyboard(("Last",)))
        await page.get_by_role("button", name="Last").wait_for()
        await page.get_by_role("textbox").fill("word " * 200)
        await page.wait_for_function("document.querySelector('.input').clientHeight > 100")
        last = page.get_by_role("button", name="Last")
        await page.wait_for_function(
            "one => one.getBoundingClientRect().bottom <= one.closest('.log').getBoundingClientRect().bottom",
            arg=await last.element_handle(),
        )

    _on_phone(chromium, test)


def test_everything_is_reached_by_keyboard_and_focus_is_never_lost(chromium: Path) -> None:
    async def test(page: Page, world: World) -> None:
        await page.get_by_role("button", name="Start").focus()
        await page.keyboard.press("Enter")
        await page.get_by_text(QUESTION).wait_for()
        for _ in range(30):
            await page.keyboard.press("Shift+Tab")
            if await page.evaluate("document.activeElement.textContent") == "Не":
                break
        await page.keyboard.press("Space")
        await page.locator(".toast.shown").wait_for()
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", "focus is visible"
        chat_id = next(iter(world.chats))
        message_id = max(world.chats[chat_id].entries)
        ask(world, "sendMessage", chat_id=chat_id, text="next?", reply_markup=keyboard(("Next",)))
        await page.get_by_role("button", name="Next").wait_for()
        ask(world, "deleteMessage", chat_id=chat_id, message_id=message_id)
        await page.get_by_text(QUESTION).wait_for(state="detached")
        assert await page.evaluate("document.activeElement.textContent") == "Next"

    _on_phone(chromium, test)


def test_names_and_roles_are_there_for_a_screen_reader(chromium: Path) -> None:
    async def test(page: Page, _world: World) -> None:
        await _begun(page)
        assert await page.get_by_role("log").get_attribute("aria-live") == "polite"
        nameless = await page.locator("button, select, textarea").evaluate_all(
            "all => all.filter(one => !(one.textContent.trim() || one.getAttribute('aria-label'))).length"
        )
        assert nameless == 0
        sizes = await page.locator("button:visible").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).map(box => Math.min(box.width, box.height))"
        )
        assert min(sizes) >= 24, "WCAG 2.5.8"

    _on_phone(chromium, test)


def test_the_chrome_speaks_three_languages_and_the_choice_keeps_the_chat(chromium: Path) -> None:
    async def test(page: Page, _world: World) -> None:
        await _begun(page)
        for code, label in (("tg", "Фиристодан"), ("ru", "Отправить"), ("en", "Send")):
            await page.locator("select").select_option(code)
            await page.get_by_role("button", name=label, exact=True).wait_for()
            assert await page.locator("#phone").get_attribute("lang") == code
            await page.get_by_text(QUESTION).wait_for()

    _on_phone(chromium, test)


def test_the_three_languages_have_the_same_words(chromium: Path) -> None:
    async def test(page: Page, _world: World) -> None:
        missing = await page.evaluate(
            """async () => {
              const { WORDS } = await import("/phone/static/words.js");
              const keys = Object.keys(WORDS.en);
              return Object.values(WORDS).flatMap((words) => keys.filter((key) => !words[key]));
            }"""
        )
        assert missing == []

    _on_phone(chromium, test)


def test_samples_are_sent_through_the_menu(chromium: Path) -> None:
    async def test(page: Page, world: World) -> None:
        await _begun(page)
        for kind in ("Photo", "File", "Voice message", "Location", "Contact", "Sticker", "Forwarded message"):
            await page.get_by_role("button", name="Attach").click()
            await page.locator("dialog").get_by_role("button", name=kind).click()
        await page.locator(".mine").nth(7).wait_for()
        bodies = [entry.body for chat in world.chats.values() for entry in chat.entries.values() if entry.incoming]
        kinds = {key for body in bodies for key in body}
        assert kinds >= {"photo", "document", "voice", "location", "contact", "sticker", "forward_origin"}

    _on_phone(chromium, test)


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_demo_shows_phone_and_holdings_with_imminent_danger_first(chromium: Path, width: int) -> None:
    async def test(page: Page, _world: World) -> None:
        await page.get_by_text("PN-critical").wait_for()
        rows = await page.locator("#cases th").all_inner_texts()
        assert rows == ["PN-critical", "PN-high", "PN-routine"]
        assert await page.locator("#open-line").inner_text() == HELD["open_line"]
        assert "0e 0e 0e" in await page.locator("#objects").inner_text()
        assert "412 bytes" in await page.locator("#drafts").inner_text()
        await page.get_by_text("DEMO", exact=True).wait_for()
        phone, held = await page.locator("#phone").bounding_box(), await page.locator(".held").bounding_box()
        assert phone is not None
        assert held is not None
        beside = held["x"] >= phone["x"] + phone["width"]
        assert beside == (width == 1280)
        assert phone["width"] == min(width, 360), "a phone, however wide the window"
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        await _begun(page)

    _on_phone(chromium, test, "/demo?lang=en", width=width, height=800)
