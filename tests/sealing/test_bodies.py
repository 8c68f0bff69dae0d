"""Bodies of sealed files: answers, manifests, consent changes, replies, case keys."""

from dataclasses import replace
from hashlib import sha256
from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conversation import Compartment
from bot.errors import EnvelopeError, OpeningError
from bot.ids import CaseId
from bot.sealing.answer import Answer
from bot.sealing.case import CaseKeyFile, CaseKeys, new_case_keys, seal_case_keys
from bot.sealing.consent import ConsentChange
from bot.sealing.header import Header, ObjectKind
from bot.sealing.layout import stanza_count
from bot.sealing.manifest import Choice, Consent, Listed, MailboxKey, Manifest, Pick, seal_manifest
from bot.sealing.opening import open_sealed
from bot.sealing.receipt import fingerprint
from bot.sealing.recipients import new_identity
from bot.sealing.reply import Reply
from bot.sealing.signing import Signer
from tests.sealing.made import CASE, DEPLOYMENT, OBJECT

ANSWER = Answer(
    node="F1",
    kind="words",
    part=0,
    words="Сохта: ҷавоби озмоишӣ",
    question="What happened?",
    locale="tg",
    day="2026-11-23",
    conversation="reprisal",
    version="1",
    digest="0" * 64,
    flags=("edited",),
)
MANIFEST = Manifest(
    reference="PN-0000-TEST",
    deployment=DEPLOYMENT,
    case=CASE,
    compartment=Compartment.FACTS,
    number=2,
    previous=b"\x05" * 32,
    companion=b"\x06" * 32,
    day="2026-11-23",
    ending="person",
    conversation="reprisal",
    version="1",
    digest="0" * 64,
    locale="ru",
    urgency="critical",
    reasons=("R1", "R8"),
    flags=("channel_compromised",),
    unfinished=("detention",),
    recipients=3,
    mailbox=MailboxKey(id=bytes(16), recipient="age1pq1made-up"),
    ping=bytes(36),
    nodes=("A3", "F1"),
    choices=(
        Choice(
            node="A3", kind="one", question="?", locale="ru", day="2026-11-23", picks=(Pick(option="yes", label="Да"),)
        ),
    ),
    consents=(Consent(node="L0", option="yes", label="Да", question="?", version="v", locale="ru", day="2026-11-23"),),
    objects=(Listed(object=OBJECT, sha256=b"\x07" * 32, node="F1", part=0),),
)
CHANGE = ConsentChange(node="L2", option="no", granted=False, version="v", locale="ru", day="2026-11-24", question="?")
TAG_KEY = bytes(range(32))


