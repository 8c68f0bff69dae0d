"""The one gate: who may do what with which case, and that absent and forbidden answer alike."""

import threading
from collections.abc import Callable

import pytest

from bot.casework.access import Right, case_for
from bot.casework.actor import Actor
from bot.casework.reading import IdentityReason
from bot.casework.reasons import CloseReason
from bot.engine.conversation import Compartment, Level
from bot.errors import CaseUnavailableError
from bot.ids import Reference
from bot.sealing.signing import Signer
from bot.store.queue import View
from bot.store.staff_values import PersonState, Role
from bot.store.values import Stage
from tests.casework.office import STAFF, MadeOffice, actor, identity_of, rows
from tests.made_up import call

ABSENT = Reference("PN-NONE-NONE")
WORKERS = {"Anna", "Boris", "Ivo", "Lena"}
# Anna holds it, or held it when it was closed.
TABLE: dict[tuple[str, Right], set[str]] = {
    ("waiting", Right.SEE): WORKERS,
    ("waiting", Right.READ): WORKERS,
    ("waiting", Right.IDENTITY): {"Ivo"},
    ("waiting", Right.WORK): WORKERS,
    ("waiting", Right.HOLD): set(),
    ("waiting", Right.REACH): {"Ivo", "Lena"},
    ("waiting", Right.REWRAP): {"Ivo", "Lena"},
    ("waiting", Right.LEAD): {"Lena"},
    ("claimed", Right.SEE): WORKERS,
    ("claimed", Right.READ): {"Anna", "Ivo", "Lena"},
    ("claimed", Right.IDENTITY): {"Ivo"},
    ("claimed", Right.WORK): {"Anna", "Lena"},
    ("claimed", Right.HOLD): {"Anna", "Lena"},
    ("claimed", Right.REACH): {"Anna", "Ivo", "Lena"},
    ("claimed", Right.REWRAP): {"Ivo", "Lena"},
    ("claimed", Right.LEAD): {"Lena"},
    ("closed", Right.SEE): WORKERS,
    ("closed", Right.READ): {"Anna", "Lena"},
    ("closed", Right.IDENTITY): set(),
    ("closed", Right.WORK): set(),
    ("closed", Right.HOLD): set(),
    ("closed", Right.REACH): set(),
    ("closed", Right.REWRAP): {"Ivo", "Lena"},
    ("closed", Right.LEAD): {"Lena"},
}


def allowed(office: MadeOffice, who: Actor, reference: Reference, right: Right) -> bool:
    try:
        office.office.turn(lambda tx: case_for(tx, office.office, who, reference, right))
    except CaseUnavailableError:
        return False
    return True


@pytest.mark.parametrize("status", ["waiting", "claimed", "closed"])
def test_every_right_of_everybody(office: MadeOffice, status: str) -> None:
    mine = office.case().reference
    if status != "waiting":
        office.acts.claim(actor("Anna"), mine)
    if status == "closed":
        office.acts.close(actor("Anna"), mine, CloseReason.HANDLED)
    found = {right: {name for name in STAFF if allowed(office, actor(name), mine, right)} for right in Right}
    assert found == {right: TABLE[status, right] for right in Right}


def test_somebody_who_stepped_back_never_sees_the_case_again(office: MadeOffice) -> None:
    mine, other = office.case(), office.case()
    office.acts.claim(actor("Lena"), mine.reference)
    since = office.queue.changes(actor("Lena"), 0).number
    office.acts.recuse(actor("Lena"), mine.reference)
    for view in View:
        assert mine.reference not in {row.reference for row in rows(office, "Lena", view)}
    assert other.reference in {row.reference for row in rows(office, "Lena")}
    assert office.queue.page(actor("Lena")).counts[View.OPEN] == 1
    assert not any(allowed(office, actor("Lena"), mine.reference, right) for right in Right)
    assert office.queue.changes(actor("Lena"), since).references == ()
    # What she held waits again, and others see it.
    assert {row.reference: row.holder for row in rows(office, "Anna")}[mine.reference] is None
    assert office.queue.changes(actor("Anna"), since).references == (mine.reference,)
    assert office.acts_on(mine.reference)[-1] == ("desk:Lena", "recuse", None)
    office.acts.claim(actor("Anna"), mine.reference)
    assert "Lena" not in {person.name for person in office.acts.colleagues(actor("Anna"), mine.reference)}
    assert "Lena" not in {reader.name for reader in office.reading.detail(actor("Anna"), mine.reference).readers}


