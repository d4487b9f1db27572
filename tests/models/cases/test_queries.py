"""Every query of every day is answered by an index: asked of the real planner, through the repositories' own calls."""

from __future__ import annotations

import asyncio

import pytest

from models.cases.outbox import OutboxRepository
from tests.models.hall import CLERK, NOON, ZHAO, Hall

PROFILED = ("cases", "filings", "drafts", "codes", "uploads", "items", "item_versions")


class Profiled:
    """What the database did while something was asked of it: its profiler's notes."""

    def __init__(self, hall: Hall) -> None:
        self._database = hall.database.collection("cases").database

    async def __aenter__(self) -> Profiled:
        await self._database.command("profile", 0)
        await self._database.drop_collection("system.profile")
        await self._database.command("profile", 2)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._database.command("profile", 0)

    async def plans(self, collections: tuple[str, ...] = PROFILED) -> list[dict]:
        names = [f"{self._database.name}.{name}" for name in collections]
        return [row async for row in self._database["system.profile"].find({"ns": {"$in": names}})]


async def fill(hall) -> None:
    await hall.file()
    lamps = [f"key-of-lamp-{n}" for n in range(20)]
    await asyncio.gather(*(hall.file(item="lamp", key=key, what="灯不亮") for key in lamps))
    await hall.file(item="moving", key="key-of-move", wanted=["enrol", "lamp"], lamp__what="灯不亮")


async def ask_everything(hall) -> None:
    """Each question that a page, a desk, a receipt or a worker asks."""
    filed = await hall.file(key="key-of-chen-2")
    for view in ("mine", "area", "lately"):
        listing = await hall.desk.listing(CLERK, view)
        last = listing.rows[-1]
        await hall.desk.listing(CLERK, view, f"{last.due_on}~{last.id}")
    await hall.desk.listing(ZHAO)
    await hall.desk.find(CLERK, filed.case_no)
    await hall.receipts.own(hall.chen)
    await hall.receipts.view(hall.chen, filed.receipt)
    opened = await hall.applying.open(hall.chen, hall.codes_of["chen"], "lamp")
    await hall.applying.keep(hall.chen, opened, {"what": "灯"})
    await hall.drafts.all_of(hall.chen)
    await hall.codes.posters("529901")
    await hall.codes.door_of("529901101201030012")
    await hall.codes.in_area(CLERK, "529901101", "D")
    await hall.codes.points(("529901",), 10)
    await hall.cases.filed_before(hall.chen, "key-of-chen-2")
    await OutboxRepository(hall.database, hall.cipher).due(NOON, 50)
    await hall.drain.run_once()
    await hall.uploads.sweep()
    await hall.catalogue.version("allowance", 1)


@pytest.mark.gen_test(timeout=30)
async def test_no_query_scans_a_collection_or_sorts_in_memory(hall):
    await fill(hall)
    async with Profiled(hall) as profiled:
        await ask_everything(hall)
    plans = await profiled.plans()
    assert len({row["ns"] for row in plans}) >= 4
    scans = [
        row for row in plans if "COLLSCAN" in row.get("planSummary", "") and not row["ns"].endswith(".items")
    ]
    assert [(row["ns"], row["command"]) for row in scans] == []
    assert [(row["ns"], row["command"]) for row in plans if row.get("hasSortStage")] == []


@pytest.mark.gen_test(timeout=30)
async def test_no_query_reads_many_more_documents_than_it_returns(hall):
    await fill(hall)
    async with Profiled(hall) as profiled:
        await ask_everything(hall)
    wasteful = [
        (row["ns"], row["docsExamined"], row.get("nreturned"), row["command"])
        for row in await profiled.plans()
        if row["op"] in {"query", "command"} and row.get("docsExamined", 0) > row.get("nreturned", 0) + 2
    ]
    assert wasteful == []


@pytest.mark.gen_test(timeout=30)
async def test_counting_a_desk_reads_no_case(hall):
    await fill(hall)
    async with Profiled(hall) as profiled:
        assert await hall.desk.waiting(CLERK) == 23
    plans = await profiled.plans()
    assert [(row["planSummary"].split()[0], row["docsExamined"]) for row in plans] == [("IXSCAN", 0)]


@pytest.mark.gen_test(timeout=30)
async def test_a_page_of_the_list_is_two_queries_however_long_it_is(hall):
    await fill(hall)
    async with Profiled(hall) as profiled:
        await hall.desk.listing(CLERK)
    assert len(await profiled.plans()) == 2


@pytest.mark.gen_test(timeout=30)
async def test_ones_own_matters_are_three_queries_however_many_bundles(hall):
    await fill(hall)
    await hall.file(item="moving", key="key-of-move-2", wanted=["enrol"])
    async with Profiled(hall) as profiled:
        assert len(await hall.receipts.own(hall.chen)) == 23
    assert len(await profiled.plans()) == 3


@pytest.mark.gen_test(timeout=30)
async def test_numbers_are_read_from_their_index_alone(hall):
    await fill(hall)
    async with Profiled(hall) as profiled:
        await hall.cases_repository.taken("529901101", "20261104", 1)
    assert [row["docsExamined"] for row in await profiled.plans()] == [0]
