"""What holds for every update, whatever it says: one effect each, in order, on both databases; kept or not at all."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app.nature import random_bytes
from bot.engine.conversation import AuthorKind
from bot.errors import PanohError
from bot.ids import ChatId
from bot.intake.incoming import Blocked, Said, Tap
from bot.store.database import Database
from tests.intake.desk import Desk, Made, assembled, run
from tests.intake.ways import DELETES, ORDINARY, URGENT, to_the_story

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
