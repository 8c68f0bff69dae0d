"""What can happen to a made-up case between the person and the desk: each function does one thing and says its name.

What it returns are the fields of the server's word that change with it.
"""

from collections.abc import Callable
from dataclasses import replace
from os import urandom
from typing import Any

from bot.engine.conversation import Compartment
from bot.sealing.case import CaseKeyFile
from bot.sealing.envelope import seal
from bot.sealing.header import Header, ObjectKind
from bot.sealing.manifest import Manifest
from bot.sealing.note import Note
from bot.sealing.opening import open_sealed
from bot.sealing.proofs import Rewrap
from bot.sealing.recipients import Identity, new_identity
from bot.sealing.reply import Reply
from bot.sealing.signing import Signer
from tests.desk.made_desk import LEAD, READER
from tests.offline.made_case import DAY, MadeCase
from tests.sealing.made import CASE, DEPLOYMENT

FACTS, IDENTITY = Compartment.FACTS, Compartment.IDENTITY
Row = dict[str, Any]
Change = Callable[[MadeCase], Row]


def nothing(case: MadeCase) -> Row:
    return {}


def a_later_sending(case: MadeCase) -> Row:
    case.listed[FACTS] = case.listed[FACTS][1:]
    case.answer("Задержали позавчера", node="F1")
    case.answer("another section", node="C1")
    case.send(urgency="high")
    return {}


def an_answer_is_missing(case: MadeCase) -> Row:
    case.file(case.listed[FACTS][0].object).unlink()
    return {}


def an_answer_is_not_in_the_index(case: MadeCase) -> Row:
    lost = case.listed[FACTS][0].object.hex()
    case.index = [entry for entry in case.index if entry["object"] != lost]
    return {}


def answers_are_swapped(case: MadeCase) -> Row:
    one, other = (case.file(listed.object) for listed in case.listed[FACTS][:2])
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return {}


def an_answer_is_foreign(case: MadeCase) -> Row:
    case.answer("put in by somebody else")
    return {}


def a_file_is_foreign(case: MadeCase) -> Row:
    (case.directory / f"{'ab' * 16}.age").write_bytes(b"made up")
    return {}


def a_manifest_has_another_tag(case: MadeCase) -> Row:
    case.send(tag_key=bytes(32), urgency="routine")
    return {}


def no_manifest_is_proven(case: MadeCase) -> Row:
    case.index = [entry for entry in case.index if entry["kind"] != "manifest" or entry["compartment"] != FACTS]
    return {}


def manifests_are_missing(case: MadeCase) -> Row:
    case.send()
    names = [entry["object"] for entry in case.index if entry["kind"] == "manifest"]
    case.send()
    case.index = [entry for entry in case.index if entry["object"] not in names]
    for name in names:
        case.file(bytes.fromhex(name)).unlink()
    return {}


def a_manifest_is_a_file_of_nothing(case: MadeCase) -> Row:
    entry = next(entry for entry in case.index if entry["kind"] == "manifest")
    case.file(bytes.fromhex(entry["object"])).write_bytes(b"not a sealed file")
    return {}


def manifests_are_reordered(case: MadeCase) -> Row:
    case.send()
    for compartment in Compartment:
        one, other = (e for e in case.index if e["kind"] == "manifest" and e["compartment"] == compartment)
        one["number"], other["number"] = other["number"], one["number"]
    return {}


def manifests_lie_in_each_other_s_place(case: MadeCase) -> Row:
    case.send()
    one, other = (
        case.file(bytes.fromhex(e["object"]))
        for e in case.index
        if e["kind"] == "manifest" and e["compartment"] == FACTS
    )
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return {}


def manifests_say_another_place_than_their_header(case: MadeCase) -> Row:
    """Make manifests 2 to 6 of the facts, rightly tagged and in their place, each naming a wrong one inside."""
    first = next(e for e in case.index if e["kind"] == "manifest" and e["compartment"] == FACTS)
    name = bytes.fromhex(first["object"])
    place = Header(kind=ObjectKind.MANIFEST, deployment=DEPLOYMENT, case=CASE, object=name, seq=1)
    body = open_sealed(case.file(name).read_bytes(), [case.keys.facts], place)
    manifest = Manifest.from_bytes(body, case.keys.tag_key)
    prev = case.previous[FACTS]
    wrong: list[Row] = [
        {"previous": bytes(32)},
        {"number": 9},
        {"compartment": IDENTITY},
        {"case": bytes(16)},
        {"deployment": bytes(range(1, 17))},
    ]
    for number, change in enumerate(wrong, start=2):
        name = urandom(16)
        place = Header(kind=ObjectKind.MANIFEST, deployment=DEPLOYMENT, case=CASE, object=name, seq=number, prev=prev)
        inside = replace(manifest, **{"number": number, "previous": prev, "urgency": "routine", **change})
        data = seal(place, inside.to_bytes(case.keys.tag_key), [case.keys.keys.facts], urandom)
        case.add(name, "manifest", FACTS, data, number=number)
    return {}


