"""The privacy notice: dated, versioned, with the table of retention in it, and one tap from every page."""

from __future__ import annotations

import pytest

from models.retention.table import about_people


@pytest.mark.gen_test
async def test_the_notice_is_dated_and_tells_how_long_everything_is_kept(town):
    notice = (await town.get("/privacy")).body
    assert (notice["number"], notice["current"], notice["since"]) == (1, 1, "2026-11-25")
    assert [each["keep"] for each in notice["kept"]] == [rule.keep for rule in about_people()]


@pytest.mark.gen_test
async def test_an_earlier_version_can_be_read_and_an_unknown_one_cannot(town):
    assert (await town.get("/privacy?version=1")).status == 200
    for version in ("2", "0", "1e0", "x"):
        reply = await town.get(f"/privacy?version={version}")
        assert (reply.status, reply.body["error"]["code"]) == (404, "privacy.version")


@pytest.mark.gen_test
async def test_it_is_one_tap_from_every_page(town):
    token = await town.l2(town.chen)
    door = f"/q/{town.chen.code}"
    pages = [
        "/",
        door,
        "/progress",
        "/login",
        "/nowhere",
        "/complaint",
        "/my",
        "/my/consents",
        "/my/acting",
        "/my/looks",
    ]
    pages += [f"/apply/{town.chen.code}/elder-allowance{rest}" for rest in ("", "/1", "/check")]
    for path in pages:
        page = await town.get(path, token if path != "/login" else "", Accept="text/html")
        assert 'href="/privacy"' in page.body.decode(), path


@pytest.mark.gen_test
async def test_staff_find_it_too(town):
    page = await town.get("/desk", await town.staff("clerk.daguan"), Accept="text/html")
    assert 'href="/privacy"' in page.body.decode()


@pytest.mark.gen_test
async def test_it_can_be_printed(town):
    page = await town.get("/privacy?print=1", Accept="text/html")
    assert "js/print.js" in page.body.decode()
    assert "js/print.js" not in (await town.get("/privacy", Accept="text/html")).body.decode()
