"""The desk's catalogue: what the page says stands in it, whole in Russian, and its faults are found."""

from pathlib import Path

import pytest

from bot.authoring import desk_catalog
from bot.i18n.catalogs import catalog_path, read_catalog

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "bot" / "desk" / "web" / "src"
LOCALES = ROOT / "locales"


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, Path]:
    sources, locales = tmp_path / "src", tmp_path / "locales"
    (sources / "views").mkdir(parents=True)
    (locales / "ru" / "LC_MESSAGES").mkdir(parents=True)
    (sources / "views" / "a.tsx").write_text('const a = t("Cases: {n}", { n });\nconst b = mark("Lock");\n', "utf-8")
    desk_catalog.extract(sources, locales)
    desk_catalog.update(locales, "ru")
    translated(locales, "Cases: {n}", "Обращений: {n}")
    translated(locales, "Lock", "Закрыть")
    return sources, locales


def translated(locales: Path, text: str, words: str, locale: str = "ru") -> None:
    path = catalog_path(locales, locale, desk_catalog.DOMAIN)
    written = path.read_text("utf-8")
    before, after = written.split(f'msgid "{text}"\nmsgstr ', 1)
    path.write_text(f'{before}msgid "{text}"\nmsgstr "{words}"\n{after.partition(chr(10))[2]}', "utf-8")


def said(made: tuple[Path, Path]) -> list[str]:
    return [each.message for each in desk_catalog.findings(*made)]


def test_the_committed_catalogues_are_whole_and_right() -> None:
    assert [str(each) for each in desk_catalog.findings(SOURCES, LOCALES)] == []


def test_what_is_right_has_no_finding(made: tuple[Path, Path]) -> None:
    assert said(made) == []


def test_a_new_string_is_missed_until_it_is_extracted_and_translated(made: tuple[Path, Path]) -> None:
    sources, locales = made
    (sources / "b.ts").write_text('export const c = t(\n  "Something new",\n);\n', "utf-8")
    assert len(said(made)) == 2, "template and Russian"
    desk_catalog.extract(sources, locales)
    desk_catalog.update(locales, "ru")
    assert said(made) == ["is missing or uncertain"]
    translated(locales, "Something new", "Новое")
    assert said(made) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [("Обращений: {m}", "placeholders"), ("Обращeний: {n}", "Latin letters"), ("", "missing")],
)
def test_a_broken_translation_is_found(made: tuple[Path, Path], words: str, found: str) -> None:
    translated(made[1], "Cases: {n}", words)
    assert [found in each for each in said(made)] == [True]


def test_a_tajik_word_in_russian_letters_is_found(made: tuple[Path, Path]) -> None:
    _, locales = made
    desk_catalog.update(locales, "tg")
    (locales / "tg" / "letters.txt").write_text("муроҷиат\nқулф\n", "utf-8")
    translated(locales, "Cases: {n}", "Мурочиат: {n}", "tg")
    translated(locales, "Lock", "Қулф", "tg")
    assert ["spelled" in each for each in said(made)] == [True]


@pytest.mark.parametrize("call", ["t(`Case {n}`)", 't("Case " + name)', "t('Case')"])
def test_a_string_that_is_put_together_is_found(made: tuple[Path, Path], call: str) -> None:
    (made[0] / "b.ts").write_text(f"const c = {call};\n", "utf-8")
    assert any("one literal" in each for each in said(made))


def test_a_changed_wording_keeps_the_old_translation_at_the_end(made: tuple[Path, Path]) -> None:
    sources, locales = made
    (sources / "views" / "a.tsx").write_text('t("Cases: {n}"); t("Lock now")', "utf-8")
    desk_catalog.extract(sources, locales)
    catalog = read_catalog(desk_catalog.update(locales, "ru"))
    assert [(each.id, each.string) for each in catalog.obsolete.values()] == [("Lock", "Закрыть")]
    assert {each.id: each.string for each in catalog if each.id}["Cases: {n}"] == "Обращений: {n}"
