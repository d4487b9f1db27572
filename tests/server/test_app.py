"""What the application adds to every answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handlers.base import HEADERS, OF_DOCUMENTS

PATHS = (
    "/",
    "/q/{door}",
    "/nowhere",
    "/login",
    "/desk",
    "/healthz",
    "/openapi.json",
    "/static/app.css",
    "/static/nope",
)


@pytest.mark.gen_test(timeout=10)
async def test_every_answer_carries_the_headers_that_protect(town):
    for path in PATHS:
        reply = await town.get(path.format(door=town.chen.code))
        names = {"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Server"}
        for name in names - OF_DOCUMENTS if path.startswith("/static/") else names:
            assert reply.headers[name] == HEADERS[name], path
        assert "unsafe" not in reply.headers.get("Content-Security-Policy", ""), path


@pytest.mark.gen_test(timeout=10)
async def test_nothing_personal_is_kept_by_caches(town):
    token = await town.l2(town.chen)
    for path in ("/my", f"/apply/{town.chen.code}/elder-allowance", "/login"):
        assert (await town.get(path, token)).headers["Cache-Control"] == "no-store"
    assert "private" in (await town.get(f"/q/{town.chen.code}")).headers["Cache-Control"]


@pytest.mark.gen_test(timeout=10)
async def test_a_static_file_that_is_not_there_is_told_in_the_shape_of_every_error(town):
    for path in ("/static/nope.css", "/static/%00", "/static/..%2fREADME.md", "/static/"):
        reply = await town.get(path)
        assert reply.status in (403, 404)
        assert {"code", "message"} <= set(reply.body["error"]), path


@pytest.mark.gen_test(timeout=10)
async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(town):
    reply = await town.call("GET", "/login", headers={"Accept": "text/html"})
    for line in reply.headers.get_list("Set-Cookie"):
        assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in line.split(";")}


@pytest.mark.gen_test(timeout=10)
async def test_no_answer_may_be_framed_not_even_a_file(town):
    for path in (*PATHS, "/.well-known/security.txt"):
        reply = await town.get(path.format(door=town.chen.code))
        assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"], path


@pytest.mark.gen_test(timeout=10)
async def test_whatever_is_text_says_that_it_is_utf8(town):
    for path in ("/static/app.css", "/static/js/form.js", "/metrics", "/.well-known/security.txt"):
        assert (await town.get(path)).headers["Content-Type"].lower().endswith("charset=utf-8"), path


@pytest.mark.gen_test(timeout=10)
async def test_no_origin_but_ours_is_let_in_by_the_browser(town):
    for path in PATHS:
        reply = await town.get(path.format(door=town.chen.code), Origin="https://evil.example")
        assert "Access-Control-Allow-Origin" not in reply.headers, path


@pytest.mark.gen_test(timeout=10)
async def test_whoever_finds_a_weakness_is_told_where_to_report_it(town):
    reply = await town.get("/.well-known/security.txt")
    told = dict(line.split(": ", 1) for line in reply.body.decode().splitlines())
    assert told["Contact"] == "mailto:safety@yunling.example"
    assert told["Canonical"].endswith("/.well-known/security.txt")
    left = datetime.fromisoformat(told["Expires"]) - town.home.clock()
    assert timedelta(days=30) < left < timedelta(days=366)


@pytest.mark.gen_test(timeout=10)
async def test_debugging_is_off_and_no_method_mirrors_a_request(town):
    assert not town.app.settings.get("debug")
    assert (await town.call("TRACE", "/")).status == 405
