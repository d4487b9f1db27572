"""A new version of the grid worker's app comes while work waits on the phone: the server is really another one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from tornado.testing import bind_unused_port

from tests.browser.conftest import ROOT, _wait_for
from tests.browser.county import HOST, County, button
from tests.browser.grid_phone import SCREEN, GridPhone, count, note_visit, tab, unlock
from tests.browser.relay import Relay

pytestmark = pytest.mark.browser
VERSION = "document.getElementById('main').dataset.version"
LOOK = "navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => null)"


@pytest.fixture
def newer(county: County, tmp_path: Path) -> Iterator[int]:
    """The port of a server of the same county whose tree is a later one: one style of the app has changed."""
    tree = tmp_path / "tree"
    skipped = shutil.ignore_patterns(".git", ".venv", "tests", "docs", "__pycache__")
    shutil.copytree(ROOT, tree, ignore=skipped)
    with (tree / "static" / "grid.css").open("a") as sheet:
        sheet.write("\n.door { min-height: 72px; }\n")
    socket, port = bind_unused_port()
    socket.close()
    environment = county.environment | {"PORT": str(port)}
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "server"], cwd=tree, env=environment, stdout=log, stderr=log
        )
        _wait_for(f"http://127.0.0.1:{port}/healthz", server, tmp_path / "server.log")
        yield port
        server.terminate()
        server.wait(20)


@pytest.fixture
def line(browser: Browser, chromium: str, county: County) -> Iterator[tuple[Relay, BrowserContext]]:
    """A phone whose line to the county can be turned to another server."""
    relay = Relay(county.port)
    arguments = [each for each in county.browser_arguments if not each.startswith("--host-resolver-rules")]
    mapped = f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{relay.port}"
    own = browser.browser_type.launch(executable_path=chromium, args=[*arguments, mapped])
    context = own.new_context(viewport=SCREEN, extra_http_headers={"X-Real-Ip": county.office()})
    context.set_default_timeout(15_000)
    yield relay, context
    own.close()
    relay.close()


def test_an_update_waits_until_it_is_wanted_and_takes_the_queue_along(
    county: County, line: tuple[Relay, BrowserContext], newer: int
) -> None:
    relay, context = line
    phone = GridPhone(context, county).begin()
    page = phone.page
    before = page.evaluate(VERSION)
    context.route("**/grid/ops", lambda route: route.abort())
    note_visit(page, county.chen["code"], "更新以前写的")
    relay.turn(newer)
    page.evaluate(LOOK)
    expect(page.locator("#bars")).to_contain_text("新版本已经下载好", timeout=20_000)
    assert page.evaluate(VERSION) == before
    with page.expect_navigation():
        button(page, "更新").click()
    unlock(page)
    assert page.evaluate(VERSION) != before
    tab(page, "同步").click()
    expect(count(page, "待发送")).to_have_text("1")
    context.unroute("**/grid/ops")
    button(page, "现在同步").click()
    expect(count(page, "已送达")).to_have_text("1", timeout=20_000)


def test_an_answer_that_dies_on_the_line_is_asked_for_again(
    county: County, line: tuple[Relay, BrowserContext]
) -> None:
    relay, context = line
    phone = GridPhone(context, county).begin()
    relay.swallow = 1
    note_visit(phone.page, county.chen["code"], "回信死在半路")
    tab(phone.page, "同步").click()
    expect(count(phone.page, "已送达")).to_have_text("1", timeout=30_000)
    assert relay.swallow == 0
