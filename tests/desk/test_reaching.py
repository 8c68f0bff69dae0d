"""What the page reckons about reaching a person: hours as they were written, clocks elsewhere, the ladder of silence.

The real sources, run in Node; nothing here is a browser.
"""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.i18n.formats import country_zones
from tests.desk.library import HERE, WEB, newest_node

DAY = 24 * 60
UNDERSTOOD = {
    "18:00-22:00": (18, 22),
    "18-22": (18, 22),
    "18.00 – 22.30": (18, 22.5),
    "Signal +000 000, after 18:00": (18, 24),
    "MADE-UP Signal. Until 9": (0, 9),
    "from 9 to 18": (9, 18),
    "between 19:00 and 21:00": (19, 21),
    "после 18": (18, 24),
    "Сигнал, номер, после 18:00": (18, 24),
    "с 18 до 22": (18, 22),
    "до 9": (0, 9),
    "пас аз 18": (18, 24),
    "Signal, рақам, баъди соати 18:00": (18, 24),
    "баъд аз соати 18": (18, 24),
    "аз 18 то 22": (18, 22),
    "аз соати 18:00 то соати 22:00, Тоҷикистон": (18, 22),
    "то 9": (0, 9),
    "22-06": (22, 6),
    "с 23 до 5": (23, 5),
    "after 06:00": (6, 24),
    "18-24": (18, 24),
}
NOT_UNDERSTOOD = [
    "",
    "MADE-UP Signal +000 000",
    "evenings",
    # Morning or evening?
    "after 6",
    "после 6:00",
    "9-5",
    "8-10",
    "9:00-5:00",
    "11:00-2:00",
    "after 6 pm",
    "с 7 до 9 вечера",
    "пас аз 7, бегоҳ",
    # Turned round, or not every day.
    "not after 18:00",
    "Never call, after 18:00",
    "don’t write, 18-22",
    "не после 18",
    "только не звонить, с 18 до 22",
    "занг назанед, пас аз 18",
    "after 18:00, weekdays",
    "с 18 до 22, кроме пятницы",
    "пас аз 18, шанбе",
    "unsafe, after 18:00",
    # More than one, or more than hours.
    "8:00-10:00, 18-22",
    "until 9, after 18",
    "after 18:00 my husband is here",
    "с 18 по 22",
    "about 18-22",
    # Numbers of another kind.
    "+00 18-22-33",
    "2026-11-23",
    "18-22-23",
    "25-27",
    "18:75-22:00",
    "18-18",
    "after 24",
]


