"""Canonical JSON, and reading it strictly into values.

One value has one spelling: sorted keys, no spaces, whole numbers only. Whatever else arrives is refused with
``MalformedError``, which names a field and never its content; each caller turns it into its own error.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

_Value = TypeVar("_Value")

WORDS_LIMIT = 524_288
"""Letters of the longest text field: twice what a draft may hold."""


class MalformedError(ValueError):
    """The bytes are not the canonical JSON that was expected; the message names the field."""


def encode(value: Mapping[str, object]) -> bytes:
    """Return the one spelling of a value; a lone surrogate becomes U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def fields_of(value: object) -> Any:  # Any: JSON
    """Return a dataclass of ours as JSON values: bytes in hex, tuples as lists, enumerations by value."""
    if isinstance(value, str | int):
        return value  # nearly every field, so asked first
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [fields_of(item) for item in value]
    if is_dataclass(value):
        return {each.name: fields_of(getattr(value, each.name)) for each in fields(value)}
    return value


def decode(data: bytes, limit: int, *, canonical: bool = True) -> "Record":
    """Read an object of at most ``limit`` bytes.

    ``canonical`` false accepts any spelling: for files that people or the server wrote.

    Raises:
        MalformedError: too long, not JSON, a repeated key, a number with a point, or another spelling.
    """
    if len(data) > limit:
        raise MalformedError(f"longer than {limit} bytes")
    try:
        value = json.loads(
            data.decode(), object_pairs_hook=_unique, parse_float=_refuse_number, parse_constant=_refuse_number
        )
        again = encode(value) if isinstance(value, dict) else b""
    except MalformedError:
        raise
    except (ValueError, RecursionError):
        raise MalformedError("not JSON") from None
    if not isinstance(value, dict):
        raise MalformedError("not an object")
    if canonical and again != data:
        raise MalformedError("not in canonical form")
    return Record(value)


def _unique(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise MalformedError("a key is repeated")
    return value


def _refuse_number(_text: str) -> object:
    raise MalformedError("a number is not whole")


class Record:
    """An object being read: each field is asked for once, with its type and limit; ``close`` refuses what is left."""

    def __init__(self, fields: Mapping[str, Any]) -> None:  # Any: JSON that has not been checked yet
        self._fields = dict(fields)

    def text(self, name: str, limit: int = 256) -> str:
        """Take a string of at most ``limit`` letters."""
        value = self._take(name)
        if not isinstance(value, str) or len(value) > limit:
            raise MalformedError(f"{name}: a text of at most {limit} letters")
        return value

    def one_of(self, name: str, among: Sequence[str]) -> str:
        """Take one of a few strings."""
        value = self.text(name)
        if value not in among:
            raise MalformedError(f"{name}: one of {', '.join(among)}")
        return value

    def number(self, name: str, highest: int = 2**53 - 1) -> int:
        """Take a whole number from 0."""
        value = self._take(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
            raise MalformedError(f"{name}: a whole number from 0 to {highest}")
        return value

    def flag(self, name: str) -> bool:
        """Take true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise MalformedError(f"{name}: true or false")
        return value

    def hex(self, name: str, size: int) -> bytes:
        """Take ``size`` bytes in lower-case hex."""
        value = self._take(name)
        try:
            data = bytes.fromhex(value) if isinstance(value, str) else b""
        except ValueError:
            data = b""
        if len(data) != size or data.hex() != value:
            raise MalformedError(f"{name}: {2 * size} lower-case hex letters")
        return data

    def optional_hex(self, name: str, size: int) -> bytes | None:
        """Take ``size`` bytes in lower-case hex, or null."""
        if self._fields.get(name, "") is None:
            del self._fields[name]
            return None
        return self.hex(name, size)

    def texts(self, name: str, most: int = 256, limit: int = 256) -> tuple[str, ...]:
        """Take a list of at most ``most`` strings."""
        values = self._take(name)
        if (
            not isinstance(values, list)
            or len(values) > most
            or any(not isinstance(value, str) or len(value) > limit for value in values)
        ):
            raise MalformedError(f"{name}: a list of at most {most} texts")
        return tuple(values)

    def each(self, name: str, read: Callable[["Record"], _Value], most: int = 1_024) -> tuple[_Value, ...]:
        """Take a list of at most ``most`` objects, each read by ``read`` and closed."""
        values = self._take(name)
        if not isinstance(values, list) or len(values) > most or any(not isinstance(value, dict) for value in values):
            raise MalformedError(f"{name}: a list of at most {most} objects")
        return tuple(_whole(value, read) for value in values)

    def inner(self, name: str, read: Callable[["Record"], _Value]) -> _Value:
        """Take one object, read by ``read`` and closed."""
        value = self._take(name)
        if not isinstance(value, dict):
            raise MalformedError(f"{name}: an object")
        return _whole(value, read)

    def optional(self, name: str, read: Callable[["Record"], _Value]) -> _Value | None:
        """Take one object or null."""
        if self._fields.get(name, "") is None:
            del self._fields[name]
            return None
        return self.inner(name, read)

    def has(self, name: str) -> bool:
        """Whether a field is there: for what was added to a file that the server writes."""
        return name in self._fields

    def close(self) -> None:
        """Refuse what was not asked for."""
        if self._fields:
            raise MalformedError("an unknown field")

    def _take(self, name: str) -> Any:  # Any: JSON that has not been checked yet
        try:
            return self._fields.pop(name)
        except KeyError:
            raise MalformedError(f"{name} is missing") from None


def _whole(value: Mapping[str, object], read: Callable[[Record], _Value]) -> _Value:
    record = Record(value)
    result = read(record)
    record.close()
    return result
