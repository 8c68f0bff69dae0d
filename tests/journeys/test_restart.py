"""The process dies between any two messages, updates come twice and out of order: one case, every answer, once."""

import asyncio
from pathlib import Path

import pytest

from tests.journeys.line import Service, Shared, running
from tests.journeys.phone import Phone

STEPS = (
    "start",
    "A1_language.en",
    "A2_safe_here.yes",
    "A3_danger.yes_now",
    "E1_consent_urgent.yes_send",
    "E2_what_now.taken_or_held",
    "> E3_who_where",
    "> O1_more_words",
    "ERR_contact_or_story.story",
    "E4_contact.this_chat_neutral",
    "Z1_send.send",
    "R1_code.kept",
)
WORDS = {"E3_who_where": "MADE UP: my brother, an hour ago", "O1_more_words": "they showed no papers"}


async def _take(phone: Phone, step: str) -> None:
    if step == "start":
        await phone.start()
    elif step.startswith("> "):
        node = step.removeprefix("> ")
        await phone.say(WORDS[node], to=node)
    else:
        await phone.tap(step)


@pytest.mark.parametrize("position", range(1, len(STEPS) + 1), ids=lambda position: f"after {STEPS[position - 1]}")
def test_case_22_killed_and_started_again_between_two_messages(shared: Shared, tmp_path: Path, position: int) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            for number, step in enumerate(STEPS, start=1):
                await _take(phone, step)
                if number == position:
                    await service.restart()
            await phone.until_gone("R1_code.kept")
            (case,) = service.queue()
            phone.same(case)
            assert service.rows()["cases"] == 1

    asyncio.run(journey())


def test_killed_before_the_answer_could_be_shown_it_is_shown_by_the_next_process(
    shared: Shared, tmp_path: Path
) -> None:
    """What a person does while nobody is there is taken up; a screen that is owed is shown after half a minute."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.to_urgent_consent()
            await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.other")
            await phone.until_sees("E3_who_where.say")
            await service.kill()
            phone.person.send("MADE UP: written while nobody was there")
            phone.notebook.wrote("E3_who_where", "MADE UP: written while nobody was there", "en")
            await service.restart()
            await phone.until_sees("E4_contact.say")
            await phone.tap("E4_contact.code_only", "Z1_send.send")
            await phone.code()
            phone.same(service.queue()[0])

    asyncio.run(journey())


async def _begun(service: Service) -> Phone:
    phone = Phone(service, "en")
    await phone.to_urgent_consent()
    await phone.tap("E1_consent_urgent.yes_send")
    await phone.until_sees("E2_what_now.say")
    return phone


async def _finish(phone: Phone) -> None:
    await phone.tap("E4_contact.code_only", "Z1_send.send")
    await phone.code()
    phone.same(phone.service.queue()[0])


@pytest.mark.parametrize("restarted", [False, True])
def test_every_update_delivered_twice_changes_nothing(shared: Shared, tmp_path: Path, *, restarted: bool) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service)
            tapped = phone.press("E2_what_now.other")
            await phone.until_sees("E3_who_where.say")
            phone.notebook.chose(service.conversation, "E2_what_now", "other", "en")
            posted = phone.person.send("MADE UP: said once")
            phone.notebook.wrote("E3_who_where", "MADE UP: said once", "en")
            await phone.until_sees("E4_contact.say")
            if restarted:
                await service.restart()
                await phone.do(phone.person.sticker)  # now the new process is the one that fetches
                await phone.until_sees("ERR_kind.say")
            seen, kept = len(phone.person.history()), service.rows()["objects"]
            for update_id in (tapped.update_id, posted.update_id):
                assert update_id is not None
                service.world.updates.repeat(update_id)
            await phone.do(phone.person.sticker)
            await phone.until_sees("ERR_kind.say")
            assert len(phone.person.history()) == seen + 2, "the sticker and its answer, and no second answers"
            assert service.rows()["objects"] == kept
            await _finish(phone)

    asyncio.run(journey())


@pytest.mark.parametrize("reordered", [False, True])
def test_case_54_messages_written_while_nobody_was_there_are_taken_in_order(
    shared: Shared, tmp_path: Path, *, reordered: bool
) -> None:
    """In the order in which the messenger delivers them; in another one nothing is lost either."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service)
            await phone.tap("E2_what_now.other")
            await phone.until_sees("E3_who_where.say")
            await service.stop()
            for text in ("MADE UP: one", "MADE UP: two", "MADE UP: three"):
                phone.person.send(text)
            if reordered:
                service.world.updates.reverse_next()
            service.clock.advance(minutes=10)
            service.start()
            await phone.until_sees("ERR_late.say")
            await phone.until(phone.typed_is_gone)
            await phone.until(lambda: phone.everything().count(phone.text("ERR_late.say")) == 1)
            opened = await _opened_after(phone)
            words = "\n".join(row["value"] for row in opened["answers"] if not row["labels"]).split("\n")
            written = ["MADE UP: one", "MADE UP: two", "MADE UP: three"]
            assert (sorted(words) if reordered else words) == (sorted(written) if reordered else written)

    asyncio.run(journey())


async def _opened_after(phone: Phone) -> dict[str, list[dict[str, str]]]:
    await phone.service.later(minutes=30)
    return phone.service.opened(phone.service.queue()[0])


def test_case_20_a_double_tap_has_one_effect_and_is_told_so(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service)
            found = phone.button("E2_what_now.other")
            assert found is not None
            await phone.tap("E2_what_now.other")
            await phone.until_sees("E3_who_where.say")
            toast = await phone.toast(lambda: phone.person.tap(found[1], message_id=found[0]))
            assert toast == phone.text("ERR_twice.say")
            await phone.say("MADE UP", to="E3_who_where")
            await _finish(phone)

    asyncio.run(journey())


def test_case_21_an_old_button_changes_nothing_and_the_question_comes_again(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service)
            found = phone.button("E2_what_now.missing")
            assert found is not None
            await phone.tap("E2_what_now.other")
            await phone.say("MADE UP", to="E3_who_where")
            await phone.until_sees("E4_contact.say")
            asked = phone.last().message_id
            toast = await phone.toast(lambda: phone.person.tap(found[1], message_id=found[0]))
            assert toast == phone.text("ERR_old_button.say")
            await phone.until(lambda: phone.last().message_id != asked and phone.sees("E4_contact.say"))
            await _finish(phone)

    asyncio.run(journey())


@pytest.mark.parametrize("data", ["1.000000.1.p0", "1.zz", "0.aaaaaa.0.+.1.p0", " ", "1" * 64, "1.abcdef.5.!delete"])
def test_case_27_forged_buttons_change_nothing(shared: Shared, tmp_path: Path, data: str) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service)
            await phone.do(lambda: phone.person.tap(data=data))
            await phone.say("MADE UP: still here", to="O1_more_words")
            await phone.until_sees("ERR_added.say", "E2_what_now.say")
            await phone.tap("E2_what_now.other")
            await phone.say("MADE UP", to="E3_who_where")
            await _finish(phone)

    asyncio.run(journey())


def test_case_55_two_devices_see_one_conversation(shared: Shared, tmp_path: Path) -> None:
    """The second device still shows the older question; what it answers there is told to be old."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = await _begun(service)
            first = phone.button("E2_what_now.missing")
            assert first is not None
            await phone.tap("E2_what_now.threat_death")
            await phone.until_sees("E3_who_where.say")
            await phone.toast(lambda: phone.person.tap(first[1], message_id=first[0]))
            await phone.say("MADE UP", to="E3_who_where")
            await _finish(phone)

    asyncio.run(journey())
