"""谁看过我的信息: the record of looking, as the resident herself sees it."""

import pytest

from tests.handlers import filing

pytestmark = pytest.mark.gen_test(timeout=20)


async def filed_by_chen(town):
    token = await town.l2(town.chen)
    return token, (await filing.allowance(town, token))["case_no"]


async def looks_at(town, token, case_no):
    looks = (await town.get("/my/looks", token)).body["looks"]
    return [look for look in looks if look["ground_text"] == case_no]


async def test_a_look_of_the_clerk_is_shown_to_chen_with_office_role_and_ground(town):
    token, case_no = await filed_by_chen(town)
    await filing.at_desk(town, case_no, "clerk.daguan")
    looks = await looks_at(town, token, case_no)
    assert [(look["act"], look["role"]) for look in looks] == [("view", "clerk"), ("search", "clerk")]
    assert "大关镇" in looks[0]["office"]


async def test_accepting_a_case_is_on_record_too(town):
    token, case_no = await filed_by_chen(town)
    await filing.act(town, case_no, "clerk.daguan", "accept")
    assert [look["act"] for look in await looks_at(town, token, case_no)] == ["decide", "view", "search"]


async def test_her_own_filing_is_no_look(town):
    token, case_no = await filed_by_chen(town)
    assert await looks_at(town, token, case_no) == []


async def test_nobody_learns_who_looked_at_somebody_else(town):
    _, case_no = await filed_by_chen(town)
    await filing.at_desk(town, case_no, "clerk.daguan")
    assert await looks_at(town, await town.l2(town.li), case_no) == []


async def test_whoever_only_typed_her_card_does_not_learn_who_looked(town):
    reply = await town.get("/my/looks", await town.l1(town.chen))
    assert (reply.status, reply.body["error"]["required"]) == (401, "L2")


async def test_the_page_says_in_words_who_looked(town):
    token, case_no = await filed_by_chen(town)
    await filing.at_desk(town, case_no, "clerk.daguan")
    page = await town.get("/my/looks", token, Accept="text/html")
    assert "查看办件" in page.body.decode()
    assert case_no in page.body.decode()
