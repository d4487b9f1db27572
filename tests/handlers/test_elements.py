"""The dictionary at the county's desk, and the basic items of a resident."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.gen_test(timeout=30)

HERE = "/desk/elements"
KIND = f"{HERE}/person.disability_kind"
LAW = "《中华人民共和国残疾人保障法》第九条"
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def _undecided(io_loop, town):
    """Each test begins with nothing decided."""
    yield
    io_loop.run_sync(lambda: town.built.database.collection("element_grounds").delete_many({}))


async def test_the_administrator_reads_the_dictionary_module_by_module(town):
    admin = await town.staff("admin")
    model = (await town.get(f"{HERE}?module=person_health", admin)).body
    assert (model["module"], len(model["entries"]), len(model["modules"])) == ("person_health", 16, 17)
    page = (await town.get(f"{HERE}?module=person_health", admin, **HTML)).body.decode()
    for words in ("人·健康状况", "3级 严格限制", "未登记依据，不采集", "慢性病", "缺了就问"):
        assert words in page


async def test_an_unknown_module_or_element_is_not_there(town):
    admin = await town.staff("admin")
    assert (await town.get(f"{HERE}?module=shoes", admin)).status == 404
    assert (await town.get(f"{HERE}/person.shoe_size", admin)).status == 404


async def test_an_element_shows_its_rules_and_its_codes_with_those_that_are_retired(town):
    admin = await town.staff("admin")
    page = (await town.get(f"{HERE}/person.hukou_kind", admin, **HTML)).body.decode()
    assert "农业户口（历史）" in page
    assert page.count("已停用，不能新选") == 2
    assert "开始采集" not in page
    assert (
        "由各项收入算出，不手工填写"
        in (await town.get(f"{HERE}/house.net_income", admin, **HTML)).body.decode()
    )


async def test_a_ground_is_named_and_taken_back_and_both_stay_to_be_read(town):
    admin = await town.staff("admin")
    on = await town.post(KIND, {"what": "on", "text": LAW, "line": "残联"}, admin)
    assert (on.status, on.body["entry"]["on"], on.body["decisions"][0]["line"]) == (200, True, "残联")
    off = await town.post(KIND, {"what": "off", "text": "国家另建了系统"}, admin)
    assert [each["on"] for each in off.body["decisions"]] == [False, True]
    page = (await town.get(f"{KIND}?done=off", admin, **HTML)).body.decode()
    for words in ("已停止采集。", LAW, "国家另建了系统", "登记依据，开始采集"):
        assert words in page


async def test_what_was_decided_is_on_the_record_with_its_ground(town):
    admin = await town.staff("admin")
    await town.post(KIND, {"what": "on", "text": LAW, "line": "残联"}, admin)
    found = town.built.database.collection("audit").find({"act": "manage", "what.noun": "element"})
    rows = await found.to_list(None)
    assert rows[-1]["what"]["id"] == "person.disability_kind"
    assert rows[-1]["ground"]["text"] == LAW


async def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(town):
    admin, form = (
        await town.staff("admin"),
        urlencode({"what": "on", "text": "工作需要", "line": ""}).encode(),
    )
    told = {**HTML, "Content-Type": "application/x-www-form-urlencoded"}
    reply = await town.call("POST", KIND, form, admin, told)
    page = reply.body.decode()
    assert reply.status == 422
    assert "请写明法律、法规或文件的名称和条款" in page
    assert "请选择依法履行这项职责的条线" in page
    assert ">工作需要</textarea>" in page


async def test_an_unknown_deed_and_an_element_that_needs_no_ground_are_refused(town):
    admin = await town.staff("admin")
    assert (await town.post(KIND, {"what": "burn", "text": LAW}, admin)).status == 404
    on = {"what": "on", "text": LAW, "line": "残联"}
    assert (await town.post(f"{HERE}/person.phone", on, admin)).status == 404


async def test_a_supervisor_reads_and_decides_nothing(town):
    supervisor = await town.staff("supervisor")
    assert (await town.get(KIND, supervisor)).status == 200
    assert "开始采集" not in (await town.get(KIND, supervisor, **HTML)).body.decode()
    assert (await town.post(KIND, {"what": "on", "text": LAW, "line": "残联"}, supervisor)).status == 403


async def test_she_sees_her_basic_items_with_what_is_missing_and_where_to_say_it(town):
    token = await town.l2(town.chen)
    model = (await town.get("/my/home-data", token)).body
    assert len(model["lines"]) == 18
    assert set(model["missing"]) == {line["key"] for line in model["lines"] if not line.get("source")}
    page = (await town.get("/my/home-data", token, **HTML)).body.decode()
    assert town.chen.resident.id_number not in page
    for key in model["missing"]:
        assert f"/my/record/correct/me/{key}" in page


async def test_what_was_missing_is_asked_for_and_then_held(town):
    token = await town.l2(town.li)
    missing = (await town.get("/my/home-data", token)).body["missing"]
    key = next(
        each
        for each in missing
        if each in ("person.emergency_contact", "person.employer", "person.political")
    )
    asked = await town.get(f"/my/record/correct/me/{key}", token, **HTML)
    assert asked.status == 200
    value = "13" if key == "person.political" else "周建国"
    reply = await town.post(f"/my/record/correct/me/{key}", {"value": value}, token)
    assert (reply.status, reply.body["outcome"]) == (201, "recorded")
    assert key not in (await town.get("/my/home-data", token)).body["missing"]


async def test_what_the_household_register_says_waits_for_review_although_nothing_stood_there(town):
    token = await town.l2(town.li)
    line = next(
        each
        for each in (await town.get("/my/home-data", token)).body["lines"]
        if each["key"] == "person.name"
    )
    assert line["correctable"]
    reply = await town.post("/my/record/correct/me/person.name", {"value": "李小明"}, token)
    assert reply.body["outcome"] == "proposed"


async def test_what_is_not_among_the_items_cannot_be_asked_for_out_of_nothing(town):
    token = await town.l2(town.chen)
    assert (await town.get("/my/record/correct/me/person.faith", token)).status == 404
