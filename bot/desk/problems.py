"""What went wrong, in one shape: a code and an English line. Never anything that was sent.

What is absent, forbidden, or not for this role is one answer, letter for letter.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from bot.errors import (
    CaseUnavailableError,
    ChangedError,
    PanohError,
    PersonUnavailableError,
    Refused,
    SettingsError,
    SignedOutError,
    SlowDownError,
    StoreError,
)


class Problem(BaseModel):
    """The one shape of an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    error: str
    message: str


LINES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("bad_request", "This request cannot be read."),
        401: ("signed_out", "You are signed out, or what you showed did not hold."),
        403: ("refused", "This request came from another place than the desk."),
        404: ("unavailable", "There is nothing here for you."),
        405: ("bad_request", "This cannot be done here."),
        409: ("changed", "It has changed since you looked: look again."),
        413: ("too_large", "This is too large."),
        422: ("invalid", "Something in this request is not as it must be."),
        429: ("slow_down", "Too many tries: wait some minutes."),
        500: ("failed", "The server failed; try again."),
    }
)
"""By status: the code, and the line where there is no better one."""
CODES = frozenset(code for code, _ in LINES.values()) | frozenset(Refused)
"""Every code that an answer can have; the page has words for each."""
RESPONSES: dict[int | str, dict[str, object]] = {
    "4XX": {"model": Problem, "description": "It was not done: a code and a line."}
}
"""What every endpoint may answer instead."""


def answer(status: int, line: str | None = None, why: Refused | None = None) -> JSONResponse:
    """Return the answer for a status, with a line and a code of our own where they help."""
    code, message = LINES.get(status, LINES[400])
    headers = {"Retry-After": "60"} if status == 429 else {}  # noqa: PLR2004  HTTP's own number
    return JSONResponse({"error": why or code, "message": line or message}, status, headers)


def add_handlers(app: FastAPI) -> None:
    """Give every failure its answer."""

    async def ours(_: Request, error: Exception) -> JSONResponse:
        match error:
            case CaseUnavailableError() | PersonUnavailableError():
                return answer(404)
            case SignedOutError():
                return answer(401)
            case SlowDownError():
                return answer(429)
            case ChangedError():
                return answer(409, _sentence(error), error.why)
            case StoreError():
                return answer(500)
            case SettingsError():  # of a roster that a lead saves; nothing else that is set is theirs
                return answer(422, _sentence(error), Refused.ROSTER)
            case PanohError():
                return answer(422, _sentence(error))
            case _:
                return answer(500)

    async def theirs(_: Request, error: Exception) -> JSONResponse:
        return answer(error.status_code if isinstance(error, HTTPException) else 500)

    async def unreadable(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        broken = any(each["type"] == "json_invalid" for each in error.errors())
        return answer(400 if broken else 422)

    app.add_exception_handler(PanohError, ours)
    app.add_exception_handler(HTTPException, theirs)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(Exception, ours)


def _sentence(error: Exception) -> str:
    line = str(error)
    return line[:1].upper() + line[1:] + ("" if line.endswith(".") else ".")
