"""How the account presents itself: name, descriptions, commands and menu button, in each language.

What lives here: the profile's state and its methods of the Bot API. What must not: chats.

Rules kept: the lengths are those of the Bot API; a language code is empty or two small letters, as TDLib's
``validate_bot_language_code`` checks; what is not set for a language falls back to the default.
"""

import re
from typing import Any

from aiogram import methods
from pydantic import BaseModel

from bot.emulator.calls import as_json
from bot.emulator.refusals import bad_request

_LANGUAGE = re.compile(r"[a-z]{2}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMANDS = 100
"""Commands in one list (Bot API, setMyCommands)."""
COMMAND_DESCRIPTION = 256
"""Characters of a command's description (Bot API, BotCommand)."""
NAME, DESCRIPTION, SHORT_DESCRIPTION = 64, 512, 120
"""Characters (Bot API, setMyName, setMyDescription, setMyShortDescription)."""


class Profile:
    """One account's profile."""

    def __init__(self, *, name: str, username: str, account_id: int) -> None:
        self._default_name = name
        self._username = username
        self._account_id = account_id
        self._texts: dict[str, dict[str, str]] = {"name": {}, "description": {}, "short_description": {}}
        self._commands: dict[tuple[str, str], list[dict[str, Any]]] = {}  # Any: JSON of the Bot API
        self._menu: dict[int | None, dict[str, Any]] = {}  # Any: JSON of the Bot API

    def user(self) -> dict[str, Any]:  # Any: JSON of the Bot API
        """The account as the sender of a message."""
        name = self._texts["name"].get("", self._default_name)
        return {"id": self._account_id, "is_bot": True, "first_name": name, "username": self._username}

    def me(self) -> dict[str, Any]:  # Any: JSON of the Bot API
        """The answer to ``getMe``: no groups, privacy on."""
        return self.user() | {
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def shown(self, language: str) -> dict[str, Any]:  # Any: JSON for the phone
        """What an app in ``language`` shows: name, descriptions, commands of a private chat."""
        commands = next(
            (
                self._commands[scope, code]
                for scope in ("all_private_chats", "default")
                for code in (language, "")
                if self._commands.get((scope, code))
            ),
            [],
        )
        name = self._text("name", language) or self._default_name
        return {
            "name": name,
            "description": self._text("description", language),
            "short_description": self._text("short_description", language),
            "commands": commands,
        }

    def set_name(self, call: methods.SetMyName) -> bool:
        """``setMyName``."""
        return self._set("name", call.name, call.language_code, NAME)

    def set_description(self, call: methods.SetMyDescription) -> bool:
        """``setMyDescription``."""
        return self._set("description", call.description, call.language_code, DESCRIPTION)

    def set_short_description(self, call: methods.SetMyShortDescription) -> bool:
        """``setMyShortDescription``."""
        return self._set("short_description", call.short_description, call.language_code, SHORT_DESCRIPTION)

    def get_name(self, call: methods.GetMyName) -> dict[str, Any]:  # Any: JSON of the Bot API
        """``getMyName``."""
        return {"name": self._text("name", _language(call.language_code)) or self._default_name}

    def get_description(self, call: methods.GetMyDescription) -> dict[str, Any]:  # Any: JSON of the Bot API
        """``getMyDescription``."""
        return {"description": self._text("description", _language(call.language_code))}

    def get_short_description(self, call: methods.GetMyShortDescription) -> dict[str, Any]:  # Any: as above
        """``getMyShortDescription``."""
        return {"short_description": self._text("short_description", _language(call.language_code))}

    def set_commands(self, call: methods.SetMyCommands) -> bool:
        """``setMyCommands``."""
        if len(call.commands) > COMMANDS:
            raise bad_request("too many commands specified")
        for command in call.commands:
            if not _COMMAND.fullmatch(command.command):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command.description) <= COMMAND_DESCRIPTION:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        listed = [{"command": command.command, "description": command.description} for command in call.commands]
        self._commands[_scope(call.scope), _language(call.language_code)] = listed
        return True

    def get_commands(self, call: methods.GetMyCommands) -> list[dict[str, Any]]:  # Any: JSON of the Bot API
        """``getMyCommands``."""
        return self._commands.get((_scope(call.scope), _language(call.language_code)), [])

    def delete_commands(self, call: methods.DeleteMyCommands) -> bool:
        """``deleteMyCommands``."""
        self._commands.pop((_scope(call.scope), _language(call.language_code)), None)
        return True

    def set_menu_button(self, call: methods.SetChatMenuButton) -> bool:
        """``setChatMenuButton``."""
        self._menu[call.chat_id] = {"type": "default"} if call.menu_button is None else as_json(call.menu_button)
        return True

    def get_menu_button(self, call: methods.GetChatMenuButton) -> dict[str, Any]:  # Any: JSON of the Bot API
        """``getChatMenuButton``."""
        return self._menu.get(call.chat_id) or self._menu.get(None) or {"type": "commands"}

    def _set(self, kind: str, text: str | None, language_code: str | None, limit: int) -> bool:
        language = _language(language_code)
        if text is not None and len(text) > limit:
            raise bad_request(f"{kind.replace('_', ' ')} is too long")
        if text:
            self._texts[kind][language] = text
        else:
            self._texts[kind].pop(language, None)
        return True

    def _text(self, kind: str, language: str) -> str:
        return self._texts[kind].get(language) or self._texts[kind].get("", "")


def _language(code: str | None) -> str:
    if code and not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code or ""


def _scope(scope: BaseModel | None) -> str:
    given = {"type": "default"} if scope is None else scope.model_dump(mode="json")
    chat = given.get("chat_id")
    return str(given["type"]) if chat is None else f"{given['type']}:{chat}"
