from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from models.base.actor import ANONYMOUS
from models.base.errors import Forbidden, NotFound

from .conftest import CHEN, CHEN_HOME, LI, LI_HOME, NOON, SUN, WANG, ZHAO


@pytest.mark.parametrize("actor", [CHEN, WANG, ZHAO], ids=lambda actor: actor.name)
@pytest.mark.gen_test
async def test_who_belongs_to_it_or_works_for_it_sees_the_household(households, actor):
    home = await households.for_actor(actor, CHEN_HOME)
    assert home.head.name == "陈桂兰"
    assert home.grid == "529901101201G01"


@pytest.mark.parametrize(
    "actor",
    [LI, SUN, ANONYMOUS, msgspec.structs.replace(CHEN, level="L1"), msgspec.structs.replace(WANG, area="")],
    ids=["李明", "孙外人", "nobody", "L1", "staff without an area"],
)
@pytest.mark.gen_test
async def test_who_may_not_see_it_cannot_tell_whether_it_exists(households, actor):
    with pytest.raises(NotFound) as hidden:
        await households.for_actor(actor, CHEN_HOME)
    with pytest.raises(NotFound) as missing:
        await households.for_actor(actor, "529901101201039999")
    assert (hidden.value.code, hidden.value.message) == (missing.value.code, missing.value.message)


@pytest.mark.gen_test
async def test_a_grid_worker_pages_through_her_own_grid_only(households):
    assert [home.id for home in await households.in_area(WANG, WANG.area)] == [CHEN_HOME]
    for area in ("529901101202G01", "529901101", "529901", "529999"):
        with pytest.raises(Forbidden):
            await households.in_area(WANG, area)


@pytest.mark.gen_test
async def test_pages_follow_each_other_without_gap_or_overlap(households):
    first = await households.in_area(ZHAO, "529901", limit=1)
    second = await households.in_area(ZHAO, "529901", after=first[-1].id, limit=1)
    third = await households.in_area(ZHAO, "529901", after=second[-1].id, limit=1)
    assert [home.id for home in first + second + third] == [CHEN_HOME, LI_HOME]


@pytest.mark.gen_test
async def test_an_outsider_pages_through_nothing(households):
    assert await households.in_area(SUN, SUN.area) == ()
    with pytest.raises(Forbidden):
        await households.in_area(CHEN, "529901101201G01")


@pytest.mark.gen_test
async def test_the_public_plate_tells_address_and_place_and_nobody(households):
    plate = await households.public(CHEN_HOME)
    assert (plate.address, plate.village, plate.group) == ("大关镇丘林村三组12号", "丘林村", "三组")
    assert "陈桂兰" not in msgspec.json.encode(plate).decode()


@pytest.mark.gen_test
async def test_a_plate_of_no_household_is_not_found(households):
    with pytest.raises(NotFound):
        await households.public("529901101201039999")


@pytest.mark.gen_test
async def test_a_dossier_is_a_person_with_her_household(households):
    dossier = await households.dossier("p-chen")
    assert (dossier.person.id, dossier.household.id) == ("p-chen", CHEN_HOME)
    assert (await households.of_person("p-zhou")).id == CHEN_HOME
    assert await households.of_person("p-nobody") is None
    with pytest.raises(NotFound):
        await households.dossier("p-nobody")


@pytest.mark.gen_test
async def test_a_visit_yields_to_the_counter_and_not_to_the_resident(households):
    later = NOON + timedelta(days=1)
    assert await households.record(CHEN_HOME, "house.structure", "1", "self", later, "p-chen") == "proposed"
    assert await households.record(CHEN_HOME, "house.structure", "3", "counter", later, "clerk") == "recorded"
    home = await households.for_actor(CHEN, CHEN_HOME)
    assert (home.value("house.structure").v, home.held.proposals) == ("3", ())


@pytest.mark.gen_test
async def test_the_head_s_phone_is_sealed_at_rest(households, database):
    raw = str(await database.collection("households").find_one({"_id": CHEN_HOME}))
    assert "19900000001" not in raw
    assert (await households.for_actor(CHEN, CHEN_HOME)).value("house.head_phone").v == "19900000001"
