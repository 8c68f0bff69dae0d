"""What staff decide about a case: claim, release, transfer, recuse, close, stage, urgency, language, who writes.

Each is one transaction with its line in the audit. A claim is one conditional UPDATE: however many race, one wins. A
lead may release, hand over and close what somebody else holds.
"""

from collections.abc import Callable
from enum import StrEnum

from bot.casework.access import Right, case_for, unavailable, worker
from bot.casework.actor import Actor
from bot.casework.languages import LANGUAGES
from bot.casework.office import Office
from bot.casework.queue import Row, row_of
from bot.casework.reasons import CloseReason
from bot.engine.conversation import Level
from bot.errors import ChangedError, PanohError, PersonUnavailableError
from bot.ids import Reference
from bot.store.staff_values import CASE_WORKERS, Person, PersonState, Role
from bot.store.transaction import Transaction
from bot.store.values import Case, Stage, Status

TRIED = "tried"
"""The act by which a try to reach the person stands in the audit."""
_LEVELS = tuple(Level)


class LowerReason(StrEnum):
    """Why a case is less urgent than it was thought to be."""

    MISTAKEN = "mistaken"
    RESOLVED = "resolved"
    DUPLICATE = "duplicate"
    TEST = "test"
    ABUSE = "abuse"


class Way(StrEnum):
    """In which of the ways that the person chose it was tried to reach them; no other may be used, ever."""

    AGREED = "agreed"
    """The way they wrote down, which lies in the identity compartment."""
    TRUSTED = "trusted"
    """The person they trust, where they asked for that."""


