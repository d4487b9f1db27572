"""Acting for others through the doors of the house: who may, what she sees, how it ends, what the principal hears."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from server.demo.people import county_people
from tests.handlers.filing import act, allowance, at_desk, missing, open_form, submit
from tests.handlers.test_contract import upload

FAMILIES = {home.index: home for home in county_people(2)}


def person(name):
    """Somebody of the cast's two families."""
    return next(each for home in FAMILIES.values() for each in home.people if each.name == name)


async def l2(town, name):
    """A member of one of the two families who has the PIN slip of the plate."""
    door = town.chen if person(name) in FAMILIES[0].people else town.li
    her = msgspec.structs.replace(door.resident, name=name, id_number=person(name).id_number)
    return await town.l2(msgspec.structs.replace(door, resident=her))


async def give(town, scope="until", agent="周建国", **more):
    """What 陈桂兰 gives, as she gets it back."""
    until = (town.home.today() + timedelta(days=10)).isoformat()
    sent = {"name": agent, "id_number": person(agent).id_number, "scope": scope, "until": until, **more}
    reply = await town.post("/my/acting", sent, await town.l2(town.chen))
    assert reply.status == 201, reply.body
    return reply.body


async def acting(town, scope="until", **more):
    """周建国's token in his mother's name, and the mandate."""
    given = await give(town, scope, **more)
    reply = await town.post(f"/my/acting/{given['id']}/start", {}, await l2(town, "周建国"))
    assert reply.status == 200, reply.body
    return reply.body["access_token"], given


async def told(town, wanted=""):
    """What went to 陈桂兰's phone, the newest first. The server's own worker may be sending it this moment."""
    texts = []
    for _ in range(50):
        await town.built.telling.run_once()
        sent = await town.home.outbox.latest(100)
        texts = [each.text for each in sent if each.phone == town.chen.resident.phone]
        if any(wanted in text for text in texts):
            break
        await asyncio.sleep(0.1)
    return texts


def code_of(reply):
    return reply.status, reply.body["error"]["code"]


# Consent.


@pytest.mark.gen_test(timeout=20)
async def test_an_agent_files_in_her_name_and_the_case_says_so(town):
    token, given = await acting(town)
    filed = await allowance(town, token)
    applicant = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]["applicant"]
    assert (applicant["name"], applicant["agent"], applicant["ground"]) == ("陈桂兰", "周建国", "consent")
    assert applicant["mandate"] == given["id"]


@pytest.mark.gen_test(timeout=20)
async def test_the_principal_is_told_and_finds_the_case_and_takes_it_back(town):
    token, given = await acting(town)
    filed = await allowance(town, token)
    texts = await told(town, filed["case_no"])
    assert any(filed["case_no"] in text and "周建国" in text for text in texts)
    chen = await town.l2(town.chen)
    own = (await town.get("/my", chen)).body["cases"]
    receipt = next(each for each in own if each["code"] == filed["code"])
    assert (receipt["agent"], receipt["ground"]) == ("周建国", "本人委托代办")
    mine = (await town.get("/my/acting", chen)).body["given"]
    assert next(each for each in mine if each["id"] == given["id"])["cases"] == [filed["case_no"]]
    assert (await town.post(f"/q/{filed['code']}/withdraw", {}, chen)).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_consent_for_once_is_used_up(town):
    token, _ = await acting(town, "once")
    await allowance(town, token)
    again = await town.get(f"/apply/{town.chen.code}/elder-allowance", token)
    assert code_of(again) == (403, "mandate.ended")


@pytest.mark.gen_test(timeout=20)
async def test_consent_for_a_matter_opens_no_other(town):
    token, _ = await acting(town, "matter", offers=["elder-allowance"])
    assert (await town.get(f"/apply/{town.chen.code}/elder-allowance", token)).status == 200
    assert code_of(await town.get(f"/apply/{town.chen.code}/dibao", token)) == (403, "mandate.ended")


