"""The four people of the core paths, from the first tap to the opened case, over real HTTP."""

import asyncio
from pathlib import Path

from bot.engine.conversation import Level
from tests.journeys.line import Shared, running
from tests.journeys.phone import Phone

BROTHER = "ҲОЛАТИ СОХТА: бародарама як соат пеш аз хона бурданд, шаҳри Намуна, 4 кас бо мошини сафед, намедонем кучо"
PAPERS = "қоғаз нишон надоданд"
WAY = "Signal, +000 000, после 19:00, слово «гранат»"
STORY = ("ВЫДУМАННОЕ ДЕЛО 1: " + "сначала пришли. " * 40, "Второе: " + "потом вызвали. " * 500, "Третье, конец.")


def test_in_khorog_a_brother_was_taken(shared: Shared, tmp_path: Path) -> None:
    """Danger path, Tajik: eight answers, a late piece of the story at the contact question, a code in digits."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "tg")
            await phone.start()
            await phone.tap("A1_language.tg", "A2_safe_here.yes", "A3_danger.yes_now")
            await phone.until_sees("C1_contacts.say", "E1_consent_urgent.say")
            assert service.rows() == {}, "nothing is stored before consent"
            await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.taken_or_held")
            await phone.say(BROTHER, to="E3_who_where")
            await phone.say(PAPERS, to="O1_more_words")
            await phone.tap("ERR_contact_or_story.story", "E4_contact.this_chat_neutral", "Z1_send.send")
            code = await phone.code()
            assert len(code.replace(" ", "")) == 27, "Tajik has no word list, so digits come first"
            assert phone.sees("R2b_channel.say")
            assert phone.typed_is_gone()
            (case,) = service.queue()
            assert case.urgency is Level.CRITICAL
            opened = phone.same(case)
            assert "R1a" in opened["reasons"]

    asyncio.run(journey())


def test_a_lawyer_in_dushanbe_writes_for_a_client(shared: Shared, tmp_path: Path) -> None:
    """Ordinary path, Russian: twelve answers, three long messages of which one is cut by the app, code words, proof."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await phone.to_consent()
            await phone.tap("B1_consent_store.who")
            await phone.until_sees("WHO.say")
            assert phone.person.sees("Test Desk"), "consent to an unnamed reader is not informed"
            await phone.tap("WHO.to_question")
            assert service.rows() == {}, "nothing is stored before consent"
            await phone.tap("B1_consent_store.yes_delete", "B2_about_whom.my_client")
            await phone.say(WAY, to="N1_contact")
            await phone.tap("F1_main.case")
            await phone.until_sees("F2_story.say")
            pieces = [piece for text in STORY for piece in phone.person.paste(text)]
            assert len(pieces) == 4, "the app cut the second message at 4,096"
            await phone.until(phone.typed_is_gone)
            phone.notebook.wrote("F2_story", _joined(STORY), "ru")
            await phone.tap("F2_more.ready", "F3_when.this_week", "F4_ongoing.ongoing", "D1_un_link.helped_someone")
            await phone.tap("Z1_send.send")
            code = await phone.code()
            assert len(code.split()) == 8
            assert phone.sees("R2b_channel.say")
            (case,) = service.queue()
            opened = phone.same(case)
            await phone.tap("R2_after.proof")
            await phone.until_sees("PROOF.say")
            for proof in (case.reference, opened["fingerprint"]["ru"], "23.11.2026"):
                assert phone.person.sees(proof)

    asyncio.run(journey())


def _joined(texts: tuple[str, ...]) -> str:
    """Return a story as its parts are kept: every message as it arrived, one below the other."""
    return "\n".join(piece.strip() for text in texts for piece in (text[:4096], text[4096:]) if piece)