class Acts:
    """Decides."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def claim(self, actor: Actor, reference: Reference) -> Row:
        """Take a waiting case; of any number who try, one gets it.

        Raises:
            CaseUnavailableError: absent, forbidden, or somebody has it.
        """

        def work(tx: Transaction, case: Case) -> None:
            if not tx.cases.claim(case.reference, actor.name, self._office.now()):
                raise unavailable(reference)

        return self._act("claim", actor, reference, Right.SEE, work)

    def release(self, actor: Actor, reference: Reference, *, acknowledged: bool = False) -> Row:
        """Give a case back to the queue.

        Raises:
            CaseUnavailableError: absent, forbidden, or nobody holds it.
            PanohError: a CRITICAL case is given back only to somebody, or with ``acknowledged``.
        """

        def work(tx: Transaction, case: Case) -> None:
            if case.urgency is Level.CRITICAL and not acknowledged:
                raise PanohError("a critical case is handed to somebody, or given back knowingly")
            self._held(tx.cases.release(case.reference, case.claimed_by or "", self._office.now()), reference)

        return self._act("release", actor, reference, Right.HOLD, work)

    def transfer(self, actor: Actor, reference: Reference, to: str) -> Row:
        """Hand a case to a colleague who works on cases and did not recuse themselves from it.

        Raises:
            CaseUnavailableError: absent, forbidden, or nobody holds it.
            PersonUnavailableError: there is no such colleague for this case.
        """

        def work(tx: Transaction, case: Case) -> None:
            colleague = worker(tx, self._office.keyring(), Actor(name=to, roles=frozenset(Role)))
            if colleague is None or tx.recusals.has(colleague.id, case.id):
                raise PersonUnavailableError("there is no such colleague for this case")
            holder = case.claimed_by or ""
            self._held(tx.cases.transfer(case.reference, holder, to, self._office.now()), reference)

        return self._act("transfer", actor, reference, Right.HOLD, work, lambda: to)

    def recuse(self, actor: Actor, reference: Reference) -> None:
        """Step back from a case for ever; who holds it gives it back. From then on it is not there for them.

        Raises:
            CaseUnavailableError: absent or forbidden.
        """

        def work(tx: Transaction) -> None:
            case = case_for(tx, self._office, actor, reference, Right.SEE)
            person = tx.people.by_name(actor.name)
            assert person is not None, "the gate let them through"
            tx.recusals.add(person.id, case.id)
            now = self._office.now()
            if case.status is not Status.CLAIMED or not tx.cases.release(case.reference, actor.name, now):
                tx.cases.touched(case.id, now)
            self._office.note(tx, actor, "recuse", reference)

        self._office.turn(work)

    def close(self, actor: Actor, reference: Reference, reason: CloseReason) -> Row:
        """Close a case that is done. Should the person add something, it waits again.

        Raises:
            CaseUnavailableError: absent, forbidden, or nobody holds it.
        """

        def work(tx: Transaction, case: Case) -> None:
            self._held(tx.cases.close(case.reference, case.claimed_by or "", self._office.now()), reference)

        return self._act("close", actor, reference, Right.HOLD, work, lambda: reason.value)

    def stage(self, actor: Actor, reference: Reference, stage: Stage) -> Row:
        """Say how far the work has come; the person sees it as one of four sentences.

        Raises:
            CaseUnavailableError: absent, forbidden, or closed.
        """

        def work(tx: Transaction, case: Case) -> None:
            tx.cases.set_stage(case.id, stage, self._office.now())

        return self._act("stage", actor, reference, Right.WORK, work, lambda: stage.value)

    def urgency(self, actor: Actor, reference: Reference, level: Level, reason: LowerReason | None = None) -> Row:
        """Set the level; lowering needs a reason, which stands in the audit with both levels.

        Raises:
            CaseUnavailableError: absent, forbidden, or closed.
            PanohError: a lower level without a reason.
        """
        said = level.value

        def work(tx: Transaction, case: Case) -> None:
            nonlocal said
            lower = _LEVELS.index(level) < _LEVELS.index(case.urgency)
            if lower and reason is None:
                raise PanohError("lowering the urgency needs a reason")
            said = f"{case.urgency.value}>{level.value}" + (f" {reason.value}" if lower and reason else "")
            tx.cases.set_urgency(case.id, level, self._office.now())

        return self._act("urgency", actor, reference, Right.WORK, work, lambda: said)

    def language(self, actor: Actor, reference: Reference, language: str) -> Row:
        """Say in which language the case is written: readers of that one are looked for. The chat keeps its own.

        Raises:
            CaseUnavailableError: absent, forbidden, or closed.
            PanohError: neither the language of the chat nor one that staff read.
        """

        def work(tx: Transaction, case: Case) -> None:
            if language != case.locale and language not in LANGUAGES:
                raise PanohError("this is not a language that staff read")
            tx.cases.set_language(case.id, language, self._office.now())

        return self._act("language", actor, reference, Right.WORK, work, lambda: language)

    def writer(self, actor: Actor, reference: Reference, *, doubted: bool) -> Row:
        """Say that somebody else may be writing in the person's chat, or that it is the person again.

        While it is doubted nothing is written to that chat, and it is shown no reply without the code.

        Raises:
            CaseUnavailableError: absent, forbidden, or closed.
        """

        def work(tx: Transaction, case: Case) -> None:
            tx.cases.set_compromised(case.id, self._office.now(), doubted=doubted)

        return self._act("writer", actor, reference, Right.WORK, work, lambda: "doubted" if doubted else "trusted")

    def tried(self, actor: Actor, reference: Reference, way: Way) -> Row:
        """Note that it was tried to reach the person, in a way they chose; each try is a line of its own.

        They are told of the last one when they come back with the code.

        Raises:
            CaseUnavailableError: absent, forbidden, or closed.
        """

        def work(tx: Transaction, case: Case) -> None:
            tx.cases.tried(case.id, self._office.now())

        return self._act(TRIED, actor, reference, Right.REACH, work, lambda: way.value)

    def colleagues(self, actor: Actor, reference: Reference) -> tuple[Person, ...]:
        """Return whom this case could be handed to, who is on duty first.

        Raises:
            CaseUnavailableError: absent or forbidden.
        """

        def work(tx: Transaction) -> tuple[Person, ...]:
            case = case_for(tx, self._office, actor, reference, Right.SEE)
            now = self._office.on_duty()
            stepped_back = tx.recusals.of_case(case.id)
            found = [person for person in tx.people.all() if person.name not in {actor.name, *stepped_back}]
            able = [person for person in found if person.state is PersonState.ENROLLED and person.roles & CASE_WORKERS]
            return tuple(sorted(able, key=lambda person: (person.name not in now, person.name)))

        return self._office.turn(work)

    def _held(self, done: bool, reference: Reference) -> None:  # noqa: FBT001  what a conditional UPDATE says
        if not done:
            raise ChangedError(f"{reference} has changed hands: look again")

    def _act(
        self,
        act: str,
        actor: Actor,
        reference: Reference,
        right: Right,
        work: Callable[[Transaction, Case], None],
        reason: Callable[[], str | None] = lambda: None,
    ) -> Row:
        """Do one thing to one case and note it, in one transaction; return the case afterwards."""

        def turn(tx: Transaction) -> Row:
            work(tx, case_for(tx, self._office, actor, reference, right))
            self._office.note(tx, actor, act, reference, reason())
            after, person = tx.cases.get(reference), tx.people.by_name(actor.name)
            assert after is not None, "it was there a moment ago"
            assert person is not None, "the gate let them through"
            return row_of(tx, self._office, actor, person, after)

        return self._office.turn(turn)
