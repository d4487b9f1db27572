"""Case numbers: no gap, no duplicate, whoever takes them."""

from __future__ import annotations

import asyncio

import pytest
from pymongo.errors import WriteError

from models.cases.case import Number
from models.cases.numbers import Numbers
from tests.models.hall import NOON, refusing

TOWN, DAY = "529901101", "20261104"


class Used:
    """The numbers that are in use, as the repository would answer."""

    def __init__(self, *seqs: int) -> None:
        self.seqs = set(seqs)

    async def __call__(self, town: str, day: str, first: int) -> list[int]:
        await asyncio.sleep(0)
        return sorted(seq for seq in self.seqs if seq >= first)


async def take(numbers: Numbers, count: int = 1) -> list[int]:
    return [number.seq for number in await numbers.take(TOWN, DAY, count)]


async def numbers_of(hall) -> list[int]:
    return await hall.cases_repository.taken(TOWN, DAY, 1)


def of(*seqs: int) -> list[Number]:
    return [Number(TOWN, DAY, seq) for seq in seqs]


@pytest.mark.gen_test
async def test_numbers_run_on_from_the_highest_in_use():
    numbers = Numbers(Used(1, 2))
    assert await take(numbers, 2) == [3, 4]
    assert await take(numbers) == [5]


@pytest.mark.gen_test
async def test_a_number_given_back_is_the_next_to_be_taken():
    numbers = Numbers(Used())
    assert await take(numbers, 3) == [1, 2, 3]
    numbers.give_back(of(2, 1))
    assert await take(numbers, 3) == [1, 2, 4]


@pytest.mark.gen_test
async def test_a_gap_that_a_dead_process_left_is_filled_by_the_next_to_start():
    assert await take(Numbers(Used(1, 2, 5)), 3) == [3, 4, 6]


@pytest.mark.gen_test
async def test_after_a_collision_only_what_others_used_is_skipped():
    used = Used()
    numbers = Numbers(used)
    assert await take(numbers, 3) == [1, 2, 3]
    used.seqs = {2, 7}
    await numbers.collided(of(1, 2, 3))
    assert await take(numbers, 3) == [1, 3, 8]


@pytest.mark.gen_test
async def test_a_number_given_back_outlives_the_collision_of_another():
    used = Used()
    numbers = Numbers(used)
    await take(numbers, 2)
    numbers.give_back(of(1))
    used.seqs = {2}
    await numbers.collided(of(2))
    assert await take(numbers, 2) == [1, 3]


@pytest.mark.gen_test
async def test_parallel_takers_never_get_the_same_number():
    numbers = Numbers(Used())
    taken = await asyncio.gather(*(take(numbers, 3) for _ in range(20)))
    assert sorted(sum(taken, [])) == list(range(1, 61))


@pytest.mark.gen_test
async def test_two_processes_race_for_numbers_without_gap_or_duplicate(hall):
    other = await hall.again()
    filed = await asyncio.gather(
        *(
            each.file(key=f"key-of-process-{place}-{n}")
            for place, each in enumerate((hall, other))
            for n in range(15)
        )
    )
    assert len({each.case_no for each in filed}) == 30
    assert await numbers_of(hall) == list(range(1, 31))


@pytest.mark.gen_test
async def test_bundles_and_items_of_two_processes_race_without_gap_or_duplicate(hall):
    other = await hall.again()
    whole = {"wanted": ["allowance", "enrol", "lamp"], "lamp__what": "灯不亮"}
    await asyncio.gather(
        *(
            each.file(item="moving", key=f"bundle-{id(each)}-{n}", **whole)
            for n in range(4)
            for each in (hall, other)
        ),
        *(each.file(key=f"item-{id(each)}-{n}") for n in range(4) for each in (hall, other)),
    )
    assert await numbers_of(hall) == list(range(1, 8 * 3 + 8 + 1))


@pytest.mark.gen_test
async def test_copies_of_one_submission_take_no_number_in_vain(hall):
    filed = await asyncio.gather(
        *(hall.file() for _ in range(8)),
        *(hall.file(phone="19900000099") for _ in range(2)),
        return_exceptions=True,
    )
    assert {each.case_no[-4:] for each in filed if not isinstance(each, Exception)} == {"0001"}
    assert (await hall.file(key="key-of-chen-2")).case_no.endswith("0002")


@pytest.mark.gen_test
async def test_numbers_taken_in_vain_are_used_by_the_next_cases(hall):
    other = await hall.again()
    await asyncio.gather(*(each.file(key=f"key-of-chen-{n}") for n in range(6) for each in (hall, other)))
    for n in range(6):
        await hall.file(key=f"key-of-later-{n}")
        await other.file(key=f"key-of-others-{n}")
    assert await numbers_of(hall) == list(range(1, 19))


@pytest.mark.gen_test
async def test_a_number_whose_insert_the_database_refused_is_used_by_the_next_case(hall):
    async with refusing(hall, "allowance"):
        with pytest.raises(WriteError):
            await hall.file()
    assert (await hall.file()).case_no.endswith("0001")


@pytest.mark.gen_test
async def test_each_town_and_each_day_counts_for_itself(hall):
    filed = [
        await hall.file(),
        await hall.file(hall.li, item="lamp", door="lamp", key="li-lamp-1", address="双河村", what="灯不亮"),
    ]
    hall.clock.on(days=1)
    filed.append(await hall.file(key="key-of-chen-2"))
    assert [each.case_no for each in filed] == [
        "529901101202611040001", "529901000202611040001", "529901101202611050001",
    ]  # fmt: skip


@pytest.mark.gen_test
async def test_the_day_of_a_number_is_the_day_in_shanghai(hall):
    hall.clock.now = NOON.replace(hour=16, minute=30)  # half past midnight there
    assert (await hall.file()).case_no == "529901101202611050001"
