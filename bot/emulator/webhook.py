"""Delivering updates to a webhook.

What lives here: the pump that posts what waits, one at a time for each queue. What must not: which updates there are.

Rules kept (tdlib/telegram-bot-api ``WebhookActor.cpp``): the next update of a queue only after a 2xx for the one
before or after that one has expired; the first repetition at once, then 2, 4, 8 seconds and so on up to a minute,
``Retry-After`` honoured; 60 seconds without an answer are a failure; a method in the answer's body is carried out and
its result is seen by nobody.
"""

import asyncio
import json
from http import HTTPStatus

import aiohttp

from bot.emulator.account import Account
from bot.emulator.bell import Bell
from bot.emulator.calls import parse_call
from bot.emulator.dispatch import perform
from bot.emulator.records import Webhook
from bot.emulator.refusals import RefusalError
from bot.emulator.updates import Waiting

RETRY_DELAYS: tuple[float, ...] = (0, 2, 4, 8, 16, 32, 60)
"""Seconds before each repetition; the last one goes on. Telegram ends with a random 60 to 120."""
TIMEOUT = 60
"""Seconds a webhook may take to answer."""
LONGEST_RETRY_AFTER = 3600
"""Seconds of ``Retry-After`` that are honoured."""
_NOT_IN_AN_ANSWER = ("get", "setwebhook", "deletewebhook", "close", "logout")
_IDLE = 3600.0


class WebhookPump:
    """Posts one account's updates to its webhook while it has one."""

    def __init__(self, account: Account, bell: Bell, delays: tuple[float, ...]) -> None:
        self._account = account
        self._bell = bell
        self._delays = delays
        self._busy: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; needs a running loop."""
        # The application's life is no TaskGroup: `stop` cancels and awaits this task when the application ends.
        self._task = asyncio.create_task(self._run())  # noqa: TID251

    async def stop(self) -> None:
        """End, with whatever is in flight."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with aiohttp.ClientSession(timeout=timeout) as client, asyncio.TaskGroup() as deliveries:
            while not self._bell.closed:
                hook = self._account.webhook
                if hook is not None:
                    free = hook.max_connections - len(self._busy)
                    for update in self._account.updates.heads(frozenset(self._busy))[: max(free, 0)]:
                        self._busy.add(update.queue)
                        deliveries.create_task(self._deliver(client, hook, update))
                await self._bell.heard(_IDLE)

    async def _deliver(self, client: aiohttp.ClientSession, hook: Webhook, update: Waiting) -> None:
        attempt = 0
        try:
            while self._account.webhook is hook and self._account.now() < update.expires_at:
                pause = await self._post(client, hook, update)
                if pause is None:
                    break
                delay = self._delays[min(attempt, len(self._delays) - 1)]
                attempt += 1
                await asyncio.sleep(max(delay, pause))
        finally:
            self._busy.discard(update.queue)
            self._account.changed()

    async def _post(self, client: aiohttp.ClientSession, hook: Webhook, update: Waiting) -> float | None:
        """One attempt; ``None`` when it was taken, else the seconds the receiver asked to wait."""
        headers = {} if hook.secret is None else {"X-Telegram-Bot-Api-Secret-Token": hook.secret}
        try:
            async with client.post(hook.url, json=update.body, headers=headers, allow_redirects=False) as response:
                body = await response.read()
                status, retry_after = response.status, response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, TimeoutError) as error:
            self._failed(hook, f"Connection failed: {type(error).__name__}")
            return 0
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            self._account.updates.confirm(update.update_id)
            self._carry_out(body)
            return None
        self._failed(hook, f"Wrong response from the webhook: {status}")
        return float(min(int(retry_after), LONGEST_RETRY_AFTER)) if retry_after.isdecimal() else 0

    def _failed(self, hook: Webhook, reason: str) -> None:
        hook.last_error = reason
        hook.last_error_at = self._account.now()

    def _carry_out(self, body: bytes) -> None:
        try:
            given = json.loads(body)
        except ValueError:
            return
        if not isinstance(given, dict) or not isinstance(given.get("method"), str):
            return
        name = given.pop("method")
        if name.lower().startswith(_NOT_IN_AN_ANSWER):
            return
        try:
            perform(self._account, parse_call(name, given, {}))
        except RefusalError:
            return  # nobody sees the result of a call in an answer
