"""Every endpoint of the API's description, by every role, on one's own, another's and an absent case.

Who is not let in cannot tell a case that is forbidden from one that is not there: status, headers and body are equal
byte for byte. Who is let in sends a request that is in order, and it is done. An endpoint that is new in the
description fails here until somebody writes down who may use it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from os import urandom
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.casework.rewrapping import Sealed
from bot.desk.api import description
from bot.store.staff_values import CASE_WORKERS, Role
from bot.store.values import Case, ObjectState
from tests.casework.office import actor, one_key_file
from tests.casework.test_rewrapping import sealed_anew
from tests.databases import migrated_sqlite
from tests.desk.library import text
from tests.desk.made_api import ABSENT, Browser, MadeDesk, roster_text
from tests.made_up import DIGEST, call, mailbox, sealed, with_conversation

pytestmark = pytest.mark.slow

CALLERS = {
    "reviewer": "Anna",
    "recused": "Boris",
    "identity": "Ivo",
    "lead": "Lena",
    "administrator": "Adam",
    "auditor": "Olga",
    "every role, but not in the keyring": "Uta",
    "nobody": None,
}
DONE = 200
SIGNED_IN = {caller for caller, name in CALLERS.items() if name is not None}
WORKERS = {"reviewer", "identity", "lead"}
RELATIONS = ("waiting", "own", "another's", "closed")

Who = dict[str, set[str]]


def everywhere(who: set[str]) -> Who:
    return dict.fromkeys(RELATIONS, who)


SEE = everywhere(WORKERS)
READ = {"waiting": WORKERS, "own": WORKERS, "another's": {"identity", "lead"}, "closed": {"lead"}}
IDENTITY = {"waiting": {"identity"}, "own": {"identity"}, "another's": {"identity"}, "closed": set[str]()}
WORK = {"waiting": WORKERS, "own": WORKERS, "another's": {"lead"}, "closed": set[str]()}
REACH = {"waiting": {"identity", "lead"}, "own": WORKERS, "another's": {"identity", "lead"}, "closed": set[str]()}
HOLD = {"waiting": set[str](), "own": WORKERS, "another's": {"lead"}, "closed": set[str]()}
CLAIM = {"waiting": WORKERS, "own": set[str](), "another's": set[str](), "closed": set[str]()}

FILE = text(one_key_file())
_numbers = iter(range(1_000_000))


def new_name() -> str:
    return f"Person {next(_numbers)}"


def new_id() -> str:
    return urandom(16).hex()


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks, with which case at hand, where."""

    desk: MadeDesk
    name: str
    case: Case


def to_somebody_else(asking: Asking) -> Any:
    return {"to": "Lena" if asking.name == "Ivo" else "Ivo"}


def reply(asking: Asking) -> Any:
    box = mailbox(asking.case.id)
    call(asking.desk.database, "mailboxes.put", box)
    return {"object": new_id(), "mailbox": box.id.hex(), "data": FILE, "copy": FILE}


def nudge(asking: Asking) -> Any:
    """A reply lies there already, since there is one nudge for each."""
    there = sealed(asking.case.id, kind="reply", compartment="facts", number=0, state=ObjectState.SENT)
    call(asking.desk.database, "objects.put", there)
    return {"token": "00" * 36}


def rewrap(asking: Asking) -> Any:
    new: Sealed = sealed_anew(asking.case, asking.name)
    return {
        "compartment": new.compartment.value,
        "object": new.object_id.hex(),
        "version": new.version,
        "serial": new.serial,
        "data": text(new.data),
        "signature": new.signature,
    }


def restore(asking: Asking) -> Any:
    """A case that was sealed anew before."""
    asking.desk.office.rewrapping.rewrap(actor("Lena"), asking.case.reference, sealed_anew(asking.case, "Lena"))
    return {"compartment": "facts"}


Body = Callable[[Asking], Any]

