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
