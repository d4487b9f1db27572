from __future__ import annotations

import pytest

from models.areas.area import lay_out
from models.areas.service import Areas
from models.base.errors import NotFound


@pytest.mark.gen_test
async def test_a_group_says_its_full_name_and_its_chain(areas):
    assert areas.full_name("52990110120103") == "云岭县大关镇丘林村三组"
    assert areas.name_below_county("52990110120103") == "大关镇丘林村三组"
    assert areas.chain("52990110120103")[0] == "529901"


@pytest.mark.gen_test
async def test_the_county_keeps_its_own_name(areas):
    assert areas.name_below_county("529901") == "云岭县"


@pytest.mark.gen_test
async def test_children_come_by_code(areas):
    assert [area.name for area in areas.children("529901101201")] == ["三组", "第一网格"]
    assert [area.name for area in areas.children("")] == ["云岭县"]
    assert areas.children("nowhere") == ()


@pytest.mark.gen_test
async def test_an_unknown_area_is_not_found(areas):
    with pytest.raises(NotFound) as refused:
        areas.get("529902")
    assert refused.value.code == "area.unknown"
    assert "529902" not in areas.names()


@pytest.mark.gen_test
async def test_a_new_area_is_there_after_reloading(areas, area_repository):
    added = await area_repository.put_new(lay_out([("529901", "云岭县"), ("529901102", "清溪镇")]))
    assert (added, areas.has("529901102")) == (1, False)
    await areas.reload()
    assert areas.names()["529901102"] == "云岭县清溪镇"


@pytest.mark.gen_test
async def test_an_empty_county_loads_too(area_repository):
    areas = Areas(area_repository)
    await areas.reload()
    assert areas.names() == {}
