"""Somebody who wants what is not theirs: the disk, the database, the phone, a flood, a half-known code."""

import asyncio
from datetime import timedelta

from bot.casework.service import Casework
from bot.engine.conversation import Compartment
from bot.ids import ChatId
from bot.intake.draft import from_bytes
from bot.intake.flood import MESSAGES, TAPS
from bot.intake.incoming import Tap
from bot.intake.service import CASES
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
        chain = open_chain(read_export(out), Compartment.IDENTITY, [desk.made.keys.reviewer.identity], None)
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


def test_new_codes_are_not_made_as_fast_as_a_button_can_be_pressed(desk: Desk) -> None:
    async def tale() -> None:
        phone = await sent(desk)
        codes = set()
        for _ in range(5):
            await phone.tap("R1_code.new_code")
            codes.add(phone.code)
        before = objects(desk)
        for _ in range(3):
            await phone.press(None, new_code(phone))
            assert phone.sees("ERR_code_wait")
        assert len(codes) == 5
        assert objects(desk) == before
        assert phone.code is not None
        assert (await desk.phone(8).says(phone.code)).messages[0].name == "RT1_status", "the last code is still good"

    asyncio.run(tale())


def new_code(phone: Phone) -> str:
    """Return what a forged New code button of this draft carries."""
    data = next(
        button.data
        for turn in reversed(phone.history)
        for message in turn.messages
        for row in message.rows
        for button in row
        if button.data.startswith("1.")
    )
    return data[: data.rindex(".") + 1] + "!new_code"


def objects(desk: Desk) -> int:
    return desk.rows()["objects"]


def test_taps_faster_than_fingers_do_nothing_and_exit_still_works(desk: Desk) -> None:
    async def tale() -> None:
        phone = await begun(desk)
        forged = new_code(phone).replace("!new_code", "!hygiene")
        for _ in range(TAPS):
            await desk.intake.handle(phone.incoming(Tap(data=forged, message_id=None)))
        (before,) = drafts(desk)
        turn = await desk.intake.handle(phone.incoming(Tap(data=forged, message_id=None)))
        assert (turn.messages, turn.toast) == ((), "")
        assert drafts(desk) == (before,), "nothing was written"
        await phone.press(None, forged.replace("!hygiene", "x"))
        assert phone.sees("EXIT_line")
        desk.clock.advance(minutes=1, seconds=1)
        assert (await desk.intake.handle(phone.incoming(Tap(data=forged, message_id=None)))).messages

    asyncio.run(tale())


def test_one_chat_does_not_fill_the_queue_with_cases(desk: Desk) -> None:
    async def tale() -> None:
        phone = desk.phone()
        for _ in range(CASES + 1):
            await phone.start()
            await phone.taps("A1_language.en", "A2_safe_here.yes", "A3_danger.not_sure", "E1_consent_urgent.yes_send")
            if phone.sees("ERR_code_wait"):
                break
            await phone.taps("nav.menu", "menu.delete_all", "DEL_confirm.delete")
        assert phone.sees("ERR_code_wait")
        assert drafts(desk) == ()
        desk.clock.advance(hours=1, seconds=1)
        await phone.start()
        await phone.taps("A1_language.en", "A2_safe_here.yes", "A3_danger.not_sure", "E1_consent_urgent.yes_send")
        assert len(drafts(desk)) == 1

    asyncio.run(tale())


def test_a_code_typed_while_flooding_is_not_kept_as_words(desk: Desk) -> None:
    async def tale() -> None:
        phone = await sent(desk)
        assert phone.code is not None
        await phone.tap("R1_code.kept")
        for number in range(MESSAGES + 1):
            await phone.says(f"MADE UP {number}")
        await phone.says(phone.code)
        assert phone.code not in phone.typed.values()
        await desk.sweep()
        (case,) = desk.queue()
        assert not any(phone.code in words for words in desk.written(case).values())

    asyncio.run(tale())


def test_a_replayed_yes_does_not_bring_back_what_was_deleted(desk: Desk) -> None:
    async def tale() -> None:
        phone = await begun(desk)
        (consent,) = [each for each in phone.acts if isinstance(each[1], Tap) and each[1].data.startswith("0.")][-1:]
        await phone.taps("nav.menu", "menu.delete_all", "DEL_confirm.delete")
        assert drafts(desk) == ()
        turn = await phone.act(consent[1], update_id=consent[0])
        assert turn.messages == ()
        assert drafts(desk) == ()

    asyncio.run(tale())


async def coming_back(desk: Desk, code: str | None, chat: int) -> Phone:
    phone = desk.phone(chat)
    assert code is not None
    await phone.says(code)
    return phone


def test_a_code_typed_over_an_unsent_report_sends_it_where_silence_would(desk: Desk) -> None:
    async def tale() -> None:
        code = (await sent(desk, 7)).code
        other = await begun(desk, 8)
        assert code is not None
        await other.says(code)
        assert other.sees("RT1_status")
        first, second = desk.queue()
        assert {each.left_early for each in (first, second)} == {False, True}
        assert all(STORY in desk.written(case).values() for case in (first, second))

    asyncio.run(tale())


def test_the_phone_that_is_cut_off_is_cleared_too(desk: Desk) -> None:
    async def tale() -> None:
        seized = await sent(desk, 7)
        assert seized.sees("R1_code"), "the code still stands there"
        back = await coming_back(desk, seized.code, 8)
        await back.tap("RT1_status.add_more")
        done = await desk.sweep()
        ((chat, messages),) = done.remove
        assert chat == ChatId(7)
        seized.remove(messages)
        assert not seized.screen
        assert not seized.typed
        assert len(drafts(desk)) == 1, "only the one that came back"
        await back.tap("S0_menu.all")
        assert back.sees("menu"), "and nothing of it was touched"

    asyncio.run(tale())


def test_a_further_case_that_is_given_up_does_not_spoil_the_code(desk: Desk) -> None:
    async def tale() -> None:
        phone = await sent(desk)
        code = phone.code
        await phone.tap("R1_code.kept")
        await phone.press(None, new_code(phone).replace("!new_code", "!go_on"))
        await phone.tap("A3_danger.not_sure")
        await phone.tap("E1_consent_urgent.yes_send")
        await phone.taps("nav.menu", "menu.delete_all", "DEL_confirm.delete")
        assert drafts(desk) == ()
        back = await coming_back(desk, code, 8)
        assert back.sees("RT1_status")

    asyncio.run(tale())
