"""What every answer carries, whichever it is: pages, JSON, files, static ones, and every way of saying no."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from handlers.access import anyone
from handlers.base import HEADERS, OF_DOCUMENTS, Base
from handlers.openapi import declared, path_of
from server.__main__ import http_server
from server.app import LARGEST_BODY, ROUTES, App
from tests.handlers.filing import repair
from tests.handlers.test_contract import upload
from tests.town import Town

HTML, JSON = "text/html", "application/json"
ALWAYS = {
    name: value for name, value in HEADERS.items() if name not in ("Content-Security-Policy", "Cache-Control")
}
FILES = {name: value for name, value in ALWAYS.items() if name not in OF_DOCUMENTS}


def directives(policy: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}


def assert_guarded(answer, what) -> dict[str, list[str]]:
    """The headers that protect are all there; the policy, read."""
    for name, value in (FILES if "/static/" in str(what) else ALWAYS).items():
        assert answer.headers.get_list(name) == [value], (what, name)
    policies = answer.headers.get_list("Content-Security-Policy")
    assert len(policies) == 1, what
    policy = directives(policies[0])
    assert policy["default-src"] == ["'none'"], what
    assert policy["frame-ancestors"] == ["'none'"], what
    assert policy.get("script-src", ["'self'"]) == ["'self'"], what
    assert "unsafe" not in policies[0], what
    for source in policy.get("style-src", []):
        assert source == "'self'" or source.startswith("'sha256-"), what
    return policy


class Markup(HTMLParser):
    """What on a page could run or dress itself without the policy's leave."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.styles: list[str] = []
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.inline += [f"{tag} {name}" for name in told if name.startswith("on") or name == "style"]
        self.inline += [
            f"{tag} {value}" for value in told.values() if (value or "").startswith("javascript:")
        ]
        if tag == "script" and not (told.get("src") or "").startswith("/static/"):
            self.inline.append("script")
        self._in = tag

    def handle_data(self, data):
        if self._in == "style":
            self.styles.append(data)

    def handle_endtag(self, tag):
        self._in = ""


