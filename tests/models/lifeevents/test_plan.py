"""Plans of life events: what they make of a household, and what hinders them. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from models.areas.area import place
from models.elements.registry import load_elements
from models.households.household import HEAD, Household, Member
from models.lifeevents.frame import Frame
from models.lifeevents.order import (
    Birth,
    Death,
    HeadChange,
    HouseholdAdd,
    Left,
    Marriage,
    Move,
    Newcomer,
    PersonAdd,
    Split,
    Who,
)
from models.lifeevents.plan import draw
from models.lifeevents.scene import RELATION_NAMES, Scene
from models.lifeevents.writes import Mark, home_writes, people_writes
from models.people.person import Person
from models.people.values import Held, Value

AT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
AREAS = place("52990110120103", "529901101201G01")
HOME, OTHER = "529901101201030012", "529901101201030013"
CODES = load_elements().codes(RELATION_NAMES)
MARK = Mark("operation", "组长确认")


def person(key, name, sex, born, relation="", home=HOME, **said):
    facts = {"person.name": name, "person.sex": sex, "person.birth_date": born, **said}
    held = Held({each: Value(v, "import", AT) for each, v in facts.items()})
    return Person(f"p-{key}", AREAS, home if relation else "", relation, held=held)


CHEN = person("chen", "陈桂兰", "2", "1944-03-08", HEAD)
SON = person("son", "周建国", "1", "1968-05-01", "22")
WIFE = person("wife", "王秀英", "2", "1970-02-01", "38")
BOY = person("boy", "周小明", "1", "1999-06-01", "41")
LIU = person("liu", "刘洋", "2", "2000-07-01", HEAD, OTHER)


def house(code, *people):
    members = tuple(Member(each.id, each.name, each.relation) for each in people)
    return Household(code, AREAS, f"丘林村三组{int(code[-4:])}号", members)


SCENE = Scene(
    {HOME: house(HOME, CHEN, SON, WIFE, BOY), OTHER: house(OTHER, LIU)},
    {each.id: each for each in (CHEN, SON, WIFE, BOY, LIU)},
)
NEW_HOME = Household("529901101201030099", AREAS, "丘林村三组99号")


def frame(**more):
    known = {"who": "", "partner": "", "new_person": "p-new", "new_home": None, "on": TODAY}
    return Frame(
        today=TODAY, relations=CODES, at=AT, by="a-clerk", author="孙办事", source="counter", **known | more
    )


def members(drawn, home=HOME):
    return {each.name: each.relation for each in drawn.scene.homes[home].members}


def codes(drawn):
    return {each.field: each.code for each in drawn.problems}


def test_a_newcomer_joins_with_what_her_number_says():
    order = PersonAdd(
        household=HOME, relation="12", newcomer=Newcomer("陈小兰", sex="2", birth_date="1980-01-01")
    )
    drawn = draw(order, SCENE, frame())
    assert codes(drawn) == {}
    assert members(drawn)["陈小兰"] == "12"
    assert drawn.scene.people["p-new"].areas == AREAS
    assert drawn.said[("person", "p-new")]["person.hukou_match"] == "01"


@pytest.mark.parametrize(
    ("newcomer", "expected"),
    [
        (Newcomer(), {"newcomer.name", "newcomer.sex", "newcomer.birth_date"}),
        (Newcomer("陈小兰", "52990119440308001X"), {"newcomer.id_number"}),
        (Newcomer("陈小兰", sex="2", birth_date="2030-01-01"), {"newcomer.birth_date"}),
        (Newcomer("陈小兰", sex="2", birth_date="1980-01-01", phone="123"), {"newcomer.phone"}),
    ],
)
def test_everything_wrong_with_a_newcomer_is_said_at_once(newcomer, expected):
    drawn = draw(PersonAdd(household=HOME, relation="80", newcomer=newcomer), SCENE, frame())
    assert set(codes(drawn)) == expected


def test_a_second_head_and_a_relation_against_the_sex_are_refused():
    new = Newcomer("陈小兰", sex="2", birth_date="1980-01-01")
    assert codes(draw(PersonAdd(household=HOME, relation=HEAD, newcomer=new), SCENE, frame())) == {
        "relation": "head.one"
    }
    assert codes(draw(PersonAdd(household=HOME, relation="22", newcomer=new), SCENE, frame())) == {
        "relations.p-new": "relation.sex"
    }


def test_somebody_registered_elsewhere_lives_here_and_is_no_resident_by_register():
    new = Newcomer("陈小兰", sex="2", birth_date="1980-01-01", registered_address="贵阳市云岩区")
    said = draw(PersonAdd(household=HOME, relation="80", newcomer=new), SCENE, frame()).said[
        ("person", "p-new")
    ]
    assert (said["person.hukou_match"], said["person.resident_kind"]) == ("02", "2")
    assert said["person.registered_address"] == "贵阳市云岩区"


def test_a_child_is_born_to_a_mother_of_the_house():
    order = Birth(household=HOME, relation="48", newcomer=Newcomer("周安安", sex="2"), mother="p-wife")
    drawn = draw(order, SCENE, frame(on=date(2026, 11, 20)))
    assert codes(drawn) == {}
    said = drawn.said[("person", "p-new")]
    assert (said["person.birth_date"], said["person.mother"]) == ("2026-11-20", "王秀英")


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ({}, {"mother": "parent.needed"}),
        ({"mother": "p-son"}, {"mother": "parent.sex"}),
        ({"mother": "p-liu"}, {"mother": "parent.unknown"}),
        ({"father": "nobody"}, {"father": "parent.unknown"}),
    ],
)
def test_a_child_without_a_parent_that_could_be_is_refused(parents, expected):
    order = Birth(household=HOME, relation="48", newcomer=Newcomer("周安安", sex="2"), **parents)
    assert codes(draw(order, SCENE, frame())) == expected


def test_a_member_moves_next_door_and_keeps_her_registration():
    drawn = draw(Move(household=OTHER, relation="80"), SCENE, frame(who="p-wife"))
    assert codes(drawn) == {}
    assert ("王秀英" in members(drawn), members(drawn, OTHER)["王秀英"]) == (False, "80")
    her = drawn.scene.people["p-wife"]
    assert (her.household, her.former) == (OTHER, HOME)
    assert drawn.said[("person", "p-wife")]["person.registered_address"] == "丘林村三组12号"


def test_a_head_who_goes_leaves_the_choice_of_the_next_one():
    order = Move(household=OTHER, relation="80")
    assert codes(draw(order, SCENE, frame(who="p-chen"))) == {"head": "head.needed"}
    named = msgspec.structs.replace(order, head="p-son")
    assert codes(draw(named, SCENE, frame(who="p-chen"))) == {
        "relations.p-wife": "relation.needed",
        "relations.p-boy": "relation.needed",
    }
    told = msgspec.structs.replace(named, relations={"p-wife": "12", "p-boy": "22"})
    drawn = draw(told, SCENE, frame(who="p-chen"))
    assert members(drawn) == {"周建国": HEAD, "王秀英": "12", "周小明": "22"}


def test_nobody_far_away_takes_a_head_out_of_her_household():
    scene = msgspec.structs.replace(SCENE, far=frozenset({HOME}))
    order = Move(household=OTHER, relation="80", head="p-son", relations={"p-wife": "12", "p-boy": "22"})
    assert codes(draw(order, scene, frame(who="p-chen"))) == {"who.id_number": "head.elsewhere"}


def test_the_last_one_who_goes_leaves_an_empty_house_with_its_code():
    drawn = draw(Move(household=HOME, relation="80"), SCENE, frame(who="p-liu"))
    assert (codes(drawn), members(drawn, OTHER)) == ({}, {})
    assert "没有户籍成员" in drawn.scene.notes[0]


def test_who_moves_away_stays_on_record_as_gone():
    order = Left(where="浙江省宁波市", registered=True)
    drawn = draw(order, SCENE, frame(who="p-boy", on=date(2026, 11, 1)))
    him = drawn.scene.people["p-boy"]
    assert (him.state, him.household, him.former, him.areas) == ("left", "", HOME, AREAS)
    said = drawn.said[("person", "p-boy")]
    assert said["person.moved_out"] == "2026-11-01 浙江省宁波市"
    assert codes(draw(Left(), SCENE, frame(who="p-boy"))) == {"where": "where.needed"}


def test_a_death_takes_somebody_out_and_needs_a_head_where_it_was_hers():
    assert codes(draw(Death(), SCENE, frame(who="p-chen"))) == {"head": "head.needed"}
    drawn = draw(Death(), SCENE, frame(who="p-wife"))
    assert (drawn.scene.people["p-wife"].state, "王秀英" in members(drawn)) == ("dead", False)
    late = draw(Death(), SCENE, frame(who="p-wife", on=date(2026, 12, 1)))
    assert codes(late) == {"on": "date.future"}


def test_a_couple_marries_and_she_comes_into_his_house():
    order = Marriage(mover="partner", relation="45", certificate="J529901-2026-000001")
    drawn = draw(order, SCENE, frame(who="p-boy", partner="p-liu"))
    assert codes(drawn) == {}
    assert members(drawn)["刘洋"] == "45"
    assert drawn.said[("person", "p-boy")]["person.spouse_name"] == "刘洋"
    assert drawn.said[("person", "p-liu")]["person.marital"] == "20"


def test_who_marries_a_son_of_the_head_is_the_daughter_in_law_without_being_asked():
    drawn = draw(Marriage(mover="partner"), SCENE, frame(who="p-son", partner="p-liu"))
    assert members(drawn)["刘洋"] == "38"


@pytest.mark.parametrize(
    ("who", "partner", "on", "code"),
    [
        ("p-boy", "p-boy", TODAY, "marriage.same"),
        ("p-boy", "p-son", TODAY, "marriage.sex"),
        ("p-boy", "p-liu", date(2019, 6, 2), "marriage.age"),
    ],
)
def test_a_marriage_that_cannot_be_is_refused(who, partner, on, code):
    assert code in codes(draw(Marriage(), SCENE, frame(who=who, partner=partner, on=on))).values()


def test_a_second_marriage_is_noted_and_not_refused():
    scene = msgspec.structs.replace(
        SCENE,
        people={
            **SCENE.people,
            "p-boy": person("boy", "周小明", "1", "1999-06-01", "41", **{"person.marital": "20"}),
        },
    )
    drawn = draw(Marriage(), scene, frame(who="p-boy", partner="p-liu"))
    assert codes(drawn) == {}
    assert "已经是“已婚”" in drawn.scene.notes[0]


def test_a_family_splits_off_with_its_own_head():
    order = Split(household=HOME, members=("p-son", "p-wife", "p-boy"), head="p-son",
                  relations={"p-wife": "12", "p-boy": "22"})  # fmt: skip
    drawn = draw(order, SCENE, frame(new_home=NEW_HOME))
    assert codes(drawn) == {}
    assert members(drawn, NEW_HOME.id) == {"周建国": HEAD, "王秀英": "12", "周小明": "22"}
    assert members(drawn) == {"陈桂兰": HEAD}
    assert drawn.scene.people["p-son"].household == NEW_HOME.id


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (Split(household=HOME), "split.members"),
        (Split(household=HOME, members=("p-liu",)), "split.members"),
        (Split(household=HOME, members=("p-chen", "p-son", "p-wife", "p-boy")), "split.all"),
        (Split(household=HOME, members=("p-son",), head="p-wife"), "split.head"),
    ],
)
def test_a_split_that_makes_no_household_is_refused(order, code):
    assert code in codes(draw(order, SCENE, frame(new_home=NEW_HOME))).values()


def test_the_head_goes_with_those_who_split_off_and_the_rest_choose_another():
    order = Split(household=HOME, members=("p-chen",), head="p-chen", left_head="p-son",
                  relations={"p-wife": "12", "p-boy": "22"})  # fmt: skip
    drawn = draw(order, SCENE, frame(new_home=NEW_HOME))
    assert members(drawn) == {"周建国": HEAD, "王秀英": "12", "周小明": "22"}
    without = msgspec.structs.replace(order, left_head="")
    assert codes(draw(without, SCENE, frame(new_home=NEW_HOME))) == {"left_head": "head.needed"}


def test_a_change_of_head_turns_all_relations_round():
    drawn = draw(
        HeadChange(household=HOME, head="p-son", relations={"p-wife": "12", "p-boy": "22"}), SCENE, frame()
    )
    assert members(drawn) == {"周建国": HEAD, "陈桂兰": "52", "王秀英": "12", "周小明": "22"}
    assert codes(draw(HeadChange(household=HOME, head="p-chen"), SCENE, frame())) == {"head": "head.same"}


def test_a_new_household_takes_somebody_new_or_on_record():
    new = HouseholdAdd(newcomer=Newcomer("陈小兰", sex="2", birth_date="1980-01-01"))
    assert members(draw(new, SCENE, frame(new_home=NEW_HOME)), NEW_HOME.id) == {"陈小兰": HEAD}
    known = draw(HouseholdAdd(who=Who(person="p-boy")), SCENE, frame(new_home=NEW_HOME, who="p-boy"))
    assert members(known, NEW_HOME.id) == {"周小明": HEAD}
    assert codes(draw(new, SCENE, frame())) == {"place.group": "place.needed"}


def test_what_is_written_is_what_stands_differently_each_value_with_its_ground():
    drawn = draw(
        HeadChange(household=HOME, head="p-son", relations={"p-wife": "12", "p-boy": "22"}), SCENE, frame()
    )
    people = people_writes(SCENE, drawn, frame(), MARK, lambda key: True)
    assert {each.owner.id for each in people} == {"p-chen", "p-son", "p-wife", "p-boy"}
    [home] = home_writes(SCENE, drawn, frame(), MARK, lambda key: True)
    assert home.owner.held.values["house.head_name"].v == "周建国"
    assert {entry.ground for each in (*people, home) for entry in each.entries} == {"组长确认"}
    assert all(each.owner.rev == each.rev + 1 for each in people)
