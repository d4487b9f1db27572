"""Random numbers that nobody is given twice."""

from __future__ import annotations

import os

import pytest

from models.base.chance import DRAWN, Chance


def test_nothing_is_given_out_twice():
    chance = Chance()
    drawn = [chance.bytes(12) for _ in range(DRAWN)]
    assert len(set(drawn)) == len(drawn)


def test_as_many_bytes_as_asked_for_also_where_they_are_more_than_a_draw():
    assert [len(Chance().bytes(count)) for count in (1, 12, DRAWN + 1)] == [1, 12, DRAWN + 1]


@pytest.mark.parametrize("bound", [1, 2, 10, 1 << 50])
def test_numbers_stay_below_their_bound(bound):
    chance = Chance()
    assert all(0 <= chance.below(bound) < bound for _ in range(200))


def test_every_small_number_comes_up():
    chance = Chance()
    assert {chance.below(10) for _ in range(1000)} == set(range(10))


def test_a_forked_process_is_not_given_the_same():
    chance = Chance()
    chance.bytes(1)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, chance.bytes(16))
        os._exit(0)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as heard:
        os.close(writing)
        assert heard.read(16) != chance.bytes(16)
