"""The log: a closed list of events, and nothing of anybody's words."""

import dataclasses
import io
import json
import logging
import sys
import threading
import typing
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import log
from bot.log import events, writer

ROOT = Path(__file__).resolve().parents[1]
SECRET = "the words of a person"
ALLOWED_TYPES = {"int", "float", "bool", "str"}


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    out = io.StringIO()
    kept = logging.getLogger().handlers[:]
    log.start("DEBUG", out)
    yield out
    log.stop()
    logging.getLogger().handlers[:] = kept


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_its_own_fields(stream: io.StringIO) -> None:
    log.write(events.UpdateSetAside(update=123456789, kind="chat_boost"))
    (line,) = lines(stream)
    assert line.pop("time")
    assert line == {"level": "WARNING", "event": "UpdateSetAside", "update": 123456789, "kind": "chat_boost"}


def test_the_list_is_closed_and_holds_numbers_and_short_names_only() -> None:
    listed = typing.get_args(events.Event)
    written = {value for value in vars(events).values() if dataclasses.is_dataclass(value)}
    assert set(listed) == written
    assert 15 <= len(listed) <= 25
    for event in listed:
        for field in dataclasses.fields(event):
            assert getattr(field.type, "__name__", field.type) in ALLOWED_TYPES
            assert not {"chat", "text", "message", "token", "code", "url"} & set(field.name.split("_"))


def test_every_event_is_written_somewhere() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py") if path.parent.name != "log")
    unused = [event.__name__ for event in typing.get_args(events.Event) if f"{event.__name__}(" not in code]
    assert unused == []


def test_a_token_or_a_chat_id_in_a_name_is_struck_out(stream: io.StringIO) -> None:
    log.write(events.SendGivenUp(method="bot123456:AAE-x_y/send", error="chat 987654321"))
    (line,) = lines(stream)
    assert line["method"] == "<token>/send"
    assert line["error"] == "chat <number>"


def test_a_cut_never_uncovers_half_a_token() -> None:
    assert "AAE" not in writer.scrub("x" * 110 + "bot123456:" + "AAE" * 20)


@pytest.mark.parametrize("name", ["httpx", "aiogram.event", "sqlalchemy.engine", "asyncio", "anything"])
def test_of_other_loggers_only_place_and_kind_are_kept(stream: io.StringIO, name: str) -> None:
    logger = logging.getLogger(name)
    logger.info("quiet %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception("failed with %s", SECRET, extra={"body": SECRET})
    (line,) = lines(stream)
    assert line["logger"] == name
    assert line["error"] == "ValueError"
    assert str(line["raised"]).startswith("tests/test_log.py:")
    assert SECRET not in stream.getvalue()


def test_a_library_that_was_set_to_debug_before_stays_quiet() -> None:
    noisy = logging.getLogger("noisy.library")
    noisy.setLevel(logging.DEBUG)
    own = io.StringIO()
    noisy.addHandler(logging.StreamHandler(own))
    noisy.propagate = False
    out = io.StringIO()
    log.start("DEBUG", out)
    try:
        noisy.debug(SECRET)
        noisy.setLevel(logging.DEBUG)
        noisy.debug(SECRET)
        noisy.error(SECRET)
    finally:
        log.stop()
    assert SECRET not in own.getvalue() + out.getvalue()
    assert len(lines(out)) == 1


def test_our_own_level_is_the_one_that_was_asked_for() -> None:
    out = io.StringIO()
    log.start("WARNING", out)
    try:
        log.write(events.PollRecovered())
        log.write(events.RouteKeysOnDisk())
    finally:
        log.stop()
    assert [line["event"] for line in lines(out)] == ["RouteKeysOnDisk"]


def test_an_uncaught_error_leaves_its_kind_and_place(stream: io.StringIO) -> None:
    def burst() -> None:
        raise RuntimeError(SECRET)

    thread = threading.Thread(target=burst)
    thread.start()
    thread.join()
    try:
        burst()
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert [(line["event"], line["error"]) for line in lines(stream)] == [("Uncaught", "RuntimeError")] * 2
    assert SECRET not in stream.getvalue()


def test_a_warning_keeps_its_words_to_itself(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(SECRET, stacklevel=1)
    assert SECRET not in stream.getvalue()


def test_a_record_that_cannot_be_written_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    closed = io.StringIO()
    log.start("DEBUG", closed)
    closed.close()
    try:
        logging.getLogger("other").error("%s %s", SECRET)  # noqa: PLE1206  broken on purpose
        log.write(events.PollRecovered())
    finally:
        log.stop()
    assert SECRET not in capsys.readouterr().err
