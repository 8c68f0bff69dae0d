"""The demo's page in a real browser: a defender in each language, by keyboard alone, until the code is shown."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright

from bot import settings
from bot.app.intake import read_conversation
from bot.demo.running import run
from bot.sealing.code import parse_code

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
LONGEST = 240.0
"""Seconds a test may take before it is a failure."""
REACHED_WITHIN = 90
"""Presses of Tab after which nobody looks any further."""
START = {"en": "Start", "ru": "Начать", "tg": "Оғоз"}
HIDDEN = {
    "en": "Hidden text. Press to show it.",
    "ru": "Скрытый текст. Нажмите, чтобы показать.",
    "tg": "Матни пинҳон. Барои дидан пахш кунед.",
}
STORY = {
    "en": "MADE-UP: a made-up person in Example Town.",
    "ru": "ВЫДУМАНО: выдуманный человек в городе Примерск.",
    "tg": "СОХТА: шахси сохта дар шаҳри Намуна.",
}
TO_THE_STORY = (
    "A1_language.{locale}",
    "A2_safe_here.yes",
    "A3_danger.yes_now",
    "E1_consent_urgent.yes_send",
    "E2_what_now.threat_death",
)
TO_THE_CODE = ("E4_contact.code_only", "Z1_send.send")


@asynccontextmanager
async def demonstrated(folder: Path) -> AsyncIterator[str]:
    """Run the demo without cases; gives the address of its page."""
    printed: list[str] = []
    ready, stop = asyncio.Event(), asyncio.Event()

    def say(line: str) -> None:
        printed.append(line)
        if line == "Press Ctrl-C to end.":
            ready.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(
            run(
                port=0,
                cases=0,
                keep=folder,
                conversation=settings.data("conversations") / "reprisal",
                locales=settings.data("locales"),
                say=say,
                stop=stop,
            )
        )
        try:
            await ready.wait()
            yield next(word for line in printed for word in line.split() if word.endswith("/demo"))
        finally:
            stop.set()


@asynccontextmanager
async def browsing(chromium: Path, width: int) -> AsyncIterator[Page]:
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport={"width": width, "height": 800})
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        try:
            yield page
            assert complaints == []
        finally:
            await browser.close()


async def reach(page: Page, says: str, within: str) -> None:
    """Move the focus with the Tab key to what has this name and stands within such an element."""
    for _ in range(REACHED_WITHIN):
        await page.keyboard.press("Tab")
        name = await page.evaluate(
            """(within) => {
              const here = document.activeElement;
              return here.closest(within) ? (here.ariaLabel || here.textContent).trim() : null;
            }""",
            within,
        )
        if name == says:
            return
    pytest.fail(f"the keyboard does not reach {says!r}")


async def press(page: Page, says: str, within: str = ".keyboard") -> None:
    await page.locator(within).get_by_role("button", name=says, exact=True).first.wait_for()
    await reach(page, says, within)
    await page.keyboard.press("Enter")


async def talk(page: Page, texts: Mapping[str, str], locale: str) -> str:
    """Talk as a defender in danger, and return what stands where the code is shown."""
    await press(page, START[locale], "#phone")
    for key in TO_THE_STORY:
        await press(page, texts[key.format(locale=locale)])
    await page.get_by_role("button", name=texts["E3_who_where.cannot_write"], exact=True).wait_for()
    box = await page.get_by_role("textbox").get_attribute("aria-label")
    assert box
    await reach(page, box, "#phone")
    await page.keyboard.type(STORY[locale])
    await page.keyboard.press("Enter")
    for key in TO_THE_CODE:
        await press(page, texts[key])
    await page.get_by_role("button", name=texts["R1_code.kept"], exact=True).wait_for()
    await press(page, HIDDEN[locale], ".message")
    return await page.locator(".words").last.inner_text()


@pytest.mark.parametrize("width", [360, 1280])
def test_somebody_in_danger_is_heard_by_keyboard_in_every_language(chromium: Path, tmp_path: Path, width: int) -> None:
    conversation = read_conversation(settings.data("conversations") / "reprisal", settings.data("locales"))

    async def test() -> None:
        async with demonstrated(tmp_path / "demo") as address, browsing(chromium, width) as page:
            for number, locale in enumerate(("en", "ru", "tg"), start=1):
                await page.goto(f"{address}?user={locale}&lang={locale}")
                shown = await talk(page, conversation.texts[locale], locale)
                before, _, after = conversation.texts[locale]["R1_code.say"].partition("{code}")
                code = shown.partition(before.strip().split("\n")[-1])[2].partition(after.strip().split("\n")[0])[0]
                assert parse_code(code) is not None, shown
                row = page.locator("#cases tr").nth(number - 1)
                await row.wait_for()
                rows = await page.locator("#cases tr").all_inner_texts()
                assert len(rows) == number
                assert sum(f"\t{locale}\t" in text and "Danger now" in text for text in rows) == 1
                assert await page.locator("#objects li").count() > 0
                held = await page.locator(".held").inner_text()
                assert STORY[locale] not in held, "what was typed is nowhere in what the server holds"
                assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
                await page.screenshot(path=tmp_path / f"{locale}-{width}.png", full_page=True)

    async def limited() -> None:
        async with asyncio.timeout(LONGEST):
            await test()

    asyncio.run(limited())
