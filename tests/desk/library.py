"""The desk's sealing library, built from its sources, and asked in Node and in the browser (``jobs.mjs``).

Building needs npm and Node 20.19 or newer; where they are missing, a test is skipped by name, and fails in CI.
"""

import asyncio
import atexit
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Request, async_playwright

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "bot" / "desk" / "web"
OLDEST_NODE = (20, 19)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
PAGE = b'<!doctype html><title>Jobs</title><script type="module" src="/page.mjs"></script>'
SCRIPT = b"""
import { load } from "./jobs.mjs";
const work = load((name) => import(`/desk/web/src/sealing/${name}.js`));
globalThis.answers = async (jobs) => {
  const ask = await work;
  const given = [];
  for (const job of jobs) given.push((await ask(job)) ?? null);
  return given;
};
"""

Job = Mapping[str, Any]


def text(data: bytes) -> str:
    """Return bytes as a job carries them."""
    return b64encode(data).decode()


def data(answer: object) -> bytes:
    """Return the bytes of an answer, which must not be a refusal."""
    assert isinstance(answer, str), answer
    return b64decode(answer)


@cache
def newest_node() -> Path:
    """Return the Node of the Playwright wheel, whose WebCrypto has the post-quantum keys."""
    spec = find_spec("playwright")
    found = Path(spec.origin).parent / "driver" / "node" if spec and spec.origin else None
    if found is None or not found.exists():
        pytest.skip("needs the Node of the Playwright wheel")
    return found


@cache
def npm() -> tuple[str, dict[str, str]]:
    """Return npm and the environment to run it in: a Node that is new enough comes first."""
    found, node = shutil.which("npm"), shutil.which("node")
    if found is None:
        pytest.skip("npm is not installed; on Debian: apt-get install npm")
    environment = {name: value for name, value in os.environ.items() if name not in {"CI", "NODE_ENV"}}
    if node is None or _version(node) < OLDEST_NODE:
        environment["PATH"] = f"{newest_node().parent}:{environment['PATH']}"
    return found, environment


def script(name: str, **environment: str) -> None:
    """Run a script of the desk's package.json, its packages installed; other tests wait meanwhile."""
    program, inherited = npm()
    with packages():
        _run([program, "run", "--silent", name], {**inherited, **environment})


@contextmanager
def packages() -> Iterator[Path]:
    """Give the folder of the desk's packages, installed; nobody else touches it meanwhile."""
    program, inherited = npm()
    folder = WEB / "node_modules"
    with (WEB / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = folder / ".package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < (WEB / "package-lock.json").stat().st_mtime:
            _run([program, "ci", "--ignore-scripts"], inherited)
            installed.touch()
        yield folder


@cache
def library() -> Path:
    """Return a folder with the built library, module by module."""
    folder = Path(tempfile.mkdtemp(prefix="panoh-sealing-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    script("library", SEALING_ONLY=str(folder))
    return folder


def in_node(*jobs: Job) -> list[Any]:
    """Return the answers of the library in Node."""
    done = subprocess.run(
        [newest_node(), HERE / "node.mjs", library()],
        input=json.dumps(jobs).encode(),
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    answers: list[Any] = json.loads(done.stdout)
    return answers


def in_browser(chromium: Path, *jobs: Job) -> list[Any]:
    """Return the answers of the library in Chromium, on a page under the desk's own policy."""
    with served() as origin:
        return asyncio.run(_browse(chromium, origin, jobs))


async def _browse(chromium: Path, origin: str, jobs: tuple[Job, ...]) -> list[Any]:
    answers: list[Any] = await on_page(chromium, origin, "(jobs) => globalThis.answers(jobs)", list(jobs))
    return answers


async def on_page(chromium: Path, origin: str, function: str, argument: object) -> Any:  # Any: JSON
    """Return what a function gives on the page; a complaint of the page or a request elsewhere is a failure."""
    complaints: list[str] = []
    elsewhere: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(origin):
            elsewhere.append(request.url)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page()
        page.set_default_timeout(120_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("request", note)
        await page.goto(f"{origin}/", wait_until="load")
        answer = await page.evaluate(function, argument)
        await browser.close()
    assert (complaints, elsewhere) == ([], [])
    return answer


@contextmanager
def served(**more: bytes) -> Iterator[str]:
    """Serve the page, the jobs and the library on this machine, with the desk's headers; ``more`` are scripts."""
    folder = library()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            fixed = {"/": PAGE, "/page.mjs": SCRIPT, "/jobs.mjs": (HERE / "jobs.mjs").read_bytes(), "/favicon.ico": b""}
            fixed |= {f"/{name}.mjs": script for name, script in more.items()}
            body = fixed[path] if path in fixed else (folder / path.lstrip("/")).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8" if path == "/" else "text/javascript")
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
