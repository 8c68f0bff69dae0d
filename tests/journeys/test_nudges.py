"""A nudge from the desk becomes one neutral message in the defender's chat: once, silent, never where others read."""

import asyncio
from pathlib import Path

import pytest

from bot.app.nature import random_bytes
from bot.emulator.person import Shown
from bot.ids import ChatId
from bot.sealing.rest import seal_ping
from bot.store.staff_values import Nudge
from bot.store.values import Case
from tests.journeys.line import PING_KEY, Service, Shared, running
from tests.journeys.phone import Phone
from tests.made_up import call, some_id

HELLO = "Hello. When you have time, press /start."


async def sent(service: Service) -> tuple[Phone, Case]:
    """A person who has sent a case."""
    phone = Phone(service, "en")
    await phone.to_urgent_consent()
    await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.other")
    await phone.say("MADE UP", to="E3_who_where")
    await phone.tap("E4_contact.code_only", "Z1_send.send")
    await phone.code()
    return phone, service.queue()[0]


def nudge(service: Service, phone: Phone, case: Case, *, key: bytes = PING_KEY) -> None:
    """Let the desk hand back the token that lay sealed in the case."""
    token = seal_ping(key, case.id, ChatId(phone.person.user_id), random_bytes)
    assert call(
        service.database, "nudges.put", Nudge(id=some_id(), case_id=case.id, token=token, day=service.clock().date())
    )


def hellos(phone: Phone) -> list[Shown]:
    return [shown for shown in phone.person.history() if not shown.incoming and shown.text == HELLO]


def test_a_nudge_says_one_neutral_line_without_a_sound_and_only_once(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone, case = await sent(service)
            nudge(service, phone, case)
            await service.sweep()
            await phone.until(lambda: len(hellos(phone)) == 1)
            (said,) = hellos(phone)
            assert (said.silent, said.rows, said.preview) == (True, (), False)
            assert call(service.database, "nudges.last", case.id).token == b"", "the token is forgotten"
            await service.restart()
            await service.sweep()
            assert len(hellos(phone)) == 1

    asyncio.run(journey())


def test_killed_before_it_was_said_it_is_not_said_at_all(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone, case = await sent(service)
            nudge(service, phone, case)
            assert len(await service.parts.nudger.round()) == 1
            await service.restart()
            await service.sweep()
            assert hellos(phone) == []

    asyncio.run(journey())


@pytest.mark.parametrize("why", ["compromised", "deletion", "foreign key"])
def test_a_chat_that_must_not_be_written_to_is_not(shared: Shared, tmp_path: Path, why: str) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone, case = await sent(service)
            nudge(service, phone, case, key=PING_KEY if why != "foreign key" else bytes(32))
            now = service.clock()
            if why == "compromised":
                call(service.database, "cases.mark_compromised", case.id)
            elif why == "deletion":
                call(service.database, "cases.schedule_deletion", case.id, now, now)
            assert await service.parts.nudger.round() == ()
            assert call(service.database, "nudges.waiting", 10) == ()

    asyncio.run(journey())
