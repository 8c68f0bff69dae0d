"""What staff write: notes, replies, nudges. Sealed before they come here; signatures are inside, for who opens them.

What is checked of a sealed file without opening it: that it is one, and sealed to one key, that of the case or of the
mailbox. A reply is kept twice under one name in one transaction: in the mailbox, until the person says they have read
it, and beside the answers, for staff.
"""

from bot.casework.access import Right, case_for, may, require_worker, roles_of
from bot.casework.actor import Actor
from bot.casework.office import Office
from bot.casework.queue import Row, row_of
from bot.engine.conversation import Compartment
from bot.errors import ChangedError, EnvelopeError, Refused
from bot.ids import ObjectId, Reference
from bot.sealing.layout import stanza_count
from bot.store.staff_values import Nudge
from bot.store.transaction import Transaction
from bot.store.values import Case, ObjectState, Reply, SealedObject, Stage

NOTE = "note"
REPLY = "reply"
TOKEN_SIZE = 36
ID_SIZE = 16
WRITTEN_LIMIT = 8 * 1024 * 1024
"""Bytes of all notes and copies of replies of a case: some thousands of them. Without a limit a colleague could write
so much into a case that no browser and no local desk takes its files any more."""


class Writing:
    """Keeps what staff write."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def note(self, actor: Actor, reference: Reference, object_id: ObjectId, data: bytes) -> Row:
        """Keep a note of staff for staff.

        Raises:
            CaseUnavailableError: absent or forbidden.
            ChangedError: a file of this name is there already.
            EnvelopeError: not a file sealed to one key, or the case holds no more.
        """
        _one_key(data)

        def work(tx: Transaction) -> Row:
            case = case_for(tx, self._office, actor, reference, Right.READ)
            self._put(tx, case, NOTE, object_id, data)
            tx.cases.touched(case.id, self._office.now())
            self._office.note(tx, actor, "note", reference)
            return self._row(tx, actor, reference)

        return self._office.turn(work)

    def reply(
        self,
        actor: Actor,
        reference: Reference,
        *,
        object_id: ObjectId,
        mailbox: bytes,
        data: bytes,
        copy: bytes,
        stage: Stage | None = None,
    ) -> Row:
        """Let a reply wait in the person's mailbox, and keep its copy; with ``stage``, say what it asks for.

        Args:
            actor: who writes.
            reference: the case.
            object_id: the name of both files.
            mailbox: where the latest manifest says replies go.
            data: sealed to the mailbox.
            copy: the same, sealed to the facts key of the case.
            stage: ``info_requested``, ``awaiting_consent`` or any other.

        Raises:
            CaseUnavailableError: absent, forbidden, or the actor does not hold it.
            ChangedError: the mailbox is gone, because the person has another code; or the name is taken.
            EnvelopeError: not files sealed to one key each, or the case holds no more.
        """
        _one_key(data)
        _one_key(copy)

        def work(tx: Transaction) -> Row:
            now = self._office.now()
            case = case_for(tx, self._office, actor, reference, Right.HOLD)
            self._house(tx, actor, case, mailbox)
            self._put(tx, case, REPLY, object_id, copy)
            tx.replies.add(Reply(id=object_id, mailbox_id=mailbox, data=data, day=now.date()))
            tx.cases.answered(case.id)
            tx.cases.touched(case.id, now)
            if stage is not None:
                tx.cases.set_stage(case.id, stage, now)
            self._office.note(tx, actor, "reply", reference, stage.value if stage else None)
            return self._row(tx, actor, reference)

        return self._office.turn(work)

    def nudge(self, actor: Actor, reference: Reference, token: bytes) -> Row:
        """Ask the defender's side for one neutral line, by the token of the identity manifest.

        Raises:
            CaseUnavailableError: absent, forbidden, or the actor does not hold it.
            ChangedError: no reply since the last one, one today already, or others may be reading that chat.
            EnvelopeError: not a token.
        """
        if len(token) != TOKEN_SIZE:
            raise EnvelopeError("this is no token for a nudge")

        def work(tx: Transaction) -> Row:
            case = case_for(tx, self._office, actor, reference, Right.HOLD)
            if case.compromised:
                raise ChangedError("others may be reading that chat: nothing is written to it", Refused.CHAT_DOUBTED)
            if tx.objects.count(case.id, REPLY) <= tx.nudges.count(case.id):
                raise ChangedError("one nudge for a reply: write a reply first", Refused.NUDGE_NEEDS_REPLY)
            nudge = Nudge(
                id=self._office.random_bytes(ID_SIZE), case_id=case.id, token=token, day=self._office.now().date()
            )
            if not tx.nudges.put(nudge):
                raise ChangedError("one nudge a day", Refused.NUDGED_TODAY)
            tx.cases.touched(case.id, self._office.now())
            self._office.note(tx, actor, "nudge", reference)
            return self._row(tx, actor, reference)

        return self._office.turn(work)

    def _house(self, tx: Transaction, actor: Actor, case: Case, mailbox: bytes) -> None:
        """Let the mailbox live with the case that is answered, as far as the actor may touch the one it stands with.

        With several cases under one code it stands with one of them, and the server cannot tell which cases those are.
        Whoever stepped back from that one gets the same answer as where there is no mailbox.
        """
        box, person = tx.mailboxes.get(mailbox), require_worker(tx, self._office, actor)
        if box is None or tx.recusals.has(person.id, box.case_id):
            raise ChangedError("the person has another mailbox by now: fetch the case again")
        other = tx.cases.by_id(box.case_id)
        assert other is not None, "a mailbox goes with its case"
        if other.id == case.id:
            return
        self._office.note(tx, actor, "mailbox", other.reference)
        # It goes with its case when that is erased: better with the one that staff are at work on. Who may not read the
        # other case answers too, or two holders would lock each other out, but moves nothing of it.
        if may(other, person, roles_of(person, actor), Right.READ):
            tx.mailboxes.move(mailbox, case.id)

    def _put(self, tx: Transaction, case: Case, kind: str, object_id: ObjectId, data: bytes) -> None:
        if len(object_id) != ID_SIZE or tx.objects.has(object_id):
            raise ChangedError("a file of this name is there already")
        if tx.objects.size(case.id, (NOTE, REPLY)) + len(data) > WRITTEN_LIMIT:
            raise EnvelopeError("this case holds as many notes and replies as it can")
        tx.objects.put(
            SealedObject(
                id=object_id,
                case_id=case.id,
                kind=kind,
                compartment=Compartment.FACTS.value,
                number=0,
                data=data,
                day=self._office.now().date(),
                state=ObjectState.SENT,
            )
        )

    def _row(self, tx: Transaction, actor: Actor, reference: Reference) -> Row:
        case, person = tx.cases.get(reference), tx.people.by_name(actor.name)
        assert case is not None, "it was there a moment ago"
        assert person is not None, "the gate let them through"
        return row_of(tx, self._office, actor, person, case)


def _one_key(data: bytes) -> None:
    if stanza_count(data) != 1:
        raise EnvelopeError("sealed to another number of keys than one")
