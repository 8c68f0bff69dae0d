"""Made-up cases and keys as the desk meets them: the server's answers, the keyring, the reader."""

from os import urandom
from pathlib import Path
from typing import Any

from bot.engine.conversation import Compartment, Level
from bot.ids import CaseId, ObjectId, Reference
from bot.offline.cases import open_case
from bot.sealing.keyring import Keyring
from bot.sealing.recipients import Identity, new_identity
from bot.sealing.signing import Signer
from bot.store.database import Database
from bot.store.values import ObjectState
from tests.desk.library import Job, text
from tests.made_up import call, sealed, submitted
from tests.offline.made_case import MadeCase
from tests.sealing.made import NOW, keyring, member, signed

ROOT = Signer(bytes(range(32)))
PIN = ROOT.verifier.fingerprint
READER, LEAD = new_identity(urandom), new_identity(urandom)
RING = keyring(member("Reader", READER), member("Lead", LEAD))
ANSWERS = 8
"""Answers of a full case beside the four that every made-up case has."""
TRUST = {"keyring": text(signed(RING, ROOT)), "root": PIN, "now": NOW.isoformat()}


def made_case(directory: Path, reader: Identity | None = None, **place: Any) -> MadeCase:
    """Return a case with some answers in both compartments, not yet sent; with a reader, sealed to that one alone."""
    directory.mkdir(parents=True, exist_ok=True)
    keys: dict[str, Any] = {} if reader is None else {"facts": reader, "identity": reader}
    made = MadeCase(directory, **keys, **place)
    made.answer("Задержали вчера", node="F1")
    made.answer("second part", node="F2", part=1)
    made.answer("first part", node="F2", part=0)
    made.answer("@made_up_handle", node="E4", compartment=Compartment.IDENTITY)
    return made


def full_case(directory: Path, reader: Identity, **place: Any) -> MadeCase:
    """Return a case of sixteen files that was sent, as one is whose writer said a good deal."""
    made = made_case(directory, reader, **place)
    for number in range(ANSWERS):
        made.answer(f"visibly made up, {number}", node=f"Q{number}")
    made.send()
    return made


def put_into(database: Database, made: MadeCase) -> None:
    """Put a case that was sent into a database, as it arrives there."""
    new = submitted(database, id=CaseId(made.case), reference=Reference(made.reference), urgency=Level.CRITICAL)
    for entry in made.index:
        name = ObjectId(bytes.fromhex(entry["object"]))
        values = {each: entry[each] for each in ("kind", "compartment", "number")}
        data = made.file(name).read_bytes()
        call(database, "objects.put", sealed(new.id, id=name, data=data, state=ObjectState.SENT, **values))


def answers_of(made: MadeCase, *compartments: Compartment, **fields: object) -> dict[str, Any]:
    """Return what the server answers about a case, with the sealed files of these compartments."""
    own = {"reference": made.reference, "case": made.case.hex(), "deployment": made.deployment.hex()}
    place: dict[str, Any] = {**own, **fields}
    answer = {
        "case": {"reference": place["reference"], "urgency": "routine", "locale": "ru"},
        "id": place["case"],
        "deployment": place["deployment"],
        "index": [{**entry, "size": 4_096} for entry in made.index],
        "rewraps": place.get("rewraps", []),
    }
    return {"answer": answer, **{each.value: _files(made, each) for each in compartments or tuple(Compartment)}}


def _files(made: MadeCase, compartment: Compartment) -> dict[str, Any]:
    known = {entry["object"]: entry["compartment"] for entry in made.index}
    # What the index does not know comes with the facts.
    return {
        "objects": [
            {"object": path.stem, "data": text(path.read_bytes())}
            for path in sorted(made.directory.glob("*.age"))
            if known.get(path.stem, Compartment.FACTS) == compartment
        ]
    }


def seeds(*identities: Identity) -> list[str]:
    """Return private keys as a job carries them."""
    return [text(identity.seed) for identity in identities]


def case_job(made: MadeCase, *identities: Identity, trust: bool = True, **fields: object) -> Job:
    """Return the job of opening a case."""
    return {"op": "case", "case": answers_of(made, **fields), "seeds": seeds(*identities), **(TRUST if trust else {})}


def offline(made: MadeCase, *identities: Identity, ring: Keyring | None = RING, **fields: object) -> dict[str, Any]:
    """Return the same case as the Python program opens it."""
    return open_case(made.write(**fields), identities, ring)
