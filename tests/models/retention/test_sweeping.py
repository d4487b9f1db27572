"""Sweeping on the real database: what is over goes, what is not stays, one process does it, and it is written down."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta

import pytest
from PIL import Image

from models.base.errors import Forbidden, NotFound
from models.cases import transitions
from models.cases.case import By
from models.cases.emptying import _over, emptied
from models.retention.repository import SweepRepository
from models.retention.rule import Due
from models.retention.service import BATCH, Retention
from tests.models.hall import ADMIN, CHEN_CARD, CLERK, LI_CARD, WANG

STAFF = By("staff", "a1", "李办事", "民政")
TEN_YEARS = {"days": 3660}


async def ended(hall, filed):
    """A case with everything in it that people wrote, refused."""
    case = await hall.case(filed)
    at = hall.clock()
    for step in (
        lambda each: transitions.ask(each, STAFF, at, {"account": "陈桂兰的卡号不对"}, "请陈桂兰改"),
        lambda each: transitions.supply(each, By("resident", "b1", "陈桂兰"), at, (), each.due_on),
        lambda each: transitions.decide(each, STAFF, at, "refused", "陈桂兰不满八十岁", "陈桂兰请明年再来"),
        lambda each: transitions.rate(each, By("resident", "b1", "陈桂兰"), at, 4, "我是陈桂兰"),
    ):
        case = step(case)
        assert await hall.cases_repository.replace(case)
    return case


def swept(rows):
    return {row.collection: row.count for row in rows}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.gen_test
async def test_a_case_is_kept_until_its_years_are_over_and_then_emptied(hall):
    case = await ended(hall, await hall.file())
    assert case.keep_until == case.decision.at.replace(year=2036)
    hall.clock.on(days=3650)
    assert swept(await hall.retention.run()) == {}
    hall.clock.on(days=10)
    assert swept(await hall.retention.run()) == {"cases": 1}
    empty = await hall.cases_repository.get(case.id)
    assert (empty.emptied_at, empty.keep_until) == (hall.clock.now, None)


@pytest.mark.gen_test
async def test_nothing_of_the_person_is_left_and_the_numbers_are(hall):
    case = await ended(hall, await hall.file())
    hall.clock.on(**TEN_YEARS)
    await hall.retention.run()
    row = await hall.database.collection("cases").find_one({"_id": case.id})
    text = str(row)
    told = ("陈桂兰", CHEN_CARD, "19900000001", "丘林村三组", hall.codes_of["chen"], "k1.")
    for word in (*told, hall.chen.subject, hall.chen.person):
        assert word not in text, word
    assert (row["case_no"], row["item"], row["state"], row["decision"]["outcome"]) == (
        case.case_no, "allowance", "refused", "refused",
    )  # fmt: skip
    assert (row["rating"]["stars"], row["areas"]) == (4, ["529901", "529901101", "529901101201"])
    assert [each["id"] for each in row["consents"]] == ["bank"]


@pytest.mark.gen_test
async def test_a_case_that_is_open_or_lately_ended_stays(hall):
    await hall.file()
    other = await ended(
        hall, await hall.file(hall.li, key="key-of-li", name="李明", id_number=LI_CARD, born="1943-03-08")
    )
    assert swept(await hall.retention.run()) == {}
    assert (await hall.cases_repository.get(other.id)).applicant.name == "李明"


@pytest.mark.gen_test
async def test_the_papers_of_a_case_go_with_it_but_not_those_that_another_case_has(hall):
    alone, shared = [await hall.uploads.take(hall.chen, picture(), name) for name in ("甲.jpg", "乙.jpg")]
    await ended(hall, await hall.file(photo=[alone.id, shared.id]))
    hall.clock.on(**TEN_YEARS)
    await hall.file(key="key-of-chen-2", photo=[shared.id])
    await hall.retention.run()
    with pytest.raises(NotFound):
        await hall.uploads.open(hall.chen, alone.id)
    assert (await hall.uploads.open(hall.chen, shared.id))[0].id == shared.id


@pytest.mark.gen_test
async def test_the_filing_over_a_bundle_loses_its_applicant_with_the_last_of_its_cases(hall):
    filed = await hall.file(item="moving", key="key-of-move", wanted=["enrol", "lamp"], lamp__what="灯不亮")
    filing = await hall.cases_repository.filing_for_receipt(filed.receipt)
    first, second = await hall.cases_repository.of_filings([filing.id])
    for case, later in ((first, 0), (second, 30)):
        hall.clock.on(days=later)
        done = transitions.withdraw(case, By("resident"), hall.clock(), "")
        assert await hall.cases_repository.replace(done)
    hall.clock.on(days=3640)
    assert swept(await hall.retention.run()) == {"cases": 1}
    assert (await hall.cases_repository.filing(filing.id)).applicant.name == "陈桂兰"
    hall.clock.on(days=40)
    await hall.retention.run()
    assert (await hall.cases_repository.filing(filing.id)).applicant.name == ""


@pytest.mark.gen_test
async def test_a_receipt_of_an_emptied_case_still_says_what_became_of_it(hall):
    case = await ended(hall, await hall.file())
    hall.clock.on(**TEN_YEARS)
    await hall.retention.run()
    receipt = await hall.receipts.view(hall.anybody, case.receipt)
    assert (receipt.case_no, receipt.state, receipt.name) == (case.case_no, "refused", "")


@pytest.mark.gen_test
async def test_a_sweep_that_died_after_the_papers_finds_its_case_again(hall):
    upload = await hall.uploads.take(hall.chen, picture(), "甲.jpg")
    case = await ended(hall, await hall.file(photo=[upload.id]))
    await hall.uploads.discard([upload.id])
    hall.clock.on(**TEN_YEARS)
    assert swept(await hall.retention.run()) == {"cases": 1}
    assert (await hall.cases_repository.get(case.id)).answers == ()


def test_emptying_twice_changes_nothing_more_than_the_time(hall, io_loop):
    async def work():
        case = emptied(await ended(hall, await hall.file()), hall.clock())
        again = emptied(case, hall.clock())
        assert (again.answers, again.events, again.steps) == (case.answers, case.events, case.steps)

    io_loop.run_sync(work)


@pytest.mark.gen_test
async def test_ended_mandates_stay_for_three_years(hall):
    given = await hall.mandates.give(hall.chen, "李明", LI_CARD, "until", (), "2026-12-01")
    hall.clock.on(days=27 + 3 * 365)  # 1 December 2029: three years to the day
    assert swept(await hall.retention.run()) == {}
    hall.clock.on(days=2)
    (row,) = await hall.retention.run()
    assert (row.collection, row.count, row.rule) == ("mandates", 1, "期满后三年")
    assert (row.first, row.last) == (row.last, row.first)
    assert await hall.database.collection("mandates").find_one({"_id": given.id}) is None


@pytest.mark.gen_test
async def test_a_dry_run_says_what_would_be_done_and_does_nothing(hall):
    case = await ended(hall, await hall.file())
    await hall.uploads.take(hall.chen, picture(), "多余.jpg")
    hall.clock.on(**TEN_YEARS)
    assert swept(await hall.retention.due()) == {"cases": 1, "uploads": 1}
    assert (await hall.cases_repository.get(case.id)).applicant.name == "陈桂兰"
    assert (await hall.retention.reported()).rows == ()


@pytest.mark.gen_test
async def test_of_two_processes_one_sweeps(hall):
    await ended(hall, await hall.file())
    hall.clock.on(**TEN_YEARS)
    other = (await hall.again()).retention
    done = await asyncio.gather(hall.retention.run(), other.run())
    assert [swept(each) for each in done if each] == [{"cases": 1}]
    assert len((await hall.retention.reported()).rows) == 1


class Stuck:
    """A sweep of a collection that dies, after it has held the lease for ``minutes``."""

    collection = "uploads"

    def __init__(self, clock):
        self.clock = clock

    async def due(self, now):
        return Due(1)

    async def sweep(self, now, limit):
        raise RuntimeError("killed")


@pytest.mark.gen_test
async def test_a_sweep_that_fails_gives_the_lease_back(hall):
    broken = Retention(SweepRepository(hall.database), [Stuck(hall.clock)], hall.clock)
    with pytest.raises(RuntimeError):
        await broken.run()
    assert await hall.retention.run() == []


@pytest.mark.gen_test
async def test_a_process_that_died_in_the_middle_is_replaced_when_its_lease_is_over(hall):
    now = hall.clock()
    await SweepRepository(hall.database).take("dead", now, now + timedelta(minutes=10))
    assert await hall.retention.run() is None
    hall.clock.on(minutes=10)
    assert await hall.retention.run() == []


class Endless(Stuck):
    """As much as one likes."""

    async def sweep(self, now, limit):
        return Due(limit, now, now)


@pytest.mark.gen_test
async def test_one_run_has_an_end(hall):
    much = Retention(SweepRepository(hall.database), [Endless(hall.clock)], hall.clock)
    (row,) = await much.run()
    assert row.count == 50 * BATCH


@pytest.mark.gen_test
async def test_the_report_is_for_those_who_administer_or_supervise(hall):
    assert (await hall.retention.report(ADMIN)).rows == ()
    for actor in (CLERK, WANG, hall.chen, hall.anybody):
        with pytest.raises(Forbidden):
            await hall.retention.report(actor)


@pytest.mark.gen_test
async def test_no_sweep_reads_more_than_what_is_due(hall):
    for number in range(20):
        await hall.file(item="lamp", key=f"key-of-lamp-{number}", what="灯不亮")
    database = hall.database
    plan = await database.collection("cases").find(_over(hall.clock())).explain()
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
    plan = await database.collection("mandates").find({"until": {"$lt": "2020-01-01"}}).explain()
    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
