"""Notes, and what staff sign to prove something: bound to their place, each under a label of its own."""

from dataclasses import replace
from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conversation import Compartment
from bot.errors import EnvelopeError
from bot.sealing.note import Note
from bot.sealing.proofs import Rewrap, enrolment_message, sign_in_message
from bot.sealing.reply import Reply
from bot.sealing.signing import Signer
from tests.sealing.made import CASE, OBJECT

SIGNER, OTHER = Signer(bytes(32)), Signer(bytes(range(32)))
NOTE = Note(author="Reader", day="2026-11-26", words="Сохта: қайди озмоишӣ").signed(SIGNER, CASE, OBJECT)
CLAIM = Rewrap(case=CASE, compartment=Compartment.FACTS, object=OBJECT, version=2, serial=3)


def test_a_note_is_read_as_it_was_written_and_its_words_are_in_no_repr() -> None:
    assert Note.from_bytes(NOTE.to_bytes()) == NOTE
    assert NOTE.words not in repr(NOTE)


def test_a_note_is_signed_for_its_place_only() -> None:
    assert NOTE.signed_by(SIGNER.verifier, CASE, OBJECT)
    assert not NOTE.signed_by(OTHER.verifier, CASE, OBJECT)
    assert not NOTE.signed_by(SIGNER.verifier, bytes(16), OBJECT)
    assert not NOTE.signed_by(SIGNER.verifier, CASE, bytes(16))
    assert not replace(NOTE, words="something else").signed_by(SIGNER.verifier, CASE, OBJECT)


def test_a_signed_note_is_no_signed_reply() -> None:
    reply = Reply(author=NOTE.author, day=NOTE.day, words=NOTE.words, fingerprint="", signature=NOTE.signature)
    assert not reply.signed_by(SIGNER.verifier, CASE, OBJECT)
    with pytest.raises(EnvelopeError, match="not a note of ours"):
        Note.from_bytes(reply.to_bytes())


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_our_own_error(data: bytes) -> None:
    with pytest.raises(EnvelopeError):
        Note.from_bytes(data)


def test_a_re_wrap_is_signed_for_one_file_in_one_place() -> None:
    data = urandom(100)
    signature = SIGNER.sign(CLAIM.message(data))
    assert SIGNER.verifier.accepts(CLAIM.message(data), signature)
    others = [
        replace(CLAIM, case=bytes(16)),
        replace(CLAIM, compartment=Compartment.IDENTITY),
        replace(CLAIM, object=bytes(16)),
        replace(CLAIM, version=3),
        replace(CLAIM, serial=4),
    ]
    assert not any(SIGNER.verifier.accepts(other.message(data), signature) for other in others)
    assert not SIGNER.verifier.accepts(CLAIM.message(data + b"x"), signature)


def test_proofs_are_spelled_as_the_format_says() -> None:
    claim = {"challenge": "ab", "name": "Чтец", "server": "https://desk.example"}
    spelled = 'panoh sign-in 1\n{"challenge":"ab","name":"Чтец","server":"https://desk.example"}'
    assert sign_in_message(**claim) == spelled.encode()
    said = {"name": "N", "not_after": "2027-11-23T08:00:00Z", "recipient": "r", "server": "s", "verifier": "v"}
    assert enrolment_message(**said) == (
        b'panoh enrol 1\n{"name":"N","not_after":"2027-11-23T08:00:00Z","recipient":"r","server":"s","verifier":"v"}'
    )
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert CLAIM.message(b"").decode() == (
        f'panoh rewrap 1\n{{"case":"{CASE.hex()}","compartment":"facts","object":"{OBJECT.hex()}","serial":3,'
        f'"sha256":"{digest}","version":2}}'
    )