def test_a_journalist_in_warsaw_is_threatened(shared: Shared, tmp_path: Path) -> None:
    """Danger path, English, abroad: sent as high, then a topic with the date of the threat makes it critical."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "en")
            await phone.start()
            await phone.tap("A1_language.en", "A2_safe_here.yes", "A3_danger.yes_days", "C1_contacts.abroad")
            await phone.until_sees("C2_abroad.say")
            await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.threat_death")
            await phone.say("MADE UP: me, Sampletown, since sunday. unknown number: before friday", to="E3_who_where")
            await phone.say("Signal @sample, any hour", to="E4_contact")
            await phone.tap("Z1_send.send")
            await phone.code()
            (case,) = service.queue()
            assert case.urgency is Level.HIGH
            phone.same(case)
            await phone.tap("R2_after.add_more")
            await phone.until_sees("section.threats", "section.permissions")
            await phone.tap("section.threats")
            await phone.until_sees("H3_deadline.say")
            await phone.say("friday", to="H3_deadline")
            await phone.tap("nav.back", "H3_deadline.within_week")
            await phone.tap("H1_channel.messenger_or_sms", "H1_channel.ready")
            await phone.say("MADE UP: before friday, or else", to="H2_words")
            await phone.until_sees("S1_added.say")
            (case,) = service.queue()
            assert case.urgency is Level.CRITICAL
            assert case.news
            opened = phone.same(case)
            assert "R4a" in opened["reasons"]
            await phone.tap("section.own_words")
            await phone.say("MADE UP: two men visited my mother", to="F2_story")
            await phone.tap("F2_more.ready")
            await phone.say("nothing more", to="O1_more_words")
            await phone.tap("F2_more.ready")
            await phone.until_sees("S1_added.say")
            phone.same(service.queue()[0])

    asyncio.run(journey())


def test_whoever_says_that_it_is_not_safe_leaves_no_trace(shared: Shared, tmp_path: Path) -> None:
    """The phone came back from the police, first variant: a safety stop before anything was kept."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await phone.start()
            await phone.tap("A1_language.ru", "A2_safe_here.no")
            await phone.until_sees("A2_no.say")
            await phone.tap("A2_no.phone_taken")
            await phone.until_sees("PH1_phone_returned.say")
            await phone.tap("PH1_phone_returned.exit")
            await phone.until(lambda: [shown.text for shown in phone.person.screen()] == [phone.text("EXIT_line.say")])
            assert service.rows() == {}
            assert phone.text("R1_code.kept") not in phone.everything()

    asyncio.run(journey())


def test_a_phone_that_others_may_read_gets_no_code(shared: Shared, tmp_path: Path) -> None:
    """The phone came back, second variant: said later; what there is, is sent, and the chat closed without a code."""

    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await phone.start()
            await phone.tap("A1_language.ru", "A2_safe_here.yes", "A3_danger.not_sure", "E1_consent_urgent.yes_delete")
            await phone.tap("E2_what_now.phone_or_account_taken", "W2_this_device.yes")
            await phone.until_sees("PH1_stop.say", "W2_stop.say")
            await phone.tap("W2_stop.send_close")
            await phone.until(lambda: len(phone.person.screen()) == 1)
            assert phone.last().text == phone.text("EXIT_line.say")
            (case,) = service.queue()
            assert case.compromised
            assert not case.has_code
            assert not any(shown.spoilers for shown in phone.person.history())
            assert "channel_compromised" in phone.same(case, ending="leave")["flags"]
            assert "drafts" not in service.rows(), "nothing leads from this chat to the case any more"

    asyncio.run(journey())


def test_a_phone_that_others_may_read_can_delete_instead(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            phone = Phone(service, "ru")
            await phone.start()
            await phone.tap("A1_language.ru", "A2_safe_here.yes", "A3_danger.not_sure", "E1_consent_urgent.yes_send")
            await phone.tap("E2_what_now.phone_or_account_taken", "W2_this_device.yes", "W2_stop.delete_close")
            await phone.until(lambda: len(phone.person.screen()) == 1)
            assert set(service.rows()) <= {"conversations", "updates"}

    asyncio.run(journey())
