"""The methods by which an account gets its updates, without the waiting.

What lives here: setWebhook, deleteWebhook, getWebhookInfo and the checks of getUpdates. What must not: long polling
and deliveries (``server``, ``webhook``).

Rules kept: this server plays ``--local``, so a webhook may be plain HTTP on any port; a secret is 1 to 256 of
``A-Za-z0-9_-`` (Bot API, setWebhook).
"""

import re
from typing import Any, TypeAlias

from aiogram import methods

from bot.emulator.account import Account
from bot.emulator.calls import Call
from bot.emulator.records import Webhook
from bot.emulator.refusals import bad_request, conflict
from bot.emulator.updates import LIMIT

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CONNECTIONS = range(1, 101)
LONGEST_POLL = 50
"""Seconds a ``getUpdates`` may wait; more is cut (``Client.cpp``)."""

Json: TypeAlias = dict[str, Any]  # Any: JSON of the Bot API


def set_webhook(account: Account, call: Call[methods.SetWebhook]) -> bool:
    """``setWebhook``; an empty address removes it."""
    method = call.method
    _forget(account, drop=method.drop_pending_updates)
    if method.allowed_updates is not None:
        account.updates.allow(method.allowed_updates)
    if not method.url:
        account.webhook = None
        return True
    if not method.url.startswith(("http://", "https://")):
        raise bad_request("bad webhook: an HTTPS URL must be provided for webhook")
    if method.secret_token is not None and not _SECRET.fullmatch(method.secret_token):
        raise bad_request("secret token contains unallowed characters")
    connections = method.max_connections if method.max_connections in _CONNECTIONS else None
    account.webhook = Webhook(url=method.url, secret=method.secret_token, max_connections=connections or 40)
    return True


def delete_webhook(account: Account, call: Call[methods.DeleteWebhook]) -> bool:
    """``deleteWebhook``."""
    method = call.method
    _forget(account, drop=method.drop_pending_updates)
    account.webhook = None
    return True


def get_webhook_info(account: Account, _call: Call[methods.GetWebhookInfo]) -> Json:
    """``getWebhookInfo``."""
    hook = account.webhook
    info: Json = {
        "url": hook.url if hook is not None else "",
        "has_custom_certificate": False,
        "pending_update_count": len(account.updates.pending()),
    }
    if account.updates.kinds is not None:
        info["allowed_updates"] = sorted(account.updates.kinds)
    if hook is not None:
        info["max_connections"] = hook.max_connections
        if hook.last_error is not None and hook.last_error_at is not None:
            info |= {"last_error_date": int(hook.last_error_at.timestamp()), "last_error_message": hook.last_error}
    return info


def begin_poll(account: Account, method: methods.GetUpdates) -> float:
    """Check a ``getUpdates`` and return how long it may wait, in seconds.

    Raises:
        RefusalError: 409 while a webhook is set.
    """
    if account.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    if method.allowed_updates is not None:
        account.updates.allow(method.allowed_updates)
    return float(min(max(method.timeout or 0, 0), LONGEST_POLL))


def take_updates(account: Account, method: methods.GetUpdates) -> list[Json]:
    """What a ``getUpdates`` answers now."""
    before = account.updates.confirmed
    updates = account.updates.take(offset=method.offset or 0, limit=min(max(method.limit or LIMIT, 1), LIMIT))
    if account.updates.confirmed != before:
        account.changed()
    return updates


def _forget(account: Account, *, drop: bool | None) -> None:
    if drop:
        account.updates.drop_all()
