"""Made-up cases for the demo, visibly made up, sent through the same intake as everybody's, at different ages."""

from datetime import datetime, timedelta

from bot.casework.actor import Actor
from bot.casework.acts import Acts
from bot.casework.office import Office
from bot.casework.queue import Queue
from bot.casework.reading import Reading
from bot.casework.words import CloseReason, Role, Stage
from bot.channels.terminal.player import Player
from bot.demo.keys import COLLEAGUE
from bot.engine.conversation import Conversation
from bot.ids import ChatId, Now, Reference
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
AGES = (
    timedelta(minutes=4),
    timedelta(minutes=95),
    timedelta(minutes=22),
    timedelta(hours=27),
    timedelta(days=4),
    timedelta(days=12),
)
"""How long ago each was sent: some are in time, some overdue."""
NEXT_ROUND = timedelta(minutes=37)
OLDEST = timedelta(days=20)
READ_AFTER = timedelta(hours=2)
CLOSED_AFTER = timedelta(days=3)
ACTED_ON = 5
"""With at least so many cases, somebody has worked on the two oldest."""
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


class Earlier:
    """A clock that stands ``back`` behind the real one."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self.back = timedelta(0)

    def __call__(self) -> datetime:
        """Return the time as it was."""
        return self._now() - self.back


async def play(intake: Intake, conversation: Conversation, count: int, *, clock: Earlier) -> int:
    """Send ``count`` made-up cases in the languages that are offered; return how many were sent.

    ``intake`` goes by ``clock``.
    """
    stories = [story for story in STORIES if story[0] in conversation.texts]
    for number in range(count):
        locale, what, story = stories[number % len(stories)]
        clock.back = _age(number)
        player = Player(intake, ChatId(FIRST_CHAT + number), now=clock)
        await player.start()
        middle = DANGER if what.startswith("E2_") else ORDINARY
        for key in (*START, *middle, *END):
            if key is STORY:
                await player.say(story)
            else:
                await player.tap(key.format(locale=locale, what=what))
    return count


def work_on_some(office: Office, clock: Earlier, count: int) -> None:
    """Let the colleague have answered one of the oldest cases and closed the oldest; ``office`` goes by ``clock``."""
    if count < ACTED_ON:
        return
    colleague = Actor(name=COLLEAGUE, roles=frozenset({Role.REVIEWER}))
    acts, reading = Acts(office), Reading(office)
    clock.back = timedelta(0)
    rows = sorted(Queue(office).page(colleague).rows, key=lambda row: row.arrived)
    for place, row in enumerate(rows[:2]):
        reference = Reference(row.reference)
        clock.back = timedelta(0)
        clock.back = clock() - row.arrived - READ_AFTER
        acts.claim(colleague, reference)
        reading.facts(colleague, reference)
        if place == 0:
            clock.back -= CLOSED_AFTER
            acts.close(colleague, reference, CloseReason.HANDLED)
        else:
            acts.stage(colleague, reference, Stage.INFO_REQUESTED)


def _age(number: int) -> timedelta:
    return min(AGES[number % len(AGES)] + NEXT_ROUND * (number // len(AGES)), OLDEST)
