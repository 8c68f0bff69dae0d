"""The four people of the core paths, from the first tap to the opened case, over real HTTP."""

import asyncio
from pathlib import Path

from bot.engine.conversation import Level
from tests.journeys.line import Phone, running

STORY_TG = "ҲОЛАТИ СОХТА: бародарама як соат пеш аз хона бурданд, шаҳри Намуна, 4 кас бо мошини сафед, намедонем кучо"


def test_in_khorog_a_brother_was_taken(tmp_path: Path) -> None:
    """Danger path, Tajik: eight answers, a late piece of the story at the contact question, a code in digits."""

    async def journey() -> None:
        async with running(tmp_path) as service:
            phone = Phone(service, service.world.user("Made-up"), "tg")
            await phone.start()
            await phone.tap("A1_language.tg", "A2_safe_here.yes", "A3_danger.yes_now")
            assert phone.sees("C1_contacts.say"), "contacts come before consent"
            assert service.queue() == ()
            await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.taken_or_held")
            await phone.say(STORY_TG)
            await phone.say("қоғаз нишон надоданд")
            await phone.tap("ERR_contact_or_story.story", "E4_contact.this_chat_neutral", "Z1_send.send")
            await phone.until(lambda: phone.person.sees(phone.label("R1_code.kept")))
            code = phone.code()
            assert len(code.replace(" ", "")) == 27, "Tajik has no word list, so digits come first"
            await phone.tap("R1_code.kept")
            await phone.until(lambda: not phone.person.sees(code))
            (case,) = service.queue()
            assert case.urgency is Level.CRITICAL
            answers = await asyncio.to_thread(service.answers, case)
            assert answers["E3_who_where"] == STORY_TG
            assert answers["O1_more_words"] == "қоғаз нишон надоданд"
            assert answers["E2_what_now"] == "taken_or_held"
            assert answers["E4_contact"] == "this_chat_neutral"
            assert not phone.person.sees("Намуна"), "what was typed is gone from the chat"

    asyncio.run(journey())
