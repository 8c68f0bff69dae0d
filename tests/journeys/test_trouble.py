"""Trouble on the messenger's side and with the keyring: nothing is lost, and what was owed is shown in the end."""

import asyncio
from pathlib import Path

import pytest

from bot.emulator.faults import Cut, Fault, ServerError, TooMany
from tests.journeys.line import Service, Shared, running
from tests.journeys.phone import Phone

FAULTS = {
    "429": TooMany(retry_after=1),
    "500": ServerError(status=500),
    "502 after delivery": ServerError(status=502, done=True),
    "cut": Cut(),
    "cut after delivery": Cut(done=True),
}


async def _begun(service: Service) -> Phone:
    phone = Phone(service, "en")
    await phone.to_urgent_consent()
    await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.other")
    await phone.until_sees("E3_who_where.say")
    return phone


async def _finish(phone: Phone) -> None:
    await phone.tap("E4_contact.code_only", "Z1_send.send")
    await phone.code()
    phone.same(phone.service.queue()[0])


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_the_messenger_does_to_an_answer_loses_nothing(shared: Shared, tmp_path: Path, fault: Fault) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service)
            service.world.faults.add("sendMessage", fault, times=1, after=0)
            service.world.faults.add("deleteMessages", fault, times=1, after=0)
            sent = len(service.world.asked("sendMessage"))
            phone.person.send("MADE UP: in the middle of trouble")
            phone.notebook.wrote("E3_who_where", "MADE UP: in the middle of trouble", "en")
            await phone.until(lambda: len(service.world.asked("sendMessage")) > sent or phone.typed_is_gone())
            await service.later(seconds=31)
            await phone.until_sees("E4_contact.say")
            await _finish(phone)

    asyncio.run(journey())


def test_hole_39_after_an_outage_the_open_question_is_asked_again_once(shared: Shared, tmp_path: Path) -> None:
    """A tap older than 150 seconds is lost at the messenger."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone, idle = await _begun(service), await _begun(service)
            await service.stop()
            idle.press("nav.back")
            service.clock.advance(seconds=200)
            phone.person.send("MADE UP: sent at once, read late")
            service.clock.advance(seconds=200)
            service.start()
            for each in (phone, idle):
                await each.until_sees("ERR_late.say")
            phone.notebook.wrote("E3_who_where", "MADE UP: sent at once, read late", "en")
            await idle.until_sees("E3_who_where.say")
            for each in (phone, idle):
                assert each.everything().count(each.text("ERR_late.say")) == 1
            await phone.until_sees("E4_contact.say")
            await _finish(phone)

    asyncio.run(journey())


def test_case_36_who_blocked_the_bot_is_left_alone_and_the_silence_choice_is_kept(
    shared: Shared, tmp_path: Path
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service)
            blocked = phone.person.block()
            assert blocked is not None
            await phone.until(lambda: service.world.updates.confirmed > 0)
            await service.later(seconds=40)
            sent = len(service.world.asked("sendMessage"))
            await service.later(minutes=30)
            assert len(service.world.asked("sendMessage")) == sent, "nothing is sent any more"
            phone.same(service.queue()[0], ending="silence")
            phone.person.unblock()
            await phone.start()
            await phone.until_sees("A1_language.say")

    asyncio.run(journey())


def test_a_keyring_that_runs_out_takes_nobody_new_and_lets_drafts_finish(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            await service.stop()
            service.clock.advance(days=73, hours=23, minutes=30)
            service.start()
            old, new = await _begun(service), Phone(service, "ru")
            await service.later(minutes=25)
            await old.say("MADE UP: one hour before", to="E3_who_where")
            await service.later(minutes=15)
            await new.to_consent()
            await new.tap("B1_consent_store.yes_send")
            await new.until_sees("KEYRING_CLOSED.say", "C1_contacts.say")
            assert service.rows()["drafts"] == 1
            await _finish(old)
            assert len(service.queue()) == 1

    asyncio.run(journey())
