"""Made-up cases for the demo, visibly made up, sent through the same intake as everybody's."""

from bot.channels.terminal.player import Player
from bot.engine.conversation import Conversation
from bot.ids import ChatId, Now
from bot.intake.service import Intake

FIRST_CHAT = 9_000_000_000
"""Chat ids that belong to nobody: beyond those the emulator gives to its phones."""

STORY = "a story is typed here"

STORIES = (
    ("en", "E2_what_now.threat_death", "MADE-UP CASE: a person in Example Town received a made-up threat."),
    ("ru", "E2_what_now.taken_or_held", "ВЫДУМАННЫЙ СЛУЧАЙ: в городе Примерск выдуманного человека увезли из дома."),
    ("tg", "E2_what_now.followed_or_at_door", "ҲОЛАТИ СОХТА: дар шаҳри Намуна касе назди дар истодааст."),
    ("en", "F1_main.travel", "MADE-UP CASE: a made-up passport was taken at Example Airport."),
    ("ru", "F1_main.case", "ВЫДУМАННЫЙ СЛУЧАЙ: выдуманный штраф выдуманной организации."),
    ("tg", "F1_main.pressure", "ҲОЛАТИ СОХТА: ба ташкилоти сохта фишор меоранд."),
)
START = ("A1_language.{locale}", "A2_safe_here.yes")
DANGER = ("A3_danger.yes_now", "E1_consent_urgent.yes_send", "{what}", STORY, "E4_contact.code_only")
ORDINARY = (
    "A3_danger.no",
    "B1_consent_store.yes_send",
    "B2_about_whom.my_client",
    "N1_contact.code_only",
    "{what}",
    STORY,
    "F2_more.ready",
    "F3_when.this_week",
    "F4_ongoing.ongoing",
    "D1_un_link.helped_someone",
)
END = ("Z1_send.send", "R1_code.kept", "R2_after.exit")


async def play(intake: Intake, conversation: Conversation, count: int, *, now: Now) -> int:
    """Send ``count`` made-up cases in the languages that are offered; return how many were sent."""
    stories = [story for story in STORIES if story[0] in conversation.texts]
    for number in range(count):
        locale, what, story = stories[number % len(stories)]
        player = Player(intake, ChatId(FIRST_CHAT + number), now=now)
        await player.start()
        middle = DANGER if what.startswith("E2_") else ORDINARY
        for key in (*START, *middle, *END):
            if key is STORY:
                await player.say(story)
            else:
                await player.tap(key.format(locale=locale, what=what))
    return count
