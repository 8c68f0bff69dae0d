"""The whole story from an empty database, in a real browser: from the first invitation to a colleague's farewell.

Afterwards nothing that was typed, opened, drawn or kept secret stands in the database, in the log, or in anything that
the browsers sent.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.casework.service import Casework
from bot.emulator.person import Person
from bot.errors import OpeningError
from bot.offline import keyfiles
from bot.store.staff_values import Role
from bot.store.values import Case
from tests.databases import migrated_sqlite
from tests.desk.made_page import PASSPHRASE, Worker, browsing
from tests.desk_journeys import staff as at
from tests.desk_journeys.canary import Kept, traces
from tests.desk_journeys.line import Defender, Installation
from tests.desk_journeys.staff import Enrolled, Sent, at_desk, press

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ADAM, LENA, ANNA = "Adam Example", "Lena Example", "Anna Example"
STORY = "СОХТА tyrkvizstory: ду нафари сохта назди дар"
RUSSIAN, ENGLISH = "ВЫДУМАНО tyrkvizrussian: выдуманная угроза", "MADE UP tyrkvizenglish: a made-up threat"
CONTACT = "Signal tyrkvizcontact after six"
NOTE, REPLY = "MADE UP tyrkviznote: call at noon", "СОХТА tyrkvizreply: кай рӯй дод?"
ANSWER, LATER = "СОХТА tyrkvizanswer: дирӯз бегоҳ", "СОХТА tyrkvizlater: боз занг заданд"
MARKS = (STORY, RUSSIAN, ENGLISH, CONTACT, NOTE, REPLY, ANSWER, LATER)
FIVE_MINUTES = 5 * 60 * 1000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Installation]:
    database = migrated_sqlite(tmp_path)
    made = Installation(database, tmp_path)
    with made.heard_all(), made.serving():
        yield made
    database.close()


@pytest.fixture
def browser(chromium: Path) -> Iterator[Browser]:
    with browsing(chromium) as started:
        yield started


def test_the_whole_story_leaves_no_trace_of_what_was_said(desk: Installation, browser: Browser, tmp_path: Path) -> None:
    sent, kept = Sent(), Kept(words=list(MARKS))
    with at_desk(browser, desk, sent) as adams, at_desk(browser, desk, sent) as lenas:
        lena = _people_enrol(desk, adams, lenas, kept, tmp_path)
        anna = desk.worker(ANNA, Role.REVIEWER)
        kept.passphrases.append(PASSPHRASE)
        kept.keys.append(anna.key)
        kept.secrets.append(anna.secret)
        with desk.bots():
            phone = _chat_linked(desk, lenas)
            first = desk.phone("tg")
            code = first.sends_urgently(STORY)
            (case,) = desk.cases()
            _staff_are_told_without_a_word_of_it(desk, phone, case)
            _taken_noted_answered(lenas, case)
            back = first.comes_back(code)
            _answer_is_read_and_answered(back)
            _what_came_is_shown_at_once(lenas)
            others = [desk.phone("ru"), desk.phone("en")]
            codes = [code, others[0].sends_urgently(RUSSIAN, CONTACT), others[1].sends_urgently(ENGLISH, "code_only")]
            newest = _a_day_later_a_topic_is_added(desk, back, code)
            expect(lenas.get_by_text("Your session has ended")).to_be_visible()
            lenas.clock.install()
            kept.codes.append(at.sign_in(lenas, desk, lena))
            _the_topic_is_new_and_the_identity_is_opened(desk, lenas, case)
            _the_chat_is_greeted_once(desk, lenas, newest, case)
            _the_contact_that_was_written_is_one_press_away(desk, lenas)
            _nobody_is_at_the_desk(lenas)
            _a_colleague_leaves(desk, adams, lenas, kept, lena, anna)
            _what_was_sealed_anew(desk, case, lena, anna)
        kept.return_codes += codes
    kept.chats += desk.chats
    assert len(kept.chats) > len(codes), "the staff's phone is one of them"
    desk.database.close()
    assert traces(kept, tmp_path, desk.heard.getvalue(), sent) == []


def _people_enrol(desk: Installation, adams: Page, lenas: Page, kept: Kept, folder: Path) -> Enrolled:
    """The console invites the administrator, the administrator everybody else."""
    assert desk.console("staff", "list") == []
    link = desk.console("staff", "invite", ADAM, "--role", "administrator", "--language", "en")["link"]
    adam = at.enrol(adams, desk, link, folder / "adam")
    kept.enrolled(adam)
    kept.codes.append(at.sign_in(adams, desk, adam))
    adams.goto(f"{desk.server}/#/people")
    adams.get_by_text("Invite somebody").click()
    adams.get_by_label("Name at the desk").fill(LENA)
    adams.get_by_role("checkbox", name="Reviewer").uncheck()
    for name in ("Identity officer", "Lead", "English", "Russian", "Tajik"):
        adams.get_by_role("checkbox", name=name).check()
    press(adams, "Make the invitation link")
    invited = adams.locator(".link").inner_text()
    lena = at.enrol(lenas, desk, invited, folder / "lena")
    kept.enrolled(lena)
    assert lena.card is not None
    desk.sign_card(lena.card)
    kept.codes.append(at.sign_in(lenas, desk, lena))
    assert lenas.get_by_text("not in the signed list").count() == 0
    adams.goto(f"{desk.server}/#/cases")
    expect(adams.get_by_role("heading", name="People")).to_be_visible()
    assert adams.get_by_role("link", name="Cases").count() == 0, "an administrator has no case to see"
    return lena


def _chat_linked(desk: Installation, page: Page) -> Person:
    """The staff's bot is told who writes by a code from the desk."""
    page.goto(f"{desk.server}/#/settings")
    press(page, "Make a code")
    code = page.locator(".fingerprint.mono").filter(has_text="-").inner_text()
    phone = desk.staff_phone()
    phone.start(code)
    desk.until(lambda: phone.sees(LENA))
    page.goto(f"{desk.server}/#/cases?view=open")
    expect(page.get_by_text("No case here.")).to_be_visible()
    return phone


