"""What was written is looked over: contradictions come and go by themselves, sums follow, whoever dies or comes second."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.people.edits import Decision, confirm
from tests.models.hall import CHEN_HOME, CLERK, LI_HOME, REVIEWER, SUN_CLERK, WANG, ZHAO

pytestmark = pytest.mark.gen_test(timeout=20)

TOWN, VILLAGE = "529901101", "529901101201"
BIRTH, SEX = "person.birth_date", "person.sex"


async def write(hall, person="p-chen", **values):
    for key, value in values.items():
        hall.clock.on(seconds=1)
        await hall.people.record(person, f"person.{key}", value, "counter", hall.clock(), "a-clerk")


async def codes(desk, state="open", actor=CLERK):
    return {each.code: each for each in (await desk.quality.findings(actor, state=state)).rows}


async def test_a_birth_date_against_the_id_number_is_found_and_goes_when_it_is_mended(hall, desk):
    await write(hall, birth_date="1950-01-01")
    await desk.judging.run_once()
    found = (await codes(desk))["birth.id"]
    assert (found.household, found.of, found.state) == (CHEN_HOME, "p-chen", "open")
    await write(hall, birth_date="1943-03-08")
    await desk.judging.run_once()
    assert "birth.id" not in await codes(desk)
    assert (await codes(desk, "mended"))["birth.id"].forget_at > hall.clock()


async def test_what_comes_back_is_open_again(hall, desk):
    for date in ("1950-01-01", "1943-03-08", "1950-01-01"):
        await write(hall, birth_date=date)
        await desk.judging.run_once()
    assert (await codes(desk))["birth.id"].forget_at is None


async def test_somebody_in_two_houses_is_found_in_both(hall, desk):
    home = await hall.households.get(LI_HOME)
    chen = (await hall.households.get(CHEN_HOME)).members[1]
    await hall.household_repository.change(
        msgspec.structs.replace(home, members=(*home.members, chen), rev=home.rev + 1), home.rev
    )
    await desk.judging.run_once()
    assert (await codes(desk))["member.twice"].household == LI_HOME
    await write(hall, "p-zhou", used_name="周建")
    await desk.judging.run_once()
    both = (await desk.quality.findings(CLERK)).rows
    assert {each.household for each in both if each.code == "member.twice"} == {LI_HOME, CHEN_HOME}


async def test_a_corrected_name_reaches_the_list_of_members(hall, desk):
    await write(hall, name="陈桂蓝")
    await desk.judging.run_once()
    await desk.judging.run_once()
    assert (await hall.households.get(CHEN_HOME)).members[0].name == "陈桂蓝"
    assert await hall.households.unjudged(5) == []


async def test_two_heads_and_none_are_found(hall, desk):
    for relations, code in ((("02", "02"), "head.two"), (("10", "22"), "head.none")):
        home = await hall.households.get(CHEN_HOME)
        members = tuple(
            msgspec.structs.replace(each, relation=relation)
            for each, relation in zip(home.members, relations, strict=True)
        )
        await hall.household_repository.change(
            msgspec.structs.replace(home, members=members, rev=home.rev + 1), home.rev
        )
        await desk.judging.run_once()
        assert code in await codes(desk)


async def test_what_is_explained_stays_so_until_it_says_something_else(hall, desk):
    await write(hall, birth_date="1950-01-01")
    await desk.judging.run_once()
    found = (await codes(desk))["birth.id"]
    await desk.quality.explain(CLERK, found.id, "看过户口簿，以户口簿为准")
    await write(hall, used_name="陈兰")
    await desk.judging.run_once()
    kept = (await codes(desk, "explained"))["birth.id"]
    assert (kept.said, kept.by_name) == ("看过户口簿，以户口簿为准", "李办事")
    await desk.quality.reopen(REVIEWER, found.id)
    assert "birth.id" in await codes(desk)


async def test_an_explanation_is_sealed_at_rest(hall, desk):
    await write(hall, birth_date="1950-01-01")
    await desk.judging.run_once()
    await desk.quality.explain(CLERK, (await codes(desk))["birth.id"].id, "看过户口簿，以户口簿为准")
    rows = await hall.database.collection("registry_findings").find({}).to_list(None)
    assert "户口簿" not in str(rows)


async def test_two_who_explain_at_once_are_told_and_an_empty_reason_is_refused(hall, desk):
    await write(hall, birth_date="1950-01-01")
    await desk.judging.run_once()
    found = (await codes(desk))["birth.id"].id
    with pytest.raises(Invalid):
        await desk.quality.explain(CLERK, found, " ")
    said = await asyncio.gather(
        *(desk.quality.explain(each, found, "看过户口簿") for each in (CLERK, REVIEWER)),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in said) == ["Conflict", "Kept"]
    with pytest.raises(Conflict):
        await desk.quality.explain(CLERK, found, "看过户口簿")


async def test_neither_the_other_town_nor_another_line_settles_or_sees_it(hall, desk):
    await write(hall, birth_date="1950-01-01")
    await desk.judging.run_once()
    found = (await codes(desk))["birth.id"].id
    water = msgspec.structs.replace(CLERK, departments=("供水",))
    for outsider in (SUN_CLERK, water):
        with pytest.raises(NotFound):
            await desk.quality.explain(outsider, found, "看过户口簿")
    assert "birth.id" not in await codes(desk, actor=water)
    with pytest.raises(Forbidden):
        await desk.quality.explain(ZHAO, found, "看过户口簿")


async def test_sums_follow_what_is_written(hall, desk):
    before = (await desk.quality.of(CLERK)).whole
    await write(hall, id_valid_until="2036-03-08")
    await desk.judging.run_once()
    after = (await desk.quality.of(CLERK)).whole
    filled = [{each.module: each.filled for each in row.modules}["person_basic"] for row in (before, after)]
    assert filled[1] == filled[0] + 1
    assert (after.households, after.people) == (before.households, before.people) == (2, 3)


async def test_every_place_adds_up_to_the_one_above_it(desk):
    town = await desk.quality.of(CLERK)
    for row in (*town.places,):
        inner = await desk.quality.of(CLERK, row.area)
        assert (inner.whole.households, inner.whole.modules) == (row.households, row.modules)
    assert sum(row.households for row in town.places) == town.whole.households


async def test_a_grid_worker_counts_his_grid_alone(desk):
    found = await desk.quality.of(WANG)
    assert (found.whole.households, found.places, found.lists) == (1, (), True)
    with pytest.raises(Forbidden):
        await desk.quality.of(WANG, VILLAGE)


async def test_a_line_sees_its_modules_alone(desk):
    farming = msgspec.structs.replace(CLERK, departments=("农业农村",))
    assert "person_health" not in (await desk.quality.of(farming)).modules
    with pytest.raises(NotFound):
        await desk.quality.lacking(farming, VILLAGE, "person_health")


async def test_the_households_that_lack_something_are_listed_from_the_village_down(desk):
    found = await desk.quality.lacking(CLERK, VILLAGE, "house_income")
    assert [each.household for each in found.rows] == [CHEN_HOME]
    with pytest.raises(Invalid):
        await desk.quality.lacking(CLERK, TOWN, "house_income")


async def test_what_is_old_is_listed_until_it_is_found_unchanged(hall, desk):
    hall.clock.on(days=500)
    assert [
        each.household for each in (await desk.quality.lacking(CLERK, VILLAGE, "person_basic", "stale")).rows
    ]
    made = Decision("a-wang", hall.clock(), "无变化")
    for person in ("p-chen", "p-zhou"):
        await hall.people.edit(person, lambda held: confirm(held, held.values, "visit", made))
    await desk.judging.run_once()
    assert (await desk.quality.lacking(CLERK, VILLAGE, "person_basic", "stale")).rows == ()


async def test_a_process_that_dies_before_the_end_forgets_nothing(hall, desk, monkeypatch):
    await write(hall, birth_date="1950-01-01")

    async def dies(*_):
        raise ConnectionError

    monkeypatch.setattr(desk.marks, "put", dies)
    with pytest.raises(ConnectionError):
        await desk.judging.run_once()
    monkeypatch.undo()
    assert await desk.again.run_once() == 1
    assert "birth.id" in await codes(desk)


async def test_a_change_that_comes_while_it_is_looked_over_waits_for_another_look(hall, desk, monkeypatch):
    await write(hall, used_name="陈兰")
    judge = desk.judging._judge

    async def meanwhile(home, people):
        made = await judge(home, people)
        await write(hall, birth_date="1950-01-01")
        return made

    monkeypatch.setattr(desk.judging, "_judge", meanwhile)
    await desk.judging._look_over([CHEN_HOME])
    monkeypatch.undo()
    await desk.judging.run_once()
    assert "birth.id" in await codes(desk)
    assert await hall.people.unjudged(5) == []


async def test_two_processes_at_once_find_everything_once(hall, desk):
    await write(hall, birth_date="1950-01-01")
    await asyncio.gather(desk.judging.run_once(), desk.again.run_once())
    assert len([each for each in (await desk.quality.findings(CLERK)).rows if each.code == "birth.id"]) == 1


async def test_what_only_time_changes_is_looked_at_after_a_month(hall, desk):
    hall.clock.on(days=1)
    assert await desk.judging.run_once() == 0
    hall.clock.on(days=30)
    assert await desk.judging.run_once() == 2


@pytest.mark.parametrize("gone", ["deleted", "merged"])
async def test_a_household_that_is_gone_leaves_no_mark_and_no_sum(hall, desk, gone):
    homes = hall.database.collection("households")
    await hall.database.collection("people").update_many({"household": LI_HOME}, {"$set": {"unjudged": True}})
    if gone == "deleted":
        await homes.delete_one({"_id": LI_HOME})
    else:
        stands = {"state": "merged", "into": CHEN_HOME, "areas": [], "members": []}
        await homes.update_one({"_id": LI_HOME}, {"$set": stands})
    await desk.judging.run_once()
    assert (await desk.quality.of(CLERK)).whole.households == 1
