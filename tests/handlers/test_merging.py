"""Two records that are one: found, looked at side by side, merged with everything that names either, and undone."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from models.base.idnumber import checksum
from tests.handlers.filing import allowance
from tests.handlers.life import home_of, order, report
from tests.handlers.test_lifeevents import door_here, houses, members

pytestmark = pytest.mark.gen_test(timeout=30)

HERE = "/desk/registry/merges"
SERIAL = iter(range(50, 499))


def twin(name="石大花", birth="19850608", **more):
    """Somebody whose number is typed a little differently each time."""
    first = f"529901{birth}{next(SERIAL) * 2:03d}"
    return {"name": name, "id_number": first + checksum(first), **more}


async def twins(town, name="石大花", *homes):
    """The same woman on record in two households; the events' people."""
    ids = []
    for home in homes or (await houses(town)):
        told = await report(town, order("person.add", household=home.id, relation="80", newcomer=twin(name)))
        assert told.status == 201, told.body
        ids += list(told.body["names"])
    return ids


async def merge(town, winner, loser, noun="person", by="reviewer.daguan", **more):
    sent = {
        "op": secrets.token_hex(16),
        "noun": noun,
        "winner": winner,
        "loser": loser,
        "ground": "本人到场核对",
    }
    return await town.post(HERE, {**sent, **more}, await town.staff(by))


async def test_namesakes_born_on_one_day_are_found_and_laid_side_by_side(town):
    one, other = await twins(town, "石寻人")
    reviewer = await town.staff("reviewer.daguan")
    found = (await town.get(HERE, reviewer)).body["found"]["pairs"]
    pair = next(each for each in found if {each["one"], each["other"]} == {one, other})
    assert pair["why"] == "姓名和出生日期相同"
    laid = (await town.get(f"{HERE}/person/{one}/{other}", reviewer)).body
    row = next(each for each in laid["rows"] if each["key"] == "person.id_no")
    assert row["picked"] == "loser"  # equally trusted, and newer
    assert row["winner"]["source"] != ""


async def test_the_old_record_leads_to_the_one_that_stays(town):
    one, other = await twins(town)
    before = await town.built.registry.people.get(other)
    told = await merge(town, one, other, picks={"person.id_no": "winner"})
    assert (told.status, told.body["state"]) == (201, "done")
    people = town.built.registry.people
    assert (await people.get(other)).id == one
    assert "石大花" not in await members(town, before.household)
    kept = await people.as_kept(other)
    assert (kept.state, kept.into, kept.areas, kept.household) == ("merged", one, (), "")
    assert await people.names_of(one) == (one, other)


async def test_a_number_that_was_the_old_records_is_free_for_the_one_that_stays(town):
    one, other = await twins(town)
    number = (await town.built.registry.people.get(other)).id_number
    await merge(town, one, other, picks={"person.id_no": "loser"})
    assert (await town.built.registry.people.get(one)).id_number == number


async def test_matters_files_and_mandates_go_with_whoever_they_belong_to(town):
    door = await door_here(town, 0)
    token = await town.l2(town.chen)
    filed = await allowance(town, token)
    chen = town.home.sessions.actor_of(token).person
    [twin_id] = await twins(town, town.chen.resident.name, (await houses(town))[0])
    told = await merge(town, twin_id, chen, picks={"person.id_no": "loser"})
    assert told.status == 422  # she is the head of her household
    told = await merge(town, chen, twin_id, picks={"person.id_no": "loser"})
    assert told.status == 201, told.body
    number = (await town.built.registry.people.get(chen)).id_number
    case = await town.built.database.collection("cases").find_one({"case_no": filed["case_no"]})
    assert case["applicant"]["subject"] == town.home.sessions.subject(number)
    assert told.body["moved"]["cases"] >= 1
    assert (await town.get("/my", token)).status == 401  # she logs in anew, with the number that is right
    undone = await town.post(
        f"{HERE}/{told.body['id']}/undo", {"reason": "不是同一人"}, await town.staff("reviewer.daguan")
    )
    assert (undone.status, undone.body["state"]) == (200, "undone")
    case = await town.built.database.collection("cases").find_one({"case_no": filed["case_no"]})
    assert case["applicant"]["subject"] == town.home.sessions.subject(town.chen.resident.id_number)
    assert (await town.get("/my", await town.l2(town.chen))).status == 200
    assert door


