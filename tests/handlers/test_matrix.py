"""The code matrix: a page and a poster of every bundle and the matters most asked for."""

from __future__ import annotations

import pytest

from handlers.matrix import drawn
from models.doors.matrix import OFTEN
from qr.grammar import spoken
from tests.qr.reading import decoded, pages

pytestmark = pytest.mark.gen_test


def cells(reply):
    return [cell for row in reply.body["rows"] for cell in row["cells"]]


async def test_every_bundle_stands_under_what_happens_in_a_life(town):
    found = await town.get("/matrix")
    by_event = {row["event"]: [cell["id"] for cell in row["cells"]] for row in found.body["rows"]}
    assert by_event["birth"] == ["newborn"]
    assert by_event["shop"] == ["small-shop", "restaurant"]
    assert "elder-allowance" in by_event[OFTEN]
    offered = {offer.id for offer in town.home.catalogue.offers() if offer.bundle}
    assert offered <= {cell["id"] for cell in cells(found)}


async def test_a_card_opens_the_matter_that_its_code_stands_for(town):
    card = cells(await town.get("/matrix"))[0]
    opened = await town.get(card["href"])
    assert (opened.body["state"], opened.body["bundles"][0]["id"]) == ("active", card["id"])


async def test_a_closed_matter_leaves_the_matrix_at_once(town):
    await town.get("/matrix")
    closed = {"state": "closed", "notice": "系统升级，明天再来。"}
    await town.post("/desk/items/newborn/state", closed, await town.staff("admin"))
    assert "newborn" not in [cell["id"] for cell in cells(await town.get("/matrix"))]


async def test_the_page_shows_a_symbol_and_its_code_for_each(town, browser):
    page, cards = await browser.open("/matrix"), cells(await town.get("/matrix"))
    assert [card["name"] for card in cards if spoken(card["code"]) not in page.text] == []
    assert page.text.count('shape-rendering="crispEdges"') == len(cards)


async def test_a_symbol_is_drawn_once_however_many_look_and_whoever_they_are(town):
    asked = {"Accept": "text/html"}
    await town.get("/matrix", **asked)
    before = drawn.cache_info().misses
    for token in ("", await town.l2(town.li)):
        assert (await town.get("/matrix", token, **asked)).status == 200
    assert drawn.cache_info().misses == before


async def test_who_has_the_page_already_is_sent_nothing(town):
    first = await town.get("/matrix")
    again = await town.get("/matrix", **{"If-None-Match": first.headers["Etag"]})
    assert (again.status, again.body) == (304, b"")


async def test_the_poster_reads_back_and_only_who_prints_sheets_gets_it(town):
    pdf = await town.get("/desk/poster?size=A4", await town.staff("clerk.daguan"))
    read = {text for page in pages(pdf.body) for text in decoded(page)}
    wanted = {f"{town.home.public_url}{cell['href']}" for cell in cells(await town.get("/matrix"))}
    assert {text.upper() for text in read} == {text.upper() for text in wanted}
    assert (await town.get("/desk/poster?size=A4")).status == 401


async def test_another_size_is_refused_with_a_sentence(town):
    refused = await town.get("/desk/poster?size=B5", await town.staff("clerk.daguan"))
    assert (refused.status, refused.body["error"]["fields"][0]["code"]) == (422, "poster.size")
