"""The eighteen basic items: a view, and nothing that a resident could not answer."""

from __future__ import annotations

import pytest

from models.elements.registry import load_elements
from models.record.basics import DATA, load_basics

ELEMENTS = load_elements()


def test_there_are_eighteen_and_each_is_an_element():
    basics = load_basics(ELEMENTS)
    assert len(basics.elements) == 18
    assert {"person.name", "person.id_no", "person.phone"} <= basics.keys


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("person.shoe_size", "no element of a person"),
        ("house.structure", "no element of a person"),
        ("person.health", "not for a resident"),
        ("person.photo", "not for a resident"),
        ("person.household_code", "not for a resident"),
        ("person.name", "there twice"),
    ],
)
def test_what_a_resident_could_not_answer_is_refused(tmp_path, key, why):
    path = tmp_path / "home.toml"
    path.write_text(
        DATA.read_text(encoding="utf-8").replace('    "person.nation",', f'    "{key}",'), encoding="utf-8"
    )
    with pytest.raises(ValueError, match=why):
        load_basics(ELEMENTS, path)