def digest(style: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


@pytest.fixture(scope="module")
def tokens(io_loop, town):
    """Somebody of every kind, logged in once."""

    async def come_in():
        return {
            "nobody": "", "L2": await town.l2(town.chen), "clerk": await town.staff("clerk.daguan"),
            "admin": await town.staff("admin"),
        }  # fmt: skip

    return io_loop.run_sync(come_in, timeout=30)


@pytest.fixture(scope="module")
def words(io_loop, town, tokens):
    """Real things to put into addresses."""

    async def made():
        file = (await upload(town, tokens["L2"])).body["id"]
        return {"receipt": (await repair(town))["code"], "file": file}

    return io_loop.run_sync(made, timeout=30)


def filled(town: Town, pattern: str, words: dict[str, str]) -> str:
    known = {"code": town.chen.code, "slug": "water-repair", "page": "1", "file": words["file"],
             "household": "5" * 18, "account": "0" * 24, "report": "0" * 25, "case": "a", "mandate": "0" * 20}  # fmt: skip
    return re.sub(r"{(\w+)}", lambda found: known.get(found[1], "a"), path_of(pattern))


@pytest.mark.gen_test(timeout=120)
async def test_every_route_answers_every_verb_and_everybody_under_guard(town, tokens, words):
    for pattern, target in ROUTES:
        path = filled(town, pattern, words)
        for person, token in tokens.items():
            verbs = {verb for verb, _ in declared(target)} | {"delete"}
            for verb in sorted(verbs):
                if token and (path, verb) in {("/desk/stream", "get"), ("/logout", "post")}:
                    continue  # the one does not end, the other ends her
                for accept in (HTML, JSON):
                    body = None if verb == "get" else b"{}"
                    headers = {"Accept": accept, "Content-Type": JSON}
                    answer = await town.call(verb.upper(), path, body, token, headers)
                    assert_guarded(answer, (verb, path, person, accept, answer.status))


@pytest.mark.gen_test(timeout=60)
async def test_no_page_carries_a_script_or_a_style_that_the_policy_does_not_name(town, tokens, words):
    seen = 0
    for pattern, target in ROUTES:
        path = filled(town, pattern, words)
        if "get" not in {verb for verb, _ in declared(target)} or path == "/desk/stream":
            continue
        for person, token in tokens.items():
            answer = await town.call("GET", path, None, token, {"Accept": HTML})
            if HTML not in answer.headers.get("Content-Type", ""):
                continue
            found = Markup(answer.body.decode())
            assert found.inline == [], (path, person)
            allowed = assert_guarded(answer, path)["style-src"]
            assert [style for style in found.styles if digest(style) not in allowed] == [], (path, person)
            seen += 1
    assert seen > 60


@pytest.mark.gen_test
async def test_the_style_of_the_door_is_named_by_its_hash_and_no_other_page_allows_it(town):
    door = await town.call("GET", f"/q/{town.chen.code}", headers={"Accept": HTML})
    found = Markup(door.body.decode())
    assert assert_guarded(door, "door")["style-src"] == ["'self'", digest(found.styles[0])]
    front = await town.call("GET", "/", headers={"Accept": HTML})
    assert assert_guarded(front, "front")["style-src"] == ["'self'"]


@pytest.mark.gen_test(timeout=60)
async def test_every_way_of_saying_no_is_guarded_too(town, tokens, words):
    token = tokens["L2"]
    door = f"/q/{town.chen.code}"
    tag = (await town.get(door)).headers["Etag"]
    sheet = (await town.get("/static/app.css")).headers["Etag"]
    asked = [
        (304, "GET", door, None, {"If-None-Match": tag}),
        (400, "POST", "/login", b"{", {"Content-Type": JSON}),
        (403, "POST", "/login", b"a=1", {"Content-Type": "application/x-www-form-urlencoded"}),
        (403, "POST", "/login", b"{}", {"Content-Type": JSON, "Origin": "https://evil.example"}),
        (404, "GET", "/nowhere", None, {}),
        (404, "GET", "/q/D0000000000A", None, {}),
        (405, "PATCH", "/login", b"{}", {"Content-Type": JSON}),
        (405, "TRACE", "/", None, {}),
        (413, "POST", "/login", b"x" * 600_000, {"Content-Type": JSON}),
        (413, "POST", "/files", b"x" * (LARGEST_BODY + 1), {"Content-Type": JSON}),
        (200, "GET", "/static/app.css", None, {}),
        (304, "GET", "/static/app.css", None, {"If-None-Match": sheet}),
        (404, "GET", "/static/nope.css", None, {}),
        (403, "GET", "/static/", None, {}),
        (403, "POST", "/static/app.css", b"{}", {}),
        (200, "GET", f"/q/{words['receipt']}/code.png", None, {}),
        (200, "GET", f"/q/{words['receipt']}/receipt.pdf", None, {}),
    ]  # fmt: skip
    for status, method, path, body, headers in asked:
        answer = await town.call(method, path, body, token if body and b"x" in body else "", headers)
        assert answer.status == status, (method, path, answer.status)
        assert_guarded(answer, (method, path))


@pytest.mark.gen_test
async def test_a_file_that_somebody_sent_lies_in_a_sandbox(town, tokens, words):
    shown = await town.get(f"/files/{words['file']}", tokens["L2"])
    policy = assert_guarded(shown, "file")
    assert set(policy) == {"default-src", "frame-ancestors", "sandbox"}
    assert policy["sandbox"] == []
    assert shown.headers["Content-Disposition"].startswith("inline; filename=")


@pytest.fixture(scope="module")
def behind_tls(town):
    """The same town as residents reach it by TLS."""
    home = msgspec.structs.replace(town.home, secure=True)
    server = HTTPServer(App(msgspec.structs.replace(town.built, home=home), quiet=True))
    socket, port = bind_unused_port()
    server.add_sockets([socket])
    yield f"http://127.0.0.1:{port}"
    server.stop()


async def fetched(url: str, **given):
    return await AsyncHTTPClient().fetch(url, raise_error=False, follow_redirects=False, **given)


@pytest.mark.gen_test
async def test_only_behind_tls_are_browsers_told_to_insist_on_it(town, behind_tls):
    for path in ("/", "/nowhere", "/static/app.css", "/static/nope", f"/q/{town.chen.code}", "/healthz"):
        secure, plain = await fetched(behind_tls + path), await fetched(town.url + path)
        assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path
        assert "Strict-Transport-Security" not in plain.headers, path
        assert_guarded(secure, path)


@pytest.mark.gen_test(timeout=20)
async def test_every_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_wires(town, behind_tls):
    person, seen = town.chen.resident, set()
    card = json.dumps({"name": person.name, "id_number": person.id_number}).encode()
    asked = [
        ("/login", {"headers": {"Accept": HTML}}), ("/elder?on=1", {}), (f"/mismatch/{town.chen.code}", {}),
        (f"/apply/{town.chen.code}/water-repair/1", {"headers": {"Accept": HTML}}),
        ("/login", {"method": "POST", "body": card, "headers": {"Accept": HTML, "Content-Type": JSON}}),
    ]  # fmt: skip
    for url, secure in ((behind_tls, True), (town.url, False)):
        for path, given in asked:
            for line in (await fetched(url + path, **given)).headers.get_list("Set-Cookie"):
                name, *flags = [part.strip() for part in line.split(";")]
                assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags), line
                assert ("Secure" in flags) is secure, line
                seen.add(name.partition("=")[0].removeprefix("__Host-"))
    assert seen >= {"_xsrf", "elder", "device", "access", "refresh"}


class Whence(Base):
    """Says whom a request comes from."""

    @anyone(summary="")
    async def get(self) -> None:
        self.respond({"address": self.request.remote_ip, "protocol": self.request.protocol})


@pytest.mark.gen_test
@pytest.mark.parametrize("trusted", [False, True])
async def test_a_proxy_is_believed_only_where_the_operator_says_that_there_is_one(town, trusted):
    app = App(town.built, quiet=True)
    app.add_handlers(".*", [(r"/whence", Whence)])
    server = http_server(app, msgspec.structs.replace(town.settings, trust_proxy=trusted))
    socket, port = bind_unused_port()
    server.add_sockets([socket])
    for name in ("X-Real-Ip", "X-Forwarded-For"):
        headers = {name: "203.0.113.9", "X-Forwarded-Proto": "https", "Accept": JSON}
        told = json.loads((await fetched(f"http://127.0.0.1:{port}/whence", headers=headers)).body)
        expected = ("203.0.113.9", "https") if trusted else ("127.0.0.1", "http")
        assert (told["address"], told["protocol"]) == expected, name
    server.stop()
