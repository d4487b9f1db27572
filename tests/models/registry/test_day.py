"""Any day's state out of the history: whatever happens to values, replaying it leads to the present, and back to any day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base.errors import Conflict, NotFound
from models.people.edits import (
    Decision,
    Edit,
    Entry,
    Given,
    accept,
    confirm,
    refuse,
    remove,
    restore,
    take,
    withdraw,
)
from models.people.values import TRUST, Held, Value
from models.registry.day import backward, end_of, forward, held_before, in_order

KEYS = ("person.phone", "person.name", "person.marital")
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)

ACTS = st.tuples(
    st.sampled_from(("take", "wish", "accept", "refuse", "withdraw", "restore", "confirm", "remove")),
    st.sampled_from(KEYS),
    st.sampled_from("abc"),
    st.sampled_from(TRUST),
    st.sampled_from(("wang", "chen")),
    st.integers(0, 3),
)


def walked(acts):
    """What is held after some acts, every entry that they left, and what was held before each of them."""
    held, entries, before = Held(), [], []
    at = BEGIN
    for kind, key, said, source, by, hours in acts:
        at += timedelta(hours=hours, seconds=1)
        try:
            done = acted(held, entries, kind, key, Value(said, source, at, by))
        except (Conflict, NotFound):
            continue
        before.append((at, held))
        held, entries = done.held, [*entries, *done.entries]
    return held, entries, before


def acted(held: Held, entries: list[Entry], kind: str, key: str, value: Value) -> Edit:
    made = Decision(value.by, value.at)
    wish = held.proposals[0].id if held.proposals else ""
    if kind in {"take", "wish"}:
        return take(held, [Given(key, value, kind == "take")], value.at)
    if kind == "confirm":
        return confirm(held, KEYS, value.source, made)
    if kind == "remove":
        return remove(held, key, value.source, made)
    if kind == "restore":
        done = next((each for each in reversed(entries) if each.kind in {"accepted", "refused"}), None)
        return restore(held, done, made, "1") if done else Edit(held)
    if kind == "withdraw":
        return withdraw(held, wish, value.by, value.at)
    return {"accept": accept, "refuse": refuse}[kind](held, wish, made)


@given(st.lists(ACTS, max_size=40))
@settings(deadline=None)
def test_the_history_replayed_from_nothing_is_the_present(acts):
    held, entries, _ = walked(acts)
    assert forward(entries) == held.values


@given(st.lists(ACTS, max_size=40))
@settings(deadline=None)
def test_every_moment_of_the_past_is_reached_from_the_present(acts):
    held, entries, before = walked(acts)
    for at, then in before:
        since = [entry for entry in reversed(entries) if entry.at >= at]
        assert held_before(held, since, at).values == then.values


@given(st.lists(ACTS, max_size=30), st.randoms())
@settings(deadline=None)
def test_the_order_in_which_entries_of_one_moment_are_read_does_not_matter(acts, chance):
    held, entries, _ = walked(acts)
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert backward(held.values, in_order(shuffled)) == {}


def test_a_chain_within_one_moment_is_undone_link_by_link():
    one, two, three = (Value(each, "counter", BEGIN, "wang") for each in "123")
    chain = [Entry("recorded", "person.phone", BEGIN, "wang", was, now)
             for was, now in ((None, one), (one, two), (two, three))]  # fmt: skip
    assert in_order([chain[1], chain[2], chain[0]]) == chain[::-1]


def test_what_an_import_brought_counts_from_its_own_time():
    old = Value("1", "import", BEGIN, "")
    new = msgspec.structs.replace(old, at=BEGIN + timedelta(days=30))
    held = Held({"person.phone": old, "person.name": new})
    assert held_before(held, [], BEGIN + timedelta(days=1)).values == {"person.phone": old}


def test_a_day_ends_at_midnight_in_shanghai():
    assert end_of(date(2026, 3, 1)) == datetime(2026, 3, 1, 16, tzinfo=UTC)
