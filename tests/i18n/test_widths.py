from typing import Any

import pytest

from bot.i18n.widths import (
    BUTTON_MUST_FIT,
    BUTTON_SHOULD_FIT,
    MESSAGE_MUST_FIT,
    TICK,
    button_width,
    lines,
    message_height,
)

NAV_ROWS = {"": 0, "exit": 1, "exit+menu": 1, "full": 2}
OVER_AT_320 = {"Пайгирӣ, назди дар", "Телефон гирифтанд", "Боздошт, кофтуков", "Бо калимаҳои русӣ"}


def test_the_longest_label_of_the_vocabulary_measures_as_documented() -> None:
    label = "Рабочая группа по насильственным или недобровольным исчезновениям"
    # 530 dp were read off a drawing, with kerning; the table leaves kerning out.
    assert button_width(label) == pytest.approx(530, rel=0.005)
    assert button_width(label) > BUTTON_MUST_FIT[1] - TICK == 311


@pytest.mark.parametrize(
    ("label", "width"), [("Пайгирӣ, назди дар", 138.35), ("Телефон гирифтанд", 142.0), ("Боздошт, кофтуков", 138.16)]
)
def test_labels_measure_as_the_font_file_says(label: str, width: float) -> None:
    # Read with fontTools from Roboto-Medium.ttf at 15 dp.
    assert button_width(label) == pytest.approx(width, abs=0.01)


def test_every_tajik_letter_has_its_own_width() -> None:
    unknown = button_width("\U0001f600")
    for letter in "ғӣқӯҳҷҒӢҚӮҲҶ":
        assert button_width(letter) < unknown
    assert button_width("ҳ") == pytest.approx(button_width("х"), rel=0.1)


def test_a_text_wraps_at_spaces_and_keeps_its_empty_lines() -> None:
    assert lines("one") == 1
    assert lines("one\n\ntwo") == 3
    assert [lines(" ".join(["word"] * count)) for count in (6, 7, 12, 13)] == [1, 2, 2, 3]
    assert lines("w" * 60) == 3
    assert message_height("one\n\ntwo", rows=2) == 3 * 21 + 2 * 48


def test_the_buttons_of_the_core_paths_fit_360_dp_and_four_do_not_fit_320(core_paths: dict[str, Any]) -> None:
    over = set()
    for message in core_paths["messages"]:
        for row in message["rows"]:
            for _, *labels in row:
                for label in labels:
                    assert button_width(label) <= BUTTON_MUST_FIT[len(row)], message["id"]
                    if button_width(label) > BUTTON_SHOULD_FIT[len(row)]:
                        over.add(label)
    assert over == OVER_AT_320


def test_the_messages_of_the_core_paths_fit_with_their_buttons(core_paths: dict[str, Any]) -> None:
    heights = {
        (message["id"], locale): message_height(text, len(message["rows"]) + NAV_ROWS[message["nav"]])
        for message in core_paths["messages"]
        for locale, text in message["text"].items()
    }
    assert max(heights.values()) <= MESSAGE_MUST_FIT
    # The consent texts are documented as 14 lines, at the limit: one sentence more would not fit.
    assert heights["E1_consent_urgent", "tg"] == 14 * 21 + 3 * 48
    assert heights["E1_consent_urgent", "tg"] + 2 * 21 > MESSAGE_MUST_FIT


def test_the_chat_labels_fit_with_a_tick(core_paths: dict[str, Any]) -> None:
    for _, *labels in core_paths["forms_chat"]:
        for label in labels:
            assert button_width(label) + TICK <= BUTTON_SHOULD_FIT[1] == 288
