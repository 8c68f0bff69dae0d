"""What a process remembers of chats: bounded, safe for threads, and worth nothing when it is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.emulator.clock import VirtualClock
from bot.ids import ChatId
from bot.intake.coming_back import ATTEMPTS, Attempts, status_of
from bot.intake.flood import MESSAGES, SILENCE, Flood, Verdict
from bot.intake.incoming import Said, Tap, Unread
from bot.intake.library import Library
from bot.intake.remembered import Remembered
from bot.store.values import CASE_KEY, Case, ObjectState, Stage, Status
from tests.intake.desk import Desk, run
from tests.intake.ways import sent
from tests.made_up import case

SAID = Said(text="MADE UP", message_id=1)
CHAT = ChatId(7)


def test_the_one_put_longest_ago_is_forgotten_first() -> None:
    table = Remembered[int, str](2)
    for key in (1, 2, 1, 3):
        table.put(key, str(key))
    assert [table.get(key) for key in (1, 2, 3)] == ["1", None, "3"]
    table.change(1, lambda value: value + "!")
    table.change(2, lambda value: value + "!")
    assert (table.forget(1), table.get(1), table.get(2)) == ("1!", None, None)


def test_threads_do_not_disturb_each_other() -> None:
    table = Remembered[int, int](50)

    def work(thread: int) -> None:
        for number in range(2000):
            table.put(number % 100, thread)
            table.change(number % 90, lambda value: value + 1)
            table.forget((number * 7) % 100)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert sum(table.get(key) is not None for key in range(100)) <= 50


def test_forty_messages_a_minute_are_fine_then_one_calm_line_then_an_hour_of_silence() -> None:
    clock = VirtualClock()
    flood = Flood(clock)
    assert {flood.of(CHAT, SAID) for _ in range(MESSAGES)} == {Verdict.FINE}
    assert flood.of(CHAT, SAID) is Verdict.TELL
    assert flood.of(CHAT, Unread(kind="voice", message_id=1)) is Verdict.SILENT
    assert flood.is_silent(CHAT)
    assert flood.of(CHAT, Tap(data="1.000000.1.x", message_id=1)) is Verdict.FINE, "buttons go on working"
    assert flood.of(ChatId(8), SAID) is Verdict.FINE
    clock.advance(seconds=SILENCE.total_seconds() + 1)
    assert flood.of(CHAT, SAID) is Verdict.FINE


def test_messages_at_the_pace_of_a_person_never_flood() -> None:
    clock = VirtualClock()
    flood = Flood(clock)
    for _ in range(200):
        clock.advance(seconds=2)
        assert flood.of(CHAT, SAID) is Verdict.FINE


def test_five_codes_an_hour_for_each_chat() -> None:
    clock = VirtualClock()
    attempts = Attempts(clock)
    assert all(attempts.allow(CHAT) for _ in range(ATTEMPTS))
    assert not attempts.allow(CHAT)
    assert attempts.allow(ChatId(8)), "nobody locks out anybody else"
    clock.advance(seconds=timedelta(hours=1).total_seconds() + 1)
    assert attempts.allow(CHAT)


STAGES = dict.fromkeys(Stage, "ST_working") | {
    Stage.RECEIVED: "ST_received",
    Stage.INFO_REQUESTED: "ST_question",
    Stage.AWAITING_CONSENT: "ST_question",
}


@pytest.mark.parametrize(
    ("found", "replies", "screen"),
    [
        *((case(stage=stage), False, screen) for stage, screen in STAGES.items()),
        *((case(stage=stage, status=Status.CLAIMED), False, screen) for stage, screen in STAGES.items()),
        *((case(stage=stage, status=Status.CLOSED), False, "ST_finished") for stage in Stage),
        *((case(stage=stage), True, "ST_question") for stage in Stage),
        (case(status=Status.CLOSED), True, "ST_question"),
    ],
)
def test_the_status_is_one_of_four_lines(found: Case, replies: bool, screen: str) -> None:
    assert status_of(found, replies=replies) == screen


def test_a_draft_finishes_on_the_version_it_began(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
        old = desk.conversation
        texts = {**old.texts, "en": {**old.texts["en"], "E2_what_now.say": "Made up: asked otherwise now."}}
        desk.conversation = type(old)(**{**{name: getattr(old, name) for name in old.__slots__}, "texts": texts})
        assert Library(desk.conversation).current.digest != Library(old).current.digest
        desk.restart(phone)
        await phone.command("menu")
        await phone.tap("menu.to_question")
        assert desk.text("E2_what_now.say") not in phone.text()
        assert old.texts["en"]["E2_what_now.say"] in phone.text()

    run(talk())


def test_the_keys_of_a_case_say_which_keyring_they_were_sealed_to(desk: Desk) -> None:
    async def talk() -> None:
        await sent(desk.phone())
        (found,) = desk.queue()
        objects = desk.database.turn(lambda tx: tx.objects.of_case(found.id, [ObjectState.SENT])).result()
        serials = {(each.kind == CASE_KEY, each.serial) for each in objects}
        assert serials == {(True, desk.made.keyring.serial), (False, None)}

    run(talk())
