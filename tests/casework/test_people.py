"""People on both databases: a code works once however many try at once, and what leaving takes away."""

from base64 import b32decode
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from os import urandom

import pytest

from bot.casework.access import Right, case_for
from bot.casework.actor import Actor
from bot.casework.enrolment import Enrolment, OfferedKey
from bot.casework.limits import PLACES_AT_MOST, Limit, Rate
from bot.casework.people import People, compartments_of
from bot.casework.sessions import Sessions
from bot.casework.sign_in import Proof, SignIn
from bot.errors import (
    CaseUnavailableError,
    ChangedError,
    PanohError,
    PersonUnavailableError,
    SignedOutError,
    SlowDownError,
)
from bot.ids import ObjectId
from bot.sealing import totp
from bot.sealing.keyring import time_text
from bot.sealing.proofs import enrolment_message, sign_in_message
from bot.sealing.recipients import Identity
from bot.sealing.signing import Signer
from bot.store.staff_values import PersonState, Place, Role
from bot.store.values import Case, Stage
from tests.casework.office import MadeOffice, actor, identity_of, one_key_file
from tests.made_up import call, mailbox

SERVER = "https://desk.example"
KEY = bytes(range(32))
ADAM = Actor(name="Adam", place="console")


class Desk:
    """Who somebody is, over one office."""

    def __init__(self, office: MadeOffice) -> None:
        self.office = office
        self.people = People(office.office)
        self.sessions = Sessions(office.office)
        self.enrolment = Enrolment(office.office, server=SERVER, desk_key=KEY)
        self.signing = SignIn(office.office, server=SERVER, desk_key=KEY)

    def enrol(self, name: str, *roles: Role) -> bytes:
        """Enrol somebody with the key of the made-up office; returns the secret of their codes."""
        token = self.people.invite(ADAM, name, roles, ["tg"]).token
        secret = b32decode(self.enrolment.enrol(token, self.offered(name, identity_of(name))).secret)
        self.enrolment.confirm(token, totp.code_at(secret, self.office.at))
        self.office.later(seconds=totp.STEP_SECONDS)
        return secret

    def offered(self, name: str, identity: Identity) -> OfferedKey:
        signer = Signer(identity.seed)
        fields = {
            "recipient": identity.recipient.text,
            "verifier": signer.verifier.text,
            "not_after": time_text(self.office.at + timedelta(days=300)),
        }
        proof = signer.sign(enrolment_message(name=name, server=SERVER, **fields))
        return OfferedKey(signature=proof, **fields)

    def proof(self, name: str) -> Proof:
        challenge = self.signing.challenge()
        message = sign_in_message(challenge=challenge, name=name, server=SERVER)
        return Proof(name=name, challenge=challenge, signature=Signer(identity_of(name).seed).sign(message))


@pytest.fixture
def desk(office: MadeOffice) -> Desk:
    return Desk(office)


def outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except PanohError as error:
        return type(error).__name__
    return "done"


