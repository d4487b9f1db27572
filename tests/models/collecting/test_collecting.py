"""Level 3 is off until the county's administrator names its ground; then it is its line's alone."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.actor import Actor
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, SaobanError
from models.collecting.describing import Dictionary
from models.elements.registry import load_elements
from tests.models.collecting.conftest import ADMIN, COUNTY

pytestmark = pytest.mark.gen_test

ELEMENTS = load_elements()
TOWN, VILLAGE = "529901101", "529901101201"
HOME = (COUNTY, TOWN, VILLAGE, VILLAGE + "03", VILLAGE + "G01")
LAW = "《中华人民共和国残疾人保障法》第九条"
HEALTH, FAITH, KIND = "person.health", "person.faith", "person.disability_kind"


def staff(role, area, *departments):
    return Actor("staff", subject=f"a-{role}", name="某人", role=role, area=area, departments=departments)


WANG = staff("grid", HOME[-1])
DISABLED = staff("reviewer", COUNTY, "残联")
CIVIL = staff("reviewer", COUNTY, "民政")


async def test_in_the_beginning_nothing_of_level_3_is_collected_or_seen(collecting):
    assert await collecting.grounds() == {}
    strict = {key for key, each in ELEMENTS.by_key.items() if each.strict}
    assert set(await collecting.off(ELEMENTS.keys())) == strict
    for actor in (WANG, DISABLED, CIVIL, ADMIN):
        assert not strict & await collecting.seen_by(actor, HOME)
    with pytest.raises(Forbidden) as refused:
        await collecting.check(["person.phone", HEALTH])
    assert refused.value.code == "element.off"
    assert "健康状况" in refused.value.message


async def test_what_is_not_of_level_3_needs_no_ground(collecting):
    await collecting.check([key for key, each in ELEMENTS.by_key.items() if not each.strict])


async def test_with_its_ground_it_is_collected_and_seen_by_the_line_it_was_named_for(collecting):
    made = await collecting.turn_on(ADMIN, KIND, f" {LAW} ", "残联")
    assert (made.version, made.on, made.text, made.line, made.name) == (1, True, LAW, "残联", "周管理")
    await collecting.check([KIND])
    assert await collecting.off([KIND, HEALTH]) == (HEALTH,)
    assert KIND in await collecting.seen_by(DISABLED, HOME)
    assert KIND not in await collecting.seen_by(
        CIVIL, HOME
    )  # the module is theirs as well, the ground is not
    assert KIND not in await collecting.seen_by(WANG, HOME)
    assert KIND not in await collecting.seen_by(DISABLED, ("529902",))


async def test_switched_off_nobody_sees_it_and_nothing_more_is_taken(collecting):
    await collecting.turn_on(ADMIN, KIND, LAW, "残联")
    await collecting.turn_off(ADMIN, KIND, "国家另建了系统")
    assert KIND not in await collecting.seen_by(DISABLED, HOME)
    with pytest.raises(Forbidden):
        await collecting.check([KIND])


async def test_everything_that_was_decided_stays_with_who_and_when_and_why(collecting, clock):
    await collecting.turn_on(ADMIN, KIND, LAW, "残联")
    clock.on(days=3)
    await collecting.turn_on(ADMIN, KIND, "《中华人民共和国残疾人保障法》第十条", "民政")
    await collecting.turn_off(ADMIN, KIND, "停止")
    decided = (await collecting.element(ADMIN, KIND)).decisions
    assert [(each.version, each.on, each.line) for each in decided] == [
        (3, False, ""), (2, True, "民政"), (1, True, "残联"),
    ]  # fmt: skip
    assert decided[-1].at < decided[0].at
    assert all(each.by == "a-admin" for each in decided)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", "残联", "ground.law"),
        ("工作需要", "残联", "ground.law"),
        (LAW, "", "ground.line"),
        (LAW, "烟草", "ground.line"),
        (LAW * 40, "残联", "too_long"),
    ],
)
async def test_a_ground_names_a_law_and_a_line_whose_duty_it_is(collecting, text, line, problem):
    with pytest.raises(Invalid) as refused:
        await collecting.turn_on(ADMIN, KIND, text, line)
    assert [each.code for each in refused.value.problems] == [problem]
    assert await collecting.grounds() == {}


async def test_an_official_paper_goes_by_its_number(collecting):
    assert (await collecting.turn_on(ADMIN, KIND, "国办发〔2020〕49号", "残联")).on


async def test_an_element_that_names_its_lines_is_not_to_be_had_by_the_others_of_its_module(collecting):
    with pytest.raises(Invalid):
        await collecting.turn_on(ADMIN, "person.contraception", LAW, "民政")
    await collecting.turn_on(ADMIN, FAITH, "《宗教事务条例》第三条", "统战")
    assert FAITH in await collecting.seen_by(staff("approver", COUNTY, "民宗"), HOME)


async def test_only_the_countys_administrator_decides_and_she_sees_no_value_for_it(collecting):
    for actor in (staff("admin", TOWN), staff("supervisor", COUNTY), DISABLED, WANG):
        with pytest.raises(Forbidden):
            await collecting.turn_on(actor, KIND, LAW, "残联")
        with pytest.raises(Forbidden):
            await collecting.turn_off(actor, KIND, "停止")
    assert await collecting.seen_by(ADMIN, HOME) == frozenset()


async def test_there_is_nothing_to_decide_of_other_elements_or_of_none(collecting):
    for key in ("person.phone", "person.shoe_size", ""):
        with pytest.raises(NotFound):
            await collecting.turn_on(ADMIN, key, LAW, "残联")
    with pytest.raises(Invalid):
        await collecting.turn_off(ADMIN, KIND, "停止")
    await collecting.turn_on(ADMIN, KIND, LAW, "残联")
    with pytest.raises(Invalid):
        await collecting.turn_off(ADMIN, KIND, "  ")


async def test_two_who_decide_at_once_do_not_overwrite_each_other(collecting):
    answers = await asyncio.gather(
        *(collecting.turn_on(ADMIN, KIND, LAW, line) for line in ("残联", "民政", "卫健") * 2),
        return_exceptions=True,
    )
    made = [each for each in answers if not isinstance(each, SaobanError)]
    assert all(isinstance(each, Conflict) for each in answers if each not in made)
    decided = (await collecting.element(ADMIN, KIND)).decisions
    assert sorted(each.version for each in decided) == list(range(1, len(made) + 1))


async def test_a_grid_worker_is_described_what_she_may_take_with_rules_and_codes(collecting):
    told = await collecting.described(WANG, HOME)
    by_key = {each.key: each for each in told.elements}
    assert not [each for each in told.elements if each.level == 3]
    assert by_key["house.livestock"].columns[1].max == 999999
    assert by_key["person.birth_date"].max == "today"
    assert (by_key["house.net_income"].takes, by_key["person.phone"].takes) == (False, True)
    lists = {each.name: each for each in told.lists}
    assert [code.code for code in lists["户口性质"].codes if code.retired] == ["2", "3"]
    assert set(told.modules) == {each.module for each in told.elements}
    assert {each.codes for each in told.elements if each.codes} <= set(lists)


async def test_the_description_is_plain_json_and_comes_back_whole(collecting):
    told = await collecting.described(WANG, HOME)
    sent = msgspec.json.encode(told)
    assert msgspec.json.decode(sent, type=Dictionary) == told
    assert len(sent) < 120_000


async def test_a_line_is_described_its_modules_alone(collecting):
    told = await collecting.described(staff("clerk", TOWN, "林业"), HOME)
    assert {each.module for each in told.elements} == {"house_basic", "house_resource", "person_basic"}
    assert (await collecting.described(staff("clerk", "529901102"), HOME)).elements == ()


async def test_the_dictionary_is_read_module_by_module(collecting):
    first = await collecting.module(ADMIN)
    assert (first.module, len(first.entries), len(first.modules)) == ("house_basic", 36, 17)
    assert sum(each.count for each in first.modules) == 322
    health = await collecting.module(ADMIN, "person_health")
    assert {each.key for each in health.entries if not each.on} == {
        key for key, each in ELEMENTS.by_key.items() if each.strict and each.module == "person_health"
    }
    with pytest.raises(NotFound):
        await collecting.module(ADMIN, "person_shoes")
    with pytest.raises(Forbidden):
        await collecting.module(DISABLED)
