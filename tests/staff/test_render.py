"""What a notice says to the one who gets it: how things stand, and nobody's name."""

from datetime import timedelta

import pytest

from bot.casework.escalation import Kind
from bot.casework.notices import Telling
from bot.channels.staff.render import notice
from bot.channels.staff.words import Words
from bot.engine.conversation import Level
from bot.settings import data
from tests.made_up import NOW, case


def telling(holder: str | None) -> Telling:
    kind = Kind.OVERDUE
    return Telling(
        case_id=case().id,
        version=("v", 1, NOW),
        kind=kind,
        level=Level.CRITICAL,
        language="tg",
        age=timedelta(minutes=4),
        holder=holder,
        read=True,
        to=(),
    )


@pytest.mark.parametrize(
    ("holder", "last"), [(None, "nobody has it"), ("Anna", "you have it"), ("Boris", "a colleague has it")]
)
def test_a_notice_says_whether_somebody_has_it_and_names_nobody(holder: str | None, last: str) -> None:
    line = notice(Words(data("locales")), "en", telling(holder), "Anna")
    assert line.text == f"CRITICAL · tg · overdue · 4 min · {last}"
    assert bool(line.buttons) is (holder is None)
