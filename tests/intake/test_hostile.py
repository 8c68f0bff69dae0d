"""Somebody who wants what is not theirs: the disk, the database, the phone, a flood, a half-known code."""

import asyncio
from datetime import timedelta

from bot.casework.service import Casework
from bot.engine.conversation import Compartment
from bot.ids import ChatId
from bot.intake.draft import from_bytes
from bot.intake.incoming import Tap
from bot.offline.chain import open_chain
from bot.offline.export import read_export
from bot.sealing.rest import chat_key, open_ping, open_state
from bot.store.values import Draft
from tests.intake.desk import Desk
from tests.intake.phone import Phone

PING_KEY = bytes(32)
STORY = "MADE UP: two men came on Sunday"


async def begun(desk: Desk, chat: int = 7, silence: str = "yes_send") -> Phone:
    """Somebody who agreed and wrote, before sending."""
    phone = desk.phone(chat)
    await phone.start()
    await phone.taps("A1_language.en", "A2_safe_here.yes", "A3_danger.not_sure", f"E1_consent_urgent.{silence}")
    await phone.tap("E2_what_now.other")
    await phone.says(STORY)
    return phone


async def sent(desk: Desk, chat: int = 7, contact: str = "code_only") -> Phone:
    """Somebody whose case was sent, with the code before them."""
    phone = await begun(desk, chat)
    await phone.taps(f"E4_contact.{contact}", "Z1_send.send")
    assert phone.code is not None
    return phone


def drafts(desk: Desk) -> tuple[Draft, ...]:
    far = desk.clock() + timedelta(days=400)
    return desk.database.turn(lambda tx: tx.drafts.expired(far, 100)).result()


def at_rest(desk: Desk, chat: int = 7) -> bytes:
    """Return the state as it stands on the disk, opened with the route key and the chat id."""
    (draft,) = drafts(desk)
    route = desk.routes.of_day(draft.day)
    assert route is not None
    return open_state(chat_key(route.key, ChatId(chat)), draft.id, draft.revision, draft.state)


def test_the_code_leaves_the_stored_state_after_five_minutes_without_any_turn(desk: Desk) -> None:
    async def tale() -> None:
        phone = await sent(desk)
        shown = from_bytes(at_rest(desk)).shown
        assert shown is not None
        digits = shown.digits.encode()
        desk.clock.advance(minutes=4)
        await desk.sweep()
        assert digits in at_rest(desk)
        desk.clock.advance(minutes=1, seconds=1)
        await desk.sweep()
        assert digits not in at_rest(desk)
        await phone.tap("R1_code.kept")
        assert phone.sees("R2_after"), "the draft goes on as before"

    asyncio.run(tale())


def test_the_code_leaves_the_stored_state_although_its_message_was_never_delivered(desk: Desk) -> None:
    async def tale() -> None:
        phone = await begun(desk)
        await phone.tap("E4_contact.code_only")
        buttons = {button.name: button.data for _, button in phone.all_buttons()}
        await desk.intake.handle(phone.incoming(Tap(data=buttons["Z1_send.send"], message_id=None)))
        assert from_bytes(at_rest(desk)).shown is not None
        desk.clock.advance(minutes=5, seconds=1)
        await desk.sweep()
        assert from_bytes(at_rest(desk)).shown is None

    asyncio.run(tale())


def pings(desk: Desk) -> list[ChatId]:
    """Open every case as staff and return the chats of the ping tokens in them."""
    found = []
    for number, case in enumerate(desk.queue()):
        out = desk.folder / f"ping-{number}"
        deployment = desk.made.keyring.deployment
        Casework(desk.database, desk.clock).export(case.reference, out, "Test reviewer", deployment=deployment)
        chain = open_chain(read_export(out), Compartment.IDENTITY, [desk.made.keys.reviewer.identity])
        assert chain is not None
        assert chain.manifest is not None
        if chain.manifest.ping is not None:
            found.append(open_ping(PING_KEY, case.id, chain.manifest.ping))
    return found


def test_a_hello_that_was_allowed_just_before_silence_can_be_given(desk: Desk) -> None:
    async def tale() -> None:
        phone = await begun(desk)
        await phone.tap("E4_contact.this_chat_neutral")
        desk.clock.advance(minutes=31)
        await desk.sweep()
        assert pings(desk) == [ChatId(7)]

    asyncio.run(tale())


def test_nothing_is_sealed_that_leads_to_a_chat_which_others_read(desk: Desk) -> None:
    async def tale() -> None:
        phone = desk.phone()
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes", "A3_danger.no", "B1_consent_store.yes_send")
        await phone.taps("B2_about_whom.myself", "N1_contact.this_chat_neutral", "F1_main.phone", "W2_this_device.yes")
        assert phone.sees("PH1_stop")
        await desk.sweep()
        assert (await desk.intake.again(ChatId(7), late=True)).messages == (), "nothing is sent there unasked"
        desk.clock.advance(days=1, minutes=1)
        await desk.sweep()
        assert len(desk.queue()) == 1
        assert pings(desk) == []
        assert phone.code is None

    asyncio.run(tale())
