"""The duty roster says when somebody reads."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.roster import Roster, load

EXAMPLE = Path(__file__).parent.parent / "deploy" / "roster.example.toml"


def night_shift(tmp_path: Path) -> Roster:
    path = tmp_path / "roster.toml"
    path.write_text('zone = "UTC"\n[[shift]]\ndays = ["mon"]\nfrom = "22:00"\nuntil = "06:00"\n', "utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 11, 23, 4, 0, tzinfo=UTC), 0),  # Monday 09:00 in Dushanbe
        (datetime(2026, 11, 23, 14, 59, tzinfo=UTC), 0),  # 19:59
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), 12),  # 20:00, until 08:00
        (datetime(2026, 11, 28, 1, 0, tzinfo=UTC), 4),  # Saturday 06:00, until 10:00
    ],
)
def test_the_wait_is_counted_in_the_zone_of_the_roster(moment: datetime, hours: int) -> None:
    assert load(EXAMPLE).until_duty(moment) == timedelta(hours=hours)


def test_a_shift_may_end_the_next_morning(tmp_path: Path) -> None:
    roster = night_shift(tmp_path)
    assert roster.until_duty(datetime(2026, 11, 24, 5, 59, tzinfo=UTC)) == timedelta(0)
    assert roster.until_duty(datetime(2026, 11, 24, 6, 0, tzinfo=UTC)) == timedelta(days=6, hours=16)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('zone = "Nowhere/Town"', "Asia/Dushanbe"),
        ('zone = "UTC"', "[[shift]]"),
        ('zone = "UTC"\n[[shift]]\ndays = ["someday"]\nfrom = "08:00"\nuntil = "20:00"', "shift 1"),
        ('zone = "UTC"\n[[shift]]\ndays = ["mon"]\nfrom = "8 o\'clock"\nuntil = "20:00"', "shift 1"),
        ("zone = ", "roster.toml"),
    ],
)
def test_a_wrong_roster_names_the_place(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "roster.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError) as failed:
        load(path)
    assert says in str(failed.value)
    assert "\n" not in str(failed.value)
