"""A case opened on the desk: the same rows, and the same problems by name, as the Python program gives."""

import json
from os import urandom
from pathlib import Path
from typing import Any

import pytest

from bot.errors import OpeningError
from bot.offline.cases import open_case
from bot.sealing.recipients import new_identity
from tests.desk.changed_cases import (
    CHANGES,
    SOUND,
    Change,
    Row,
    a_case_key_is_sealed_anew,
    a_case_key_is_sealed_anew_and_nobody_signed,
    a_case_key_is_sealed_anew_by_somebody_else,
    a_case_key_is_sealed_anew_by_somebody_who_left,
    a_case_key_is_sealed_anew_by_somebody_whose_key_was_renewed,
    a_key_that_proves_nothing_is_signed_by_nobody,
    a_key_that_proves_nothing_is_signed_by_somebody_who_left,
    the_identity_manifest_is_held_back,
)
from tests.desk.library import data, in_browser, in_node, text
from tests.desk.made_desk import READER, case_job, made_case, offline
from tests.sealing.made import CASE


def changed(folder: Path) -> tuple[list[Row], list[Row]]:
    """Return, for each change, the job of opening the case and what the Python program gives."""
    jobs, expected = [], []
    for change in CHANGES:
        case = made_case(folder / change.__name__)
        case.send()
        fields = change(case)
        jobs.append(dict(case_job(case, case.facts, case.identity, **fields)))
        expected.append(offline(case, case.facts, case.identity, **fields))
    return jobs, expected


def compare(answers: list[Any], expected: list[Row]) -> None:
    for change, answer, wanted in zip(CHANGES, answers, expected, strict=True):
        assert answer["view"] == json.loads(json.dumps(wanted)), change.__name__
        assert bool(wanted["problems"]) is (change not in SOUND), change.__name__


def test_each_change_gives_the_rows_and_problems_of_python(tmp_path: Path) -> None:
    jobs, expected = changed(tmp_path)
    compare(in_node(*jobs), expected)


@pytest.mark.browser
def test_the_same_in_the_browser(chromium: Path, tmp_path: Path) -> None:
    jobs, expected = changed(tmp_path)
    compare(in_browser(chromium, *jobs), expected)


def test_a_stranger_opens_nothing_and_one_key_names_the_other(tmp_path: Path) -> None:
    case = made_case(tmp_path)
    case.send()
    stranger, one, other = in_node(
        case_job(case, new_identity(urandom)), case_job(case, case.facts), case_job(case, case.identity)
    )
    assert stranger == {"error": "OpeningError", "message": "this case could not be opened with these keys"}
    with pytest.raises(OpeningError, match="this case could not be opened with these keys"):
        offline(case, new_identity(urandom))
    assert one["view"] == offline(case, case.facts)
    assert other["view"] == offline(case, case.identity)
    assert one["view"]["sealed"] == ["identity"]


def test_another_case_or_deployment_in_the_index_opens_nothing(tmp_path: Path) -> None:
    case = made_case(tmp_path)
    case.send()
    places: list[Row] = [{"case": "00" * 16}, {"deployment": "00" * 16}]
    answers = in_node(*(case_job(case, case.facts, case.identity, **place) for place in places))
    assert {answer["error"] for answer in answers} == {"OpeningError"}


