"""信息台账 over HTTP: looking for people on a reason, their pages, keeping them true, both faces, what is put on record."""

from __future__ import annotations

import pytest

from models.base.actor import Actor
from models.registry.sight import version_of
from tests.handlers.browser import Browser
from tests.models.sync.phone import Phone

pytestmark = pytest.mark.gen_test(timeout=30)

HERE = "/desk/registry"
REASON = "窗口办件核对"
PHONE, ADDRESS = "person.phone", "person.residence_address"


async def look(town, who="clerk.daguan", **asked):
    return await town.post(HERE, {"reason": REASON, **asked}, await town.staff(who))


async def entries(town, **query):
    found = town.built.database.collection("audit").find(
        {key.replace("__", "."): v for key, v in query.items()}
    )
    return [row async for row in found]


async def home_of(town, door):
    return (await town.home.codes.get(door.code)).target.household


async def member(town, door, name):
    people = await town.home.households.people(await home_of(town, door))
    return next(each for each in people if each.name == name)


async def page_of(town, person, who="clerk.daguan", query=""):
    return await town.get(f"{HERE}/people/{person.id}{query}", await town.staff(who))


def lines(sheet):
    return {line["key"]: line for module in sheet["modules"] for line in module["lines"]}


async def save(town, person, changes, who="clerk.daguan", bases=None, **said):
    held = (await town.home.households._people.get(person.id)).held.values
    seen = {key: version_of(held.get(key)) for key in changes} if bases is None else bases
    path = f"{HERE}/people/{person.id}/modules/person_basic"
    return await town.post(path, {"changes": changes, "bases": seen, **said}, await town.staff(who))


async def test_a_name_is_found_by_its_beginning_with_numbers_masked(town):
    found = (await look(town, q="陈桂")).body
    [hit] = [each for each in found["hits"] if each["name"] == "陈桂兰"]
    assert (hit["address"], hit["place"]) == ("大关镇丘林村三组12号", "大关镇丘林村三组")
    assert hit["phone"] == "199****0001"
    assert town.chen.resident.id_number not in str(found)


async def test_she_is_found_by_number_by_phone_and_by_door(town):
    her = town.chen.resident
    for asked in (her.id_number, her.id_number.lower(), her.phone, "丘林村三组12"):
        hits = (await look(town, q=asked)).body["hits"]
        assert [each["name"] for each in hits] == ["陈桂兰"], asked


async def test_the_clerk_of_the_other_town_finds_nobody_of_hers(town):
    her = town.chen.resident
    for asked in ("陈桂兰", her.id_number, her.phone, "三组12"):
        assert "陈桂兰" not in str((await look(town, "clerk.qingxi", q=asked)).body["hits"])


async def test_without_a_reason_nothing_is_looked_for_and_all_is_said_at_once(town):
    reply = await town.post(HERE, {"q": "陈", "reason": " "}, await town.staff("clerk.daguan"))
    assert reply.status == 422
    assert {each["field"] for each in reply.body["error"]["fields"]} == {"q", "reason"}


async def test_who_was_found_on_what_reason_is_on_record_and_she_reads_it(town):
    her = await member(town, town.chen, "陈桂兰")
    await look(town, q=town.chen.resident.id_number, reason="核对低保申请")
    [row] = await entries(town, act="search", ground__text="核对低保申请")
    assert (row["whose"], row["what"]["fields"]) == ([her.id], ["person.id_no"])
    assert town.chen.resident.id_number not in str(row)
    looks = (await town.get("/my/looks", await town.l2(town.chen))).body["looks"]
    assert "核对低保申请" in str(looks)


async def test_a_search_that_finds_nobody_is_on_record_too(town):
    assert (await look(town, q="查无此人", reason="核对来访登记")).body["hits"] == []
    [row] = await entries(town, act="search", ground__text="核对来访登记")
    assert row["whose"] == []


async def test_whoever_walks_through_the_county_by_searching_is_stopped(town):
    try:
        for _ in range(301):
            reply = await look(town, "clerk.shangba", q="查无此人")
    finally:
        await town.built.database.collection("limits").delete_many({})
    assert (reply.status, reply.body["error"]["code"]) == (429, "too_many")


