"""What a search means: numbers by their form, addresses by the names of places, everything else a name."""

from __future__ import annotations

import pytest

from models.areas.repository import AreaRepository
from models.areas.service import Areas
from models.base.errors import Invalid
from models.registry.sought import read
from server.demo import county

COUNTY, TOWN, QIULIN, GRID = "529901", "529901101", "529901101201", "529901101201G01"


@pytest.fixture
def areas(io_loop, database):
    async def filled():
        repository = AreaRepository(database)
        await repository.put_new(county.areas())
        found = Areas(repository)
        await found.reload()
        return found

    return io_loop.run_sync(filled)


@pytest.mark.parametrize(
    ("typed", "by"),
    [("陈桂兰", "name"), ("11010119430308002x", "id_number"), ("138 1234 5678", "phone"), ("0874-8123456", "phone"),
     ("丘林村三组12", "address"), ("丘林村", "address"), ("欧阳村", "name")],
)  # fmt: skip
def test_what_is_typed_is_understood_by_its_form(areas, typed, by):
    assert read(typed, "auto", COUNTY, areas).by == by


@pytest.mark.parametrize("typed", ["大关镇丘林村三组12", "丘林村三组 12", "丘林村3组１２", "丘林村三组12号"])
def test_an_address_is_found_however_it_is_written(areas, typed):
    sought = read(typed, "auto", COUNTY, areas)
    assert sought.area == "52990110120103"
    assert sought.starts[0] == "大关镇丘林村三组12号"


def test_a_door_alone_is_looked_for_in_every_group_of_ones_village(areas):
    sought = read("12", "address", QIULIN, areas)
    assert (sought.area, len(sought.starts)) == (QIULIN, 12)


def test_a_grid_worker_looks_for_doors_in_his_grid_alone(areas):
    for typed in ("三组12", "五组12", "丘林村"):
        assert read(typed, "auto", GRID, areas).area == GRID


def test_a_village_of_another_town_is_no_place_here(areas):
    assert read("石门村一组3", "auto", TOWN, areas).area == TOWN


def test_groups_of_the_same_name_are_all_looked_through(areas):
    sought = read("三组12", "auto", TOWN, areas)
    assert (sought.area, len(sought.starts)) == (TOWN, 8)


@pytest.mark.parametrize(
    ("typed", "by", "code"),
    [("", "auto", "required"), ("陈", "name", "name.short"), ("1101011943", "id_number", "id_number.form"),
     ("1381234", "phone", "phone.form"), ("12", "address", "address.wide")],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_said_beside_the_field(areas, typed, by, code):
    with pytest.raises(Invalid) as refused:
        read(typed, by, COUNTY, areas)
    assert [(each.field, each.code) for each in refused.value.problems] == [("q", code)]
