"""Staff accounts over HTTP: applying, deciding, the second factor, one's own log-ins."""

from __future__ import annotations

import time

import pyotp
import pytest
from pymongo import MongoClient

from tests.conftest import _open
from tests.handlers.browser import Browser
from tests.town import settle

PASSWORD = "Qiulin-village-7"
HER_ID = "110101199003074477"
WISHED = {
    "name": "王网格", "id_number": HER_ID, "phone": "13900000001", "role": "clerk", "area": "529901101",
    "departments": ["民政"], "password": PASSWORD,
}  # fmt: skip


@pytest.fixture(scope="module")
def strict(io_loop, mongo_uri, keys):
    """A town where staff need a second factor."""
    with MongoClient(mongo_uri) as client:
        client.drop_database("saoban_strict")
    database = io_loop.run_sync(lambda: _open(mongo_uri, "saoban_strict"))
    town = io_loop.run_sync(lambda: settle(database, keys, second_factor="on", households=1), timeout=30)
    yield town
    io_loop.run_sync(town.close)


def code_of(secret, later=0):
    """What the app shows now, or ``later`` half minutes on: no code is taken twice."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * later)


async def apply(town, **changed):
    """An application, and its line in the administrator's list."""
    await town.home.limits.clear("account.address", "127.0.0.1")  # more in a minute than an office in an hour
    reply = await town.post("/staff/apply", {**WISHED, **changed})
    assert reply.status == 201, reply.body
    roll = (await town.get("/desk/accounts", await town.staff("admin"))).body
    return next(each for each in roll["applications"] if each["number"] == reply.body["number"])


async def do(town, account, action, who="admin", **told):
    path = f"/desk/accounts/{account['id']}/{action}"
    return await town.post(path, {"rev": account["rev"], **told}, await town.staff(who))


async def log_in(town, username, password=PASSWORD):
    return await town.post("/staff/login", {"username": username, "password": password})


async def opened(town, id_number):
    """An account in use of somebody with ``id_number``."""
    reply = await do(town, await apply(town, id_number=id_number), "approve")
    assert reply.status == 200, reply.body
    return reply.body


async def enrolled(town, token):
    """The secret and the recovery codes of whoever has ``token``, now with a second factor."""
    secret = (await town.post("/staff/enrol", {}, token)).body["secret"]
    code = code_of(secret)
    reply = await town.post("/staff/enrol/confirm", {"code": code}, token)
    assert reply.status == 200, reply.body
    return secret, reply.body["recovery"]


@pytest.mark.gen_test
async def test_an_application_is_approved_and_logs_in_by_its_staff_number(town):
    line = await apply(town)
    assert (line["id_number"], line["phone"]) == ("110***********4477", "139****0001")
    whole = (await town.get(f"/desk/accounts/{line['id']}", await town.staff("admin"))).body
    assert whole["id_number"] == HER_ID
    assert (await log_in(town, line["number"])).status == 401
    account = (await do(town, line, "approve")).body
    assert (account["state"], account["username"]) == ("active", account["staff_no"])
    assert (await log_in(town, account["username"])).status == 200


@pytest.mark.gen_test
async def test_two_administrators_cannot_both_decide(town):
    line = await apply(town, id_number="110101199003070935")
    assert (await do(town, line, "approve")).status == 200
    again = await do(town, line, "refuse", reason="不是本单位的人")
    assert (again.status, again.body["error"]["code"]) == (409, "account.state")


@pytest.mark.gen_test
async def test_a_refusal_needs_a_reason_and_is_for_administrators_alone(town):
    line = await apply(town, id_number="110101199003072033")
    reply = await do(town, line, "refuse")
    assert (reply.status, reply.body["error"]["field"]) == (422, "reason")
    for who in ("clerk.daguan", "supervisor", "approver.minzheng"):
        assert (await do(town, line, "approve", who)).status == 403
    assert (await do(town, line, "refuse", reason="不是本单位的人")).body["state"] == "refused"


