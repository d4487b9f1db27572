"""Counting in memory, shared a moment later."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.base.cipher import Cipher
from models.base.errors import TooMany
from models.base.keys import Keyring
from models.limits.repository import LimitRepository
from models.limits.tally import Tally

THREE = {"most": 3, "per_seconds": 60}


def tries(tally, count, key="门牌", kind="apply.code"):
    """How many of ``count`` tries pass."""
    passed = 0
    for _ in range(count):
        try:
            tally.hit(kind, key, **THREE)
            passed += 1
        except TooMany:
            continue
    return passed


@pytest.mark.gen_test
async def test_one_process_alone_lets_exactly_as_many_pass_without_a_round_trip(tallies, database):
    assert tries(tallies[0], 5) == 3
    assert await database.collection("limits").find_one({}) is None


@pytest.mark.gen_test
async def test_after_settling_the_other_process_knows(tallies):
    here, there = tallies
    tries(here, 2)
    tries(there, 1)
    await here.settle()
    await there.settle()
    assert tries(there, 1) == 0


@pytest.mark.gen_test
async def test_what_both_have_counted_adds_up(tallies):
    here, there = tallies
    for _ in range(3):
        tries(here, 1)
        tries(there, 1)
        await asyncio.gather(here.settle(), there.settle())
    tries(here, 1)
    await here.settle()
    assert here.count("apply.code", "门牌") == 7


@pytest.mark.gen_test
async def test_windows_that_are_over_are_forgotten(tallies, watch):
    tries(tallies[0], 3)
    watch.now += timedelta(seconds=61)
    await tallies[0].settle()
    assert tallies[0]._windows == {}


@pytest.mark.gen_test
async def test_settling_twice_adds_nothing(tallies, database):
    tries(tallies[0], 3)
    await tallies[0].settle()
    await tallies[0].settle()
    assert [row["count"] async for row in database.collection("limits").find({})] == [3]


@pytest.mark.gen_test
async def test_a_window_that_is_over_begins_anew_in_every_process(tallies, watch):
    here, there = tallies
    tries(here, 4)
    await here.settle()
    watch.now += timedelta(seconds=60)
    assert tries(here, 1) == 1
    await here.settle()
    tries(there, 1)
    await there.settle()
    assert there.count("apply.code", "门牌") == 2


@pytest.mark.gen_test
async def test_looking_does_not_count(tallies):
    for _ in range(9):
        tallies[0].check("miss.who", "陈桂兰", most=1)
    tries(tallies[0], 3, "陈桂兰", "miss.who")
    with pytest.raises(TooMany):
        tallies[0].check("miss.who", "陈桂兰", most=3)


@pytest.mark.gen_test
async def test_what_the_database_did_not_take_is_told_by_the_next_call(tallies, database, monkeypatch):
    tally = tallies[0]
    tries(tally, 2)

    async def away(*_):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(tally._repository, "add", away)
        with pytest.raises(OSError):
            await tally.settle()
    await tally.settle()
    assert [row["count"] async for row in database.collection("limits").find({})] == [2]


@pytest.mark.gen_test
async def test_memory_is_bounded_and_the_database_names_nobody(database, watch):
    await database.ensure(LimitRepository.COLLECTIONS)
    tally = Tally(LimitRepository(database), Cipher(Keyring.fresh()), watch, most_keys=10)
    for n in range(50):
        tally.note("apply.who", f"card:{n}", 60)
    await tally.settle()
    rows = await database.collection("limits").find({}).to_list(100)
    assert len(rows) == 10
    assert "card" not in str(rows)


@pytest.mark.gen_test(timeout=20)
async def test_twenty_processes_that_make_the_same_first_row_at_once_lose_nothing(database, watch):
    await database.ensure(LimitRepository.COLLECTIONS)
    cipher = Cipher(Keyring.fresh())
    crowd = [Tally(LimitRepository(database), cipher, watch) for _ in range(20)]
    for tally in crowd:
        tally.note("apply.global", "", 60)
    await asyncio.gather(*(tally.settle() for tally in crowd))
    await asyncio.gather(*(tally.settle() for tally in crowd))  # those that met another's first row
    assert [row["count"] async for row in database.collection("limits").find({})] == [20]
