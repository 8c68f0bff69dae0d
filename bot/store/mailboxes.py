"""Mailboxes behind return codes, and the replies that wait in them. Capsules and replies arrive encrypted."""

from dataclasses import fields
from datetime import date

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.ids import CaseId, ObjectId
from bot.store.schema import REPLIED, audit, cases, mailboxes, objects, replies, slot
from bot.store.values import Mailbox, Reply, Status

_FIELDS = tuple(field.name for field in fields(Mailbox))
_COLUMNS = tuple(mailboxes.c[name] for name in _FIELDS)
_GET = select(*_COLUMNS).where(mailboxes.c.id == bindparam("at_id"))
_OF_CASE = select(*_COLUMNS).where(mailboxes.c.case_id == bindparam("case"))
_CAPSULE = update(mailboxes).where(mailboxes.c.id == bindparam("at_id")).values(capsule=bindparam("capsule"))
_MOVE = update(mailboxes).where(mailboxes.c.id == bindparam("at_id")).values(case_id=bindparam("case"))
_REMOVE = delete(mailboxes).where(mailboxes.c.id == bindparam("at_id"))
_WAITING = select(replies).where(replies.c.mailbox_id == bindparam("at_id")).order_by(replies.c.day, replies.c.id)
_OLDEST = (
    select(func.min(replies.c.day))
    .join_from(objects, replies, replies.c.id == objects.c.id)
    .where(objects.c.case_id == bindparam("case"))
)
_OF_AUTHOR = (
    select(cases.c.id, audit.c.at, replies.c.day)
    .select_from(audit)
    .join(cases, cases.c.reference == audit.c.reference)
    .join(objects, objects.c.case_id == cases.c.id)
    .join(replies, replies.c.id == objects.c.id)
    .where(audit.c.actor == bindparam("actor"), REPLIED, cases.c.status != Status.CLOSED, cases.c.deletes_at.is_(None))
)
_REMOVE_REPLY = delete(replies).where(replies.c.id == bindparam("at_id"))


class Mailboxes:
    """The mailboxes, by the id that only the return code leads to, or by case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, mailbox: Mailbox) -> None:
        """Open a mailbox; its case must have been submitted before."""
        values = {name: getattr(mailbox, name) for name in _FIELDS}
        self._connection.execute(insert(mailboxes), values | {"slot": slot(mailbox.id)})

    def get(self, mailbox_id: bytes) -> Mailbox | None:
        """Return a mailbox."""
        row = self._connection.execute(_GET, {"at_id": mailbox_id}).first()
        return None if row is None else Mailbox(**row._asdict())

    def of_case(self, case_id: CaseId) -> tuple[Mailbox, ...]:
        """Return the mailboxes of a case."""
        return tuple(Mailbox(**row._asdict()) for row in self._connection.execute(_OF_CASE, {"case": case_id}))

    def save_capsule(self, mailbox_id: bytes, capsule: bytes) -> bool:
        """Replace the capsule; false when the mailbox is gone, because another code was minted."""
        return self._connection.execute(_CAPSULE, {"at_id": mailbox_id, "capsule": capsule}).rowcount == 1

    def move(self, mailbox_id: bytes, case_id: CaseId) -> None:
        """Let a mailbox live with another case of the same person."""
        self._connection.execute(_MOVE, {"at_id": mailbox_id, "case": case_id})

    def remove(self, mailbox_id: bytes) -> None:
        """Erase a mailbox with the replies that wait in it."""
        self._connection.execute(_REMOVE, {"at_id": mailbox_id})


class Replies:
    """The replies that wait to be read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, reply: Reply) -> None:
        """Let a reply wait in its mailbox; a mailbox that is gone fails the turn."""
        values = {field.name: getattr(reply, field.name) for field in fields(Reply)}
        self._connection.execute(insert(replies), values)

    def waiting(self, mailbox_id: bytes) -> tuple[Reply, ...]:
        """Return what waits, the oldest day first."""
        return tuple(Reply(**row._asdict()) for row in self._connection.execute(_WAITING, {"at_id": mailbox_id}))

    def oldest(self, case_id: CaseId) -> date | None:
        """Return since which day a reply to this case waits; the mailbox may stand with another of the same person.

        A reply and its copy beside the answers have one name.
        """
        found: date | None = self._connection.execute(_OLDEST, {"case": case_id}).scalar()
        return found

    def waiting_of(self, actor: str) -> tuple[CaseId, ...]:
        """Return the open cases in which a reply waits that this actor wrote, as far as the days tell.

        Who wrote a reply is sealed in it. The audit knows who answered in which case, and on which day.
        """
        rows = self._connection.execute(_OF_AUTHOR, {"actor": actor})
        return tuple(dict.fromkeys(row.id for row in rows if row.at.date() == row.day))

    def remove(self, reply_id: ObjectId) -> None:
        """Erase a reply that was read."""
        self._connection.execute(_REMOVE_REPLY, {"at_id": reply_id})