@pytest.mark.gen_test
async def test_everything_wrong_with_an_application_is_said_at_once(town):
    reply = await town.post("/staff/apply", {**WISHED, "phone": "12", "password": "short", "area": "1"})
    told = {each["field"] for each in reply.body["error"]["fields"]}
    assert (reply.status, told) == (422, {"phone", "password", "area"})


@pytest.mark.gen_test
async def test_whoever_is_suspended_is_out_at_once_and_back_when_resumed(town):
    account = await opened(town, "110101199003078216")
    token = (await log_in(town, account["username"])).body["access_token"]
    assert (await town.get("/desk", token)).status == 200
    account = (await do(town, account, "suspend", reason="休假")).body
    assert (await town.get("/desk", token)).status == 401
    assert (await log_in(town, account["username"])).status == 401
    await do(town, account, "resume", reason="回来上班")
    assert (await log_in(town, account["username"])).status == 200


@pytest.mark.gen_test
async def test_moving_an_account_gives_it_the_other_place_after_the_next_log_in(town):
    account = await opened(town, "11010119900307053X")
    place = {"role": "reviewer", "area": "529901102", "departments": []}
    moved = await do(town, account, "move", place=place, reason="岗位调整")
    assert (moved.body["role"], moved.body["area"]) == ("reviewer", "529901102")
    nowhere = await do(town, moved.body, "move", reason="岗位调整")
    assert (nowhere.status, nowhere.body["error"]["field"]) == (422, "area")
    county = await do(town, moved.body, "move", place={"role": "grid", "area": "529901"}, reason="岗位调整")
    assert (county.status, county.body["error"]["code"]) == (422, "invalid")


@pytest.mark.gen_test
async def test_nobody_decides_about_her_own_account_and_no_action_is_invented(town):
    admin = await town.staff("admin")
    mine = next(
        each for each in (await town.get("/desk/accounts", admin)).body["accounts"] if each["role"] == "admin"
    )
    own = await do(town, mine, "suspend", reason="试一试")
    assert (own.status, own.body["error"]["code"]) == (403, "account.own")
    assert (await do(town, mine, "promote", reason="试一试")).status == 404


@pytest.mark.gen_test
async def test_a_supervisor_sees_accounts_and_neither_applications_nor_anybody_whole(town):
    line = await apply(town, id_number="110101199003071997")
    token = await town.staff("supervisor")
    roll = (await town.get("/desk/accounts", token)).body
    assert (roll["applications"], len(roll["accounts"]) > 0) == ([], True)
    assert (await town.get(f"/desk/accounts/{line['id']}", token)).status == 403


@pytest.mark.gen_test
async def test_accounts_are_listed_by_state_and_no_list_shows_a_number_whole(town):
    account = await opened(town, "110101199003073095")
    await do(town, account, "close", reason="离岗")
    await apply(town, id_number="110101199003075971")
    roll = await town.get("/desk/accounts?state=closed", await town.staff("admin"))
    assert account["id"] in [each["id"] for each in roll.body["accounts"]]
    assert "1101011990" not in str(roll.body)
    assert (await town.get("/desk/accounts?page=99", await town.staff("admin"))).body["accounts"] == []


@pytest.mark.gen_test
async def test_an_administrator_lands_on_accounts_and_reads_no_case(town, browser):
    page = await browser.send(await browser.open("/staff/login"), username="admin", password="Yunling-2026")
    assert page.url.endswith("/desk/accounts")
    assert "待我办理" not in page.text
    assert "100001" in page.text
    for path in ("/desk", "/desk?view=lately", "/desk/stream", "/desk/cases/0a"):
        assert (await town.get(path, await town.staff("admin"))).status == 403


@pytest.mark.gen_test
async def test_the_form_keeps_what_was_typed_but_for_the_password(town, browser):
    form = await browser.open("/staff/apply")
    typed = {**WISHED, "id_number": "110101199003072439", "again": "another-one-77", "phone": "1"}
    page = await browser.send(form, **typed)
    assert (page.status, "两次输入的密码不一样" in page.text, "请填写11位手机号码" in page.text) == (
        422,
        True,
        True,
    )
    assert "王网格" in page.text
    assert PASSWORD not in page.text
    page = await browser.send(page, password=PASSWORD, again=PASSWORD, phone="13900000001")
    assert (page.status, "申请编号" in page.text) == (201, True)


