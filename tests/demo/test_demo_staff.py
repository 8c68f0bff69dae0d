"""The demo from both ends, in a real browser: a person writes, the staff's phone rings, a reviewer answers."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot import settings
from bot.app.intake import read_conversation
from tests.demo.test_demo_page import HIDDEN, LONGEST, START, STORY, browsing, demonstrated, talk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REPLY = "MADE-UP: we have read it. Can you say on which day?"
SLOWLY = 90_000
"""Milliseconds: keys are stretched on purpose."""
BACK = ("A1_language.en", "A2_safe_here.yes", "A3_danger.have_code")


async def sign_in(staff: Page) -> Page:
    """Open the desk from the staff's page, with what that page shows."""
    async with staff.context.expect_page() as opening:
        await staff.get_by_role("link", name="Open the desk").click()
    desk = await opening.value
    desk.set_default_timeout(SLOWLY)
    await desk.get_by_text("Key of Demo reviewer").wait_for()
    assert "#" not in desk.url, "the start token is not left in the address"
    await desk.get_by_label("Passphrase").fill(await staff.locator("#passphrase").inner_text())
    code = desk.get_by_label("Code from your authenticator app")
    await code.fill(await staff.locator("#code").inner_text())
    await code.press("Enter")
    await desk.get_by_role("heading", name="Queue").or_(desk.get_by_role("alert")).first.wait_for()
    await expect(desk.get_by_role("heading", name="Queue")).to_be_visible()
    return desk


async def tap(phone: Page, texts: Mapping[str, str], *keys: str) -> None:
    for key in keys:
        await phone.locator(".keyboard").get_by_role("button", name=texts[key], exact=True).last.click()


def test_a_person_writes_the_phone_rings_a_reviewer_answers_and_the_person_reads_it(
    chromium: Path, tmp_path: Path
) -> None:
    conversation = read_conversation(settings.data("conversations") / "reprisal", settings.data("locales"))
    texts = conversation.texts["en"]

    async def test() -> None:
        async with demonstrated(tmp_path / "demo") as address, browsing(chromium, 1280) as page:
            await page.goto(f"{address}?user=me&lang=en")
            shown = await talk(page, texts, "en")
            before, _, after = texts["R1_code.say"].partition("{code}")
            code = shown.partition(before.strip().split("\n")[-1])[2].partition(after.strip().split("\n")[0])[0]
            await page.screenshot(path=tmp_path / "defender.png")
            async with page.context.expect_page() as opening:
                await page.get_by_role("link", name="Be the staff").click()
            staff = await opening.value
            staff.set_default_timeout(SLOWLY)
            notice = staff.locator(".message").filter(has_text=re.compile(r"CRITICAL · en · new · \d+ min"))
            await notice.first.wait_for()
            assert STORY["en"] not in await staff.locator("#phone").inner_text()
            await staff.get_by_role("button", name="I take it").click()
            await staff.get_by_role("button", name="I take it").wait_for(state="detached")
            await staff.screenshot(path=tmp_path / "staff.png")
            desk = await sign_in(staff)
            await desk.get_by_role("link", name=re.compile("PN-")).first.click()
            await desk.get_by_text(STORY["en"]).first.wait_for()
            await desk.screenshot(path=tmp_path / "case.png", full_page=True)
            await desk.get_by_role("button", name="Reply", exact=True).click()
            await desk.get_by_label("What you write to the person").fill(REPLY)
            await desk.get_by_role("button", name="Look at it before sending").click()
            await desk.get_by_role("button", name=re.compile("^Seal and send to the person of PN-")).click()
            await desk.get_by_role("heading", name="Our replies").wait_for()
            await expect(desk.get_by_text(REPLY).first).to_be_visible(timeout=SLOWLY)
            await desk.screenshot(path=tmp_path / "answered.png", full_page=True)
            held = await page.locator(".held").inner_text()
            assert REPLY not in held
            await page.goto(f"{address}?user=again&lang=en")
            await page.get_by_role("button", name=START["en"]).click()
            await tap(page, texts, *BACK)
            await page.get_by_role("textbox").fill(code.strip())
            await page.keyboard.press("Enter")
            await tap(page, texts, "RT1_status.read")
            await page.get_by_role("button", name=HIDDEN["en"]).last.click()
            await expect(page.locator("#phone")).to_contain_text(REPLY, timeout=SLOWLY)
            await page.screenshot(path=tmp_path / "read.png")

    async def limited() -> None:
        async with asyncio.timeout(LONGEST):
            await test()

    asyncio.run(limited())
