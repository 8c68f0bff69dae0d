"""A compiled conversation as canonical JSON and back, and its digest.

Canonical: sorted keys, no spaces, whatever has its default left out; nodes and sections are lists, because their order
is part of the table. A draft keeps the digest of the conversation it began on, and a case the wording that was asked.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from typing import TypeAlias, TypeVar

from bot.engine.conversation import (
    All,
    Answered,
    Any,
    AuthorKind,
    Compartment,
    Conversation,
    Do,
    Guard,
    Is,
    Kind,
    Level,
    MenuItem,
    Node,
    Not,
    Option,
    RouteStep,
    Rule,
    Screen,
    Section,
)
from bot.ids import Digest

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"
_Row = TypeVar("_Row", Node, Section, Option, RouteStep, MenuItem, Screen, Rule)

_READ: Mapping[str, type[StrEnum]] = {
    "kind": Kind,
    "author_kind": AuthorKind,
    "compartment": Compartment,
    "do": Do,
    "level": Level,
}
_GUARDS = frozenset({"when", "required", "self_when", "first"})


def to_json(conversation: Conversation) -> str:
    """Return the canonical JSON of a conversation with all its texts."""
    return json.dumps(
        {
            "id": conversation.id,
            "version": conversation.version,
            "nodes": [_write(node) for node in conversation.nodes.values()],
            "sections": [_write(section) for section in conversation.sections.values()],
            "opening": [_write(step) for step in conversation.opening],
            "menu": [_write(item) for item in conversation.menu],
            "more": conversation.more,
            "screens": [_write(conversation.screens[name]) for name in sorted(conversation.screens)],
            "urgency": [_write(rule) for rule in conversation.urgency],
            "flags": [[name, _guard(guard)] for name, guard in conversation.flags.items()],
            "texts": {locale: dict(texts) for locale, texts in conversation.texts.items()},
        },
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )


def from_json(text: str) -> Conversation:
    """Read what ``to_json`` wrote; the text is ours, so a wrong one is a wrong program."""
    data = json.loads(text)
    return Conversation(
        id=data["id"],
        version=data["version"],
        nodes={node.id: node for node in (_read(Node, row) for row in data["nodes"])},
        sections={section.id: section for section in (_read(Section, row) for row in data["sections"])},
        opening=tuple(_read(RouteStep, row) for row in data["opening"]),
        menu=tuple(_read(MenuItem, row) for row in data["menu"]),
        more=data["more"],
        screens={screen.id: screen for screen in (_read(Screen, row) for row in data["screens"])},
        urgency=tuple(_read(Rule, row) for row in data["urgency"]),
        flags={name: _read_guard(guard) for name, guard in data["flags"]},
        texts=data["texts"],
    )


def digest(conversation: Conversation) -> Digest:
    """Return the SHA-256 of the canonical JSON, in lower-case hex."""
    return Digest(hashlib.sha256(to_json(conversation).encode()).hexdigest())


def _write(row: Node | Section | Option | RouteStep | MenuItem | Screen | Rule) -> Json:
    return {
        field.name: _value(value)
        for field in fields(row)
        if (value := getattr(row, field.name)) != field.default or field.default is MISSING
    }


def _value(value: object) -> Json:
    match value:
        case Is() | Answered() | All() | Any() | Not():
            return _guard(value)
        case Option():
            return _write(value)
        case StrEnum():
            return value.value
        case tuple():
            return [_value(each) for each in value]
        case str() | bool() | int():
            return value
        case _:
            raise AssertionError(type(value))


def _guard(guard: Guard) -> Json:
    match guard:
        case Is(node, options):
            return {"is": [node, *sorted(options)]}
        case Answered(node):
            return {"answered": node}
        case All(guards):
            return {"all": [_guard(each) for each in guards]}
        case Any(guards):
            return {"any": [_guard(each) for each in guards]}
        case Not(inner):
            return {"not": _guard(inner)}


def _read(row: Callable[..., _Row], data: Mapping[str, object]) -> _Row:
    return row(**{name: _read_field(name, value) for name, value in data.items()})


def _read_field(name: str, value: object) -> object:
    if name in _GUARDS:
        return _read_guard(value)
    if name in _READ and isinstance(value, str):
        return _READ[name](value)
    if name == "options" and isinstance(value, list):
        return tuple(_read(Option, each) for each in value)
    return tuple(_read_field("", each) for each in value) if isinstance(value, list) else value


def _read_guard(data: object) -> Guard:
    match data:
        case {"is": [str(node), *options]}:
            return Is(node=node, options=frozenset(str(option) for option in options))
        case {"answered": str(node)}:
            return Answered(node=node)
        case {"all": list(guards)}:
            return All(tuple(_read_guard(each) for each in guards))
        case {"any": list(guards)}:
            return Any(tuple(_read_guard(each) for each in guards))
        case {"not": inner}:
            return Not(_read_guard(inner))
        case _:
            raise AssertionError("not a guard")
