import pytest

from bot.emulator.formatting import commands, formatted, parse_html, utf16_length
from bot.emulator.refusals import RefusalError


def test_html_becomes_text_and_entities_in_utf16_units() -> None:
    read = parse_html("😀<b>ҳа <i>не</i></b> <tg-spoiler>рамз</tg-spoiler> &lt;&amp;&#1202;")
    assert read.text == "😀ҳа не рамз <&Ҳ"
    assert [(e["type"], e["offset"], e["length"]) for e in read.entities] == [
        ("bold", 2, 5),
        ("italic", 5, 2),
        ("spoiler", 8, 4),
    ]


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ҳ<b>x</i>", 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_markup_that_cannot_be_read_is_refused_as_telegram_does(markup: str, words: str) -> None:
    with pytest.raises(RefusalError) as caught:
        parse_html(markup)
    assert caught.value.description == f"Bad Request: can't parse entities: {words}"


def test_links_quotes_and_spans_are_read() -> None:
    read = parse_html(
        '<a href="https://x.example/a">x</a><blockquote expandable>y</blockquote><span class="tg-spoiler">z</span>'
    )
    assert [entity["type"] for entity in read.entities] == ["text_link", "expandable_blockquote", "spoiler"]
    assert read.entities[0]["url"] == "https://x.example/a"


def test_white_space_at_the_ends_goes_and_entities_move_along() -> None:
    read = formatted("  \n<b> ab </b>\n", "HTML", None)
    assert read.text == "ab"
    assert [(e["offset"], e["length"]) for e in read.entities] == [(0, 2)]


def test_an_entity_outside_the_text_is_refused() -> None:
    with pytest.raises(RefusalError, match="ends after the end of the text at UTF-16 offset 3"):
        formatted("ab", None, [{"type": "bold", "offset": 1, "length": 2}])


def test_other_parse_modes_are_refused_rather_than_ignored() -> None:
    with pytest.raises(RefusalError, match="unsupported parse_mode"):
        formatted("*x*", "MarkdownV2", None)


def test_commands_are_found_as_words_only() -> None:
    assert [(c["offset"], c["length"]) for c in commands("😀 /start@a_bot, a/b /menu")] == [(21, 5)]


def test_length_counts_utf16_units() -> None:
    assert utf16_length("аҳ😀") == 4
