"""Any window: a clerk at any hall takes any matter for somebody before her; who she may be, what is seen, where it goes."""

from __future__ import annotations

import asyncio

import pytest

from tests.handlers.filing import REPAIR, at_desk, missing, open_form, submit
from tests.models.hall import card

pytestmark = pytest.mark.gen_test(timeout=30)

HERE, ELSEWHERE, COUNTY, VILLAGE = "clerk.daguan", "clerk.qingxi", "clerk.minzheng", "clerk.qiulin"
NEWCOMER = {"name": "钱新来", "id_number": card("52990119750404001"), "area": "529901102"}


def wanted(town, **changed):
    """What the clerk types for 陈桂兰's old-age allowance."""
    her = town.chen.resident
    told = {"name": her.name, "id_number": her.id_number, "offer": "elder-allowance", "checked": "1"}
    return {**told, **changed}


async def begin(town, username=HERE, **changed):
    return await town.post("/desk/counter", wanted(town, **changed), await town.staff(username))


async def take(town, username=HERE, **changed):
    """The receipt of a matter taken at a counter."""
    begun = await begin(town, username, **changed)
    assert begun.status == 200, begun.body
    token, form = begun.body["access_token"], begun.body["form"]
    opened = await open_form(town, form.split("/")[2], form.split("/")[3], token)
    answers = {**REPAIR, "std_address": "清溪镇街上1号"} if form.endswith("water-repair") else missing(opened)
    filed = await submit(town, opened, answers, token)
    assert filed.status == 201, filed.body
    return filed.body["receipt"]


def known(opened):
    """What a form knows already, with where from."""
    fields = [field for section in opened["form"]["sections"] for field in section["fields"]]
    return {field["key"]: field["source"] for field in fields if field.get("source")}


def code_of(reply):
    return reply.status, reply.body["error"]["code"]


@pytest.mark.parametrize("username", [HERE, ELSEWHERE, COUNTY, VILLAGE])
async def test_a_clerk_of_any_hall_takes_it_and_it_goes_to_where_she_lives(town, username):
    filed = await take(town, username)
    case = (await at_desk(town, filed["case_no"], HERE))["case"]
    door = await town.home.codes.get(town.chen.code)
    assert tuple(case["areas"]) == door.areas
    account = await town.home.accounts.by_username(username)
    assert (case["intake"]["hall"], case["applicant"]["agent"]) == (account.area, account.name)
    assert case["applicant"]["ground"] == "counter"
    assert "窗口受理" in case["events"][0]["by"]["name"]


async def test_the_form_knows_what_it_knows_at_l2(town):
    begun = (await begin(town)).body
    opened = await open_form(town, *begun["form"].split("/")[2:], begun["access_token"])
    hers = await open_form(town, town.chen.code, "elder-allowance", await town.l2(town.chen))
    told_before = "来自您以前的办件"  # her own to know
    assert known(opened) == {
        key: source for key, source in known(hers).items() if not source.startswith(told_before)
    }


async def test_the_receipt_says_where_and_by_whom_it_was_taken(town):
    filed = await take(town, ELSEWHERE)
    receipt = (await town.get(f"/q/{filed['code']}")).body
    assert (receipt["hall"], receipt["agent"]) == ("清溪镇便民服务中心", "孙外人")
    paper = await town.get(f"/q/{filed['code']}/receipt.pdf")
    assert paper.status == 200
    assert paper.body.startswith(b"%PDF")


async def test_the_hall_that_took_it_opens_it_and_no_other(town):
    filed = await take(town, ELSEWHERE)
    at = f"/desk/counter/{filed['code']}"
    assert (await town.get(at, await town.staff(ELSEWHERE))).body["case_no"] == filed["case_no"]
    assert (await town.get(at, await town.staff(HERE))).status == 404


async def test_it_is_hers_when_she_logs_in_herself(town):
    filed = await take(town)
    own = (await town.get("/my", await town.l2(town.chen))).body["cases"]
    assert filed["code"] in [each["code"] for each in own]


async def test_she_is_told_on_her_phone_and_sees_who_looked_and_why(town):
    await take(town, ELSEWHERE)
    looks = (await town.get("/my/looks", await town.l2(town.chen))).body["looks"]
    assert any(
        "清溪镇便民服务中心窗口受理“高龄津贴”" in str(look) and "跨区域" in str(look) for look in looks
    )
    for _ in range(50):
        await town.built.telling.run_once()
        sent = await town.home.outbox.latest(100)
        if any("正在为您办理" in each.text for each in sent if each.phone == town.chen.resident.phone):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nobody told her")


async def test_a_newcomer_is_asked_where_she_lives_and_her_case_goes_there(town):
    refused = await begin(town, **{**NEWCOMER, "area": ""})
    assert (refused.status, refused.body["error"]["field"]) == (422, "area")
    filed = await take(town, HERE, offer="water-repair", **NEWCOMER)
    case = (await at_desk(town, filed["case_no"], ELSEWHERE))["case"]
    assert (case["areas"], case["applicant"]["name"]) == (["529901", "529901102"], "钱新来")
    assert case["applicant"].get("person", "") == ""


async def test_a_newcomer_opens_what_asks_for_proof_too(town):
    begun = (await begin(town, **NEWCOMER)).body
    opened = await open_form(town, *begun["form"].split("/")[2:], begun["access_token"])
    assert known(opened)["name"] == "来自身份证登录"


