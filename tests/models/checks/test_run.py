"""All checks together: contradictions within a house, what an edit brings with it, and values of any kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.checks import agreeing
from models.checks.finding import refusals
from models.checks.home import Who, held_of, home_of
from models.checks.run import check_home, check_person, news
from models.checks.trust import outranked
from models.elements.registry import load_elements
from models.households.household import Household, Member
from models.people.edits import Given
from models.people.person import Person
from models.people.values import Held, Value
from tests.models.checks.homes import CHEN_ID, TODAY, chen, codes, home, son

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"has_business": False, "biz_name": "丘林农家乐"}, ["denied"]),
        ({"has_business": True, "biz_name": "丘林农家乐"}, []),
        ({"rented_out": False, "tenants": [{"name": "孙外人"}]}, ["denied"]),
        ({"risk_cleared": False, "risk_cleared_on": "2026-01-01"}, ["denied"]),
        ({"vacant_flag": True, "resident_count": 2}, ["denied"]),
        ({"vacant_flag": True, "resident_count": 0}, []),
        ({"farmland_mu": "3.00", "paddy_mu": "2.00", "dryland_mu": "1.50"}, ["land.parts"]),
        ({"farmland_mu": "3.50", "paddy_mu": "2.00", "dryland_mu": "1.50"}, []),
        ({"wage_income": "10.00", "migrant_income": "11.00"}, ["income.part"]),
        ({"poverty_kind": "3", "monitor_kind": "2"}, ["poverty.kinds"]),
        ({"poverty_kind": "5", "monitor_kind": "3"}, []),
        ({"safety_grade": "D", "safe_housing": True}, ["housing.grade"]),
        ({"safety_grade": "A", "safe_housing": True}, []),
        ({"rectify_status": "0", "crack": "2"}, ["hazard.denied"]),
        ({"rectify_status": "1", "illegal_storey": True}, []),
        ({"heating_kind": "1"}, ["heating.coal"]),
    ],
)
def test_a_house_that_contradicts_itself(told, found):
    assert codes(agreeing.of_house(home(**told), TODAY)) == found


@pytest.mark.parametrize(
    "told",
    [
        {"died_on": "2026-01-01", "at_home": True},
        {"edu_aid": False, "edu_aid_kinds": ["2"]},
        {"veteran_benefit": False, "veteran_benefit_kind": "2"},
        {"in_school": True, "dropout": True},
        {"temp_aid_times": 2},
    ],
)
def test_a_person_who_contradicts_herself(told):
    assert len(list(agreeing.of_person(chen(**told), TODAY))) == 1


def test_the_gravest_comes_first_and_every_finding_stands_beside_an_element():
    elements = load_elements()
    found = check_home(
        home(chen(sex="1"), son(id_number=CHEN_ID), head_name="周大山", heating_kind="1"), TODAY
    )
    severities = [each.severity for each in found]
    assert severities == sorted(severities, key=("refuse", "warn", "remind").index)
    assert set(severities) == {"refuse", "warn", "remind"}
    assert all(each.key in elements.by_key for each in found)
    assert all(source in elements.by_key for each in found for source in each.sources)
    assert refusals(found) == found[: severities.count("refuse")]


def test_an_edit_is_not_stopped_by_what_was_wrong_before_it():
    before = home(chen(), son(id_number=CHEN_ID))
    after = home(chen(), son(id_number=CHEN_ID), heating_kind="1")
    assert refusals(check_home(after, TODAY))
    assert codes(news(before, after, TODAY)) == ["heating.coal"]
    assert len(news(None, after, TODAY)) == len(check_home(after, TODAY))


def test_an_empty_house_and_values_of_every_wrong_kind_hurt_nobody():
    assert check_home(home(), TODAY) == []
    odd = {key: value for key in load_elements().by_key for value in [["x"]]}
    for value in (["x"], 7, -1, "x", True, {"a": 1}, "9999-12-31", "é" * 30):
        held = held_of(dict.fromkeys(odd, value))
        check_person(Who("odd", "02", held), TODAY)
        check_home(
            home(Who("odd", "02", held), **dict.fromkeys(("farmland_mu", "uscc", "tenants"), value)), TODAY
        )


def test_the_registrys_own_household_is_read_as_it_lies():
    held = held_of({"person.name": "陈桂兰", "person.id_no": CHEN_ID, "person.sex": "1"})
    person = Person("chen", ("529901",), held=held)
    members = (Member("chen", "陈桂兰", "02"), Member("gone", "没有登记", "22"))
    house = Household("529901101201030012", ("529901",), "12号", members)
    assert codes(check_home(home_of(house, [person]), TODAY), "warn") == ["sex.id"]


def test_a_word_that_a_better_source_outranks_is_said_to_wait():
    held = Held({"person.phone": Value("19900000001", "counter", NOON)})
    given = [
        Given("person.phone", Value("19900000002", "visit", NOON)),
        Given("person.name", Value("陈", "visit", NOON)),
    ]
    (found,) = outranked(held, given, "chen")
    assert (found.code, found.key, found.of) == ("source.outranked", "person.phone", "chen")
    assert "来自窗口核验" in found.message
    assert outranked(held, [Given("person.phone", Value("19900000002", "shared", NOON))]) == []
