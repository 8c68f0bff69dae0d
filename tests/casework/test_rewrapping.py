"""Re-wraps: what the server can check of a file it cannot open, the swap of which one wins, and the way back."""

import threading
from dataclasses import replace
from datetime import timedelta
from os import urandom
from typing import Any

import pytest

from bot.casework.rewrapping import RESTORABLE, Sealed
from bot.casework.upkeep import Upkeep
from bot.engine.conversation import Compartment
from bot.errors import CaseUnavailableError, ChangedError, EnvelopeError, PanohError
from bot.ids import ObjectId
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.proofs import Rewrap
from bot.sealing.signing import Signer
from bot.store.rewraps import Rewraps
from bot.store.values import Case, ObjectState
from tests.casework.office import MadeOffice, actor, identity_of, made_keyring
from tests.made_up import call, sealed

FACTS, IDENTITY = Compartment.FACTS, Compartment.IDENTITY


def sealed_anew(
    case: Case, author: str, *, version: int = 2, compartment: Compartment = FACTS, **changes: Any
) -> Sealed:
    """A case-key file sealed to the keyring and signed, with some fields changed after signing."""
    ring, compartment = made_keyring(), FACTS
    name = ObjectId(urandom(16))
    header = Header(kind=ObjectKind.CASE_KEY, deployment=ring.deployment, case=case.id, object=name, seq=version)
    data = seal(header, b"# panoh case key 1\n", changes.pop("recipients", ring.recipients(compartment)), urandom)
    said = Rewrap(case=case.id, compartment=compartment, object=name, version=version, serial=ring.serial)
    new = Sealed(
        compartment=compartment,
        object_id=name,
        version=version,
        serial=ring.serial,
        data=data,
        signature=Signer(identity_of(author).seed).sign(said.message(data)),
    )
    return replace(new, **changes)


def in_use(office: MadeOffice, case: Case, state: ObjectState = ObjectState.SENT) -> list[tuple[str, int]]:
    found = call(office.database, "objects.of_case", case.id, [state])
    return [(each.compartment, each.number) for each in found if each.kind == "case_key"]


def test_cases_sealed_to_an_older_keyring_are_listed_until_they_are_sealed_anew(office: MadeOffice) -> None:
    mine, other = office.case(), office.case()
    both = ("facts", "identity")
    first = office.rewrapping.stale(actor("Lena"))
    assert dict(first.cases) == {mine.reference: both, other.reference: both}
    assert (first.serial, first.next) == (made_keyring().serial, None)
    found: list[tuple[str, ...]] = []
    after = None
    for _ in range(5):
        page = office.rewrapping.stale(actor("Ivo"), after, 1)
        found.extend((reference, *compartments) for reference, compartments in page.cases)
        after = page.next
    assert sorted(found) == sorted((each.reference, name) for each in (mine, other) for name in both)
    assert office.rewrapping.rewrap(actor("Lena"), mine.reference, sealed_anew(mine, "Lena")) == 2
    left = office.rewrapping.stale(actor("Lena"))
    assert dict(left.cases) == {mine.reference: ("identity",), other.reference: both}
    assert in_use(office, mine) == [("facts", 2), ("identity", 1)]
    assert [each.number for each in office.reading.facts(actor("Anna"), mine.reference) if each.kind == "case_key"] == [
        2
    ]
    (noted,) = office.reading.detail(actor("Anna"), mine.reference).rewraps
    assert (noted.version, noted.author, noted.compartment) == (2, "Lena", "facts")
    assert ("desk:Lena", "rewrap", "facts") in office.acts_on(mine.reference)


@pytest.mark.parametrize("name", ["Anna", "Adam", "Olga", "Uta"])
def test_only_leads_and_identity_officers_seal_anew(office: MadeOffice, name: str) -> None:
    mine = office.case()
    with pytest.raises(CaseUnavailableError):
        office.rewrapping.stale(actor(name))
    with pytest.raises(CaseUnavailableError):
        office.rewrapping.rewrap(actor(name), mine.reference, sealed_anew(mine, name))
    assert in_use(office, mine) == [("facts", 1), ("identity", 1)]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"version": 4}, ChangedError),
        ({"version": 1}, ChangedError),
        ({"serial": 2}, ChangedError),
        ({"signature": ""}, EnvelopeError),
        ({"object_id": ObjectId(bytes(16))}, EnvelopeError),
        ({"data": b"AGE-SECRET-KEY-PQ-1"}, EnvelopeError),
        ({"recipients": made_keyring().recipients(FACTS)[1:]}, EnvelopeError),
        ({"recipients": made_keyring().recipients(IDENTITY)}, EnvelopeError),
    ],
)
def test_what_does_not_hold_changes_nothing(office: MadeOffice, changes: dict[str, Any], refusal: type) -> None:
    mine = office.case()
    version = changes.get("version", 2)
    new = sealed_anew(mine, "Lena", **{"version": version, **changes})
    with pytest.raises(refusal) as caught:
        office.rewrapping.rewrap(actor("Lena"), mine.reference, new)
    assert "SECRET" not in str(caught.value)
    assert in_use(office, mine) == [("facts", 1), ("identity", 1)]
    assert office.acts_on(mine.reference) == []


def test_nobody_signs_for_somebody_else(office: MadeOffice) -> None:
    mine = office.case()
    with pytest.raises(EnvelopeError, match="signature"):
        office.rewrapping.rewrap(actor("Lena"), mine.reference, sealed_anew(mine, "Ivo"))


def test_nobody_seals_anew_to_a_keyring_that_has_run_out(office: MadeOffice) -> None:
    mine = office.case()
    office.at = made_keyring().not_after + timedelta(days=15)
    with pytest.raises(ChangedError, match="run out"):
        office.rewrapping.rewrap(actor("Lena"), mine.reference, sealed_anew(mine, "Lena"))