@pytest.mark.gen_test(timeout=20)
async def test_consent_withdrawn_in_the_middle_of_a_form_is_refused_at_submission(town):
    token, given = await acting(town)
    opened = await open_form(town, town.chen.code, "elder-allowance", token)
    reply = await town.post(f"/my/acting/{given['id']}/withdraw", {}, await town.l2(town.chen))
    assert (reply.status, reply.body["state"]) == (200, "withdrawn")
    refused = await submit(town, opened, missing(opened), token)
    assert refused.status == 401


@pytest.mark.gen_test(timeout=20)
async def test_consent_to_a_matter_that_is_not_there_is_refused(town):
    chen = await town.l2(town.chen)
    sent = {"name": "周建国", "id_number": person("周建国").id_number, "scope": "matter", "offers": ["nothing"],
            "until": town.home.today().isoformat()}  # fmt: skip
    assert (await town.post("/my/acting", sent, chen)).status == 422


@pytest.mark.gen_test(timeout=20)
async def test_leave_is_no_use_to_anybody_else(town):
    given = await give(town)
    for token in (await town.l2(town.li), await l2(town, "何秀芳"), await town.l2(town.chen)):
        assert (await town.post(f"/my/acting/{given['id']}/start", {}, token)).status == 404
    assert (await town.post(f"/my/acting/{given['id']}/withdraw", {}, await town.l2(town.li))).status == 404


@pytest.mark.gen_test(timeout=20)
async def test_leave_needs_l2_on_both_sides(town):
    given = await give(town)
    l1 = await town.l1(town.chen)
    for path in ("/my/acting", f"/my/acting/{given['id']}/withdraw", f"/my/acting/{given['id']}/start"):
        assert (await town.post(path, {}, l1)).status == 401


# What an agent may not.


@pytest.mark.gen_test(timeout=20)
async def test_an_agent_reaches_nothing_that_is_not_declared_for_it(town):
    token, given = await acting(town)
    for method, path in (
        ("GET", "/my"), ("GET", "/my/acting"), ("POST", "/my/acting"), ("GET", "/my/looks"), ("GET", "/sessions"),
        ("POST", f"/my/acting/{given['id']}/withdraw"), ("GET", "/login"), ("GET", "/login/confirm"),
        ("POST", "/login/otp"), ("POST", "/login/pairing"), ("POST", "/wechat/binding"), ("GET", "/desk"),
        ("GET", "/grid/present"), ("POST", "/login"),
    ):  # fmt: skip
        reply = await town.call(method, path, {} if method == "POST" else None, token)
        assert code_of(reply) == (403, "mandate.acting"), path


@pytest.mark.gen_test(timeout=20)
async def test_an_agent_cannot_pass_on_leave(town):
    token, _ = await acting(town)
    sent = {"name": "李明", "id_number": person("李明").id_number, "scope": "until", "until": "2030-01-01"}
    assert code_of(await town.post("/my/acting", sent, token)) == (403, "mandate.acting")


@pytest.mark.gen_test(timeout=20)
async def test_an_agent_sees_neither_her_matters_nor_her_drafts_nor_her_files(town):
    chen = await town.l2(town.chen)
    filed = await allowance(town, chen)
    file = (await upload(town, chen)).body["id"]
    path = f"/apply/{town.chen.code}/elder-card"
    await town.call("PUT", f"{path}/draft", {"answers": {"phone": "13912345678"}}, chen)
    token, _ = await acting(town)
    assert (await town.get(f"/q/{filed['code']}", token)).body["holder"] is False
    assert (await town.get(f"/progress?number={filed['case_no']}", token)).status == 404
    assert (await town.get(f"/files/{file}", token)).status == 404
    assert "13912345678" not in str((await town.get(path, token)).body)


@pytest.mark.gen_test(timeout=20)
async def test_what_an_agent_typed_is_not_in_her_form(town):
    token, _ = await acting(town)
    path = f"/apply/{town.chen.code}/elder-card"
    await town.call("PUT", f"{path}/draft", {"answers": {"phone": "13900007777"}}, token)
    assert "13900007777" in str((await town.get(path, token)).body)
    for who in (await town.l2(town.chen), await l2(town, "周建国")):
        assert "13900007777" not in str((await town.get(path, who)).body)


