"""Life events over HTTP: reported once, reviewed, followed up, taken back; who sees which, and what is refused."""

from __future__ import annotations

import asyncio

import pytest

from models.base.idnumber import checksum
from tests.handlers.filing import allowance
from tests.handlers.life import HERE, home_of, order, report

pytestmark = pytest.mark.gen_test(timeout=30)

NUMBERS = iter(range(50, 499))


def newcomer(name="石小花", sex="2", **more):
    """Somebody nobody knows yet, with an ID number that holds."""
    first = f"52990119850607{next(NUMBERS) * 2 + (sex == '1'):03d}"
    return {"name": name, "id_number": first + checksum(first), **more}


async def houses(town, count=2, area="529901101"):
    """Some households of 大关镇 that nobody else's test uses."""
    actor = town.home.sessions.actor_of(await town.staff("clerk.daguan"))
    found = await town.home.households.in_area(actor, area)
    taken = {await home_of(town, door.code) for door in (town.chen, town.li)}
    return [each for each in found if each.id not in taken][:count]


async def door_here(town, at):
    """A door of 大关镇 that is neither 陈桂兰's nor 李明's."""
    doors = [each for each in town.report.doors if each.code not in {town.chen.code, town.li.code}]
    return [
        each for each in doors if (await home_of(town, each.code)) in {h.id for h in await houses(town, 9)}
    ][at]


async def members(town, code):
    home = await town.home.households.get(code)
    return {each.name: each.relation for each in home.members}


async def added(town, home, **more):
    """Somebody new in a household: her event, and her id."""
    told = await report(
        town, order("person.add", household=home.id, relation="80", newcomer=newcomer(), **more)
    )
    assert told.status == 201, told.body
    [person] = told.body["names"]
    return told.body, person


async def test_a_newcomer_is_on_record_in_her_household_with_every_value_in_the_history(town):
    home, _ = await houses(town)
    event, person = await added(town, home)
    her = await town.built.registry.people.get(person)
    assert (her.name, her.household, her.areas, her.relation) == ("石小花", home.id, home.areas, "80")
    assert (await members(town, home.id))["石小花"] == "80"
    changes = await town.built.registry.history.of_owners([person])
    assert {"person.name", "person.id_no", "person.relation_to_head"} <= {each.entry.key for each in changes}
    assert {each.entry.ground for each in changes} == {"组长说明"}


async def test_the_same_operation_again_gives_the_same_event_and_another_one_is_refused(town):
    home, _ = await houses(town)
    sent = order("person.add", household=home.id, relation="80", newcomer=newcomer())
    first, again = await report(town, sent), await report(town, sent)
    assert (first.body["id"], first.body["names"]) == (again.body["id"], again.body["names"])
    other = await report(town, {**sent, "relation": "99"})
    assert (other.status, other.body["error"]["code"]) == (409, "operation.other")


async def test_of_two_at_the_same_time_with_one_number_one_is_done(town):
    home, other = await houses(town)
    new = newcomer()
    told = await asyncio.gather(*(
        report(town, order("person.add", household=each.id, relation="80", newcomer=new)) for each in (home, other)
    ))  # fmt: skip
    assert sorted(each.status for each in told) == [201, 409]


async def test_five_newcomers_at_once_are_all_members_afterwards(town):
    home, _ = await houses(town)
    before = len(await members(town, home.id))
    told = await asyncio.gather(*(
        report(town, order("person.add", household=home.id, relation="80", newcomer=newcomer(f"石小{word}")))
        for word in "一二三四五"
    ))  # fmt: skip
    assert [each.status for each in told] == [201] * 5
    assert len(await members(town, home.id)) == before + 5


async def test_somebody_moves_between_households_and_her_old_slip_is_good_for_nothing(town):
    door = await door_here(town, 0)
    home = await home_of(town, door.code)
    other = next(each for each in await houses(town, 6) if each.id != home)
    token = await town.l2(door)
    person = town.home.sessions.actor_of(token).person
    her = await town.built.registry.people.get(person)
    staff = {"who": {"id_number": her.id_number, "name": her.name}}
    rest = [each for each in (await town.home.households.get(home)).members if each.person != person]
    more = {}
    if her.relation == "02" and rest:
        more = {"head": rest[0].person, "relations": {each.person: "80" for each in rest[1:]}}
    told = await report(
        town, order("person.move", household=other.id, relation="80", **staff, **more), "reviewer.daguan"
    )
    assert told.status == 201, told.body
    assert told.body["followed"]["sessions"] >= 1
    assert (await town.get("/my", token)).status == 401
    proof = {"pin": door.pin, "code": door.code}
    assert (await town.post("/login/confirm", proof, await town.l1(door))).status == 401
    assert (await town.built.registry.people.get(person)).former == home


async def test_a_death_counts_when_a_second_person_has_looked(town):
    home, _ = await houses(town)
    _, person = await added(town, home)
    told = await report(
        town, order("person.death", who={"person": person}, on="2026-01-05", paper="death"), "reviewer.daguan"
    )
    event = told.body["id"]
    assert (told.body["state"], (await town.built.registry.people.get(person)).state) == ("waiting", "")
    own = await town.post(f"{HERE}/{event}/confirm", {}, await town.staff("reviewer.daguan"))
    assert (own.status, own.body["error"]["code"]) == (403, "event.own")
    waiting = (await town.get(f"{HERE}?view=waiting", await town.staff("approver.daguan"))).body["events"]
    assert event in [each["id"] for each in waiting]
    done = await town.post(f"{HERE}/{event}/confirm", {}, await town.staff("approver.daguan"))
    assert (done.status, done.body["state"]) == (200, "done")
    her = await town.built.registry.people.get(person)
    assert (her.state, her.household, her.text("person.died_on")) == ("dead", "", "2026-01-05")
    again = await town.post(f"{HERE}/{event}/confirm", {}, await town.staff("approver.daguan"))
    assert again.status == 409


