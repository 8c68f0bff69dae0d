"""What staff are told of a case as time goes on, with the database, without a messenger: minute by minute, all told."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.casework.actor import Actor
from bot.casework.acts import Acts
from bot.casework.calls import Calls, Whom
from bot.casework.escalation import Kind
from bot.casework.notices import Report
from bot.casework.staff_chat import Answer, Said
from bot.engine.conversation import Level
from bot.errors import ChangedError
from bot.ids import ChatId
from bot.roster import load
from bot.store.values import Case
from tests.made_up import call
from tests.staff.made_bot import STAFF, Bot

STEP = timedelta(seconds=30)
CHATS = {"Anna": 1, "Boris": 2, "Lena": 3}


class Staff:
    """Staff who are told, and a clock that is set forward."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.chat = bot.parts.chat
        self.acts = Acts(bot.parts.office)
        self.calls = Calls(bot.parts.office, lambda: load(bot.roster))
        self._updates = 0

    def update(self) -> int:
        self._updates += 1
        return self._updates

    def link(self, *names: str) -> None:
        for name in names:
            self.chat.link(self.update(), ChatId(CHATS[name]), self.bot.code(name))

    def now(self) -> list[tuple[str, Kind]]:
        """Return who is told what at this moment."""
        notices = self.bot.parts.notices
        said: list[tuple[str, Kind]] = []
        while notices.gather():
            pass
        notices.find_overdue()
        while tellings := notices.due():
            said += [(each.name, telling.kind) for telling in tellings for each in telling.to]
            notices.told(
                Report(telling=telling, told=frozenset(each.name for each in telling.to), missed=frozenset())
                for telling in tellings
            )
        return said

    def play(self, minutes: int) -> list[tuple[str, Kind]]:
        """Let time go on and nobody answer; return who is told what."""
        said = []
        for _ in range(int(timedelta(minutes=minutes) / STEP)):
            self.bot.clock.advance(seconds=STEP.seconds)
            said += self.now()
        return said

    def call(self, by: str, case: Case, whom: Whom) -> int:
        return self.calls.call(actor(by), case.reference, whom)

    def cannot(self, name: str, case: Case) -> Answer:
        answer = self.chat.cannot(self.update(), ChatId(CHATS[name]), case.id)
        assert isinstance(answer, Answer)
        return answer

    def news(self, case: Case) -> None:
        call(self.bot.database, "cases.add_news", case.id, self.bot.clock())


def actor(name: str) -> Actor:
    return Actor(name=name, roles=frozenset(STAFF[name][0]))


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    bot = Bot(tmp_path)
    yield Staff(bot)
    bot.database.close()


def times(said: Sequence[tuple[str, Kind]], *what: tuple[str, Kind]) -> list[int]:
    return [said.count(each) for each in what]


@pytest.mark.parametrize(("level", "often"), [(Level.CRITICAL, 2), (Level.HIGH, 1)])
def test_an_overdue_case_that_nobody_takes_is_told_again_only_when_its_time_comes(
    staff: Staff, level: Level, often: int
) -> None:
    staff.link("Anna", "Lena")
    staff.bot.case(level)
    staff.now()
    staff.bot.clock.advance(hours=25)
    said = [*staff.now(), *staff.play(55)]
    assert times(said, ("Anna", Kind.OVERDUE), ("Lena", Kind.OVERDUE)) == [often, often]
    assert len(said) == 2 * often


def test_a_call_tells_the_lead_who_muted_and_its_number_is_how_many_are_told(staff: Staff) -> None:
    staff.link("Anna", "Boris", "Lena")
    case = staff.bot.case()
    staff.now()
    staff.chat.mute(staff.update(), ChatId(CHATS["Lena"]), 8)
    assert staff.call("Anna", case, "lead") == 1
    assert staff.now() == [("Lena", Kind.CALL_LEAD)]


def test_a_call_that_nobody_would_hear_leaves_the_alarm_as_it_was(staff: Staff) -> None:
    staff.link("Anna", "Boris")
    case = staff.bot.case()
    assert staff.now() == [("Anna", Kind.NEW)]
    assert staff.call("Anna", case, "lead") == 0
    assert staff.play(5) == [("Boris", Kind.NEW)]


def test_a_reader_is_called_to_a_case_that_somebody_holds_and_who_calls_is_not(staff: Staff) -> None:
    staff.link("Anna", "Boris", "Lena")
    case = staff.bot.case(Level.HIGH, "ru")
    staff.acts.claim(actor("Anna"), case.reference)
    staff.now()
    assert staff.call("Anna", case, "reader") == 1
    assert staff.now() == [("Boris", Kind.CALL_READER)]
    (*_, last) = call(staff.bot.database, "audit.of_case", case.reference)
    assert (last.actor, last.act, last.reason) == ("desk:Anna", "call", "reader")
    with pytest.raises(ChangedError):
        staff.call("Anna", case, "reader")


