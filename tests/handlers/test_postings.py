"""Public notices: what anybody reads, what nobody does, and that a case waits for whoever objects."""

from __future__ import annotations

import json

import pytest

from tests.handlers.filing import act, hung
from tests.handlers.test_contract import upload
from tests.town import Town

pytestmark = pytest.mark.gen_test(timeout=30)
VILLAGE, ELSEWHERE = "529901101201", "529901101202"
SAYS = {"text": "他家去年在县城买了商品房，没有报。", "key": "an-objection-1"}


async def posted(town: Town) -> dict:
    token = await town.l2(town.chen)
    return await hung(town, token, (await upload(town, token)).body["id"])


async def listed(town: Town, area: str) -> list[str]:
    reply = await town.get(f"/notices?area={area}")
    assert reply.status == 200, reply.body
    return [each["id"] for each in reply.body["postings"]]


async def test_a_notice_hangs_in_its_village_and_above_and_nowhere_else(town):
    case = await posted(town)
    for area in (VILLAGE, VILLAGE[:9], VILLAGE[:6], ""):
        assert case["id"] in await listed(town, area)
    assert case["id"] not in await listed(town, ELSEWHERE)


async def test_a_notice_names_nobody_whom_a_stranger_could_find(town):
    case = await posted(town)
    her = town.chen.resident
    secret = (her.name, her.id_number, her.phone, case["receipt"], town.chen.address)
    for path in (f"/notices?area={VILLAGE}", f"/notices/{case['id']}"):
        for face in ("text/html", "application/json"):
            reply = await town.get(path, Accept=face)
            text = (
                reply.body.decode()
                if isinstance(reply.body, bytes)
                else json.dumps(reply.body, ensure_ascii=False)
            )
            assert not [word for word in secret if word in text]
            assert "陈*兰" in text


async def test_a_case_without_a_notice_has_no_page(town):
    case = await posted(town)
    reply = await act(town, str(case["number"]["town"]) + case["number"]["day"] + f"{case['number']['seq']:04d}",
                      "reviewer.daguan", "send_back", to="visit", note="再核实一次")  # fmt: skip
    assert reply.status == 200, reply.body
    assert (await town.get(f"/notices/{case['id']}")).status == 404
    assert case["id"] not in await listed(town, VILLAGE)


async def test_an_objection_holds_the_case_until_it_is_answered(town, monkeypatch):
    case = await posted(town)
    number = f"{case['number']['town']}{case['number']['day']}{case['number']['seq']:04d}"
    filed = await town.post(f"/notices/{case['id']}", SAYS)
    assert (filed.status, filed.body["kind_name"]) == (201, "公示异议")
    refused = await act(town, number, "reviewer.daguan", "hand_on")
    assert (refused.status, refused.body["error"]["code"]) == (409, "case.objected")
    followed = await town.get(f"/complaint/{filed.body['number']}")
    assert followed.body["state"] == "open"


async def test_whoever_works_on_the_case_does_not_answer_the_objection(town):
    case = await posted(town)
    filed = await town.post(f"/notices/{case['id']}", {**SAYS, "key": "an-objection-2"})
    row = await town.built.database.collection("rights").find_one({"number": filed.body["number"]})
    reviewer = await town.get(f"/desk/rights/{row['_id']}", await town.staff("reviewer.daguan"))
    assert reviewer.status == 403
    path, token = f"/desk/rights/{row['_id']}", await town.staff("reviewer.minzheng")
    told = {"rev": 1, "text": "经核实，房屋为其儿子所有。", "ground": "unfounded"}
    assert (await town.post(f"{path}/refuse", told, token)).status == 200


async def test_the_same_objection_sent_twice_is_one(town):
    case = await posted(town)
    said = {**SAYS, "key": "an-objection-3"}
    first, second = [await town.post(f"/notices/{case['id']}", said) for _ in range(2)]
    assert (first.status, second.status) == (201, 200)
    assert first.body["number"] == second.body["number"]


@pytest.mark.parametrize(
    "said", [{}, {"text": "短"}, {"text": "x" * 1001}, {"text": SAYS["text"], "phone": "12"}]
)
async def test_what_is_wrong_is_said_beside_it(town, said):
    case = await posted(town)
    reply = await town.post(f"/notices/{case['id']}", said)
    assert reply.status == 422


async def test_an_area_that_is_none_is_not_found(town):
    assert (await town.get("/notices?area=110101")).status == 404
    assert (await town.get("/notices?area=52990110120103")).status == 404  # a group: too few to hide among