CASES: dict[str, tuple[Who, Body]] = {
    "case": (SEE, lambda _: None),
    "facts": (READ, lambda _: None),
    "identity": (IDENTITY, lambda _: {"reason": "verify_person"}),
    "claim": (CLAIM, lambda _: None),
    "release": (HOLD, lambda _: {"acknowledged": True}),
    "transfer": (HOLD, to_somebody_else),
    "recuse": (SEE, lambda _: None),
    "close": (HOLD, lambda _: {"reason": "handled"}),
    "stage": (WORK, lambda _: {"stage": "verified"}),
    "urgency": (WORK, lambda _: {"level": "critical"}),
    "language": (WORK, lambda _: {"language": "uz"}),
    "writer": (WORK, lambda _: {"doubted": True}),
    "tried": (REACH, lambda _: {"way": "agreed"}),
    "note": (READ, lambda _: {"object": new_id(), "data": FILE}),
    "reply": (HOLD, reply),
    "nudge": (HOLD, nudge),
    "rewrap": (everywhere({"identity", "lead"}), rewrap),
    "rewrap_keys": (everywhere({"identity", "lead"}), lambda _: None),
    "restore": (everywhere({"lead"}), restore),
    "call": (SEE, lambda _: {"whom": "reader"}),
}
"""Endpoints of one case, by operation: who may, on which, and a request that is in order."""

