"""``panoh serve --only defender`` as a process: killed at several moments, once asked to end, on the real clock."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.journeys.line import PING_KEY, Service, Shared, running
from tests.journeys.phone import Phone

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """``python -m bot serve`` with its settings in the environment."""

    def __init__(self, folder: Path, service: Service) -> None:
        secrets = folder / "secrets"
        secrets.mkdir(mode=0o700)
        (secrets / "ping_key").write_text(PING_KEY.hex())
        self._log = folder / "stderr"
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PANOH_DEFENDER_TOKEN": service.world.token,
            "PANOH_DEFENDER_API": service.server.base_url,
            "PANOH_DATABASE_URL": f"sqlite:///{service.file}",
            "PANOH_DATA_DIR": str(folder),
            "PANOH_SECRETS_DIR": str(secrets),
            "PANOH_ROUTE_DIR": str(folder / "route"),
            "PANOH_KEYRING": str(service.keys.keyring),
            "PANOH_ROOT_FINGERPRINT": service.keys.root_fingerprint,
            "PANOH_OPERATOR": "Test Desk",
            "PANOH_CHECK_ADDRESS": "desk.example",
            "PANOH_CONTACTS": str(ROOT / "deploy" / "contacts.example.toml"),
            "PANOH_LOG_LEVEL": "DEBUG",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "serve", "--only", "defender"),
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def end(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()

    def log(self) -> str:
        return self._log.read_text()


def test_a_served_process_is_killed_at_any_moment_and_loses_nothing(shared: Shared, tmp_path: Path) -> None:
    async def journey() -> None:
        async with running(shared, tmp_path) as service:
            await service.stop()
            process = Process(tmp_path, service)
            phone = Phone(service, "en", patience=240)
            try:
                await process.start()
                await phone.start()
                await phone.tap("A1_language.en", "A2_safe_here.yes")
                assert await process.end(signal.SIGKILL) == -signal.SIGKILL
                phone.press("A3_danger.yes_now")
                phone.notebook.chose(service.conversation, "A3_danger", "yes_now", "en")
                await process.start()
                await phone.until_sees("E1_consent_urgent.say")
                assert service.rows() == {}
                await phone.tap("E1_consent_urgent.yes_send", "E2_what_now.other")
                await process.end(signal.SIGKILL)
                phone.person.send("MADE UP: written while nobody was there")
                phone.notebook.wrote("E3_who_where", "MADE UP: written while nobody was there", "en")
                await process.start()
                await phone.tap("E4_contact.code_only")
                await phone.until_sees("Z1_send.say")
                assert await process.end(signal.SIGTERM) == 0, "asked to end, it ends cleanly"
                phone.press("Z1_send.send")
                phone.notebook.chose(service.conversation, "Z1_send", "send", "en")
                await process.start()
                code = await phone.code()
                await process.end(signal.SIGKILL)
            finally:
                await process.end(signal.SIGKILL)
            phone.same(service.queue()[0])
            for secret in (code, "MADE UP", service.world.token, str(phone.person.user_id)):
                assert secret not in process.log()

    asyncio.run(journey())
