"""A running server in a process of its own, as a newcomer starts it, and phones and desks to open it with.

The server prints ``http://yunling.example`` on its sheets; the browser is told where that host really is. Playwright
keeps a loop of its own in this thread, so the browser lives no longer than a module.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tornado.testing import bind_unused_port

from tests.browser.county import HOST, County, Desk

ROOT = Path(__file__).parents[2]
HOUSEHOLDS = 40
STARTING_SECONDS = 40


def _environment(mongo_uri: str, where: Path, port: int) -> dict[str, str]:
    ours = {
        "PORT": str(port),
        "DATA_DIR": str(where / "data"),
        "MONGO_URI": mongo_uri,
        "MONGO_DB": "saoban_browser",
        "PUBLIC_URL": f"http://{HOST}",
        "LOG_LEVEL": "warning",
        "TRUST_PROXY": "1",  # desks stand in different offices, see ``County.office``
    }
    return os.environ | ours


@pytest.fixture(scope="session")
def county(mongo_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """The demo county behind a real server process."""
    socket, port = bind_unused_port()
    socket.close()
    where = tmp_path_factory.mktemp("county")
    environment = _environment(mongo_uri, where, port)
    command = [sys.executable, "-m", "server"]
    filled = subprocess.run(
        [*command, "demo", "--households", str(HOUSEHOLDS), "--json"],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    with (where / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        _wait_for(f"http://127.0.0.1:{port}/healthz", server, where / "server.log")
        yield County(json.loads(filled.stdout), port, environment)
        server.terminate()
        server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    server.kill()
    raise AssertionError(log.read_text(errors="replace")[-2000:])


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    return shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="module")
def browser(chromium: str, county: County) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=county.browser_arguments)
        yield started
        started.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What browsers complained of: a refused script or a missing file fails the test; an error page that the server
    meant to send does not."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def opened(browser: Browser, complaints: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser context and closes it after the test."""
    contexts: list[BrowserContext] = []

    def open_context(**given: object) -> BrowserContext:
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **given)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.on("console", lambda said: _complain(complaints, said.type, said.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()


MEANT = (
    "Failed to load resource: the server responded with a status of 4",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",  # a test has cut the line,
    "Failed to load resource: net::ERR_CONNECTION_RESET",  # or lost an answer on it
)


def _complain(complaints: list[str], kind: str, text: str) -> None:
    if kind == "error" and not text.startswith(MEANT):
        complaints.append(text)


@pytest.fixture
def phone(opened: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A phone of somebody who has never been here."""

    def take(*, scripts: bool = True) -> Page:
        screen = {"width": 360, "height": 740}
        return opened(
            viewport=screen, device_scale_factor=2, has_touch=True, java_script_enabled=scripts
        ).new_page()

    return take


@pytest.fixture
def desk(opened: Callable[..., BrowserContext], county: County) -> Callable[[str], Desk]:
    """The desk of a member of staff, logged in."""

    def sit(username: str) -> Desk:
        here = {"X-Real-Ip": county.office()}
        window = {"width": 1440, "height": 900}
        page = opened(viewport=window, accept_downloads=True, extra_http_headers=here).new_page()
        return Desk(page, county, username)

    return sit
