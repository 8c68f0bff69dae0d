"""The page's frame in a real browser: from an invitation to a desk that locks itself; people, duty, audit, settings."""

from base64 import b32decode
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.casework.actor import Actor
from bot.store.staff_values import Role
from tests.desk.made_page import (
    LAPTOP,
    PASSPHRASE,
    PHONE,
    PageDesk,
    Worker,
    paged,
    press,
    root_key,
    sign_in,
    violations,
)

pytestmark = [pytest.mark.slow, pytest.mark.browser]

OPERATOR = Actor(name="operator", roles=frozenset(), place="console")
PRESSED = "([code, key]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {code, key, bubbles: true}))"
VIEWS = ("sessions", "people", "duty", "audit", "settings", "drill")
FIVE_MINUTES = 5 * 60 * 1000


def saved(page: Page, name: str, to: Path) -> Path:
    with page.expect_download() as waiting:
        press(page, name)
    waiting.value.save_as(to / waiting.value.suggested_filename)
    return to / waiting.value.suggested_filename


def test_from_an_invitation_to_the_first_sign_in(desk: PageDesk, browser: Browser, tmp_path: Path) -> None:
    link = desk.invitation("Adam Example", Role.REVIEWER, Role.ADMINISTRATOR)
    with paged(browser, desk.server, size=PHONE) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append((request.post_data or "") + str(request.headers)))
        page.goto(link)
        expect(page.get_by_text("Compare this line")).to_be_visible()
        assert page.url == f"{desk.server}/", "no history keeps the invitation"
        assert page.locator(".fingerprint").inner_text().replace(" ", "") == root_key().public
        press(page, "The line is the same: make my key")
        expect(page.locator(".passphrase li")).to_have_count(6)
        words = page.locator(".passphrase li").all_inner_texts()
        press(page, "I have written them down")
        assert page.get_by_text(words[0], exact=True).count() == 0, "the words are shown once"
        page.get_by_label("Type the six words").fill(" ".join([*words[:5], "wrong"]))
        expect(page.get_by_text("These are not the words")).to_be_visible()
        key = saved(page, "Save the key file", tmp_path)
        expect(page.get_by_role("button", name="Go on")).to_be_disabled()
        page.get_by_label("Type the six words").fill("  ".join(words).upper())
        press(page, "Go on")
        page.get_by_label("The key file you saved").set_input_files(key)
        press(page, "Open the test case")
        expect(page.get_by_text("Your key opened the test case")).to_be_visible()
        assert desk.parts.services.people.listed()[0].fingerprint is None, "nothing is told before the drill"
        press(page, "Go on")
        secret = b32decode(page.locator(".fingerprint").inner_text().replace(" ", ""))
        page.get_by_label("Code from your").fill("000000")
        press(page, "Finish enrolment")
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("Code from your").fill(desk.code(secret))
        press(page, "Finish enrolment")
        expect(page.get_by_text("You are enrolled")).to_be_visible()
        read_out = page.locator(".fingerprint").inner_text().replace(" ", "")
        assert read_out == desk.parts.services.people.listed()[0].fingerprint
        desk.sign_card(saved(page, "Save the card as a file", tmp_path).read_bytes())
        press(page, "Go to signing in")
        page.get_by_label("Your key file").set_input_files(key)
        page.get_by_label("Passphrase of the key file").fill(" ".join(words))
        assert page.get_by_label("Fingerprint of the root").count() == 0, "the invitation brought it"
        page.get_by_label("Code from your").fill(desk.code(secret))
        press(page, "Sign in")
        expect(page.get_by_role("button", name="Lock")).to_be_visible()
        assert page.get_by_text("not in the signed list").count() == 0
    sent = "\n".join(asked)
    private = key.read_text("ascii").split('"box":"')[1][:40]
    assert not any(word in sent for word in (" ".join(words), private)), "passphrase and key stay on the computer"


