"""Reading a request: from loose fields of a form or JSON to aiogram's typed method.

What lives here: the list of methods the emulator knows, and the reading. What must not: what a method does.

Rules kept: the models are those of the installed aiogram, so the emulator refuses what no client could send rightly;
a method that is not on the list is 404, a parameter that the method does not have is refused (the real server
ignores it, but here it can only be a mistake). Values never appear in a refusal.
"""

import json
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar, Union, get_args, get_origin

from aiogram import methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from pydantic import BaseModel, ValidationError

from bot.emulator.files import Upload
from bot.emulator.refusals import RefusalError, bad_request, not_found

METHODS: Mapping[str, type[TelegramMethod[Any]]] = {
    model.__api_method__.lower(): model
    for model in (
        methods.GetMe,
        methods.GetUpdates,
        methods.SetWebhook,
        methods.DeleteWebhook,
        methods.GetWebhookInfo,
        methods.SendMessage,
        methods.SendPhoto,
        methods.SendDocument,
        methods.SendVoice,
        methods.SendMediaGroup,
        methods.CopyMessage,
        methods.EditMessageText,
        methods.EditMessageCaption,
        methods.EditMessageReplyMarkup,
        methods.DeleteMessage,
        methods.DeleteMessages,
        methods.AnswerCallbackQuery,
        methods.SendChatAction,
        methods.GetFile,
        methods.LeaveChat,
        methods.SetMyCommands,
        methods.GetMyCommands,
        methods.DeleteMyCommands,
        methods.SetMyName,
        methods.GetMyName,
        methods.SetMyDescription,
        methods.GetMyDescription,
        methods.SetMyShortDescription,
        methods.GetMyShortDescription,
        methods.SetChatMenuButton,
        methods.GetChatMenuButton,
    )
}
"""Every method the emulator answers, by its name in lower case."""


Method = TypeVar("Method", bound=TelegramMethod[Any])  # Any: each method has its own result


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[Method]):
    """One request, read: the typed method, its parameters as JSON for the record, and its files by part name."""

    name: str
    method: Method
    parameters: Mapping[str, Any] = field(repr=False)  # Any: JSON of the Bot API
    uploads: Mapping[str, Upload] = field(default_factory=dict, repr=False)


AnyCall: TypeAlias = Call[TelegramMethod[Any]]  # Any: as above
"""A call of some method."""


def parse_call(name: str, fields: Mapping[str, object], uploads: Mapping[str, Upload]) -> AnyCall:
    """Read a request.

    Args:
        name: The method's name, in any case.
        fields: Parameters; strings where they came from a form or a query.
        uploads: File parts by their part name.

    Raises:
        RefusalError: 404 for an unknown method, 400 for parameters that cannot be read.
    """
    model = METHODS.get(name.lower())
    if model is None:
        raise not_found()
    given: dict[str, object] = {}
    for key, value in fields.items():
        if key not in model.model_fields:
            raise bad_request(f'parameter "{key}" is not known to {model.__api_method__}')
        given[key] = _read(value, model.model_fields[key].annotation)
    for key in uploads:
        if key in model.model_fields:
            given[key] = f"attach://{key}"
    try:
        method = model.model_validate(given)
    except ValidationError as error:
        raise _refusal(error) from None
    return Call(name=model.__api_method__, method=method, parameters=given, uploads=uploads)


def chosen(value: Any) -> Any:  # Any: aiogram types such a field as the value or its own marker
    """The value of a parameter, ``None`` where aiogram keeps its marker for "the client's default"."""
    return None if isinstance(value, Default) else value


def as_json(value: BaseModel) -> dict[str, Any]:  # Any: JSON of the Bot API
    """A value of aiogram's types as the Bot API's JSON, without what was not given."""
    given: dict[str, Any] = value.model_dump(mode="json", exclude_unset=True, exclude_none=True, by_alias=True)
    return given


def _read(value: object, annotation: object) -> object:
    """A string from a form becomes JSON where the parameter is no string."""
    if isinstance(value, str) and not _takes_text(annotation) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if isinstance(value, str) and value.lstrip("-").isdecimal() and _takes_number(annotation):
        return int(value)
    return value


def _takes_text(annotation: object) -> bool:
    return _takes(annotation, str)


def _takes_number(annotation: object) -> bool:
    return _takes(annotation, int)


def _takes(annotation: object, wanted: type) -> bool:
    if get_origin(annotation) in (Union, types.UnionType):
        return any(_takes(part, wanted) for part in get_args(annotation))
    return annotation is wanted


def _refusal(error: ValidationError) -> RefusalError:
    first = error.errors(include_input=False, include_url=False)[0]
    place = [part for part in first["loc"] if isinstance(part, str) and part.islower()]
    name = place[0] if place else "request"
    if name == "chat_id":
        return bad_request("chat_id is empty")
    if name == "text" and first["type"] == "missing":
        return bad_request("message text is empty")
    if name == "reply_markup":
        return bad_request("can't parse reply keyboard markup JSON object")
    if first["type"] == "missing":
        return bad_request(f'parameter "{name}" is required')
    return bad_request(f'can\'t parse "{name}"')