OTHERS: dict[str, tuple[set[str], Callable[[], Any]]] = {
    "me": (SIGNED_IN, lambda: None),
    "drill": (SIGNED_IN, lambda: None),
    "sign_out": (SIGNED_IN, lambda: None),
    "sessions": (SIGNED_IN, lambda: None),
    "revoke": (SIGNED_IN, lambda: None),
    "keyring": (SIGNED_IN, lambda: None),
    "new_passkey_options": (SIGNED_IN, lambda: None),
    "cases": (WORKERS | {"recused"}, lambda: None),
    "conversation": (SIGNED_IN, lambda: None),
    "changes": (SIGNED_IN, lambda: None),
    "rewraps": ({"identity", "lead"}, lambda: None),
    "people": ({"administrator", "lead"}, lambda: None),
    "invite": ({"administrator"}, lambda: {"name": new_name(), "roles": ["reviewer"], "languages": ["en"]}),
    "change_person": ({"administrator"}, lambda: {"roles": ["reviewer"], "languages": ["en"]}),
    "invite_again": ({"administrator"}, lambda: None),
    "card": ({"administrator"}, lambda: None),
    "offboard": ({"administrator"}, lambda: None),
    "sessions_of": ({"administrator"}, lambda: None),
    "revoke_all": ({"administrator"}, lambda: None),
    "audit": ({"auditor"}, lambda: None),
    "audit_head": (SIGNED_IN, lambda: None),
    "duty": (SIGNED_IN, lambda: None),
    "replace_duty": ({"lead"}, lambda: {"text": roster_text(), "version": sha256(roster_text().encode()).hexdigest()}),
    "link_code": (SIGNED_IN, lambda: None),
}
PUBLIC: dict[str, tuple[int, Callable[[], Any]]] = {
    "about": (200, lambda: None),
    "challenge": (200, lambda: {"name": "Anna"}),
    "passkey_options": (200, lambda: {"name": "Anna"}),
    "sign_in": (401, lambda: {"name": "Anna", "challenge": "0" * 64, "signature": "AA==", "totp": "000000"}),
    "look": (404, lambda: {"token": "0" * 64}),
    "enrol": (
        404,
        lambda: {
            "token": "0" * 64,
            "recipient": "age1",
            "verifier": "AA==",
            "not_after": "2027-01-01T00:00:00Z",
            "signature": "AA==",
        },
    ),
    "confirm": (404, lambda: {"token": "0" * 64, "totp": "000000"}),
}
"""Answered alike whoever asks. What a made-up token or signature gets."""
CHECKED_ELSEWHERE = {"new_passkey"}
"""A request in order takes an authenticator: see the tests of passkeys."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    name: str
    method: str
    path: str


def operations() -> dict[str, Operation]:
    return {
        operation["operationId"]: Operation(name=operation["operationId"], method=method.upper(), path=path)
        for path, methods in json.loads(description())["paths"].items()
        for method, operation in methods.items()
    }


ALL = operations()


def test_every_endpoint_stands_in_one_of_the_tables() -> None:
    tables = [*CASES, *OTHERS, *PUBLIC, *CHECKED_ELSEWHERE]
    assert sorted(tables) == sorted(ALL)
    assert {name for name in ALL if "{reference}" in ALL[name].path} == set(CASES)


class Everybody:
    """A desk that serves, and a session of everybody."""

    def __init__(self, desk: MadeDesk, browser: Browser) -> None:
        self.desk = desk
        self.browser = browser
        self._unchanged: dict[tuple[str | None, str], Case] = {}
        uta = call(desk.database, "people.by_name", CALLERS["every role, but not in the keyring"])
        call(desk.database, "people.save", replace(uta, roles=CASE_WORKERS))
        self.tokens = {caller: browser.sign_in(name) if name else None for caller, name in CALLERS.items()}

    def ask(self, caller: str, operation: Operation, body: Any, **places: str) -> httpx.Response:
        path = operation.path.format(**places)
        return self.browser.ask(operation.method, path, body, token=self.tokens[caller])

    def case(self, caller: str, relation: str) -> Case:
        """A case with which the caller has to do in this way; whoever recused themselves did so from this one too."""
        new = self.desk.office.case()
        name = CALLERS[caller] or "Zoe"
        if relation != "waiting":
            holder = name if relation == "own" else "Zoe"
            call(self.desk.database, "cases.claim", new.reference, holder, self.desk.office.at)
        if relation == "closed":
            call(self.desk.database, "cases.close", new.reference, "Zoe", self.desk.office.at)
        boris = call(self.desk.database, "people.id_of", "Boris")
        call(self.desk.database, "recusals.add", boris, new.id)
        return new

    def unchanged(self, caller: str, relation: str) -> Case:
        """The same, made once: for whom nothing is let through, nothing changes in it."""
        whose = CALLERS[caller] if relation == "own" else None
        if (whose, relation) not in self._unchanged:
            self._unchanged[whose, relation] = self.case(caller, relation)
        return self._unchanged[whose, relation]

    def asking(self, caller: str, case: Case) -> Asking:
        return Asking(desk=self.desk, name=CALLERS[caller] or "Anna", case=case)

    def again(self, caller: str) -> None:
        name = CALLERS[caller]
        if name is not None:
            self.tokens[caller] = self.browser.sign_in(name)


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    folder: Path = tmp_path_factory.mktemp("desk")
    database = with_conversation(migrated_sqlite(folder))
    desk = MadeDesk(database, folder, roster=roster_text())
    with desk.serving() as browser:
        yield Everybody(desk, browser)
    database.close()


def seen(response: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    headers = [(name, value) for name, value in response.headers.items() if name != "date"]
    return response.status_code, response.content, headers


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_there_for_whom_it_may_be_and_absent_for_all_others(everybody: Everybody, name: str) -> None:
    who, body = CASES[name]
    request = body(everybody.asking("lead", everybody.desk.office.case()))
    wrong: list[tuple[str, str, object]] = []
    for caller in CALLERS:
        absent = everybody.ask(caller, ALL[name], request, reference=ABSENT)
        assert absent.status_code == (401 if caller == "nobody" else 404)
        for relation in RELATIONS:
            may = caller in who[relation]
            case = everybody.case(caller, relation) if may else everybody.unchanged(caller, relation)
            sent = body(everybody.asking(caller, case)) if may else request
            answered = everybody.ask(caller, ALL[name], sent, reference=case.reference)
            if may and answered.status_code != DONE:
                wrong.append((caller, relation, answered.text))
            elif not may and seen(answered) != seen(absent):
                wrong.append((caller, relation, "not as an absent one"))
    assert wrong == []


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_of_no_case_is_there_for_its_roles_only(everybody: Everybody, name: str) -> None:
    who, body = OTHERS[name]
    wrong, refused = [], set()
    for caller in CALLERS:
        person = "Uta" if name in {"card", "sessions_of"} else new_person(everybody)
        session = own_session(everybody, caller) if name == "revoke" else ""
        answered = everybody.ask(caller, ALL[name], body(), name=person, digest=DIGEST, session=session)
        if name in {"sign_out", "revoke"}:
            everybody.again(caller)
        may = caller in who
        if answered.status_code != (DONE if may else 401 if caller == "nobody" else 404):
            wrong.append((caller, answered.status_code, answered.text))
        elif not may and caller != "nobody":
            refused.add((answered.status_code, answered.content))
    assert wrong == []
    assert refused <= {(404, b'{"error":"unavailable","message":"There is nothing here for you."}')}


def new_person(everybody: Everybody) -> str:
    name = new_name()
    everybody.desk.office.enrol(name, {Role.REVIEWER}, verifier=None)
    return name


def own_session(everybody: Everybody, caller: str) -> str:
    if CALLERS[caller] is None:
        return "0" * 32
    listed = everybody.browser.ask("GET", "/api/sessions", token=everybody.tokens[caller]).json()
    return next(str(each["id"]) for each in listed if each["current"])


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_public_answers_everybody_alike(everybody: Everybody, name: str) -> None:
    status, body = PUBLIC[name]
    for caller in CALLERS:
        # Tries are counted by place, and all of these come from one.
        everybody.desk.services.trying._buckets.clear()  # noqa: SLF001
        everybody.desk.services.asking._buckets.clear()  # noqa: SLF001
        assert everybody.ask(caller, ALL[name], body()).status_code == status


def test_whoever_works_on_cases_sees_the_audit_of_a_case_they_may_see(everybody: Everybody) -> None:
    for caller in CALLERS:
        case = everybody.unchanged(caller, "waiting").reference
        absent = everybody.browser.ask("GET", f"/api/audit?reference={ABSENT}", token=everybody.tokens[caller])
        answered = everybody.browser.ask("GET", f"/api/audit?reference={case}", token=everybody.tokens[caller])
        assert (answered.status_code == 200) is (caller in WORKERS | {"auditor"})
        if answered.status_code != 200:
            assert seen(answered) == seen(absent)


def test_a_recused_case_is_in_no_page_and_no_change(everybody: Everybody) -> None:
    token = everybody.tokens["recused"]
    since = everybody.browser.ask("GET", "/api/changes", token=token).json()["number"]
    reference = str(everybody.case("recused", "waiting").reference)
    page = everybody.browser.ask("GET", "/api/cases?limit=200", token=token).json()
    assert reference not in [row["reference"] for row in page["cases"]]
    assert everybody.browser.ask("GET", f"/api/changes?since={since}", token=token).json()["references"] == []
    assert reference in json.dumps(
        everybody.browser.ask("GET", f"/api/changes?since={since}", token=everybody.tokens["reviewer"]).json()
    )


def test_another_s_session_cannot_be_ended(everybody: Everybody) -> None:
    session = own_session(everybody, "reviewer")
    ended = everybody.browser.ask("DELETE", f"/api/sessions/{session}", token=everybody.tokens["administrator"])
    absent = everybody.browser.ask("DELETE", f"/api/sessions/{'0' * 32}", token=everybody.tokens["administrator"])
    assert ended.status_code == 404
    assert seen(ended) == seen(absent)
    assert own_session(everybody, "reviewer") == session


def test_a_reply_goes_into_no_mailbox_of_a_case_that_its_writer_stepped_back_from(everybody: Everybody) -> None:
    own, other = everybody.desk.office.case(), everybody.desk.office.case()
    box = mailbox(other.id)
    call(everybody.desk.database, "mailboxes.put", box)
    call(everybody.desk.database, "cases.claim", own.reference, "Anna", everybody.desk.office.at)
    call(everybody.desk.database, "recusals.add", call(everybody.desk.database, "people.id_of", "Anna"), other.id)
    body = {"object": new_id(), "data": FILE, "copy": FILE}
    gone, refused = (
        everybody.ask("reviewer", ALL["reply"], body | {"mailbox": each}, reference=own.reference)
        for each in (new_id(), box.id.hex())
    )
    assert refused.status_code == 409
    assert seen(refused) == seen(gone)
    assert call(everybody.desk.database, "mailboxes.get", box.id).case_id == other.id
    assert call(everybody.desk.database, "replies.waiting", box.id) == ()
