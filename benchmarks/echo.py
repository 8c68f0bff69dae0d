"""The other side: a bare aiogram bot that makes the calls of a turn and keeps nothing.

Imports nothing of ours, since its start and its memory are measured too. Run as a process:
``python -m benchmarks.echo '{"token": …, "api": …, "screens": […], "hook": …}'``. To a message it answers with the
first screen, to a tap ``s:<n>`` with that one; it removes the question before and what was typed. Foreground webhook or
sequential polling, as the design says.
"""

import asyncio
import json
import sys
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]


def dispatcher_of(screens: list[dict[str, Any]]) -> Dispatcher:  # Any: JSON of the Bot API
    """Return the bot's handlers."""
    dispatcher = Dispatcher()
    questions: dict[int, int] = {}

    async def show(bot_: Bot, chat: int, number: int, gone: list[int]) -> None:
        screen = screens[number]
        sent = await bot_.send_message(
            chat,
            screen["text"],
            reply_markup=InlineKeyboardMarkup.model_validate(screen["reply_markup"]),
            link_preview_options=NO_PREVIEW,
            protect_content=True,
        )
        before = questions.get(chat)
        questions[chat] = sent.message_id
        await bot_.delete_messages(chat, list({*gone, *([before] if before else [])}))

    @dispatcher.message()
    async def on_message(message: Message, bot: Bot) -> None:
        await show(bot, message.chat.id, 0, [message.message_id])

    @dispatcher.callback_query()
    async def on_tap(query: CallbackQuery, bot: Bot) -> None:
        await query.answer()
        assert query.message is not None
        assert query.data is not None
        await show(bot, query.message.chat.id, int(query.data.removeprefix("s:")), [query.message.message_id])

    return dispatcher


async def listen(dispatcher: Dispatcher, telegram: Bot, hook: dict[str, Any]) -> None:  # Any: JSON of the task
    """Serve the webhook until the process is ended."""
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler
    from aiohttp import web

    application = web.Application()
    SimpleRequestHandler(dispatcher, telegram, handle_in_background=False, secret_token=hook["secret"]).register(
        application, path="/hook"
    )
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", hook["port"]).start()
    await telegram.set_webhook(hook["url"], secret_token=hook["secret"], max_connections=40, allowed_updates=KINDS)
    await asyncio.Event().wait()


async def serve(task: dict[str, Any]) -> None:  # Any: JSON of the task
    """Serve as the task says."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(task["api"]))
    telegram = Bot(task["token"], session=session, default=DefaultBotProperties())
    dispatcher = dispatcher_of(task["screens"])
    if task["hook"] is None:
        await dispatcher.start_polling(telegram, handle_as_tasks=False, allowed_updates=KINDS)
    else:
        await listen(dispatcher, telegram, task["hook"])


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.argv[1])))
