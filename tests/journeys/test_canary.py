"""After a full run at DEBUG level nothing that was typed, no secret and no chat id stands anywhere at rest."""

import asyncio
import io
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.emulator.faults import Cut, Refuse, ServerError
from bot.log import writer
from bot.sealing.code import parse_code
from tests.journeys.line import Service, Shared, running
from tests.journeys.phone import Phone

CHAT = 7_403_918_265_043
OTHER_CHAT = 7_403_918_265_044
MARKS = tuple(
    f"КАНАРЕЙКА{name}tyrkviz" for name in ("ДоСогласия", "История", "Поздно", "Связь", "Правка", "Подпись", "Чужое")
)
BEFORE, STORY, LATE, WAY, EDITED, CAPTION, FORWARDED = MARKS


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[io.StringIO]:
    """Everything any logger says, at DEBUG, with its exceptions; and a folder of its own for temporary files."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s"))
    writer.start("DEBUG", stream)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(logging.WARNING)
    writer.stop()


async def _run(service: Service) -> tuple[str, str]:
    """Do all that can be done with a case; return the codes that were shown."""
    faults = service.world.faults
    phone = Phone(service, "ru", service.world.user("Made-up", user_id=CHAT))
    await phone.start()
    await phone.say(BEFORE)
    await phone.tap("A1_language.ru", "A2_safe_here.yes", "A3_danger.yes_now", "E1_consent_urgent.yes_send")
    await phone.say(LATE)
    await phone.tap("E2_what_now.other")
    faults.add("sendMessage", ServerError(status=500), times=1, after=0)
    faults.add("deleteMessages", Refuse(code=400, description=f"Bad Request: {STORY}"), times=1, after=0)
    phone.person.send(STORY)
    await phone.until(lambda: any(asked.refusal for asked in service.world.asked("deleteMessages")))
    await service.later(seconds=31)
    await phone.until_sees("E4_contact.say")
    faults.add("sendMessage", Cut(done=True), times=1, after=0)
    await phone.do(lambda: phone.person.photo(caption=CAPTION))
    await phone.do(lambda: phone.person.forward(FORWARDED, sender="Sample"))
    phone.person.forward(FORWARDED, sender=None)
    await service.restart()
    await phone.tap("nav.menu", "menu.help", "HELP.hygiene", "HYGIENE.hygiene_end")
    await phone.say(f"Signal {WAY} 123")
    await phone.until_sees("Z1_send.say")
    typed = next(shown for shown in reversed(phone.person.history()) if WAY in shown.text)
    await phone.do(lambda: phone.person.edit(typed.message_id, f"Signal {EDITED} 123"))
    await phone.tap("Z1_send.send")
    first = await phone.code()
    await phone.tap("R2_after.add_more", "S0_menu.all", "section.threats", "H3_deadline.no_date", "nav.exit")
    other = Phone(service, "ru", service.world.user("Made-up", user_id=OTHER_CHAT))
    await other.start()
    await other.say(" ".join(reversed(first.split())))
    await other.say(first)
    await other.tap("RT1_status.add_more")
    silent = Phone(service, "ru")
    await silent.to_urgent_consent()
    await silent.tap("E1_consent_urgent.yes_send")
    await silent.say(STORY)
    await service.later(minutes=30)
    assert len(service.queue()) == 2
    await silent.start()
    await silent.tap("A1_language.ru", "A2_safe_here.yes", "S4_resume.go_on")
    return first, await silent.code()


def _forms(text: str) -> dict[str, bytes]:
    return {f"{text} ({coding})": text.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")}


def _sought(token: str, codes: tuple[str, str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for mark in MARKS:
        found |= _forms(mark)
    found |= _forms(token) | _forms(token.partition(":")[2])
    for code in codes:
        parsed = parse_code(code)
        assert parsed is not None
        for text in (code, parsed.words("en"), parsed.digits(), parsed.digits().replace(" ", "")):
            found |= _forms(text)
    for chat in (CHAT, OTHER_CHAT):
        found |= _forms(str(chat))
        found[f"{chat} as SQLite writes it"] = chat.to_bytes(6, "big")
        found[f"{chat} the other way round"] = chat.to_bytes(8, "little")
    return found


def _places(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_trace_of_what_was_typed_or_of_who_typed_it_is_left_anywhere(
    shared: Shared, tmp_path: Path, heard: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            codes = await _run(service)
            cases = [service.opened(case) for case in service.queue()]
            typed = {row["value"] for case in cases for row in case["answers"] if not row["labels"]}
            assert any(STORY in words for words in typed), "what is looked for was really kept"
            places = _places(tmp_path)
            await service.stop()
            await asyncio.to_thread(service.database.close)
            places |= {f"closed/{name}": data for name, data in _places(tmp_path).items()}
            assert {"panoh.db", "panoh.db-wal", "panoh.db-shm"} <= set(places)
            assert any(name.startswith("route/") for name in places)
            printed = capfd.readouterr()
            places |= {"log": heard.getvalue().encode(), "out": printed.out.encode(), "err": printed.err.encode()}
            assert b"sqlalchemy.engine" in places["log"], "other libraries were heard too"
            assert b"send_given_up" in places["log"].lower() or b"SendGivenUp" in places["log"], "faults happened"
            traces = [
                f"{what} in {where}"
                for what, wanted in _sought(service.world.token, codes).items()
                for where, data in places.items()
                if wanted in data
            ]
            assert traces == []

    asyncio.run(journey())