@pytest.mark.gen_test
async def test_an_administrator_approves_and_closes_with_scripts_off(town, browser):
    line = await apply(town, id_number="110101199003076894", name="赵科长")
    await browser.send(await browser.open("/staff/login"), username="admin", password="Yunling-2026")
    page = await browser.open(f"/desk/accounts/{line['id']}")
    assert "110101199003076894" in page.text
    page = await browser.send(page, "/approve", username="Zhao 科长")
    assert (page.status, "小写字母" in page.text) == (422, True)
    page = await browser.send(page, "/approve", username="zhao.kezhang", area="529901102")
    assert "已开通" in page.text
    page = await browser.send(page, "/close", reason="离岗", revision="0")
    assert (page.status, "刚被别人改动过" in page.text) == (409, True)
    assert (await log_in(town, "zhao.kezhang")).status == 200


@pytest.mark.gen_test
async def test_with_a_second_factor_the_password_alone_gives_no_session(town):
    account = await opened(town, "110101199003077213")
    token = (await log_in(town, account["username"])).body["access_token"]
    secret, recovery = await enrolled(town, token)
    assert (await town.get("/desk", token)).status == 401
    told = (await log_in(town, account["username"])).body["error"]
    assert (told["code"], told["expires_in"]) == ("login.second", 300)
    wrong = await town.post("/staff/second", {"pending": told["pending"], "code": "000000"})
    assert (wrong.status, wrong.body["error"]["code"]) == (401, "login.second")
    code = code_of(secret, 1)
    reply = await town.post("/staff/second", {"pending": told["pending"], "code": code})
    assert (reply.status, reply.body["level"]) == (200, "staff")
    spare = await town.post("/staff/second", {"pending": told["pending"], "code": recovery[0]})
    assert spare.status == 200


@pytest.mark.gen_test
async def test_a_pending_log_in_that_is_none_begins_anew(town, browser):
    reply = await town.post("/staff/second", {"pending": "made-up", "code": "123456"})
    assert (reply.status, reply.body["error"]["code"]) == (401, "login.pending")
    assert (await browser.open("/staff/second")).url.endswith("/staff/login")


@pytest.mark.gen_test
async def test_an_administrator_resets_a_lost_second_factor(town):
    account = await opened(town, "110101199003074178")
    await enrolled(town, (await log_in(town, account["username"])).body["access_token"])
    assert (await log_in(town, account["username"])).status == 401
    reset = await do(town, account, "reset_second", reason="手机丢失，已当面核对身份证")
    assert reset.body["history"][-1]["what"] == "second_reset"
    assert (await log_in(town, account["username"])).status == 200


@pytest.mark.gen_test
async def test_new_recovery_codes_need_a_code_and_void_the_old(town):
    account = await opened(town, "110101199003071612")
    token = (await log_in(town, account["username"])).body["access_token"]
    secret = (await town.post("/staff/enrol", {}, token)).body["secret"]
    code = code_of(secret)
    done = (await town.post("/staff/enrol/confirm", {"code": code}, token)).body
    token = done["tokens"]["access_token"]
    assert (await town.post("/staff/enrol/recovery", {"code": "000000"}, token)).status == 422
    fresh = await town.post("/staff/enrol/recovery", {"code": done["recovery"][0]}, token)
    assert len(set(fresh.body["recovery"]) - set(done["recovery"])) == 10
    assert (await town.get("/staff/enrol", token)).body == {"enrolled": True, "recovery_left": 10}


@pytest.mark.gen_test
async def test_where_it_is_required_nothing_opens_before_enrolment(strict):
    login = await log_in(strict, "clerk.daguan", "Yunling-2026")
    assert login.body["enrol"] is True
    token = login.body["access_token"]
    for path in ("/desk", "/desk/accounts", "/desk/sheets", "/desk/outbox", "/desk/stream"):
        reply = await strict.get(path, token)
        assert (reply.status, reply.body["error"]["code"]) == (403, "login.enrol")
    assert (await strict.get("/staff/enrol", token)).body == {"enrolled": False, "recovery_left": 0}


