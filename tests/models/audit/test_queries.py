"""Reading the record stays as fast as it is when it is long: by index, and no more than a page of it."""

from __future__ import annotations

import asyncio

import pytest

from models.audit.entry import What
from models.audit.service import MOST_LOOKS
from tests.models.audit.test_service import CHEN, CHEN_BLIND, LI, ZHAO

HERS, OTHERS = 600, 1500


@pytest.fixture
def long(io_loop, office, audit):
    """Six hundred looks at 陈桂兰's data among those at other people's, every three in one moment."""

    async def write():
        for turn in range(HERS // 3):
            whose = [[CHEN], [CHEN_BLIND], [CHEN, CHEN_BLIND], *[[LI]] * (3 * OTHERS // HERS)]
            case = What("case", f"c{turn}")
            await asyncio.gather(
                *(audit.note(ZHAO, "view", case, whose=each, within=0.001) for each in whose)
            )
            office.watch.now += office.tick
        return audit

    io_loop.run_sync(write, timeout=60)
    return audit


async def profiled(office, ask):
    """What the database says of the queries that ``ask`` made."""
    database = office.entries.database
    await database.command({"profile": 0})
    await database.drop_collection("system.profile")
    await database.command({"profile": 2})
    answer = await ask
    await database.command({"profile": 0})
    query = {"ns": f"{database.name}.audit", "op": {"$in": ["query", "getmore"]}}
    return answer, await database["system.profile"].find(query).to_list(None)


@pytest.mark.gen_test(timeout=90)
async def test_every_page_of_her_looks_reads_no_more_than_itself(office, long):
    before, seen = "", []
    for _ in range(4):
        page, plans = await profiled(office, long.looks_at([CHEN, CHEN_BLIND], 50, before))
        assert all("COLLSCAN" not in plan["planSummary"] for plan in plans), plans
        assert not any(plan.get("hasSortStage") for plan in plans)
        assert sum(plan["docsExamined"] for plan in plans) <= 60
        before = page[-1].id
        seen += [look.id for look in page]
    assert len(set(seen)) == 200


@pytest.mark.gen_test(timeout=90)
async def test_no_page_is_longer_than_it_may_be_however_much_is_asked_for(long):
    assert [len(await long.looks_at(CHEN, limit)) for limit in (10**6, 0, -5)] == [MOST_LOOKS, 1, 1]


@pytest.mark.gen_test(timeout=90)
async def test_one_look_and_the_end_of_a_chain_are_found_at_once(office, long):
    look_id = (await long.looks_at(CHEN, 1))[0].id
    repository = long._repository
    for ask in (long.look([CHEN], look_id), repository.tail(look_id.partition(":")[0])):
        _, plans = await profiled(office, ask)
        assert sum(plan["docsExamined"] for plan in plans) <= 64