async def test_a_list_goes_on_behind_the_page_before(town):
    seen, after = [], ""
    while True:
        page = await look(town, q="大关镇丘林村", after=after)
        seen += [each["household"] for each in page.body["hits"]]
        after = page.body["next"]
        if not after:
            break
    assert len(seen) == len(set(seen))


async def test_a_household_shows_its_modules_members_and_what_is_missing(town):
    found = (await town.get(f"{HERE}/households/{await home_of(town, town.chen)}",
                            await town.staff("clerk.daguan"))).body  # fmt: skip
    basic = found["sheet"]["modules"][0]
    assert (basic["key"], 0 < basic["filled"] < basic["asked"]) == ("house_basic", True)
    assert found["members"][0]["name"] == "陈桂兰"
    assert found["members"][0]["relation"] == "户主"
    assert town.chen.resident.id_number not in str(found)


async def test_the_last_visit_stands_on_the_page_and_leads_to_it(town):
    home, worker = await home_of(town, town.chen), await town.staff("grid.qiulin1")
    phone = Phone(town, worker)
    told = await phone.one(phone.visit(home, "家里都好，屋顶有点漏雨。"))
    assert told["is"] == "created"
    page = await town.get(f"{HERE}/households/{home}", worker, Accept="text/html")
    assert "上次走访" in page.body.decode()
    assert f"/desk/visits/{told['id']}" in page.body.decode()


async def test_a_number_is_shown_on_asking_and_that_is_on_record(town):
    her = await member(town, town.chen, "陈桂兰")
    before = lines((await page_of(town, her)).body["sheet"])[PHONE]
    assert (before["words"], before["masked"], "value" in before) == ("199****0001", True, False)
    shown = lines((await page_of(town, her, query=f"?show={PHONE}")).body["sheet"])
    assert shown[PHONE]["value"] == town.chen.resident.phone
    assert "value" not in shown["person.id_no"]
    noted = await entries(town, what__noun="person", what__id=her.id, what__fields=PHONE)
    assert noted[-1]["act"] == "view"


async def test_a_line_of_duty_sees_its_modules_alone(town):
    her = await member(town, town.chen, "陈桂兰")
    seen = (await page_of(town, her, "clerk.minzheng")).body["sheet"]["modules"]
    assert {each["key"] for each in seen} >= {"person_basic", "person_assistance"}
    assert "person_education" not in {each["key"] for each in seen}


async def test_level_three_is_seen_on_its_statutory_ground_by_the_line_that_it_names(town):
    her, admin = (
        await member(town, town.chen, "陈桂兰"),
        Actor("staff", "L0", "a-admin", role="admin", area="529901"),
    )
    seen = [lines((await page_of(town, her, "reviewer.minzheng")).body["sheet"])]
    law = "《中华人民共和国残疾人保障法》第二十九条"
    await town.home.collecting.turn_on(admin, "person.health", law, "民政")
    seen += [
        lines((await page_of(town, her, who)).body["sheet"])
        for who in ("reviewer.minzheng", "reviewer.daguan")
    ]
    assert ["person.health" in each for each in seen] == [False, True, False]


async def test_what_contradicts_her_number_is_written_when_it_is_said_why(town):
    her = await member(town, town.chen, "王婷")
    doubted = await save(town, her, {"person.birth_date": "1990-01-01"})
    assert (doubted.status, doubted.body["error"]["code"]) == (422, "registry.doubtful")
    assert doubted.body["error"]["fields"][0]["field"] == "birth_date"
    written = await save(town, her, {"person.birth_date": "1990-01-01"}, ground="户口簿登记如此")
    assert written.body["outcomes"] == {"person.birth_date": "recorded"}


async def test_a_change_is_recorded_with_its_source_author_and_ground(town):
    her = await member(town, town.chen, "周建国")
    reply = await save(town, her, {ADDRESS: "大关镇丘林村三组12号附1"}, ground="看过户口簿")
    assert (reply.status, reply.body["outcomes"]) == (200, {ADDRESS: "recorded"})
    line = lines((await page_of(town, her)).body["sheet"])[ADDRESS]
    assert (line["words"], line["source"], bool(line["author"])) == (
        "大关镇丘林村三组12号附1",
        "counter",
        True,
    )
    path = f"{HERE}/people/{her.id}/history?key={ADDRESS}"
    [told] = (await town.get(path, await town.staff("clerk.daguan"))).body["changes"]
    assert (told["kind"], told["after"], told["ground"]) == ("recorded", line["words"], "看过户口簿")
    assert (await entries(town, act="change", what__id=her.id, what__fields=ADDRESS))[-1]["ground"][
        "text"
    ] == "看过户口簿"


