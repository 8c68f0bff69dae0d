"""The other mouth of the ingress: the messenger calls us, and gets 200 only when the update is committed.

Behind a proxy that speaks TLS. A request without the secret is refused before its body is read; the secret is compared
in constant time. Anything but 200 makes the messenger deliver again, in its own growing intervals.

Before: the messenger. After: ``ingress.Ingress.receive``.
"""

import hmac
import json
from http import HTTPStatus

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import SetWebhook
from aiohttp import web

from bot import log
from bot.channels.ingress import Ingress
from bot.channels.outage import Outage
from bot.channels.polling import ALLOWED_UPDATES
from bot.channels.updates import update_id_of
from bot.errors import ChannelError, StoreError
from bot.log.events import WebhookRefused

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name, not a secret
BODY_BYTES = 2**20
"""An update is at most 512 KiB (tdlib, TQueue)."""
CONNECTIONS = 40
"""Bot API, setWebhook: the default of ``max_connections``."""


class Webhook:
    """One address for one bot."""

    def __init__(self, *, secret: str, ingress: Ingress, outage: Outage) -> None:
        """Take updates that carry ``secret``, 1 to 256 letters, digits, ``_`` and ``-`` (Bot API, setWebhook)."""
        self._secret = secret.encode()
        self._ingress = ingress
        self._outage = outage

    def application(self, path: str) -> web.Application:
        """Return a server application that answers POST at ``path`` and nothing else."""
        application = web.Application(client_max_size=BODY_BYTES)
        application.router.add_post(path, self.handle)
        return application

    async def handle(self, request: web.Request) -> web.Response:
        """Take one update in; 403, 413 and 400 for what is none, 503 when it could not be committed."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._secret):
            return _refused(HTTPStatus.FORBIDDEN)
        if (request.content_length or 0) > BODY_BYTES:
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            raw = json.loads(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except (ValueError, RecursionError):
            return _refused(HTTPStatus.BAD_REQUEST)
        if not isinstance(raw, dict) or update_id_of(raw) is None:
            return _refused(HTTPStatus.BAD_REQUEST)
        self._outage.arrived(raw)
        try:
            await self._ingress.receive(raw)
        except StoreError:
            return _refused(HTTPStatus.SERVICE_UNAVAILABLE)
        self._ingress.afterwards(self._outage.over())
        return web.Response()


def _refused(status: HTTPStatus) -> web.Response:
    log.write(WebhookRefused(status=int(status)))
    return web.Response(status=int(status))


async def register(telegram: Bot, *, url: str, secret: str) -> None:
    """Tell the messenger to call ``url``; what is queued stays queued.

    Raises:
        ChannelError: the messenger does not take the address.
    """
    wanted = SetWebhook(
        url=url,
        secret_token=secret,
        allowed_updates=list(ALLOWED_UPDATES),
        max_connections=CONNECTIONS,
        drop_pending_updates=False,
    )
    try:
        await telegram(wanted)
    except AiogramError as error:
        reason = type(error).__name__
    else:
        return
    raise ChannelError(f"the messenger does not take PANOH_WEBHOOK_URL ({reason})", retry=True)
