"""我的信息 and its review over HTTP: both faces, who is refused, what is put on record."""

from __future__ import annotations

import msgspec
import pytest

from models.record.copying import Copy
from models.sessions.session import FRESH
from tests.handlers.browser import Browser

pytestmark = pytest.mark.gen_test(timeout=30)

PHONE, ADDRESS = "person.phone", "person.residence_address"


@pytest.fixture(scope="module")
def neighbours(town):
    """Doors of residents whom no other module needs; each test takes one."""
    return iter(town.report.doors[2:])


def lines(body, of="me"):
    sheet = next(each for each in body["sheets"] if each["of"] == of)
    return {line["key"]: line for module in sheet["modules"] for line in module["lines"]}


async def ask(town, token, value="新地址1号", key=ADDRESS, **said):
    return await town.post(f"/my/record/correct/me/{key}", {"value": value, **said}, token)


async def reviewer(town, door):
    """The reviewer of the town in which a door hangs, and her list."""
    slug = "daguan" if "大关镇" in door.address else "qingxi"
    token = await town.staff(f"reviewer.{slug}")
    return token, (await town.get("/desk/proposals", token)).body["rows"]


async def picked(town, door, value):
    token, rows = await reviewer(town, door)
    return token, next(row["pick"] for row in rows if row["wanted"] == value)


async def entries(town, **query):
    found = town.built.database.collection("audit").find(
        {key.replace("__", "."): v for key, v in query.items()}
    )
    return [row async for row in found]


async def test_her_record_names_values_with_sources_and_hides_numbers(town):
    body = (await town.get("/my/record", await town.l2(town.chen))).body
    phone = lines(body)[PHONE]
    assert (phone["words"], phone["masked"], "value" in phone) == ("199****0001", True, False)
    assert phone["source_name"] == "来自网格走访"
    assert town.chen.resident.id_number not in str(body)


async def test_a_number_shown_is_put_on_record_as_her_own_look(town):
    token = await town.l2(town.chen)
    body = (await town.get("/my/record?show=me:person.phone", token)).body
    assert lines(body)[PHONE]["value"] == town.chen.resident.phone
    noted = await entries(town, ground__kind="own", act="view", what__fields=PHONE)
    assert noted
    assert (await town.get("/my/looks", token)).body["looks"] == []


async def test_a_proof_of_an_hour_ago_shows_nothing_and_takes_nothing_along(town, database):
    token = await town.l2(town.chen)
    session = town.home.sessions.actor_of(token).session
    old = town.home.clock() - 2 * FRESH
    await database.collection("sessions").update_one({"_id": session}, {"$set": {"created_at": old}})
    for path in ("/my/record?show=me:person.phone", "/my/record/download", "/my/record/print"):
        reply = await town.get(path, token)
        assert (reply.status, reply.body["error"]["code"]) == (401, "login.stale")
    assert (await town.get("/my/record", token)).status == 200


async def test_a_browser_is_asked_for_its_proof_again_and_comes_back(town, database, browser):
    page = await _logged_in(town, browser, town.chen)
    old = town.home.clock() - 2 * FRESH
    await database.collection("sessions").update_many({"rank": "L2"}, {"$set": {"created_at": old}})
    page = await browser.open("/my/record?show=me:person.phone")
    assert "/login/confirm" in page.url
    page = await browser.send(page, "/login/confirm", pin=town.chen.pin, code=town.chen.code)
    assert "show=me" in page.url
    assert town.chen.resident.phone in page.words


async def test_corrected_reviewed_and_seen_with_its_new_source(town, neighbours):
    door = next(neighbours)
    token = await town.l2(door)
    asked = await ask(town, token, "新地址甲1号", reason="搬家了")
    assert (asked.status, asked.body) == (201, {"outcome": "proposed"})
    assert lines((await town.get("/my/record", token)).body)[ADDRESS]["wishes"][0]["words"] == "新地址甲1号"
    desk, pick = await picked(town, door, "新地址甲1号")
    settled = await town.post("/desk/proposals", {"picks": [pick], "reason": "已看户口本"}, desk)
    assert (settled.status, len(settled.body["done"])) == (200, 1)
    line = lines((await town.get("/my/record", token)).body)[ADDRESS]
    assert (line["words"], line["source_name"]) == ("新地址甲1号", "来自窗口核验")
    assert (line["outcome"]["state"], line["outcome"]["reason"]) == ("已核实更新", "已看户口本")


