from pathlib import Path

import pytest

from bot.authoring import catalogs
from bot.authoring.catalog_check import findings
from bot.errors import CatalogError
from bot.i18n.catalogs import catalog_path
from tests.i18n.made_up import ENGLISH, RUSSIAN, TAJIK, Desk, made_up, written


def found(desk: Desk, locale: str = "tg", key: str = "") -> list[str]:
    every = findings(written(desk.conversation), desk.folder)
    return [f"{one.severity}: {one.message}" for one in every if one.locale == locale and key in {"", one.key}]


def test_complete_catalogues_have_no_findings(desk: Desk) -> None:
    assert findings(written(desk.conversation), desk.folder) == ()


def test_a_finding_names_file_line_language_and_key(desk: Desk) -> None:
    desk.say("tg", "Q1.yes", "")
    (finding,) = findings(written(desk.conversation), desk.folder)
    path = catalog_path(desk.folder, "tg")
    line = path.read_text(encoding="utf-8").splitlines().index('msgctxt "Q1.yes"') + 2
    shown = path.relative_to(desk.folder.parent)
    assert str(finding) == f"{shown}:{line}: error: tg Q1.yes: critical string is missing"


@pytest.mark.parametrize(
    ("key", "text", "fuzzy", "expected"),
    [
        ("Q1.say", "", False, "error: critical string is missing"),
        ("Q1.say", TAJIK["Q1.say"], True, "error: critical string is uncertain (fuzzy)"),
        ("Q1.yes", "Yes", False, "error: critical string is unchanged"),
        ("HINT.say", "", False, "warning: string is missing"),
        ("HINT.say", ENGLISH["HINT.say"], False, "warning: string is unchanged"),
        ("Q2.say", "Кадомаш? {daye}", False, "error: placeholders missing: {day}"),
        ("Q2.say", "Кадомаш? {daye}", False, "error: placeholders that the English text does not have: {daye}"),
        ("Q2.say", "Кадомаш? {day", False, "error: placeholders that the English text does not have: {"),
        ("HINT.say", "<b>Баъдтар</b> нависед.", False, "error: markup that the English text does not have: </b> <b>"),
        (
            "Q1.say",
            "Нигоҳ дорем? «Не»-ро пахш кунед.",
            False,
            "error: the number of paragraphs differs: 1 in English, 0",
        ),
        ("Q1.no", "Не, ман инро ҳеҷ гоҳ намехоҳам", False, "error: «Не, ман инро ҳеҷ гоҳ намехоҳам» is cut in Q1"),
        ("Q1.no", "Не, намехоҳам асло", False, "warning: «Не, намехоҳам асло» is cut in Q1 on a 320 dp"),
        ("section.topic", "Мавзӯъҳои дигари мо", False, "error: «Мавзӯъҳои дигари мо» is cut in section.topic"),
        ("Q1.say", "Нигоҳ дорем?\n\n«Ҳа»-ро пахш кунед.", False, "error: the English text names the button Q1.no"),
        ("Q1.say", "Дорем?\n\n«Не» ё «Ист»-ро пахш кунед.", False, "error: «Ист» is to be pressed, and no button"),
        ("HINT.say", "Баъдтaр нависед.", False, "error: «баъдтaр» has Latin letters among Cyrillic ones: a (U+0061)"),
        ("HINT.say", "Later нависед.", False, "error: «later» is in Latin letters and not in the English text"),
        ("HINT.say", "Баъдтар ёзинг ҳўп.", False, "error: «ҳўп» has letters that are not of this language: ў (U+045E)"),
        ("HINT.say", "Шаҳри Царёв.", False, "warning: «царёв» has letters that Tajik has dropped: ц"),
        ("HINT.say", "Мавзуъ баъдтар.", False, "error: «мавзуъ» is elsewhere spelled «мавзӯъ»"),
        ("HINT.say", "Баъдтар паёмхоро нависед.", False, "error: «паёмхоро» ends as a plural and is written with х"),
        ("HINT.say", "Баъдтар роль нависед.", False, "error: «роль» has letters that Tajik has dropped: ь"),
        ("HINT.say", "Паролро нависед.", False, "error: «Парол» is not used here."),
        ("HINT.say", "Суд баъдтар.", False, "error: «Суд» is not used here. May arrive unasked"),
        ("HINT.say", "Баъдтар нависед. ", False, "error: a space or an empty line at the beginning or the end"),
        ("HINT.say", "Гуфт(а) нависед.", False, "warning: no endings in brackets: «Гуфт(а)»"),
        ("HINT.say", "Баъдтар и\u0304н.", False, "error: a letter is written with a separate mark"),
        ("READY.ready", "Тайёр шудам " * 4, False, "error: «Тайёр шудам Тайёр шудам"),
        ("HINT.say", 'Баъдтар "нависед".', False, 'warning: quotes are «», not "'),
    ],
)
def test_a_fault_in_a_translation_is_found(desk: Desk, key: str, text: str, fuzzy: bool, expected: str) -> None:
    desk.say("tg", key, text, fuzzy=fuzzy)
    assert any(one.startswith(expected) for one in found(desk, key=key)), found(desk)


def test_a_text_too_high_for_the_phone_is_found_with_its_buttons_counted(desk: Desk) -> None:
    fitting = "\n\n".join([TAJIK["Q1.say"].replace("\n\n", "\n"), "\n".join(["сатр"] * 12)])
    desk.say("tg", "Q1.say", fitting)
    assert found(desk) == []
    desk.say("tg", "Q1.say", fitting + "\nсатр" * 3)
    assert any("2 rows of buttons need" in one for one in found(desk))


