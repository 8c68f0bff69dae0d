"""Whatever the server answers, the library names the problems of a case, or refuses with an error of its own."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.desk.library import data, in_node, text
from tests.desk.made_desk import TRUST, case_job, made_case
from tests.offline.made_case import MadeCase

OURS = {"EnvelopeError", "OpeningError", "KeyringError"}
JUNK: list[Any] = [
    None, True, -1, 0, 1.5, 2**53, 1e300, "", "x", "\ud800", "../../etc", "__proto__", "constructor", "toString",
    "<img src=x onerror=alert(1)>", "ff" * 16, "FF" * 16, "А" * 300, "a" * 70_000, [], {}, [[]], [None], [1], [{}],
    {"length": 3}, {"__proto__": {"kind": "note"}}, [{"object": "00" * 16}],
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value inside."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], junk)
    return copy


def made(folder: Path) -> MadeCase:
    case = made_case(folder)
    case.send()
    case.change("L2", granted=False, day="2026-11-24")
    return case


def test_any_answer_about_a_case_is_read_or_refused(tmp_path: Path) -> None:
    case = made(tmp_path)
    job = dict(
        case_job(
            case,
            case.facts,
            case.identity,
            rewraps=[{"object": "00" * 16, "version": 2, "serial": 3, "author": "Lead", "signature": "AAAA"}],
        )
    )
    chance = random.Random(1)
    jobs = [
        {**job, "case": replaced(job["case"], path, junk)}
        for path in places(job["case"])
        for junk in chance.sample(JUNK, 4)
    ]
    answers = in_node(*chance.sample(jobs, 400))
    assert {answer.get("error") for answer in answers} - OURS <= {None}
    assert len([answer for answer in answers if "error" in answer]) > 100
    assert len([answer for answer in answers if "view" in answer]) > 40


def test_any_keyring_that_was_meddled_with_is_refused() -> None:
    chance = random.Random(2)
    file = data(TRUST["keyring"])
    jobs = []
    for _ in range(200):
        changed = bytearray(file)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(changed))
            match chance.randrange(3):
                case 0:
                    changed[place] ^= 1 << chance.randrange(8)
                case 1:
                    del changed[place : place + chance.randint(1, 40)]
                case _:
                    changed[place:place] = chance.randbytes(chance.randint(1, 9))
        jobs.append({**TRUST, "op": "keyring", "keyring": text(bytes(changed))})
    assert {answer.get("error") for answer in in_node(*jobs)} == {"KeyringError"}


def test_any_sealed_file_that_was_meddled_with_is_refused(tmp_path: Path) -> None:
    case = made(tmp_path)
    job = case_job(case, case.facts)
    chance = random.Random(3)
    sealed = [data(file["data"]) for file in job["case"]["facts"]["objects"]]
    jobs = []
    for _ in range(200):
        file = bytearray(chance.choice(sealed))
        place = chance.randrange(len(file))
        match chance.randrange(4):
            case 0:
                del file[place : place + chance.randint(1, 100)]
            case 1:
                file[place:place] = chance.randbytes(chance.randint(1, 100))
            case 2:
                file = file[:place]
            case _:
                file[place:] = chance.choice(sealed)[place:]
        if bytes(file) not in sealed:
            jobs.append({"op": "age", "data": text(bytes(file)), "seeds": job["seeds"]})
    assert {answer if isinstance(answer, str) else answer["error"] for answer in in_node(*jobs)} <= OURS