def test_nobody_gets_a_word_of_a_case_by_another_way_than_the_gate(office: MadeOffice) -> None:
    mine = office.case().reference
    office.acts.claim(actor("Anna"), mine)
    ways: tuple[Callable[[Reference], object], ...] = (
        lambda reference: office.reading.facts(actor("Boris"), reference),
        lambda reference: office.reading.identity(actor("Boris"), reference, IdentityReason.VERIFY_PERSON),
        lambda reference: office.acts.claim(actor("Boris"), reference),
        lambda reference: office.acts.release(actor("Boris"), reference),
        lambda reference: office.acts.transfer(actor("Boris"), reference, "Boris"),
        lambda reference: office.acts.close(actor("Boris"), reference, CloseReason.TEST),
        lambda reference: office.acts.stage(actor("Boris"), reference, Stage.VERIFIED),
        lambda reference: office.acts.urgency(actor("Boris"), reference, Level.CRITICAL),
        lambda reference: office.rewrapping.restore(actor("Boris"), reference, Compartment.FACTS),
        lambda reference: office.reading.detail(actor("Adam"), reference),
        lambda reference: office.trail.page(actor("Adam"), reference),
    )
    before = office.acts_on(mine)
    for way in ways:
        said = []
        for reference in (mine, ABSENT):
            with pytest.raises(CaseUnavailableError) as caught:
                way(reference)
            said.append(str(caught.value).replace(reference, "…"))
        assert said[0] == said[1]
    assert office.acts_on(mine) == before


def test_a_role_without_a_key_in_the_keyring_opens_nothing(office: MadeOffice) -> None:
    mine = office.case().reference
    with pytest.raises(CaseUnavailableError):
        rows(office, "Uta")
    assert not allowed(office, actor("Uta"), mine, Right.SEE)
    # The same name with another key than the one that was signed.
    anna = call(office.database, "people.by_name", "Anna")
    call(office.database, "people.save", changed(anna, verifier=Signer(identity_of("Uta").seed).verifier.raw))
    assert not allowed(office, actor("Anna"), mine, Right.SEE)


def test_a_role_that_was_taken_away_holds_for_nobody_who_is_still_signed_in(office: MadeOffice) -> None:
    mine = office.case().reference
    lena = call(office.database, "people.by_name", "Lena")
    call(office.database, "people.save", changed(lena, roles=frozenset({Role.ADMINISTRATOR})))
    assert not allowed(office, actor("Lena"), mine, Right.SEE)
    call(office.database, "people.save", changed(lena, state=PersonState.LEFT))
    assert not allowed(office, actor("Lena"), mine, Right.SEE)


def test_a_case_about_to_be_deleted_is_there_for_nobody(office: MadeOffice) -> None:
    mine = office.case()
    call(office.database, "cases.schedule_deletion", mine.id, office.later(hours=24), office.at)
    assert not any(allowed(office, actor(name), mine.reference, right) for name in STAFF for right in Right)
    assert rows(office, "Anna") == ()
    call(office.database, "cases.cancel_deletion", mine.id, office.at)
    assert allowed(office, actor("Anna"), mine.reference, Right.READ)


def test_of_25_who_claim_at_once_one_gets_the_case(office: MadeOffice) -> None:
    mine = office.case()
    start = threading.Barrier(25)
    won: list[str] = []
    lost: list[Exception] = []

    def race(number: int) -> None:
        who = actor(("Anna", "Boris", "Ivo", "Lena")[number % 4], "bot" if number % 2 else "desk")
        start.wait()
        try:
            office.acts.claim(who, mine.reference)
        except CaseUnavailableError as error:
            lost.append(error)
        else:
            won.append(who.label)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 24)
    assert office.acts_on(mine.reference) == [(won[0], "claim", None)]
    assert office.events_of(mine) == ["new", "claimed"]


def changed(person: object, **changes: object) -> object:
    from dataclasses import replace

    return replace(person, **changes)  # type: ignore[type-var]  # a person
