"""One update of the staff's bot: read, carried out in one transaction, confirmed, and only then answered.

The library's router leads a command or tap to its handler; the update is handed to it by the ingress, one at a time for
a chat. What a handler raises comes out of ``on_update``, so that the ingress can try again or set it aside. Of an
update only the few parts that are needed are read, so that a forward no library understands is still a message.

Before: ``bot.channels.ingress``. After: ``bot.casework.staff_chat``.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from telegram import BotCommand, CallbackQuery, Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackContext, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot import log
from bot.casework.staff_chat import (
    MUTED_AT_MOST,
    MUTED_HOURS,
    Answer,
    Duty,
    Listing,
    Outcome,
    Repeated,
    Said,
    StaffChat,
    Stranger,
)
from bot.casework.words import View
from bot.channels.staff import render
from bot.channels.staff import words as texts
from bot.channels.staff.render import CANNOT, TAKE, Line
from bot.channels.staff.sender import Sender, StaffApplication
from bot.channels.staff.words import COMMANDS, NOT_DONE, STRANGER, Words
from bot.channels.updates import Raw, chat_of, kind_of, tap_of, update_id_of
from bot.ids import CaseId, ChatId, Reference
from bot.log.events import SendGivenUp, UpdateSetAside

Context: TypeAlias = CallbackContext[Any, Any, Any, Any]  # Any: the library's dictionaries, which stay empty
Handler: TypeAlias = Callable[[Update, Context], Coroutine[Any, Any, None]]

_MESSAGE = ("message_id", "date", "chat", "from", "text", "entities")
_QUERY = ("id", "from", "chat_instance", "data")
_PRIVATE = "private"
_DATA = re.compile(rf"([{TAKE}{CANNOT}])\.([0-9a-f]{{32}})")
_REFERENCE = re.compile(r"PN-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
_GONE = frozenset({"kicked", "left"})
_HOURS = 2


@dataclass(slots=True)
class _Underway:
    """What is known of an update while the library's router has it."""

    committed: Callable[[], None]
    error: Exception | None = field(default=None, repr=False)


