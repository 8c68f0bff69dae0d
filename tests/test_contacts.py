"""The dated file of emergency contacts."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import contacts
from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 23)
GOOD = 'checked = 2026-11-20\nfld_phone = "+1"\nhelp_phones = "a@b.example"\ncpj = "c"\nunhcr = "d"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "contacts.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_fills_every_placeholder() -> None:
    found = contacts.load(ROOT / "deploy" / "contacts.example.toml", TODAY)
    assert set(found.placeholders) == set(contacts.NAMES)
    assert found.placeholders["fld_phone"].startswith("+353")


def test_after_six_months_somebody_should_look_again(tmp_path: Path) -> None:
    found = contacts.load(written(tmp_path, GOOD), TODAY)
    assert not found.is_old(found.checked + timedelta(days=contacts.OLD_AFTER_DAYS))
    assert found.is_old(found.checked + timedelta(days=contacts.OLD_AFTER_DAYS + 1))
    assert found.age_days(TODAY) == 3


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("checked = 2026-11-20\n", ""), "checked"),
        (("2026-11-20", "2026-12-01"), "checked"),
        (("2026-11-20", '"yesterday"'), "checked"),
        (('fld_phone = "+1"\n', ""), "fld_phone"),
        (('"+1"', '" "'), "fld_phone"),
        (('"+1"', "112"), "fld_phone"),
        (('"c"', '"{code}"'), "cpj"),
        (('"d"', '"""two\nlines"""'), "unhcr"),
        (('"d"', '"' + "x" * 81 + '"'), "unhcr"),
        (("unhcr", "unchr"), "unchr"),
    ],
)
def test_a_wrong_file_names_the_contact(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=f"^PANOH_CONTACTS: contacts.toml: `{named}`"):
        contacts.load(written(tmp_path, GOOD.replace(*change)), TODAY)


@pytest.mark.parametrize("text", ["checked = ", None])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "none.toml" if text is None else written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        contacts.load(path, TODAY)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)
