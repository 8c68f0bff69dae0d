"""Opening an exported case with private keys and no server: sealed files in, the case as JSON values out.

Before: ``panoh cases export``. After: ``panoh cases open`` prints what is returned here, and the desk will show it.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any

from bot.engine.conversation import Compartment
from bot.errors import EnvelopeError, OpeningError
from bot.offline.chain import Chain, Problem, header_of, open_chain
from bot.offline.export import Entry, Export, read_export
from bot.sealing.answer import Answer
from bot.sealing.canonical import fields_of
from bot.sealing.case import CaseKeyFile
from bot.sealing.consent import ConsentChange
from bot.sealing.header import ObjectKind
from bot.sealing.keyring import Keyring
from bot.sealing.manifest import Choice, Manifest
from bot.sealing.note import Note
from bot.sealing.opening import open_sealed
from bot.sealing.receipt import fingerprint
from bot.sealing.recipients import Identity
from bot.sealing.reply import Reply

Row = dict[str, Any]
"""A JSON object that is printed."""


def open_case(directory: Path, identities: Sequence[Identity], keyring: Keyring | None = None) -> Row:
    """Return an exported case, opened with these keys.

    Of the keyring come the checks of case keys that were sealed anew and of who signed replies and notes; without one
    nothing is said about them.

    The keys of the result are those of ``panoh cases open --json``. Beyond the case itself: ``sealed`` names the
    compartments that these keys do not open; ``problems`` what is missing, swapped, foreign or not proven, by object;
    ``unproven`` holds answers that open but that no proven manifest lists; they count for nothing.

    Raises:
        EnvelopeError: there is no exported case here, or its index is damaged.
        OpeningError: none of the keys opens any compartment.
    """
    export = read_export(directory)
    chains = {each: open_chain(export, each, identities, keyring) for each in Compartment}
    opened = {each: chain for each, chain in chains.items() if chain is not None}
    if not opened:
        raise OpeningError("this case could not be opened with these keys")
    facts = opened.get(Compartment.FACTS)
    ruling = [chain.manifest for chain in opened.values() if chain.manifest]
    first = ruling[0] if ruling else None
    problems = [problem for chain in opened.values() for problem in chain.problems]
    problems += _between(export, opened)
    changes = _changes(export, facts, problems)
    return {
        "reference": export.reference,
        "conversation": first.conversation if first else "",
        "version": first.version if first else "",
        "digest": first.digest if first else "",
        "locale": first.locale if first else export.locale,
        "urgency": (first.urgency if first else "") or export.urgency,
        "reasons": list(first.reasons) if first else [],
        "flags": list(first.flags) if first else [],
        "ending": first.ending if first else "",
        "unfinished": list(first.unfinished) if first else [],
        "consents": _consents(ruling, changes),
        "answers": [row for each, chain in opened.items() for row in _rows(each, chain)],
        "attachments": [
            {"object": entry.object.hex(), "compartment": each.value}
            for each in opened
            for entry in export.of(ObjectKind.ATTACHMENT, each)
        ],
        "messages": _letters(export, ObjectKind.REPLY, facts, keyring, problems),
        "notes": _letters(export, ObjectKind.NOTE, facts, keyring, problems),
        "fingerprint": _fingerprint(facts),
        "sealed": [each.value for each, chain in chains.items() if chain is None],
        "unproven": [_words_row(each, (answer,), 0) for each, chain in opened.items() for answer in chain.unproven],
        "problems": [fields_of(problem) for problem in problems],
    }


def _rows(compartment: Compartment, chain: Chain) -> list[Row]:
    if chain.manifest is None:
        return []
    rows = [_choice_row(compartment, choice, _since_choice(chain, choice)) for choice in chain.manifest.choices]
    by_node: dict[str, list[Answer]] = {}
    for answer in chain.answers:
        by_node.setdefault(answer.node, []).append(answer)
    rows += [_words_row(compartment, answers, _since_words(chain, node)) for node, answers in by_node.items()]
    order = {node: place for place, node in enumerate(chain.manifest.nodes)}
    # A question answered by a choice and in words gives two rows, the choice first: sorting keeps that order.
    return sorted(rows, key=lambda row: order.get(row["node"], len(order)))


def _since_choice(chain: Chain, choice: Choice) -> int:
    return _since(chain, lambda manifest: choice in manifest.choices)


def _since_words(chain: Chain, node: str) -> int:
    """Return the sending from which on all that now counts as words for a question was there."""

    def listed(manifest: Manifest) -> set[bytes]:
        return {one.object for one in manifest.objects if one.node == node}

    now = listed(chain.manifest) if chain.manifest else set()
    return _since(chain, lambda manifest: now <= listed(manifest))


def _since(chain: Chain, says: Callable[[Manifest], bool]) -> int:
    """Return the number of the first manifest of the unbroken run, up to the latest, that says it."""
    run = list(takewhile(says, reversed(chain.manifests)))
    return run[-1].number if run else 0


def _choice_row(compartment: Compartment, choice: Choice, sending: int) -> Row:
    options = [pick.option for pick in choice.picks]
    return {
        "node": choice.node,
        "compartment": compartment.value,
        "kind": choice.kind,
        "value": options if choice.kind == "many" or len(options) > 1 else next(iter(options), ""),
        "labels": [pick.label for pick in choice.picks],
        "question": choice.question,
        "locale": choice.locale,
        "received_day": choice.day,
        "sending": sending,
    }


def _words_row(compartment: Compartment, parts: Sequence[Answer], sending: int) -> Row:
    parts = sorted(parts, key=lambda part: part.part)
    return {
        "node": parts[0].node,
        "compartment": compartment.value,
        "kind": parts[0].kind,
        "value": "\n".join(part.words for part in parts),
        "labels": [],
        "question": parts[0].question,
        "locale": parts[0].locale,
        "received_day": parts[0].day,
        "sending": sending,
    }


def _consents(ruling: Sequence[Manifest], changes: Sequence[ConsentChange]) -> list[Row]:
    rows = {
        consent.node: {
            "node": consent.node,
            "value": consent.option,
            "label": consent.label,
            "question": consent.question,
            "version": consent.version,
            "locale": consent.locale,
            "received_day": consent.day,
            "withdrawn_day": None,
        }
        for manifest in ruling
        for consent in manifest.consents
    }
    for change in changes:
        row = rows.get(change.node)
        if change.granted or row is None:
            rows[change.node] = {
                "node": change.node,
                "value": change.option,
                "label": "",
                "question": change.question,
                "version": change.version,
                "locale": change.locale,
                "received_day": change.day,
                "withdrawn_day": None if change.granted else change.day,
            }
        else:
            row["withdrawn_day"] = change.day
    return list(rows.values())


def _changes(export: Export, facts: Chain | None, problems: list[Problem]) -> list[ConsentChange]:
    """Return the changes since the latest manifest, which knows of those before it; a day cannot tell the two apart."""
    latest = facts.manifest.number if facts and facts.manifest else 0
    changes = []
    for entry, body, key in _opened(export, ObjectKind.CONSENT, facts, problems):
        try:
            change = ConsentChange.from_bytes(body, key.tag_key, export.case)
        except EnvelopeError:
            note = "a consent change that is not proven to be from the same person"
            problems.append(Problem(object=entry.object.hex(), problem="unproven", note=note))
            continue
        if entry.number >= latest:
            changes.append((entry.number, change))
    return [change for _, change in sorted(changes, key=lambda each: (each[0], each[1].day))]


def _letters(
    export: Export, kind: ObjectKind, facts: Chain | None, keyring: Keyring | None, problems: list[Problem]
) -> list[Row]:
    """Return replies or notes; ``signed`` is null where the author has no key in the keyring, or there is none."""
    rows = []
    for entry, body, _ in _opened(export, kind, facts, problems):
        name = entry.object.hex()
        try:
            letter = Note.from_bytes(body) if kind is ObjectKind.NOTE else Reply.from_bytes(body)
        except EnvelopeError:
            problems.append(Problem(object=name, problem="unreadable", note=f"a {kind.name.lower()} of another form"))
            continue
        members = keyring.members if keyring else ()
        verifier = next((member.verifier for member in members if member.name == letter.author), None)
        signed = letter.signed_by(verifier, export.case, bytes.fromhex(name)) if verifier else None
        row = {"author": letter.author, "received_day": letter.day, "value": letter.words, "signed": signed}
        rows.append({**row, "fingerprint": letter.fingerprint} if isinstance(letter, Reply) else row)
    return rows


def _opened(
    export: Export, kind: ObjectKind, facts: Chain | None, problems: list[Problem]
) -> Iterator[tuple[Entry, bytes, CaseKeyFile]]:
    """Yield entry, body and key of what was sealed to the facts key outside the manifests."""
    if facts is None:
        return
    for entry in export.of(kind, Compartment.FACTS):
        name, data = entry.object.hex(), export.data(entry)
        if data is None:
            problems.append(Problem(object=name, problem="missing", note=kind.name.lower()))
            continue
        try:
            yield entry, open_sealed(data, (facts.key.identity,), header_of(export, entry)), facts.key
        except EnvelopeError:
            problems.append(Problem(object=name, problem="unreadable", note=kind.name.lower()))


def _between(export: Export, opened: dict[Compartment, Chain]) -> list[Problem]:
    """Return what only shows when the whole case is looked at."""
    problems = [Problem(object=name, problem="foreign", note="not in the index") for name in export.strangers()]
    manifests = [chain.manifest for chain in opened.values() if chain.manifest]
    case = export.case.hex()
    if any(manifest.reference != export.reference for manifest in manifests):
        problems.append(Problem(object=case, problem="swapped", note="the reference is that of another case"))
    if len({chain.key.tag_key for chain in opened.values()}) > 1:
        problems.append(Problem(object=case, problem="swapped", note="the compartments are not of one case"))
    facts = opened.get(Compartment.FACTS)
    companion = facts.manifest.companion if facts and facts.manifest else None
    if companion is not None:
        beside = (export.data(entry) for entry in export.of(ObjectKind.MANIFEST, Compartment.IDENTITY))
        if all(data is None or sha256(data).digest() != companion for data in beside):
            note = "the identity manifest of the latest sending is missing or another"
            problems.append(Problem(object=case, problem="missing", note=note))
    return problems


def _fingerprint(facts: Chain | None) -> Row | None:
    if facts is None or facts.manifest is None:
        return None
    receipt = fingerprint(facts.key.tag_key, facts.manifest_sha256)
    return {"en": receipt.words("en"), "ru": receipt.words("ru"), "digits": receipt.digits()}
