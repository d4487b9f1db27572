"""An element's own rules at work on what somebody types."""

from __future__ import annotations

from datetime import date

import pytest

from models.elements.answering import checked, question_of
from models.elements.registry import load_elements
from models.forms.context import Context
from models.forms.display import show

ELEMENTS = load_elements()
TODAY = date(2026, 11, 25)
CONTEXT = Context(TODAY, ELEMENTS.code_lists, {"529901101001": "大关镇丘林村"}, retired=ELEMENTS.retired)


def taken(key, raw):
    value, problems = checked(ELEMENTS.by_key[key], raw, CONTEXT)
    return value if not problems else problems[0].code


@pytest.mark.parametrize(
    ("key", "raw", "kept"),
    [
        ("house.floor_area", "120.5㎡", "120.50"),
        ("house.lng", "104.1234567", "104.1234567"),
        ("house.built_year", "2026", 2026),
        ("house.net_income", "-300", "-300.00"),
        ("person.dibao_from", "2026年3月", "2026-03"),
        ("person.id_valid_until", "长期", "9999-12-31"),
        ("person.birth_cert_no", "Q530123456", "Q530123456"),
        ("person.away_division", "440106", "440106"),
        ("person.registered_division", "529901101001", "529901101001"),
        ("person.special_kinds", ["02"], ["02"]),
        ("house.livestock", [{"kind": "黄牛", "count": "2"}], [{"kind": "黄牛", "count": 2}]),
        ("person.mother", [{"name": "陈桂兰", "id_no": ""}], [{"name": "陈桂兰"}]),
        ("person.medical_ins_year", "2027", 2027),
    ],
)
def test_what_keeps_the_rules_is_taken(key, raw, kept):
    assert taken(key, raw) == kept


@pytest.mark.parametrize(
    ("key", "raw", "code"),
    [
        ("house.floor_area", "0", "number.min"),
        ("house.built_year", "2027", "number.max"),
        ("house.built_year", "1899", "number.min"),
        ("house.storeys", "0", "number.min"),
        ("house.registered_count", "100", "number.max"),
        ("house.wage_income", "-1", "number.min"),
        ("house.group_no", "三组", "pattern"),
        ("house.hamlet_name", "寨" * 51, "too_long"),
        ("house.uscc", "915299010000000000", "credit_code.checksum"),
        ("person.died_on", "2026-11-26", "date.after"),
        ("person.dibao_from", "2027-01", "date.after"),
        ("person.height_cm", "29", "number.min"),
        ("person.birth_cert_no", "530123456", "pattern"),
        ("person.away_division", "广州", "area.unknown"),
        ("person.disability_cert_no", "5301", "too_short"),
        ("person.special_kinds", ["05"], "multiple.retired"),
        ("person.work_months", "13", "number.max"),
        ("house.livestock", [{"kind": "黄牛", "count": "两头"}], "number.form"),
        ("house.livestock", [{"count": "2"}], "required"),
        ("house.house_photos", ["x"], "field.type"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_code(key, raw, code):
    assert taken(key, raw) == code


def test_a_card_that_holds_for_good_is_said_so():
    assert show(question_of(ELEMENTS.by_key["person.id_valid_until"]), "9999-12-31", CONTEXT) == "长期"


def test_a_day_that_never_comes_is_no_birthday():
    assert taken("person.birth_date", "9999-12-31") == "date.form"