async def test_what_a_grid_worker_says_against_the_counter_waits_for_review(town):
    her = await member(town, town.chen, "何秀芳")
    await save(town, her, {"person.used_name": "何芳"})
    reply = await save(town, her, {"person.used_name": "何小芳"}, "grid.qiulin1")
    assert reply.body["outcomes"] == {"person.used_name": "proposed"}
    line = lines((await page_of(town, her)).body["sheet"])["person.used_name"]
    assert (line["words"], line["waits"]) == ("何芳", 1)
    rows = (await town.get("/desk/proposals", await town.staff("reviewer.daguan"))).body["rows"]
    assert "何小芳" in [row["wanted"] for row in rows]


async def test_a_value_that_breaks_its_rule_is_refused_beside_its_field(town):
    her = await member(town, town.chen, "周浩")
    reply = await save(town, her, {PHONE: "138"})
    assert (reply.status, reply.body["error"]["field"]) == (422, "phone")


async def test_an_element_of_another_module_or_line_is_not_written(town):
    her = await member(town, town.chen, "周浩")
    reply = await save(town, her, {"person.dibao": "1"})
    assert reply.body["error"]["fields"][0]["code"] == "element.not_yours"


async def test_what_was_changed_meanwhile_is_a_conflict_and_nothing_is_written(town):
    her = await member(town, town.chen, "王婷")
    held = (await town.home.households._people.get(her.id)).value(ADDRESS)
    seen = {ADDRESS: version_of(held), "person.used_name": ""}
    await save(town, her, {ADDRESS: "第一个改的"})
    reply = await save(town, her, {ADDRESS: "第二个改的", "person.used_name": "王亭"}, bases=seen)
    assert (reply.status, reply.body["error"]["code"]) == (409, "registry.stale")
    now = lines((await page_of(town, her)).body["sheet"])
    assert now[ADDRESS]["words"] == "第一个改的"
    assert "source" not in now["person.used_name"]


async def test_unchanged_makes_a_module_fresh_and_leaves_every_value(town):
    her = await member(town, town.li, "李明")
    before = lines((await page_of(town, her)).body["sheet"])
    path = f"{HERE}/people/{her.id}/modules/person_basic/unchanged"
    reply = await town.post(path, {}, await town.staff("clerk.daguan"))
    after = lines((await page_of(town, her)).body["sheet"])
    assert reply.status == 200
    assert {key: line.get("words") for key, line in before.items()} == {
        key: line.get("words") for key, line in after.items()
    }
    assert after["person.name"]["fresh_at"] > before["person.name"]["fresh_at"]


async def test_a_day_before_the_change_shows_what_was_registered_then(town):
    her = await member(town, town.li, "赵丽")
    await save(town, her, {ADDRESS: "新修的房子"})
    old = lines((await page_of(town, her, query="?day=2026-11-01")).body["sheet"])[ADDRESS]
    assert "新修的房子" not in old["words"]
    wrong = await page_of(town, her, query="?day=3000-01-01")
    assert (wrong.status, wrong.body["error"]["field"]) == (422, "day")


async def test_what_contradicts_itself_is_listed_and_leads_to_the_household(town):
    await town.built.judging.run_once()
    her = await member(town, town.li, "赵丽")
    await save(town, her, {"person.birth_date": "1980-01-01"}, ground="户口簿登记如此")
    await town.built.judging.run_once()
    browser = Browser(town.url)
    await _in(town, browser)
    page = await browser.open(f"{HERE}/contradictions")
    assert "出生日期与身份证号码不一致" in page.words
    row = next(
        each for each in (await town.get(f"{HERE}/contradictions", await town.staff("clerk.daguan"))).body["rows"]
        if each["of"] == her.id
    )  # fmt: skip
    refused = await browser.send(page, f"{row['id']}/explain", said="")
    assert (refused.status, "请说明为什么属实" in refused.words) == (422, True)
    done = await browser.send(refused, f"{row['id']}/explain", said="户口簿登记如此")
    assert "已记录说明" in done.words
    home = await browser.open(f"{HERE}/households/{row['household']}")
    assert "出生日期与身份证号码不一致" not in home.words


