"""The chain alone, on invented entries: whatever is done to it is noticed, and where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.audit.chain import Row, Tail, after, first_broken, link
from models.audit.entry import ACTS, Ground, What, Where, Who, note

CHAIN = "2026-03-02.0badcafe-1"
START = datetime(2026, 3, 2, tzinfo=UTC)
BEGIN = Tail(CHAIN, START + timedelta(days=1100))

texts = st.text(max_size=8)
notes = st.builds(
    lambda ms, name, act, reason: note(
        START + timedelta(milliseconds=ms), Who("staff", "a1", name), act, What("case", "c1"), ["p1"],
        Ground("stated", reason), Where(),
    ),
    st.integers(0, 86_399_999), st.sampled_from(["赵科长", "王网格"]), st.sampled_from(sorted(ACTS)), texts,
)  # fmt: skip


def linked(several):
    tail, rows = BEGIN, []
    for each in several:
        entry = link(tail, each)
        rows.append(Row(entry.id, entry))
        tail = after(entry)
    return rows


chains = st.lists(notes, min_size=2, max_size=12).map(linked)
LATE = START + timedelta(days=1)


@settings(max_examples=60, deadline=None)
@given(chains)
def test_a_chain_that_nobody_touched_has_no_broken_link(rows):
    assert first_broken(BEGIN, rows) is None


@settings(max_examples=60, deadline=None)
@given(chains, st.data())
def test_an_altered_entry_is_named_wherever_it_stands(rows, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    change = data.draw(
        st.sampled_from([{"at": LATE}, {"whose": ("p2",)}, {"who": Who("staff", "a2")}, {"keep_until": LATE}])
    )
    rows[place] = Row(rows[place].id, msgspec.structs.replace(rows[place].entry, **change))
    broken = first_broken(BEGIN, rows)
    assert (broken.seq, broken.kind) == (place + 1, "altered")


@settings(max_examples=60, deadline=None)
@given(chains, st.data())
def test_an_entry_taken_from_before_another_is_named(rows, data):
    place = data.draw(st.integers(0, len(rows) - 2))
    del rows[place]
    broken = first_broken(BEGIN, rows)
    assert (broken.seq, broken.kind) == (place + 1, "removed")


@settings(max_examples=60, deadline=None)
@given(chains, st.data())
def test_two_entries_in_each_others_place_are_named(rows, data):
    first, second = sorted(
        data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=2, max_size=2, unique=True))
    )
    rows[first], rows[second] = (
        Row(rows[first].id, rows[second].entry),
        Row(rows[second].id, rows[first].entry),
    )
    broken = first_broken(BEGIN, rows)
    assert (broken.seq, broken.kind) == (first + 1, "reordered")


@settings(max_examples=60, deadline=None)
@given(chains, st.data())
def test_whatever_is_done_to_the_middle_is_noticed_at_that_place_or_just_before_it(rows, data):
    place = data.draw(st.integers(1, len(rows) - 1))
    entry = rows[place].entry
    lies = {
        "seq": st.integers(20, 40),
        "prev": st.just("0" * 64),
        "hash": st.just("f" * 64),
        "act": st.just("x"),
    }
    change = data.draw(st.fixed_dictionaries({}, optional=lies).filter(bool))
    rows[place] = Row(rows[place].id, msgspec.structs.replace(entry, **change))
    assert first_broken(BEGIN, rows).seq in (place, place + 1)


@settings(max_examples=60, deadline=None)
@given(chains)
def test_an_entry_of_another_chain_is_foreign(rows):
    other = link(Tail("2026-03-02.deadbeef-1", BEGIN.keep_until), note(
        START, Who("system"), "view", What("case"), [], Ground("none"), Where()
    ))  # fmt: skip
    rows.append(Row(f"{CHAIN}:{len(rows) + 1:08d}", other))
    assert first_broken(BEGIN, rows).kind == "foreign"


@pytest.mark.parametrize("entry_id", ["", "x", f"{CHAIN}:3", f"{CHAIN}:000000003", f"{CHAIN}:00000003x"])
def test_an_id_that_is_no_place_is_foreign(entry_id):
    rows = linked([note(START, Who("system"), "view", What("case"), [], Ground("none"), Where())] * 2)
    assert first_broken(BEGIN, [*rows, Row(entry_id, rows[1].entry)]).kind == "foreign"
