"""Too many at once: limits with a way on, and proof of work or a wait, for clients and for pages with scripts off."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import altcha
import pytest

from models.base.actor import ANONYMOUS
from models.limits.limit import CALM, EDGE
from tests.handlers.filing import REPAIR, open_form, repair, submit

MOST = {limit.kind: limit.most for limit in EDGE}
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def calm(io_loop, town):
    """Every test begins and ends with nobody about."""

    async def forget():
        town.built.tally._windows.clear()
        await town.built.database.collection("limits").delete_many({})

    io_loop.run_sync(forget)
    yield
    io_loop.run_sync(forget)


def crowd(town, code):
    """As many have just filed from ``code`` as its threshold says."""
    for _ in range(CALM[0].most):
        town.home.pressure.filed(ANONYMOUS, code)


def solved(challenge):
    """The work done, as a client sends it."""
    given = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(given, altcha.solve_challenge(given)).to_base64()


@pytest.mark.gen_test
async def test_while_it_is_calm_nothing_is_asked_and_nothing_is_in_the_page(town, browser):
    page = await ready(town, browser, town.chen)
    assert "challenge" not in page.text
    assert "ticket" not in page.text


@pytest.mark.gen_test(timeout=20)
async def test_a_client_is_given_a_challenge_solves_it_and_files(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    crowd(town, town.chen.code)
    reply = await submit(town, opened, REPAIR)
    error = reply.body["error"]
    assert (reply.status, error["code"], reply.headers["Retry-After"]) == (429, "pressure.challenge", "20")
    assert "等20秒" in error["message"]
    sent = {
        "submission_key": opened["submit"]["submission_key"],
        "answers": REPAIR,
        "proof": solved(error["challenge"]),
    }
    assert (await town.post(opened["submit"]["href"], sent)).status == 201
    assert (await town.post(opened["submit"]["href"], sent)).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_the_same_proof_files_nothing_else(town):
    crowd(town, town.chen.code)
    first, second = [await open_form(town, town.chen.code, "water-repair") for _ in range(2)]
    proof = solved((await submit(town, first, REPAIR)).body["error"]["challenge"])
    for opened, status in ((first, 201), (second, 429)):
        sent = {"submission_key": opened["submit"]["submission_key"], "answers": REPAIR, "proof": proof}
        reply = await town.post(opened["submit"]["href"], sent)
        assert reply.status == status
    assert reply.body["error"]["reason"] == "spent"


@pytest.mark.gen_test(timeout=20)
async def test_a_proof_is_not_lost_by_an_answer_that_has_to_be_corrected(town):
    crowd(town, town.chen.code)
    opened = await open_form(town, town.chen.code, "water-repair")
    proof = solved((await submit(town, opened, REPAIR)).body["error"]["challenge"])
    sent = {
        "submission_key": opened["submit"]["submission_key"],
        "answers": {**REPAIR, "fault": ""},
        "proof": proof,
    }
    assert (await town.post(opened["submit"]["href"], sent)).status == 422
    assert (await town.post(opened["submit"]["href"], {**sent, "answers": REPAIR})).status == 201


@pytest.mark.gen_test(timeout=20)
async def test_whoever_logged_in_with_proof_is_not_asked(town):
    crowd(town, town.li.code)
    token = await town.l2(town.li)
    opened = await open_form(town, town.li.code, "water-repair", token)
    assert (await submit(town, opened, REPAIR, token)).status == 201


async def ready(town, browser, door):
    """Her report typed in and the page before the button open."""
    page = await browser.open(f"/apply/{door.code}/water-repair/1")
    return await browser.send(
        page, "/1", fault="leak", contact_phone="13900001111", note="厨房门口，从昨晚开始"
    )


@pytest.mark.gen_test(timeout=20)
async def test_with_scripts_off_one_waits_with_a_ticket_and_everything_typed_is_kept(
    town, browser, monkeypatch
):
    crowd(town, town.chen.code)
    page = await ready(town, browser, town.chen)
    assert "现在提交的人多，请等20秒后再点一次" in page.words
    early = await browser.send(page, "water-repair")
    assert early.status == 429
    assert re.search(r"还要再等(20|19)秒", early.words)
    assert "厨房门口，从昨晚开始" in early.words
    ticket = dict(early.form("water-repair").fields)["ticket"]
    assert ticket == dict(page.form("water-repair").fields)["ticket"]
    pressure, clock = town.home.pressure, town.home.clock
    monkeypatch.setattr(pressure, "_clock", lambda: clock() + timedelta(seconds=21))
    filed = await browser.send(early, "water-repair")
    assert "已提交，请保存回执" in filed.words


@pytest.mark.gen_test(timeout=20)
async def test_pressing_that_began_while_she_read_costs_no_answer(town, browser):
    page = await ready(town, browser, town.chen)
    crowd(town, town.chen.code)
    pressed = await browser.send(page, "water-repair")
    assert (pressed.status, pressed.headers["Retry-After"]) == (429, "20")
    assert "厨房门口，从昨晚开始" in pressed.words
    assert "data-challenge" in pressed.text


@pytest.mark.gen_test(timeout=20)
async def test_too_many_submissions_of_one_device_are_429_with_what_to_do(town):
    device = {"X-Device": "a helper's tablet"}
    sent = {"submission_key": "key-of-many", "answers": {}}
    path = f"/apply/{town.chen.code}/water-repair"
    for _ in range(MOST["apply.who"]):
        assert (await town.call("POST", path, sent, headers=device)).status == 422
    reply = await town.call("POST", path, sent, headers=device)
    assert (reply.status, reply.body["error"]["code"]) == (429, "too_many")
    assert 0 < int(reply.headers["Retry-After"]) <= 600
    assert "12345" in reply.body["error"]["message"]
    assert (await town.call("POST", path, sent, headers={"X-Device": "her neighbour's"})).status == 422


@pytest.mark.gen_test(timeout=20)
async def test_a_page_that_is_refused_keeps_the_answers_before_it(town, browser):
    page = await ready(town, browser, town.li)
    assert page.status == 200
    who = f"device:{browser.cookies['device']}"
    for _ in range(MOST["apply.who"]):
        town.built.tally.note("apply.who", who, 600)
    refused = await browser.send(page, "water-repair")
    assert refused.status == 429
    assert "您填写的内容都还在" in refused.words
    assert "厨房门口，从昨晚开始" in refused.words


@pytest.mark.gen_test(timeout=30)
async def test_guessing_codes_ends_in_429_and_then_shuts_receipts_but_no_plate(town):
    receipt, device = (await repair(town))["code"], {"X-Device": "a guesser"}
    for n in range(MOST["miss.who"]):
        assert (await town.call("GET", f"/q/D{n:011d}", headers=device)).status == 404
    reply = await town.call("GET", "/q/D99999999999", headers=device)
    assert reply.status == 429
    assert (await town.call("GET", "/code?code=D99999999999", headers=device)).status == 429
    for path in ("/q/{}", "/q/{}/code.png", "/q/{}/receipt.pdf"):
        assert (await town.call("GET", path.format(receipt), headers=device)).status == 429, path
    assert (await town.call("GET", f"/q/{town.chen.code}", headers=device)).status == 200
    assert (await town.call("GET", "/q/D99999999999", headers={"X-Device": "another"})).status == 404


@pytest.mark.gen_test(timeout=30)
async def test_following_numbers_is_limited(town):
    device = {"X-Device": "one who tries numbers"}
    for n in range(MOST["look.who"]):
        reply = await town.call("GET", f"/progress?number=52990110120261122{n:04d}", headers=device)
        assert reply.status in (303, 401, 404)
    reply = await town.call("GET", "/progress?number=529901101202611220001", headers=device)
    assert (reply.status, "回执" in reply.body["error"]["message"]) == (429, True)


@pytest.mark.gen_test(timeout=30)
async def test_saving_drafts_is_limited(town):
    device = {"X-Device": "a script"}
    for _ in range(MOST["draft.who"]):
        town.built.tally.note("draft.who", "device:a script", 600)
    path = f"/apply/{town.chen.code}/water-repair/draft"
    assert (await town.call("PUT", path, {"answers": {}}, headers=device)).status == 429
    assert (await town.call("PUT", path, {"answers": {}}, headers={"X-Device": "a phone"})).status == 204


@pytest.mark.gen_test(timeout=20)
async def test_scans_of_good_codes_cost_no_round_trip_and_a_flood_of_them_is_refused(town):
    limits = town.built.database.collection("limits")
    buckets = town.home.edge._scans
    for _ in range(3):
        assert (await town.get(f"/q/{town.chen.code}")).status == 200
    await town.built.tally.settle()
    assert await limits.count_documents({}) == 0
    held = buckets._buckets.pop("127.0.0.1")
    buckets._buckets["127.0.0.1"] = (0.0, held[1] + 3600)
    for headers in ({}, HTML):
        reply = await town.call("GET", f"/q/{town.chen.code}", headers=headers)
        assert (reply.status, reply.headers["Retry-After"]) == (429, "1")
    buckets._buckets.clear()


@pytest.mark.gen_test
async def test_what_is_told_of_the_challenge_is_enough_to_solve_it(town):
    crowd(town, town.chen.code)
    opened = await open_form(town, town.chen.code, "water-repair")
    error = (await submit(town, opened, REPAIR)).body["error"]
    assert set(error) == {"code", "message", "retry_after", "reason", "challenge", "ticket"}
    assert set(error["challenge"]) == {"parameters", "signature"}
    assert "secret" not in json.dumps(error)