async def test_somebody_known_by_another_name_is_told_as_a_stranger(town):
    stranger = await begin(town, **{**NEWCOMER, "area": ""})
    renamed = await begin(town, name="陈桂花")
    assert (renamed.status, renamed.body) == (stranger.status, stranger.body)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"checked": ""}, "checked"),
        ({"offer": "nothing"}, "offer"),
        ({"id_number": "52990119430308002"}, "id_number"),
        ({"name": ""}, "name"),
        ({"read": "1", "name_ok": "1"}, "number_ok"),
        ({**NEWCOMER, "area": "529901"}, "area"),
        ({"name": "孙小宝", "id_number": card("52990120200601001"), "area": "529901102"}, "guardian"),
    ],
)
async def test_what_is_missing_is_said_beside_its_field(town, changed, field):
    reply = await begin(town, **changed)
    assert (reply.status, reply.body["error"]["field"]) == (422, field)


async def test_a_child_comes_with_a_guardian_who_is_on_record(town):
    child = {
        "name": "孙小宝",
        "id_number": card("52990120200601001"),
        "area": "529901102",
        "guardian": "孙大海",
    }
    filed = await take(town, HERE, offer="water-repair", **child)
    case = (await at_desk(town, filed["case_no"], ELSEWHERE))["case"]
    assert (case["applicant"]["ground"], case["intake"]["guardian"]) == ("counter_child", "孙大海")


async def test_a_guardian_named_for_a_grown_up_is_nobody(town):
    filed = await take(town, guardian="孙大海")
    case = (await at_desk(town, filed["case_no"], HERE))["case"]
    assert (case["applicant"]["ground"], case["intake"].get("guardian", "")) == ("counter", "")


async def test_leave_is_for_one_matter_once(town):
    begun = (await begin(town)).body
    token, window = begun["access_token"], begun["form"].split("/")[2]
    assert code_of(await town.get(f"/apply/{window}/dibao", token)) == (403, "mandate.ended")
    opened = await open_form(town, window, "elder-allowance", token)
    assert (await submit(town, opened, missing(opened), token)).status == 201
    assert code_of(await town.get(f"/apply/{window}/elder-allowance", token)) == (403, "mandate.ended")


@pytest.mark.parametrize(
    "username", ["grid.qiulin1", "reviewer.daguan", "approver.daguan", "admin", "supervisor"]
)
async def test_nobody_but_clerks_takes_anything(town, username):
    assert (await begin(town, username)).status == 403


async def test_a_clerk_who_tries_card_after_card_is_stopped(town):
    statuses = [(await begin(town, "clerk.shimen", checked="1", **NEWCOMER)).status for _ in range(61)]
    assert statuses[:60] == [200] * 60
    assert statuses[60] == 429


async def test_between_two_people_nothing_is_left(town, browser):
    """陈桂兰's matter was begun and not filed; 钱新来 is next at the same window, in the same browser."""
    page = await browser.open("/staff/login")
    staff = next(each for each in town.report.staff if each.username == HERE)
    await browser.send(page, username=HERE, password=staff.password)
    page = await browser.open("/desk/counter")
    form = await browser.send(page, "/desk/counter", **wanted(town))
    assert town.chen.resident.name in form.text
    typed = await browser.send(form, "/1", bank_account="6217000000000000001")
    assert typed.status in {200, 422}
    begun = form.url
    after = await browser.send(typed, "/acting/end")
    assert after.url.endswith("/desk/counter")
    assert town.chen.resident.name not in after.text
    assert town.chen.resident.name not in (await browser.open(begun)).text
    page = await browser.send(after, "/desk/counter", **wanted(town, **NEWCOMER))
    assert "钱新来" in page.text
    assert town.chen.resident.name not in page.text
    assert (
        await town.built.database.collection("drafts").count_documents({"owner": {"$regex": "^mandate:"}})
        == 0
    )


async def test_a_link_to_another_receipt_ends_nothing(town, browser):
    """Somebody sends the clerk a link while she types: what she typed is still there."""
    filed = await take(town, ELSEWHERE)
    page = await browser.open("/staff/login")
    staff = next(each for each in town.report.staff if each.username == HERE)
    await browser.send(page, username=HERE, password=staff.password)
    form = await browser.send(await browser.open("/desk/counter"), "/desk/counter", **wanted(town))
    lured = await browser.open(f"/counter/done/{filed['code']}")
    assert "已收件" not in lured.words
    assert town.chen.resident.name in (await browser.open(form.url)).text


async def test_with_scripts_off_it_ends_with_the_receipt_and_the_clerk_is_herself(town, browser):
    page = await browser.open("/staff/login")
    staff = next(each for each in town.report.staff if each.username == ELSEWHERE)
    await browser.send(page, username=ELSEWHERE, password=staff.password)
    page = await browser.open("/desk/counter?offer=water-repair")
    page = await browser.send(page, "/desk/counter", **wanted(town, offer="water-repair"))
    said = {"fault": "leak", "contact_name": "陈桂兰", "contact_phone": "13900001111"}
    while not page.url.endswith("/check"):
        page = await browser.send(page, page.url[-2:], **said)
    done = await browser.send(page, "/water-repair")
    assert "/desk/counter/" in done.url
    assert "已收件，请打印回执交给本人" in done.words
    assert "孙外人，您已登录" in done.words
    assert "陈桂兰" not in done.text