async def test_a_death_that_is_not_so_says_why(town):
    home, _ = await houses(town)
    _, person = await added(town, home)
    told = await report(town, order("person.death", who={"person": person}))
    where, reviewer = f"{HERE}/{told.body['id']}/refuse", await town.staff("reviewer.daguan")
    assert (await town.post(where, {}, reviewer)).status == 422
    refused = await town.post(where, {"reason": "本人昨天还来过"}, reviewer)
    assert (refused.body["state"], refused.body["reason"]) == ("refused", "本人昨天还来过")
    assert (await town.built.registry.people.get(person)).state == ""


async def test_a_family_splits_off_into_a_household_with_a_code_of_its_own(town):
    home = next(each for each in await houses(town, 6) if len(each.members) > 1)
    leaver = home.members[-1]
    place = {"group": home.areas[3], "grid": home.areas[4], "address": "新屋1号"}
    sent = order(
        "household.split", household=home.id, members=[leaver.person], head=leaver.person, place=place
    )
    told = await report(town, sent)
    assert told.status == 201, told.body
    new = next(each for each in told.body["after"]["rolls"] if each["address"] == "新屋1号")
    assert new["household"].startswith(home.areas[3])
    assert await members(town, new["household"]) == {leaver.name: "02"}
    second = await report(town, order("household.add", place=place, newcomer=newcomer("石新来")))
    codes = [each["household"] for each in second.body["after"]["rolls"]]
    assert codes == [f"{int(new['household']) + 1:018d}"]


async def test_an_event_is_taken_back_with_its_values_and_only_while_nothing_followed(town):
    home, other = await houses(town)
    event, person = await added(town, home)
    moved = await report(
        town, order("person.move", who={"person": person}, household=other.id, relation="80")
    )
    clerk = await town.staff("clerk.daguan")
    blocked = await town.post(f"{HERE}/{event['id']}/undo", {"reason": "填错了"}, clerk)
    assert (blocked.status, blocked.body["error"]["code"]) == (409, "event.overtaken")
    back = await town.post(f"{HERE}/{moved.body['id']}/undo", {"reason": "填错了"}, clerk)
    assert (back.status, back.body["state"]) == (200, "undone")
    her = await town.built.registry.people.get(person)
    assert (her.household, her.text("person.residence_address")) == (home.id, home.address)
    assert "石小花" in await members(town, home.id)


async def test_somebody_of_another_town_sees_neither_the_event_nor_the_household(town):
    home, _ = await houses(town)
    event, person = await added(town, home)
    outsider = await town.staff("clerk.qingxi")
    assert (await town.get(f"{HERE}/{event['id']}", outsider)).status == 404
    told = await report(town, order("person.left", who={"person": person}, where="外省"), "clerk.qingxi")
    assert told.status == 404
    guess = {"id_number": newcomer()["id_number"], "name": "石小花"}
    unknown = await report(town, order("person.left", who=guess, where="外省"), "clerk.qingxi")
    assert unknown.body["error"]["fields"][0]["code"] == "who.unknown"


async def test_a_look_beforehand_changes_nothing(town):
    home, _ = await houses(town)
    before = await members(town, home.id)
    sent = order("person.add", household=home.id, relation="80", newcomer=newcomer("石预览"))
    told = await town.post(f"{HERE}?preview=1", sent, await town.staff("clerk.daguan"))
    assert (told.status, list(told.body["names"].values())) == (200, ["石预览"])
    assert await members(town, home.id) == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"op": "short"}, "op"),
        ({"ground": ""}, "ground"),
        ({"on": "昨天"}, "on"),
        ({"paper": "x"}, "paper"),
        ({"relation": ""}, "relation"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(town, changed, field):
    home, _ = await houses(town)
    sent = order("person.add", household=home.id, relation="80", newcomer=newcomer())
    told = await report(town, {**sent, **changed})
    assert (told.status, [each["field"] for each in told.body["error"]["fields"]]) == (422, [field])


async def test_every_look_and_change_is_on_record_for_whom_it_concerns(town):
    home, _ = await houses(town)
    event, person = await added(town, home)
    await town.get(f"{HERE}/{event['id']}", await town.staff("approver.daguan"))
    looks = await town.home.audit.looks_at(person)
    assert {(each.act, each.noun) for each in looks} >= {("change", "event"), ("view", "event")}


async def test_after_a_death_everything_in_her_name_ends_and_her_benefits_are_pointed_out(town):
    door = town.chen
    token = await town.l2(door)
    filed = await allowance(town, token)
    person = town.home.sessions.actor_of(token).person
    home = await town.home.households.get(await home_of(town, door.code))
    rest = [each for each in home.members if each.person != person]
    more = {"head": rest[0].person, "relations": {each.person: "80" for each in rest[1:]}} if rest else {}
    told = await report(town, order("person.death", who={"person": person}, **more))
    assert told.status == 201, told.body
    done = await town.post(f"{HERE}/{told.body['id']}/confirm", {}, await town.staff("approver.daguan"))
    assert done.body["followed"]["sessions"] >= 1
    assert (await town.get("/my", token)).status == 401
    assert (
        await town.post("/login/confirm", {"pin": door.pin, "code": door.code}, await town.l1(door))
    ).status == 401
    page = await town.get(f"{HERE}/{told.body['id']}", await town.staff("clerk.daguan"), Accept="text/html")
    assert filed["case_no"] in page.body.decode()
