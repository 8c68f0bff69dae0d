"""Text with formatting: Telegram's HTML, entities counted in UTF-16 units, and the trimming of white space.

What lives here: pure functions from strings to ``Formatted``. What must not: messages, chats, limits of a method.

Rules kept: the tags and the words of the refusals are those of TDLib's ``MessageEntity.cpp``; ``Markdown`` is not
read, because nothing in this project writes it, and asking for it is refused rather than ignored.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.emulator.refusals import bad_request, cannot_parse_entities

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TOKEN = re.compile(
    r"<(?P<close>/)?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<attributes>[^<>]*)>|(?P<open><)|&(?P<entity>#?\w+);"
)
_ATTRIBUTE = re.compile(r"""\s*([A-Za-z-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[\w.:/-]+))?""")
_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]+)?(?!\S)")
_KNOWN_ENTITIES = ("lt", "gt", "amp", "quot")
MAX_ENTITIES = 100
"""Entities a message keeps; not in the Bot API's text, from python-telegram-bot's constants."""


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of every offset in the Bot API."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A text without markup and its entities, as the Bot API's JSON."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()  # Any: JSON of the Bot API


def formatted(text: str, parse_mode: str | None, entities: list[dict[str, Any]] | None) -> Formatted:
    """Read ``text`` as the Bot API would.

    Raises:
        RefusalError: when the markup cannot be parsed or an entity lies outside the text.
    """
    match (parse_mode or "").lower():
        case "":
            result = Formatted(text=text, entities=tuple(_checked(text, entities or [])))
        case "html":
            result = parse_html(text)
        case _:
            raise bad_request("unsupported parse_mode")
    return trimmed(result)


def parse_html(text: str) -> Formatted:
    """Turn Telegram's HTML into text and entities.

    Raises:
        RefusalError: ``can't parse entities`` with the byte offset, as TDLib says it.
    """
    out: list[str] = []
    length = position = 0
    stack: list[tuple[str, dict[str, Any]]] = []
    entities: list[dict[str, Any]] = []

    def write(piece: str) -> None:
        nonlocal length
        out.append(piece)
        length += utf16_length(piece)

    for token in _TOKEN.finditer(text):
        write(text[position : token.start()])
        position = token.end()
        offset = len(text[: token.start()].encode())
        if token["entity"] is not None:
            write(_entity(token[0], token["entity"]))
        elif token["open"] is not None:
            raise cannot_parse_entities(f'Unsupported start tag "" at byte offset {offset}')
        elif token["close"] is None:
            name = token["name"].lower()
            stack.append((name, _opened(name, token["attributes"], offset) | {"offset": length}))
        else:
            name = token["name"].lower()
            if not stack:
                raise cannot_parse_entities(f"Unexpected end tag at byte offset {offset}")
            opened, entity = stack.pop()
            if opened != name:
                raise cannot_parse_entities(
                    f'Unmatched end tag at byte offset {offset}, expected "</{opened}>", found "</{name}>"'
                )
            if length > entity["offset"] and entity["type"] != "":
                entities.append(entity | {"length": length - entity["offset"]})
    write(text[position:])
    if stack:
        raise cannot_parse_entities(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(text="".join(out), entities=tuple(entities[:MAX_ENTITIES]))


def _entity(whole: str, name: str) -> str:
    if name in _KNOWN_ENTITIES or name.startswith("#"):
        return unescape(whole)
    return whole


def _opened(name: str, attributes: str, offset: int) -> dict[str, Any]:
    given = {key.lower(): value.strip("\"'") for key, value in _ATTRIBUTE.findall(attributes)}
    if name == "a":
        address = given.get("href", "")
        return {"type": "text_link", "url": address} if address else {"type": ""}
    if name == "span":
        if given.get("class") != "tg-spoiler":
            raise cannot_parse_entities(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        return {"type": "spoiler"}
    if name == "blockquote" and "expandable" in given:
        return {"type": "expandable_blockquote"}
    if name not in _TAGS:
        raise cannot_parse_entities(f'Unsupported start tag "{name}" at byte offset {offset}')
    return {"type": _TAGS[name]}


def _checked(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    end = utf16_length(text)
    for entity in entities:
        if entity["offset"] < 0 or entity["length"] < 0 or entity["offset"] + entity["length"] > end:
            begins, ends = entity["offset"], entity["offset"] + entity["length"]
            raise bad_request(
                f"entity beginning at UTF-16 offset {begins} ends after the end of the text at UTF-16 offset {ends}"
            )
    return [entity for entity in entities if entity["length"] > 0][:MAX_ENTITIES]


def commands(text: str) -> list[dict[str, Any]]:  # Any: JSON of the Bot API
    """The commands in a text, which Telegram marks in every message by itself."""
    return [
        {"type": "bot_command", "offset": utf16_length(text[: found.start()]), "length": len(found[0])}
        for found in _COMMAND.finditer(text)
    ]


def trimmed(value: Formatted) -> Formatted:
    """Without white space at both ends, as Telegram keeps a text; entities move with it."""
    lead = utf16_length(value.text) - utf16_length(value.text.lstrip())
    text = value.text.strip()
    end = utf16_length(text)
    kept: list[dict[str, Any]] = []
    for entity in value.entities:
        first = max(entity["offset"] - lead, 0)
        last = min(entity["offset"] + entity["length"] - lead, end)
        if last > first:
            kept.append(entity | {"offset": first, "length": last - first})
    return Formatted(text=text, entities=tuple(kept))
