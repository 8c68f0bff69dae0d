"""Both libraries work against the emulator over HTTP as they would against Telegram."""

import asyncio
import warnings

import pytest
import telegram
import telegram.error
import telegram.ext
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound, TelegramRetryAfter
from aiogram.filters import CommandStart
from aiogram.methods import SendDice
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
)

from bot.emulator import EmulatorServer, VirtualClock, World
from bot.emulator.faults import TooMany
from tests.emulator.running import run


@pytest.fixture
def world() -> World:
    return World(VirtualClock())


def _aiogram(server: EmulatorServer) -> Bot:
    return Bot(
        server.world.token,
        session=AiohttpSession(api=TelegramAPIServer.from_base(server.base_url)),
        default=DefaultBotProperties(parse_mode="HTML", protect_content=True, link_preview_is_disabled=True),
    )


def _ptb(server: EmulatorServer) -> telegram.ext.ApplicationBuilder:  # type: ignore[type-arg]
    builder = telegram.ext.Application.builder().token(server.world.token)
    return builder.base_url(f"{server.base_url}/bot").base_file_url(f"{server.base_url}/file/bot")


def test_an_aiogram_dispatcher_talks_to_a_person(world: World) -> None:
    person = world.user()
    dispatcher = Dispatcher()
    yes = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Ҳа", callback_data="yes")]])

    @dispatcher.message(CommandStart())
    async def started(message: Message) -> None:
        await message.answer("<b>Салом</b>", reply_markup=yes)

    @dispatcher.callback_query()
    async def tapped(query: CallbackQuery) -> None:
        await query.answer("kept")
        assert isinstance(query.message, Message)
        await query.message.edit_text("done")

    async def test() -> None:
        async with EmulatorServer(world) as server, asyncio.TaskGroup() as group:
            client = _aiogram(server)
            polling = group.create_task(dispatcher.start_polling(client, handle_signals=False))
            person.start()
            await server.until(lambda: person.sees("Салом"))
            shown = person.last()
            assert shown is not None
            assert (shown.protected, shown.preview) == (True, False)
            person.tap("Ҳа")
            await server.until(lambda: person.sees("done"))
            assert person.toasts == ("kept",)
            await dispatcher.stop_polling()
            await polling

    run(test())


def test_aiogram_sends_files_and_reads_refusals(world: World) -> None:
    person = world.user()
    person.start()

    async def test() -> None:
        async with EmulatorServer(world) as server:
            client = _aiogram(server)
            file = BufferedInputFile(b"true bytes", "a.txt")
            sent = await client.send_document(person.user_id, file, caption="c")
            assert sent.document is not None
            stream = await client.download(sent.document)
            assert stream is not None
            assert stream.read() == b"true bytes"
            await client.send_media_group(person.user_id, [InputMediaPhoto(media=file), InputMediaPhoto(media=file)])
            await client.set_my_commands([BotCommand(command="menu", description="Меню")], language_code="tg")
            with pytest.raises(TelegramBadRequest, match="message to edit not found"):
                await client.edit_message_text("x", chat_id=person.user_id, message_id=999)
            with pytest.raises(TelegramNotFound):
                await client(SendDice(chat_id=person.user_id))
            world.fail("sendMessage", TooMany(retry_after=3))
            with pytest.raises(TelegramRetryAfter) as caught:
                await client.send_message(person.user_id, "x")
            assert caught.value.retry_after == 3
            person.block()
            with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
                await client.send_message(person.user_id, "x")
            await client.session.close()

    run(test())
    assert len([shown for shown in person.history() if not shown.incoming]) == 3


def test_a_python_telegram_bot_application_talks_to_a_person(world: World) -> None:
    person = world.user()
    markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Ҳа", callback_data="yes")]])

    async def started(update: telegram.Update, _context: object) -> None:
        assert update.message is not None
        await update.message.reply_text("салом", reply_markup=markup, protect_content=True)

    async def tapped(update: telegram.Update, _context: object) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("kept")
        await update.callback_query.edit_message_text("done")

    async def test() -> None:
        async with EmulatorServer(world) as server:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", telegram.warnings.PTBDeprecationWarning)
                application = _ptb(server).build()
            application.add_handler(telegram.ext.CommandHandler("start", started))
            application.add_handler(telegram.ext.CallbackQueryHandler(tapped))
            async with application:
                assert application.updater is not None
                await application.updater.start_polling()
                await application.start()
                person.start()
                await server.until(lambda: person.sees("салом"))
                person.tap("Ҳа")
                await server.until(lambda: person.sees("done"))
                assert person.toasts == ("kept",)
                await application.updater.stop()
                await application.stop()

    run(test())


def test_python_telegram_bot_sends_files_and_reads_refusals(world: World) -> None:
    person = world.user()
    person.start()

    async def test() -> None:
        async with EmulatorServer(world) as server, _ptb(server).updater(None).build() as application:
            sent = await application.bot.send_document(person.user_id, b"true bytes", filename="a.txt")
            assert sent.document is not None
            file = await sent.document.get_file()
            assert bytes(await file.download_as_bytearray()) == b"true bytes"
            await application.bot.delete_messages(person.user_id, [sent.message_id, 999])
            with pytest.raises(telegram.error.BadRequest, match="Message to delete not found"):
                await application.bot.delete_message(person.user_id, sent.message_id)
            person.block()
            with pytest.raises(telegram.error.Forbidden):
                await application.bot.send_message(person.user_id, "x")

    run(test())