def test_who_becomes_overdue_meanwhile_does_not_take_the_place_of_a_call(staff: Staff) -> None:
    staff.link("Anna", "Lena")
    case = staff.bot.case()
    staff.now()
    staff.bot.clock.advance(hours=2)
    assert staff.call("Anna", case, "lead") == 1
    assert staff.now()[0] == ("Lena", Kind.CALL_LEAD)


def test_a_topic_is_told_while_the_alarm_of_an_urgent_case_sleeps(staff: Staff) -> None:
    staff.link("Anna", "Boris", "Lena")
    case = staff.bot.case(Level.HIGH)
    said = [*staff.now(), *staff.play(20)]
    assert said == [("Anna", Kind.NEW), ("Boris", Kind.NEW), ("Lena", Kind.NEW)]
    staff.news(case)
    assert staff.now() == [("Anna", Kind.ENRICHED)]


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("read", [True, False])
def test_of_topic_after_topic_it_is_told_once_in_ten_minutes(staff: Staff, *, held: bool, read: bool) -> None:
    staff.link("Anna")
    case = staff.bot.case(Level.HIGH)
    staff.now()
    if held:
        staff.acts.claim(actor("Anna"), case.reference)
    if read:
        call(staff.bot.database, "cases.mark_read", case.id, staff.bot.clock())
    said = []
    for _ in range(4):
        staff.news(case)
        said += [*staff.now(), *staff.play(2)]
    assert said == [("Anna", Kind.ENRICHED)]
    staff.play(3)
    staff.news(case)
    assert staff.now() == [("Anna", Kind.ENRICHED)]


def test_once_nobody_has_to_be_told_the_hour_of_a_topic_is_forgotten(staff: Staff) -> None:
    staff.link("Anna")
    case = staff.bot.case(Level.HIGH)
    staff.acts.claim(actor("Anna"), case.reference)
    call(staff.bot.database, "cases.mark_read", case.id, staff.bot.clock())
    staff.news(case)
    staff.now()
    staff.play(11)
    since = call(staff.bot.database, "notices.of_case", case.id).since
    assert (since.hour, since.minute) == (0, 0)


def test_who_gives_a_case_back_is_not_told_of_it_the_next_one_is(staff: Staff) -> None:
    staff.link("Anna", "Boris", "Lena")
    case = staff.bot.case()
    staff.now()
    staff.chat.take(staff.update(), ChatId(CHATS["Anna"]), case.id)
    staff.now()
    staff.chat.release(staff.update(), ChatId(CHATS["Anna"]), case.reference, knowingly=True)
    assert staff.now() == [("Boris", Kind.RELEASED)]
    assert staff.play(20) == [("Lena", Kind.RELEASED)]


def test_a_case_given_back_at_night_waits_for_the_next_shift(staff: Staff) -> None:
    staff.bot.roster.write_text(staff.bot.roster.read_text("utf-8").replace('from = "00:00"', 'from = "12:00"'))
    staff.link("Anna", "Boris", "Lena")
    case = staff.bot.case(Level.MEDIUM)
    staff.acts.claim(actor("Anna"), case.reference)
    staff.acts.release(actor("Anna"), case.reference)
    assert staff.now() == []


def test_i_cannot_says_whether_anybody_is_left_to_tell(staff: Staff) -> None:
    staff.link("Anna", "Lena")
    case = staff.bot.case(Level.HIGH)
    assert staff.now() == [("Anna", Kind.NEW)]
    assert staff.cannot("Anna", case).said is Said.PASSED
    assert staff.now() == [("Lena", Kind.NEW)]
    answer = staff.cannot("Lena", case)
    assert answer.said is Said.NOBODY_LEFT
    assert answer.until == staff.bot.clock() + timedelta(hours=4)


def test_i_cannot_of_somebody_after_whom_others_were_told_hurries_nobody(staff: Staff) -> None:
    staff.link("Anna", "Boris", "Lena")
    case = staff.bot.case()
    staff.now()
    assert [staff.cannot("Anna", case).said for _ in range(2)] == [Said.PASSED] * 2
    assert staff.now() == [("Boris", Kind.NEW)]
    assert staff.cannot("Anna", case).said is Said.PASSED
    assert staff.now() == []


def test_i_cannot_says_who_has_it_where_somebody_does(staff: Staff) -> None:
    staff.link("Anna", "Boris")
    case = staff.bot.case()
    staff.now()
    staff.acts.claim(actor("Boris"), case.reference)
    answer = staff.cannot("Anna", case)
    assert (answer.said, answer.name) == (Said.HELD, "Boris")
