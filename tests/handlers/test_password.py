"""The page on which staff change their password, and what a form does to one."""

from __future__ import annotations

import json

import pytest

from tests.handlers.test_accounts import PASSWORD, code_of, enrolled, log_in, opened

NEW = "三只鹅过了桥头那棵槐树"


@pytest.mark.gen_test
async def test_she_changes_it_on_the_page_and_goes_on(town, browser):
    account = await opened(town, "110101199003075031")
    typed = {"username": account["username"], "password": PASSWORD}
    await browser.send(await browser.open("/staff/login"), "/staff/login", **typed)
    page = await browser.open("/staff/password")
    page = await browser.send(page, "/staff/password", current=PASSWORD, password=NEW, again=NEW)
    assert "密码已修改" in page.words
    assert (await log_in(town, account["username"], NEW)).status == 200
    assert (await log_in(town, account["username"], PASSWORD)).status == 401


@pytest.mark.gen_test
async def test_what_is_wrong_stands_beside_its_field_and_no_password_in_the_page(town, browser):
    account = await opened(town, "110101199003071938")
    typed = {"username": account["username"], "password": PASSWORD}
    await browser.send(await browser.open("/staff/login"), "/staff/login", **typed)
    for wish, told in (
        ({"current": PASSWORD, "password": NEW, "again": "另一个"}, "两次输入的密码不一样"),
        ({"current": "记错了的旧密码", "password": NEW, "again": NEW}, "现在的密码不正确"),
        ({"current": PASSWORD, "password": "qwertyuiop", "again": "qwertyuiop"}, "太容易被猜到"),
    ):
        page = await browser.send(await browser.open("/staff/password"), "/staff/password", **wish)
        assert (page.status, told in page.words) == (422, True), wish
        assert NEW not in page.text
        assert PASSWORD not in page.text


@pytest.mark.gen_test
async def test_whoever_has_a_second_factor_is_asked_for_it(town, browser):
    account = await opened(town, "110101199003075875")
    secret, _ = await enrolled(town, (await log_in(town, account["username"])).body["access_token"])
    pending = (await log_in(town, account["username"])).body["error"]["pending"]
    token = (await town.post("/staff/second", {"pending": pending, "code": code_of(secret, 1)})).body[
        "access_token"
    ]
    wish = {"current": PASSWORD, "password": NEW}
    reply = await town.post("/staff/password", wish, token)
    assert (reply.status, reply.body["error"]["field"]) == (422, "code")
    assert NEW not in json.dumps(reply.body, ensure_ascii=False)


@pytest.mark.gen_test
async def test_spaces_around_a_password_belong_to_it(town, browser):
    account = await opened(town, "110101199003078857")
    spaced = f"  {NEW} "
    token = (await log_in(town, account["username"])).body["access_token"]
    assert (
        await town.post("/staff/password", {"current": PASSWORD, "password": spaced}, token)
    ).status == 200
    page = await browser.open("/staff/login")
    page = await browser.send(page, "/staff/login", username=account["username"], password=NEW)
    assert page.status == 401
    page = await browser.send(page, "/staff/login", username=account["username"], password=spaced)
    assert page.status == 200
    assert "/staff/login" not in page.url


@pytest.mark.gen_test
async def test_logging_in_again_ends_the_log_in_before(town):
    first = (await log_in(town, "clerk.qingxi", "Yunling-2026")).body["access_token"]
    typed = {"username": "clerk.qingxi", "password": "Yunling-2026"}
    again = await town.post("/staff/login", typed, first)
    assert (await town.get("/sessions", first)).status == 401
    assert (await town.get("/sessions", again.body["access_token"])).status == 200


@pytest.mark.gen_test
async def test_a_resident_who_types_another_card_leaves_her_own_log_in(town):
    hers = await town.l2(town.chen)
    person = town.li.resident
    await town.post("/login", {"name": person.name, "id_number": person.id_number}, hers)
    assert (await town.get("/my", hers)).status == 401
