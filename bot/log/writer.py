"""The way out for log records: JSON lines on standard error, and nothing else.

Rules. Our own events are written whole, since ``events`` allows only harmless fields; text in them is still scrubbed.
Of a record of any other library the logger, the place and the kind of its exception are kept, never the message: an
``f"..."`` in a library may hold a token or a person's words. Other libraries are heard from WARNING upwards, whatever
our own level is. An uncaught exception is written as its class and place. Nothing here raises into a caller.
"""

import json
import logging
import re
import sys
import threading
import time
from dataclasses import fields
from pathlib import PurePath
from types import TracebackType
from typing import TextIO

import bot
from bot.log.events import Event, Uncaught

_OURS = logging.getLogger("panoh")
_TOKEN = re.compile(r"(bot)?\d{3,}:[A-Za-z0-9_-]{3,}")
_LONG_NUMBER = re.compile(r"\d{6,}")
_LONGEST = 120
_PACKAGE = PurePath(bot.__file__).parent


def start(level: str, stream: TextIO | None = None) -> None:
    """Send every log record of the process through this module, to ``stream`` or standard error.

    ``level`` counts for our own events. Calling again replaces what an earlier call set up.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_Lines())
    handler.addFilter(lambda record: record.name == _OURS.name or record.levelno >= logging.WARNING)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):
        known = logging.getLogger(name)
        if known is not _OURS:
            known.handlers.clear()
            known.propagate = True
            known.setLevel(logging.NOTSET)
    _OURS.setLevel(level)
    # A handler that fails would print the record with its arguments.
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def stop() -> None:
    """Give the process back its own ways; for tests and for a demo that ends."""
    logging.getLogger().handlers.clear()
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
    sys.unraisablehook = sys.__unraisablehook__


def write(event: Event) -> None:
    """Write one event, if its level is wanted."""
    _OURS.log(event.level, "", extra={"event": event})


def place_of(error: BaseException) -> str:
    """Return where an error was raised, as ``module.py:line``, without any of its text."""
    return _place(error.__traceback__)


def scrub(text: str) -> str:
    """Return the text on one line, cut to 120 characters, without tokens and long numbers."""
    plain = " ".join(text.split())
    return _LONG_NUMBER.sub("<number>", _TOKEN.sub("<token>", plain))[:_LONGEST]


class _Lines(logging.Formatter):
    """Renders a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
        }
        event = getattr(record, "event", None)
        if record.name == _OURS.name and event is not None:
            line["event"] = type(event).__name__
            for field in fields(event):
                value = getattr(event, field.name)
                line[field.name] = scrub(value) if isinstance(value, str) else value
            return json.dumps(line)
        line["logger"] = scrub(record.name)
        line["place"] = f"{PurePath(record.pathname).name}:{record.lineno}"
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["raised"] = _place(record.exc_info[2])
        return json.dumps(line)


def _place(traceback: TracebackType | None) -> str:
    """Find our own innermost frame, or the innermost of all; frames only, no locals, no arguments."""
    place = "unknown"
    ours = False
    while traceback is not None:
        path = PurePath(traceback.tb_frame.f_code.co_filename)
        if _PACKAGE in path.parents or not ours:
            ours = ours or _PACKAGE in path.parents
            place = f"{path.parent.name}/{path.name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


def _uncaught(kind: type[BaseException], _error: BaseException | None, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    write(Uncaught(error=kind.__name__, place=_place(traceback)))