@given(st.text(max_size=200), st.integers(0, 300))
def test_an_answer_comes_back(words: str, part: int) -> None:
    answer = replace(ANSWER, words=words, part=part)
    read = Answer.from_bytes(answer.to_bytes())
    assert read == replace(answer, words=words.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def test_words_are_in_no_repr() -> None:
    assert ANSWER.words not in repr(ANSWER)


def test_a_manifest_comes_back_with_its_tag() -> None:
    assert Manifest.from_bytes(MANIFEST.to_bytes(TAG_KEY), TAG_KEY) == MANIFEST
    plain = replace(MANIFEST, companion=None, mailbox=None, ping=None, choices=(), consents=(), objects=())
    assert Manifest.from_bytes(plain.to_bytes(TAG_KEY), TAG_KEY) == plain


def test_a_manifest_of_somebody_else_is_not_proven() -> None:
    with pytest.raises(EnvelopeError, match="not proven"):
        Manifest.from_bytes(MANIFEST.to_bytes(bytes(32)), TAG_KEY)
    forged = MANIFEST.to_bytes(TAG_KEY).replace(b'"urgency":"critical"', b'"urgency":"routine"')
    with pytest.raises(EnvelopeError, match="not proven"):
        Manifest.from_bytes(forged, TAG_KEY)


def test_a_consent_change_holds_for_its_case_only() -> None:
    body = CHANGE.to_bytes(TAG_KEY, CASE)
    assert ConsentChange.from_bytes(body, TAG_KEY, CASE) == CHANGE
    with pytest.raises(EnvelopeError, match="not proven"):
        ConsentChange.from_bytes(body, TAG_KEY, bytes(16))
    with pytest.raises(EnvelopeError, match="not proven"):
        ConsentChange.from_bytes(body.replace(b"false", b"true"), TAG_KEY, CASE)


def test_a_reply_holds_for_its_author_and_place() -> None:
    signer = Signer(bytes(32))
    reply = Reply(author="Reader", day="2026-11-25", words="made up", fingerprint="0001").signed(signer, CASE, OBJECT)
    read = Reply.from_bytes(reply.to_bytes())
    assert read.signed_by(signer.verifier, CASE, OBJECT)
    assert not read.signed_by(signer.verifier, bytes(16), OBJECT)
    assert not read.signed_by(signer.verifier, CASE, CASE)
    assert not replace(read, words="other").signed_by(signer.verifier, CASE, OBJECT)
    assert not read.signed_by(Signer(bytes(range(32))).verifier, CASE, OBJECT)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_our_own_error(data: bytes) -> None:
    for read in (
        Answer.from_bytes,
        Reply.from_bytes,
        CaseKeyFile.from_text,
        lambda body: Manifest.from_bytes(body, TAG_KEY),
        lambda body: ConsentChange.from_bytes(body, TAG_KEY, CASE),
    ):
        with pytest.raises(EnvelopeError):
            read(data)


@pytest.mark.parametrize("body", [ANSWER.to_bytes(), MANIFEST.to_bytes(TAG_KEY)], ids=["answer", "manifest"])
def test_a_body_with_another_field_is_refused(body: bytes) -> None:
    read = Answer.from_bytes if body == ANSWER.to_bytes() else lambda data: Manifest.from_bytes(data, TAG_KEY)
    with pytest.raises(EnvelopeError, match="unknown"):
        read(body[:-1] + b',"zz":1}')


def test_the_manifest_is_sealed_in_its_place_in_the_chain() -> None:
    reader = new_identity(urandom)
    sealed = seal_manifest(MANIFEST, tag_key=TAG_KEY, recipient=reader.recipient, random_bytes=urandom)
    place = Header(
        kind=ObjectKind.MANIFEST, deployment=DEPLOYMENT, case=CASE, object=sealed.object, seq=2, prev=b"\x05" * 32
    )
    assert sealed.sha256 == sha256(sealed.data).digest()
    assert Manifest.from_bytes(open_sealed(sealed.data, [reader], place), TAG_KEY) == MANIFEST
    with pytest.raises(OpeningError):
        open_sealed(sealed.data, [reader], replace(place, prev=bytes(32)))


def test_case_keys_open_for_the_members_of_their_compartment_only() -> None:
    facts, identity, both = (new_identity(urandom) for _ in range(3))
    new = new_case_keys(urandom)
    members = {
        Compartment.FACTS: (facts.recipient, both.recipient),
        Compartment.IDENTITY: (identity.recipient, both.recipient),
    }
    files = seal_case_keys(new, deployment=DEPLOYMENT, case=CaseId(CASE), members=members, random_bytes=urandom)
    for compartment, (name, data) in files.items():
        place = Header(kind=ObjectKind.CASE_KEY, deployment=DEPLOYMENT, case=CASE, object=name, seq=1)
        file = CaseKeyFile.from_text(open_sealed(data, [both], place))
        assert file.identity.recipient == new.keys.of(compartment)
        assert (file.tag_key, file.compartment, file.recipients) == (new.tag_key, compartment, stanza_count(data))
        stranger = identity if compartment is Compartment.FACTS else facts
        with pytest.raises(OpeningError):
            open_sealed(data, [stranger], place)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# recipients: 3", "# recipients: 03"),
        ("# case:", "# comment: x\n# case:"),
        ("# compartment: facts", "# compartment: all"),
        ("# panoh case key 1", "# panoh case key 2"),
        ("\n", "\r\n"),
        ("AGE-SECRET-KEY-PQ-1", "AGE-SECRET-KEY-1"),
        ("# tag-key:", "# tagkey:"),
    ],
)
def test_a_case_key_has_one_spelling(old: str, new: str) -> None:
    file = CaseKeyFile(
        deployment=DEPLOYMENT,
        case=CASE,
        compartment=Compartment.FACTS,
        recipients=3,
        tag_key=TAG_KEY,
        identity=new_identity(urandom),
    )
    assert CaseKeyFile.from_text(file.to_text().encode()).tag_key == TAG_KEY
    with pytest.raises(EnvelopeError, match="case key"):
        CaseKeyFile.from_text(file.to_text().replace(old, new).encode())


def test_what_a_draft_keeps_of_its_keys_opens_nothing() -> None:
    new = new_case_keys(urandom)
    kept = new.keys.to_bytes()
    assert CaseKeys.from_bytes(kept) == new.keys
    assert new.facts.seed not in kept
    assert new.identity.seed not in kept
    assert new.tag_key.hex() not in repr(new) + repr(new.keys)


@given(st.binary(min_size=32, max_size=32))
def test_receipt_words_say_the_same_as_digits(digest: bytes) -> None:
    receipt = fingerprint(TAG_KEY, digest)
    assert len(receipt.words("en").split()) == len(receipt.words("ru").split()) == 4
    assert receipt.words("tg") == receipt.digits()
    assert all(0 <= int(group) < 1_024 and len(group) == 4 for group in receipt.digits().split())
    assert fingerprint(bytes(32), digest) != receipt
