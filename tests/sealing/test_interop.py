"""The files open with the independent npm package age-encryption, and its files open here."""

import hashlib
import json
import os
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Mapping
from importlib.util import find_spec
from os import urandom
from pathlib import Path

import pytest

from bot.engine.conversation import Compartment
from bot.ids import CaseId
from bot.sealing.case import new_case_keys, seal_case_keys
from bot.sealing.envelope import seal
from bot.sealing.header import HEADER_SIZE
from bot.sealing.opening import open_age
from bot.sealing.recipients import Identity, new_identity
from tests.sealing.made import CASE, DEPLOYMENT, VECTORS, header, vector

HERE = Path(__file__).parent
VENDOR = HERE / "vendor"
SIZES = [0, 1, 1_000, 3_993, 65_432, 65_433, 131_000, 1_000_000]
VECTOR_FILES = sorted(VECTORS.rglob("*.vector"))


def node() -> Path:
    """Return the Node of the Playwright wheel; its absence is a failure in CI and a named skip elsewhere."""
    spec = find_spec("playwright")
    found = Path(spec.origin).parent / "driver" / "node" if spec and spec.origin else None
    if found is not None and found.exists():
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("the Node of the Playwright wheel is missing: interop with age-encryption is not proved")
    pytest.skip("needs the Node of the Playwright wheel")


def ask(*jobs: Mapping[str, object]) -> list[bytes | None]:
    """Let age-encryption open and seal."""
    done = subprocess.run(
        [node(), HERE / "age.mjs"], input=json.dumps(jobs).encode(), capture_output=True, check=True, timeout=120
    )
    return [None if answer is None else b64decode(answer) for answer in json.loads(done.stdout)]


def opening(identity: str, data: bytes) -> dict[str, object]:
    return {"op": "open", "identity": identity, "data": b64encode(data).decode()}


def test_what_we_seal_age_encryption_opens() -> None:
    reader, other = new_identity(urandom), new_identity(urandom)
    bodies = [urandom(size) for size in SIZES]
    files = [seal(header(), body, [other.recipient, reader.recipient], urandom) for body in bodies]
    opened = ask(*(opening(reader.text, data) for data in files))
    for body, plaintext in zip(bodies, opened, strict=True):
        assert plaintext is not None
        assert plaintext[:HEADER_SIZE] == header().to_bytes(len(body))
        assert plaintext[HEADER_SIZE : HEADER_SIZE + len(body)] == body
        assert not any(plaintext[HEADER_SIZE + len(body) :])


def test_what_age_encryption_seals_we_open() -> None:
    reader, other = new_identity(urandom), new_identity(urandom)
    recipients = [other.recipient.text, reader.recipient.text]
    bodies = [urandom(size) for size in SIZES]
    jobs = [{"op": "seal", "recipients": recipients, "data": b64encode(body).decode()} for body in bodies]
    for body, data in zip(bodies, ask(*jobs), strict=True):
        assert data is not None
        assert open_age(data, [reader]) == body


def test_another_key_opens_nothing_there_either() -> None:
    data = seal(header(), b"body", [new_identity(urandom).recipient], urandom)
    assert ask(opening(new_identity(urandom).text, data)) == [None]


def test_a_case_opens_in_two_steps_with_a_stock_tool() -> None:
    reader, new = new_identity(urandom), new_case_keys(urandom)
    members = dict.fromkeys(Compartment, (reader.recipient,))
    files = seal_case_keys(new, deployment=DEPLOYMENT, case=CaseId(CASE), members=members, random_bytes=urandom)
    answer = seal(header(), b'{"words":"made up"}', [new.keys.facts], urandom)
    (case_key,) = ask(opening(reader.text, files[Compartment.FACTS][1]))
    assert case_key is not None
    # What `tail -c +105 | tr -d '\0'` leaves is an age identity file: comments, and the key on the last line.
    lines = case_key[HEADER_SIZE:].replace(b"\0", b"").decode().splitlines()
    assert all(line.startswith("# ") for line in lines[:-1])
    (body,) = ask(opening(lines[-1], answer))
    assert body is not None
    assert body[HEADER_SIZE:].replace(b"\0", b"") == b'{"words":"made up"}'


def test_both_read_the_same_vectors() -> None:
    vectors = [vector(path) for path in VECTOR_FILES]
    opened = ask(*(opening(fields["identity"], data) for fields, data in vectors))
    for (fields, _), plaintext, path in zip(vectors, opened, VECTOR_FILES, strict=True):
        if "payload" in fields:
            assert plaintext is not None, path.name
            assert hashlib.sha256(plaintext).hexdigest() == fields["payload"], path.name
        else:
            assert plaintext is None, path.name


def test_a_key_made_there_is_read_here() -> None:
    fields, data = vector(VECTORS / "cctv" / "hybrid.vector")
    assert ask(opening(fields["identity"], data)) == [open_age(data, [Identity.parse(fields["identity"])])]


def test_the_vendored_files_are_those_of_the_named_packages() -> None:
    packages = json.loads((VENDOR / "vendored.json").read_text())
    expected = {
        f"{name}/{file}": digest for name, package in packages.items() for file, digest in package["files"].items()
    }
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.parent != VENDOR
    }
    assert found == expected
    assert all(package["license"] in {"MIT", "BSD-3-Clause"} for package in packages.values())
    assert all(f"{name}/LICENSE" in found for name in packages)