def reckoned(*calls: tuple[str, str, list[Any]]) -> list[Any]:
    done = subprocess.run(
        [newest_node(), HERE / "state.mjs", WEB / "src" / "state"],
        input=json.dumps(calls).encode(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    answers: list[Any] = json.loads(done.stdout)
    return answers


def test_hours_are_read_where_they_can_be_read_in_one_way_only() -> None:
    read = reckoned(*(("hours", "readHours", [written]) for written in UNDERSTOOD))
    expected = [{"from": begin * 60, "until": end * 60} for begin, end in UNDERSTOOD.values()]
    assert dict(zip(UNDERSTOOD, read, strict=True)) == dict(zip(UNDERSTOOD, expected, strict=True))


def test_hours_that_may_mean_something_else_are_not_guessed() -> None:
    read = reckoned(*(("hours", "readHours", [written]) for written in NOT_UNDERSTOOD))
    assert {written: each for written, each in zip(NOT_UNDERSTOOD, read, strict=True) if each is not None} == {}


@pytest.mark.parametrize(
    ("begin", "end", "inside"),
    [(18, 22, {18, 21}), (22, 6, {22, 23, 0, 5}), (18, 24, {18, 21, 22, 23}), (0, 6, {0, 5})],
    ids=["in the evening", "over midnight", "after", "until"],
)
def test_an_hour_is_inside_from_its_first_minute_to_before_the_last(begin: int, end: int, inside: set[int]) -> None:
    hours = (17, 18, 21, 22, 23, 0, 5, 6)
    found = reckoned(
        *(("hours", "isInside", [{"from": begin * 60, "until": end * 60}, hour * 60]) for hour in hours),
    )
    assert {hour for hour, each in zip(hours, found, strict=True) if each} == inside


def test_a_country_whose_clocks_differ_is_inside_the_hours_only_with_all_of_them() -> None:
    evening = {"from": 18 * 60, "until": 22 * 60}
    minutes: tuple[list[int], ...] = ([19 * 60], [17 * 60], [17 * 60, 19 * 60], [18 * 60, 19 * 60], [])
    found = reckoned(*(("reaching", "areInside", [evening, each]) for each in minutes))
    assert found == [True, False, None, True, None]


def written(node: str, words: str, *labels: str) -> dict[str, Any]:
    return {"node": node, "compartment": "facts" if labels else "identity", "value": words, "labels": labels}


def test_hours_that_were_said_twice_hold_only_where_they_are_the_same() -> None:
    way, no_hours = (written("E4_contact", f"MADE-UP Signal{more}") for more in (", after 18:00", ""))
    any_hour = written("N3_hours", "any_hour", "Any hour")
    views = {
        "beside the way": [way],
        "asked for": [no_hours, written("N3_hours", "20-22")],
        "twice the same": [way, written("N3_hours", "после 18")],
        "two hours": [way, written("N3_hours", "20-22")],
        "not understood": [way, written("N3_hours", "evenings")],
        "the button": [no_hours, any_hour],
        "the button and hours": [way, any_hour],
        "none": [no_hours],
        "elsewhere": [no_hours, written("N4_check_word", "20-22"), written("F2_story", "20-22")],
    }
    found = reckoned(*(("reaching", "hoursOf", [{"answers": rows}]) for rows in views.values()))
    after, evening, always = ({"from": begin * 60, "until": end * 60} for begin, end in ((18, 24), (20, 22), (0, 24)))
    assert dict(zip(views, found, strict=True)) == {
        "beside the way": after,
        "asked for": evening,
        "twice the same": after,
        "two hours": None,
        "not understood": None,
        "the button": always,
        "the button and hours": None,
        "none": None,
        "elsewhere": None,
    }


MOMENTS = [datetime(2026, month, 23, 20, 40, tzinfo=UTC) for month in (1, 7, 11)]


def test_the_clock_of_every_country_is_that_of_its_zones_and_a_zone_that_is_not_known_gives_none() -> None:
    zones = country_zones()
    assert zones["TJ"] == ("Asia/Dushanbe",)
    assert {zone for names in zones.values() for zone in names} <= available_timezones()
    asked = [(code, moment) for code in ("TJ", "PL", "RU", "KZ", "TR", "US", "NP", "AF") for moment in MOMENTS]
    found = reckoned(
        *(("zones", "offsetsAt", [list(zones[code]), moment.timestamp() * 1000]) for code, moment in asked),
        ("zones", "offsetsAt", [["Asia/Dushanbe", "Nowhere/Made_Up"], 0]),
    )
    expected = [sorted({offset(moment, zone) for zone in zones[code]}) for code, moment in asked]
    assert found == [*expected, []]
    assert found[:3] == [[300], [300], [300]]


def offset(moment: datetime, zone: str) -> int:
    there = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert there is not None
    return there // timedelta(minutes=1)


def test_the_minute_of_the_day_goes_round_at_midnight() -> None:
    moment = MOMENTS[0].timestamp() * 1000
    found = reckoned(*(("zones", "minuteOfDay", [moment, each]) for each in (0, 300, -720, 200)))
    assert found == [20 * 60 + 40, 100, 8 * 60 + 40, 0]
    assert reckoned(("zones", "timeText", [250]), ("zones", "timeText", [DAY])) == ["04:10", "24:00"]


@pytest.mark.parametrize(
    ("days", "allowed", "rung"),
    [
        (None, "line trusted", None),
        (0, "line trusted", "wait"),
        (2, "line trusted", "wait"),
        (3, "line trusted", "line"),
        (3, "trusted", "wait"),
        (13, "line trusted", "line"),
        (14, "line trusted", "trusted"),
        (14, "line", "line"),
        (14, "", "wait"),
        (89, "", "wait"),
        (90, "", "close"),
        (400, "line trusted", "close"),
    ],
)
def test_silence_goes_up_a_rung_only_in_its_time_and_where_it_was_allowed(
    days: int | None, allowed: str, rung: str | None
) -> None:
    silence = {"unreadDays": days, "lineAllowed": "line" in allowed, "trustedAllowed": "trusted" in allowed}
    assert reckoned(("silence", "rungOf", [silence])) == [rung]


@pytest.mark.parametrize(
    ("signed", "day", "hidden"),
    [
        (None, "2026-11-23", True),
        (False, "2026-11-24", True),
        (True, "2026-11-24", False),
        (None, "2026-11-22", False),
    ],
)
def test_a_reply_that_waits_can_be_shown_only_where_a_key_of_today_signed_it(
    signed: bool | None, day: str, *, hidden: bool
) -> None:
    """One that is older than the oldest that waits was read before."""
    message = {"author": "Boris", "received_day": day, "value": "MADE UP", "signed": signed, "fingerprint": ""}
    assert reckoned(("silence", "unreadable", [[message], "2026-11-23"])) == [[message] if hidden else []]
