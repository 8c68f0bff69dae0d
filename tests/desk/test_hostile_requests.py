"""Requests that nobody would send, made from the description: the server never fails, and answers as said.

Schemathesis makes requests that are in order and requests that are not, for every endpoint, with every role at hand.
Letters that a database does not take are put by hand, into every place where a text can stand: a few made examples need
not hit on them. All on both databases, since each refuses something that the other keeps.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from bot.desk.api import make_api
from bot.store.database import Database
from bot.store.staff_values import Role
from tests.databases import BOTH, TEMPLATE, PostgreSQL, migrated_sqlite, postgresql
from tests.desk.made_api import SERVER, Browser, MadeDesk, roster_text
from tests.desk.test_authorisation import ALL, CASES, OTHERS, PUBLIC, Asking, Operation
from tests.made_up import DIGEST, call, with_conversation

__all__ = ["postgresql"]
pytestmark = pytest.mark.slow

EXAMPLES = 3
"""Requests of each endpoint, on each database."""
EVERYTHING = "Ivo"
DESCRIPTION = make_api().openapi()
schema = schemathesis.openapi.from_dict(DESCRIPTION)
NUL = "a\0b"
HOSTILE = (NUL, "\ud800", "9" * 40)


@pytest.fixture(scope="module", params=BOTH)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("desk")
    database = with_conversation(opened(request, folder))
    desk = MadeDesk(database, folder, roster=roster_text())
    person = call(database, "people.by_name", EVERYTHING)
    call(database, "people.save", replace(person, roles=frozenset(Role)))
    for _ in range(3):
        desk.office.case()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.desk.watch.WAIT_SECONDS", 0.01)
        with desk.serving() as browser:
            yield browser
    database.close()


def opened(request: pytest.FixtureRequest, folder: Path) -> Database:
    if request.param == "sqlite":
        return migrated_sqlite(folder)
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return Database(server.create(f"t{secrets.token_hex(8)}", TEMPLATE))


@pytest.fixture
def token(served: Browser) -> str:
    return served.sign_in(EVERYTHING)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
def test_no_request_makes_the_server_fail(case: schemathesis.Case[Any], served: Browser, token: str) -> None:
    unlimited(served)
    headers = {"Host": SERVER.partition("://")[2], "Authorization": f"Bearer {token}"}
    case.call_and_validate(
        base_url=f"http://127.0.0.1:{served.port}",
        headers=headers,
        checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
    )


def unlimited(served: Browser) -> None:
    for limit in (served.desk.services.trying, served.desk.services.asking):
        limit._buckets.clear()  # noqa: SLF001


def spoilt(body: Any) -> Iterator[Any]:
    """The same request over and over, with another of its texts put by a hostile one."""
    match body:
        case str():
            yield from HOSTILE
        case dict():
            for name, value in body.items():
                yield from (body | {name: each} for each in spoilt(value))
        case list():
            for number, value in enumerate(body):
                yield from ([*body[:number], each, *body[number + 1 :]] for each in spoilt(value))
        case _:
            pass


def in_order(served: Browser, name: str) -> Any:
    if name in CASES:
        return CASES[name][1](Asking(desk=served.desk, name=EVERYTHING, case=served.desk.office.case()))
    if name in OTHERS:
        return OTHERS[name][1]()
    return PUBLIC[name][1]() if name in PUBLIC else PASSKEY


PASSKEY = {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA"}}


def addresses(operation: Operation, reference: str) -> Iterator[str]:
    """Every address with one of its places, or of what is asked after the question mark, put by a hostile text."""
    good = {"reference": reference, "name": "Anna", "digest": DIGEST, "session": "0" * 32}
    described = DESCRIPTION["paths"][operation.path][operation.method.lower()]
    for each in described.get("parameters", ()):
        for hostile in HOSTILE:
            # What cannot be said in UTF-8 at all is sent as a browser would not send it.
            put = quote(hostile.encode("utf-8", "surrogatepass"), safe="")
            if each["in"] == "path":
                yield operation.path.format(**good | {each["name"]: put})
            else:
                yield f"{operation.path.format(**good)}?{each['name']}={put}"


def test_no_text_that_a_database_refuses_makes_the_server_fail(served: Browser, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    wrong: list[tuple[str, str, int]] = []
    for name, operation in ALL.items():
        reference = str(served.desk.office.case().reference)
        path = operation.path.format(reference=reference, name="Anna", digest=DIGEST, session="0" * 32)
        body = in_order(served, name)
        content = None if body is None else json.dumps(body)
        requests: list[tuple[str, str | None]] = [(path, json.dumps(each)) for each in spoilt(body)]
        requests += [(address, content) for address in addresses(operation, reference)]
        for address, sent in requests:
            unlimited(served)
            answered = served.http.request(operation.method, address, content=sent, headers=headers)
            if answered.status_code >= 500:
                wrong.append((name, address, answered.status_code))
    assert wrong == []


def test_a_name_with_a_nul_is_refused_before_anybody_looks_for_it(served: Browser, token: str) -> None:
    proof = PUBLIC["sign_in"][1]() | {"name": NUL}
    assert served.ask("POST", "/api/sign-in", proof).status_code == 422
    assert served.ask("GET", "/api/people/a%00b/card", token=token).status_code == 422
