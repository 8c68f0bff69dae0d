"""Requests that nobody would send, made from the description: the server never fails, and answers as said.

Schemathesis makes requests that are in order and requests that are not, for every endpoint, with every role at hand.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from bot.desk.api import make_api
from bot.store.staff_values import Role
from tests.databases import migrated_sqlite
from tests.desk.made_api import SERVER, Browser, MadeDesk, roster_text
from tests.made_up import call, with_conversation

pytestmark = pytest.mark.slow

EXAMPLES = 8
"""Requests of each endpoint."""
EVERYTHING = "Ivo"
schema = schemathesis.openapi.from_dict(make_api().openapi())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("desk")
    database = with_conversation(migrated_sqlite(folder))
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
    for limit in (served.desk.services.trying, served.desk.services.asking):
        limit._buckets.clear()  # noqa: SLF001
    headers = {"Host": SERVER.partition("://")[2], "Authorization": f"Bearer {token}"}
    case.call_and_validate(
        base_url=f"http://127.0.0.1:{served.port}",
        headers=headers,
        checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
    )
