"""A topic that is begun and not finished: what goes of it with a new code, with "delete and close", with a new case."""

import pytest

from bot.casework.service import Casework
from bot.engine.conversation import Compartment
from bot.offline.chain import open_chain
from bot.offline.export import read_export
from bot.sealing.code import parse_code
from bot.sealing.mailbox import derive
from tests.intake.desk import SALT, Desk, run
from tests.intake.phone import Phone
from tests.intake.ways import DELETES, URGENT, sent

BEGUN, FINISHED = "MADE UP: begun and never finished", "MADE UP: and finished"
CHOICES = pytest.mark.parametrize("first", [DELETES, URGENT], ids=["deletes", "sends"])


async def _begins(phone: Phone, *first: str) -> tuple[str, str]:
    """Send a case and begin a topic; return the code and what its button for a new one carries."""
    code = await sent(phone, *first)
    renews = _carries(phone, "R1_code.new_code")
    await phone.taps("R1_code.kept", "R2_after.add_more", "section.own_words")
    await phone.says(BEGUN)
    return code, renews


async def _another_code(phone: Phone, renews: str) -> str:
    before = phone.code
    await phone.press(None, renews)
    assert phone.code not in {None, before}
    return phone.code or ""


def _carries(phone: Phone, name: str) -> str:
    return next(button.data for _, button in phone.all_buttons() if button.name == name)


def _begun_was_sent(desk: Desk) -> bool:
    (case,) = desk.queue()
    return BEGUN in desk.written(case).values()


def _reply_goes_to(desk: Desk) -> str | None:
    """Return the mailbox that the latest manifest names."""
    (case,) = desk.queue()
    out = desk.folder / "for-the-mailbox"
    Casework(desk.database, desk.clock).export(
        case.reference, out, "Test reviewer", deployment=desk.made.keyring.deployment
    )
    chain = open_chain(read_export(out), Compartment.FACTS, [desk.made.keys.reviewer.identity], None)
    assert chain is not None
    assert chain.manifest is not None
    mailbox = chain.manifest.mailbox
    return mailbox.id.hex() if mailbox else None


@CHOICES
def test_a_new_code_sends_its_mailbox_and_nothing_that_is_not_finished(desk: Desk, first: tuple[str, ...]) -> None:
    async def talk() -> None:
        phone = desk.phone()
        _, renews = await _begins(phone, *first)
        urgency = desk.opened(desk.queue()[0])["urgency"]
        code = await _another_code(phone, renews)
        assert not _begun_was_sent(desk)
        assert desk.opened(desk.queue()[0])["urgency"] == urgency
        parsed = parse_code(code)
        assert parsed is not None
        assert _reply_goes_to(desk) == derive(parsed, SALT).id.hex()
        desk.clock.advance(hours=3)
        await desk.sweep()
        assert _begun_was_sent(desk) is (first is URGENT), "silence does what was chosen"
        later = desk.phone(2)
        await later.says(code)
        await later.tap("RT1_status.add_more")
        await later.says(FINISHED)

    run(talk())
    assert _begun_was_sent(desk) is (first is URGENT), "the code brings back what was sent, and nothing else"
    assert FINISHED in desk.written(desk.queue()[0]).values()


@CHOICES
def test_what_was_begun_before_a_new_code_is_finished_after_it(desk: Desk, first: tuple[str, ...]) -> None:
    async def talk() -> None:
        phone = desk.phone()
        _, renews = await _begins(phone, *first)
        await _another_code(phone, renews)
        again = await _another_code(phone, renews)
        await phone.command("menu")
        await phone.tap("menu.send_now")
        assert _begun_was_sent(desk)
        await desk.phone(2).says(again)

    run(talk())


@CHOICES
def test_words_that_a_begun_change_replaces_count_until_the_change_is_sent(desk: Desk, first: tuple[str, ...]) -> None:
    async def talk() -> None:
        phone = desk.phone()
        await sent(phone, *first)
        renews = _carries(phone, "R1_code.new_code")
        await phone.taps("R1_code.kept", "R2_after.add_more", "section.own_words")
        words = phone.number()
        await phone.says(FINISHED, message_id=words)
        await phone.command("menu")
        await phone.taps("menu.send_now", "S0_menu.all", "section.threats")
        await phone.says(BEGUN, message_id=words, edited=True)
        await _another_code(phone, renews)

    run(talk())
    assert FINISHED in desk.written(desk.queue()[0]).values()
    assert not _begun_was_sent(desk)


@CHOICES
def test_delete_and_close_leaves_the_code_with_what_was_sent(desk: Desk, first: tuple[str, ...]) -> None:
    async def talk() -> None:
        phone, later = desk.phone(1), desk.phone(2)
        code = await sent(phone, *first)
        await phone.taps("R1_code.kept", "R2_after.add_more", "S0_menu.all", "section.devices")
        await phone.says(BEGUN)
        await phone.taps("W2_this_device.yes", "W2_stop.delete_close")
        assert not _begun_was_sent(desk)
        await later.says(code)
        await later.tap("RT1_status.add_more")
        await later.says(FINISHED)

    run(talk())
    (case,) = desk.queue()
    assert FINISHED in desk.written(case).values()
    assert not case.compromised, "what was deleted is not sent later"
    assert not _begun_was_sent(desk)


@CHOICES
def test_a_new_case_begun_over_an_unfinished_topic_leaves_the_old_one_as_silence_does(
    desk: Desk, first: tuple[str, ...]
) -> None:
    async def talk() -> None:
        phone = desk.phone(1)
        code = await sent(phone, *first)
        await phone.tap("R1_code.kept")
        await phone.says(code)
        topics = _carries(phone, "RT1_status.add_more")
        await phone.taps("RT1_status.another", "ANOTHER.go_on")
        danger = _carries(phone, "A3_danger.yes_now")
        await phone.press(None, topics)
        await phone.tap("section.own_words")
        await phone.says(BEGUN)
        await phone.press(None, danger)
        await phone.taps(URGENT[-1], "E2_what_now.missing")
        await phone.says("MADE UP: about a second person")
        await phone.taps("E4_contact.code_only", "Z1_send.send")
        await phone.says(code)
        await phone.taps("RT1_cases.case_1", "RT1_status.add_more")
        await phone.says(FINISHED)

    run(talk())
    (case,) = [case for case in desk.queue() if FINISHED in desk.written(case).values()]
    assert (BEGUN in desk.written(case).values()) is (first is URGENT)
