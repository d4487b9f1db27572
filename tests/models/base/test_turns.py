import asyncio

import pytest

from models.base.turns import Turns


@pytest.mark.gen_test
async def test_those_with_one_key_go_one_after_the_other_and_others_do_not_wait():
    turns, inside, seen = Turns(), [], []

    async def go(key: str) -> None:
        async with turns.of(key) as waited:
            inside.append(key)
            seen.append((key, waited, inside.count(key)))
            await asyncio.sleep(0.01)
            inside.remove(key)

    await asyncio.gather(*(go(key) for key in "aab"))
    assert sorted(seen) == [("a", False, 1), ("a", True, 1), ("b", False, 1)]
    assert not turns._locks  # nothing is left behind


@pytest.mark.gen_test
async def test_one_who_fails_lets_the_next_in():
    turns = Turns()

    async def fail() -> None:
        async with turns.of("a"):
            await asyncio.sleep(0)
            raise ValueError

    async def go() -> bool:
        async with turns.of("a") as waited:
            return waited

    assert (await asyncio.gather(fail(), go(), return_exceptions=True))[1] is True