def test_the_identity_that_nobody_asked_for_is_no_problem_and_none_at_all_is_one(tmp_path: Path) -> None:
    case = made_case(tmp_path)
    case.send()
    asked = {**case_job(case, case.facts, case.identity)}
    asked["case"] = {name: value for name, value in asked["case"].items() if name != "identity"}
    the_identity_manifest_is_held_back(case)
    held = {**case_job(case, case.facts, case.identity)}
    held["case"] = {name: value for name, value in held["case"].items() if name != "identity"}
    sound, missing = in_node(asked, held)
    assert (sound["view"]["problems"], sound["view"]["sealed"], sound["ping"]) == ([], ["identity"], None)
    assert [(each["object"], each["problem"]) for each in missing["view"]["problems"]] == [(CASE.hex(), "missing")]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (a_case_key_is_sealed_anew, []),
        (a_case_key_is_sealed_anew_by_somebody_who_left, ["author_gone"]),
        (a_case_key_is_sealed_anew_by_somebody_whose_key_was_renewed, ["author_gone"]),
        (a_case_key_is_sealed_anew_by_somebody_else, ["keys"]),
        (a_case_key_is_sealed_anew_and_nobody_signed, ["keys"]),
        (a_key_that_proves_nothing_is_signed_by_somebody_who_left, ["keys"]),
        (a_key_that_proves_nothing_is_signed_by_nobody, ["keys"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_key_that_nobody_vouches_for_yields_to_the_one_before_and_the_case_is_read(
    tmp_path: Path, change: Change, named: list[str]
) -> None:
    case = made_case(tmp_path)
    case.send()
    fields = change(case)
    (found,) = in_node(case_job(case, case.facts, case.identity, **fields))
    assert [each["problem"] for each in found["view"]["problems"]] == named
    assert [each["node"] for each in found["view"]["consents"]] == ["L0", "L2"]
    assert found["view"] == offline(case, case.facts, case.identity, **fields)


def test_consents_that_are_not_proven_never_count(tmp_path: Path) -> None:
    case = made_case(tmp_path)
    case.send(tag_key=bytes(32))
    case.change("L0", granted=True, day="2026-11-24", tag_key=bytes(32))
    (answer,) = in_node(case_job(case, case.facts, case.identity))
    assert answer["view"]["consents"] == []
    assert {each["problem"] for each in answer["view"]["problems"]} >= {"unproven"}


@pytest.mark.parametrize(
    "change",
    [
        {"object": "../../etc"},
        {"kind": "other"},
        {"kind": "test"},
        {"compartment": "all"},
        {"number": -1},
        {"number": 1.5},
        {"day": 5},
    ],
    ids=["object", "kind", "test", "compartment", "negative", "fraction", "day"],
)
def test_a_wrong_line_of_the_index_is_named(tmp_path: Path, change: Row) -> None:
    case = made_case(tmp_path)
    case.send()
    case.index[0] = {**case.index[0], **change}
    (answer,) = in_node(case_job(case, case.facts))
    assert answer["error"] == "EnvelopeError"
    assert f"damaged: {next(iter(change))}" in answer["message"]


def test_an_object_listed_twice_or_an_answer_of_another_form_is_refused(tmp_path: Path) -> None:
    case = made_case(tmp_path)
    case.send()
    twice = {**case_job(case, case.facts)}
    twice["case"]["answer"]["index"].append(twice["case"]["answer"]["index"][0])
    jobs: list[Row] = [twice]
    others: list[Any] = [None, [], {}, {"case": None}, {"case": {}, "index": {}}]
    for answer in others:
        job = {**case_job(case, case.facts)}
        job["case"] = {**job["case"], "answer": answer}
        jobs.append(job)
    assert {answer["error"] for answer in in_node(*jobs)} == {"EnvelopeError"}


def test_any_changed_byte_of_any_file_is_named(tmp_path: Path) -> None:
    case = made_case(tmp_path)
    case.send()
    job = case_job(case, case.facts, case.identity)
    jobs = []
    for compartment in ("facts", "identity"):
        for number, file in enumerate(job["case"][compartment]["objects"]):
            letters = file["data"]
            for place in range(0, len(letters) - 8, 997):
                other = "B" if letters[place] == "A" else "A"
                changed = {**file, "data": f"{letters[:place]}{other}{letters[place + 1 :]}"}
                objects = [*job["case"][compartment]["objects"]]
                objects[number] = changed
                jobs.append({**job, "case": {**job["case"], compartment: {"objects": objects}}})
    for answer in in_node(*jobs):
        assert "error" in answer or answer["view"]["problems"] or answer["view"]["sealed"]


@pytest.mark.parametrize("compartments", [["facts"], ["facts", "identity"]], ids=["facts", "both"])
def test_the_drill_opens_a_case_that_only_this_key_opens(tmp_path: Path, compartments: list[str]) -> None:
    words = {"question": "Made up?", "answer": "Сохта, бале", "locale": "tg"}
    key = {"name": "Reader", "seed": text(READER.seed)}
    (made,) = in_node({"op": "drill", **key, "words": words, "day": "2026-11-26", "compartments": compartments})
    assert [row["value"] for row in made["view"]["answers"]] == ["Сохта, бале"] * len(compartments)
    for name, sealed in made["files"]:
        (tmp_path / f"{name}.age").write_bytes(data(sealed))
    clear = {**{name: made[name] for name in ("case", "deployment", "index")}, "format": "panoh case 1"}
    clear |= {"reference": "PN-0000-TEST", "urgency": "routine", "locale": "tg"}
    (tmp_path / "case.json").write_text(json.dumps(clear), encoding="utf-8")
    assert open_case(tmp_path, [READER]) == made["view"]
    assert made["view"]["problems"] == []
    with pytest.raises(OpeningError):
        open_case(tmp_path, [new_identity(urandom)])
