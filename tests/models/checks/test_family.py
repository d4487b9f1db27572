"""Who is whose: heads, relations and sexes, generations."""

from __future__ import annotations

import pytest

from models.checks import family
from models.elements.registry import load_elements
from tests.models.checks.homes import TODAY, chen, codes, home, number, son, who


def of(*members, **told):
    return list(family.of_house(home(*members, **told), TODAY))


def test_a_family_that_agrees_with_itself_says_nothing():
    wife = who("wife", "38", "李秀英", number("19700101", "2"))
    child = who("child", "41", "周小军", number("19990101", "1"))
    assert of(chen(), son(), wife, child, head_name="陈桂兰") == []


def test_a_house_without_anybody_has_nothing_to_say():
    assert of() == []


def test_no_head_and_two_heads_are_refused():
    assert codes(of(son()), "refuse") == ["head.none"]
    found = of(chen(), who("li", "02", "李明"))
    assert [(each.code, each.of) for each in found if each.severity == "refuse"] == [("head.two", "li")]
    assert "陈桂兰和李明" in found[0].message


def test_she_from_whom_the_household_is_told_is_its_head_where_no_other_is():
    assert of(who("me", "01", "陈桂兰"), son()) == []
    assert of(who("me", "01", "陈桂兰"), who("head", "02", "周大山")) == []


def test_whoever_has_died_or_moved_away_is_head_no_more():
    assert codes(of(chen(died_on="2026-01-01"), son())) == ["head.none"]
    assert of(chen(died_on="2026-01-01"), who("head", "02", "周建国")) == []
    assert of(chen(moved_out="2026年1月迁往昆明"), who("head", "02", "周建国")) == []


@pytest.mark.parametrize(
    ("relation", "sex"),
    [("11", "2"), ("12", "1"), ("20", "2"), ("30", "1"), ("38", "1"), ("28", "2"), ("53", "2")],
)
def test_a_relation_and_a_sex_that_do_not_fit_are_a_warning(relation, sex):
    found = of(chen(id_number=""), who("x", relation, "李明", sex=sex))
    assert codes(found, "warn") == ["relation.sex"]
    assert (found[0].of, found[0].key) == ("x", "person.relation_to_head")


@pytest.mark.parametrize("relation", ["10", "40", "50", "80", "97", "99", "65"])
def test_a_relation_of_either_sex_fits_both(relation):
    for sex in ("1", "2"):
        assert of(chen(id_number=""), who("x", relation, "李明", sex=sex)) == []


def test_every_relation_is_of_men_of_women_or_of_both_and_of_no_two():
    known = set(load_elements().codes("GB/T 4761"))
    assert not family.MEN & family.WOMEN
    either = known - family.MEN - family.WOMEN
    assert known >= family.MEN | family.WOMEN
    both = "01 02 10 40 49 50 59 60 65 68 69 70 79 80 91 92 97 99"
    assert sorted(either) == both.split()


def test_the_number_says_her_sex_where_it_is_written_otherwise():
    wife = who("wife", "12", "李秀英", number("19450101", "2"), sex="1")
    assert of(who("head", "02", "周大山", number("19430101", "1")), wife) == []


@pytest.mark.parametrize(
    ("relation", "born", "code"),
    [
        ("22", "19400101", ["parent.younger"]),
        ("22", "19500101", ["parent.young"]),
        ("27", "19500101", []),
        ("51", "19500101", ["parent.younger"]),
        ("57", "19400101", []),
        ("41", "19600101", ["parent.young"]),
        ("61", "19200101", ["parent.young"]),
        ("71", "19500101", []),
    ],
)
def test_parents_are_older_than_their_children(relation, born, code):
    member = who("x", relation, "周某", number(born, "1"))
    assert codes(of(chen(), member), "warn") == code


def test_the_spouse_of_the_head_is_older_than_the_children_too():
    head, wife = (
        who("h", "02", "周大山", number("19430101", "1")),
        who("w", "12", "李", number("19690101", "2")),
    )
    found = of(head, wife, son())
    assert [(each.code, each.of) for each in found] == [("parent.younger", "son")]


def test_without_a_birthday_nobody_is_older():
    assert of(chen(id_number=""), son()) == []


def test_the_head_whom_the_house_names_is_the_head_of_the_members():
    found = of(chen(), head_name="周大山", head_id_no=number("19430101", "1"))
    assert codes(found, "warn") == ["head.name", "head.id"]


def test_a_relation_that_is_written_twice_differently_is_a_warning():
    assert codes(of(chen(relation_to_head="02"), son(relation_to_head="23")), "warn") == ["relation.differs"]
    assert of(who("me", "02", "陈桂兰", relation_to_head="01")) == []


def test_two_spouses_and_a_spouse_of_the_unmarried_are_warnings():
    told = {"spouse": [{"name": "周大山"}], "spouse_name": "周小山", "marital": "10"}
    assert codes(family.of_person(chen(**told), TODAY), "warn") == ["spouse.differs", "marital.spouse"]
    agreed = {"spouse": [{"name": "周大山"}], "spouse_name": "周大山", "marital": "30"}
    assert list(family.of_person(chen(**agreed), TODAY)) == []
