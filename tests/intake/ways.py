"""Short ways through the conversation, for tests that are about what comes after."""

from tests.intake.phone import Phone

ORDINARY = ("A1_language.en", "A2_safe_here.yes", "A3_danger.no", "B1_consent_store.yes_send")
URGENT = ("A1_language.en", "A2_safe_here.yes", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
DELETES = (*URGENT[:3], "E1_consent_urgent.yes_delete")


async def to_the_story(phone: Phone, *first: str) -> None:
    await phone.start()
    await phone.taps(*(first or URGENT), "E2_what_now.other")


async def sent(phone: Phone, *first: str) -> str:
    """Send a case the short way; return the code."""
    await to_the_story(phone, *first)
    await phone.says("MADE UP: two men came")
    await phone.taps("E4_contact.code_only", "Z1_send.send")
    assert phone.code is not None
    return phone.code


async def about_a_second_person(phone: Phone) -> None:
    """Write about a second person under the code that was typed."""
    await phone.taps("RT1_status.another", "ANOTHER.go_on", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
    await phone.tap("E2_what_now.other")
    await phone.says("MADE UP: about a second person")
    await phone.taps("E4_contact.code_only", "Z1_send.send")
