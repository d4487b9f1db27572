"""Conditions in a line: every condition can be written, and what is written is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.forms.form import When
from models.items.conditions import OPERATORS, read_when, write_when

KEYS = st.sampled_from(["age", "causes", "has_car"])
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
TEXTS = st.text(CHARACTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
VALUES = st.one_of(st.booleans(), st.integers(-999, 9999), TEXTS)
BINARY = [op for op in OPERATORS if op not in ("filled", "empty")]
COMPARED = st.one_of(
    st.builds(When, KEYS, st.sampled_from(BINARY), VALUES),
    st.builds(When, KEYS, st.just("in"), st.lists(VALUES, min_size=1, max_size=3).map(tuple)),
    st.builds(When, KEYS, st.sampled_from(["filled", "empty"])),
    st.builds(When, KEYS, st.sampled_from(BINARY), st.none(), KEYS),
)
JOINED = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: When(all=tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: When(any=tuple(parts))),
        inner.map(lambda part: When(not_=part)),
    ),
    max_leaves=6,
)


@given(JOINED)
def test_what_is_written_is_read_back(when):
    assert read_when(write_when(when)) == when


def test_a_line_reads_like_a_sentence():
    when = When(all=(When("causes", "has", "illness"), When("age", "ge", 80)))
    assert write_when(when) == "causes 含 illness 且 age 不小于 80"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "a",
        "a 等于",
        "a 像 b",
        "a 等于 b 且",
        "(a 等于 b",
        "a 等于 b)",
        "a 等于 (1, 2",
        "非",
        "(" * 30 + "a 已填",
        "非 " * 1500 + "a 已填",
        '"',
    ],
)
def test_what_is_no_condition_is_refused_in_a_sentence(line):
    with pytest.raises(ValueError, match="[一-鿿]"):
        read_when(line)
