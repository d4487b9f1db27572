"""Importing at the desk: from a messy sheet to the registry and back as a file that says what was done."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.handlers.browser import BOUNDARY
from tests.models.imports import messy
from tests.town import Reply, Town

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CLERK = "reviewer.daguan"


async def bring(town: Town, data: bytes, who: str = CLERK, name: str = "台账.xlsx") -> Reply:
    """Upload a file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {XLSX}\r\n\r\n'
    body = head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    told = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await town.call("POST", "/desk/registry/import", body, await town.staff(who), told)


async def mapped(town: Town, brought: Reply, **changed: str) -> str:
    """Its columns as they were guessed; the address of the import."""
    job, plan = brought.body["job"], brought.body["plan"]
    labels = {target.key: target.label for target in town.home.imports.targets.all}
    columns = {
        f"s{number}.c{column['at']}": labels.get(column.get("target", ""), "")
        for number, sheet in enumerate(plan["sheets"])
        for column in sheet["columns"]
    }
    href = f"/desk/registry/import/{job['id']}"
    reply = await town.post(href, {"columns": columns | changed}, await town.staff(CLERK))
    assert reply.status == 200, reply.body
    return href


async def settled(town: Town, href: str) -> dict[str, Any]:
    """The import when it waits for somebody or is over."""
    token = await town.staff(CLERK)
    while (reply := await town.get(href, token)).body["job"]["state"] == "ready":
        await asyncio.sleep(0.05)  # the town's own jobs do it
    return dict(reply.body)


async def imported(town: Town, data: bytes) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    """All the way; the import at its end, and the rows of the result."""
    href = await mapped(town, await bring(town, data))
    await settled(town, href)
    await town.post(f"{href}/confirm", {}, await town.staff(CLERK))
    over = await settled(town, href)
    assert over["job"]["state"] == "done", over
    file = await town.get(f"/desk/jobs/{over['job']['id']}/result", await town.staff(CLERK))
    return over, next(iter(messy.opened(file.body).values()))


@pytest.mark.gen_test(timeout=60)
async def test_a_messy_sheet_becomes_households_and_people_and_says_of_each_row_what_was_done(town):
    over, rows = await imported(town, messy.mess())
    said = {number: (cells[-2], cells[-1] or "") for number, cells in enumerate(rows, 1)}
    assert said[1] == ("处理结果", "说明")
    assert [said[n][0] for n in (2, 3, 4, 11, 12, 14)] == ["新增"] * 6
    assert [said[n][0] for n in (5, 6, 7, 8, 9, 10, 13)] == ["没有导入"] * 7
    assert "存成了数字" in said[5][1]
    assert "第3行" in said[6][1]
    assert "户主（第2行）" in said[7][1]
    assert "没有“不存在村”" in said[9][1]
    assert "农历" in said[11][1]
    assert "外星族" in said[14][1]
    assert over["counts"]["new"] == 6


@pytest.mark.gen_test(timeout=60)
async def test_the_new_person_is_found_by_her_number_with_her_values(town):
    people = await town.built.registry.people.by_id_numbers([messy.number(2, "19820304", "2")])
    person = people[messy.number(2, "19820304", "2")]
    assert (person.name, person.relation) == ("新配偶", "12")
    assert person.text("person.birth_date") == "1982-03-04"
    nation = person.value("person.nation")
    assert nation is not None
    assert (nation.v, nation.source) == ("01", "import")
    home = await town.home.households.get(person.household)
    assert home.address == "大关镇丘林村三组21号"
    assert [member.relation for member in home.members] == ["02", "12", "20"]
    assert home.value("house.net_income").v == "35000.00"


@pytest.mark.gen_test(timeout=60)
async def test_a_column_of_level_3_means_nothing_before_its_ground_is_named(town):
    heads = [*messy.HEADS, "残疾等级名称"]
    data = messy.book([[*messy.row(), "二级"]], heads)
    line, admin = "reviewer.minzheng", await town.staff("admin")

    async def guessed() -> str:
        plan = (await bring(town, data, line)).body["plan"]
        return str(plan["sheets"][0]["columns"][-1].get("target", ""))

    assert await guessed() == ""
    on = {"what": "on", "text": "《中华人民共和国残疾人保障法》", "line": "民政"}
    assert (await town.post("/desk/elements/person.disability_grade", on, admin)).status == 200
    assert await guessed() == "person.disability_grade"
    off = {"what": "off", "text": "停止"}
    assert (await town.post("/desk/elements/person.disability_grade", off, admin)).status == 200
    assert await guessed() == ""


@pytest.mark.gen_test(timeout=60)
async def test_the_history_says_who_brought_each_value_and_why(town):
    number = messy.number(2, "19820304", "2")
    person = (await town.built.registry.people.by_id_numbers([number]))[number]
    changes = await town.built.registry.history.of_owners([person.id])
    told = {change.entry.key: change.entry for change in changes}
    assert told["person.nation"].after == person.value("person.nation")
    assert told["person.nation"].before is None
    assert told["person.nation"].ground == "导入 台账.xlsx"
    assert set(told) == set(person.held.values)
    page = await town.built.registry.history.page([person.id], limit=5)
    rest = await town.built.registry.history.page([person.id], after=page.next, limit=50)
    assert [each.id for each in (*page.changes, *rest.changes)] == [each.id for each in changes]


@pytest.mark.gen_test(timeout=60)
async def test_the_same_file_once_more_changes_nothing(town):
    homes = town.built.database.collection("households")
    before = await homes.count_documents({})
    over, rows = await imported(town, messy.mess())
    assert [cells[-2] for cells in rows[1:4]] == ["没有变化"] * 3
    assert over["counts"].get("new", 0) == 0
    assert await homes.count_documents({}) == before


