"""From a read call to its result: the one table of what each method does.

What lives here: the table, the record of what was asked, and the change signal. What must not: any one method's work.

Rules kept: ``getUpdates`` is not here, because it may wait; every other call is done at once and recorded, refused
or not.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from aiogram import methods
from aiogram.methods import TelegramMethod

from bot.emulator import changing, reading, sending
from bot.emulator.account import Account
from bot.emulator.calls import AnyCall, Call
from bot.emulator.profile import Profile
from bot.emulator.records import Asked
from bot.emulator.refusals import RefusalError

Result = object
"""Whatever JSON the method answers with."""


_Work: TypeAlias = Callable[[Account, Call[Any]], Result]  # Any: the table pairs each method with its own work


def _of_profile(work: Callable[..., Result]) -> _Work:
    return lambda account, call: work(account.profile, call.method)


_TABLE: Mapping[type[TelegramMethod[Any]], _Work] = {  # Any: each method has its own result
    methods.GetMe: lambda account, _call: account.profile.me(),
    methods.SetWebhook: reading.set_webhook,
    methods.DeleteWebhook: reading.delete_webhook,
    methods.GetWebhookInfo: reading.get_webhook_info,
    methods.SendMessage: sending.send_message,
    methods.SendPhoto: sending.send_photo,
    methods.SendDocument: sending.send_document,
    methods.SendVoice: sending.send_voice,
    methods.SendMediaGroup: sending.send_media_group,
    methods.CopyMessage: sending.copy_message,
    methods.SendChatAction: sending.send_chat_action,
    methods.EditMessageText: changing.edit_message_text,
    methods.EditMessageCaption: changing.edit_message_caption,
    methods.EditMessageReplyMarkup: changing.edit_message_reply_markup,
    methods.DeleteMessage: changing.delete_message,
    methods.DeleteMessages: changing.delete_messages,
    methods.AnswerCallbackQuery: changing.answer_callback_query,
    methods.LeaveChat: changing.leave_chat,
    methods.GetFile: lambda account, call: account.files.describe(call.method.file_id),
    methods.SetMyCommands: _of_profile(Profile.set_commands),
    methods.GetMyCommands: _of_profile(Profile.get_commands),
    methods.DeleteMyCommands: _of_profile(Profile.delete_commands),
    methods.SetMyName: _of_profile(Profile.set_name),
    methods.GetMyName: _of_profile(Profile.get_name),
    methods.SetMyDescription: _of_profile(Profile.set_description),
    methods.GetMyDescription: _of_profile(Profile.get_description),
    methods.SetMyShortDescription: _of_profile(Profile.set_short_description),
    methods.GetMyShortDescription: _of_profile(Profile.get_short_description),
    methods.SetChatMenuButton: _of_profile(Profile.set_menu_button),
    methods.GetChatMenuButton: _of_profile(Profile.get_menu_button),
}


def perform(account: Account, call: AnyCall) -> Result:
    """Do what was asked and return the result as JSON.

    Raises:
        RefusalError: in Telegram's words; recorded as well.
    """
    at = account.now()
    try:
        result = _TABLE[type(call.method)](account, call)
    except RefusalError as refusal:
        account.outbox.append(Asked(at=at, method=call.name, parameters=call.parameters, refusal=refusal))
        raise
    account.outbox.append(Asked(at=at, method=call.name, parameters=call.parameters))
    if not call.name.startswith("get"):
        account.changed()
    return result
