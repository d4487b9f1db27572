"""What changes where residents reach the server by TLS."""

from __future__ import annotations

from http.cookies import SimpleCookie

import msgspec
import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from server.app import App
from tests.handlers.browser import Browser

PATHS = ("/", "/login", "/healthz", "/nowhere", "/static/app.css", "/static/nope", "/openapi.json")


@pytest.fixture
def address(town):
    """The same town, told that a proxy before it ends TLS."""
    home = msgspec.structs.replace(town.home, secure=True, public_url="https://ban.example.gov.cn")
    server = HTTPServer(App(msgspec.structs.replace(town.built, home=home), quiet=True))
    socket, port = bind_unused_port()
    server.add_sockets([socket])
    yield f"http://127.0.0.1:{port}"
    server.stop()


def cookies_of(answer) -> dict[str, str]:
    """The lines that set cookies, by name."""
    lines = answer.headers.get_list("Set-Cookie")
    return {name: line for line in lines for name in SimpleCookie(line)}


async def log_in(town, address) -> Browser:
    person = town.chen.resident
    browser = Browser(address)
    page = await browser.open("/login")
    await browser.send(page, "/login", name=person.name, id_number=person.id_number)
    return browser


@pytest.mark.gen_test
async def test_browsers_are_told_to_insist_on_tls_by_every_answer(address):
    client = AsyncHTTPClient(force_instance=True)
    for path in PATHS:
        answer = await client.fetch(address + path, raise_error=False)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path
    client.close()


@pytest.mark.gen_test
async def test_the_name_of_every_cookie_binds_it_to_this_host(town, address):
    browser = await log_in(town, address)
    await browser.open("/elder?on=1")
    assert {"__Host-access", "__Host-refresh", "__Host-device", "__Host-_xsrf", "__Host-elder"} == set(
        browser.cookies
    )


@pytest.mark.gen_test
async def test_a_cookie_keeps_what_its_prefix_promises_also_when_it_is_taken_away(town, address):
    browser = await log_in(town, address)
    told = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    client = AsyncHTTPClient(force_instance=True)
    token = {"X-Device": "d", "Content-Type": "application/json", "Accept": "application/json"}
    gone = cookies_of(
        await client.fetch(f"{address}/logout", method="POST", body="{}", headers={**told, **token})
    )
    client.close()
    assert {"__Host-access", "__Host-refresh", "__Host-device"} <= set(gone)
    for line in gone.values():
        assert {"Secure", "Path=/"} <= {part.strip() for part in line.split(";")}
        assert "Domain" not in line


@pytest.mark.gen_test
async def test_a_cookie_without_the_prefix_is_not_believed(town, address):
    browser = await log_in(town, address)
    planted = {name.removeprefix("__Host-"): value for name, value in browser.cookies.items()}
    browser.cookies = planted
    assert (await browser.open("/my")).url.startswith(f"{address}/login")


async def logged_out(address, cookies):
    """What the browser is told to clear."""
    client = AsyncHTTPClient(force_instance=True)
    told = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    told |= {"Content-Type": "application/json", "Accept": "application/json"}
    answer = await client.fetch(f"{address}/logout", method="POST", body="{}", headers=told)
    client.close()
    return answer.headers["Clear-Site-Data"]


@pytest.mark.gen_test
async def test_logging_out_clears_what_the_browser_kept(town, address):
    browser = await log_in(town, address)
    assert await logged_out(address, browser.cookies) == '"cache", "storage"'


@pytest.mark.gen_test
async def test_nobody_who_logs_out_empties_the_store_of_a_grid_worker_on_whose_phone_it_was(town, address):
    browser = await log_in(town, address)
    assert await logged_out(address, {**browser.cookies, "__Host-carries": "1"}) == '"cache"'