@pytest.mark.gen_test(timeout=20)
async def test_enrolment_with_scripts_off_ends_at_the_desk(strict):
    browser = Browser(strict.url)
    typed = {"username": "reviewer.daguan", "password": "Yunling-2026"}
    page = await browser.send(await browser.open("/staff/login?next=/desk/sheets"), **typed)
    assert page.url.endswith("/staff/enrol")
    assert (await browser.open("/desk")).url.endswith("/staff/enrol")
    page = await browser.send(page, "/staff/enrol")
    secret = dict(page.form("/confirm").fields)["secret"]
    page = await browser.send(page, "/confirm", code="000000")
    assert (page.status, secret in page.text) == (422, True)
    page = await browser.send(page, "/confirm", code=code_of(secret))
    assert page.words.count("-") >= 10
    assert "100" in page.text
    assert (await browser.open("/staff")).url.endswith("/desk")
    await browser.send(page, "/logout")
    page = await browser.send(await browser.open("/staff/login?next=/desk?view=area"), **typed)
    assert page.url.partition("?")[0].endswith("/staff/second")
    page = await browser.send(page, code="abc")
    assert (page.status, "验证码不正确" in page.text) == (401, True)
    page = await browser.send(page, code=code_of(secret, 1))
    assert page.url.endswith("/desk?view=area")


@pytest.mark.gen_test
async def test_a_resident_sees_her_log_ins_and_ends_the_other(town):
    first, second = await town.l2(town.chen), await town.l2(town.chen)
    lines = (await town.get("/sessions", second)).body
    assert [each["current"] for each in lines].count(True) == 1
    other = (await town.get("/sessions", first)).body
    mine = next(each["id"] for each in other if each["current"])
    assert (await town.post("/sessions", {"id": mine}, second)).body == {"ended": 1}
    assert (await town.get("/my", first)).status == 401
    assert (await town.get("/my", second)).status == 200


@pytest.mark.gen_test
async def test_nobody_ends_a_log_in_of_somebody_else(town):
    hers = (await town.get("/sessions", await town.l2(town.chen))).body
    reply = await town.post("/sessions", {"id": hers[0]["id"]}, await town.l2(town.li))
    assert (reply.status, reply.body["error"]["code"]) == (404, "session.unknown")
    assert (await town.post("/sessions", {}, await town.l2(town.li))).status == 400
    assert (await town.get("/sessions")).status == 401


@pytest.mark.gen_test
async def test_staff_leave_their_other_desks_from_the_page(town):
    typed = {"username": "clerk.qingxi", "password": "Yunling-2026"}
    here, there = Browser(town.url), Browser(town.url)
    for each in (here, there):
        await each.send(await each.open("/staff/login"), **typed)
    page = await here.open("/sessions")
    assert "我的二次验证" in page.text
    others = next(form for form in page.forms if ("others", "1") in form.fields)
    page.forms = [others]
    page = await here.send(page)
    assert "已退出" in page.text
    assert (await there.open("/desk")).url.partition("?")[0].endswith("/staff/login")


@pytest.mark.gen_test
async def test_every_staff_page_says_who_looks(town, browser):
    await browser.send(
        await browser.open("/staff/login"), username="supervisor.daguan", password="Yunling-2026"
    )
    account = await town.home.accounts.by_username("supervisor.daguan")
    for path in ("/desk", "/desk/accounts", "/sessions", "/staff/enrol"):
        page = await browser.open(path)
        assert f'data-mark="{account.name} {account.staff_no} 20' in page.text, path


@pytest.mark.gen_test
async def test_who_looked_at_an_application_and_who_came_in_is_on_record(town):
    account = await opened(town, "11010119900307555X")
    await town.get(f"/desk/accounts/{account['id']}", await town.staff("admin"))
    looks = await town.home.audit.looks_at(town.home.sessions.subject("11010119900307555X"))
    assert {each.role for each in looks} == {"admin"}
    assert len(looks) == 2
    await log_in(town, account["username"])
    entries = town.built.database.collection("audit")
    assert await entries.count_documents({"who.id": account["id"], "act": "login"}) == 1
