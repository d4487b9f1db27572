"""Consents through the doors of the house: asked, refused unticked, given, listed, taken back, told at the desk."""

from __future__ import annotations

import re

import pytest

from tests.handlers.browser import Browser
from tests.handlers.filing import agreed, allowance, at_desk, missing, open_form, submit

BANK = "bank@1"


async def form(town):
    token = await town.l2(town.chen)
    return await open_form(town, town.chen.code, "elder-allowance", token), token


async def send(town, opened, token, consents):
    sent = {
        "submission_key": opened["submit"]["submission_key"],
        "answers": missing(opened),
        "consents": consents,
    }
    return await town.post(opened["submit"]["href"], sent, token)


@pytest.mark.gen_test
async def test_a_form_says_which_consents_it_asks_for_and_for_which_questions(town):
    opened, _ = await form(town)
    (ask,) = opened["consents"]
    assert (ask["id"], ask["fields"], ask["elements"]) == (BANK, ["bank_account"], ["银行账号"])
    assert "高龄津贴发放" in ask["text"]
    assert ask["keep"] == "办结后保存10年"
    assert any("民政" in office for office in ask["to"])


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("consents", "code"),
    [([], "consent.missing"), (["bank@9"], "consent.changed"), (["x"], "consent.missing")],
)
async def test_a_client_that_does_not_send_the_tick_is_refused_beside_that_box(town, consents, code):
    opened, token = await form(town)
    reply = await send(town, opened, token, consents)
    (problem,) = reply.body["error"]["fields"]
    assert (reply.status, problem["field"], problem["code"]) == (422, "consents.bank", code)


@pytest.mark.gen_test
async def test_the_case_shows_the_desk_which_consent_it_rests_on(town):
    filed = await allowance(town, await town.l2(town.chen))
    (given,) = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]["consents"]
    assert (given["id"], given["version"], given["by"], given["capacity"]) == ("bank", 1, "陈桂兰", "own")


@pytest.mark.gen_test
async def test_what_she_agreed_to_is_listed_in_its_words_and_can_be_taken_back(town):
    token = await town.l2(town.chen)
    filed = await allowance(town, token)
    listed = (await town.get("/my/consents", token)).body["consents"]
    given = next(each for each in listed if each["case_no"] == filed["case_no"])
    assert given["text"].startswith("我同意为办理")
    taken = await town.post(given["withdraw"], {}, token)
    assert (taken.status, taken.body["withdraw"]) == (200, "")
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    assert case["events"][-1]["what"] == "consent_withdrawn"


@pytest.mark.gen_test
async def test_the_desk_is_told_on_the_page_of_the_case(town):
    token = await town.l2(town.chen)
    filed = await allowance(town, token)
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    await town.post(f"/my/consents/{case['id']}/bank/withdraw", {}, token)
    page = await town.get(f"/desk/cases/{case['id']}", await town.staff("clerk.daguan"), Accept="text/html")
    text = page.body.decode()
    assert "合规提示" in text
    assert "申请人撤回了对“银行账户”（银行账号）的同意" in text


@pytest.mark.gen_test
async def test_nobody_else_takes_it_back(town):
    filed = await allowance(town, await town.l2(town.chen))
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    path = f"/my/consents/{case['id']}/bank/withdraw"
    for token, status in ((await town.l2(town.li), 404), (await town.l1(town.chen), 401), ("", 401)):
        assert (await town.post(path, {}, token)).status == status
    assert (
        "withdrawn_at" not in (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]["consents"][0]
    )


@pytest.mark.gen_test
@pytest.mark.parametrize("before", ["yesterday", "2026-12-01", "2026-13-01T00:00:00Z"])
async def test_a_page_that_begins_nowhere_is_malformed(town, before):
    reply = await town.get(f"/my/consents?before={before}", await town.l2(town.chen))
    assert reply.status == 400


@pytest.mark.gen_test
async def test_a_form_without_sensitive_questions_asks_for_nothing(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    assert agreed(opened) == []
    answers = {"fault": "leak", "contact_phone": "13900001111"}
    assert (await submit(town, opened, answers)).status == 201


# Scripts off.


async def before_the_button(town):
    """A browser of 陈桂兰's, every answer in her draft, and the page before the button."""
    opened, token = await form(town)
    await town.call("PUT", opened["draft"], {"answers": missing(opened)}, token)
    browser = Browser(town.url)
    browser.cookies["access"] = token
    return browser, await browser.open(f"{opened['submit']['href']}/check")


def boxes(page) -> dict[str, bool]:
    """The consents on a page, and whether each is ticked."""
    found = re.findall(r'<input type="checkbox"[^>]*name="consent" value="([^"]+)"([^>]*)>', page.text)
    return {consent: " checked" in rest for consent, rest in found}


@pytest.mark.gen_test
async def test_a_page_asks_purpose_by_purpose_and_ticks_nothing_itself(town):
    _, page = await before_the_button(town)
    assert boxes(page) == {BANK: False}
    for told in ("请您单独同意", "用到哪些信息", "银行账号", "县民政局", "办结后保存10年", "不用另外同意"):
        assert told in page.words


@pytest.mark.gen_test
async def test_without_the_tick_the_page_comes_back_and_says_so_beside_the_box(town):
    browser, page = await before_the_button(town)
    again = await browser.send(page)
    assert again.status == 422
    assert 'id="f-consents-bank-problem"' in again.text
    assert 'href="#f-consents-bank"' in again.text
    assert boxes(again) == {BANK: False}
    assert "农村商业银行大关支行" in again.words


@pytest.mark.gen_test
async def test_with_the_tick_it_is_filed_and_shows_up_and_is_taken_back(town):
    browser, page = await before_the_button(town)
    filed = await browser.send(page, consent=BANK)
    assert "已提交" in filed.words
    listed = await browser.open("/my/consents")
    assert "银行账户" in listed.words
    taken = await browser.send(listed, "/bank/withdraw")
    assert "已撤回，办理机关会看到" in taken.words


@pytest.mark.gen_test
async def test_a_tick_that_was_made_is_still_there_when_something_else_is_wrong(town):
    browser, page = await before_the_button(town)
    opened, token = await form(town)
    await town.call("PUT", opened["draft"], {"answers": {"bank_name": ""}}, token)
    again = await browser.send(page, consent=BANK)
    assert (again.status, boxes(again)) == (422, {BANK: True})
