"""The page of a case with scripts off: what was typed into an action that was refused is still there."""

from __future__ import annotations

import pytest

from tests.handlers.browser import Browser
from tests.handlers.filing import act, allowance, at_desk

pytestmark = pytest.mark.gen_test(timeout=30)


async def opened(town, username, *acts):
    """The page of 陈桂兰's allowance as it lies before a member of staff, and the browser that it lies in."""
    filed = await allowance(town, await town.l2(town.chen))
    for who, action in acts:
        assert (await act(town, filed["case_no"], who, action)).status == 200
    browser = Browser(town.url)
    page = await browser.open("/staff/login")
    password = next(each.password for each in town.report.staff if each.username == username)
    await browser.send(page, username=username, password=password)
    case = (await at_desk(town, filed["case_no"], username))["case"]
    return browser, await browser.open(f"/desk/cases/{case['id']}"), filed["case_no"]


async def test_what_is_wrong_stands_beside_its_field_and_what_was_right_stays(town):
    way = (("clerk.daguan", "accept"), ("reviewer.daguan", "hand_on"), ("reviewer.daguan", "hand_on"))
    browser, page, _ = await opened(town, "approver.minzheng", *way)
    wrong = await browser.send(page, "/extend", days="30", reason="要向外地核实")
    assert wrong.status == 422
    assert "可以延长1到10个工作日" in wrong.words
    assert ">要向外地核实</textarea>" in wrong.text
    assert 'value="30"' in wrong.text


async def test_reasons_typed_beside_what_is_to_be_corrected_stay_with_their_ticks(town):
    browser, page, number = await opened(town, "clerk.daguan")
    assert (await act(town, number, "clerk.daguan", "take")).status == 200
    told = {"fields": ["phone"], "fields__phone": "少一位", "note": "一次写全"}
    late = await browser.send(page, "/ask", **told)
    assert late.status == 409
    assert 'value="少一位"' in late.text
    assert 'name="fields" value="phone" checked' in late.text
    assert ">一次写全</textarea>" in late.text
    done = await browser.send(late, "/ask")
    assert "已一次性告知申请人" in done.words
    assert "等申请人补正" in done.words
    assert "需要您补正" not in done.words
