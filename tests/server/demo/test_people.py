from __future__ import annotations

from datetime import date

import pytest

from models.base import idnumber
from models.elements.registry import load_elements
from server.demo.people import REFERENCE, age_at, county_people, pin_of

TODAY = date(2026, 7, 1)


@pytest.fixture(scope="module")
def households():
    return tuple(county_people(600))


@pytest.fixture(scope="module")
def people(households):
    return [person for household in households for person in household.people]


def test_the_county_is_the_same_every_time(households):
    assert tuple(county_people(600)) == households


def test_more_households_only_add_to_fewer(households):
    assert tuple(county_people(150)) == households[:150]


def test_every_id_number_is_valid_and_agrees_with_its_person(people):
    for person in people:
        idnumber.check(person.id_number, TODAY)
        assert idnumber.birth_date(person.id_number) == person.birth
        assert idnumber.sex(person.id_number) == person.sex


def test_nothing_that_should_be_unique_is_there_twice(households, people):
    phones = [person.phone for person in people if person.phone]
    for values in (
        [p.id for p in people],
        [p.id_number for p in people],
        phones,
        [h.site.code for h in households],
    ):
        assert len(set(values)) == len(values)


def test_every_age_from_infant_to_a_hundred_and_one(people):
    ages = {age_at(person.birth, REFERENCE) for person in people}
    assert (min(ages), max(ages)) == (0, 101)
    assert len(set(range(102)) - ages) <= 8


def test_each_household_has_one_head_with_a_phone_and_no_name_twice(households):
    for household in households:
        assert [p.relation for p in household.people].count("02") == 1
        assert household.head.relation == "02"
        assert household.head.phone
        assert len({p.name for p in household.people}) == len(household.people)


def test_parents_are_older_than_their_children(households):
    for household in households[2:]:
        children = [p for p in household.people if p.relation in ("20", "30")]
        assert all((c.birth - household.head.birth).days > 18 * 365 for c in children)


def test_the_cast_stands_at_its_doors(households):
    chen, li = households[:2]
    assert (chen.head.name, chen.site.address) == ("陈桂兰", "大关镇丘林村三组12号")
    assert age_at(chen.head.birth, REFERENCE) >= 80
    assert (li.head.name, li.site.village) == ("李明", "双河村")


def test_unusual_names_and_lives_are_there(households, people):
    assert any("·" in person.name for person in people)
    assert any("𠮷" in person.name for person in people)
    kinds = {household.kind for household in households}
    assert {"single_elder", "left_behind", "with_disability", "three_generations", "newborn"} <= kinds


def test_every_fact_is_an_element_and_every_choice_a_code_of_its_list(households, people):
    elements = load_elements()
    for holder in (*households, *people):
        for key, value in holder.facts.items():
            element = elements.get(key)
            assert element, key
            if element.codes:
                assert set(value if isinstance(value, list) else [value]) <= set(
                    elements.codes(element.codes)
                ), key


def test_bank_accounts_pass_luhn(people):
    for account in (p.facts.get("person.subsidy_account", "0") for p in people):
        digits = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(account))]
        assert sum(digit // 10 + digit % 10 for digit in digits) % 10 == 0


def test_a_pin_has_eight_digits():
    assert len(pin_of("529901101201030012")) == 8