@pytest.mark.gen_test(timeout=60)
async def test_what_somebody_has_verified_stays_and_what_differs_waits_for_review(town):
    number = messy.number(2, "19820304", "2")
    people = town.built.registry.people
    person = (await people.by_id_numbers([number]))[number]
    await people.record(person.id, "person.education", "70", "counter", town.home.clock(), "a-clerk")
    _, rows = await imported(town, messy.book([messy.row(), messy.wife(文化程度="小学", 政治面貌="团员")]))
    after = await people.get(person.id)
    assert after.text("person.education") == "70"
    assert [(wish.key, wish.value.v) for wish in after.held.proposals] == [("person.education", "80")]
    assert after.text("person.political") == "03"  # imported before, so a newer import has the last word
    assert rows[2][-2:] == ("更新", "1项和更可信的登记不一样，已转人工审核")


@pytest.mark.gen_test(timeout=60)
async def test_a_newcomer_joins_the_household_that_its_head_is_known_to_live_in(town):
    child = messy.row(
        姓名="新孩子", 身份证号码=messy.number(20, "20100607"), 与户主的关系="子", 出生年月日="2010-06-07"
    )
    _, rows = await imported(town, messy.book([messy.row(), child]))
    number = messy.number(20, "20100607")
    person = (await town.built.registry.people.by_id_numbers([number]))[number]
    home = await town.home.households.get(person.household)
    assert "新孩子" in [member.name for member in home.members]
    assert home.head.name == "新户主"


@pytest.mark.gen_test(timeout=60)
async def test_who_is_registered_elsewhere_or_under_another_name_is_not_touched(town):
    her, his = town.chen.resident, town.li.resident
    rows = [
        messy.row(户编号="90", 姓名="冒名者", 身份证号码=her.id_number, 性别="", 出生年月日="", 家庭住址=""),
        messy.row(
            户编号="91", 姓名=his.name, 身份证号码=his.id_number, 与户主的关系="子", 性别="", 出生年月日=""
        ),
        messy.row(户编号="91", 姓名="新邻居", 身份证号码=messy.number(21), 家庭住址="大关镇丘林村三组31号"),
    ]
    _, said = await imported(town, messy.book(rows))
    assert said[1][-2:] == ("没有导入", "这个身份证号登记在另一个姓名名下，请对照证件核对")
    people = await town.built.registry.people.by_id_numbers([his.id_number])
    assert people[his.id_number].household != ""
    assert "登记在别的户，没有移动" in said[2][-1]
    assert said[3][-2] == "新增"


@pytest.mark.gen_test(timeout=60)
async def test_a_mapping_is_remembered_for_the_same_heads(town):
    data = messy.book([messy.row()], (*messy.HEADS[:-1], "不知道是什么"))
    brought = await bring(town, data)
    assert brought.body["plan"]["sheets"][0]["columns"][16].get("target", "") == ""
    used = next(target.label for target in town.home.imports.targets.all if target.key == "person.used_name")
    await settled(town, await mapped(town, brought, **{"s0.c16": used}))
    again = await bring(town, data)
    assert again.body["plan"]["sheets"][0]["columns"][16]["target"] == "person.used_name"
    await cleared(town)


@pytest.mark.gen_test(timeout=60)
async def test_what_is_mapped_wrong_is_said_at_its_column(town):
    brought = await bring(town, messy.mess())
    href = f"/desk/registry/import/{brought.body['job']['id']}"
    wrong = {"columns": {"s0.c5": "人·基本信息｜姓名", "s0.c6": "人·基本信息｜姓名", "s0.c7": "没有的项"}}
    reply = await town.post(href, wrong, await town.staff(CLERK))
    assert reply.status == 422
    fields = [each["field"] for each in reply.body["error"]["fields"]]
    assert fields == ["s0.c6", "s0.c7"]
    await cleared(town)


@pytest.mark.gen_test(timeout=60)
async def test_nothing_is_written_before_it_is_confirmed_and_nobody_else_may(town):
    href = await mapped(
        town, await bring(town, messy.book([messy.row(户编号="77", 身份证号码=messy.number(77))]))
    )
    await settled(town, href)
    assert await town.built.registry.people.by_id_numbers([messy.number(77)]) == {}
    for who in ("reviewer.qingxi", "clerk.daguan"):
        reply = await town.post(f"{href}/confirm", {}, await town.staff(who))
        assert reply.status in (403, 404)
    cancelled = await town.post(f"/desk/jobs/{href.rpartition('/')[2]}/cancel", {}, await town.staff(CLERK))
    assert cancelled.body["state"] == "cancelled"
    assert (await town.post(f"{href}/confirm", {}, await town.staff(CLERK))).status == 409


@pytest.mark.gen_test(timeout=60)
async def test_whom_a_file_concerns_is_on_the_record_of_looking(town):
    number = messy.number(2, "19820304", "2")
    person = (await town.built.registry.people.by_id_numbers([number]))[number]
    looks = await town.home.audit.looks_at([person.id])
    assert ("change", "list") in [(look.act, look.noun) for look in looks]
    assert any("导入" in look.ground_text for look in looks)


@pytest.mark.gen_test(timeout=60)
async def test_what_is_no_sheet_is_refused_beside_the_file(town, browser):
    reply = await bring(town, b"not a sheet")
    assert (reply.status, reply.body["error"]["fields"][0]["field"]) == (422, "file")


async def cleared(town: Town) -> None:
    """Nothing of hers is under way."""
    for job in (await town.get("/desk/jobs", await town.staff(CLERK))).body["jobs"]:
        if job["state"] in {"ready", "asking"}:
            await town.post(f"/desk/jobs/{job['id']}/cancel", {}, await town.staff(CLERK))
