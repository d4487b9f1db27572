"""The history: written with the change or not at all, sealed, and told again until it got out."""

from __future__ import annotations

import asyncio

import pytest
from pymongo.errors import OperationFailure

from models.base.errors import Unavailable
from models.history.change import UNDO
from models.history.repository import SCHEMA
from models.people.person import PHONE
from tests.models.hall import CHEN_HOME

pytestmark = pytest.mark.gen_test(timeout=20)

NEW = "13900001111"


async def moved(hall, value=NEW, source="counter"):
    return await hall.people.record("p-chen", PHONE, value, source, hall.clock(), "a-clerk")


async def test_a_change_says_from_what_to_what_by_whom_and_when(hall):
    await moved(hall)
    [change] = await hall.history.of_owners(["p-chen"])
    entry = change.entry
    assert (entry.kind, entry.before.v, entry.before.source, entry.after.v) == (
        "recorded",
        "19900000001",
        "import",
        NEW,
    )
    assert (entry.by, entry.at, change.areas[0]) == ("a-clerk", hall.clock(), "529901")


async def test_what_cannot_be_written_down_is_not_changed(hall):
    database = hall.database.collection("registry_changes").database
    strict = {**SCHEMA, "properties": {**SCHEMA["properties"], "by": {"enum": ["nobody"]}}}
    await database.command("collMod", "registry_changes", validator={"$jsonSchema": strict})
    with pytest.raises(OperationFailure):
        await moved(hall)
    await database.command("collMod", "registry_changes", validator={"$jsonSchema": SCHEMA})
    assert ((await hall.people.get("p-chen")).phone, (await hall.people.get("p-chen")).rev) == (
        "19900000001",
        0,
    )


async def test_changes_at_once_leave_an_entry_each_in_an_unbroken_line(hall):
    await asyncio.gather(*(moved(hall, f"1390000111{n}", "shared") for n in range(6)), return_exceptions=True)
    changes = await hall.history.of_owners(["p-chen"])
    steps = {change.entry.after.v: change.entry.before.v for change in changes}
    value = (await hall.people.get("p-chen")).phone
    for _ in changes:  # back from the value of now to the one of before, leaving none out
        value = steps[value]
    assert value == "19900000001"


async def test_numbers_and_grounds_lie_sealed(hall):
    await moved(hall)
    raw = await hall.raw("registry_changes")
    assert NEW not in raw
    assert "19900000001" not in raw


async def test_a_gateway_that_is_away_is_tried_again(hall):
    await moved(hall)
    hall.phones.trouble = Unavailable()
    await hall.outcomes.run_once()
    hall.phones.trouble = None
    assert await hall.outcomes.run_once() == 0  # not yet
    hall.clock.on(seconds=61)
    await hall.outcomes.run_once()
    assert {phone for phone, _ in hall.phones.sent} == {"19900000001", NEW}


async def test_a_house_is_told_of_nothing(hall):
    await hall.households.record(CHEN_HOME, "house.structure", "1", "counter", hall.clock(), "a-clerk")
    hall.clock.on(seconds=UNDO.total_seconds() + 1)
    assert await hall.outcomes.run_once() == 0
