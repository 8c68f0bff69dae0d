"""Taking a permission back: it counts at once, sends nothing else, and the person may give it again."""

from typing import Any

import pytest

from tests.intake.desk import Desk, run
from tests.intake.phone import Phone
from tests.intake.ways import DELETES, URGENT, sent

HELPERS, UN, LETTER, NUMBERS = "J6_referral", "J2_share_un", "J3_letter", "J7_numbers"
BEGUN = "MADE UP: begun and never finished"


async def _with_permissions(phone: Phone, *first: str) -> str:
    """Send a case and give permissions; return the code."""
    code = await sent(phone, *first)
    await phone.taps("R1_code.kept", "R2_after.add_more", "section.permissions", f"{HELPERS}.allow")
    await phone.taps("B2_about_whom.myself", f"{UN}.allow", f"{LETTER}.allow", "J4_public_letter.not_allow")
    await phone.taps("J5_sg_report.no", f"{NUMBERS}.yes", "J1_risk.pressure")
    assert phone.sees("S1_added")
    return code


async def _takes_back(phone: Phone, *, number: str = "j6", begins: bool = True) -> None:
    """Take a permission back with the buttons of the status; where something is begun, it stays begun."""
    withdraw = next(button.data for _, button in phone.all_buttons() if button.name == "RT1_status.withdraw")
    if begins:
        await phone.taps("RT1_status.add_more", "section.own_words")
        await phone.says(BEGUN)
    await phone.press(None, withdraw)
    node = {"j6": HELPERS, "j2": UN}[number]
    await phone.taps(f"WD_choose.wd_{node}", "WD_confirm.withdraw_now")
    assert phone.sees("WD_done")


def _permissions(desk: Desk) -> dict[str, tuple[str, bool]]:
    """Return what staff read: for each permission the answer, and whether it still counts."""
    return {row["node"]: (row["value"], row["withdrawn_day"] is None) for row in _consents(desk)}


def _consents(desk: Desk) -> list[dict[str, Any]]:
    (case,) = desk.queue()
    return [row for row in desk.opened(case)["consents"] if row["node"].startswith("J")]


@pytest.mark.parametrize("first", [DELETES, URGENT], ids=["deletes", "sends"])
def test_a_permission_taken_back_counts_at_once_and_nothing_else_goes_with_it(
    desk: Desk, first: tuple[str, ...]
) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await _with_permissions(phone, *first)
        assert not desk.queue()[0].withdrawn
        await phone.says(code)
        await _takes_back(phone)
        assert phone.sees("F2_story"), "the question at hand is still asked"

    run(talk())
    (case,) = desk.queue()
    assert case.withdrawn
    assert BEGUN not in desk.written(case).values()
    assert _permissions(desk)[HELPERS] == ("allow", False)
    assert _permissions(desk)[UN] == ("allow", True)
    (row,) = [row for row in _consents(desk) if row["node"] == HELPERS]
    assert row["withdrawn_day"] == "2026-11-23"


def test_what_hung_on_a_permission_counts_no_more_and_is_asked_again(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await _with_permissions(phone, *DELETES)
        await phone.says(code)
        await _takes_back(phone, number="j2", begins=False)
        assert {node: counts for node, (_, counts) in _permissions(desk).items()}[LETTER] is False
        await phone.says(code)
        await phone.tap("RT1_status.withdraw")
        names = {button.name for _, button in phone.all_buttons()}
        assert not names & {f"WD_choose.wd_{UN}", f"WD_choose.wd_{LETTER}"}
        await phone.says(code)
        await phone.taps("RT1_status.permissions", f"answered.{UN}", f"{UN}.allow")
        assert phone.sees(LETTER), "it is asked anew"

    run(talk())


@pytest.mark.parametrize("first", [DELETES, URGENT], ids=["deletes", "sends"])
def test_after_silence_the_code_brings_back_neither_the_permission_nor_what_silence_deletes(
    desk: Desk, first: tuple[str, ...]
) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await _with_permissions(phone, *first)
        await phone.says(code)
        await _takes_back(phone)
        desk.clock.advance(hours=3)
        await desk.sweep()
        await phone.says(code)
        await phone.tap("RT1_status.withdraw")
        assert f"WD_choose.wd_{HELPERS}" not in {button.name for _, button in phone.all_buttons()}
        await phone.says(code)
        await phone.tap("RT1_status.add_more")
        await phone.says("MADE UP: at the menu")

    run(talk())
    assert _permissions(desk)[HELPERS] == ("not_allow", True), "the later manifest says the same"
    assert (BEGUN in desk.written(desk.queue()[0]).values()) is (first is URGENT)


@pytest.mark.parametrize("again", [False, True])
def test_it_may_be_given_again_on_the_same_day_and_taken_back_again(desk: Desk, *, again: bool) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await _with_permissions(phone, *DELETES)
        await phone.says(code)
        await _takes_back(phone, begins=False)
        await phone.says(code)
        await phone.taps("RT1_status.permissions", f"answered.{HELPERS}", f"{HELPERS}.allow")
        assert phone.sees("S1_added")
        if again:
            await phone.says(code)
            await _takes_back(phone, begins=False)

    run(talk())
    assert _permissions(desk)[HELPERS] == ("allow", not again)


def test_a_no_in_a_topic_that_is_not_finished_counts_at_once(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await sent(phone, *DELETES)
        await phone.taps("R1_code.kept", "R2_after.add_more", "section.permissions", f"{HELPERS}.allow")
        await phone.command("menu")
        await phone.tap("menu.send_now")
        assert _permissions(desk) == {HELPERS: ("allow", True)}
        await phone.says(code)
        await phone.tap("RT1_status.permissions")
        await phone.says("back")
        await phone.tap(f"{HELPERS}.not_allow")
        assert not phone.sees("S1_added"), "the topic goes on"

    run(talk())
    assert desk.queue()[0].withdrawn
    assert _permissions(desk) == {HELPERS: ("allow", False)}


def test_a_permission_that_was_never_sent_is_taken_back_without_a_word_to_staff(desk: Desk) -> None:
    async def talk() -> None:
        phone = desk.phone()
        code = await sent(phone, *DELETES)
        await phone.tap("R1_code.kept")
        await phone.says(code)
        await phone.taps("RT1_status.permissions", f"{HELPERS}.allow")
        await phone.says("back")
        await phone.tap(f"{HELPERS}.not_allow")

    run(talk())
    assert not desk.queue()[0].withdrawn
    assert _permissions(desk) == {}
