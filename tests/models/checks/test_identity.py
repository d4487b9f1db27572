"""Numbers: those that cannot be are refused, those that say something else than is written are pointed out."""

from __future__ import annotations

import pytest

from models.checks import identity
from tests.models.checks.homes import CHEN_ID, SON_ID, TODAY, chen, codes, home, number, son


def of_chen(**told):
    return list(identity.of_person(chen(**told), TODAY))


def test_a_number_that_agrees_with_all_the_rest_is_fine():
    assert of_chen(sex="2", birth_date="1943-03-08", student_no="S1") == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (CHEN_ID[:17], "id_number.length"),
        (f"A{CHEN_ID[1:]}", "id_number.form"),
        (CHEN_ID[:17] + ("0" if CHEN_ID[17] != "0" else "1"), "id_number.checksum"),
        (number("20270101", "2"), "id_number.birth_date"),
        (number("19430230", "2"), "id_number.birth_date"),
    ],
)
def test_a_number_that_cannot_be_is_refused(wrong, code):
    found = of_chen(id_number=wrong)
    assert (found[0].severity, found[0].code, found[0].key) == ("refuse", code, "person.id_no")


def test_a_number_of_a_division_that_is_no_more_is_none_of_our_business():
    abolished = "510202" + CHEN_ID[6:17]
    from_there = abolished + identity.idnumber.checksum(abolished)
    assert of_chen(id_number=from_there, sex="2") == []


def test_another_sex_and_another_birthday_than_the_numbers_are_warnings_with_both():
    sex, born = sorted(of_chen(sex="1", birth_date="1943-03-09"), key=lambda each: each.code, reverse=True)
    assert (sex.severity, sex.code, sex.held, sex.expected) == ("warn", "sex.id", "男", "女")
    assert (born.code, born.held, born.expected) == ("birth.id", "1943-03-09", "1943-03-08")
    assert born.sources == ("person.id_no",)


@pytest.mark.parametrize("sex", ["0", "9"])
def test_a_sex_that_nobody_has_told_contradicts_nothing(sex):
    assert of_chen(sex=sex) == []


def test_two_members_with_one_number_are_refused():
    found = list(identity.of_house(home(chen(), son(id_number=CHEN_ID)), TODAY))
    assert [(each.severity, each.code, each.of) for each in found] == [("refuse", "id_number.twice", "son")]


def test_no_sentence_repeats_a_number():
    found = [*of_chen(sex="1", disability_cert_no=f"{SON_ID}44"), *of_chen(id_number=CHEN_ID[:17])]
    assert len(found) >= 3
    assert not any(CHEN_ID[:17] in each.message or SON_ID in each.message for each in found)


@pytest.mark.parametrize(
    ("told", "code", "severity"),
    [
        ({"disability_cert_no": f"{CHEN_ID}44"}, [], ""),
        ({"disability_cert_no": f"{CHEN_ID}44B1"}, [], ""),
        ({"disability_cert_no": f"{SON_ID}44"}, ["disability.id"], "refuse"),
        ({"disability_cert_no": CHEN_ID}, ["disability.form"], "refuse"),
        ({"disability_cert_no": f"{CHEN_ID}44", "disability_kind": ["1"]}, ["disability.kind"], "warn"),
        ({"disability_cert_no": f"{CHEN_ID}74", "disability_kind": ["1", "4"]}, [], ""),
        ({"disability_cert_no": f"{CHEN_ID}44", "disability_grade": "3"}, ["disability.grade"], "warn"),
    ],
)
def test_a_disability_certificate_is_the_id_number_the_kind_and_the_grade(told, code, severity):
    found = of_chen(**told)
    assert codes(found) == code
    assert all(each.severity == severity for each in found)


def test_a_school_number_made_of_another_id_number_is_a_warning():
    assert codes(of_chen(student_no=f"G{SON_ID}"), "warn") == ["student_no.id"]
    assert of_chen(student_no=f"G{CHEN_ID}") == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("91350100M000100Y43", []),
        ("91350100M000100Y44", ["credit_code.checksum"]),
        ("91350100I000100Y43", ["credit_code.form"]),
        ("9135", ["credit_code.form"]),
    ],
)
def test_a_credit_code_has_its_check_character(code, found):
    assert codes(identity.of_house(home(uscc=code), TODAY), "refuse") == found


def test_the_numbers_that_the_house_holds_are_checked_as_well():
    found = list(identity.of_house(home(head_id_no=CHEN_ID[:17]), TODAY))
    assert [(each.code, each.key, each.of) for each in found] == [
        ("id_number.length", "house.head_id_no", "")
    ]