@pytest.mark.gen_test(timeout=20)
async def test_an_agent_supplements_and_takes_back_what_she_filed(town):
    token, _ = await acting(town)
    filed = await allowance(town, token)
    asked = await act(town, filed["case_no"], "clerk.daguan", "ask", note="请补手机号", fields=["phone"])
    assert asked.status == 200, asked.body
    path = f"/q/{filed['code']}"
    reply = await town.post(f"{path}/supplement", {"answers": {"phone": "13900002222"}}, token)
    assert reply.status == 200, reply.body
    assert code_of(await town.post(f"{path}/rating", {"stars": 5}, token)) == (403, "mandate.acting")
    assert (await town.post(f"{path}/withdraw", {}, token)).body["state"] == "withdrawn"


# Children.


@pytest.mark.gen_test(timeout=20)
async def test_parents_by_the_registry_act_for_children_under_fourteen(town):
    for parent in ("李明", "赵丽"):
        wards = (await town.get("/my/acting", await l2(town, parent))).body["wards"]
        assert [each["name"] for each in wards] == ["李子轩", "李欣怡"]
    child = {"person": person("李欣怡").id}
    reply = await town.post("/my/acting/child", child, await l2(town, "赵丽"))
    token = reply.body["access_token"]
    filed = await submit(town, opened := await open_form(town, town.li.code, "water-repair", token),
                         {**missing(opened), "contact_phone": "13900001111"}, token)  # fmt: skip
    assert filed.status == 201, filed.body
    receipt = (await town.get(f"/q/{filed.body['receipt']['code']}", token)).body
    assert (receipt["name"], receipt["agent"]) == ("李欣怡", "赵丽")
    assert receipt["ground"] == "监护人代未满14周岁的孩子办理"


@pytest.mark.gen_test(timeout=20)
async def test_nobody_else_acts_for_a_child(town):
    child = {"person": person("李欣怡").id}
    for name in ("张玉珍", "陈桂兰"):  # the grandmother in the house, and a stranger
        assert code_of(await town.post("/my/acting/child", child, await l2(town, name))) == (
            403,
            "mandate.guardian",
        )


@pytest.mark.gen_test(timeout=20)
async def test_nobody_acts_for_the_grown_up_son_without_his_leave(town):
    reply = await town.post("/my/acting/child", {"person": person("周建国").id}, await town.l2(town.chen))
    assert code_of(reply) == (403, "mandate.guardian")


# The grid worker at the door.


@pytest.mark.gen_test(timeout=20)
async def test_a_grid_worker_acts_once_for_somebody_who_shows_him_her_pin(town):
    worker = await town.staff("grid.qiulin1")
    door = (await town.get(f"/grid/present?code={town.chen.code}", worker)).body["standing"]
    her = next(each for each in door["members"] if each["name"] == "陈桂兰")
    sent = {"code": town.chen.code, "person": her["person"], "pin": town.chen.pin}
    reply = await town.post("/grid/present", sent, worker)
    assert reply.status == 200, reply.body
    filed = await allowance(town, reply.body["access_token"])
    applicant = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]["applicant"]
    assert (applicant["agent"], applicant["ground"]) == ("王网格", "present")
    assert any("王网格为您提交了" in text for text in await told(town, "王网格为您提交了"))


@pytest.mark.gen_test(timeout=20)
async def test_a_grid_worker_acts_for_somebody_who_shows_him_her_code(town):
    worker = await town.staff("grid.qiulin1")
    who = {"code": town.chen.code, "person": person("陈桂兰").id}
    await town.built.database.collection("limits").delete_many({})
    assert (await town.post("/grid/present/code", who, worker)).status == 202
    await town.home.presence._otps.drain()
    warning = "您同意才把验证码告诉网格员"
    text = next(text for text in await told(town, warning) if warning in text)
    digits = text.split("：")[-1][:6]
    reply = await town.post("/grid/present", {**who, "otp": digits}, worker)
    assert (reply.status, reply.body["level"]) == (200, "L2")
    assert (await town.post("/grid/present", {**who, "otp": digits}, worker)).status == 401


