"""All 80 cases that real chats produce, and all 41 holes of the core paths: each has a row here or a place elsewhere.

Rows that the channel answers by itself run here. Where the conversation answers, ``ELSEWHERE`` and ``HOLES_ELSEWHERE``
name the test; a name that is not there fails.
"""

import ast
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.channels import cases_of_holes, cases_of_times, cases_of_words
from tests.channels.cases import HOLES, ROWS

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = "tests/journeys"
ANSWERS = "tests/engine/test_rows_answers.py"
AROUND = "tests/engine/test_rows_around.py"
PATHS = "tests/conversations/test_reprisal_paths.py"
TOPICS = "tests/conversations/test_reprisal_topics.py"
WORDS = "tests/conversations/test_reprisal_words.py"
URGENCY = "tests/conversations/test_reprisal_urgency.py"
SETTINGS = "tests/test_settings.py"
BACK = "tests/journeys/test_coming_back.py"
CODES = "tests/intake/test_codes.py"
MEMORY = "tests/intake/test_memory.py"
HOSTILE = "tests/intake/test_hostile.py"

_ALL = (cases_of_holes, cases_of_times, cases_of_words)
"""Importing these registers their rows."""

Places: TypeAlias = tuple[str, ...]

_IN_JOURNEYS = (
    1, 2, 4, 12, 14, 15, 20, 21, 24, 27, 29, 31, 32, 36, 37, 40, 43, 45, 46, 47, 51, 52, 53, 54, 55, 56, 80,
)  # fmt: skip
ELSEWHERE: dict[int, Places] = {
    **{number: (f"{JOURNEYS}::test_case_{number:02}",) for number in _IN_JOURNEYS},
    19: ("tests/cli/test_cases.py::test_a_case_goes_from_the_queue_to_the_reader_and_only_the_key_opens_it",),
    22: (f"{JOURNEYS}::test_case_22", f"{MEMORY}::test_a_draft_finishes_on_the_version_it_began"),
    48: (f"{ANSWERS}::test_back_goes_to_the_question_before_and_erases_nothing",),
    49: (f"{AROUND}::test_another_language_asks_the_same_question",),
    67: (
        f"{PATHS}::test_whom_it_is_about_is_asked_right_after_consent_and_stops_nobody",
        f"{TOPICS}::test_under_eighteen_may_name_an_adult_and_goes_on",
    ),
}
"""Cases whose answer is the conversation's, alone or as well."""

_HOLES_IN_JOURNEYS = (1, 2, 3, 5, 8, 9, 10, 11, 14, 15, 16, 17, 20, 21, 22, 23, 24, 26, 30, 32, 35, 39)
HOLES_ELSEWHERE: dict[int, Places] = {
    **{number: (f"{JOURNEYS}::test_hole_{number:02}",) for number in _HOLES_IN_JOURNEYS},
    4: (f"{PATHS}::test_consent_is_never_chosen_beforehand_and_says_what_silence_does",),
    6: (f"{PATHS}::test_nothing_before_sending_is_a_multiple_choice",),
    7: (f"{PATHS}::test_whoever_skips_everything_reaches_the_menu",),
    11: (f"{JOURNEYS}::test_hole_11", f"{CODES}::test_another_person_is_another_case_under_the_same_code"),
    12: (f"{HOSTILE}::test_one_chat_does_not_fill_the_queue_with_cases",),
    13: (
        f"{TOPICS}::test_under_eighteen_may_name_an_adult_and_goes_on",
        f"{URGENCY}::test_a_child_raises_by_one_level_and_never_beyond_the_highest",
    ),
    17: (
        f"{JOURNEYS}::test_hole_17",
        f"{BACK}::test_the_status_is_one_line_of_four",
        f"{BACK}::test_a_deleted_case_is_served_to_nobody_and_gone_after_a_day",
        f"{BACK}::test_a_permission_given_and_taken_back_counts_at_once",
    ),
    31: (f"{SETTINGS}::test_serving_names_the_first_setting_that_is_missing",),
    33: (f"{TOPICS}::test_names_and_ways_of_contact_go_to_the_identity_part",),
    34: (f"{TOPICS}::test_silence_is_never_offered_as_an_alarm",),
    36: (f"{TOPICS}::test_after_the_short_way_permissions_open_with_the_one_that_helps_tonight",),
    37: (f"{TOPICS}::test_questions_about_the_person_have_a_wording_for_the_person_themselves",),
    40: (f"{PATHS}::test_somebody_in_danger_is_in_the_queue_after_eight_answers",),
    41: (f"{TOPICS}::test_names_and_ways_of_contact_go_to_the_identity_part", f"{JOURNEYS}::test_hole_41"),
}

NOT_THE_DEFENDERS_BOT: dict[int, str] = {
    18: "who never comes back: the desk shows unread replies with their age",
    19: "who cannot be reached: the desk offers the agreed ways only",
    25: "time zones: the desk shows both clocks",
    27: "not about human rights: a canned reply of the staff",
}
"""Holes that are closed on the staff's side; nothing of them is to be seen in this channel."""


def _functions(path: Path) -> list[str]:
    files = sorted(path.glob("test_*.py")) if path.is_dir() else [path] if path.is_file() else []
    trees = [ast.parse(file.read_text("utf-8")) for file in files]
    return [node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]


def _is_there(place: str) -> bool:
    path, _, name = place.partition("::")
    # A journey's name goes on after its number, so that it can be read as a sentence.
    return any(found == name or found.startswith(f"{name}_") for found in _functions(ROOT / path))


@pytest.mark.parametrize("number", sorted(ROWS), ids=lambda number: f"{number:02}-{ROWS[number][0]}")
def test_case(number: int) -> None:
    ROWS[number][1]()


@pytest.mark.parametrize("number", sorted(HOLES), ids=lambda number: f"{number:02}-{HOLES[number][0]}")
def test_hole(number: int) -> None:
    HOLES[number][1]()


def test_every_case_has_a_row_or_a_place() -> None:
    assert set(ROWS) | set(ELSEWHERE) == set(range(1, 81))


def test_every_hole_has_a_row_or_a_place_or_is_the_staffs() -> None:
    assert set(HOLES) | set(HOLES_ELSEWHERE) | set(NOT_THE_DEFENDERS_BOT) == set(range(1, 42))
    assert not (set(HOLES) | set(HOLES_ELSEWHERE)) & set(NOT_THE_DEFENDERS_BOT)


def test_every_place_named_is_there() -> None:
    places = {place for found in (*ELSEWHERE.values(), *HOLES_ELSEWHERE.values()) for place in found}
    assert sorted(place for place in places if not _is_there(place)) == []
