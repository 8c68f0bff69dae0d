"""Carry out what the engine decided: one arm per effect, inside the turn's transaction.

Everything typed is sealed here and forgotten. Rules: nothing that was sent is ever erased by a later answer, it is
only left out of the next manifest; where the person chose *send if I fall silent*, the manifests for that are made
ready after every turn, because the sweeper can read nothing.

Before: ``engine.step``. After: ``Drafts.save``, ``Cases.submit``.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from bot.engine.conversation import Conversation, Node
from bot.engine.effects import Clear, Drop, Effect, Keep, Show, Submit, Wipe
from bot.engine.moves import sends_on_silence
from bot.engine.state import State
from bot.engine.triage import Triage, triage
from bot.ids import CaseId, Digest, ObjectId, reference_of
from bot.intake.draft import BYTES_AT_MOST, PARTS_AT_MOST, Hold, Part, Secrets, Told, When
from bot.intake.permissions import counting, lost, refused, without_the_lost
from bot.intake.sealer import Pair, Sealer, Sending
from bot.store.transaction import Transaction
from bot.store.values import Case, ObjectState, Silence

COMPROMISED = "channel_compromised"
"""The flag under which no code is shown and nothing more is sent to this chat."""

LIMIT = Show("LIMIT_reached")


class Performer:
    """Performs the effects of one turn on one draft."""

    def __init__(
        self,
        tx: Transaction,
        sealer: Sealer,
        conversation: Conversation,
        digest: Digest,
        *,
        secrets: Secrets,
        now: datetime,
        ping: Callable[[State], bytes | None] = lambda _state: None,
    ) -> None:
        """``ping`` makes the token for a neutral hello, where this state allows one."""
        self._tx = tx
        self._sealer = sealer
        self._conversation = conversation
        self._digest = digest
        self._now = now
        self._ping = ping
        self.secrets = secrets
        self._judged: tuple[State, Triage] | None = None
        self._ready_for = _content(secrets) if secrets.hold.ready else None
        self.shows: list[Show] = []
        self.cleared = False
        self.wiped = False
        self.first_sent = False

    @property
    def silence(self) -> Silence:
        """What the person chose to happen when they fall silent; the consent that is asked now counts."""
        return Silence.SEND if sends_on_silence(self._conversation, self.secrets.state) else Silence.DELETE

    @property
    def hold(self) -> Hold:
        """The sealed way to the case, as it stands now."""
        return self.secrets.hold

    def others_may_read(self) -> bool:
        """Tell whether others may be reading or writing here: an answer says so, or staff do of a case here."""
        if COMPROMISED in self.triage().flags:
            return True
        holds = (self.hold, *(hold for hold, _ in self.secrets.others))
        cases = (self._tx.cases.by_id(CaseId(hold.case)) for hold in holds)
        return any(case is not None and case.compromised for case in cases)

    def perform(
        self,
        effects: Iterable[Effect],
        *,
        message_id: int | None = None,
        flags: tuple[str, ...] = (),
        ending: str = "person",
    ) -> None:
        """Carry out the effects in order."""
        for effect in effects:
            match effect:
                case Show():
                    self.shows.append(effect)
                case Keep():
                    self._keep(effect, message_id, flags)
                case Drop(node):
                    self._drop(self.hold.of_node(node))
                case Submit(first=first):
                    self._submit(first=first, ending=ending)
                case Clear():
                    self.cleared = True
                case Wipe():
                    self.wiped = True

    def take(self, state: State) -> None:
        """Stand at this state from now on; what staff were told of stays known until they are told of the rest."""
        before, told = self.secrets.state, self.secrets.told
        if state.sent and not state.fresh:
            told = None
        elif told is None and before.sent and not before.fresh:
            told = Told(state=before, hold=self.hold)
        self.secrets = replace(self.secrets, state=state, told=told)

    def triage(self) -> Triage:
        """Return the urgency as it stands now; judged once for each state."""
        state = self.secrets.state
        if self._judged is None or self._judged[0] is not state:
            self._judged = (state, triage(self._conversation, state))
        return self._judged[1]

    def make_ready(self) -> None:
        """Seal the manifests that silence will send, in place of the older ready ones; nothing new, nothing sealed."""
        if self._ready_for == _content(self.secrets):
            return
        case = CaseId(self.hold.case)
        self._tx.objects.drop_state(case, ObjectState.READY)
        ready = None
        if self.silence is Silence.SEND and self.secrets.state.fresh:
            self._sort_out()
            sending = self._sending("silence")
            pair = self._sealer.seal_manifests(
                self.hold, self.secrets.state, self._now.date(), sending, ObjectState.READY
            )
            for row in pair.objects:
                self._tx.objects.put(row)
            ready = (pair.facts, pair.identity)
            self._hold(granted=counting(self._conversation, self.secrets.state))
        self._hold(ready=ready)

    def take_back(self, node: Node, refusal: str) -> None:
        """Answer No to a permission; it goes by itself, and nothing that was begun is finished or sent by it."""
        before = self.secrets.state
        after, effects = refused(self._conversation, before, node, refusal)
        self.take(after)
        self.perform(effects)
        self.note_withdrawn(before, self.hold.granted)

    def note_withdrawn(self, before: State, granted: tuple[str, ...]) -> None:
        """Let a permission that staff were told of count no more at once, however much else is not sent yet.

        ``granted`` are those they had been told of before this state came about.
        """
        gone = lost(self._conversation, granted, before, self.secrets.state)
        if not (before.sent and gone):
            return
        for node in gone:
            # Where a manifest was sent with this turn, it says so already.
            if node in self.hold.granted:
                asked = self._conversation.nodes[node]
                self._tx.objects.put(self._sealer.seal_withdrawal(self.hold, before, asked, self._now.date()))
        self._hold(granted=tuple(node for node in self.hold.granted if node not in gone))
        if (told := self.secrets.told) is not None:
            self.secrets = replace(self.secrets, told=without_the_lost(self._conversation, told, self.secrets))
        self._tx.cases.mark_withdrawn(CaseId(self.hold.case), self._now)

    def hold_story(self, node: Node, words: str, message_id: int | None) -> None:
        """Seal a line a second time, as story, until the person says which it was."""
        self._seal(node, words, part=self._next_part(node), message_id=message_id, held=True)

    def take_story(self) -> None:
        """The held line was story: count it."""
        held = [part for part in self.hold.parts if part.held]
        self._tx.objects.keep_held(ObjectId(part.object) for part in held)
        self._hold(parts=tuple(replace(part, held=False) for part in self.hold.parts))

    def drop_story(self) -> None:
        """The held line was the contact: erase its other reading."""
        self._drop([part for part in self.hold.parts if part.held])

    def replace_part(self, part: Part, words: str) -> None:
        """Seal an edited message in place of what it said before."""
        node = self._conversation.nodes.get(part.node) or self._conversation.nodes[self._conversation.more]
        place = self.hold.parts.index(part)
        self.take(replace(self.secrets.state, fresh=True))
        self._drop([part])
        self._seal(node, words, part=part.part, message_id=part.message_id, held=part.held, flags=("edited",))
        *parts, edited = self.hold.parts
        self._hold(parts=(*parts[:place], edited, *parts[place:]))

    def has_room(self, words: str) -> bool:
        """Tell whether this many more words may be kept (``DESIGN.md`` 3: 200 parts, 256 KiB)."""
        size = len(words.encode("utf-8", "replace"))
        return self.secrets.parts_kept < PARTS_AT_MOST and self.secrets.bytes_kept + size <= BYTES_AT_MOST

    def append_mailbox(self) -> None:
        """Tell staff of the new mailbox, beside what they know already: nothing that is not finished goes with it."""
        unsent = self.secrets.told is not None
        told = self.secrets.told or Told(state=self.secrets.state, hold=self.hold)
        sending = self._sending("person", told.state)
        pair = self._sealer.seal_manifests(told.hold, told.state, self._now.date(), sending, ObjectState.SENT)
        for row in pair.objects:
            self._tx.objects.put(row)
        # Manifests made ready for silence followed the one before; they are sealed anew.
        self._tx.objects.drop_state(CaseId(self.hold.case), ObjectState.READY)
        granted = counting(self._conversation, told.state)
        if unsent:
            self.secrets = replace(self.secrets, told=replace(told, hold=_after(pair, told.hold, granted)))
        self.secrets = replace(self.secrets, hold=_after(pair, self.hold, granted))
        self.make_ready()

    def _keep(self, keep: Keep, message_id: int | None, flags: tuple[str, ...]) -> None:
        node = self._conversation.nodes[keep.node]
        state = self.secrets.state
        if keep.part == 0:
            # What was written elsewhere is never replaced, not even by the first words the engine knows of.
            if node.id != self._conversation.more:
                self._drop(self.hold.of_node(node.id))
            when = When(locale=state.locale, day=self._now.date().isoformat())
            self._hold(answered={**self.hold.answered, node.id: when})
        if keep.words:
            self._seal(node, keep.words, part=self._next_part(node), message_id=message_id, flags=flags)

    def _next_part(self, node: Node) -> int:
        """Return the number under which further words of a question stand after all that is kept of it."""
        return 1 + max((part.part for part in self.hold.of_node(node.id)), default=-1)

    def _seal(
        self,
        node: Node,
        words: str,
        *,
        part: int,
        message_id: int | None,
        held: bool = False,
        flags: tuple[str, ...] = (),
    ) -> None:
        kept, row = self._sealer.seal_words(
            self.hold,
            self.secrets.state,
            node,
            words,
            part=part,
            today=self._now.date(),
            message_id=message_id,
            held=held,
            flags=flags,
        )
        self._tx.objects.put(row)
        self._hold(parts=(*self.hold.parts, kept))
        self.secrets = replace(
            self.secrets,
            parts_kept=self.secrets.parts_kept + 1,
            bytes_kept=self.secrets.bytes_kept + len(words.encode("utf-8", "replace")),
            last_at=int(self._now.timestamp()),
            last_length=len(words),
        )

    def _drop(self, parts: Iterable[Part]) -> None:
        gone = list(parts)
        # Of a sent case the capsule may still name what was set aside.
        kept = self.secrets.state.sent
        self._tx.objects.drop(ObjectId(part.object) for part in gone if not (part.sent or (part.aside and kept)))
        self._hold(parts=self.hold.without({part.object for part in gone}).parts)

    def _submit(self, *, first: bool, ending: str) -> None:
        case = CaseId(self.hold.case)
        judged = self.triage()
        compromised = COMPROMISED in judged.flags
        self._manifests(ending=ending)
        if first:
            self._tx.cases.submit(
                Case(
                    id=case,
                    reference=reference_of(case),
                    arrived_at=self._now,
                    urgency=judged.level,
                    locale=self.secrets.state.locale,
                    language=self.secrets.state.locale,
                    conversation=self._digest,
                    compromised=compromised,
                    writer=self.hold.writer,
                )
            )
            self.first_sent = True
        else:
            self._tx.cases.raise_urgency(case, judged.level, self._now)
            self._tx.cases.add_news(case, self._now)
            if compromised:
                self._tx.cases.mark_compromised(case)

    def _manifests(self, *, ending: str) -> None:
        case = CaseId(self.hold.case)
        self._sort_out()
        sending = self._sending(ending)
        pair = self._sealer.seal_manifests(self.hold, self.secrets.state, self._now.date(), sending, ObjectState.SENT)
        self._tx.objects.drop_state(case, ObjectState.READY)
        self._tx.objects.send(case, None)
        for row in pair.objects:
            self._tx.objects.put(row)
        hold = _after(pair, self.hold, counting(self._conversation, self.secrets.state))
        self.secrets = replace(self.secrets, hold=replace(hold, parts=hold.after_sending()))

    def _sort_out(self) -> None:
        """Let nothing go with a sending that its manifests do not list: staff would take it for a stranger's."""
        unsent = [part for part in self.hold.parts if not (part.sent or part.held)]
        moved = [part for part in unsent if part.aside is self._sealer.lists(part.node, self.secrets.state)]
        if not moved:
            return
        self._tx.objects.set_aside(ObjectId(part.object) for part in moved if not part.aside)
        self._tx.objects.take_up(ObjectId(part.object) for part in moved if part.aside)
        others = {part.object: replace(part, aside=not part.aside) for part in moved}
        self._hold(parts=tuple(others.get(part.object, part) for part in self.hold.parts))

    def _sending(self, ending: str, state: State | None = None) -> Sending:
        judged = self.triage() if state is None else triage(self._conversation, state)
        # Where others may be reading the channel, nothing is sealed by which somebody could write to it.
        ping = None if COMPROMISED in judged.flags else self._ping(state or self.secrets.state)
        return Sending(ending=ending, judged=judged, box=self.secrets.box, ping=ping)

    def _hold(self, **changes: object) -> None:
        self.secrets = replace(self.secrets, hold=replace(self.hold, **changes))  # type: ignore[arg-type]  # names are checked by the tests


def _after(pair: Pair, hold: Hold, granted: tuple[str, ...]) -> Hold:
    return replace(hold, facts_chain=pair.facts, identity_chain=pair.identity, ready=None, granted=granted)


def _content(secrets: Secrets) -> tuple[object, ...]:
    """Return what a manifest is made of."""
    state, hold = secrets.state, secrets.hold
    return (state.marks, state.picks, state.fresh, hold.parts, hold.facts_chain, secrets.box)
