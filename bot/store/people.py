"""People of the staff, their links to a chat and the cases they recused themselves from. Secrets arrive boxed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.ids import CaseId
from bot.store.order import one_after_the_other
from bot.store.rows import columns_of, parameters
from bot.store.schema_staff import link_codes, links, people, recusals
from bot.store.staff_values import Link, LinkCode, Person, Role

_BY_ID = select(people).where(people.c.id == bindparam("at_id"))
_BY_NAME = select(people).where(people.c.name == bindparam("at_name"))
_ID = select(people.c.id).where(people.c.name == bindparam("at_name"))
_BY_INVITATION = select(people).where(people.c.invite_hash == bindparam("at_hash"))
_RECUSED = select(recusals.c.case_id).where(recusals.c.person_id == bindparam("at_id"))
_LINK_BY_LANE = select(*columns_of(links, Link)).where(links.c.lane.in_(bindparam("lanes", expanding=True)))


class People:
    """The staff."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def alone(self) -> None:
        """Let nobody else change people until this transaction ends: who reads a row to save it asks first.

        Without it, on PostgreSQL, what another transaction saved in between would be undone.
        """
        one_after_the_other(self._connection)

    def add(self, person: Person) -> None:
        """Add a person; a name that exists fails the turn."""
        self._connection.execute(insert(people), _values(person))

    def save(self, person: Person) -> bool:
        """Replace everything but the id; false where there is no such person."""
        values = _values(person)
        del values["id"]
        done = self._connection.execute(update(people).where(people.c.id == person.id).values(**values))
        return done.rowcount == 1

    def by_id(self, person_id: bytes) -> Person | None:
        """Return one person."""
        return _person(self._connection.execute(_BY_ID, {"at_id": person_id}).first())

    def by_name(self, name: str) -> Person | None:
        """Return the person of this name, letter for letter."""
        return _person(self._connection.execute(_BY_NAME, {"at_name": name}).first())

    def by_invitation(self, invite_hash: bytes) -> Person | None:
        """Return the person whose invitation has this hash."""
        return _person(self._connection.execute(_BY_INVITATION, {"at_hash": invite_hash}).first())

    def id_of(self, name: str) -> bytes | None:
        """Return the id of the person of this name."""
        found: bytes | None = self._connection.execute(_ID, {"at_name": name}).scalar()
        return found

    def all(self) -> tuple[Person, ...]:
        """Return everybody, by name; an organisation's staff are few."""
        rows = self._connection.execute(select(people).order_by(people.c.name))
        return tuple(person for row in rows if (person := _person(row)) is not None)

    def use_totp_step(self, person_id: bytes, step: int) -> bool:
        """Note a time step as used; false where it, or a later one, was used before."""
        fresh = people.c.totp_step.is_(None) | (people.c.totp_step < step)
        query = update(people).where(people.c.id == person_id, fresh).values(totp_step=step)
        return self._connection.execute(query).rowcount == 1


class Recusals:
    """Who never sees which case again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, person_id: bytes, case_id: CaseId) -> None:
        """Note a recusal; a second time changes nothing."""
        if not self.has(person_id, case_id):
            self._connection.execute(insert(recusals), {"person_id": person_id, "case_id": case_id})

    def has(self, person_id: bytes, case_id: CaseId) -> bool:
        """Whether this person recused themselves from this case."""
        query = _RECUSED.where(recusals.c.case_id == case_id)
        return self._connection.execute(query, {"at_id": person_id}).first() is not None

    def of_case(self, case_id: CaseId) -> tuple[str, ...]:
        """Return the names of those who recused themselves from a case."""
        query = select(people.c.name).join(recusals, recusals.c.person_id == people.c.id)
        return tuple(self._connection.execute(query.where(recusals.c.case_id == case_id)).scalars())


class Links:
    """In which chat a person is told of cases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, link: Link) -> None:
        """Link a person to a chat, in place of any link of that person or that chat."""
        old = (links.c.person_id == link.person_id) | (links.c.lane == link.lane)
        self._connection.execute(delete(links).where(old))
        self._connection.execute(insert(links), parameters(link))

    def by_lane(self, lanes: Iterable[bytes]) -> Link | None:
        """Return the link of a chat."""
        return _link(self._connection.execute(_LINK_BY_LANE, {"lanes": list(lanes)}).first())

    def of_person(self, person_id: bytes) -> Link | None:
        """Return the link of a person."""
        query = select(*columns_of(links, Link)).where(links.c.person_id == person_id)
        return _link(self._connection.execute(query).first())

    def all(self) -> tuple[Link, ...]:
        """Return every link."""
        return tuple(Link(**row._asdict()) for row in self._connection.execute(select(*columns_of(links, Link))))

    def mute(self, person_id: bytes, until: datetime | None) -> None:
        """Tell a person nothing until then."""
        self._connection.execute(update(links).where(links.c.person_id == person_id).values(muted_until=until))

    def remove(self, person_id: bytes) -> None:
        """Unlink a person."""
        self._connection.execute(delete(links).where(links.c.person_id == person_id))


class LinkCodes:
    """One-time codes that link a chat."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, code: LinkCode) -> None:
        """Keep a person's new code; the ones before it are void."""
        self._connection.execute(delete(link_codes).where(link_codes.c.person_id == code.person_id))
        self._connection.execute(insert(link_codes), parameters(code))

    def take(self, code_hash: bytes, now: datetime) -> bytes | None:
        """Spend a code and return its person; ``None`` where it is unknown, spent or over."""
        query = delete(link_codes).where(link_codes.c.hash == code_hash, link_codes.c.until > now)
        found: bytes | None = self._connection.execute(query.returning(link_codes.c.person_id)).scalar()
        return found

    def forget(self, now: datetime) -> None:
        """Erase codes that are over."""
        self._connection.execute(delete(link_codes).where(link_codes.c.until <= now))


def _values(person: Person) -> dict[str, object]:
    roles = ",".join(role.value for role in Role if role in person.roles)
    return parameters(person) | {"roles": roles, "languages": ",".join(person.languages)}


# Any: a row of columns of every type
def _person(row: Any) -> Person | None:
    if row is None:
        return None
    found = row._asdict()
    roles = frozenset(Role(each) for each in found["roles"].split(",") if each)
    languages = tuple(each for each in found["languages"].split(",") if each)
    return Person(**found | {"roles": roles, "languages": languages})


def _link(row: Any) -> Link | None:
    return None if row is None else Link(**row._asdict())
