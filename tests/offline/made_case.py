"""A made-up exported case, sealed with the real parts, for the tests of opening."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from os import urandom
from pathlib import Path
from typing import Any

from bot.engine.conversation import Compartment
from bot.ids import CaseId
from bot.sealing.answer import Answer
from bot.sealing.case import NewCaseKeys, new_case_keys, seal_case_keys
from bot.sealing.consent import ConsentChange
from bot.sealing.envelope import seal
from bot.sealing.header import NO_HASH, Header, ObjectKind
from bot.sealing.manifest import Choice, Consent, Listed, Manifest, Pick, seal_manifest
from bot.sealing.recipients import Identity, new_identity
from tests.sealing.made import CASE, DEPLOYMENT

DAY = "2026-11-23"
REFERENCE = "PN-0000-TEST"


@dataclass
class MadeCase:
    """Writes an exported case: answers, sendings, changes; ``write`` puts ``case.json`` beside the files."""

    directory: Path
    facts: Identity = field(default_factory=lambda: new_identity(urandom))
    identity: Identity = field(default_factory=lambda: new_identity(urandom))
    keys: NewCaseKeys = field(default_factory=lambda: new_case_keys(urandom))
    index: list[dict[str, Any]] = field(default_factory=list)
    listed: dict[Compartment, list[Listed]] = field(default_factory=lambda: {each: [] for each in Compartment})
    previous: dict[Compartment, bytes] = field(default_factory=lambda: dict.fromkeys(Compartment, NO_HASH))
    number: int = 0
    reference: str = REFERENCE
    case: bytes = CASE
    deployment: bytes = DEPLOYMENT

    def __post_init__(self) -> None:
        members = {
            Compartment.FACTS: (self.facts.recipient,),
            Compartment.IDENTITY: (self.identity.recipient,),
        }
        files = seal_case_keys(
            self.keys, deployment=self.deployment, case=CaseId(self.case), members=members, random_bytes=urandom
        )
        for compartment, (name, data) in files.items():
            self.add(name, "case_key", compartment, data, number=1)

    def add(self, name: bytes, kind: str, compartment: Compartment, data: bytes, number: int = 0) -> bytes:
        (self.directory / f"{name.hex()}.age").write_bytes(data)
        entry = {"object": name.hex(), "kind": kind, "compartment": compartment, "number": number, "day": DAY}
        self.index.append(entry)
        return name

    def answer(
        self, words: str, *, node: str = "F1", part: int = 0, compartment: Compartment = Compartment.FACTS
    ) -> bytes:
        body = Answer(
            node=node,
            kind="words",
            part=part,
            words=words,
            question=f"Question {node}?",
            locale="ru",
            day=DAY,
            conversation="reprisal",
            version="1",
            digest="0" * 64,
        )
        name = urandom(16)
        place = Header(kind=ObjectKind.ANSWER, deployment=self.deployment, case=self.case, object=name)
        data = seal(place, body.to_bytes(), [self.keys.keys.of(compartment)], urandom)
        self.listed[compartment].append(Listed(object=name, sha256=sha256(data).digest(), node=node, part=part))
        return self.add(name, "answer", compartment, data)

    def send(self, *, tag_key: bytes | None = None, urgency: str = "critical") -> dict[Compartment, bytes]:
        """Seal a manifest for each compartment; identity first, so that the facts manifest can name it."""
        self.number += 1
        names = {}
        companion = None
        for compartment in (Compartment.IDENTITY, Compartment.FACTS):
            facts = compartment is Compartment.FACTS
            manifest = Manifest(
                reference=self.reference,
                deployment=self.deployment,
                case=self.case,
                compartment=compartment,
                number=self.number,
                previous=self.previous[compartment],
                companion=companion if facts else None,
                day=DAY,
                ending="person",
                conversation="reprisal",
                version="1",
                digest="0" * 64,
                locale="ru",
                urgency=urgency if facts else "",
                reasons=("R1",) if facts else (),
                recipients=1,
                nodes=("L0", "A3", "C1", "F1", "F2") if facts else ("E4",),
                choices=(
                    choice("C1", "many", "threats", "travel"),
                    choice("A3", "one", "yes_now"),
                    choice("F1", "date", "today"),
                )
                if facts
                else (),
                consents=(consent("L0", "yes"), consent("L2", "yes")) if facts else (),
                objects=tuple(self.listed[compartment]),
            )
            sealed = seal_manifest(
                manifest,
                tag_key=tag_key or self.keys.tag_key,
                recipient=self.keys.keys.of(compartment),
                random_bytes=urandom,
            )
            names[compartment] = self.add(sealed.object, "manifest", compartment, sealed.data, self.number)
            self.previous[compartment] = companion = sealed.sha256
        return names

    def change(
        self, node: str, *, granted: bool, day: str, after: int | None = None, tag_key: bytes | None = None
    ) -> bytes:
        """Change a consent after the latest sending, or after the one of this number."""
        number = self.number if after is None else after
        body = ConsentChange(
            node=node, option="no", granted=granted, version="2", locale="ru", day=day, question=f"Question {node}?"
        ).to_bytes(tag_key or self.keys.tag_key, self.case)
        name = urandom(16)
        place = Header(kind=ObjectKind.CONSENT, deployment=self.deployment, case=self.case, object=name, seq=number)
        data = seal(place, body, [self.keys.keys.facts], urandom)
        return self.add(name, "consent", Compartment.FACTS, data, number)

    def write(self, **fields: object) -> Path:
        clear = {
            "format": "panoh case 1",
            "reference": self.reference,
            "case": self.case.hex(),
            "deployment": self.deployment.hex(),
            "status": "claimed",
            "urgency": "routine",
            "locale": "ru",
            "conversation": "reprisal",
            "index": self.index,
            **fields,
        }
        (self.directory / "case.json").write_text(json.dumps(clear, indent=1), encoding="utf-8")
        return self.directory

    def file(self, name: bytes) -> Path:
        return self.directory / f"{name.hex()}.age"


def choice(node: str, kind: str, *options: str) -> Choice:
    """Return a choice of these options, labelled by their names in capitals."""
    picks = tuple(Pick(option=option, label=option.upper()) for option in options)
    return Choice(node=node, kind=kind, question=f"Question {node}?", locale="ru", day=DAY, picks=picks)


def consent(node: str, option: str) -> Consent:
    """Return a consent given to version 1."""
    return Consent(
        node=node,
        option=option,
        label=option.upper(),
        question=f"Question {node}?",
        version="1",
        locale="ru",
        day=DAY,
    )
