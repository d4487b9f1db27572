"""Changes of the registry reach what this process remembers."""

from __future__ import annotations

import asyncio

import pytest

from models.base.clock import now
from models.people.service import People


async def becomes(read, wanted) -> bool:
    """Whether ``read()`` gives ``wanted`` within a second or so."""
    for _ in range(60):
        if await read() == wanted:
            return True
        await asyncio.sleep(0.025)
    return False


async def remembered(town, code: str):
    """A landing that is given from memory: changes are being followed, those of the filling are through."""
    landing = await town.home.landings.of(code)
    while landing is not (landing := await town.home.landings.of(code)):
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)
    return await town.home.landings.of(code)


@pytest.mark.gen_test(timeout=20)
async def test_a_households_new_address_is_on_its_door_and_other_doors_stay_in_memory(town):
    async def address() -> str:
        return (await town.get(f"/q/{town.chen.code}")).body["address"]

    assert await becomes(address, "大关镇丘林村三组12号")
    other = await remembered(town, town.li.code)
    household = (await town.home.codes.get(town.chen.code)).target.household
    await town.built.database.collection("households").update_one(
        {"_id": household}, {"$set": {"address": "大关镇丘林村三组12号之一"}}
    )
    assert await becomes(address, "大关镇丘林村三组12号之一")
    assert await town.home.landings.of(town.li.code) is other


@pytest.mark.gen_test(timeout=20)
async def test_a_members_new_name_is_in_the_next_form_of_the_family(town):
    token = await town.l2(town.chen)

    async def second_member() -> str:
        form = (await town.get(f"/apply/{town.chen.code}/dibao", token)).body["form"]
        fields = {field["key"]: field for section in form["sections"] for field in section["fields"]}
        return fields["members"]["value"][1]["name"]

    assert await becomes(second_member, "周建国")
    household = (await town.home.codes.get(town.chen.code)).target.household
    zhou = (await town.built.registry.household_repository.of_id(household)).members[1]
    people = People(town.built.registry.people_repository, town.built.registry.history)
    await people.record(zhou.person, "person.name", "周建军", "shared", now(), "户籍登记")
    assert await becomes(second_member, "周建军")