def _staff_are_told_without_a_word_of_it(desk: Installation, phone: Person, case: Case) -> None:
    desk.until(lambda: phone.sees("CRITICAL · tg"))
    (notice,) = (shown for shown in phone.screen() if "CRITICAL" in shown.text)
    assert "nobody has it" in notice.text
    assert case.reference not in notice.text
    assert not any(mark.split()[1].rstrip(":") in notice.text for mark in MARKS)


def _taken_noted_answered(page: Page, case: Case) -> None:
    """The list has the case without being loaded anew; then everything with the keyboard's and the mouse's help."""
    page.locator(f'[data-reference="{case.reference}"]').click()
    expect(page.locator(".first-what")).to_contain_text(STORY)
    expect(page.locator(".problems")).to_have_count(0)
    press(page, "I take it")
    expect(page.locator(".first-clock")).to_contain_text("You have it")
    press(page, "Write a note")
    page.get_by_label("Note for staff").fill(NOTE)
    press(page, "Seal and keep the note")
    note = page.locator(".letter.note")
    expect(note).to_contain_text(NOTE)
    expect(note).to_contain_text("signature proven")
    press(page, "Reply")
    page.get_by_label("What you write to the person").fill(REPLY)
    page.get_by_label("Stage of the case afterwards").select_option("info_requested")
    press(page, "Look at it before sending")
    expect(page.locator(".preview")).to_contain_text(REPLY)
    press(page, f"Seal and send to the person of {case.reference}")
    expect(page.locator(".letter.reply")).to_contain_text(REPLY)
    expect(page.locator(".first-clock")).to_contain_text("Paused")


def _answer_is_read_and_answered(back: Defender) -> None:
    back.sees_soon("ST_question.say")
    back.taps("RT1_status.read")
    back.let(back.until(lambda: any(REPLY in shown.spoilers for shown in back.person.screen())))
    back.taps("RT2_read.reply")
    back.says(ANSWER)
    back.taps("F2_more.ready", "nav.skip")
    back.sees_soon("S1_added.say")


def _what_came_is_shown_at_once(page: Page) -> None:
    expect(page.get_by_text("Something was added to this case.")).to_be_visible()
    assert page.get_by_text(ANSWER).count() == 0, "what is read does not move under the reader's eyes"
    press(page, "Open it anew")
    expect(page.locator(".topics")).to_contain_text(ANSWER)


