"""What follows from the rest, with its sources; and that a difference is shown and nothing replaced."""

from __future__ import annotations

import pytest

from models.checks import counts, derived
from models.checks.family import CHILDREN
from models.checks.home import Home, held_of
from tests.models.checks.homes import CHEN_ID, TODAY, chen, codes, home, son, who

AWAY = who("away", "23", "周二", at_home=False)
GUEST = who("guest", "99", "孙外人", resident_kind="2")
DEAD = who("dead", "12", "李", died_on="2020-01-01")


def test_whoever_is_registered_here_is_counted_with_its_source():
    found = derived.registered_count(home(chen(), son(), AWAY, GUEST, DEAD))
    assert found.value == 3
    assert "person.resident_kind" in found.sources


def test_who_is_registered_at_another_house_is_not_registered_here():
    elsewhere = son(household_code="529901101201030099")
    assert derived.registered_count(home(chen(), elsewhere)).value == 1
    assert derived.registered_count(Home("", held_of({}), (chen(), elsewhere))).value == 2


def test_whoever_lives_here_is_resident():
    assert derived.resident_count(home(chen(), son(), AWAY, GUEST, DEAD)).value == 3


def test_children_are_those_of_her_list_or_else_those_of_the_household():
    listed = chen(children=[{"name": "周建国"}, {"name": "周二"}, {"name": "周三"}])
    assert derived.child_count(home(listed, son()), listed, CHILDREN).value == 3
    assert derived.child_count(home(chen(), son(), AWAY), chen(), CHILDREN).value == 2
    assert derived.child_count(home(chen(), GUEST), chen(), CHILDREN) is None
    assert derived.child_count(home(chen(), son()), son(), CHILDREN) is None


def test_net_income_is_the_incomes_less_the_cost_to_the_cent():
    found = derived.net_income(home(wage_income="30000.50", crop_income="2000.00", production_cost="500.25"))
    assert found.value == "31500.25"
    assert found.sources == ("house.wage_income", "house.crop_income", "house.production_cost")
    assert "house.livestock_income" in found.missing


def test_a_year_that_cost_more_than_it_brought_is_negative():
    assert derived.net_income(home(crop_income="100.00", production_cost="400.00")).value == "-300.00"


def test_work_away_from_home_is_a_part_of_the_wages_and_counts_once():
    assert derived.net_income(home(wage_income="3000.00", migrant_income="3000.00")).value == "3000.00"


def test_allowances_that_are_told_one_by_one_are_added_up_and_a_sum_of_them_counts_once():
    parts = {"dibao_income": "100.00", "pension_income": "200.00"}
    assert derived.net_income(home(**parts)).value == "300.00"
    assert derived.net_income(home(transfer_income="300.00", **parts)).value == "300.00"


def test_without_any_income_there_is_none():
    assert derived.net_income(home(production_cost="10.00")) is None
    assert derived.net_income_per_head(home(chen())) is None


@pytest.mark.parametrize(("told", "each"), [({}, "500.00"), ({"resident_count": 3}, "333.33")])
def test_net_income_per_head_is_by_those_who_live_here(told, each):
    assert derived.net_income_per_head(home(chen(), son(), wage_income="1000.00", **told)).value == each


def test_nobody_at_home_divides_nothing():
    assert derived.net_income_per_head(home(wage_income="1000.00", resident_count=0)) is None


def test_the_standard_address_is_put_together_from_its_levels():
    found = derived.std_address(
        home(hamlet_name="上寨", door_no="12", building_no="3", unit_no="2单元", room_no="201"),
        "大关镇丘林村三组",
    )
    assert found.value == "大关镇丘林村三组上寨12号3幢2单元201室"
    assert found.sources[0] == "house.hamlet_name"
    assert derived.std_address(home(), "大关镇") is None


def test_the_number_says_sex_and_birthday():
    assert derived.sex_and_birth(CHEN_ID) == {"person.birth_date": "1943-03-08", "person.sex": "2"}
    assert derived.sex_and_birth("5299") == {}
    assert derived.sex_and_birth("") == {}


def differs(*members, **told):
    return [each for each in counts.of_house(home(*members, **told), TODAY) if each.code == "count.differs"]


def test_counts_that_differ_from_the_members_are_shown_with_both():
    registered, resident = differs(chen(), son(), registered_count=3, resident_count=1)
    assert (registered.key, registered.held, registered.expected) == ("house.registered_count", "3", "2")
    assert (resident.held, resident.expected) == ("1", "2")
    assert registered.severity == "warn"
    assert registered.sources


def test_counts_that_agree_or_have_no_members_to_count_are_fine():
    assert differs(chen(), son(), registered_count=2, resident_count=2) == []
    assert differs(registered_count=3) == []


def test_a_sum_of_which_parts_are_missing_may_be_more_than_they_are_and_never_less():
    assert differs(transfer_income="500.00", pension_income="200.00") == []
    (found,) = differs(transfer_income="100.00", pension_income="200.00")
    assert (found.held, found.expected) == ("100.00", "200.00")


def test_fewer_children_than_are_known_and_sums_of_boys_and_girls_that_are_wrong():
    assert codes(counts.of_house(home(chen(child_count=1), son(), AWAY), TODAY)) == ["children.fewer"]
    assert codes(counts.of_house(home(chen(child_count=5), son(), AWAY), TODAY)) == []
    assert codes(counts.of_person(chen(child_count=3, boy_count=1, girl_count=1), TODAY)) == ["children.sum"]
    assert codes(counts.of_person(chen(child_count=2, boy_count=1, girl_count=1), TODAY)) == []


def test_an_address_that_lacks_its_own_parts_is_pointed_out():
    written = {"std_address": "大关镇丘林村三组12号", "door_no": "12号", "hamlet_name": "上寨"}
    (found,) = counts.of_house(home(**written), TODAY)
    assert (found.code, found.sources) == ("address.parts", ("house.hamlet_name",))
    assert list(counts.of_house(home(**written | {"hamlet_name": "三组"}), TODAY)) == []
    assert list(counts.of_house(home(door_no="12号"), TODAY)) == []
