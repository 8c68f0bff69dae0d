"""Made-up keys and cases for the tests of sealing and offline, and the reader of vector files."""

import zlib
from datetime import UTC, datetime, timedelta
from os import urandom
from pathlib import Path

from bot.engine.conversation import Compartment
from bot.sealing.canonical import encode
from bot.sealing.header import Header, ObjectKind
from bot.sealing.keyring import Keyring, Member, Role
from bot.sealing.recipients import Identity, new_identity
from bot.sealing.signing import Signer

VECTORS = Path(__file__).parent / "vectors"
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
YEAR = timedelta(days=365)
DEPLOYMENT = bytes(range(16))
CASE = bytes(range(16, 32))
OBJECT = bytes(range(32, 48))
BOTH = (Compartment.FACTS, Compartment.IDENTITY)


def header(**fields: object) -> Header:
    """Return a header of an answer, with some fields changed."""
    place: dict[str, object] = {
        "kind": ObjectKind.ANSWER,
        "deployment": DEPLOYMENT,
        "case": CASE,
        "object": OBJECT,
        **fields,
    }
    return Header(**place)  # type: ignore[arg-type]  # a table of fields, checked by the header itself


def member(name: str, identity: Identity, **fields: object) -> Member:
    """Return a member of both compartments, with some fields changed."""
    place: dict[str, object] = {
        "name": name,
        "role": Role.REVIEWER,
        "compartments": BOTH,
        "recipient": identity.recipient,
        "verifier": Signer(identity.seed).verifier,
        "not_after": NOW + YEAR,
        **fields,
    }
    return Member(**place)  # type: ignore[arg-type]  # a table of fields, checked by the keyring


def keyring(*members: Member, **fields: object) -> Keyring:
    """Return a keyring of these members and a recovery key."""
    spare = member("recovery", new_identity(urandom), role=Role.RECOVERY)
    place: dict[str, object] = {
        "serial": 3,
        "deployment": DEPLOYMENT,
        "not_before": NOW - timedelta(hours=8),
        "not_after": NOW + timedelta(days=300),
        "members": tuple(sorted((*members, spare), key=lambda each: each.name)),
        **fields,
    }
    return Keyring(**place)  # type: ignore[arg-type]  # a table of fields, checked by the keyring


def signed(ring: Keyring, root: Signer) -> bytes:
    """Return a keyring file without asking whether it should be signed."""
    fields = {"keyring": ring.fields(), "root": root.verifier.text, "signature": root.sign(ring.message())}
    return encode(fields) + b"\n"


def vector(path: Path) -> tuple[dict[str, str], bytes]:
    """Return the fields and the bytes of a vector file (the form of C2SP CCTV)."""
    head, _, data = path.read_bytes().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
    return fields, zlib.decompress(data) if fields.get("compressed") == "zlib" else data