async def test_quality_adds_up_the_town_and_leads_down_to_a_household(town):
    await town.built.judging.run_once()
    desk = await town.staff("clerk.daguan")
    found = (await town.get(f"{HERE}/quality", desk)).body
    village = next(each for each in found["places"] if each["name"] == "丘林村")
    inner = (await town.get(f"{HERE}/quality?area={village['area']}", desk)).body
    assert inner["whole"]["households"] == village["households"] > 0
    listed = (await town.get(f"{HERE}/lacking?area={village['area']}&module=house_basic", desk)).body
    assert await home_of(town, town.chen) in [each["household"] for each in listed["rows"]]
    for path in (
        f"{HERE}/quality?area={village['area']}",
        f"{HERE}/lacking?area={village['area']}&module=house_basic",
    ):
        assert (await town.get(path, desk, Accept="text/html")).status == 200


async def test_a_browser_keeps_a_module_from_search_to_saved(town):
    browser = Browser(town.url)
    await _in(town, browser)
    page = await browser.send(await browser.open(HERE), HERE, q="李子轩", reason=REASON)
    assert "李子轩" in page.words
    her = await member(town, town.li, "李子轩")
    form = await browser.open(f"{HERE}/people/{her.id}/modules/person_basic")
    saved = await browser.send(form, "/modules/person_basic", used_name="小轩", ground="入户核实")
    assert "已保存" in saved.words
    assert "小轩" in saved.words
    [entry] = await entries(town, act="change", what__id=her.id)
    assert entry["what"]["fields"] == ["person.used_name"]


async def test_a_browser_without_scripts_adds_and_takes_away_rows_before_it_saves(town):
    browser = Browser(town.url)
    await _in(town, browser)
    here = f"{HERE}/households/{await home_of(town, town.li)}"
    form = await browser.open(f"{here}/modules/house_resource")
    more = await browser.send(
        form, "/modules/house_resource", press="_add=vehicles", vehicles__0__kind="摩托车"
    )
    fields = dict(more.form("/modules/house_resource").fields)
    assert (fields["vehicles.0.kind"], fields["vehicles.1.kind"]) == ("摩托车", "")
    both = await browser.send(
        more, "/modules/house_resource", press="_remove=vehicles.0", vehicles__1__kind="三轮车"
    )
    assert dict(both.form("/modules/house_resource").fields)["vehicles.0.kind"] == "三轮车"
    saved = await browser.send(both, "/modules/house_resource", ground="入户看过")
    assert "三轮车" in saved.words
    assert "摩托车" not in saved.words


async def test_a_browser_that_was_outrun_keeps_what_it_typed_and_sees_what_stands(town):
    browser = Browser(town.url)
    await _in(town, browser)
    her = await member(town, town.li, "张玉珍")
    form = await browser.open(f"{HERE}/people/{her.id}/modules/person_basic")
    await save(town, her, {ADDRESS: "别人改的地址", "person.used_name": "张珍"})
    again = await browser.send(form, "/modules/person_basic", residence_address="我填的地址")
    assert again.status == 409
    assert "别人改的地址" in again.words
    assert ("residence_address", "我填的地址") in again.form("/modules/person_basic").fields
    saved = await browser.send(again, "/modules/person_basic")
    assert "我填的地址" in saved.words
    assert "张珍" in saved.words


async def test_a_browser_that_types_nonsense_keeps_it_with_the_reason_beside(town):
    browser = Browser(town.url)
    await _in(town, browser)
    her = await member(town, town.li, "李欣怡")
    form = await browser.open(f"{HERE}/people/{her.id}/modules/person_basic")
    again = await browser.send(form, "/modules/person_basic", phone="138")
    assert (again.status, "请填写" in again.words) == (422, True)
    assert ("phone", "138") in again.form("/modules/person_basic").fields


async def _in(town, browser, username="clerk.daguan"):
    page = await browser.open("/staff/login")
    password = next(each.password for each in town.report.staff if each.username == username)
    return await browser.send(page, "/staff/login", username=username, password=password)
