"""Drafts: where the unfinished conversations stand. Their state and screens arrive encrypted."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, insert, or_, select, update

from bot.errors import StaleDraftError
from bot.ids import CaseId, DraftId
from bot.store.schema import cases, drafts, objects
from bot.store.values import Draft, ObjectState

_FIELDS = tuple(field.name for field in fields(Draft))
_FIND = select(drafts).where(drafts.c.lane.in_(bindparam("lanes", expanding=True)))
_BY_ID = select(drafts).where(drafts.c.id == bindparam("at_id"))
_OF_CASE = select(drafts).where(drafts.c.case_id == bindparam("case"))
_INSERT = insert(drafts)
_SAVE = (
    update(drafts)
    .where(drafts.c.id == bindparam("at_id"), drafts.c.revision == bindparam("at_revision"))
    .values({name: bindparam(name) for name in _FIELDS if name != "id"})
)
_SCREENS = (
    update(drafts)
    .where(drafts.c.id == bindparam("at_id"), drafts.c.revision == bindparam("at_revision"))
    .values({name: bindparam(name) for name in ("screens", "owed_since", "clear_by")})
)
_STATE = (
    update(drafts)
    .where(drafts.c.id == bindparam("at_id"), drafts.c.revision == bindparam("at_revision"))
    .values(state=bindparam("state"))
)
_SENT = update(drafts).where(drafts.c.id == bindparam("at_id")).values(sent=True, expires_at=bindparam("until"))
_DELETE = delete(drafts).where(drafts.c.id == bindparam("at_id")).returning(drafts.c.case_id)
_DELETE_UNSENT = delete(objects).where(
    objects.c.case_id == bindparam("case"),
    objects.c.state.not_in([ObjectState.SENT, ObjectState.OLD]),
    or_(objects.c.state != ObjectState.ASIDE, ~exists().where(cases.c.id == bindparam("case"))),
)
_LIVE = select(drafts.c.case_id, drafts.c.expires_at).where(
    drafts.c.case_id.in_(bindparam("of_cases", expanding=True)), drafts.c.sent, drafts.c.expires_at > bindparam("now")
)


class Drafts:
    """The unfinished conversations, found by lane, by case, or by what is due."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, lanes: Iterable[bytes]) -> Draft | None:
        """Return the draft of a chat, given its lane under each living route key."""
        rows = self._connection.execute(_FIND, {"lanes": list(lanes)})
        row = rows.first()
        return None if row is None else Draft(**row._asdict())

    def by_id(self, draft_id: DraftId) -> Draft | None:
        """Return one draft."""
        row = self._connection.execute(_BY_ID, {"at_id": draft_id}).first()
        return None if row is None else Draft(**row._asdict())

    def of_case(self, case_id: CaseId) -> tuple[Draft, ...]:
        """Return every draft that may add to this case."""
        return tuple(Draft(**row._asdict()) for row in self._connection.execute(_OF_CASE, {"case": case_id}))

    def live(self, of_cases: Iterable[CaseId], now: datetime) -> Mapping[CaseId, datetime]:
        """Return until when the chats of these cases, sent already, still lead to them."""
        rows = self._connection.execute(_LIVE, {"of_cases": list(of_cases), "now": now})
        return {row.case_id: row.expires_at for row in rows}

    def insert(self, draft: Draft) -> None:
        """Begin a draft; its conversation must have been put before."""
        self._connection.execute(_INSERT, _parameters(draft))

    def save(self, draft: Draft) -> None:
        """Store a draft whose ``revision`` was raised by one.

        Raises:
            StaleDraftError: the stored revision is not the one before, or the draft is gone.
        """
        parameters = _parameters(draft)
        del parameters["id"]
        keys = {"at_id": draft.id, "at_revision": draft.revision - 1}
        if self._connection.execute(_SAVE, parameters | keys).rowcount != 1:
            raise StaleDraftError("the draft has moved on")

    def put_screens(
        self,
        draft_id: DraftId,
        revision: int,
        screens: bytes,
        owed_since: datetime | None,
        clear_by: datetime | None,
    ) -> bool:
        """Store what is owed to the screen and still to be cleared, within the same revision.

        Returns:
            Whether the draft still stands at this revision; otherwise nothing is stored, since a later turn has
            written its own screens.
        """
        parameters = {"screens": screens, "owed_since": owed_since, "clear_by": clear_by}
        keys = {"at_id": draft_id, "at_revision": revision}
        return self._connection.execute(_SCREENS, parameters | keys).rowcount == 1

    def put_state(self, draft_id: DraftId, revision: int, state: bytes) -> bool:
        """Replace the encrypted state within the same revision; false, and nothing stored, when a turn was faster."""
        keys = {"at_id": draft_id, "at_revision": revision}
        return self._connection.execute(_STATE, {"state": state} | keys).rowcount == 1

    def sent_by_silence(self, draft_id: DraftId, expires_at: datetime) -> None:
        """Note that the case was sent while the person was silent; the draft lives on until ``expires_at``."""
        self._connection.execute(_SENT, {"at_id": draft_id, "until": expires_at})

    def delete(self, draft_id: DraftId) -> None:
        """Erase a draft and every object of its case that was not sent.

        What was sent belongs to the case; so does what was set aside in one that was sent, for whoever comes back.
        """
        case_id = self._connection.execute(_DELETE, {"at_id": draft_id}).scalar()
        if case_id is not None:
            self._connection.execute(_DELETE_UNSENT, {"case": case_id})

    def expired(self, now: datetime, limit: int) -> tuple[Draft, ...]:
        """Return drafts whose time has come, the longest overdue first."""
        return self._due(drafts.c.expires_at, now, limit)

    def owing(self, before: datetime, limit: int) -> tuple[Draft, ...]:
        """Return drafts that have owed a screen since before this time, the longest first."""
        return self._due(drafts.c.owed_since, before, limit)

    def clearing(self, now: datetime, limit: int) -> tuple[Draft, ...]:
        """Return drafts whose messages are due to be removed from the chat, the longest overdue first."""
        return self._due(drafts.c.clear_by, now, limit)

    def _due(self, column: ColumnElement[datetime], moment: datetime, limit: int) -> tuple[Draft, ...]:
        query = select(drafts).where(column <= moment).order_by(column).limit(limit)
        return tuple(Draft(**row._asdict()) for row in self._connection.execute(query))


def _parameters(draft: Draft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in _FIELDS}
