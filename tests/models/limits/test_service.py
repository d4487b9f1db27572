from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.base.cipher import Cipher
from models.base.errors import TooMany
from models.base.keys import Keyring
from models.limits.repository import LimitRepository
from models.limits.service import Limits

THREE = {"most": 3, "per_seconds": 60}


@pytest.fixture
def limits(io_loop, database, watch):
    io_loop.run_sync(lambda: database.ensure(LimitRepository.COLLECTIONS))
    return Limits(LimitRepository(database), Cipher(Keyring.fresh()), watch)


async def refused(limits, key="陈桂兰", **limit):
    try:
        await limits.hit("login.card", key, **(limit or THREE))
    except TooMany as error:
        return error.retry_after
    return 0


@pytest.mark.gen_test
async def test_the_try_that_is_one_too_many_is_told_how_long_to_wait(limits):
    assert [await refused(limits) for _ in range(4)] == [0, 0, 0, 60]


@pytest.mark.gen_test
async def test_after_the_window_one_may_try_again(limits, watch):
    for _ in range(9):
        await refused(limits)
    watch.now += timedelta(seconds=60)
    assert [await refused(limits) for _ in range(4)] == [0, 0, 0, 60]


@pytest.mark.gen_test
async def test_of_thirty_parallel_tries_exactly_three_pass(limits):
    answers = await asyncio.gather(*(refused(limits) for _ in range(30)))
    assert answers.count(0) == 3


@pytest.mark.gen_test
async def test_keys_and_kinds_are_counted_apart(limits):
    for _ in range(4):
        await refused(limits)
    assert await refused(limits, "李明") == 0
    await limits.hit("login.code", "陈桂兰", **THREE)


@pytest.mark.gen_test
async def test_a_success_clears_the_counter(limits):
    for _ in range(4):
        await refused(limits)
    await limits.clear("login.card", "陈桂兰")
    assert await refused(limits) == 0


@pytest.mark.gen_test
async def test_a_lock_lasts_its_whole_time_from_the_last_failure(limits, watch):
    lock = {"most": 2, "per_seconds": 900, "locks": True}
    await refused(limits, **lock)
    watch.now += timedelta(seconds=890)
    assert await refused(limits, **lock) == 0
    watch.now += timedelta(seconds=100)
    assert await refused(limits, **lock) == 800


@pytest.mark.gen_test
async def test_what_is_stored_does_not_name_anybody(limits, database):
    await refused(limits, "529901194503070027")
    row = await database.collection("limits").find_one({})
    assert "529901" not in str(row)
    assert set(row) == {"_id", "count", "ends_at"}
