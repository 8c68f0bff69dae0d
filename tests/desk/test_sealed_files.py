"""Sealed files, the strict reading of them, and the small derived values: the desk's library against the Python one."""

import json
from hashlib import sha256
from os import urandom
from pathlib import Path
from typing import Any

import pytest

from bot.errors import EnvelopeError
from bot.sealing.canonical import encode
from bot.sealing.envelope import seal
from bot.sealing.header import Header, padme
from bot.sealing.opening import open_age, open_sealed
from bot.sealing.receipt import fingerprint
from bot.sealing.recipients import Identity, new_identity
from tests.desk.library import Job, data, in_browser, in_node, text
from tests.sealing.made import VECTORS, header, vector

SIZES = [0, 1, 3_992, 3_993, 65_432, 65_433, 200_000]
READER, OTHER = new_identity(urandom), new_identity(urandom)
FILES = sorted(VECTORS.rglob("*.vector"))


def place_of(header: Header) -> dict[str, object]:
    """Return the place that a header names, as the library writes it."""
    return {
        "kind": header.kind.name.lower(),
        "deployment": header.deployment.hex(),
        "case": header.case.hex(),
        "object": header.object.hex(),
        "seq": header.seq,
        "prev": header.prev.hex(),
    }


def opening(sealed: bytes, *readers: Identity, **fields: object) -> Job:
    return {
        "op": "open",
        "data": text(sealed),
        "seeds": [text(reader.seed) for reader in readers],
        "place": place_of(header()),
        **fields,
    }


def test_everything_works_here_and_says_so() -> None:
    assert in_node({"op": "self_test"}) == [[]]


@pytest.mark.browser
def test_both_ways_in_the_browser(chromium: Path) -> None:
    bodies = [urandom(size) for size in SIZES]
    jobs: list[Job] = [
        opening(seal(header(), body, [OTHER.recipient, READER.recipient], urandom), READER) for body in bodies
    ]
    jobs += [sealing(body) for body in bodies]
    *answers, tested, native = in_browser(
        chromium, *jobs, {"op": "self_test"}, {"op": "native", "seeds": [text(READER.seed)]}
    )
    assert [data(answer) for answer in answers[: len(bodies)]] == bodies
    assert [open_sealed(data(answer), [READER], header()) for answer in answers[len(bodies) :]] == bodies
    assert tested == []
    assert native is True, "this browser is expected to hold the keys itself"


def sealing(body: bytes) -> Job:
    recipients = [OTHER.recipient.text, READER.recipient.text]
    return {"op": "seal", "data": text(body), "place": place_of(header()), "recipients": recipients}


@pytest.mark.parametrize("native", [True, False], ids=["kept by the platform", "in JavaScript"])
def test_what_python_seals_opens_and_the_other_way_round(native: bool) -> None:
    bodies = [urandom(size) for size in SIZES]
    files = [seal(header(), body, [OTHER.recipient, READER.recipient], urandom) for body in bodies]
    jobs = [opening(sealed, READER, native=native) for sealed in files]
    answers = in_node(
        *jobs, *(sealing(body) for body in bodies), {"op": "native", "seeds": [text(READER.seed)], "native": native}
    )
    assert [data(answer) for answer in answers[: len(bodies)]] == bodies
    assert [open_sealed(data(answer), [READER], header()) for answer in answers[len(bodies) : -1]] == bodies
    assert [len(data(answer)) for answer in answers[len(bodies) : -1]] == [len(sealed) for sealed in files]
    assert answers[-1] is native


def outcome(sealed: bytes, identity: Identity) -> str:
    try:
        return sha256(open_age(sealed, [identity])).hexdigest()
    except EnvelopeError as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("native", [True, False], ids=["kept by the platform", "in JavaScript"])
def test_both_read_and_refuse_the_same_vectors(native: bool) -> None:
    vectors = [vector(path) for path in FILES]
    jobs = [
        {"op": "age", "data": text(sealed), "seeds": [text(Identity.parse(fields["identity"]).seed)], "native": native}
        for fields, sealed in vectors
    ]
    for path, (fields, sealed), answer in zip(FILES, vectors, in_node(*jobs), strict=True):
        said = answer if isinstance(answer, str) else f"{answer['error']}: {answer['message']}"
        found = sha256(data(answer)).hexdigest() if isinstance(answer, str) else said
        assert found == outcome(sealed, Identity.parse(fields["identity"])), path.name


def test_the_inside_is_refused_where_python_refuses_it() -> None:
    for path in sorted((VECTORS / "panoh").glob("*.vector")):
        fields, sealed = vector(path)
        names = ("deployment", "case", "object", "prev")
        place = {"kind": fields["kind"].lower(), "seq": int(fields["seq"]), **{name: fields[name] for name in names}}
        seeds = [text(Identity.parse(fields["identity"]).seed)]
        (answer,) = in_node({"op": "open", "data": text(sealed), "seeds": seeds, "place": place})
        if fields["expect"] == "success":
            assert sha256(data(answer)).hexdigest() == fields["body"], path.name
        else:
            assert answer == {"error": "OpeningError", "message": "this could not be opened here"}, path.name


def test_another_key_or_place_opens_nothing() -> None:
    sealed = seal(header(), b"made up", [READER.recipient], urandom)
    elsewhere: list[dict[str, object]] = [
        {"case": "00" * 16},
        {"object": "00" * 16},
        {"deployment": "ff" * 16},
        {"kind": "reply"},
        {"seq": 1},
        {"prev": "11" * 32},
    ]
    jobs = [opening(sealed, READER, place={**place_of(header()), **change}) for change in elsewhere]
    refused = {"error": "OpeningError", "message": "this could not be opened here"}
    assert in_node(opening(sealed, OTHER), *jobs) == [refused] * (1 + len(elsewhere))


