"""Which elements are sealed at rest: all that is sensitive, and every number that finds or pays somebody."""

from __future__ import annotations

import pytest

from models.elements.registry import load_elements
from models.people.vault import ALWAYS_SEALED

ELEMENTS = load_elements()


@pytest.mark.parametrize("element", ELEMENTS.by_key.values(), ids=lambda each: each.key)
def test_an_element_is_sealed_where_it_is_sensitive_or_has_such_a_number_in_it(vault, element):
    numbers = element.type in ALWAYS_SEALED or any(column.type in ALWAYS_SEALED for column in element.columns)
    named = "电话" in element.label or "证件号" in element.label
    if element.sensitivity >= 2 or numbers or named:
        assert vault.seals(element.key)


def test_what_is_public_or_ordinary_lies_open(vault):
    for key in ("house.structure", "house.livestock", "person.name", "person.education"):
        assert not vault.seals(key)