def test_of_many_who_show_one_code_at_once_one_gets_in(desk: Desk) -> None:
    secret = desk.enrol("Nora", Role.REVIEWER)
    code = totp.code_at(secret, desk.office.at)
    proofs = [desk.proof("Nora") for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        tries = [pool.submit(outcome, partial(desk.signing.sign_in, proof, code, Place.LOCAL)) for proof in proofs]
    assert sorted(each.result() for each in tries) == ["SignedOutError"] * 5 + ["done"]


def test_whoever_stole_an_invitation_undoes_no_enrolment_that_is_being_confirmed(desk: Desk) -> None:
    office = desk.office
    token = desk.people.invite(ADAM, "Nora", [Role.REVIEWER], ["tg"]).token
    secret = b32decode(desk.enrolment.enrol(token, desk.offered("Nora", identity_of("Nora"))).secret)
    with ThreadPoolExecutor(1) as pool:
        confirmed: list[Future[None]] = []

        def confirming(size: int) -> bytes:
            # Asked for while the thief's turn has read the person and not saved them yet.
            if size != totp.SECRET_SIZE and not confirmed:
                code = totp.code_at(secret, office.at)
                confirmed.append(pool.submit(desk.enrolment.confirm, token, code))
                wait(confirmed, 1)
            return urandom(size)

        theirs = Enrolment(replace(office.office, random_bytes=confirming), server=SERVER, desk_key=KEY)
        theirs.enrol(token, desk.offered("Nora", identity_of("Thief")))
        wait(confirmed)
    person = call(office.database, "people.by_name", "Nora")
    own = person.verifier == Signer(identity_of("Nora").seed).verifier.raw
    assert (person.state is PersonState.ENROLLED, own) == (confirmed[0].exception() is None,) * 2


def test_who_left_holds_nothing_any_more(desk: Desk) -> None:
    office = desk.office
    case = office.case()
    office.acts.claim(actor("Anna"), case.reference)
    assert desk.people.offboard(ADAM, "Anna").released == 1
    assert office.read(case).claimed_by is None
    with pytest.raises(CaseUnavailableError):
        office.office.turn(lambda tx: case_for(tx, office.office, actor("Anna"), case.reference, Right.SEE))
    with pytest.raises(ChangedError):
        desk.people.offboard(ADAM, "Anna")
    assert ("console:Adam", "release", "offboard") in office.acts_on(case.reference)


def test_who_works_on_cases_no_more_gives_back_what_they_held(desk: Desk) -> None:
    office = desk.office
    cases = [office.case(), office.case()]
    for case in cases:
        office.acts.claim(actor("Anna"), case.reference)
    desk.people.change(ADAM, "Anna", [Role.IDENTITY], ["en"])
    assert [office.read(case).claimed_by for case in cases] == ["Anna", "Anna"], "she works on cases still"
    desk.people.change(ADAM, "Anna", [Role.AUDITOR], ["en"])
    for case in cases:
        assert office.read(case).claimed_by is None
        assert office.acts_on(case.reference)[-1] == ("console:Adam", "release", "roles")
        assert office.events_of(case)[-1] == "released"


def answered(office: MadeOffice, name: str) -> tuple[Case, ObjectId]:
    """A case that was read, and whose person somebody has asked something."""
    case, new = office.case(), ObjectId(urandom(16))
    box = mailbox(case.id)
    call(office.database, "mailboxes.put", box)
    office.acts.claim(actor(name), case.reference)
    office.reading.facts(actor(name), case.reference)
    office.writing.reply(
        actor(name),
        case.reference,
        object_id=new,
        mailbox=box.id,
        data=one_key_file(),
        copy=one_key_file(),
        stage=Stage.INFO_REQUESTED,
    )
    return case, new


def leaves(desk: Desk) -> None:
    desk.people.offboard(ADAM, "Boris")


def works_on_cases_no_more(desk: Desk) -> None:
    desk.people.change(ADAM, "Boris", [Role.AUDITOR], ["en"])


def enrols_anew(desk: Desk) -> None:
    token = desk.people.invite_again(ADAM, "Boris").token
    secret = b32decode(desk.enrolment.enrol(token, desk.offered("Boris", identity_of("Boris, again"))).secret)
    desk.enrolment.confirm(token, totp.code_at(secret, desk.office.at))


@pytest.mark.parametrize("what", [leaves, works_on_cases_no_more, enrols_anew])
def test_an_answer_that_waits_is_news_once_its_author_has_no_key_or_another(
    desk: Desk, what: Callable[[Desk], None]
) -> None:
    office = desk.office
    (waits, _), (was_read, read), (of_another, _) = (answered(office, name) for name in ("Boris", "Boris", "Anna"))
    call(office.database, "replies.remove", read)
    assert [office.read(each).paused for each in (waits, was_read, of_another)] == [True, True, True]
    office.later(days=40)
    what(desk)
    after = [office.read(each) for each in (waits, was_read, of_another)]
    assert [(each.news, each.paused) for each in after] == [(True, False), (False, True), (False, True)]
    assert office.events_of(waits)[-1] == "enriched"
    assert "enriched" not in office.events_of(was_read)


def test_a_drill_leaves_its_line(desk: Desk) -> None:
    secret = desk.enrol("Nora", Role.REVIEWER)
    _, token = desk.signing.sign_in(desk.proof("Nora"), totp.code_at(secret, desk.office.at), Place.LOCAL)
    desk.sessions.drilled(desk.sessions.caller(token))
    (*_, last) = call(desk.office.database, "audit.page", 0, 100)
    assert (last.actor, last.act, last.reference, last.reason) == ("desk:Nora", "key_drill", "", None)


def test_whoever_invites_gains_no_access_and_neither_does_the_invited_before_the_root_signs(desk: Desk) -> None:
    office = desk.office
    case = office.case()
    secret = desk.enrol("Nora", *Role)
    person, token = desk.signing.sign_in(desk.proof("Nora"), totp.code_at(secret, office.at), Place.LOCAL)
    assert person.roles == frozenset(Role)
    caller = desk.sessions.caller(token)
    assert not caller.member
    for name in (caller.actor, actor("Adam")):
        with pytest.raises(CaseUnavailableError):
            office.reading.facts(name, case.reference)


def test_other_roles_hold_from_the_next_request_on_and_an_administrator_is_left(desk: Desk) -> None:
    office = desk.office
    secret = desk.enrol("Nora", Role.REVIEWER)
    _, token = desk.signing.sign_in(desk.proof("Nora"), totp.code_at(secret, office.at), Place.LOCAL)
    desk.people.change(ADAM, "Nora", [Role.LEAD, Role.AUDITOR], ["ru", "en"])
    person = desk.sessions.caller(token).person
    assert (person.roles, person.languages) == (frozenset({Role.LEAD, Role.AUDITOR}), ("en", "ru"))
    office.trail.page(desk.sessions.caller(token).actor)
    desk.people.change(ADAM, "Nora", [Role.REVIEWER], [])
    with pytest.raises(CaseUnavailableError):
        office.trail.page(desk.sessions.caller(token).actor)
    with pytest.raises(ChangedError):
        desk.people.change(ADAM, "Adam", [Role.REVIEWER], [])
    with pytest.raises(PanohError):
        desk.people.change(ADAM, "Nora", [], [])
    with pytest.raises(PersonUnavailableError):
        desk.people.change(ADAM, "Nobody", [Role.LEAD], [])
    desk.people.offboard(ADAM, "Nora")
    with pytest.raises(ChangedError):
        desk.people.change(ADAM, "Nora", [Role.LEAD], [])


def test_a_name_roles_and_languages_are_those_there_are(desk: Desk) -> None:
    for name in ("", " Nora", "Nora\n", "a/b", "x" * 65, "Адам\u202e"):
        with pytest.raises(PanohError):
            desk.people.invite(ADAM, name, [Role.REVIEWER], [])
    with pytest.raises(PanohError):
        desk.people.invite(ADAM, "Nora", [], ["en"])
    with pytest.raises(PanohError):
        desk.people.invite(ADAM, "Nora", [Role.LEAD], ["de"])
    with pytest.raises(ChangedError):
        desk.people.invite(ADAM, "Anna", [Role.LEAD], [])
    for act in (desk.people.invite_again, desk.people.offboard):
        with pytest.raises(PersonUnavailableError):
            act(ADAM, "Nobody")


def test_only_identity_officers_get_the_key_of_the_identity_compartment() -> None:
    given = {role: [each.value for each in compartments_of(frozenset({role}))] for role in Role}
    assert given == {
        Role.REVIEWER: ["facts"],
        Role.IDENTITY: ["facts", "identity"],
        Role.LEAD: ["facts"],
        Role.ADMINISTRATOR: [],
        Role.AUDITOR: [],
    }


def test_the_secret_of_the_codes_rests_in_a_box_for_one_person(desk: Desk) -> None:
    secret = desk.enrol("Nora", Role.REVIEWER)
    nora = call(desk.office.database, "people.by_name", "Nora")
    assert secret not in nora.totp
    assert totp.open_secret(KEY, nora.id, nora.totp) == secret
    # The box of one person in the row of another, or under another key, lets nobody in.
    other = SignIn(desk.office.office, server=SERVER, desk_key=bytes(32))
    with pytest.raises(SignedOutError):
        other.sign_in(desk.proof("Nora"), totp.code_at(secret, desk.office.at), Place.LOCAL)


def test_a_code_is_that_of_the_standard() -> None:
    # RFC 6238, appendix B, at 59 seconds; its last six digits.
    secret = b"12345678901234567890"
    at = epoch() + timedelta(seconds=59)
    assert totp.code_at(secret, at) == "287082"
    assert totp.step_of(secret, "287082", at) == 1
    assert totp.step_of(secret, "28708２", at) is None


def epoch() -> datetime:
    return datetime.fromtimestamp(0, UTC)


def test_places_are_forgotten_before_memory_runs_out(office: MadeOffice) -> None:
    limit = Limit(Rate(burst=1, seconds=60), now=lambda: office.at, random_bytes=urandom)
    for number in range(PLACES_AT_MOST + 10):
        limit.take(str(number))
    assert len(limit._buckets) == PLACES_AT_MOST  # noqa: SLF001
    with pytest.raises(SlowDownError):
        limit.take(str(PLACES_AT_MOST))
    office.later(seconds=60)
    limit.take(str(PLACES_AT_MOST))
    limit.give_back(str(PLACES_AT_MOST))
    limit.take(str(PLACES_AT_MOST))