def test_of_two_who_seal_anew_at_once_one_file_is_in_use(
    office: MadeOffice, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = office.case()
    files = [sealed_anew(mine, name) for name in ("Lena", "Ivo")]
    if database_url.startswith("postgresql"):
        # Both have seen the same file in use before either takes its place; SQLite runs one turn at a time.
        both_saw, move = threading.Barrier(2), Rewraps._move  # noqa: SLF001

        def together(self: Rewraps, object_id: ObjectId, state: ObjectState) -> bool:
            both_saw.wait(timeout=30)
            return move(self, object_id, state)

        monkeypatch.setattr(Rewraps, "_move", together)
    start = threading.Barrier(2)
    won: list[str] = []
    lost: list[Exception] = []

    def race(name: str, new: Sealed) -> None:
        start.wait()
        try:
            office.rewrapping.rewrap(actor(name), mine.reference, new)
        except ChangedError as error:
            lost.append(error)
        else:
            won.append(name)

    threads = [threading.Thread(target=race, args=each) for each in zip(("Lena", "Ivo"), files, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 1)
    assert in_use(office, mine) == [("facts", 2), ("identity", 1)]
    (noted,) = office.reading.detail(actor("Lena"), mine.reference).rewraps
    assert noted.author == won[0]


def test_what_was_replaced_is_put_back_within_thirty_days(office: MadeOffice) -> None:
    mine = office.case()
    for version in (2, 3):
        office.rewrapping.rewrap(actor("Lena"), mine.reference, sealed_anew(mine, "Lena", version=version))
    assert in_use(office, mine, ObjectState.OLD) == [("facts", 1), ("facts", 2)]
    with pytest.raises(CaseUnavailableError):
        office.rewrapping.restore(actor("Ivo"), mine.reference, FACTS)
    with pytest.raises(ChangedError):
        office.rewrapping.restore(actor("Lena"), mine.reference, IDENTITY)
    office.rewrapping.restore(actor("Lena"), mine.reference, FACTS)
    assert (in_use(office, mine), in_use(office, mine, ObjectState.OLD)) == (
        [("facts", 2), ("identity", 1)],
        [("facts", 1)],
    )
    office.rewrapping.restore(actor("Lena"), mine.reference, FACTS)
    assert in_use(office, mine) == [("facts", 1), ("identity", 1)]
    assert mine.reference in dict(office.rewrapping.stale(actor("Lena")).cases)
    with pytest.raises(ChangedError):
        office.rewrapping.restore(actor("Lena"), mine.reference, FACTS)


def test_after_thirty_days_the_old_file_is_erased(office: MadeOffice) -> None:
    mine = office.case()
    office.rewrapping.rewrap(actor("Lena"), mine.reference, sealed_anew(mine, "Lena"))
    upkeep = Upkeep(office.database, lambda: office.at)
    office.later(days=RESTORABLE.days - 1)
    assert upkeep.round().case_keys == 0
    office.later(days=1)
    assert upkeep.round().case_keys == 1
    assert in_use(office, mine, ObjectState.OLD) == []
    assert in_use(office, mine) == [("facts", 2), ("identity", 1)]
    with pytest.raises(ChangedError):
        office.rewrapping.restore(actor("Lena"), mine.reference, FACTS)


@pytest.mark.parametrize("after", ["", "x", "1.zz", "-1." + "0" * 32, "1.00", "1." + "0" * 32 + ".all"])
def test_what_is_no_place_in_the_list_is_refused(office: MadeOffice, after: str) -> None:
    with pytest.raises(PanohError, match="no place"):
        office.rewrapping.stale(actor("Lena"), after)


def test_the_key_files_to_seal_anew_are_handed_out_and_noted_but_not_read(office: MadeOffice) -> None:
    mine = office.case()
    found = {
        name: [(each.kind, each.compartment) for each in office.rewrapping.keys(actor(name), mine.reference)]
        for name in ("Lena", "Ivo")
    }
    assert found == {
        "Lena": [("case_key", "facts")],
        "Ivo": [("case_key", "facts"), ("case_key", "identity")],
    }
    assert office.acts_on(mine.reference) == [("desk:Lena", "rewrap", "keys"), ("desk:Ivo", "rewrap", "keys")]
    assert not office.read(mine).read
    with pytest.raises(CaseUnavailableError):
        office.rewrapping.keys(actor("Anna"), mine.reference)


def test_with_a_key_that_was_sealed_anew_comes_the_first_manifest_of_its_compartment(office: MadeOffice) -> None:
    mine = office.case()
    for compartment in ("facts", "identity"):
        for number in (1, 2):
            manifest = sealed(mine.id, kind="manifest", compartment=compartment, number=number, state=ObjectState.SENT)
            call(office.database, "objects.put", manifest)
    kinds = [each.kind for each in office.rewrapping.keys(actor("Ivo"), mine.reference)]
    assert kinds == ["case_key", "case_key"]
    office.rewrapping.rewrap(actor("Lena"), mine.reference, sealed_anew(mine, "Lena"))
    found = {
        name: [
            (each.kind, each.compartment, each.number) for each in office.rewrapping.keys(actor(name), mine.reference)
        ]
        for name in ("Lena", "Ivo")
    }
    assert found["Lena"] == [("case_key", "facts", 2), ("manifest", "facts", 1)]
    assert sorted(found["Ivo"]) == [("case_key", "facts", 2), ("case_key", "identity", 1), ("manifest", "facts", 1)]
    assert not office.read(mine).read
