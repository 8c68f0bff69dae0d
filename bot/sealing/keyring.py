"""The signed list of staff keys: read strictly, checked against the pinned root, asked for recipients.

Signing lives in ``bot.offline``. Format: ``docs/sealed-format.md`` section 10.
Rules: nothing of a keyring is used before its signature holds; the serial never decreases; a keyring never outlives
a key in it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.engine.conversation import Compartment
from bot.errors import KeyFileError, KeyringError
from bot.sealing.canonical import MalformedError, Record, decode, encode
from bot.sealing.recipients import Recipient
from bot.sealing.signing import Verifier

FILE_LIMIT = 1_048_576
MEMBERS_LIMIT = 64
LONGEST = timedelta(days=366)
GRACE = timedelta(days=14)
"""How long intake goes on after ``not_after``, warning (``objects.md`` 5)."""
NAME = re.compile(r"[^\W_](?:[\w .-]{0,62}[\w.])?")

CARD_FORMAT = "panoh card 1"
_CARD_LABEL = b"panoh card 1\n"
_LABEL = b"panoh keyring 1\n"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Role(StrEnum):
    """What a member's key is for."""

    REVIEWER = "reviewer"
    RECOVERY = "recovery"


class Standing(StrEnum):
    """Where a moment lies in a keyring's validity."""

    EARLY = "early"
    VALID = "valid"
    GRACE = "grace"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A staff key: whose, for which compartments, until when."""

    name: str
    role: Role
    compartments: tuple[Compartment, ...]
    recipient: Recipient
    verifier: Verifier
    not_after: datetime

    @property
    def fingerprint(self) -> str:
        """Return 64 hex letters that stand for the whole card: what is compared by voice before it is signed."""
        return sha256(_CARD_LABEL + encode(self.fields())).hexdigest()

    def fields(self) -> dict[str, object]:
        """Return the member as JSON values."""
        return {
            "name": self.name,
            "role": self.role.value,
            "compartments": [compartment.value for compartment in self.compartments],
            "recipient": self.recipient.text,
            "verifier": self.verifier.text,
            "not_after": time_text(self.not_after),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """Whom answers are sealed to. ``deployment`` is 16 bytes, bound into every sealed object."""

    serial: int
    deployment: bytes
    not_before: datetime
    not_after: datetime
    members: tuple[Member, ...]

    def recipients(self, compartment: Compartment) -> tuple[Recipient, ...]:
        """Return the keys of a compartment, in the order of names."""
        return tuple(member.recipient for member in self.members if compartment in member.compartments)

    def standing(self, now: datetime) -> Standing:
        """Return where ``now`` lies: new drafts need VALID or GRACE."""
        if now < self.not_before:
            return Standing.EARLY
        if now <= self.not_after:
            return Standing.VALID
        return Standing.GRACE if now <= self.not_after + GRACE else Standing.EXPIRED

    def days_left(self, now: datetime) -> int:
        """Return whole days until ``not_after``; negative afterwards."""
        return (self.not_after - now).days

    def fields(self) -> dict[str, object]:
        """Return the keyring as JSON values."""
        return {
            "format": 1,
            "serial": self.serial,
            "deployment": self.deployment.hex(),
            "not_before": time_text(self.not_before),
            "not_after": time_text(self.not_after),
            "members": [member.fields() for member in self.members],
        }

    def message(self) -> bytes:
        """Return the bytes that the root signs."""
        return _LABEL + encode(self.fields())


def read_keyring(data: bytes, root_fingerprint: str, now: datetime, *, lowest_serial: int = 0) -> Keyring:
    """Read a keyring file and decide whether it may be used now.

    Raises:
        KeyringError: says in one line whether it is damaged, of another root, unsigned, early, expired, older than
            one that was used before, or incomplete.
    """
    keyring = read_unlimited(data, root_fingerprint)
    match keyring.standing(now):
        case Standing.EARLY:
            raise KeyringError(f"the keyring is not valid before {time_text(keyring.not_before)}: check the clock")
        case Standing.EXPIRED:
            raise KeyringError(f"the keyring expired on {time_text(keyring.not_after)}: have a new one signed")
        case Standing.VALID | Standing.GRACE:
            pass
    if keyring.serial < lowest_serial:
        raise KeyringError(f"the keyring has serial {keyring.serial}, but {lowest_serial} was used before it")
    return keyring


def read_unlimited(data: bytes, root_fingerprint: str) -> Keyring:
    """Read a keyring file whatever the time: for lists and for signing the next one.

    Raises:
        KeyringError: damaged, of another root, unsigned or incomplete.
    """
    try:
        record = decode(data.removesuffix(b"\n"), FILE_LIMIT)
        root = Verifier.parse(record.text("root", 4_096))
        signature = record.text("signature", 8_192)
        keyring = record.inner("keyring", _keyring)
        record.close()
    except (MalformedError, KeyFileError) as error:
        raise KeyringError(f"this is not a keyring of ours: {error}") from None
    if root.fingerprint != root_fingerprint.strip().lower():
        raise KeyringError("the keyring is signed by another root than the pinned one")
    if not root.accepts(keyring.message(), signature):
        raise KeyringError("the keyring's signature does not hold: fetch it again")
    check(keyring)
    return keyring


def check(keyring: Keyring) -> None:
    """Refuse a keyring that must not be signed or used.

    Raises:
        KeyringError: names the rule that is broken.
    """
    names = [member.name for member in keyring.members]
    if names != sorted(set(names)) or not all(NAME.fullmatch(name) for name in names):
        raise KeyringError("names in a keyring are different from each other and of letters, digits, spaces, . and -")
    if not keyring.not_before < keyring.not_after <= keyring.not_before + LONGEST:
        raise KeyringError("a keyring is valid for at most 366 days")
    if any(member.not_after < keyring.not_after for member in keyring.members):
        raise KeyringError("a keyring never outlives a key in it: renew the key or shorten the keyring")
    if len({member.recipient for member in keyring.members}) != len(names):
        raise KeyringError("two members have the same key")
    for compartment in Compartment:
        if not any(member.role is Role.REVIEWER for member in _in(keyring.members, compartment)):
            raise KeyringError(f"nobody could read the compartment {compartment.value}: add a reviewer")
    everything = set(Compartment)
    if not any(m.role is Role.RECOVERY and set(m.compartments) == everything for m in keyring.members):
        raise KeyringError("a recovery key for both compartments is required: panoh keys new --recovery")


def time_text(moment: datetime) -> str:
    """Return a time as the format writes it."""
    return moment.astimezone(UTC).strftime(_TIME)


def parse_time(text: str) -> datetime:
    """Read a time of the format.

    Raises:
        MalformedError: another form.
    """
    try:
        moment = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        raise MalformedError("a time is written 2026-11-23T08:00:00Z") from None
    if time_text(moment) != text:
        raise MalformedError("a time is written 2026-11-23T08:00:00Z")
    return moment


def card_file(member: Member) -> bytes:
    """Return a member as the file that travels to the holder of the root (``docs/sealed-format.md`` section 12)."""
    return encode({"format": CARD_FORMAT, **member.fields()}) + b"\n"


def read_member(record: Record) -> Member:
    """Read a member's fields.

    Raises:
        MalformedError: names the field.
        KeyFileError: a key is not one.
    """
    return Member(
        name=record.text("name", 64),
        role=Role(record.one_of("role", tuple(Role))),
        compartments=_compartments(record.texts("compartments", len(Compartment))),
        recipient=Recipient.parse(record.text("recipient", 2_048)),
        verifier=Verifier.parse(record.text("verifier", 4_096)),
        not_after=parse_time(record.text("not_after")),
    )


def _keyring(record: Record) -> Keyring:
    if record.number("format") != 1:
        raise MalformedError("format: 1")
    return Keyring(
        serial=record.number("serial"),
        deployment=record.hex("deployment", 16),
        not_before=parse_time(record.text("not_before")),
        not_after=parse_time(record.text("not_after")),
        members=record.each("members", read_member, MEMBERS_LIMIT),
    )


def _compartments(names: Sequence[str]) -> tuple[Compartment, ...]:
    known = tuple(compartment for compartment in Compartment if compartment.value in names)
    if not known or tuple(known) != tuple(names):
        raise MalformedError("compartments: facts, identity or both, in this order")
    return known


def _in(members: Sequence[Member], compartment: Compartment) -> list[Member]:
    return [member for member in members if compartment in member.compartments]
