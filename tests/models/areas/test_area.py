from __future__ import annotations

import pytest

from models.areas.area import chain_of, lay_out, level_of, parent_of, place


def test_a_group_lies_in_village_town_and_county():
    assert chain_of("52990110120103") == ("529901", "529901101", "529901101201", "52990110120103")


def test_a_grid_lies_beside_the_groups_of_its_village():
    assert level_of("529901101201G01") == "grid"
    assert parent_of("529901101201G01") == "529901101201"


def test_a_household_lies_in_its_group_and_its_grid():
    assert place("52990110120103", "529901101201G01")[3:] == ("52990110120103", "529901101201G01")


def test_a_group_and_a_grid_of_two_villages_do_not_meet():
    with pytest.raises(ValueError, match="not of one village"):
        place("52990110120103", "529901101202G01")


@pytest.mark.parametrize("code", ["", "5299", "52990A", "529901101201X01", "５２９９０１", "529901101201G0A"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(ValueError, match="not an area code"):
        level_of(code)


def test_names_run_together_from_the_county_down():
    areas = lay_out([("529901", "云岭县"), ("529901101", "大关镇"), ("529901101201", "丘林村")])
    assert areas[-1].full_name == "云岭县大关镇丘林村"


def test_a_child_without_its_parent_is_not_laid_out():
    with pytest.raises(KeyError):
        lay_out([("529901101", "大关镇")])
