"""Exporting: for a purpose, with somebody else's leave where it is sensitive, watermarked, on record, to one alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.models.imports.messy import opened
from tests.town import Reply, Town

HOUSE, PEOPLE = "户", "人"
CLERK, APPROVER = "clerk.daguan", "approver.daguan"
VILLAGE = "529901101201"
PURPOSE = "核对2026年医保参保情况"


async def ask(town: Town, who: str = CLERK, **told: Any) -> Reply:
    wish = {"area": VILLAGE, "modules": ["house_basic", "person_basic"], "purpose": PURPOSE} | told
    return await town.post("/desk/registry/export", wish, await town.staff(who))


async def over(town: Town, job: str, who: str = CLERK) -> dict[str, Any]:
    token = await town.staff(who)
    while (reply := await town.get(f"/desk/jobs/{job}", token)).body["state"] == "ready":
        await asyncio.sleep(0.05)  # the town's own jobs do it
    return dict(reply.body)


async def fetched(town: Town, job: str, who: str = CLERK) -> Reply:
    return await town.get(f"/desk/jobs/{job}/result", await town.staff(who))


@pytest.mark.gen_test(timeout=60)
async def test_what_is_plain_is_exported_at_once_and_says_who_has_it_on_every_sheet(town):
    job = (await ask(town)).body["id"]
    assert (await over(town, job))["state"] == "done"
    sheets = opened((await fetched(town, job)).body)
    badge = next(each for each in town.report.staff if each.username == CLERK)
    for rows in sheets.values():
        assert badge.name in rows[0][0]
        assert PURPOSE in rows[0][0]
    assert set(sheets) == {HOUSE, PEOPLE}
    assert town.chen.resident.name in [cells[2] for cells in sheets[PEOPLE][2:]]


@pytest.mark.gen_test(timeout=60)
async def test_without_approval_no_number_is_in_it(town):
    job = (await ask(town)).body["id"]
    await over(town, job)
    text = str(opened((await fetched(town, job)).body))
    assert town.chen.resident.id_number not in text
    assert "公民身份号码" not in text


@pytest.mark.gen_test(timeout=60)
async def test_what_is_sensitive_waits_for_somebody_else(town):
    asked = (await ask(town, sensitive=True)).body
    assert asked["state"] == "asking"
    listed = (await town.get("/desk/registry/export", await town.staff(APPROVER))).body["waiting"]
    assert [each["id"] for each in listed] == [asked["id"]]
    reply = await town.post(f"/desk/registry/export/{asked['id']}/approve", {}, await town.staff(APPROVER))
    assert reply.status == 200
    await over(town, asked["id"])
    assert town.chen.resident.id_number in str(opened((await fetched(town, asked["id"])).body))


@pytest.mark.gen_test(timeout=60)
async def test_nobody_approves_her_own_and_no_outsider_anybody_s(town):
    asked = (await ask(town, APPROVER, sensitive=True)).body["id"]
    for who in (APPROVER, "approver.qingxi"):
        reply = await town.post(f"/desk/registry/export/{asked}/approve", {}, await town.staff(who))
        assert reply.status == 404
    reply = await town.post(f"/desk/registry/export/{asked}/approve", {}, await town.staff(CLERK))
    assert reply.status == 403
    await town.post(f"/desk/jobs/{asked}/cancel", {}, await town.staff(APPROVER))


@pytest.mark.gen_test(timeout=60)
async def test_a_refusal_says_why(town):
    asked = (await ask(town, sensitive=True)).body["id"]
    href = f"/desk/registry/export/{asked}/refuse"
    assert (await town.post(href, {"reason": ""}, await town.staff(APPROVER))).status == 422
    await town.post(href, {"reason": "用途不清楚"}, await town.staff(APPROVER))
    told = await over(town, asked)
    assert told["state"] == "failed"
    assert "用途不清楚" in told["told"]


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"purpose": "看"}, 422), ({"modules": []}, 422), ({"modules": ["nothing"]}, 422), ({"area": ""}, 422),
        ({"area": "529901102201"}, 403),
    ],
)  # fmt: skip
async def test_it_takes_a_purpose_modules_and_an_area_of_one_s_own(town, told, status):
    assert (await ask(town, **told)).status == status


@pytest.mark.gen_test(timeout=60)
async def test_the_file_is_hers_alone_and_only_for_a_day(town):
    job = (await ask(town)).body["id"]
    await over(town, job)
    for who in (APPROVER, "reviewer.daguan"):
        assert (await fetched(town, job, who)).status == 404
    jobs = town.built.database.collection("jobs")
    past = town.home.clock() - timedelta(minutes=1)
    await jobs.update_one({"_id": job}, {"$set": {"result.until": past, "purge_at": past}})
    assert (await fetched(town, job)).status == 410
    await town.home.retention.run()
    assert (await town.get(f"/desk/jobs/{job}", await town.staff(CLERK))).body["result"] is None
    files = town.built.database.collection("jobfiles.files")
    assert await files.count_documents({"_id": f"{job}:out"}) == 0


@pytest.mark.gen_test(timeout=60)
async def test_each_person_can_read_who_exported_her_data_and_why(town):
    token = await town.l2(town.chen)
    looks = (await town.get("/my/looks", token)).body["looks"]
    assert any(look["act"] == "export" and PURPOSE in str(look) for look in looks)


@pytest.mark.gen_test(timeout=60)
async def test_level_three_never_leaves(town):
    elements = town.home.elements.by_key
    asked = (await ask(town, sensitive=True, modules=["person_basic", "person_health"])).body
    await town.post(f"/desk/registry/export/{asked['id']}/approve", {}, await town.staff(APPROVER))
    await over(town, asked["id"])
    heads = opened((await fetched(town, asked["id"])).body)[PEOPLE][1]
    strict = {element.label for element in elements.values() if element.sensitivity == 3}
    loose = {element.label for element in elements.values() if element.sensitivity < 3}
    assert not (strict - loose) & set(heads)
