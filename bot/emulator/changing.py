"""The methods that change what is already in a chat: edits, deletions, the answer to a tap, leaving.

What lives here: editMessage…, deleteMessage(s), answerCallbackQuery, leaveChat. What must not: new messages.

Rules kept: an unchanged edit is refused; nothing older than 48 hours can be deleted for everyone (Bot API,
deleteMessage; TDLib ``DEFAULT_REVOKE_TIME_LIMIT``); a tap is answered once and soon.
"""

from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

from aiogram import methods

from bot.emulator.account import Account
from bot.emulator.calls import Call, as_json, chosen
from bot.emulator.formatting import formatted
from bot.emulator.keyboards import inline_keyboard
from bot.emulator.records import Chat, ChatKind, Entry
from bot.emulator.refusals import bad_request
from bot.emulator.sending import caption_content, entities_json, text_content

DELETE_WITHIN = timedelta(hours=48)
"""How long a message can be deleted for everyone (Bot API, deleteMessage)."""
DELETE_AT_ONCE = range(1, 101)
"""Messages in one ``deleteMessages`` (Bot API)."""
TOAST = 200
"""Characters of an answer to a tap (Bot API, answerCallbackQuery)."""

Json: TypeAlias = dict[str, Any]  # Any: JSON of the Bot API
_Edits: TypeAlias = methods.EditMessageText | methods.EditMessageCaption | methods.EditMessageReplyMarkup
_Edit = TypeVar("_Edit", bound=_Edits)


def edit_message_text(account: Account, call: Call[methods.EditMessageText]) -> Json:
    """``editMessageText``."""
    method = call.method
    entry = _editable(account, method)
    if "text" not in entry.body:
        raise bad_request("there is no text in the message to edit")
    content = text_content(formatted(method.text or "", chosen(method.parse_mode), entities_json(method.entities)))
    preview = chosen(method.link_preview_options)
    shown = None if preview is None else as_json(preview)
    changes = {"entities": None, "link_preview_options": shown} | content
    return _revise(account, entry, call, changes | {"reply_markup": inline_keyboard(method.reply_markup)})


def edit_message_caption(account: Account, call: Call[methods.EditMessageCaption]) -> Json:
    """``editMessageCaption``."""
    method = call.method
    entry = _editable(account, method)
    if "text" in entry.body:
        raise bad_request("there is no caption in the message to edit")
    content = caption_content(method.caption, chosen(method.parse_mode), entities_json(method.caption_entities))
    changes = {"caption": None, "caption_entities": None} | content
    return _revise(account, entry, call, changes | {"reply_markup": inline_keyboard(method.reply_markup)})


def edit_message_reply_markup(account: Account, call: Call[methods.EditMessageReplyMarkup]) -> Json:
    """``editMessageReplyMarkup``."""
    method = call.method
    entry = _editable(account, method)
    return _revise(account, entry, call, {"reply_markup": inline_keyboard(method.reply_markup)})


def delete_message(account: Account, call: Call[methods.DeleteMessage]) -> bool:
    """``deleteMessage``."""
    method = call.method
    chat = account.chat(method.chat_id)
    entry = account.entry(chat.chat_id, method.message_id)
    if entry is None:
        raise bad_request("message to delete not found")
    _check_deletable(account, chat, entry)
    account.remove(entry)
    return True


def delete_messages(account: Account, call: Call[methods.DeleteMessages]) -> bool:
    """``deleteMessages``: what is not there is skipped; one that cannot be deleted stops all."""
    method = call.method
    chat = account.chat(method.chat_id)
    if not method.message_ids:
        raise bad_request("message identifiers are not specified")
    if len(method.message_ids) not in DELETE_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    found = [entry for message_id in method.message_ids if (entry := account.entry(chat.chat_id, message_id))]
    for entry in found:
        _check_deletable(account, chat, entry)
    for entry in found:
        account.remove(entry)
    return True


def answer_callback_query(account: Account, call: Call[methods.AnswerCallbackQuery]) -> bool:
    """``answerCallbackQuery``."""
    method = call.method
    query = account.queries.get(method.callback_query_id)
    late = query is not None and account.now() - query.made_at > account.answer_within
    if query is None or query.answered or late:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(method.text or "") > TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answered = True
    query.toast = method.text or None
    query.alert = bool(method.show_alert)
    return True


def leave_chat(account: Account, call: Call[methods.LeaveChat]) -> bool:
    """``leaveChat``: groups only."""
    method = call.method
    chat = account.chat(method.chat_id)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    chat.refusal = "bot is not a member of the group chat"
    return True


def _editable(account: Account, method: _Edits) -> Entry:
    if method.inline_message_id is not None or method.message_id is None:
        raise bad_request("message identifier is not specified")
    chat = account.chat(method.chat_id)
    entry = account.entry(chat.chat_id, method.message_id)
    if entry is None:
        raise bad_request("message to edit not found")
    if entry.incoming:
        raise bad_request("message can't be edited")
    return entry


def _revise(account: Account, entry: Entry, call: Call[_Edit], changes: Json) -> Json:
    if all(entry.body.get(key) == value for key, value in changes.items()):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    account.revise(entry, changes)
    entry.given = call.parameters
    return entry.body


def _check_deletable(account: Account, chat: Chat, entry: Entry) -> None:
    if account.now() - entry.sent_at >= DELETE_WITHIN:
        raise bad_request("message can't be deleted for everyone")
    if chat.kind is ChatKind.GROUP and entry.incoming:
        raise bad_request("message can't be deleted")
