"""What holds for every update, whatever it says: one effect each, in order, on both databases; kept or not at all."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.nature import random_bytes
from bot.engine.conversation import AuthorKind
from bot.errors import PanohError
from bot.ids import ChatId
from bot.intake.drafts import LIVE_WINDOW
from bot.intake.incoming import Blocked, Said, Tap
from bot.sealing.code import new_code
from bot.store.database import Database
from tests.intake.desk import Desk, Made, assembled, run
from tests.intake.phone import Phone

ORDINARY = ("A1_language.en", "A2_safe_here.yes", "A3_danger.no", "B1_consent_store.yes_send")
URGENT = ("A1_language.en", "A2_safe_here.yes", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
DELETES = (*URGENT[:3], "E1_consent_urgent.yes_delete")


async def to_the_story(phone: Phone, *first: str) -> None:
    await phone.start()
    await phone.taps(*(first or URGENT), "E2_what_now.other")


async def sent(phone: Phone, *first: str) -> str:
    """Send a case the short way; return the code."""
    await to_the_story(phone, *first)
    await phone.says("MADE UP: two men came")
    await phone.taps("E4_contact.code_only", "Z1_send.send")
    assert phone.code is not None
    return phone.code


# -- two processes on one database ------------------------------------------------------------------------------------


@pytest.fixture
def shared_desk(made: Made, tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """An installation on either kind of database."""
    opened = Desk(made, tmp_path / "desk", url=database_url)
    yield opened
    opened.close()


def test_of_two_processes_that_get_the_same_update_one_keeps_it(shared_desk: Desk) -> None:
    async def race() -> None:
        other = Database(shared_desk.url)
        try:
            second, _, _ = assembled(shared_desk, other)
            phone = shared_desk.phone()
            await to_the_story(phone)
            update = phone.incoming(Said(text="MADE UP: two men came", message_id=phone.number()))
            turns = await asyncio.gather(
                *(intake.handle(update) for intake in (shared_desk.intake, second, shared_desk.intake, second))
            )
            answered = [turn for turn in turns if turn.messages]
            assert len(answered) == 1
            await phone.show(answered[0])
            await phone.taps("E4_contact.code_only", "Z1_send.send")
        finally:
            await asyncio.to_thread(other.close)

    run(race())
    assert shared_desk.written(shared_desk.queue()[0]) == {"E3_who_where": "MADE UP: two men came"}


def test_two_messages_at_once_through_two_processes_are_both_kept_and_asked_about_once(shared_desk: Desk) -> None:
    async def race() -> None:
        other = Database(shared_desk.url)
        try:
            second, _, _ = assembled(shared_desk, other)
            phone = shared_desk.phone()
            await phone.start()
            await phone.taps(*ORDINARY, "B2_about_whom.myself", "N1_contact.code_only", "F1_main.other")
            updates = [phone.incoming(Said(text=f"MADE UP {each}", message_id=phone.number())) for each in range(10)]
            intakes = (shared_desk.intake, second)
            turns = await asyncio.gather(*(intakes[n % 2].handle(update) for n, update in enumerate(updates)))
            for turn in turns:
                await phone.show(turn)
            await phone.command("menu")
            await phone.tap("menu.send_now")
        finally:
            await asyncio.to_thread(other.close)

    run(race())
    story = shared_desk.written(shared_desk.queue()[0])["F2_story"]
    assert sorted(story.split("\n")) == [f"MADE UP {each}" for each in range(10)]


def test_of_two_taps_on_send_through_two_processes_one_sends(shared_desk: Desk) -> None:
    async def race() -> None:
        other = Database(shared_desk.url)
        try:
            second, _, _ = assembled(shared_desk, other)
            phone = shared_desk.phone()
            await to_the_story(phone)
            await phone.says("MADE UP: two men came")
            await phone.tap("E4_contact.code_only")
            message, button = next(each for each in phone.all_buttons() if each[1].name == "Z1_send.send")
            taps = [phone.incoming(Tap(data=button.data, message_id=message)) for _ in range(2)]
            turns = await asyncio.gather(shared_desk.intake.handle(taps[0]), second.handle(taps[1]))
            assert sum(any("R1_code" in message.name for message in turn.messages) for turn in turns) == 1
        finally:
            await asyncio.to_thread(other.close)

    run(race())
    assert len(shared_desk.queue()) == 1


def test_many_people_begin_at_once_before_and_after_consent(shared_desk: Desk) -> None:
    async def crowd() -> None:
        phones = [shared_desk.phone(chat) for chat in range(1, 25)]
        await asyncio.gather(*(to_the_story(phone) for phone in phones))
        await asyncio.gather(*(phone.says(f"MADE UP {number}") for number, phone in enumerate(phones)))
        assert all(phone.sees("E4_contact") for phone in phones)

    run(crowd())


# -- kept or not at all -----------------------------------------------------------------------------------------------


class Chance:
    """Randomness that runs out, as a broken machine's would: anything may fail inside a turn."""

    def __init__(self) -> None:
        self.broken = False

    def __call__(self, count: int) -> bytes:
        if self.broken:
            raise RuntimeError("made up: no randomness")
        return random_bytes(count)