async def test_what_the_reviewer_saw_and_did_is_on_record_with_its_fields(town, neighbours):
    door = next(neighbours)
    token = await town.l2(door)
    await ask(town, token, "新地址乙1号")
    desk, pick = await picked(town, door, "新地址乙1号")
    person = town.home.sessions.actor_of(token).person
    [*_, seen] = await entries(town, what__noun="list", what__id="proposals", whose=person)
    assert ADDRESS in seen["what"]["fields"]
    await town.post("/desk/proposals", {"picks": [pick], "verdict": "refuse", "reason": "证明不足"}, desk)
    [done] = await entries(town, act="decide", what__noun="person", whose=person)
    assert (done["what"]["fields"], done["ground"]["text"]) == ([ADDRESS], "证明不足")


async def test_an_outsider_s_reviewer_sees_and_settles_nothing(town):
    await ask(town, await town.l2(town.chen), "新地址丙1号")
    _, pick = await picked(town, town.chen, "新地址丙1号")
    outsider = await town.staff("reviewer.qingxi")
    assert "新地址丙1号" not in str((await town.get("/desk/proposals", outsider)).body)
    settled = await town.post("/desk/proposals", {"picks": [pick]}, outsider)
    assert [each["code"] for each in settled.body["failed"]] == ["proposal.unknown"]
    assert (
        await town.post("/desk/proposals", {"picks": [pick]}, await town.staff("clerk.qingxi"))
    ).status == 403


async def test_another_resident_can_neither_correct_nor_take_back(town):
    hers, his = await town.l2(town.chen), await town.l2(town.li)
    await ask(town, hers, "新地址丁1号")
    wish = lines((await town.get("/my/record", hers)).body)[ADDRESS]["wishes"][0]["id"]
    me = town.home.sessions.actor_of(hers).person
    for of in ("me", "house", me):
        assert (await town.post("/my/record/withdraw", {"of": of, "id": wish}, his)).status == 404
    assert (await town.post(f"/my/record/correct/{me}/person.name", {"value": "别人"}, his)).status == 404
    assert (await town.post("/my/record/withdraw", {"of": "me", "id": wish}, hers)).status == 200


async def test_her_copy_is_what_the_schema_says_and_not_to_be_had_too_often(town, neighbours):
    token = await town.l2(next(neighbours))
    reply = await town.get("/my/record/download", token)
    copy = msgspec.convert(reply.body, Copy)
    assert (copy.format, "attachment" in reply.headers["Content-Disposition"]) == (1, True)
    assert all(not line.masked for sheet in copy.sheets for module in sheet.modules for line in module.lines)
    statuses = [(await town.get("/my/record/download", token)).status for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert len(await entries(town, act="export", whose=town.home.sessions.actor_of(token).person)) == 6


async def test_with_scripts_off_a_wrong_value_is_told_beside_the_field_with_what_was_typed(town, browser):
    await _logged_in(town, browser, town.chen)
    page = await browser.open("/my/record/correct/me/person.phone")
    assert town.chen.resident.phone not in page.text
    page = await browser.send(page, "person.phone", value="12345", reason="换号了")
    assert page.status == 422
    assert "请填写11位手机号码" in page.words
    assert 'value="12345"' in page.text
    assert "换号了" in page.text


async def test_with_scripts_off_ticked_ones_are_accepted_and_undone(town, neighbours, browser):
    door = next(neighbours)
    await ask(town, await town.l2(door), "新地址戊1号")
    _, pick = await picked(town, door, "新地址戊1号")
    slug = "daguan" if "大关镇" in door.address else "qingxi"
    password = next(each.password for each in town.report.staff if each.username == f"reviewer.{slug}")
    await browser.send(
        await browser.open("/staff/login"), "/staff/login", username=f"reviewer.{slug}", password=password
    )
    page = await browser.open("/desk/proposals")
    page = await browser.send(page, "/desk/proposals", press="verdict=refuse", picks=[pick])
    assert (page.status, "请写明不采纳的理由" in page.words) == (422, True)
    page = await browser.send(page, "/desk/proposals", press="verdict=accept", picks=[pick])
    assert "已处理 1 项" in page.words
    assert "新地址戊1号" not in page.words
    page = await browser.send(page, "/desk/proposals/undo")
    assert "已撤销 1 项" in page.words
    assert "新地址戊1号" in page.words


async def _logged_in(town, browser: Browser, door):
    page = await browser.open("/login?next=/my/record")
    page = await browser.send(page, "/login", name=door.resident.name, id_number=door.resident.id_number)
    page = await browser.send(page, "/login/confirm", pin=door.pin, code=door.code)
    assert "我的信息" in page.words
    return page
