"""Which questions of the real forms rest on consent, and on which."""

from __future__ import annotations

from datetime import date

import pytest

from models.consents.consent import load_purposes
from models.consents.rule import APPLICANT, CHILD, purposes_of, young_in
from models.elements.registry import load_elements
from models.forms.form import Field, Form, Section
from models.items.load import load_items
from tests.models.hall import card

ITEMS, ELEMENTS = load_items(), load_elements()
TODAY = date(2026, 11, 4)
NOBODY, CHILDREN = frozenset(), frozenset({CHILD})


def rests_on(slug: str, key: str, young=NOBODY) -> set[str]:
    return set(purposes_of(ITEMS[slug].form.fields()[key], ELEMENTS, young))


@pytest.mark.parametrize(
    ("slug", "key", "purposes"),
    [
        ("elder-allowance", "bank_account", {"bank"}),
        ("elder-allowance", "id_number", set()),  # told: nobody can be paid without being somebody
        ("elder-allowance", "phone", set()),
        ("disabled-care", "disability_grade", {"health"}),
        ("dibao", "members", {"relief", "health"}),
        ("dibao", "illness_photo", {"health"}),
        ("birth-registration", "due_on", {"family"}),
        ("house-repair", "poverty_kind", {"relief"}),
        ("death-cancel", "died_on", set()),  # the dead are asked nothing
        ("death-cancel", "deceased_id_number", set()),
    ],
)
def test_a_question_rests_on(slug, key, purposes):
    assert rests_on(slug, key) == purposes


def test_whatever_is_asked_of_a_small_child_its_guardian_agrees_to():
    assert {rests_on("newborn-hukou", key, CHILDREN).pop() for key in ("child_name", "birth_cert_no")} == {
        "child"
    }
    assert rests_on("newborn-hukou", "birth_cert_photo", CHILDREN) == {"child"}
    assert rests_on("schooling-aid", "child_id_number", NOBODY) == set()


def test_no_sensitive_element_is_forgotten_by_the_table_of_modules():
    told = {"person.id_no", "house.head_id_no"}
    for key, element in ELEMENTS.by_key.items():
        asked = purposes_of(Field("x", element.label, element.type, element=key), ELEMENTS, NOBODY)
        assert bool(asked) == (element.sensitivity >= 2 and key not in told), key


def test_every_purpose_that_a_form_can_name_has_a_text():
    named = {
        purpose
        for item in ITEMS.values()
        for field in item.form.fields().values()
        for young in (NOBODY, CHILDREN, frozenset({CHILD, APPLICANT}))
        for purpose in purposes_of(field, ELEMENTS, young)
    }
    assert named <= load_purposes().keys()
    assert {"bank", "health", "family", "relief", "child"} <= named


def form(*fields: Field) -> Form:
    return Form((Section("all", "全部", fields),))


PUPIL = form(Field("number", "学生身份证号", "id_number", element="person.id_no", subject="child"))


@pytest.mark.parametrize(
    ("answers", "young"),
    [
        ({}, {CHILD}),  # until it is known, a child is taken for one
        ({"number": card("52990120180615001")}, {CHILD}),
        ({"number": card("52990120121104001")}, set()),  # fourteen today
        ({"number": card("52990120121105001")}, {CHILD}),
        ({"number": "nonsense"}, {CHILD}),
    ],
)
def test_a_child_is_one_until_its_fourteenth_birthday(answers, young):
    assert young_in("", PUPIL, answers, TODAY) == young


def test_an_applicant_is_a_child_by_her_card_or_by_the_number_that_she_typed():
    own = form(Field("number", "身份证号", "id_number", element="person.id_no"))
    small, grown = card("52990120150101001"), card("52990119430308002")
    assert APPLICANT in young_in(small, own, {}, TODAY)
    assert APPLICANT in young_in("", own, {"number": small}, TODAY)
    assert APPLICANT not in young_in(grown, own, {"number": grown}, TODAY)
