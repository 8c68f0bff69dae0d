"""The refusals of the Bot API, in its own words.

What lives here: ``RefusalError`` and one constructor for each answer that is not ``ok``. What must not: deciding when.

Rules kept: the words are those of the official server (tdlib/telegram-bot-api and TDLib), because clients match on
them; a refusal never repeats what a person typed.
"""

from bot.errors import PanohError


class RefusalError(PanohError):
    """The Bot API says no: an HTTP status, a description, and for 429 how many seconds to wait."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad_request(reason: str) -> RefusalError:
    """400 with a reason in Telegram's words, without the prefix."""
    return RefusalError(400, f"Bad Request: {reason}")


def unauthorized() -> RefusalError:
    """401: no such token."""
    return RefusalError(401, "Unauthorized")


def forbidden(reason: str) -> RefusalError:
    """403 with a reason, without the prefix."""
    return RefusalError(403, f"Forbidden: {reason}")


def not_found() -> RefusalError:
    """404: no such method here; an unexpected call must fail a test."""
    return RefusalError(404, "Not Found")


def conflict(reason: str) -> RefusalError:
    """409: two readers of one queue."""
    return RefusalError(409, f"Conflict: {reason}")


def too_many_requests(retry_after: int) -> RefusalError:
    """429: wait ``retry_after`` seconds."""
    return RefusalError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def cannot_parse_entities(reason: str) -> RefusalError:
    """400 for markup that cannot be read."""
    return bad_request(f"can't parse entities: {reason}")
