"""What the application adds to every answer."""

from __future__ import annotations

import pytest

from handlers.base import HEADERS

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
        for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Server"):
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
