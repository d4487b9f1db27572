"""docs/asvs.md and docs/asvs.toml: whole, true to the tree, and equal to each other."""

from __future__ import annotations

import msgspec
import pytest

from tests.asvs.page import page
from tests.asvs.verdicts import ROOT, exists, load

BOOK = load()

LEVELS = {
    "V1.1": "22", "V1.2": "111112222.", "V1.3": "11222222222.", "V1.4": "222", "V1.5": "12.", "V2.1": "122",
    "V2.2": "112", "V2.3": "1222.", "V2.4": "2.", "V3.1": ".", "V3.2": "11.", "V3.3": "1222.",
    "V3.4": "112222..", "V3.5": "11122...", "V3.6": ".", "V3.7": "22...", "V4.1": "122..", "V4.2": "2....",
    "V4.3": "22", "V4.4": "1222", "V5.1": "2", "V5.2": "112...", "V5.3": "11.", "V5.4": "222", "V6.1": "122",
    "V6.2": "111111112222", "V6.3": "1122....", "V6.4": "1122..", "V6.5": "22222...", "V6.6": "222.",
    "V6.7": "..", "V6.8": "2222", "V7.1": "222", "V7.2": "1111", "V7.3": "22", "V7.4": "11222", "V7.5": "22.",
    "V7.6": "22", "V8.1": "12..", "V8.2": "112.", "V8.3": "1..", "V8.4": "2.", "V9.1": "111", "V9.2": "1222",
    "V10.1": "22", "V10.2": "22.", "V10.3": "2222.", "V10.4": "11111222222.....", "V10.5": "22222",
    "V10.6": "22", "V10.7": "222", "V11.1": "22..", "V11.2": "222..", "V11.3": "112..", "V11.4": "1222",
    "V11.5": "2.", "V11.6": "2.", "V11.7": "..", "V12.1": "122..", "V12.2": "11", "V12.3": "2222.",
    "V13.1": "2...", "V13.2": "22222.", "V13.3": "22..", "V13.4": "12222..", "V14.1": "22",
    "V14.2": "1222....", "V14.3": "122", "V15.1": "122..", "V15.2": "122..", "V15.3": "1222222",
    "V15.4": "....", "V16.1": "2", "V16.2": "22222", "V16.3": "2222", "V16.4": "222", "V16.5": "222.",
    "V17.1": "2.", "V17.2": "2222....", "V17.3": "22",
}  # fmt: skip
"""Sections of ASVS 5.0.0 with the level of each of their requirements in turn; a point for level 3."""

WANTED = {
    f"{section}.{number}": int(level)
    for section, levels in LEVELS.items()
    for number, level in enumerate(levels, 1)
    if level != "."
}


def test_the_standard_has_70_requirements_of_level_1_and_183_of_level_2():
    assert [list(WANTED.values()).count(level) for level in (1, 2)] == [70, 183]


def test_every_requirement_of_levels_1_and_2_is_there_once_and_in_order():
    assert [(each.id, each.level) for each in BOOK] == list(WANTED.items())


@pytest.mark.parametrize("each", BOOK, ids=lambda each: each.id)
def test_whatever_is_named_as_proof_is_in_the_tree(each):
    assert [reference for reference in each.shown if not exists(reference)] == []


def test_nothing_is_called_met_or_left_to_others_without_showing_how():
    assert [
        each.id for each in BOOK if each.verdict in ("met", "installer", "missing") and not each.shown
    ] == []


def test_what_is_left_to_whoever_installs_is_written_down_for_her():
    left = [each for each in BOOK if each.verdict == "installer"]
    assert [each.id for each in left if not any(name.startswith("docs/") for name in each.shown)] == []


def test_the_page_says_what_the_file_says():
    assert (ROOT / "docs" / "asvs.md").read_text("utf-8") == page(BOOK)


def test_a_test_or_file_that_is_not_there_is_noticed():
    assert exists("tests/asvs/test_asvs.py::test_the_page_says_what_the_file_says")
    assert not exists("tests/asvs/test_asvs.py::test_the_page_says")
    assert not exists("tests/asvs/test_nothing.py")


def test_a_slip_in_the_file_is_named(tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[requirement]]\nid = "V1.1"\nlevel = 1\nasks = "x"\nverdict = "met"\nwhy = "x"\n')
    with pytest.raises(msgspec.ValidationError, match="id"):
        load(wrong)
