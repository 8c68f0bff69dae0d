"""The description of the API is the one that is committed, and no answer can hold more than it says."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from bot.casework import queue
from bot.casework.languages import LANGUAGES
from bot.desk import case_models, duty, models, people, signing_in, telling
from bot.desk.api import description, make_api
from bot.desk.models import Answer, Asked
from bot.desk.problems import Problem
from bot.store.staff_values import Role
from tests.desk.made_api import Browser, MadeDesk

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
API: dict[str, Any] = json.loads(description())
NEVER = {
    "totp",
    "verifier",
    "token_hash",
    "invite_hash",
    "lane",
    "chat",
    "public_key",
    "deletes_at",
    "writer",
    "capsule",
}
"""Names of what the tables hold and no answer carries."""


def schemas_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for each in value.values():
            yield from schemas_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from schemas_of(each)


def answered() -> set[str]:
    """Every schema that stands in an answer, the ones inside others included."""
    found: set[str] = set()
    waiting = [
        name
        for methods in API["paths"].values()
        for operation in methods.values()
        for name in schemas_of(operation["responses"])
    ]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(schemas_of(API["components"]["schemas"][name]))
    return found


def test_the_committed_description_is_that_of_the_program(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-openapi"):
        COMMITTED.write_text(description(), "utf-8")
    fresh = COMMITTED.read_text("utf-8") == description()
    assert fresh, "docs/openapi.json is old: pytest tests/desk/test_description.py --update-openapi"


def test_every_endpoint_says_what_it_answers_and_that_it_may_refuse() -> None:
    for path, methods in API["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["description"], where
            good = operation["responses"]["200"]["content"]["application/json"]["schema"]
            assert set(schemas_of(good)), where
            assert set(schemas_of(operation["responses"]["4XX"])) == {"Problem"}, where


def test_every_answer_is_a_closed_list_of_fields() -> None:
    for name in answered():
        schema = API["components"]["schemas"][name]
        if schema["type"] == "object":
            assert schema["additionalProperties"] is False or name == "Options", name
            assert not NEVER & set(schema.get("properties", ())), name


def models_of_ours() -> Iterator[type[BaseModel]]:
    for module in (models, case_models, duty, people, signing_in, telling):
        for _, value in inspect.getmembers(module, inspect.isclass):
            if issubclass(value, BaseModel) and value is not BaseModel:
                yield value


def test_neither_a_request_nor_an_answer_takes_a_field_that_is_not_in_its_model() -> None:
    kinds = set(models_of_ours())
    assert len(kinds) > 50
    for model in kinds - {Asked, Answer}:
        assert issubclass(model, Asked | Answer), model
        with pytest.raises(ValidationError) as refused:
            model.model_validate({"a_new_column": 1})
        assert "extra_forbidden" in {each["type"] for each in refused.value.errors()}


def test_a_route_answers_with_its_model_and_not_with_what_it_was_given() -> None:
    for route in make_api().routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            assert route.response_model is not None, route.path
            assert "dict" not in str(route.response_model).lower(), route.path


def test_a_row_that_learns_something_new_is_not_sent_as_it_is(
    desk: MadeDesk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.office.case()
    before = browser.ask("GET", "/api/cases", token=browser.sign_in("Anna")).json()["cases"][0]
    assert set(before) == set(case_models.CaseRow.model_fields)
    real = queue.row_of.__globals__["rows_of"]

    class Grown:
        """A row with one field more, as a new column would give it."""

        def __init__(self, row: queue.Row) -> None:
            self.row = row
            self.a_new_column = "secret"

        def __getattr__(self, name: str) -> Any:
            return getattr(self.row, name)

    monkeypatch.setitem(queue.Queue.page.__globals__, "rows_of", lambda *given: tuple(map(Grown, real(*given))))
    after = browser.ask("GET", "/api/cases", token=browser.sign_in("Anna"))
    assert after.json()["cases"][0].keys() == before.keys()
    assert "secret" not in after.text


def test_the_languages_of_a_request_are_those_that_staff_read() -> None:
    assert get_args(models.Language) == LANGUAGES
    everything = {"roles": [Role.LEAD], "languages": LANGUAGES}
    assert people.ChangePerson.model_validate(everything).languages == list(LANGUAGES)
    assert people.Invite.model_validate(everything | {"name": "Nora"}).languages == list(LANGUAGES)


def test_a_problem_says_a_code_and_a_line() -> None:
    assert set(Problem.model_fields) == {"error", "message"}