def a_second_chain(case: MadeCase) -> Row:
    case.previous = dict.fromkeys(Compartment, b"\x09" * 32)
    case.send()
    return {}


def the_identity_manifest_is_held_back(case: MadeCase) -> Row:
    held = [e["object"] for e in case.index if e["kind"] == "manifest" and e["compartment"] == IDENTITY]
    case.index = [entry for entry in case.index if entry["object"] not in held]
    for name in held:
        case.file(bytes.fromhex(name)).unlink()
    return {}


def the_reference_is_another(case: MadeCase) -> Row:
    return {"reference": "PN-1111-TEST"}


def consents_change(case: MadeCase) -> Row:
    case.change("L2", granted=False, day="2026-11-24")
    case.change("L0", granted=False, day="2026-11-24", after=0)
    case.change("L5", granted=True, day="2026-11-25")
    case.change("L5", granted=False, day="2026-11-24")
    case.change("L6", granted=False, day="2026-11-24")
    return {}


def a_consent_is_given_again_on_the_same_day(case: MadeCase) -> Row:
    case.change("L2", granted=False, day=DAY)
    case.change("L6", granted=True, day=DAY)
    case.send()
    case.change("L0", granted=False, day=DAY)
    return {}


def a_consent_change_is_forged(case: MadeCase) -> Row:
    case.change("L0", granted=False, day="2026-11-24", tag_key=bytes(32))
    case.change("L9", granted=True, day="2026-11-24", tag_key=bytes(32))
    return {}


def letters(case: MadeCase) -> Row:
    for author, signer in (("Reader", READER), ("Lead", READER), ("Gone", LEAD)):
        for kind in (ObjectKind.REPLY, ObjectKind.NOTE):
            name = urandom(16)
            place = Header(kind=kind, deployment=DEPLOYMENT, case=CASE, object=name)
            words = f"made up, by {author}\nsecond line"
            body = (
                Reply(author=author, day="2026-11-25", words=words, fingerprint="0001").signed(
                    Signer(signer.seed), CASE, name
                )
                if kind is ObjectKind.REPLY
                else Note(author=author, day="2026-11-25", words=words).signed(Signer(signer.seed), CASE, name)
            )
            data = seal(place, body.to_bytes(), [case.keys.keys.facts], urandom)
            case.add(name, kind.name.lower(), FACTS, data)
    return {}


def letters_that_are_none(case: MadeCase) -> Row:
    for kind in (ObjectKind.REPLY, ObjectKind.NOTE, ObjectKind.CONSENT):
        name = urandom(16)
        place = Header(kind=kind, deployment=DEPLOYMENT, case=CASE, object=name)
        case.add(name, kind.name.lower(), FACTS, seal(place, b"{}", [case.keys.keys.facts], urandom))
        moved = urandom(16)
        case.add(moved, kind.name.lower(), FACTS, seal(place, b"{}", [case.keys.keys.facts], urandom))
        case.file(case.add(urandom(16), kind.name.lower(), FACTS, b"")).unlink()
    return {}


def sealed_anew(
    case: MadeCase,
    *,
    author: str,
    signer: Signer,
    recipients: int = 1,
    serial: int = 3,
    identity: Identity | None = None,
) -> Row:
    """Seal the facts key anew, or another one in its place; ``serial`` is that of the keyring it was sealed to."""
    file = CaseKeyFile(
        deployment=DEPLOYMENT,
        case=CASE,
        compartment=FACTS,
        recipients=recipients,
        tag_key=case.keys.tag_key if identity is None else urandom(32),
        identity=identity or case.keys.facts,
    )
    name = urandom(16)
    place = Header(kind=ObjectKind.CASE_KEY, deployment=DEPLOYMENT, case=CASE, object=name, seq=2)
    data = seal(place, file.to_text().encode(), [case.facts.recipient], urandom)
    case.add(name, "case_key", FACTS, data, number=2)
    claim = Rewrap(case=CASE, compartment=FACTS, object=name, version=2, serial=serial)
    signature = signer.sign(claim.message(data))
    return {
        "rewraps": [{"object": name.hex(), "version": 2, "serial": serial, "author": author, "signature": signature}]
    }


