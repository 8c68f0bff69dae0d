"""Whatever is refused has words of the catalogue in the page; the type check sees that no code is without them."""

import json
import re
from pathlib import Path

import pytest

from bot.desk.problems import CODES, answer
from bot.desk.upstream import Behind
from bot.errors import Refused

SOURCES = Path(__file__).parents[2] / "bot" / "desk" / "web" / "src"


def test_the_page_knows_every_code_of_the_server_and_of_the_desk_on_this_computer() -> None:
    listed = re.search(r"CODES = \[(.*?)\] as const", (SOURCES / "api" / "client.ts").read_text("utf-8"), re.DOTALL)
    assert listed is not None
    assert set(re.findall(r'"(\w+)"', listed[1])) == CODES | set(Behind)


def test_each_code_has_words_of_its_own() -> None:
    written = (SOURCES / "refusals.ts").read_text("utf-8")
    words = dict(re.findall(r'^  (\w+): mark\("([^"]+)"\),$', written, re.MULTILINE))
    assert CODES | set(Behind) <= words.keys()


@pytest.mark.parametrize("why", Refused)
def test_a_refusal_with_a_reason_is_answered_by_its_code(why: Refused) -> None:
    body = json.loads(bytes(answer(409, "Made up.", why).body))
    assert body == {"error": why.value, "message": "Made up."}
