"""Holds a file against its model and says what is wrong in an author's words, with the line.

The first fault by line is the one that is reported: the next ones often come from it.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import ConversationFileError
from bot.loader.source import Path_, Source

_File = TypeVar("_File", bound=BaseModel)


def validated(model: type[_File], source: Source) -> _File:
    """Return the file as its model.

    Raises:
        ConversationFileError: a key is unknown or missing, or a value is not what it has to be.
    """
    if not isinstance(source.data, dict):
        raise source.wrong((), "expected a map of keys at the top of the file")
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        faults = [_fault(model, source, detail) for detail in error.errors(include_url=False)]
        raise min(faults, key=lambda fault: fault[0])[1] from None


def _fault(model: type[BaseModel], source: Source, detail: ErrorDetails) -> tuple[int, ConversationFileError]:
    path: Path_ = detail["loc"]
    # A fault in a key itself is told by "[key]" behind it.
    path = path[:-1] if path[-1:] == ("[key]",) else path
    place = path[:-1] if detail["type"] == "missing" else path
    while place and place not in source.lines:
        place = place[:-1]
    return source.lines.get(place, 1), source.wrong(place, _expected(model, detail, path))


_EXPECTED: Mapping[str, str] = {
    "missing": "expected the key {name!r}",
    "extra_forbidden": "unknown key {name!r}; expected one of {keys}",
    "literal_error": "{name}: expected {expected}, not {given}",
    "string_type": "{name}: expected a text",
    "string_too_short": "{name}: expected a text that is not empty",
    "string_too_long": "{name}: expected at most {max_length} letters",
    "string_pattern_mismatch": "{name}: expected the form {pattern}, not {given}",
    "int_parsing": "{name}: expected a whole number, not {given}",
    "int_type": "{name}: expected a whole number",
    "greater_than_equal": "{name}: expected {ge} or more",
    "less_than_equal": "{name}: expected {le} or less",
    "list_type": "{name}: expected a list",
    "dict_type": "{name}: expected a map of keys",
    "model_type": "{name}: expected a map of keys",
    "too_short": "{name}: expected at least {min_length}",
    "too_long": "{name}: expected at most {max_length}",
}
"""What each kind of fault is called; the names in braces are pydantic's and ours."""


def _expected(model: type[BaseModel], detail: ErrorDetails, path: Path_) -> str:
    known = {
        **detail.get("ctx", {}),
        "name": next((part for part in reversed(path) if isinstance(part, str)), "this"),
        "given": _short(detail["input"]),
        "keys": ", ".join(_keys(model, detail["loc"][:-1])) if detail["type"] == "extra_forbidden" else "",
        "msg": detail["msg"],
    }
    return _EXPECTED.get(detail["type"], "{name}: {msg}").format_map(known)


def _short(value: object) -> str:
    return repr(value) if isinstance(value, str) and len(value) <= 40 else "this"  # noqa: PLR2004  one line of a message


def _keys(model: type[BaseModel], path: Path_) -> list[str]:
    """Return the keys that the model takes at this place."""
    found: Any = model
    for part in path:
        found = _inside(found, part)
    while not _is_model(found):
        found = _inside(found, None)
    return [field.alias or name for name, field in found.model_fields.items()]


def _is_model(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel)


def _inside(annotation: Any, part: str | int | None) -> Any:
    if _is_model(annotation):
        by_alias = {field.alias or name: field for name, field in annotation.model_fields.items()}
        return by_alias[str(part)].annotation if part is not None else annotation
    inner = [each for each in getattr(annotation, "__args__", ()) if each not in {type(None), str}]
    return inner[-1] if inner else annotation