@pytest.mark.gen_test(timeout=20)
async def test_without_her_proof_he_does_not_act(town):
    worker = await town.staff("grid.qiulin1")
    who = {"code": town.chen.code, "person": person("陈桂兰").id}
    for proof, status in (({}, 422), ({"pin": "00000000"}, 401), ({"otp": "000000"}, 401)):
        assert (await town.post("/grid/present", {**who, **proof}, worker)).status == status


@pytest.mark.gen_test(timeout=20)
async def test_a_child_of_another_house_is_not_behind_this_door(town):
    worker = await town.staff("grid.qiulin1")
    sent = {"code": town.chen.code, "person": person("李明").id, "pin": town.chen.pin}
    assert (await town.post("/grid/present", sent, worker)).status == 422


@pytest.mark.gen_test(timeout=20)
async def test_a_grid_worker_outside_the_grid_is_refused(town):
    who = {"code": town.chen.code, "person": person("陈桂兰").id, "pin": town.chen.pin}
    for username in ("grid.qiulin2", "grid.shuanghe1"):
        worker = await town.staff(username)
        assert (await town.get(f"/grid/present?code={town.chen.code}", worker)).status == 404
        assert (await town.post("/grid/present", who, worker)).status == 404
    for username in ("approver.daguan", "admin"):
        assert (await town.get("/grid/present", await town.staff(username))).status == 403


# Binding in person.


@pytest.mark.gen_test(timeout=20)
async def test_her_code_and_his_confirmation_raise_her_session(town):
    chen, worker = await town.l1(town.chen), await town.staff("grid.qiulin1")
    code = (await town.post("/login/pairing", {}, chen)).body["code"]
    waiting = await town.post("/login/confirm", {"pairing": code}, chen)
    assert code_of(waiting) == (401, "login.waiting")
    shown = (await town.post("/grid/present/pair", {"pairing": code}, worker)).body
    assert (shown["confirmed"], shown["shown"]["name"]) == (False, "陈桂兰")
    assert (await town.post("/grid/present/pair", {"pairing": code, "checked": True}, worker)).body[
        "confirmed"
    ]
    tokens = (await town.post("/login/confirm", {"pairing": code}, chen)).body
    assert tokens["level"] == "L2"
    assert (await town.get("/my", tokens["access_token"])).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_somebody_of_another_village_is_not_his_to_confirm(town):
    li, worker = await town.l1(town.li), await town.staff("grid.qiulin1")
    code = (await town.post("/login/pairing", {}, li)).body["code"]
    reply = await town.post("/grid/present/pair", {"pairing": code, "checked": True}, worker)
    assert code_of(reply) == (404, "pairing.unknown")


@pytest.mark.gen_test(timeout=20)
async def test_she_reads_among_the_looks_at_her_data_that_he_was_there(town):
    worker = await town.staff("grid.qiulin1")
    await town.get(f"/grid/present?code={town.chen.code}", worker)
    looks = (await town.get("/my/looks", await town.l2(town.chen))).body["looks"]
    assert any(look["ground_text"] == "上门代办" for look in looks)


# Browsers, scripts off.


async def enter(browser, town, name):
    """From the login page to L2."""
    door = town.chen if person(name) in FAMILIES[0].people else town.li
    page = await browser.open("/login?next=/my/acting")
    page = await browser.send(page, "/login", name=name, id_number=person(name).id_number)
    return await browser.send(page, "/login/confirm", code=door.code, pin=door.pin)


async def begin(browser, town, given):
    return await browser.send(await enter(browser, town, "周建国"), f"/my/acting/{given['id']}/start")


@pytest.mark.gen_test(timeout=20)
async def test_a_banner_says_for_whom_on_every_page_until_it_is_ended(town, browser):
    page = await begin(browser, town, await give(town))
    assert page.url.endswith(f"/q/{town.chen.code}")  # her own door
    for path in (f"/q/{town.chen.code}", "/", f"/apply/{town.chen.code}/elder-allowance/1", "/progress"):
        page = await browser.open(path)
        assert "您正在为 陈桂兰 代办" in page.words, path
    page = await browser.send(page, "/acting/end")
    assert page.url.endswith("/my/acting")
    assert "您正在为" not in page.words
    assert "周建国，您已登录" in page.words


