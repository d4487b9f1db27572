from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.values import TRUST, Held, Value, outranks, put

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
KEY = "person.phone"


def held(source, v="old", at=NOON):
    return Held({KEY: Value(v, source, at, "王网格")})


@pytest.mark.parametrize(("better", "worse"), zip(TRUST, TRUST[1:], strict=False))
def test_a_lower_source_only_proposes(better, worse):
    after, outcome = put(held(better), KEY, Value("new", worse, LATER, "陈桂兰"))
    assert outcome == "proposed"
    assert after.values[KEY].v == "old"
    assert after.proposals[0].value.v == "new"


@pytest.mark.parametrize(("better", "worse"), zip(TRUST, TRUST[1:], strict=False))
def test_a_higher_source_overwrites(better, worse):
    after, outcome = put(held(worse), KEY, Value("new", better, LATER))
    assert (outcome, after.values[KEY].v, after.values[KEY].source) == ("recorded", "new", better)


def test_the_first_value_is_recorded_whatever_its_source():
    assert put(Held(), KEY, Value("new", "import", NOON))[1] == "recorded"


def test_an_equal_source_overwrites_with_what_is_newer():
    assert put(held("visit"), KEY, Value("new", "visit", LATER))[0].values[KEY].v == "new"


def test_an_equal_source_that_comes_late_changes_nothing():
    assert put(held("visit", at=LATER), KEY, Value("new", "visit", NOON)) == (
        held("visit", at=LATER),
        "unchanged",
    )


def test_a_lower_source_that_agrees_changes_nothing():
    assert put(held("counter"), KEY, Value("old", "self", LATER)) == (held("counter"), "unchanged")


def test_proposing_twice_keeps_the_latest_wish_only():
    once, _ = put(held("counter"), KEY, Value("new", "self", NOON, "陈桂兰"))
    twice, outcome = put(once, KEY, Value("newer", "self", LATER, "陈桂兰"))
    assert outcome == "proposed"
    assert [p.value.v for p in twice.proposals] == ["newer"]


def test_the_same_proposal_again_changes_nothing():
    wish = Value("new", "self", NOON, "陈桂兰")
    once, _ = put(held("counter"), KEY, wish)
    assert put(once, KEY, wish) == (once, "unchanged")


def test_a_trusted_value_settles_older_proposals_and_keeps_newer_ones():
    asked, _ = put(held("counter"), KEY, Value("new", "self", NOON, "陈桂兰"))
    assert put(asked, KEY, Value("new", "counter", LATER))[0].proposals == ()
    asked, _ = put(held("counter"), KEY, Value("newest", "self", LATER, "陈桂兰"))
    assert len(put(asked, KEY, Value("new", "counter", NOON))[0].proposals) == 1


@given(st.lists(st.tuples(st.sampled_from(TRUST), st.integers(0, 5), st.integers(0, 3)), max_size=30))
def test_trust_in_the_value_never_sinks(arrivals):
    state = Held()
    for source, v, hour in arrivals:
        before = state.values.get(KEY)
        state, _ = put(state, KEY, Value(v, source, NOON + timedelta(hours=hour)))
        assert before is None or not outranks(before.source, state.values[KEY].source)