def test_a_desk_nobody_is_at_forgets_everything(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    with paged(browser, desk.server) as page:
        page.clock.install()
        sign_in(page, desk, lena)
        page.clock.run_for(FIVE_MINUTES - 20_000)
        expect(page.get_by_text("Nobody seems to be here")).to_be_visible()
        page.keyboard.press("Shift")
        page.clock.run_for(2_000)
        expect(page.get_by_text("Nobody seems to be here")).to_be_hidden()
        with page.expect_navigation():
            page.clock.run_for(FIVE_MINUTES + 2_000)
        expect(page.get_by_text("The desk locked itself")).to_be_visible()
        expect(page.get_by_label("Passphrase of the key file")).to_have_value("")
        assert desk.parts.services.sessions.of_name("Lena Example") == (), "the server's session ended too"
        local, others = page.evaluate("[{...localStorage}, [sessionStorage.length, document.cookie]]")
        assert local.keys() <= {"panoh root", "panoh serial"}, "what is kept is public"
        assert local["panoh root"] == root_key().public
        assert others == [0, ""]


def test_a_session_that_was_ended_elsewhere_closes_the_page(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        [session] = desk.parts.services.sessions.of_name("Lena Example")
        desk.parts.services.sessions.revoke_all(OPERATOR, "Lena Example")
        page.evaluate("location.hash = '#/audit'")
        expect(page.get_by_text("Your session has ended")).to_be_visible()
        assert session.current is False


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("passphrase", "check the passphrase"),
        ("code", "That was not accepted"),
        ("root", "another root"),
        ("file", "not a key file of ours"),
    ],
)
def test_what_is_wrong_at_the_door_is_said(
    desk: PageDesk, browser: Browser, lena: Worker, tmp_path: Path, what: str, said: str
) -> None:
    other = tmp_path / "other.key"
    other.write_text("made up", "utf-8")
    with paged(browser, desk.server) as page:
        page.goto(desk.server)
        if what == "file":
            page.get_by_label("Your key file").set_input_files(other)
        else:
            page.get_by_label("Your key file").set_input_files(lena.file)
            page.get_by_label("Passphrase of").fill("not the words" if what == "passphrase" else PASSPHRASE)
            page.get_by_label("Fingerprint of the root").fill("0" * 64 if what == "root" else root_key().public)
            code = desk.code(lena.secret)
            page.get_by_label("Code from your").fill("000000" if what == "code" and code != "000000" else code)
            press(page, "Sign in")
        expect(page.get_by_text(said)).to_be_visible()
        assert page.evaluate("localStorage.length") == 0, "a root is kept only once a list was proven by it"