@pytest.mark.parametrize("bit", [1, 128])
def test_any_changed_byte_is_refused(bit: int) -> None:
    sealed = seal(header(), b"made up", [READER.recipient], urandom)
    assert in_node({**opening(sealed, READER), "op": "changed", "places": list(range(len(sealed))), "bit": bit}) == [[]]


def test_what_is_cut_off_or_put_behind_is_refused() -> None:
    sealed = seal(header(), urandom(70_000), [READER.recipient], urandom)
    ends = [0, 1, 21, 22, 100, len(sealed) - 1, len(sealed) - 16, len(sealed) - 17, 65_536 + 16 + 1_700]
    answers = in_node(*(opening(sealed[:end], READER) for end in ends), opening(sealed + b"\0", READER))
    assert {answer["error"] for answer in answers} <= {"OpeningError", "EnvelopeError"}


def test_headers_that_nobody_writes_are_refused_as_in_python() -> None:
    sealed = seal(header(), b"made up", [READER.recipient], urandom)
    first, rest = sealed.split(b"\n-> ", 1)
    stanza, end = rest.split(b"\n--- ", 1)
    stanza = b"\n-> " + stanza

    def made(*stanzas: bytes, version: bytes = first) -> bytes:
        return version + b"".join(stanzas) + b"\n--- " + end

    files = [
        made(),
        made(*[stanza] * 64),
        made(*[stanza] * 65),
        made(stanza, version=b"age-encryption.org/v2"),
        made(stanza, version=first + b"\r"),
        made(stanza, b"\n-> grease\n"),
        made(stanza.replace(b"mlkem768x25519 ", b"mlkem768x25519  ")),
        made(stanza.replace(b"mlkem768x25519 ", b"mlkem768x25519\t")),
        made(stanza.replace(b"\n-> ", b"\n->  ")),
        made(stanza + b"="),
        made(stanza[:-1]),
        sealed.replace(b"\n--- ", b"\n---  "),
        sealed.replace(b"\n--- ", b"\n---"),
        b"-----BEGIN AGE ENCRYPTED FILE-----\n",
        b"\xff" * 4_096,
        b"",
    ]
    jobs = [{"op": "age", "data": text(each), "seeds": [text(READER.seed)]} for each in files]
    found = [f"{answer['error']}: {answer['message']}" for answer in in_node(*jobs)]
    assert found == [outcome(each, READER) for each in files]


STRICT: list[Any] = [
    {"b": 1, "a": "ё"},
    {"\U0001f600": 1, "\uffee": 2, "é": 3, "z": 4},  # by code point the emoji comes last, by UTF-16 it would not
    {"text": '"\\\b\f\n\r\t\u0000\u001f\u007f\u2028\u2029/<>&'},
    {"deep": [[], {}, [{"x": None, "y": [True, False]}]]},
    {"high": 2**53 - 1, "low": -5, "zero": 0},
    {"10": 1, "9": 2, "__proto__": 3, "constructor": 4},
]


def test_canonical_json_has_the_same_spelling() -> None:
    answers = in_node(*({"op": "canonical", "value": value} for value in STRICT))
    assert [data(answer) for answer in answers] == [encode(value) for value in STRICT]


def test_a_lone_surrogate_is_replaced_as_in_python() -> None:
    values = [{"a": "x\ud800y"}, {"a": "\udc00\ud800"}, {"a": "\ud83d\ude00"}]
    answers = in_node(*({"op": "canonical", "value": value} for value in values))
    assert [data(answer) for answer in answers] == [encode(value) for value in values]


@pytest.mark.parametrize(
    "spelled",
    [
        b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":1e3}', b'{"a":-0}', b'{"a":NaN}', b"[]",
        b'{"a":"\\u0041"}', b'{"a":"\\ud800"}', b'{"a":9007199254740993}', b'{"a":1}\n', b"\xef\xbb\xbf{}", b"\xff",
        b'{"a":"\\/"}', b"", b"nul", b'{"\\u0061":1}', b'{"a":01}', b"[" * 100_000,
    ],
    ids=lambda spelled: ascii(spelled[:20]),
)  # fmt: skip
def test_another_spelling_is_refused(spelled: bytes) -> None:
    (answer,) = in_node({"op": "decode", "data": text(spelled)})
    assert answer["error"] == "MalformedError"


def test_sizes_and_receipts_are_those_of_python() -> None:
    lengths = [*range(1, 20_000, 37), 4_095, 4_096, 4_097, 65_536, 65_537, 1_000_003, 20_000_000]
    known = json.loads((VECTORS / "values.json").read_text("utf-8"))["fingerprint"]
    receipts = [
        {"op": "receipt", "tag_key": text(bytes.fromhex(each["tag_key"])), "sha256": each["manifest"]} for each in known
    ]
    sizes, *answers = in_node({"op": "padme", "lengths": lengths}, *receipts)
    assert sizes == [padme(length) for length in lengths]
    for each, answer in zip(known, answers, strict=True):
        receipt = fingerprint(bytes.fromhex(each["tag_key"]), bytes.fromhex(each["manifest"]))
        assert answer == {"en": receipt.words("en"), "ru": receipt.words("ru"), "digits": receipt.digits()}
