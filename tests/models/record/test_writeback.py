"""Write-back: answers go to the registry, once, by the order of trust; behind the submission and safe against a crash."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest
from pymongo.errors import WriteError

from models.cases.keeping import LEASE
from models.households.repository import SCHEMA
from models.people.person import PHONE
from tests.models.hall import CHEN_HOME

pytestmark = pytest.mark.gen_test(timeout=20)

NEW_PHONE, NEW_ACCOUNT = "13900002222", "6228480000000000027"


def proved(actor, proof):
    return msgspec.structs.replace(actor, proof=proof)


async def chen(hall):
    return await hall.people.get("p-chen")


@asynccontextmanager
async def homes_refused(hall):
    """While the database takes no change of a household."""
    database = hall.database.collection("households").database
    strict = {**SCHEMA, "properties": {**SCHEMA["properties"], "rev": {"maximum": 0}}}
    await database.command("collMod", "households", validator={"$jsonSchema": strict})
    try:
        yield
    finally:
        await database.command("collMod", "households", validator={"$jsonSchema": SCHEMA})


async def kinds(hall):
    return [each.entry.kind for each in await hall.history.of_owners(["p-chen"])]


async def test_an_answer_that_differs_is_held_afterwards_with_her_as_its_source(hall):
    await hall.file(proved(hall.chen, "pin"), phone=NEW_PHONE)
    assert (await chen(hall)).phone == "19900000001"  # not within the submission
    assert await hall.keeping.run_once() == 1
    value = (await chen(hall)).value(PHONE)
    assert (value.v, value.source, value.by) == (NEW_PHONE, "self", "p-chen")


async def test_what_she_agreed_to_give_for_one_matter_stays_in_it(hall):
    await hall.file(proved(hall.chen, "pin"), account=NEW_ACCOUNT)
    await hall.keeping.run_once()
    assert (await chen(hall)).rev == 0


async def test_what_agrees_leaves_everything_as_it_is(hall):
    await hall.file(proved(hall.chen, "pin"))
    await hall.keeping.run_once()
    assert (await chen(hall)).rev == 0


async def test_a_new_phone_with_a_code_to_the_old_one_waits_for_review(hall):
    await hall.file(proved(hall.chen, "otp"), phone=NEW_PHONE)
    await hall.keeping.run_once()
    person = await chen(hall)
    assert person.phone == "19900000001"
    assert [(wish.key, wish.value.v) for wish in person.held.proposals] == [("person.phone", NEW_PHONE)]


async def test_nothing_overwrites_what_was_seen_at_the_counter(hall):
    await hall.people.record("p-chen", PHONE, "19900000001", "counter", hall.clock(), "a")
    filed = await hall.file(proved(hall.chen, "pin"), phone=NEW_PHONE)
    await hall.keeping.run_once()
    person = await chen(hall)
    assert person.phone == "19900000001"
    assert [(wish.value.v, wish.reason) for wish in person.held.proposals] == [
        (NEW_PHONE, f"办件{filed.case_no}")
    ]


async def test_who_acts_for_her_only_proposes(hall, kin):
    acting = proved(kin.acting(await kin.leave()), "pin")
    await hall.file(acting, phone=NEW_PHONE)
    await hall.keeping.run_once()
    person = await chen(hall)
    assert person.phone == "19900000001"
    assert person.held.proposals[0].name == "陈桂兰（周建国代办）"


async def test_working_it_off_twice_and_by_two_writes_it_once(hall):
    await hall.file(proved(hall.chen, "pin"), phone=NEW_PHONE)
    other = await hall.again()
    await asyncio.gather(hall.keeping.run_once(), other.keeping.run_once())
    assert await hall.keeping.run_once() == 0
    assert (await kinds(hall)).count("recorded") == 1


async def test_a_worker_that_dies_midway_leaves_it_to_the_next(hall):
    await hall.file(proved(hall.chen, "pin"), phone=NEW_PHONE, address="大关镇丘林村三组12号附1")
    async with homes_refused(hall):  # she is written, her house is not
        with pytest.raises(WriteError):
            await hall.keeping.run_once()
    assert (await chen(hall)).phone == NEW_PHONE
    assert await hall.keeping.run_once() == 0  # it is still the dead one's
    hall.clock.on(seconds=LEASE.total_seconds() + 1)
    assert await hall.keeping.run_once() == 1
    assert (await hall.households.get(CHEN_HOME)).value("house.std_address").source == "self"
    assert (await kinds(hall)).count("recorded") == 1


async def test_nobody_s_answers_at_l0_or_l1_go_anywhere(hall):
    await hall.file(hall.anybody, item="lamp", what="灯不亮")
    assert await hall.keeping.run_once() == 0


async def test_her_id_number_is_never_changed_by_a_form(hall):
    await hall.file(proved(hall.chen, "pin"), name="陈桂蓝")
    await hall.keeping.run_once()
    person = await chen(hall)
    assert person.name == "陈桂兰"
    assert [wish.key for wish in person.held.proposals] == ["person.name"]


async def test_what_a_form_says_of_the_house_goes_to_the_house(hall):
    await hall.file(proved(hall.chen, "pin"), address="大关镇丘林村三组12号附1")
    await hall.keeping.run_once()
    home = await hall.households.get(CHEN_HOME)
    assert home.value("house.std_address").v == "大关镇丘林村三组12号附1"
