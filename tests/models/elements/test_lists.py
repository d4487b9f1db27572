"""Code lists that change: retired codes keep their words and are not given any more; two versions, one mapping."""

from __future__ import annotations

from datetime import date

import pytest

from models.elements.answering import checked, question_of
from models.elements.registry import load_elements
from models.forms.context import Context
from models.forms.display import show

ELEMENTS = load_elements()
HUKOU = ELEMENTS.by_key["person.hukou_kind"]
CONTEXT = Context(date(2026, 11, 25), ELEMENTS.code_lists, retired=ELEMENTS.retired)

NAMED = tuple(f"C{number:02d}" for number in range(1, 33) if number != 19)
"""The dictionary's own lists; it skips a number."""

STANDARDS = (
    "GB/T 2261.1", "GB/T 2261.2", "GB/T 2261.3", "GB/T 2261.4", "GB/T 4658", "GB/T 4658-2006", "GB/T 4762", "GB/T 4761",
    "GB/T 3304", "GB/T 26341", "GA 214.12", "GB/T 4754", "GB/T 6565", "GB/T 42195", "GA/T 517",
)  # fmt: skip


@pytest.mark.parametrize("name", [*NAMED, *STANDARDS])
def test_every_list_of_the_dictionary_is_there(name):
    assert len(ELEMENTS.lists[name].words) >= 2


def test_what_was_written_with_a_retired_code_keeps_its_word():
    assert show(question_of(HUKOU), "2", CONTEXT) == "农业户口（历史）"
    assert ELEMENTS.codes("户口性质")["2"] == "农业户口（历史）"


def test_a_retired_code_cannot_be_chosen_any_more():
    assert "2" not in ELEMENTS.code_lists["户口性质"]
    value, problems = checked(HUKOU, "2", CONTEXT)
    assert value is None
    assert [problem.code for problem in problems] == ["single.retired"]
    assert "农业户口（历史）" in problems[0].message


def test_a_code_that_never_was_is_another_mistake():
    assert [problem.code for problem in checked(HUKOU, "7", CONTEXT)[1]] == ["single.unknown"]


def test_the_infected_are_not_listed():
    assert "05" not in ELEMENTS.code_lists["C29"]
    assert "艾滋病防治条例" in ELEMENTS.lists["C29"].told.retired["05"].why


@pytest.mark.parametrize(
    ("old", "new"), [("10", "10"), ("50", "47"), ("90", "90"), ("99", None), ("77", None)]
)
def test_education_of_the_old_version_reads_in_the_new(old, new):
    assert ELEMENTS.translated(old, "GB/T 4658", "GB/T 4658-2006") == new


def test_every_level_of_education_of_the_new_version_reads_in_the_old():
    for code in ELEMENTS.lists["GB/T 4658-2006"].words:
        back = ELEMENTS.translated(code, "GB/T 4658-2006", "GB/T 4658")
        assert back in ELEMENTS.code_lists["GB/T 4658"]


def test_going_there_and_back_changes_no_old_level():
    there = {
        code: ELEMENTS.translated(code, "GB/T 4658", "GB/T 4658-2006") for code in ELEMENTS.codes("GB/T 4658")
    }
    for code, new in there.items():
        if new and code != "90":  # the new version has no word for those who cannot read
            assert ELEMENTS.translated(new, "GB/T 4658-2006", "GB/T 4658") == code


def test_two_lists_that_have_nothing_to_do_with_each_other_do_not_translate():
    with pytest.raises(KeyError):
        ELEMENTS.translated("1", "C01", "C05")
