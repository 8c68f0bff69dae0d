"""Reaching the person: tries that are written down, who is doubted, in which language a case is read, how long a reply
waits."""

from os import urandom

import pytest

from bot.casework.acts import Way
from bot.casework.languages import LANGUAGES
from bot.casework.reading import TRIES_SHOWN, Try
from bot.casework.reasons import CloseReason
from bot.errors import CaseUnavailableError, ChangedError, PanohError
from bot.ids import ObjectId, Reference
from tests.casework.office import MadeOffice, actor, one_key_file, rows
from tests.casework.test_writing import TOKEN, held, write
from tests.made_up import call


def test_each_try_is_a_line_of_its_own_and_the_last_day_waits_for_the_person(office: MadeOffice) -> None:
    mine, _ = held(office)
    first = office.at.date()
    office.acts.tried(actor("Anna"), mine.reference, Way.AGREED)
    office.acts.tried(actor("Ivo"), mine.reference, Way.AGREED)
    assert office.read(mine).tried_on == first
    day = office.later(days=1).date()
    office.acts.tried(actor("Lena"), mine.reference, Way.TRUSTED)
    assert office.read(mine).tried_on == day
    assert office.acts_on(mine.reference)[1:] == [
        ("desk:Anna", "tried", "agreed"),
        ("desk:Ivo", "tried", "agreed"),
        ("desk:Lena", "tried", "trusted"),
    ]
    assert office.reading.detail(actor("Boris"), mine.reference).tries == (
        Try(day=first, who="Anna", way=Way.AGREED),
        Try(day=first, who="Ivo", way=Way.AGREED),
        Try(day=day, who="Lena", way=Way.TRUSTED),
    )
    # The identity compartment, where the number lies, closes with the case; so does this.
    office.acts.close(actor("Anna"), mine.reference, CloseReason.NO_CONTACT)
    assert office.acts_on(mine.reference)[-1] == ("desk:Anna", "close", "no_contact")
    with pytest.raises(CaseUnavailableError):
        office.acts.tried(actor("Ivo"), mine.reference, Way.AGREED)


def test_of_many_tries_the_last_are_shown(office: MadeOffice) -> None:
    mine, _ = held(office)
    office.acts.tried(actor("Lena"), mine.reference, Way.TRUSTED)
    for _ in range(TRIES_SHOWN):
        office.acts.tried(actor("Anna"), mine.reference, Way.AGREED)
    tries = office.reading.detail(actor("Anna"), mine.reference).tries
    assert [each.who for each in tries] == ["Anna"] * TRIES_SHOWN


def test_while_the_writer_is_doubted_nothing_is_written_to_the_chat(office: MadeOffice) -> None:
    mine, box = held(office)
    write(office, mine, box)
    assert office.acts.writer(actor("Anna"), mine.reference, doubted=True).compromised
    with pytest.raises(ChangedError, match="others may be reading"):
        office.writing.nudge(actor("Anna"), mine.reference, TOKEN)
    assert not office.acts.writer(actor("Lena"), mine.reference, doubted=False).compromised
    office.writing.nudge(actor("Anna"), mine.reference, TOKEN)
    assert [(act, reason) for _, act, reason in office.acts_on(mine.reference) if act == "writer"] == [
        ("writer", "doubted"),
        ("writer", "trusted"),
    ]


def test_a_case_is_found_by_what_it_is_written_in_and_the_chat_keeps_its_language(office: MadeOffice) -> None:
    mine = office.case(locale="ru").reference
    assert rows(office, "Anna", language="ru")[0].reference == mine
    row = office.acts.language(actor("Anna"), mine, "sgh")
    assert (row.locale, row.language) == ("ru", "sgh")
    assert rows(office, "Anna", language="ru") == ()
    assert [each.reference for each in rows(office, "Anna", language="sgh")] == [mine]
    with pytest.raises(PanohError, match="not a language that staff read"):
        office.acts.language(actor("Anna"), mine, "de")
    assert office.acts.language(actor("Anna"), mine, "ru").language == "ru"
    assert office.acts_on(mine) == [("desk:Anna", "language", "sgh"), ("desk:Anna", "language", "ru")]


def test_the_language_of_the_chat_can_be_set_back_although_nobody_reads_it(office: MadeOffice) -> None:
    mine = office.case(locale="hy").reference
    for code in (*LANGUAGES, "hy"):
        assert office.acts.language(actor("Anna"), mine, code).language == code


def test_a_reply_that_waits_tells_how_long_wherever_the_mailbox_stands(office: MadeOffice) -> None:
    mine, box = held(office)

    def unread(reference: Reference = mine.reference) -> int | None:
        return office.reading.detail(actor("Anna"), reference).unread_days

    assert unread() is None
    first = write(office, mine, box)
    assert unread() == 0
    office.later(days=3)
    write(office, mine, box)
    office.later(days=11)
    assert unread() == 14
    # The same person wrote about somebody else under the same code, and was answered there: the mailbox moves.
    other, _ = held(office)
    write(office, other, box)
    assert (unread(), unread(other.reference)) == (14, 0)
    call(office.database, "replies.remove", first)
    assert unread() == 11
    call(office.database, "mailboxes.remove", box)
    assert (unread(), unread(other.reference)) == (None, None)


def test_a_note_is_not_a_reply_that_waits(office: MadeOffice) -> None:
    mine, _ = held(office)
    office.writing.note(actor("Anna"), mine.reference, ObjectId(urandom(16)), one_key_file())
    assert office.reading.detail(actor("Anna"), mine.reference).unread_days is None
