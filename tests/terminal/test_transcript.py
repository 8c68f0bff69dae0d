"""What a transcript is, and how a wrong one is refused: in one line that names file and step."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.terminal.transcript import (
    ACTIONS,
    NUMBERS,
    STEPS_AT_MOST,
    UNANSWERED,
    WITHOUT_VALUE,
    Step,
    Transcript,
    difference,
    read,
    write,
)
from bot.errors import ConversationFileError


def _refused(folder: Path, text: str | bytes) -> str:
    path = folder / "walk.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConversationFileError) as error:
        read(path)
    assert "\n" not in str(error.value)
    return str(error.value)


_NAMES = st.from_regex(r"[A-Z][A-Za-z0-9_+.]{0,20}", fullmatch=True)


@st.composite
def _steps(draw: st.DrawFn) -> Step:
    action = draw(st.sampled_from(ACTIONS))
    value = draw(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
    if action in NUMBERS:
        value = str(draw(st.integers(0, 99_999)))
    elif action in WITHOUT_VALUE:
        value = ""
    return Step(
        action=action, value=value, see=() if action in UNANSWERED else tuple(draw(st.lists(_NAMES, max_size=3)))
    )


@given(title=st.text(st.characters(exclude_categories=["Cs", "Cc"])), steps=st.lists(_steps(), max_size=6))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, title: str, steps: list[Step]) -> None:
    path = tmp_path_factory.mktemp("walk") / "walk.yaml"
    transcript = Transcript(title=title, steps=tuple(steps))
    path.write_text(write(transcript), "utf-8")
    assert read(path) == transcript


@pytest.mark.parametrize(
    "typed", ["1", "yes", "no", "2026-11-23", "18_24", "0x1f", "~", "null", " ", "- a", "a: b", "«ҳа»"]
)
def test_words_that_yaml_would_take_for_something_else_stay_words(tmp_path: Path, typed: str) -> None:
    path = tmp_path / "walk.yaml"
    transcript = Transcript(title="Odd words", steps=(Step(action="say", value=typed),))
    path.write_text(write(transcript), "utf-8")
    assert read(path) == transcript


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConversationFileError, match=r"nowhere\.yaml: No such file"):
        read(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"\xff\xfe", "which is YAML in UTF-8"),
        ("title: [", "which is YAML in UTF-8"),
        ("", "`title` and a list of `steps`"),
        ("title: a", "`title` and a list of `steps`"),
        ("title: a\nsteps: {}", "`title` and a list of `steps`"),
        ("title: a\nlocale: en\nsteps: []", "`title` and a list of `steps`"),
        ("title: a\nsteps:\n- start:\n- 5", "step 2: expected one of start, tap"),
        ("title: a\nsteps:\n- {tap: a, say: b}", "step 1: expected one of start, tap"),
        ("title: a\nsteps:\n- {tap: a, sees: [b]}", "step 1: expected one of start, tap"),
        ("title: a\nsteps:\n- {tap: a, see: b}", "step 1: expected a list of screens under `see`"),
        ("title: a\nsteps:\n- {tap: }", "step 1: expected one text after tap"),
        ("title: a\nsteps:\n- {say: [a]}", "step 1: expected one text after say"),
        ("title: a\nsteps:\n- {start: now}", "step 1: expected nothing after start"),
        ("title: a\nsteps:\n- {silence: long}", "step 1: expected a whole number after silence"),
        ("title: a\nsteps:\n- {code: -1}", "step 1: expected a whole number after code"),
        ("title: a\nsteps:\n- {silence: 9999999}", "step 1: expected a whole number after silence"),
        ("title: a\nsteps:\n" + "- start:\n" * (STEPS_AT_MOST + 1), f"at most {STEPS_AT_MOST} steps"),
        ("title: a\nsteps:\n" + "#" * 1_000_001, "at most 1,000,000 bytes"),
    ],
)
def test_a_wrong_transcript_is_refused_in_one_line(tmp_path: Path, text: str | bytes, expected: str) -> None:
    line = _refused(tmp_path, text)
    assert line.startswith("walk.yaml: ")
    assert expected in line


def test_a_difference_names_the_step_and_both_sides_but_not_what_was_typed() -> None:
    said = Step(action="say", value="typed words", see=("F2_more",))
    assert difference(said, said, 3) is None
    assert difference(said, Step(action="say", value="typed words"), 3) == "step 3 (say): expected F2_more, saw nothing"
    tapped = Step(action="tap", value="nav.back", see=())
    found = Step(action="tap", value="nav.back", see=("A3_danger", "!"))
    assert difference(tapped, found, 4) == "step 4 (tap nav.back): expected nothing, saw A3_danger, !"


def test_typed_words_are_in_no_repr() -> None:
    assert "typed words" not in repr(Transcript(title="a", steps=(Step(action="say", value="typed words"),)))
