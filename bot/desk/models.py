"""The parts that requests and answers are made of.

Rules. A request with a field we do not know is refused. An answer holds the fields of its model and no other: a value
with more is an error, so that a new column of the database never leaves by accident.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from bot.sealing.keyring import time_text

FILE_LIMIT = 1_500_000
"""Bytes of a sealed file that staff send; a note or a reply holds at most a megabyte."""


class Asked(BaseModel):
    """A request."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Answer(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Done(Answer):
    """Nothing but that it was done."""


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _data(text: object) -> bytes:
    if isinstance(text, bytes):
        return text
    try:
        data = b64decode(str(text), validate=True)
    except (Base64Error, ValueError):
        raise ValueError("not base64") from None
    if len(data) > FILE_LIMIT:
        raise ValueError("too long")
    return data


def _id(text: object) -> bytes:
    if isinstance(text, bytes):
        return text
    try:
        return bytes.fromhex(str(text))
    except ValueError:
        raise ValueError("not hex") from None


Moment = Annotated[
    datetime,
    PlainSerializer(time_text, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-23T08:00:00Z"]}),
]
Day = Annotated[date, BeforeValidator(_day)]
Data = Annotated[
    bytes,
    BeforeValidator(_data),
    PlainSerializer(lambda data: b64encode(data).decode(), return_type=str),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
"""A sealed file, in base64."""
Id = Annotated[
    bytes,
    BeforeValidator(_id),
    AfterValidator(lambda data: data if len(data) == 16 else _wrong()),  # noqa: PLR2004  16 bytes are an id
    PlainSerializer(bytes.hex, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^[0-9a-f]{32}$"}),
]


def _wrong() -> bytes:
    raise ValueError("not an id")


PRINTED = r"^[^\x00-\x1f\x7f]+$"
"""No control characters: PostgreSQL refuses a text with a NUL, which would be a failure of ours."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PRINTED)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""Six digits of the second factor."""
Signature = Annotated[str, StringConstraints(min_length=1, max_length=8_192)]
Language = Literal["en", "ru", "tg", "uz", "ky", "kk", "fa", "sgh"]
"""Those of ``bot.casework.languages``."""
Number = Annotated[int, Field(ge=0, le=2**53 - 1)]