class Router:
    """Leads updates to the service and answers to the chat."""

    def __init__(self, application: StaffApplication, *, chat: StaffChat, sender: Sender, words: Words) -> None:
        """Put the handlers into ``application``."""
        self._application = application
        self._chat = chat
        self._sender = sender
        self._words = words
        self._underway: dict[int, _Underway] = {}
        handlers: Mapping[str, Handler] = {
            "start": self._start,
            "help": self._help,
            "queue": self._queue,
            "mine": self._mine,
            "claim": self._claim,
            "release": self._release,
            "duty": self._duty,
            "mute": self._mute,
        }
        for command, handler in handlers.items():
            application.add_handler(CommandHandler(command, handler))
        application.add_handler(CallbackQueryHandler(self._tapped))
        application.add_handler(MessageHandler(filters.TEXT, self._typed))
        application.add_error_handler(self._failed)

    async def on_update(self, raw: Raw, committed: Callable[[], None]) -> None:
        """Do everything that one update asks for; what was raised before the commit comes out."""
        update_id, kind, number = update_id_of(raw), kind_of(raw), chat_of(raw)
        body = raw.get(kind)
        if update_id is None or not isinstance(body, Mapping):
            log.write(UpdateSetAside(update=update_id or 0, kind=kind))
            committed()
            return
        if kind == "my_chat_member" or _is_elsewhere(kind, body):
            await self._membership(body, number, committed)
            return
        update = _read(update_id, kind, body, self._application)
        if update is None:
            log.write(UpdateSetAside(update=update_id, kind=kind))
            committed()
            if (tap := tap_of(raw)) is not None:
                await self._sender.answer(tap, None)
            return
        underway = self._underway[update_id] = _Underway(committed)
        try:
            await self._application.process_update(update)
        finally:
            del self._underway[update_id]
        if underway.error is not None:
            raise underway.error
        committed()

    async def sorry(self, raw: Raw) -> None:
        """Say that an update was set aside and nothing of it was done."""
        if (tap := tap_of(raw)) is not None:
            await self._sender.answer(tap, NOT_DONE)
            return
        kind, number = kind_of(raw), chat_of(raw)
        body = raw.get(kind)
        if kind == "message" and number is not None and isinstance(body, Mapping) and not _is_elsewhere(kind, body):
            await self._sender.send(ChatId(number), Line(text=NOT_DONE))

    async def publish(self) -> None:
        """Tell the messenger which commands there are, in English for everybody and in Russian."""
        for locale in ("en", "ru"):
            commands = [BotCommand(name, self._words(locale, text)) for name, text in COMMANDS.items()]
            try:
                await self._application.bot.set_my_commands(commands, language_code=None if locale == "en" else locale)
            except TelegramError as error:
                log.write(SendGivenUp(method="setMyCommands", error=type(error).__name__))

    # -- commands -----------------------------------------------------------------------------------------------

    async def _start(self, update: Update, context: Context) -> None:
        chat = _chat(update)
        code = " ".join(context.args or ())
        if code:
            await self._finish(update, await self._link(update, code))
            return
        linked = await asyncio.to_thread(self._chat.is_linked, chat)
        self._commit(update)
        await self._sender.send(chat, Line(text=texts.HELP if linked else STRANGER))

    async def _help(self, update: Update, context: Context) -> None:
        await self._typed(update, context)

    async def _typed(self, update: Update, _context: Context) -> None:
        """Take a typed code; anything else that is typed is none of our business."""
        chat, text = _chat(update), (update.effective_message.text or "") if update.effective_message else ""
        outcome = await self._link(update, text)
        if isinstance(outcome, Stranger) and await asyncio.to_thread(self._chat.is_linked, chat):
            self._commit(update)
            await self._sender.send(chat, Line(text=texts.HELP))
            return
        await self._finish(update, outcome)

    async def _queue(self, update: Update, _context: Context) -> None:
        await self._finish(update, await asyncio.to_thread(self._chat.cases, _chat(update), View.UNASSIGNED))

    async def _mine(self, update: Update, _context: Context) -> None:
        await self._finish(update, await asyncio.to_thread(self._chat.cases, _chat(update), View.MINE))

    async def _claim(self, update: Update, context: Context) -> None:
        reference = _reference(context)
        if reference is None:
            await self._hint(update, texts.WHICH, command="/claim")
            return
        await self._finish(
            update, await asyncio.to_thread(self._chat.claim, update.update_id, _chat(update), reference)
        )

    async def _release(self, update: Update, context: Context) -> None:
        reference = _reference(context)
        if reference is None:
            await self._hint(update, texts.WHICH, command="/release")
            return
        knowingly = (context.args or [""])[-1].casefold() in {"yes", "да", "ҳа"}
        outcome = await asyncio.to_thread(
            lambda: self._chat.release(update.update_id, _chat(update), reference, knowingly=knowingly)
        )
        await self._finish(update, outcome, reference=reference)

    async def _duty(self, update: Update, _context: Context) -> None:
        await self._finish(update, await asyncio.to_thread(self._chat.duty, _chat(update)))

    async def _mute(self, update: Update, context: Context) -> None:
        given = (context.args or [str(MUTED_HOURS)])[0]
        hours = int(given) if given.isdecimal() and len(given) <= _HOURS else None
        if hours is None or hours > MUTED_AT_MOST:
            await self._hint(update, texts.HOW_TO_MUTE)
            return
        await self._finish(update, await asyncio.to_thread(self._chat.mute, update.update_id, _chat(update), hours))

    async def _tapped(self, update: Update, _context: Context) -> None:
        query = update.callback_query
        assert query is not None, "the handler of taps"
        found = _DATA.fullmatch(query.data or "")
        if found is None:
            self._commit(update)
            await self._sender.answer(query.id, None)
            return
        act = self._chat.take if found[1] == TAKE else self._chat.cannot
        outcome = await asyncio.to_thread(act, update.update_id, _chat(update), CaseId(bytes.fromhex(found[2])))
        self._commit(update)
        await self._answered(query, outcome)

    # -- answers ------------------------------------------------------------------------------------------------

    async def _answered(self, query: CallbackQuery, outcome: Outcome) -> None:
        if not isinstance(outcome, Answer):
            await self._sender.answer(query.id, None)
            return
        line = render.answer(self._words, outcome)
        await self._sender.answer(query.id, line.text)
        message = query.message
        if not isinstance(message, Message):
            return
        if outcome.level is not None:
            await self._sender.replace(message.chat_id, message.message_id, render.case_line(self._words, outcome))
        elif outcome.said in {Said.PASSED, Said.NOBODY_LEFT} and message.text:
            await self._sender.replace(message.chat_id, message.message_id, f"{message.text}\n{line.text}")

    async def _finish(self, update: Update, outcome: Outcome, *, reference: str = "") -> None:
        """Confirm what was carried out, then answer; a stranger hears one neutral line."""
        self._commit(update)
        line = self._line(outcome, reference)
        if line is not None:
            await self._sender.send(_chat(update), line)

    def _line(self, outcome: Outcome, reference: str) -> Line | None:
        match outcome:
            case Answer():
                return render.answer(self._words, outcome, reference=reference)
            case Listing():
                return render.listing(self._words, outcome)
            case Duty():
                return render.duty(self._words, outcome)
            case Stranger():
                return Line(text=STRANGER)
            case Repeated():
                return None

    async def _hint(self, update: Update, message: str, **values: str) -> None:
        """Say how a command is written, in the language of whoever wrote it."""
        chat = _chat(update)
        outcome = await asyncio.to_thread(self._chat.duty, chat)
        self._commit(update)
        if isinstance(outcome, Duty):
            await self._sender.send(chat, Line(text=self._words(outcome.locale, message, **values)))
        else:
            await self._sender.send(chat, Line(text=STRANGER))

    async def _link(self, update: Update, code: str) -> Outcome:
        return await asyncio.to_thread(self._chat.link, update.update_id, _chat(update), code)

    async def _membership(self, body: Raw, number: int | None, committed: Callable[[], None]) -> None:
        """Leave groups without a word; a person who blocked the bot is linked no more."""
        status = body.get("new_chat_member")
        gone = isinstance(status, Mapping) and status.get("status") in _GONE
        chat = body.get("chat")
        private = isinstance(chat, Mapping) and chat.get("type") == _PRIVATE
        if number is not None and private and gone:
            await asyncio.to_thread(self._chat.unlink, ChatId(number))
        committed()
        if number is not None and number < 0 and not gone:
            await self._sender.leave(number)

    def _commit(self, update: Update) -> None:
        self._underway[update.update_id].committed()

    async def _failed(self, update: object, context: Context) -> None:
        """Keep what a handler raised; the ingress knows what to do with it."""
        error = context.error
        if isinstance(update, Update) and isinstance(error, Exception) and update.update_id in self._underway:
            self._underway[update.update_id].error = error