def _a_day_later_a_topic_is_added(desk: Installation, back: Defender, code: str) -> Defender:
    desk.pass_time(days=1)
    again = back.comes_back(code)
    again.taps("RT1_status.add_more", "S0_menu.all", "section.threats", "H3_deadline.within_week")
    again.taps("H1_channel.in_person", "H1_channel.ready")
    again.says(LATER)
    again.sees_soon("S1_added.say")
    return again


def _the_topic_is_new_and_the_identity_is_opened(desk: Installation, page: Page, case: Case) -> None:
    at.open_case(page, desk, case.reference)
    expect(page.locator(".divider").last).to_contain_text("New: added later")
    expect(page.locator(".topics")).to_contain_text(LATER)
    expect(page.get_by_text("it needs the identity to be open")).to_be_visible()
    page.get_by_label("Closed. Why must it be opened?").select_option("contact_person")
    press(page, "Open the identity: To contact the person")
    expect(page.get_by_text("Open on this screen. That you opened it is written down.")).to_be_visible()
    page.get_by_role("heading", name="History").click()
    expect(page.get_by_text("opened the identity").first).to_be_visible()


def _the_chat_is_greeted_once(desk: Installation, page: Page, newest: Defender, case: Case) -> None:
    """The chat in which the person wrote last: an older one may be in other hands."""
    press(page, "One neutral line to the chat")
    press(page, f"Send “Hello” to the chat of {case.reference}")
    expect(page.get_by_text("One neutral line is waiting to be sent.")).to_be_visible()
    desk.sweep()
    newest.sees_soon("PING.say")


def _the_contact_that_was_written_is_one_press_away(desk: Installation, page: Page) -> None:
    russian = next(case for case in desk.cases() if case.locale == "ru")
    at.open_case(page, desk, russian.reference)
    press(page, "Open contact: imminent danger")
    expect(page.locator(".identity-open")).to_contain_text(CONTACT)


def _nobody_is_at_the_desk(page: Page) -> None:
    with page.expect_navigation():
        page.clock.run_for(FIVE_MINUTES + 2_000)
    expect(page.get_by_text("The desk locked itself")).to_be_visible()
    assert page.get_by_text("tyrkviz").count() == 0


def _a_colleague_leaves(desk: Installation, adams: Page, lenas: Page, kept: Kept, lena: Enrolled, anna: Worker) -> None:
    """Anna's access ends; what she could read is refused to her; the lead seals every case key anew without her."""
    adams.goto(f"{desk.server}/")
    kept.codes.append(at.sign_in(adams, desk, kept.people[0]))
    english = next(case for case in desk.cases() if case.locale == "en")
    hers = desk.api(anna)
    asked = f"/api/cases/{english.reference}/facts"
    assert hers.post(asked, json={}).status_code == 200
    adams.goto(f"{desk.server}/#/people")
    card = adams.get_by_role("listitem").filter(has=adams.get_by_role("heading", name=ANNA))
    card.get_by_role("button", name="End access").click()
    press(adams, f"End all access of {ANNA} now")
    expect(adams.get_by_text("still names this key")).to_be_visible()
    assert hers.post(asked, json={}).status_code == 401
    assert desk.sign_in_of(anna).status_code == 401
    desk.sign_without(ANNA)
    kept.codes.append(at.sign_in(lenas, desk, lena))
    lenas.goto(f"{desk.server}/#/rewrap")
    press(lenas, "Begin")
    lenas.get_by_role("button", name="Seal 3 case keys").click()
    expect(lenas.get_by_text("Done. All of them are sealed to list")).to_be_visible()


def _what_was_sealed_anew(desk: Installation, case: Case, lena: Enrolled, anna: Worker) -> None:
    """The new case-key files open for who is on the list now, and for nobody else; the rest stays."""
    key = keyfiles.unlock(lena.file.read_bytes(), lena.words)
    opened = desk.opened(case, LENA, key.identity)
    assert opened["problems"] == []
    said = str(opened)
    assert all(words in said for words in (STORY, NOTE, REPLY, ANSWER, LATER))
    with pytest.raises(OpeningError):
        desk.opened(case, LENA, anna.key.identity)
    assert Casework(desk.database, desk.now).list_cases()
