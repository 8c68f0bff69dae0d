"""Known answers, as files: what was sealed once opens for ever; what was derived once comes out the same."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.errors import EnvelopeError
from bot.ids import CaseId, ChatId, DraftId
from bot.sealing import rest
from bot.sealing.answer import Answer
from bot.sealing.case import CaseKeyFile
from bot.sealing.code import Code, parse_code
from bot.sealing.consent import ConsentChange
from bot.sealing.header import Header, ObjectKind, padme
from bot.sealing.layout import stanza_count
from bot.sealing.mailbox import derive
from bot.sealing.manifest import Manifest
from bot.sealing.note import Note
from bot.sealing.opening import open_age, open_sealed
from bot.sealing.receipt import fingerprint
from bot.sealing.recipients import Identity
from bot.sealing.reply import Reply
from bot.sealing.signing import Signer
from tests.sealing.made import CASE, OBJECT, VECTORS, vector

OURS = sorted((VECTORS / "panoh").glob("*.vector"))
VALUES = json.loads((VECTORS / "values.json").read_text(encoding="utf-8"))
TAG_KEY = bytes(range(32))


def opened(name: str) -> bytes:
    fields, data = vector(VECTORS / "panoh" / f"{name}.vector")
    return open_sealed(data, [Identity.parse(fields["identity"])], place(fields))


def place(fields: dict[str, str]) -> Header:
    return Header(
        kind=ObjectKind[fields["kind"]],
        deployment=bytes.fromhex(fields["deployment"]),
        case=bytes.fromhex(fields["case"]),
        object=bytes.fromhex(fields["object"]),
        seq=int(fields["seq"]),
        prev=bytes.fromhex(fields["prev"]),
    )


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_sealed_files_of_the_past(path: Path) -> None:
    fields, data = vector(path)
    identities = [Identity.parse(fields["identity"])]
    assert stanza_count(data) == int(fields["recipients"])
    assert sha256(open_age(data, identities)).hexdigest() == fields["payload"]
    if fields["expect"] == "success":
        assert sha256(open_sealed(data, identities, place(fields))).hexdigest() == fields["body"]
    else:
        with pytest.raises(EnvelopeError):
            open_sealed(data, identities, place(fields))


def test_bodies_of_the_past_are_still_read() -> None:
    reader = Identity.parse(vector(VECTORS / "panoh" / "reply.vector")[0]["identity"])
    assert Answer.from_bytes(opened("answer")).node == "F1"
    assert Manifest.from_bytes(opened("manifest"), TAG_KEY).reasons == ("R1", "R8")
    assert CaseKeyFile.from_text(opened("case_key")).tag_key == TAG_KEY
    assert ConsentChange.from_bytes(opened("consent"), TAG_KEY, CASE).granted is False
    assert Reply.from_bytes(opened("reply")).signed_by(Signer(reader.seed).verifier, CASE, OBJECT)
    assert Note.from_bytes(opened("note")).signed_by(Signer(reader.seed).verifier, CASE, OBJECT)


@pytest.mark.parametrize("known", VALUES["codes"], ids=lambda known: known["secret"])
def test_codes_and_their_mailboxes(known: dict[str, Any]) -> None:
    code = Code(bytes.fromhex(known["secret"]))
    assert (code.words("en"), code.words("ru"), code.digits()) == (known["en"], known["ru"], known["digits"])
    assert parse_code(known["ru"]) == parse_code(known["digits"]) == code
    mailbox = derive(code, bytes.fromhex(VALUES["salt"]))
    assert mailbox.secret.hex() == known["root"]
    assert mailbox.id.hex() == known["mailbox"]
    assert mailbox.capsule_key.hex() == known["capsule_key"]
    assert mailbox.identity.seed.hex() == known["seed"]


@pytest.mark.parametrize("known", VALUES["rest"], ids=lambda known: str(known["chat"]))
def test_lanes_keys_and_locks(known: dict[str, Any]) -> None:
    route_key, chat = bytes.fromhex(known["route_key"]), ChatId(known["chat"])
    assert rest.lane(route_key, chat).hex() == known["lane"]
    assert rest.chat_key(route_key, chat).hex() == known["chat_key"]
    assert rest.screens_key(route_key).hex() == known["screens_key"]
    assert rest.lock_number(route_key, chat) == known["lock_number"]


def test_boxes_and_tokens() -> None:
    box, ping = VALUES["box"], VALUES["ping"]
    key, draft = bytes.fromhex(box["key"]), DraftId(bytes.fromhex(box["draft"]))
    assert rest.open_state(key, draft, box["revision"], bytes.fromhex(box["box"])) == bytes.fromhex(box["state"])
    case = CaseId(bytes.fromhex(ping["case"]))
    assert rest.open_ping(bytes.fromhex(ping["ping_key"]), case, bytes.fromhex(ping["token"])) == ping["chat"]


@pytest.mark.parametrize("known", VALUES["fingerprint"], ids=lambda known: known["digits"])
def test_receipt_words(known: dict[str, Any]) -> None:
    receipt = fingerprint(bytes.fromhex(known["tag_key"]), bytes.fromhex(known["manifest"]))
    assert (receipt.digits(), receipt.words("en"), receipt.words("ru")) == (known["digits"], known["en"], known["ru"])


def test_padding() -> None:
    assert [[length, padme(length)] for length, _ in VALUES["padme"]] == VALUES["padme"]