def _is_elsewhere(kind: str, body: Raw) -> bool:
    """Tell whether a message stands in a group or a channel."""
    chat = body.get("chat")
    return kind != "callback_query" and isinstance(chat, Mapping) and chat.get("type") != _PRIVATE


def _read(update_id: int, kind: str, body: Raw, application: StaffApplication) -> Update | None:
    """Return the few parts of an update that are needed; ``None`` where they are unreadable or no person's."""
    match kind:
        case "message":
            kept: dict[str, object] = {key: body[key] for key in _MESSAGE if key in body}
        case "callback_query":
            kept = {key: body[key] for key in _QUERY if key in body}
            message = body.get("message")
            if isinstance(message, Mapping):
                kept["message"] = {key: message[key] for key in _MESSAGE if key in message}
        case _:
            return None
    try:
        update = Update.de_json({"update_id": update_id, kind: kept}, application.bot)
        user, chat = update.effective_user, update.effective_chat
    except Exception:  # noqa: BLE001  whatever the library stumbles over, the update is set aside by its id
        return None
    if user is None or user.is_bot or (chat is not None and (chat.type != _PRIVATE or chat.id != user.id)):
        return None
    return update


def _chat(update: Update) -> ChatId:
    user = update.effective_user
    assert user is not None, "only what a person did is read"
    return ChatId(user.id)


def _reference(context: Context) -> Reference | None:
    given = (context.args or [""])[0].upper()
    return Reference(given) if _REFERENCE.fullmatch(given) else None