def a_case_key_is_sealed_anew(case: MadeCase) -> Row:
    return sealed_anew(case, author="Lead", signer=Signer(LEAD.seed))


def a_case_key_is_sealed_anew_by_somebody_else(case: MadeCase) -> Row:
    return sealed_anew(case, author="Lead", signer=Signer(READER.seed))


def a_case_key_is_sealed_anew_and_nobody_signed(case: MadeCase) -> Row:
    sealed_anew(case, author="Lead", signer=Signer(LEAD.seed))
    return {}


def a_case_key_is_sealed_anew_by_somebody_who_left(case: MadeCase) -> Row:
    return sealed_anew(case, author="Gone", signer=Signer(new_identity(urandom).seed), serial=2)


def a_case_key_is_sealed_anew_by_somebody_whose_key_was_renewed(case: MadeCase) -> Row:
    return sealed_anew(case, author="Lead", signer=Signer(new_identity(urandom).seed), serial=2)


def a_key_that_proves_nothing_is_signed_by_somebody_who_left(case: MadeCase) -> Row:
    stranger = Signer(new_identity(urandom).seed)
    return sealed_anew(case, author="Gone", signer=stranger, serial=2, identity=new_identity(urandom))


def a_key_that_proves_nothing_is_signed_by_nobody(case: MadeCase) -> Row:
    sealed_anew(case, author="Lead", signer=Signer(LEAD.seed), identity=new_identity(urandom))
    return {}


def somebody_is_locked_out(case: MadeCase) -> Row:
    return sealed_anew(case, author="Lead", signer=Signer(LEAD.seed), recipients=3)


def the_newest_case_key_does_not_open(case: MadeCase) -> Row:
    name = urandom(16)
    place = Header(kind=ObjectKind.CASE_KEY, deployment=DEPLOYMENT, case=CASE, object=name, seq=2)
    case.add(name, "case_key", FACTS, seal(place, b"x", [new_identity(urandom).recipient], urandom), number=2)
    case.file(case.add(urandom(16), "case_key", FACTS, b"", number=3)).unlink()
    return {}


def the_case_key_of_another_case(case: MadeCase) -> Row:
    file = CaseKeyFile(
        deployment=DEPLOYMENT,
        case=bytes(16),
        compartment=FACTS,
        recipients=1,
        tag_key=bytes(32),
        identity=case.keys.facts,
    )
    name = urandom(16)
    place = Header(kind=ObjectKind.CASE_KEY, deployment=DEPLOYMENT, case=CASE, object=name, seq=2)
    data = seal(place, file.to_text().encode(), [case.facts.recipient], urandom)
    case.add(name, "case_key", FACTS, data, number=2)
    return {}


def an_attachment(case: MadeCase) -> Row:
    case.add(urandom(16), "attachment", FACTS, b"")
    return {}


CHANGES: list[Change] = [
    nothing,
    a_later_sending,
    an_answer_is_missing,
    an_answer_is_not_in_the_index,
    answers_are_swapped,
    an_answer_is_foreign,
    a_file_is_foreign,
    a_manifest_has_another_tag,
    no_manifest_is_proven,
    manifests_are_missing,
    manifests_are_reordered,
    manifests_lie_in_each_other_s_place,
    a_manifest_is_a_file_of_nothing,
    manifests_say_another_place_than_their_header,
    a_second_chain,
    the_identity_manifest_is_held_back,
    the_reference_is_another,
    consents_change,
    a_consent_is_given_again_on_the_same_day,
    a_consent_change_is_forged,
    letters,
    letters_that_are_none,
    a_case_key_is_sealed_anew,
    a_case_key_is_sealed_anew_by_somebody_else,
    a_case_key_is_sealed_anew_and_nobody_signed,
    a_case_key_is_sealed_anew_by_somebody_who_left,
    a_case_key_is_sealed_anew_by_somebody_whose_key_was_renewed,
    a_key_that_proves_nothing_is_signed_by_somebody_who_left,
    a_key_that_proves_nothing_is_signed_by_nobody,
    somebody_is_locked_out,
    the_newest_case_key_does_not_open,
    the_case_key_of_another_case,
    an_attachment,
]
SOUND = {
    nothing,
    a_later_sending,
    consents_change,
    a_consent_is_given_again_on_the_same_day,
    letters,
    a_case_key_is_sealed_anew,
    an_attachment,
}
