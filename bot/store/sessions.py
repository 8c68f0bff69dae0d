"""Sessions, passkeys and challenges of people who sign in. Tokens and challenges are known by their hashes only."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.store.rows import columns_of, parameters
from bot.store.schema_staff import passkeys, sessions, sign_ins
from bot.store.staff_values import Passkey, Session

_BY_TOKEN = select(*columns_of(sessions, Session)).where(sessions.c.token_hash == bindparam("at_hash"))
_OF_PERSON = (
    select(*columns_of(sessions, Session))
    .where(sessions.c.person_id == bindparam("at_id"))
    .order_by(sessions.c.created_at, sessions.c.id)
)
_PASSKEYS = select(*columns_of(passkeys, Passkey)).where(passkeys.c.person_id == bindparam("at_id"))


class Sessions:
    """Who is signed in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        """Begin a session."""
        self._connection.execute(insert(sessions), parameters(session))

    def by_token(self, token_hash: bytes) -> Session | None:
        """Return the session of a token; the caller compares its end with the time."""
        row = self._connection.execute(_BY_TOKEN, {"at_hash": token_hash}).first()
        return None if row is None else Session(**row._asdict())

    def of_person(self, person_id: bytes) -> tuple[Session, ...]:
        """Return a person's sessions, the oldest first."""
        return tuple(Session(**row._asdict()) for row in self._connection.execute(_OF_PERSON, {"at_id": person_id}))

    def seen(self, session_id: bytes, at: datetime) -> None:
        """Note that a session was used."""
        self._connection.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=at))

    def end(self, session_id: bytes, person_id: bytes) -> bool:
        """End one of a person's sessions; false where it is not theirs."""
        query = delete(sessions).where(sessions.c.id == session_id, sessions.c.person_id == person_id)
        return self._connection.execute(query).rowcount == 1

    def end_all(self, person_id: bytes) -> int:
        """End a person's sessions; returns how many."""
        return self._connection.execute(delete(sessions).where(sessions.c.person_id == person_id)).rowcount

    def forget(self, now: datetime) -> None:
        """Erase sessions that are over."""
        self._connection.execute(delete(sessions).where(sessions.c.ends_at <= now))


class Passkeys:
    """The public halves of passkeys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, passkey: Passkey) -> None:
        """Keep a passkey; an id that exists fails the turn."""
        self._connection.execute(insert(passkeys), parameters(passkey))

    def of_person(self, person_id: bytes) -> tuple[Passkey, ...]:
        """Return a person's passkeys."""
        return tuple(Passkey(**row._asdict()) for row in self._connection.execute(_PASSKEYS, {"at_id": person_id}))

    def counted(self, passkey_id: bytes, sign_count: int) -> None:
        """Note the counter of its last use."""
        self._connection.execute(update(passkeys).where(passkeys.c.id == passkey_id).values(sign_count=sign_count))

    def remove_all(self, person_id: bytes) -> None:
        """Erase a person's passkeys."""
        self._connection.execute(delete(passkeys).where(passkeys.c.person_id == person_id))


class SignIns:
    """Challenges that wait for their answer; each is good for one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, challenge_hash: bytes, until: datetime) -> None:
        """Keep a challenge."""
        self._connection.execute(insert(sign_ins), {"challenge_hash": challenge_hash, "until": until})

    def take(self, challenge_hash: bytes, now: datetime) -> bool:
        """Spend a challenge; false where it is unknown, spent or over."""
        query = delete(sign_ins).where(sign_ins.c.challenge_hash == challenge_hash, sign_ins.c.until > now)
        return self._connection.execute(query).rowcount == 1

    def forget(self, now: datetime) -> None:
        """Erase challenges that are over."""
        self._connection.execute(delete(sign_ins).where(sign_ins.c.until <= now))
