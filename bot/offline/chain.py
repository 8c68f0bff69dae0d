"""One compartment of an exported case: its key, its manifests in order, its answers, and what is wrong with them.

Every doubt is a ``Problem`` with a name, never a silent gap; what remains is still read, because somebody may be in
danger. Nothing without the right tag is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from hashlib import sha256

from bot.engine.conversation import Compartment
from bot.errors import EnvelopeError
from bot.offline.export import Entry, Export
from bot.sealing.answer import Answer
from bot.sealing.case import CaseKeyFile
from bot.sealing.header import NO_HASH, Header, ObjectKind
from bot.sealing.keyring import Keyring
from bot.sealing.layout import stanza_count
from bot.sealing.manifest import Listed, Manifest
from bot.sealing.opening import open_after_gap, open_sealed
from bot.sealing.proofs import Rewrap
from bot.sealing.recipients import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with one object.

    Missing, swapped, foreign, unreadable, unproven, keys (too few of them, or not signed as it says); or
    ``author_gone``, which is named and stops nothing: whoever sealed the case key anew is not in the keyring any more.
    """

    object: str
    problem: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What one compartment says. ``manifest`` is the latest that is proven; ``unproven`` answers no manifest lists."""

    key: CaseKeyFile = field(repr=False)
    manifest: Manifest | None
    manifest_sha256: bytes = NO_HASH
    manifests: tuple[Manifest, ...] = field(default=(), repr=False)
    """All that are proven, in order."""
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    unproven: tuple[Answer, ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = ()


def header_of(export: Export, entry: Entry, *, prev: bytes = NO_HASH) -> Header:
    """Return the place that an entry of the index claims."""
    return Header(
        kind=entry.kind,
        deployment=export.deployment,
        case=export.case,
        object=entry.object,
        seq=entry.number,
        prev=prev,
    )


def open_chain(
    export: Export, compartment: Compartment, identities: Sequence[Identity], keyring: Keyring | None
) -> Chain | None:
    """Open one compartment; ``None`` when none of the keys opens any of its case-key files.

    Without a keyring, nothing is said about who sealed a case-key file anew.
    """
    problems: list[Problem] = []
    key = _case_key(export, compartment, identities, keyring, problems)
    if key is None:
        return None
    manifests = _manifests(export, compartment, key, problems)
    listed = {one.object: one for _, manifest in manifests for one in manifest.objects}
    latest_hash, latest = manifests[-1] if manifests else (NO_HASH, None)
    counted = {one.object for one in latest.objects} if latest else set()
    found = {entry.object: entry for entry in export.of(ObjectKind.ANSWER, compartment)}
    answers = [_answer(export, key, found.get(one.object), one, problems) for one in latest.objects] if latest else []
    unproven = []
    for name, entry in found.items():
        if name not in listed and name not in counted:
            problems.append(Problem(object=name.hex(), problem="foreign", note="no proven manifest lists it"))
            unproven.append(_opened(export, key, entry))
    return Chain(
        key=key,
        manifest=latest,
        manifest_sha256=latest_hash,
        manifests=tuple(manifest for _, manifest in manifests),
        answers=tuple(answer for answer in answers if answer is not None),
        unproven=tuple(answer for answer in unproven if answer is not None),
        problems=tuple(problems),
    )


class _Standing(Enum):
    """What is known of who sealed a case-key file: nobody signs the first version, and without a keyring none is."""

    HOLDS = auto()
    GONE = auto()
    WRONG = auto()


def _case_key(
    export: Export,
    compartment: Compartment,
    identities: Sequence[Identity],
    keyring: Keyring | None,
    problems: list[Problem],
) -> CaseKeyFile | None:
    """Return the newest key that nothing speaks against; where there is none, the newest that opens at all."""
    doubted: CaseKeyFile | None = None
    for entry in reversed(export.of(ObjectKind.CASE_KEY, compartment)):
        data = export.data(entry)
        if data is None:
            problems.append(_problem(entry, "missing", "the case-key file is not there"))
            continue
        try:
            file = CaseKeyFile.from_text(open_sealed(data, identities, header_of(export, entry)))
            count = stanza_count(data)
        except EnvelopeError:
            continue
        if (file.deployment, file.case, file.compartment) != (export.deployment, export.case, compartment):
            problems.append(_problem(entry, "swapped", "this case key belongs to another place"))
            continue
        if count != file.recipients:
            note = f"sealed to {file.recipients} keys, holds {count}: somebody was locked out"
            problems.append(_problem(entry, "keys", note))
        standing, author = _standing(export, entry, data, keyring)
        if standing is _Standing.HOLDS:
            return file
        note = f"version {entry.number} is not signed by a member of the keyring"
        if standing is _Standing.GONE:
            if _manifests(export, compartment, file, []):
                gone = f"sealed anew by {author}, who is not in the keyring any more, or has another key now"
                problems.append(_problem(entry, "author_gone", gone))
                return file
            note = f"version {entry.number} is signed by nobody in the keyring, and proves no manifest"
        problems.append(_problem(entry, "keys", note))
        doubted = doubted or file
    return doubted


def _standing(export: Export, entry: Entry, data: bytes, keyring: Keyring | None) -> tuple[_Standing, str]:
    """Return whether this file is signed as it says, and by whom.

    Where the file was sealed to this very keyring, its author had the key that stands in it. Where it was sealed to an
    older one, a signature that does not hold may be by the key of then: old keyrings are not kept, so nobody can tell.
    """
    if keyring is None or entry.number == 1:
        return _Standing.HOLDS, ""
    said = next((each for each in export.rewraps if (each.object, each.version) == (entry.object, entry.number)), None)
    if said is None:
        return _Standing.WRONG, ""
    signed = Rewrap(
        case=export.case,
        compartment=entry.compartment,
        object=entry.object,
        version=said.version,
        serial=said.serial,
    )
    member = next((each for each in keyring.members if each.name == said.author), None)
    if member is not None and member.verifier.accepts(signed.message(data), said.signature):
        return _Standing.HOLDS, said.author
    return (_Standing.GONE if said.serial < keyring.serial else _Standing.WRONG), said.author


def _manifests(
    export: Export, compartment: Compartment, key: CaseKeyFile, problems: list[Problem]
) -> list[tuple[bytes, Manifest]]:
    """Return the proven manifests with the hashes of their files, in order."""
    proven: list[tuple[bytes, Manifest]] = []
    due, prev = 1, NO_HASH
    for entry in export.of(ObjectKind.MANIFEST, compartment):
        data = export.data(entry)
        if data is None:
            problems.append(_problem(entry, "missing", f"manifest {entry.number} is not there"))
            continue
        try:
            named, body = open_after_gap(data, (key.identity,), header_of(export, entry))
        except EnvelopeError:
            problems.append(_problem(entry, "unreadable", f"manifest {entry.number} does not open in its place"))
            continue
        try:
            manifest = Manifest.from_bytes(body, key.tag_key)
        except EnvelopeError:
            note = f"manifest {entry.number} is not proven to be from the same person"
            problems.append(_problem(entry, "unproven", note))
            continue
        if (manifest.deployment, manifest.case, manifest.compartment, manifest.number, manifest.previous) != (
            export.deployment,
            export.case,
            compartment,
            entry.number,
            named,
        ):
            problems.append(_problem(entry, "swapped", f"manifest {entry.number} belongs to another place"))
            continue
        if entry.number > due:
            missing = f"{due}" if entry.number == due + 1 else f"{due} to {entry.number - 1}"
            problems.append(_problem(entry, "missing", f"before this manifest, number {missing} is missing"))
        elif entry.number < due or named != prev:
            problems.append(_problem(entry, "swapped", f"manifest {entry.number} does not follow the one before"))
        due, prev = entry.number + 1, sha256(data).digest()
        proven.append((prev, manifest))
    if not proven:
        problems.append(Problem(object=export.case.hex(), problem="missing", note=f"{compartment}: no proven manifest"))
    return proven


def _answer(
    export: Export, key: CaseKeyFile, entry: Entry | None, listed: Listed, problems: list[Problem]
) -> Answer | None:
    name, place = listed.object.hex(), f"{listed.node}, part {listed.part}"
    data = export.data(entry) if entry else None
    if entry is None or data is None:
        problems.append(Problem(object=name, problem="missing", note=place))
        return None
    if sha256(data).digest() != listed.sha256:
        problems.append(Problem(object=name, problem="swapped", note=f"{place}: another file under its name"))
        return None
    answer = _opened(export, key, entry)
    if answer is None or (answer.node, answer.part) != (listed.node, listed.part):
        problems.append(Problem(object=name, problem="unreadable", note=place))
        return None
    return answer


def _opened(export: Export, key: CaseKeyFile, entry: Entry) -> Answer | None:
    data = export.data(entry)
    try:
        return Answer.from_bytes(open_sealed(data or b"", (key.identity,), header_of(export, entry)))
    except EnvelopeError:
        return None


def _problem(entry: Entry, problem: str, note: str) -> Problem:
    return Problem(object=entry.object.hex(), problem=problem, note=note)
