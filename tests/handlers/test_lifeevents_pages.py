"""The pages of life events and merging with scripts off: form, questions that arise, preview, confirmation, review."""

from __future__ import annotations

import pytest

from tests.handlers.life import HERE, home_of, order, report
from tests.handlers.test_lifeevents import houses, members, newcomer
from tests.handlers.test_merging import HERE as MERGES
from tests.handlers.test_merging import twins
from tests.handlers.test_problems import staff

pytestmark = pytest.mark.gen_test(timeout=40)


async def test_a_newcomer_is_typed_looked_at_corrected_and_confirmed(town):
    home, _ = await houses(town)
    clerk, new = await staff(town, "clerk.daguan"), newcomer("石页面")
    page = await clerk.open(f"/desk/registry/households/{home.id}/events/person.add")
    wrong = await clerk.send(page, "person.add", newcomer__name="石页面", newcomer__id_number="123")
    assert (wrong.status, "身份证号应为18位" in wrong.words) == (422, True)
    assert ("newcomer.name", "石页面") in wrong.form("person.add").fields
    typed = {"newcomer__id_number": new["id_number"], "relation": "80", "ground": "组长说明"}
    preview = await clerk.send(wrong, "person.add", **typed)
    assert (preview.status, "核对：新增人员" in preview.words) == (200, True)
    assert "石页面" not in await members(town, home.id)
    again = await clerk.send(preview, "person.add", press="step=edit")
    assert ("ground", "组长说明") in again.form("person.add").fields
    done = await clerk.send(preview, "person.add", press="step=confirm")
    assert (done.status, "已生效" in done.words) == (200, True)
    assert (await members(town, home.id))["石页面"] == "80"


async def test_when_the_head_goes_the_page_asks_what_the_others_are_to_the_next(town):
    home = await town.home.households.get(await home_of(town, town.chen.code))
    clerk = await staff(town, "clerk.daguan")
    page = await clerk.open(f"/desk/registry/households/{home.id}/events/person.left")
    head, others = home.head, [each for each in home.members if each.relation != "02"]
    typed = {"who__person": head.person, "where": "外省", "ground": "本人说明"}
    asked = await clerk.send(page, "person.left", **typed)
    assert "请在留下的成员里选择新户主" in asked.words
    asked = await clerk.send(asked, "person.left", head=others[0].person)
    told = {f"relations__{each.person}": "80" for each in others[1:]}
    preview = await clerk.send(asked, "person.left", **told)
    assert "核对：迁出" in preview.words
    assert await members(town, home.id) == {each.name: each.relation for each in home.members}


async def test_a_death_waits_on_the_list_until_another_person_has_looked(town):
    home, _ = await houses(town)
    told = await report(
        town, order("person.add", household=home.id, relation="80", newcomer=newcomer("石亡者"))
    )
    [person] = told.body["names"]
    clerk, reviewer = await staff(town, "clerk.daguan"), await staff(town, "reviewer.daguan")
    page = await clerk.open(f"/desk/registry/households/{home.id}/events/person.death")
    preview = await clerk.send(page, "person.death", who__person=person, on="2026-01-05", paper="death")
    waits = await clerk.send(preview, "person.death", press="step=confirm")
    assert "要由另一位工作人员复核后才生效" in waits.words
    event = waits.url.rpartition("/")[2]
    assert "石亡者" in (await reviewer.open(f"{HERE}?view=waiting")).words
    bare = await reviewer.send(await reviewer.open(f"{HERE}/{event}"), "/refuse", reason="")
    assert (bare.status, "请写明为什么不通过" in bare.words) == (422, True)
    done = await reviewer.send(bare, "/confirm")
    assert ("已生效" in done.words, "石亡者" in await members(town, home.id)) == (True, False)


async def test_a_pair_is_laid_side_by_side_merged_and_undone(town):
    one, other = await twins(town, "石并排")
    reviewer = await staff(town, "reviewer.daguan")
    assert "石并排" in (await reviewer.open(MERGES)).words
    page = await reviewer.open(f"{MERGES}/person/{one}/{other}")
    wrong = await reviewer.send(page, f"{one}/{other}", ground="")
    assert (wrong.status, "请写明为什么是同一个" in wrong.words) == (422, True)
    done = await reviewer.send(wrong, f"{one}/{other}", ground="本人到场", pick__person__id_no="winner")
    assert "已合并" in done.words
    undone = await reviewer.send(done, "/undo", reason="是姐妹俩")
    assert "已撤销" in undone.words
    assert (await town.built.registry.people.get(other)).id == other