def test_every_view_is_free_of_what_axe_finds(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    found: dict[str, list[str]] = {}
    with paged(browser, desk.server, color_scheme="light") as page:
        page.goto(desk.server)
        found["signin"] = violations(page)
        sign_in(page, desk, lena)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            for width, height in (PHONE, LAPTOP, (320, 640)):
                page.set_viewport_size({"width": width, "height": height})
                for view in VIEWS:
                    page.evaluate(f"location.hash = '#/{view}'")
                    expect(page.locator("h1")).to_be_focused()
                    page.wait_for_load_state("networkidle")
                    found[f"{view} {theme} {width}"] = violations(page)
                    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{view} needs {width} px"
        page.keyboard.press("Shift+Slash")
        expect(page.get_by_role("dialog")).to_be_visible()
        found["sheet"] = violations(page)
    assert {where: what for where, what in found.items() if what} == {}


def test_keys_are_known_by_their_place_and_can_be_switched_off(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        # On a Russian layout the same keys give other letters and the same codes.
        for code, letter in (("KeyG", "п"), ("KeyS", "ы")):
            page.evaluate(PRESSED, [code, letter])
        expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
        page.keyboard.press("Shift+Slash")
        rows = page.get_by_role("dialog").locator(".keys div")
        expect(rows.nth(20)).to_be_visible()
        page.get_by_role("dialog").get_by_role("switch").uncheck()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.keyboard.press("l")
        page.keyboard.press("g")
        page.keyboard.press("d")
        expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
        page.get_by_role("switch").first.check()
        page.locator("h1").focus()
        page.keyboard.press("l")
        expect(page.get_by_text("Locked.")).to_be_visible()


def test_the_desk_in_russian_has_russian_words_days_and_title(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    with paged(browser, desk.server, locale="ru-RU") as page:
        page.goto(desk.server)
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        page.get_by_label("Ваш файл ключа").set_input_files(lena.file)
        expect(page.get_by_text(f"Ключ: {lena.name}, действует до {lena.key.not_after:%d.%m.%Y}")).to_be_visible()
        page.get_by_label("Язык").select_option("tg")
        expect(page.locator("html")).to_have_attribute("lang", "tg")
        expect(page.get_by_role("button", name="Даромадан", exact=True)).to_be_visible()


def test_a_lead_edits_the_roster_and_a_wrong_text_changes_nothing(
    desk: PageDesk, browser: Browser, lena: Worker
) -> None:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/duty")
        box = page.get_by_label("Text of the file")
        before = box.input_value()
        box.fill(before.replace('until = "23:59"', 'until = "25:00"'))
        press(page, "Save the roster")
        expect(page.get_by_role("alert")).to_contain_text("shift")
        assert (desk.folder / "roster.toml").read_text("utf-8") == before
        box.fill(before.replace('"Anna Example", ', ""))
        press(page, "Save the roster")
        expect(page.locator("table")).not_to_contain_text("Anna Example")
        expect(page.get_by_text("The staff bot cannot tell them now")).to_be_visible()
        theirs = box.input_value().replace('until = "23:59"', 'until = "22:00"')
        (desk.folder / "roster.toml").write_text(theirs, "utf-8")
        box.fill(before)
        press(page, "Save the roster")
        expect(page.get_by_role("alert")).to_contain_text("Somebody was quicker")
        assert (desk.folder / "roster.toml").read_text("utf-8") == theirs
        expect(page.locator("table")).to_contain_text("22:00")


def test_an_administrator_invites_and_shuts_out(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    boris = desk.worker("Boris Example", Role.REVIEWER)
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/people")
        page.get_by_text("Invite somebody").click()
        page.get_by_label("Name at the desk").fill("Vera Example")
        page.get_by_role("checkbox", name="Tajik").check()
        press(page, "Make the invitation link")
        link = page.locator(".link").inner_text()
        assert link.startswith(f"{desk.server}/#invite=")
        assert link.endswith(f"&root={root_key().public}")
        card = page.get_by_role("listitem").filter(has_text=boris.name)
        card.get_by_role("button", name="End access").click()
        card.get_by_role("button", name="Cancel").click()
        card.get_by_role("button", name="End access").click()
        card.get_by_role("button", name=f"End all access of {boris.name} now").click()
        expect(page.get_by_text("still names this key")).to_be_visible()
        page.goto(f"{desk.server}/#/audit")
        expect(page.get_by_role("cell", name="ended a person's access")).to_be_visible()
        expect(page.get_by_role("cell", name="invited a person")).to_be_visible()


def test_the_six_words_can_be_changed(desk: PageDesk, browser: Browser, lena: Worker, tmp_path: Path) -> None:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/settings")
        page.get_by_label("Your key file").set_input_files(lena.file)
        page.get_by_label("The present passphrase").fill(PASSPHRASE)
        changed = saved(page, "Make the new file", tmp_path / "new")
        words = page.locator(".passphrase li").all_inner_texts()
        page.goto(f"{desk.server}/#/drill")
        page.get_by_label("The key file you saved").set_input_files(changed)
        page.get_by_label("Passphrase of the key file").fill(" ".join(words))
        press(page, "Open the test case")
        expect(page.get_by_text("Your key opened the test case")).to_be_visible()


def test_a_passkey_stands_in_for_the_code(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    with paged(browser, desk.server) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        sign_in(page, desk, lena)
        page.goto(f"{desk.server}/#/settings")
        press(page, "Make a passkey")
        expect(page.get_by_text("The passkey is kept.")).to_be_visible()
        press(page, "Lock")
        page.get_by_label("Your key file").set_input_files(lena.file)
        page.get_by_label("Passphrase of the key file").fill(PASSPHRASE)
        press(page, "Sign in with a passkey instead of a code")
        expect(page.get_by_role("button", name="Lock")).to_be_visible()


def test_leaving_the_page_signs_out(desk: PageDesk, browser: Browser, lena: Worker) -> None:
    with paged(browser, desk.server) as page:
        sign_in(page, desk, lena)
        page.goto("about:blank")
        page.go_back()
        expect(page.get_by_label("Passphrase of the key file")).to_have_value("")
        # The page that was left still tells the server; its answer is seen by nobody.
        for _ in range(100):
            if not desk.parts.services.sessions.of_name(lena.name):
                break
            page.wait_for_timeout(100)
        assert desk.parts.services.sessions.of_name(lena.name) == ()
