"""Papers that follow, from the desk to the phone and back, as pages without scripts and as JSON."""

from __future__ import annotations

import pytest

from tests.handlers.filing import act, allowance, at_desk
from tests.handlers.test_contract import upload


@pytest.mark.gen_test(timeout=20)
async def test_she_promises_on_her_receipt_and_brings_the_photo_from_her_phone(town):
    token = await town.l2(town.chen)
    filed = await allowance(town, token)
    number, base = filed["case_no"], filed["href"]
    lacking = (await at_desk(town, number, "clerk.daguan"))["case"]["lacking"]
    assert [paper["name"] for paper in lacking] == ["近期照片"]
    asked = {"papers": [lacking[0]["code"]], "promise": "receipt"}
    assert (await act(town, number, "clerk.daguan", "accept_lacking", **asked)).status == 200
    assert (await town.post(f"{base}/promise", {})).status == 401
    receipt = (await town.post(f"{base}/promise", {}, token)).body
    assert (receipt["state"], receipt["owed"][0]["name"]) == ("accepted", "近期照片")
    assert (await town.get(f"{base}/papers", token)).body["owed"]["due_on"] == receipt["owed_until"]
    photo = (await upload(town, token)).body["id"]
    nothing = await town.post(f"{base}/papers", {"answers": {"recent_photo": []}}, token)
    other = await town.post(f"{base}/papers", {"answers": {"phone": "13900000000"}}, token)
    assert (nothing.status, other.status) == (422, 403)
    brought = await town.post(f"{base}/papers", {"answers": {"recent_photo": [photo]}}, token)
    assert (brought.status, brought.body.get("hand_in", "")) == (200, "")
    assert (await town.post(f"{base}/papers", {"answers": {}}, token)).status == 409


@pytest.mark.gen_test(timeout=20)
async def test_the_desk_says_what_is_owed_as_the_receipt_does_and_does_not_offer_the_grant(town):
    token = await town.l2(town.chen)
    filed = await allowance(town, token)
    number = filed["case_no"]
    code = (await at_desk(town, number, "clerk.daguan"))["case"]["lacking"][0]["code"]
    told = await act(town, number, "clerk.daguan", "accept_lacking", papers=[code], promise="counter")
    until = told.body["case"]["owed"]["due_on"]
    assert (await town.get(filed["href"], token)).body["owed_until"] == until
    for _ in range(2):
        await act(town, number, "reviewer.daguan", "hand_on")
    opened = await at_desk(town, number, "approver.minzheng")
    assert ("grant" in opened["actions"], opened["actions"][0]) == (False, "receive")
    refused = await act(town, number, "approver.minzheng", "grant")
    assert (refused.status, refused.body["error"]["code"]) == (409, "case.owed")
    await act(town, number, "approver.minzheng", "receive", papers=[code])
    assert (await act(town, number, "approver.minzheng", "grant", result="12月起")).status == 200
