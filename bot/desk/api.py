"""The API put together, and its description.

``uvicorn`` is given ``application``: the API inside its guard. The description is committed as ``docs/openapi.json``;
the server itself shows it to nobody.
"""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

import bot
from bot.desk import cases, duty, people, signing_in, telling
from bot.desk.guard import Guard
from bot.desk.page import INDEX, static_file
from bot.desk.problems import add_handlers, answer
from bot.desk.services import Desk, Services


def _page() -> Response:
    return _file(INDEX)


def _static(name: str) -> Response:
    return _file(name)


def _words(locale: str, desk: Desk) -> Response:
    found = desk.words.get(locale)
    return answer(404) if found is None else Response(found, media_type="application/json")


def _file(name: str) -> Response:
    found = static_file(name)
    return answer(404) if found is None else Response(found[0], media_type=found[1])


def _icon() -> Response:
    return Response(status_code=204)  # as the local desk: browsers ask, and would complain of its absence


def _operation(route: APIRoute) -> str:
    return route.name


def make_api() -> FastAPI:
    """Return the API without services: enough to describe it."""
    api = FastAPI(
        title="Panoh desk",
        version=bot.__version__,
        description="What the desk's page asks the server. Sealed files pass through as they are.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation,
    )
    for part in (signing_in, cases, people, duty, telling):
        api.include_router(part.router)
    api.add_api_route("/", _page, methods=["GET"], include_in_schema=False)
    api.add_api_route("/favicon.ico", _icon, methods=["GET"], include_in_schema=False)
    api.add_api_route("/static/{name}", _static, methods=["GET"], include_in_schema=False)
    api.add_api_route("/words/{locale}.json", _words, methods=["GET"], include_in_schema=False)
    add_handlers(api)
    return api


def application(services: Services) -> ASGIApp:
    """Return what a server serves."""
    api = make_api()
    api.state.services = services
    return Guard(api, services.server, known=services.sessions.lives)


def description() -> str:
    """Return the OpenAPI description as it is committed."""
    found: dict[str, Any] = make_api().openapi()
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