def test_a_russian_word_with_a_tajik_letter_is_found(desk: Desk) -> None:
    desk.say("ru", "HINT.say", "Пишите, қогда сможете.")
    assert found(desk, "ru") == ["error: «қогда» has letters that are not of this language: қ (U+049B)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Баркарор кунед.", "error: «баркарор» is elsewhere spelled «барқарор»"),
        ("Ичозататонро нависед.", "error: «ичозататонро» begins as «иҷозат» and is spelled otherwise"),
        ("Иҷозататонро барқарор кунед.", None),
    ],
    ids=["listed", "longer", "right"],
)
def test_a_russian_letter_in_a_word_that_stands_once_is_found(desk: Desk, text: str, expected: str | None) -> None:
    desk.say("tg", "HINT.say", text)
    assert found(desk) == []
    (desk.folder / "tg" / "letters.txt").write_text("# settled\nбарқарор\nиҷозат\n", encoding="utf-8")
    assert found(desk) == ([expected] if expected else [])


def test_a_single_latin_letter_is_found_even_where_english_has_the_word(desk: Desk) -> None:
    desk.conversation = made_up({**ENGLISH, "HINT.say": "Write a word."})
    desk.begin(ru={**RUSSIAN, "HINT.say": "Пишите, a не звоните."})
    assert found(desk, "ru") == ["error: «a» is in Latin letters and not in the English text"]


def test_settled_letters_that_cannot_be_read_are_named(desk: Desk) -> None:
    (desk.folder / "tg" / "letters.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogError, match=r"letters\.txt"):
        found(desk)


def test_an_ending_is_not_a_second_spelling(desk: Desk) -> None:
    desk.say("tg", "HINT.say", "Корӣ, кори дигар.")
    assert found(desk) == []


def test_staff_labels_may_name_what_a_phone_must_not_show(desk: Desk) -> None:
    desk.conversation = made_up({**ENGLISH, "vocabulary.forms.x.chat": "Hard case", "vocabulary.forms.x.full": "Grave"})
    desk.begin(tg={**TAJIK, "vocabulary.forms.x.chat": "Терроризм", "vocabulary.forms.x.full": "Терроризм"})
    assert [one for one in found(desk, key="vocabulary.forms.x.chat") if "террор" in one.casefold()]
    assert found(desk, key="vocabulary.forms.x.full") == []


def test_a_rule_does_not_speak_where_the_english_says_so(desk: Desk) -> None:
    desk.conversation = made_up({**ENGLISH, "HINT.say": "Set a password."})
    desk.begin(tg={**TAJIK, "HINT.say": "Парол гузоред."})
    assert found(desk) == []


def test_what_people_type_may_be_spelled_in_any_way(desk: Desk) -> None:
    desk.say("tg", "words.yes", "ҳа, xa, ха, ok, hа")
    assert found(desk) == []


def test_english_is_measured_too(desk: Desk) -> None:
    longer = {**ENGLISH, "Q1.no": "No, and I never want to be asked again"}
    desk.conversation = made_up(longer)
    desk.begin(ru=RUSSIAN, tg=TAJIK)
    assert any("is cut in Q1:" in one for one in found(desk, "en", "Q1.no"))


def test_a_placeholder_that_nothing_fills_is_found_in_english(desk: Desk) -> None:
    desk.conversation = made_up({**ENGLISH, "HINT.say": "Write to {nobody}."})
    assert any(one.startswith("error: nothing fills {nobody}; ") for one in found(desk, "en", "HINT.say"))


def test_a_template_behind_the_conversation_is_an_error(desk: Desk) -> None:
    desk.conversation = made_up({**ENGLISH, "HINT.say": "Write tomorrow."})
    assert any("is not what the conversation says" in one for one in found(desk, "en"))
    catalogs.extract(written(desk.conversation), desk.folder)
    assert not any("is not what the conversation says" in one for one in found(desk, "en"))


def test_a_label_that_is_the_same_in_all_languages_may_stay(desk: Desk) -> None:
    assert RUSSIAN["LANG.tg"] == TAJIK["LANG.tg"] == ENGLISH["LANG.tg"]
    assert found(desk, "ru") == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("code,ru,код,,,everywhere,note", "glossary.csv:2"),
        ("code,ru,,,,all,note", "glossary.csv:2"),
        ("code,ru,код", "glossary.csv:2"),
        ("code,ru,(код,,,all,note", "glossary.csv:2"),
    ],
)
def test_a_wrong_line_in_the_list_of_words_is_named(desk: Desk, line: str, message: str) -> None:
    path = desk.folder / "glossary.csv"
    path.write_text(f"english,locale,use,never,unless,where,note\n{line}\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=message):
        findings(written(desk.conversation), desk.folder)


def test_a_missing_list_of_words_is_named(desk: Desk, tmp_path: Path) -> None:
    (desk.folder / "glossary.csv").unlink()
    with pytest.raises(CatalogError, match=r"glossary\.csv"):
        findings(written(desk.conversation), desk.folder)


def test_the_code_has_one_name_and_encryption_another(desk: Desk) -> None:
    english = {**ENGLISH, "HINT.say": "Write the code."}
    desk.conversation = made_up(english)
    desk.begin(tg={**TAJIK, "HINT.say": "Калимаро нависед."})
    assert any(one.startswith("warning: expected a word with «рамз»") for one in found(desk))
    desk.say("tg", "HINT.say", "Рамз баъд аз рамзгузорӣ меояд.")
    assert any("stand in one sentence" in one for one in found(desk))
    desk.say("tg", "HINT.say", "Рамзро нависед.")
    assert found(desk) == []