@pytest.mark.parametrize("locale", ["en", "ru", "tg"])
def test_a_fault_of_ours_loses_nothing_and_says_so_in_the_language_of_the_person(
    made: Made, tmp_path: Path, locale: str
) -> None:
    chance = Chance()
    desk = Desk(made, tmp_path / "desk", chance=chance)

    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone, f"A1_language.{locale}", *URGENT[1:])
        await phone.says("MADE UP: two men came")
        chance.broken = True
        with pytest.raises(RuntimeError):
            await phone.tap("E4_contact.code_only")
        turn = await desk.intake.sorry(ChatId(7))
        chance.broken = False
        await phone.show(turn)
        assert phone.text().endswith(desk.text("ERR_ours.say", locale))
        assert phone.sees("E4_contact"), "the question still stands"
        await phone.tap("E4_contact.code_only")
        assert not phone.sees("ERR_ours"), "the excuse leaves with the question"
        await phone.tap("Z1_send.send")

    run(talk())
    assert desk.written(desk.queue()[0]) == {"E3_who_where": "MADE UP: two men came"}
    desk.close()


def test_the_excuse_before_consent_writes_nothing_and_in_a_closed_chat_says_nothing_of_a_case(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await phone.start()
        await phone.tap("A1_language.ru")
        await phone.show(await desk.intake.sorry(ChatId(7)))
        assert desk.text("ERR_ours.say", "ru") in phone.text()
        assert desk.rows() == {}
        await phone.taps(*URGENT[1:])
        await phone.command("stop")
        stranger = await desk.intake.sorry(ChatId(8))
        closed = await desk.intake.sorry(ChatId(7))
        assert [each.text for each in closed.messages] == [each.text for each in stranger.messages]

    run(talk())


def test_a_database_that_is_gone_keeps_nothing_and_raises(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        desk.database.close()
        with pytest.raises(PanohError):
            await phone.says("MADE UP")
        turn = await desk.intake.sorry(ChatId(7))
        assert [message.name for message in turn.messages] == ["ERR_ours"]

    run(talk())


def test_without_a_keyring_no_case_begins_and_one_that_began_is_finished(desk: Desk) -> None:
    async def talk() -> None:
        begun, late = desk.phone(1), desk.phone(2)
        await to_the_story(begun)
        desk.keyring.keyring = None
        await late.start()
        await late.taps(*URGENT)
        assert late.sees("KEYRING_CLOSED", "C1_contacts")
        await begun.says("MADE UP: two men came")
        await begun.taps("E4_contact.code_only", "Z1_send.send")

    run(talk())
    assert [desk.written(case) for case in desk.queue()] == [{"E3_who_where": "MADE UP: two men came"}]


def test_a_person_who_blocks_the_bot_keeps_the_draft_and_is_owed_nothing(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        turn = await phone.act(Blocked())
        assert (turn.messages, turn.remove) == ((), ())
        desk.clock.advance(minutes=2)
        assert (await desk.sweep()).again == []
        await phone.says("MADE UP: two men came")
        assert phone.sees("E4_contact")

    run(talk())


# -- leaving ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "there"), [(URGENT, 1), (DELETES, 0)])
def test_exit_and_then_silence_follow_the_choice(desk: Desk, first: tuple[str, ...], there: int) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone, *first)
        await phone.says("MADE UP: two men came")
        await phone.command("stop")
        assert phone.names() == ["EXIT_line"]
        assert phone.visible() == []
        assert desk.queue() == ()
        desk.clock.advance(minutes=31)
        await desk.sweep()

    run(talk())
    assert len(desk.queue()) == there
    assert ("objects" in desk.rows()) is bool(there)


def test_silence_follows_the_second_consent_where_the_first_was_about_a_story(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await phone.says("MADE UP: yesterday two men came to my house and asked for me")
        await phone.taps("B1_consent_store.yes_send", "A2_safe_here.yes", "A3_danger.yes_now")
        await phone.tap("E1_consent_urgent.yes_delete")
        desk.clock.advance(minutes=31)
        await desk.sweep()

    run(talk())
    assert desk.queue() == ()
    assert "objects" not in desk.rows()


@pytest.mark.parametrize(
    ("hygiene", "while_writing", "after_exit"), [("go", 0, 0), ("end", 2, 0), ("never", 2, 2), (None, 0, 0)]
)
def test_messages_leave_the_chat_when_the_person_says(
    desk: Desk, hygiene: str | None, while_writing: int, after_exit: int
) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await phone.start()
        await phone.taps(*ORDINARY, "B2_about_whom.myself", "N1_contact.code_only", "F1_main.other")
        if hygiene is not None:
            await phone.taps("nav.menu", "menu.help", "HELP.hygiene", f"HYGIENE.hygiene_{hygiene}")
        await phone.says("MADE UP: first")
        await phone.says("MADE UP: second")
        assert len(phone.visible()) == while_writing
        await phone.command("stop")
        assert len([each for each in phone.visible() if each.startswith("MADE UP")]) == after_exit

    run(talk())


def test_what_can_no_longer_be_removed_is_said_before_exit_cleans(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await phone.start()
        await phone.taps(*ORDINARY)
        for _ in range(3):
            desk.clock.advance(hours=20)
            await phone.says("MADE UP")
        turn = await phone.command("stop")
        shown = "\n".join(message.text for message in turn.messages)
        assert shown.index(desk.text("ERR_48h.say")) < shown.index(desk.text("EXIT_line.say"))

    run(talk())


# -- limits -----------------------------------------------------------------------------------------------------------


def test_beyond_256_kib_the_last_message_is_refused_kindly_and_nothing_else_is_lost(desk: Desk) -> None:
    big = "MADE UP " + "x" * 40_000

    async def talk() -> None:
        phone = desk.phone()
        await phone.start()
        await phone.taps(*ORDINARY, "B2_about_whom.myself", "N1_contact.code_only", "F1_main.other")
        for _ in range(6):
            await phone.says(big)
            desk.clock.advance(seconds=10)
            assert not phone.sees("LIMIT_reached")
        await phone.says(big)
        assert phone.sees("LIMIT_reached")
        await phone.says("MADE UP, short")
        assert not phone.sees("LIMIT_reached"), "what still fits is taken"
        await phone.command("menu")
        await phone.tap("menu.send_now")

    run(talk())
    assert desk.written(desk.queue()[0])["F2_story"] == "\n".join([big] * 6 + ["MADE UP, short"])


def test_beyond_200_messages_the_rest_is_refused_kindly(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await phone.start()
        await phone.taps(*ORDINARY, "B2_about_whom.myself", "N1_contact.code_only", "F1_main.other")
        for number in range(200):
            await phone.says(f"MADE UP {number}")
            desk.clock.advance(seconds=10)
            assert not phone.sees("LIMIT_reached")
        await phone.says("MADE UP 200")
        assert phone.sees("LIMIT_reached")
        await phone.says("MADE UP 199, edited", message_id=phone.number(), edited=True)
        await phone.command("menu")
        await phone.tap("menu.send_now")

    run(talk())
    assert desk.written(desk.queue()[0])["F2_story"].split("\n") == [f"MADE UP {number}" for number in range(200)]


# -- the code ---------------------------------------------------------------------------------------------------------


def test_after_its_deletion_a_case_answers_like_an_unknown_code(desk: Desk) -> None:
    async def talk() -> None:
        phone, other = desk.phone(1), desk.phone(2)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.add_more")
        await phone.command("menu")
        await phone.taps("menu.delete_all", "DEL_case.delete")
        assert phone.sees("DEL_case_done")
        assert desk.queue() == (), "served to nobody at once"
        desk.clock.advance(hours=25)
        await desk.sweep()
        await other.says(code)
        deleted = other.text()
        stranger = desk.phone(3)
        await stranger.says(new_code(random_bytes).digits())
        assert deleted == stranger.text()

    run(talk())
    assert "objects" not in desk.rows()
    assert "mailboxes" not in desk.rows()


def test_the_code_calls_a_deletion_back(desk: Desk) -> None:
    async def talk() -> None:
        phone, other = desk.phone(1), desk.phone(2)
        code = await sent(phone)
        await phone.tap("R1_code.kept")
        await phone.command("menu")
        await phone.taps("menu.delete_all", "DEL_case.delete")
        await other.says(code)
        await other.tap("DEL_case_done.call_back")

    run(talk())
    assert len(desk.queue()) == 1


def test_coming_back_elsewhere_cuts_off_the_first_phone_and_sends_what_was_written_there(desk: Desk) -> None:
    async def talk() -> None:
        phone, other = desk.phone(1), desk.phone(2)
        code = await sent(phone)
        await phone.taps("R1_code.kept", "R2_after.add_more", "section.own_words")
        await phone.says("MADE UP: more of it")
        await other.says(code)
        assert other.sees("RT1_status")
        await phone.command("menu")
        assert phone.sees("A1_language"), "a stranger's screen"

    run(talk())
    (case,) = desk.queue()
    assert case.news
    assert "MADE UP: more of it" in desk.written(case).values()


def test_what_silence_deletes_does_not_come_back_with_the_code(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await sent(phone, *DELETES)
        await phone.taps("R1_code.kept", "R2_after.add_more", "section.own_words")
        await phone.says("MADE UP: more of it")
        desk.clock.advance(hours=3)
        await desk.sweep()
        await phone.says(code)
        await phone.taps("RT1_status.add_more")
        await phone.says("MADE UP: at the menu")

    run(talk())
    assert desk.written(desk.queue()[0]) == {
        "E3_who_where": "MADE UP: two men came",
        "O1_more_words": "MADE UP: at the menu",
    }


def test_whoever_writes_to_a_closed_chat_is_not_shown_the_code_of_a_case_sent_by_silence(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        await phone.says("MADE UP: two men came")
        await phone.command("stop")
        desk.clock.advance(minutes=31)
        await desk.sweep()
        for words in ("hello there you", "who are these people", "what is it"):
            await phone.says(words)
            assert phone.code is None
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")
        assert phone.code is not None

    run(talk())


def test_in_the_live_window_the_same_chat_needs_no_code_and_after_it_is_a_stranger(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await sent(phone)
        await phone.tap("R1_code.kept")
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes", "S4_resume.go_on")
        assert phone.sees("menu")
        desk.clock.advance(seconds=LIVE_WINDOW.total_seconds() + 60)
        await desk.sweep()
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes")
        assert phone.sees("A3_danger")

    run(talk())


# -- shown and again --------------------------------------------------------------------------------------------------


def test_noting_what_was_shown_and_asking_again_move_nothing(desk: Desk) -> None:
    """Also right after silence has sent the case, when the draft does not know it yet."""

    async def talk() -> None:
        phone = desk.phone()
        await to_the_story(phone)
        await phone.says("MADE UP: two men came")
        desk.clock.advance(minutes=31)
        await desk.sweep()
        before = desk.rows()
        turn = await desk.intake.again(ChatId(7), late=True)
        await phone.show(turn)
        await phone.show(await desk.intake.again(ChatId(7), late=False))
        assert desk.rows() == before
        assert phone.code is None
        await phone.command("menu")
        assert phone.code is not None, "the same chat gets the code when the person writes"

    run(talk())
    (case,) = desk.queue()
    assert case.left_early
    assert desk.written(case) == {"E3_who_where": "MADE UP: two men came"}


def test_no_contact_question_stands_in_the_facts(made: Made) -> None:
    nodes = made.conversation.nodes.values()
    assert {node.compartment.value for node in nodes if node.author_kind is AuthorKind.CONTACT} == {"identity"}


# -- several cases under one code -------------------------------------------------------------------------------------


async def two_cases(desk: Desk, phone: Phone) -> str:
    """Write about oneself, then about another person, under one code; return the code."""
    code = await sent(phone)
    await phone.taps("R1_code.kept", "R2_after.exit")
    desk.clock.advance(days=1)
    await phone.says(code)
    await phone.taps("RT1_status.another", "ANOTHER.go_on", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
    await phone.taps("E2_what_now.other")
    await phone.says("MADE UP: about a second person")
    await phone.taps("E4_contact.code_only", "Z1_send.send")
    assert phone.sees("R1_same")
    assert phone.code == code, "no other code was made"
    return code


def stories(desk: Desk) -> list[dict[str, str]]:
    """Return what was written, the oldest case first."""
    return [desk.written(case) for case in sorted(desk.queue(), key=lambda case: case.arrived_at)]


def test_another_person_is_another_case_under_the_same_code(desk: Desk) -> None:
    async def talk() -> None:
        phone, later = desk.phone(1), desk.phone(2)
        code = await two_cases(desk, phone)
        desk.clock.advance(days=1)
        await later.says(code)
        assert later.sees("RT1_cases")
        labels = [button.label for _, button in later.all_buttons()]
        assert labels[:2] == ["1 · 23 Nov 2026", "2 · 24 Nov 2026"], "numbers and days, never names"
        await later.taps("RT1_cases.case_1", "RT1_status.add_more")
        await later.says("MADE UP: more about me")
        await later.says(code)
        await later.taps("RT1_cases.case_2", "RT1_status.add_more")
        await later.says("MADE UP: more about the second person")

    run(talk())
    assert stories(desk) == [
        {"E3_who_where": "MADE UP: two men came", "O1_more_words": "MADE UP: more about me"},
        {"E3_who_where": "MADE UP: about a second person", "O1_more_words": "MADE UP: more about the second person"},
    ]
    (link,) = [flag for case in desk.queue() for flag in desk.opened(case)["flags"] if flag.startswith("linked:")]
    assert link.removeprefix("linked:") in {case.reference for case in desk.queue()}


def test_turning_to_the_other_case_and_back_loses_nothing_that_was_begun(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await two_cases(desk, phone)
        await phone.says(code)
        await phone.taps("RT1_cases.case_1", "RT1_status.add_more", "section.own_words")
        await phone.says("MADE UP: begun about me")
        await phone.says(code)
        await phone.taps("RT1_cases.case_2", "RT1_status.cases", "RT1_cases.case_1", "RT1_status.cases")
        desk.restart(phone)
        await phone.taps("RT1_cases.case_2", "RT1_status.add_more")
        await phone.says("MADE UP: the end")

    run(talk())
    mine, theirs = stories(desk)
    assert "MADE UP: begun about me" in mine.values()
    assert theirs["O1_more_words"] == "MADE UP: the end"


@pytest.mark.parametrize("deleted", [1, 2])
def test_deleting_one_case_leaves_the_other_under_the_code(desk: Desk, deleted: int) -> None:
    async def talk() -> None:
        phone, later = desk.phone(1), desk.phone(2)
        code = await two_cases(desk, phone)
        await phone.says(code)
        await phone.taps(f"RT1_cases.case_{deleted}", "RT1_status.delete_case", "DEL_case.delete")
        assert len(desk.queue()) == 1
        desk.clock.advance(hours=25)
        await desk.sweep()
        await later.says(code)
        assert later.sees("RT1_status"), "one case is left, so there is nothing to choose"
        await later.tap("RT1_status.add_more")
        await later.says("MADE UP: still here")

    run(talk())
    (left,) = stories(desk)
    assert left["O1_more_words"] == "MADE UP: still here"
    assert left["E3_who_where"] == ("MADE UP: about a second person" if deleted == 1 else "MADE UP: two men came")


def test_a_case_that_is_not_there_cannot_be_turned_to(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await two_cases(desk, phone)
        await phone.says(code)
        data = next(button.data for _, button in phone.all_buttons() if button.name == "RT1_cases.case_1")
        for forged in ("case_3", "case_", "case_x", "case_99999"):
            await phone.press(None, data.replace("case_1", forged))
        await phone.says(code)
        assert phone.sees("RT1_cases")

    run(talk())
    assert len(desk.queue()) == 2
