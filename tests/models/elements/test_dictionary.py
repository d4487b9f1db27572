"""The data held against the dictionary of fields: every element there, none beside, name by name and level by level."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from models.elements.answering import question_of
from models.elements.registry import load_elements
from models.forms.form import Form, Section
from models.forms.lint import faults_of
from models.roles.lines import MODULES, lines_for
from tests.models.elements.dictionary import DICTIONARY, PLAINER

COUNTS = {
    "house_basic": 36, "house_resource": 30, "house_business": 20, "house_income": 22, "house_safety": 22,
    "house_poverty": 15,
    "person_basic": 34, "person_education": 14, "person_family_planning": 20, "person_movement": 16,
    "person_assistance": 18, "person_health": 16, "person_military": 12, "person_org": 10, "person_relation": 9,
    "person_special": 16, "person_employment": 12,
}  # fmt: skip

ELEMENTS = load_elements()


def handed_over() -> list[tuple[str, str, str, int]]:
    """Key, module, name and level of each element of the dictionary."""
    found = []
    for module, lines in DICTIONARY.items():
        for line in lines.strip().splitlines():
            name, label, level = line.split()
            key = f"{module.partition('_')[0]}.{name}"
            found.append((key, module, PLAINER.get(key, label), int(level)))
    return found


def test_each_module_has_as_many_elements_as_the_dictionary_says():
    assert Counter(each.module for each in ELEMENTS.by_key.values()) == COUNTS
    assert sum(COUNTS[each] for each in COUNTS if each.startswith("house")) == 145
    assert sum(COUNTS[each] for each in COUNTS if each.startswith("person")) == 177


def test_every_element_is_the_dictionarys_in_its_order_with_its_name_and_level():
    ours = [(each.key, each.module, each.label, each.sensitivity) for each in ELEMENTS.by_key.values()]
    assert ours == handed_over()


def test_the_modules_are_those_that_lines_of_duty_are_opened_for():
    assert tuple(COUNTS) == tuple(MODULES)


def test_no_two_elements_of_a_person_or_a_house_have_one_name():
    for subject in ("house.", "person."):
        labels = Counter(each.label for key, each in ELEMENTS.by_key.items() if key.startswith(subject))
        assert [label for label, count in labels.items() if count > 1] == []


def test_what_is_strict_waits_for_its_ground_and_nothing_else_does():
    strict = [each.key for each in ELEMENTS.by_key.values() if each.collect == "ground"]
    assert strict == [key for key, _, _, level in handed_over() if level == 3]
    assert len(strict) == 21


def test_no_record_is_whole_without_the_few_that_identify_it():
    needed = {each.key for each in ELEMENTS.by_key.values() if each.collect == "always"}
    assert needed == {
        "house.household_code", "house.village_code", "house.group_no", "house.std_address", "house.head_name",
        "house.head_phone", "person.name", "person.id_no", "person.relation_to_head", "person.phone",
    }  # fmt: skip


@pytest.mark.parametrize("element", ELEMENTS.by_key.values(), ids=lambda each: each.key)
def test_the_question_of_every_element_is_a_sound_one(element):
    field = question_of(element)
    if element.type == "integer":  # the bound of a year is no bound of a form's question
        field = msgspec.structs.replace(field, max=None)
    assert faults_of(Form((Section("s", "页", (field,)),)), ELEMENTS.code_lists, ELEMENTS.keys()) == []


def test_lines_that_an_element_names_are_lines_that_its_module_is_open_to():
    for each in ELEMENTS.by_key.values():
        assert set(each.lines) <= set(lines_for(each.module, each.sensitivity)), each.key


def test_every_strict_element_has_a_line_that_may_see_it():
    for each in ELEMENTS.by_key.values():
        assert lines_for(each.module, each.sensitivity), each.key