@pytest.mark.gen_test(timeout=20)
async def test_a_door_that_an_agent_opened_shows_nobody_else_who_she_is(town, browser):
    await begin(browser, town, await give(town))
    await browser.open(f"/q/{town.chen.code}")
    stranger = (await town.call("GET", f"/q/{town.chen.code}", headers={"Accept": "text/html"})).body.decode()
    assert "周建国" not in stranger
    assert "陈桂兰" not in stranger


@pytest.mark.gen_test(timeout=20)
async def test_a_form_opened_while_acting_cannot_be_sent_afterwards_as_oneself(town, browser):
    await begin(browser, town, await give(town))
    form = await browser.open(f"/apply/{town.chen.code}/elder-card/1")
    await browser.send(form, "/acting/end")
    sent = await browser.send(form, "/elder-card/1")
    assert sent.status == 403


@pytest.mark.gen_test(timeout=20)
async def test_withdrawn_in_the_middle_of_a_form_a_browser_is_told_and_is_itself_again(town, browser):
    given = await give(town)
    await begin(browser, town, given)
    form = await browser.open(f"/apply/{town.chen.code}/elder-card/1")
    await town.post(f"/my/acting/{given['id']}/withdraw", {}, await town.l2(town.chen))
    refused = await browser.send(form, "/elder-card/1")
    assert (refused.status, "代办已经结束" in refused.words) == (403, True)
    page = await browser.open("/my/acting")
    assert "周建国，您已登录" in page.words


@pytest.mark.gen_test(timeout=20)
async def test_logging_out_while_acting_leaves_nobody_logged_in(town, browser):
    page = await begin(browser, town, await give(town))
    await browser.send(page, "/logout")
    page = await browser.open("/my")
    assert page.url.endswith("/login?next=%2Fmy")


@pytest.mark.gen_test(timeout=20)
async def test_what_is_wrong_with_leave_is_said_on_the_page_with_the_rest_kept(town, browser):
    page = await enter(browser, town, "陈桂兰")
    page = await browser.send(page, "/my/acting", name="周建国", id_number="529901", scope="matter")
    assert page.status == 422
    assert "请填写代办人的18位身份证号码" in page.words
    assert dict(page.form("/my/acting").fields)["name"] == "周建国"


@pytest.mark.gen_test(timeout=20)
async def test_the_grid_workers_page_leads_from_the_plate_to_acting_and_back(town, browser):
    page = await browser.open("/staff/login")
    page = await browser.send(page, "/staff/login", username="grid.qiulin1", password="Yunling-2026")
    page = await browser.open(f"/grid/present?code={town.chen.code}")
    assert "陈桂兰（户主）" in page.words
    her = person("陈桂兰").id
    wrong = await browser.send(page, "/grid/present", person=her, pin="00000000")
    assert (wrong.status, "口令或验证码不对" in wrong.words) == (422, True)
    page = await browser.send(wrong, "/grid/present", person=her, pin=town.chen.pin)
    assert "您正在为 陈桂兰 代办" in page.words
    page = await browser.send(page, "/acting/end")
    assert page.url.endswith("/grid/present")


@pytest.mark.gen_test(timeout=20)
async def test_both_screens_of_a_binding_in_person(town, browser):
    page = await browser.open("/login?next=/my")
    page = await browser.send(page, "/login", name="陈桂兰", id_number=town.chen.resident.id_number)
    page = await browser.send(page, "/login/pairing")
    page.forms = [form for form in page.forms if "pairing" in dict(form.fields)]
    code = dict(page.form().fields)["pairing"]
    waiting = await browser.send(page, "/login/confirm")
    assert ("网格员还没有确认" in waiting.words, code[:3] in waiting.words) == (True, True)
    worker = await town.staff("grid.qiulin1")
    await town.post("/grid/present/pair", {"pairing": code, "checked": True}, worker)
    page = await browser.send(page, "/login/confirm")
    assert page.url.endswith("/my")
