"""The duty roster says when somebody reads."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.roster import Roster, RosterFile, load, parse

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


PEOPLE = """\
zone = "Asia/Dushanbe"
lead = "Lena"
digest = ["20:00", "08:00"]

[[shift]]
days = ["mon", "tue", "wed", "thu", "fri"]
from = "08:00"
until = "20:00"
identity = true
people = ["Anna", "Boris"]

[[shift]]
days = ["mon"]
from = "18:00"
until = "06:00"
people = ["Dora", "Anna"]
"""
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def test_it_names_who_is_on_duty_in_order_until_when_and_who_is_next() -> None:
    roster = parse(PEOPLE, "roster.toml")
    noon, evening, night = (MONDAY.replace(hour=hour) for hour in (7, 14, 20))
    assert roster.on_duty(noon) == ("Anna", "Boris")
    assert roster.on_duty(evening) == ("Anna", "Boris", "Dora")
    assert roster.on_duty(night) == ("Dora", "Anna")
    assert roster.duty_ends(noon) == MONDAY.replace(hour=15)
    turn = roster.next_turn(noon)
    assert turn is not None
    assert (turn.begins, turn.people) == (MONDAY.replace(hour=13), ("Dora", "Anna"))
    assert roster.on_duty(MONDAY + timedelta(days=5)) == ()
    assert roster.duty_ends(MONDAY + timedelta(days=5)) is None


def test_the_last_digest_is_that_of_the_last_hour_named() -> None:
    roster = parse(PEOPLE, "roster.toml")
    assert roster.last_digest(MONDAY.replace(hour=3)) == MONDAY.replace(hour=3)
    assert roster.last_digest(MONDAY.replace(hour=2)) == MONDAY - timedelta(hours=9)
    assert parse(PEOPLE.replace('["20:00", "08:00"]', "[]"), "roster.toml").last_digest(MONDAY) is None
    assert load(EXAMPLE).digest == (time(8), time(20))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('["Anna", "Boris"]', '"Anna"', "shift 1"),
        ('["Anna", "Boris"]', "[1]", "shift 1"),
        ('["Anna", "Boris"]', '["Anna, Boris"]', "shift 1"),
        ('["Dora", "Anna"]', '[""]', "shift 2"),
        ('"Lena"', "[]", "lead"),
        ('["20:00", "08:00"]', '"08:00"', "digest"),
        ('["20:00", "08:00"]', '["8"]', "digest"),
        ("lead =", "leader =", "nothing else"),
        ("people =", "names =", "shift 1"),
    ],
)
def test_a_wrong_name_or_hour_is_named_with_its_place(old: str, new: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as failed:
        parse(PEOPLE.replace(old, new, 1), "roster.toml")
    assert "\n" not in str(failed.value)


def test_a_text_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "roster.toml"
    path.write_text(PEOPLE, "utf-8")
    path.chmod(0o640)
    file = RosterFile(path)
    with pytest.raises(SettingsError, match="shift 2"):
        file.replace(PEOPLE.replace('"06:00"', '"6"'))
    assert path.read_text("utf-8") == PEOPLE
    file.replace(PEOPLE.replace("Boris", "Vera"))
    assert file.current().shifts[0].people == ("Anna", "Vera")
    assert "Vera" in file.text()
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["roster.toml"]


def test_a_changed_file_is_read_again_and_a_broken_one_is_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "roster.toml"
    path.write_text(PEOPLE, "utf-8")
    file = RosterFile(path)
    for text, lead in ((PEOPLE.replace("Lena", "Vera"), "Vera"), ("zone = ", "Vera"), (PEOPLE, "Lena")):
        newer = tmp_path / "newer"
        newer.write_text(text, "utf-8")
        newer.replace(path)
        assert file.current().lead == lead
    assert len([record for record in caplog.records if record.name == "panoh"]) == 1
