"""The phone in a browser: its page, and the small JSON interface behind it.

What lives here: routes below ``/phone``. What must not: what a person can do (``person``), what a page looks like
(``static``).

Rules kept: strict Content-Security-Policy, nothing inline, no other host; requests must name a loopback host (against
DNS rebinding) and acts must be JSON (so that another site's page cannot send them); one browser's ``?user=`` is one
person.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp import web

from bot.emulator.bell import Bell
from bot.emulator.person import Person, PhoneError
from bot.emulator.world import World

STATIC = Path(__file__).parent / "static"
"""Where the page's files are."""
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For every page of the emulator and the demo."""
LONGEST_WAIT = 25.0
"""Seconds a request for the chat may wait for news."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_PEOPLE, _NAME = 50, 20

Json: TypeAlias = dict[str, Any]  # Any: JSON for the page
_Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


_PLAIN_ACTS: dict[str, Callable[[Person], object]] = {
    "start": Person.start,
    "delete_chat": Person.delete_chat,
    "block": Person.block,
    "unblock": Person.unblock,
    "sticker": Person.sticker,
    "voice": Person.voice,
    "photo": Person.photo,
    "document": Person.document,
    "location": Person.location,
    "contact": Person.contact,
}
"""Acts that need nothing but the person."""


class _Phones:
    def __init__(self, world: World) -> None:
        self._world = world
        self._people: dict[str, Person] = {}

    def of(self, name: str, language: str) -> Person:
        """The person of this name; made the first time."""
        if name not in self._people:
            if len(self._people) >= _PEOPLE or not name.isalnum() or len(name) > _NAME:
                raise PhoneError("no such phone")
            self._people[name] = self._world.user(name.capitalize(), language_code=language)
        person = self._people[name]
        person.body["language_code"] = language
        return person


def phone_routes(app: web.Application, world: World, bell: Bell, base: str = "") -> None:
    """Add the phone of ``world`` to an application, below ``base``; its page takes its files from the first one."""
    phones = _Phones(world)

    async def page(_request: web.Request) -> web.StreamResponse:
        return secured(web.FileResponse(STATIC / "phone.html"))

    async def chat(request: web.Request) -> web.StreamResponse:
        person = phones.of(request.match_info["user"], _language(request.query.get("lang", "en")))
        since = request.query.get("since", "")
        if since == str(world.revision):
            await bell.heard(LONGEST_WAIT)
        return secured(web.json_response(_state(world, person)))

    async def act(request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        given = await request.json()
        person = phones.of(request.match_info["user"], _language(given.get("lang", "en")))
        return secured(web.json_response(_act(person, given)))

    app.router.add_get(f"{base}/phone", _guarded(page))
    app.router.add_get(f"{base}/phone/api/{{user}}/chat", _guarded(chat))
    app.router.add_post(f"{base}/phone/api/{{user}}/act", _guarded(act))
    if not base:
        app.router.add_get("/phone/static/{name}", _guarded(static_files(STATIC)))


def static_files(folder: Path) -> _Handler:
    """Serve the style sheets and modules of one folder, and nothing else of it."""

    async def serve(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        path = folder / name
        if path.suffix not in {".js", ".css"} or path.parent != folder or not path.is_file():
            raise web.HTTPNotFound
        return secured(web.FileResponse(path))

    return serve


def secured(response: web.StreamResponse) -> web.StreamResponse:
    """Add the headers every answer to a browser carries."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _guarded(handler: _Handler) -> _Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        if (request.url.host or "") not in _LOOPBACK:
            raise web.HTTPForbidden(text="This page is served to this machine only.")
        try:
            return await handler(request)
        except PhoneError as error:
            return secured(web.json_response({"error": str(error)}, status=409))
        except (KeyError, TypeError, ValueError, AttributeError):
            return secured(web.json_response({"error": "the request cannot be read"}, status=400))

    return guarded


def _language(code: str) -> str:
    return code if code in {"en", "ru", "tg"} else "en"


def _state(world: World, person: Person) -> Json:
    """Everything the page draws. Small enough to be sent whole: one chat, what is visible of it."""
    chat = person.chat
    return {
        "revision": str(world.revision),
        "profile": world.profile.shown(person.body["language_code"]),
        "started": chat.open,
        "blocked": chat.refusal is not None,
        "keyboard": (chat.keyboard or {}).get("keyboard", []),
        "toasts": [
            {"id": query.query_id, "text": query.toast, "alert": query.alert, "answered": query.answered}
            for query in list(world.queries.values())[-50:]
            if query.user_id == person.user_id
        ],
        "messages": [
            {
                "id": shown.message_id,
                "mine": shown.incoming,
                "date": int(shown.sent_at.timestamp()),
                "edited": "edit_date" in shown.body,
                "protected": shown.protected,
                "silent": shown.silent,
                "content": _content(shown.body),
            }
            for shown in person.screen()
        ],
    }


def _content(body: Json) -> Json:
    left_out = {"message_id", "from", "chat", "date", "edit_date", "has_protected_content"}
    content = {key: value for key, value in body.items() if key not in left_out}
    replied = content.pop("reply_to_message", None)
    if replied is not None:
        content["reply"] = {
            "id": replied["message_id"],
            "text": replied.get("text", replied.get("caption", "")),
            "mine": not replied["from"]["is_bot"],
        }
    return content


def _act(person: Person, given: Json) -> Json:
    """Do one thing a person did on the page."""
    match given["do"]:
        case "send":
            person.paste(str(given["text"]), reply_to=given.get("reply_to"))
        case "edit":
            person.edit(int(given["id"]), str(given["text"]))
        case "tap":
            return {"query": person.tap(data=str(given["data"]), message_id=int(given["id"])).query_id}
        case "delete":
            person.delete_message(int(given["id"]))
        case "forward":
            person.forward(str(given["text"]))
        case plain:
            _PLAIN_ACTS[plain](person)
    return {}