async def test_undoing_restores_both_as_they_were(town):
    one, other = await twins(town)
    people = town.built.registry.people
    was = [await people.get(each) for each in (one, other)]
    told = await merge(town, one, other, picks={"person.id_no": "loser"})
    reviewer = await town.staff("reviewer.daguan")
    assert (await town.post(f"{HERE}/{told.body['id']}/undo", {}, reviewer)).status == 422
    back = await town.post(f"{HERE}/{told.body['id']}/undo", {"reason": "是姐妹俩"}, reviewer)
    assert back.status == 200, back.body
    now = [await people.get(each) for each in (one, other)]
    assert [each.held.values for each in now] == [each.held.values for each in was]
    assert [(each.household, each.relation, each.areas, each.state) for each in now] == [
        (each.household, each.relation, each.areas, each.state) for each in was
    ]
    assert "石大花" in await members(town, was[1].household)
    again = await town.post(f"{HERE}/{told.body['id']}/undo", {"reason": "是姐妹俩"}, reviewer)
    assert (again.status, again.body["error"]["code"]) == (409, "merge.undone")


async def test_what_has_changed_since_is_told_and_nothing_is_undone(town):
    one, other = await twins(town)
    told = await merge(town, one, other, picks={"person.id_no": "loser"})
    await report(town, order("person.left", who={"person": one}, where="外省"))
    reviewer = await town.staff("reviewer.daguan")
    back = await town.post(f"{HERE}/{told.body['id']}/undo", {"reason": "是姐妹俩"}, reviewer)
    assert (back.status, back.body["error"]["code"]) == (409, "merge.overtaken")
    assert "人口变动" in back.body["error"]["reasons"][0]
    assert (await town.built.registry.people.get(other)).id == one


async def test_two_who_merge_the_same_pair_at_once_do_it_once(town):
    one, other = await twins(town)
    told = await asyncio.gather(merge(town, one, other), merge(town, one, other))
    assert sorted(each.status for each in told) in ([201, 404], [201, 409])
    same = {
        "op": secrets.token_hex(16),
        "noun": "person",
        "winner": one,
        "loser": other,
        "ground": "再来一次",
    }
    reviewer = await town.staff("reviewer.daguan")
    assert (await town.post(HERE, same, reviewer)).status == 404


async def test_one_house_on_record_twice_becomes_one_with_all_its_people_and_plates(town):
    door = await door_here(town, 2)
    loser = await town.home.households.get(await home_of(town, door.code))
    place = {"group": loser.areas[3], "grid": loser.areas[4], "address": loser.address}
    new = await report(town, order("household.add", place=place, newcomer=twin("石户主")))
    winner = new.body["after"]["rolls"][0]["household"]
    missing = await merge(town, winner, loser.id, "household")
    fields = {each["field"] for each in missing.body["error"]["fields"]}
    assert fields == {f"relations.{each.person}" for each in loser.members}
    relations = {each.person: "80" for each in loser.members}
    told = await merge(town, winner, loser.id, "household", relations=relations)
    assert told.status == 201, told.body
    assert len(await members(town, winner)) == 1 + len(loser.members)
    assert (await town.home.households.get(loser.id)).id == winner
    assert (await town.home.codes.get(door.code)).target.household == winner  # it had none of its own
    back = await town.post(
        f"{HERE}/{told.body['id']}/undo", {"reason": "两户"}, await town.staff("reviewer.daguan")
    )
    assert back.status == 200, back.body
    assert (await town.home.households.get(loser.id)).members == loser.members
    row = await town.built.database.collection("codes").find_one({"_id": door.code})
    assert row["target"]["household"] == loser.id


@pytest.mark.parametrize(("changed", "field"), [({"op": "short"}, "op"), ({"ground": " "}, "ground")])
async def test_a_merge_says_what_is_missing(town, changed, field):
    one, other = await twins(town, "石缺项")
    told = await merge(town, one, other, **changed)
    assert (told.status, told.body["error"]["field"]) == (422, field)


async def test_nobody_merges_what_lies_elsewhere_or_with_itself(town):
    one, other = await twins(town, "石外人")
    assert (await merge(town, one, other, by="reviewer.qingxi")).status == 404
    assert (await merge(town, one, one)).status == 422
    assert (await merge(town, one, other, by="clerk.daguan")).status == 403
