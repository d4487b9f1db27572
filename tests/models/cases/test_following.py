"""Children of a bundle that wait for one another: what the end of one does to those after it, and to nobody else."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, LoginNeeded
from models.cases.following import planned
from models.cases.posts import available
from tests.models.catalogue import CHAIN
from tests.models.hall import CLERK, Hall, opened

pytestmark = pytest.mark.gen_test

LONG = msgspec.structs.replace(
    CHAIN, children=(*CHAIN.children[:2], msgspec.structs.replace(CHAIN.children[2], after=("enrol",)))
)
"""The allowance waits for the insurance, which waits for the lamp."""


@pytest.fixture
def hall(io_loop, database) -> Hall:
    """The hall, with the bundle in it whose insurance waits for its lamp."""
    return io_loop.run_sync(lambda: opened(database, {CHAIN.id: CHAIN}))


async def chain(hall, wanted=("lamp", "enrol", "allowance")):
    """Filed; its cases by item."""
    filed = await hall.file(
        hall.chen, item="chain", key="key-of-chain", wanted=list(wanted),
        **({"lamp__what": "灯不亮"} if "lamp" in wanted else {}),
    )  # fmt: skip
    return await children(hall, filed.receipt)


async def children(hall, receipt):
    filing = await hall.cases_repository.filing_for_receipt(receipt)
    return {case.item: case for case in await hall.cases_repository.of_filings([filing.id])}


async def now(hall, case):
    return await hall.cases_repository.get(case.id)


async def grant(hall, case):
    case = await hall.act(CLERK, case, "accept")
    return await hall.act(CLERK, case, "grant", result="已装好")


async def refuse(hall, case):
    return await hall.act(CLERK, case, "refuse", reason="不在供电范围")


async def test_a_child_that_needs_anothers_result_waits_at_no_desk(hall):
    cases = await chain(hall)
    assert {item: case.state for item, case in cases.items()} == {
        "lamp": "applied", "enrol": "held", "allowance": "applied",
    }  # fmt: skip
    listed = {row.id for row in (await hall.desk.listing(CLERK)).rows}
    assert cases["enrol"].id not in listed
    assert available(CLERK, cases["enrol"]) == ()


async def test_its_promise_counts_from_when_the_forerunner_is_due(hall):
    cases = await chain(hall)
    assert cases["enrol"].due_on > cases["lamp"].due_on


async def test_a_child_whose_forerunner_was_not_chosen_waits_for_nothing(hall):
    assert (await chain(hall, ["enrol"]))["enrol"].state == "applied"


async def test_a_grant_releases_what_waited_for_it(hall):
    cases = await chain(hall)
    await grant(hall, cases["lamp"])
    assert await hall.following.run_once() == 1
    released = await now(hall, cases["enrol"])
    assert (released.state, released.events[-1].what, bool(released.desks)) == ("applied", "released", True)
    await hall.drain.run_once()
    assert any("现在开始办理" in text for _, text in hall.phones.sent)


async def test_following_twice_or_in_two_processes_releases_once(hall):
    cases = await chain(hall)
    await grant(hall, cases["lamp"])
    other = await hall.again()
    await asyncio.gather(*(each.following.run_once() for each in (hall, other) for _ in range(4)))
    released = await now(hall, cases["enrol"])
    assert [event.what for event in released.events] == ["applied", "released"]
    assert await hall.following.run_once() == 0


async def test_a_worker_that_died_before_it_followed_is_made_up_for(hall):
    cases = await chain(hall)
    await grant(hall, cases["lamp"])  # and nobody followed
    other = await hall.again()
    await other.following.run_once()
    assert (await now(hall, cases["enrol"])).state == "applied"


async def test_a_forerunner_that_is_sent_back_changes_nothing_for_those_after_it(hall):
    cases = await chain(hall)
    await hall.act(CLERK, cases["lamp"], "ask", note="请写明位置")
    assert await hall.following.run_once() == 0
    assert (await now(hall, cases["enrol"])).state == "held"


async def test_a_refusal_asks_the_applicant_about_what_waited_and_leaves_the_rest_alone(hall):
    cases = await chain(hall)
    await refuse(hall, cases["lamp"])
    await hall.following.run_once()
    waiting, free = await now(hall, cases["enrol"]), await now(hall, cases["allowance"])
    assert (waiting.state, waiting.broken) == ("held", "路灯报修")
    assert (free.state, free.rev) == ("applied", 1)
    receipt = await hall.receipts.view(hall.chen, waiting.receipt)
    assert (receipt.broken, receipt.go_on) == ("路灯报修", f"/q/{waiting.receipt}/go-on")


async def test_taking_the_forerunner_back_counts_as_its_failing(hall):
    cases = await chain(hall)
    await hall.receipts.withdraw(hall.chen, cases["lamp"].receipt, "自己修好了")
    await hall.following.run_once()
    assert (await now(hall, cases["enrol"])).broken == "路灯报修"


async def test_she_goes_on_without_it(hall):
    cases = await chain(hall)
    await refuse(hall, cases["lamp"])
    await hall.following.run_once()
    await hall.receipts.go_on(hall.chen, cases["enrol"].receipt)
    case = await now(hall, cases["enrol"])
    assert (case.state, case.broken, case.events[-1].data["without"]) == ("applied", "", "路灯报修")


async def test_nobody_else_decides_that_and_nobody_before_it_is_asked(hall):
    cases = await chain(hall)
    with pytest.raises(Conflict):
        await hall.receipts.go_on(hall.chen, cases["enrol"].receipt)
    await refuse(hall, cases["lamp"])
    await hall.following.run_once()
    with pytest.raises(LoginNeeded):
        await hall.receipts.go_on(hall.li, cases["enrol"].receipt)


async def test_what_nobody_decides_on_is_taken_back_after_three_weeks(hall):
    cases = await chain(hall)
    await refuse(hall, cases["lamp"])
    await hall.following.run_once()
    hall.clock.on(days=20)
    assert await hall.following.run_once() == 0
    hall.clock.on(days=2)
    await hall.following.run_once()
    assert (await now(hall, cases["enrol"])).state == "withdrawn"


async def test_a_child_that_waits_can_be_taken_back_before(hall):
    cases = await chain(hall)
    await hall.receipts.withdraw(hall.chen, cases["enrol"].receipt, "")
    await grant(hall, cases["lamp"])
    await hall.following.run_once()
    assert (await now(hall, cases["enrol"])).state == "withdrawn"


async def test_the_bundle_is_under_way_while_something_waits(hall):
    cases = await chain(hall)
    filing = cases["lamp"].filing
    receipt = (await hall.cases_repository.filing(filing)).receipt
    assert (await hall.receipts.view(hall.chen, receipt)).state == "accepted"


async def test_one_matter_is_cancelled_and_the_others_go_on(hall):
    cases = await chain(hall)
    await hall.receipts.withdraw(hall.chen, cases["allowance"].receipt, "不办了")
    await hall.following.run_once()
    others = [await now(hall, cases[item]) for item in ("lamp", "enrol")]
    assert [(case.state, case.rev) for case in others] == [("applied", 1), ("held", 1)]


async def test_what_was_cancelled_counts_as_over_on_the_bundle(hall):
    cases = await chain(hall)
    await hall.receipts.withdraw(hall.chen, cases["allowance"].receipt, "")
    receipt = await bundle_of(hall, cases)
    assert (receipt.done, receipt.total, receipt.state) == (1, 3, "accepted")
    by_state = {child.state: bool(child.withdraw) for child in receipt.children}
    assert by_state == {"applied": True, "held": True, "withdrawn": False}


async def test_a_child_shows_its_place_and_leads_back_to_the_bundle(hall):
    cases = await chain(hall)
    within = (await hall.receipts.view(hall.chen, cases["enrol"].receipt)).within
    back = await hall.receipts.view(hall.chen, within.href.removeprefix("/q/"))
    assert (within.title, within.place, within.total) == ("接电一件事", 2, 3)
    assert back.children[within.place - 1].title == "医保参保"


async def test_what_was_brought_about_comes_with_the_one_that_waited(hall):
    cases = await chain(hall)
    lamp = await grant(hall, cases["lamp"])
    await hall.following.run_once()
    (brought,) = (await now(hall, cases["enrol"])).brought
    assert (brought.title, brought.case_no, brought.result) == ("路灯报修", lamp.case_no, "已装好")


async def test_going_on_without_it_brings_nothing(hall):
    cases = await chain(hall)
    await refuse(hall, cases["lamp"])
    await hall.following.run_once()
    await hall.receipts.go_on(hall.chen, cases["enrol"].receipt)
    assert (await now(hall, cases["enrol"])).brought == ()


async def test_a_forerunner_that_takes_longer_moves_what_waits_for_it(hall):
    cases = await chain(hall)
    late = msgspec.structs.replace(cases["lamp"], due_on="2026-11-30")
    due = planned([late, cases["enrol"], cases["allowance"]], hall.days)
    assert due[cases["enrol"].id] == "2026-12-03"
    assert due[cases["allowance"].id] == cases["allowance"].due_on
    assert (await bundle_of(hall, cases)).due_on == max(case.due_on for case in cases.values())


async def test_a_chain_breaks_link_by_link(io_loop, database):
    """What waits for something that waits is asked when that, too, has come to nothing."""
    hall = await opened(database, {LONG.id: LONG})
    filed = await hall.file(
        hall.chen,
        item="chain",
        key="key-of-chain",
        wanted=["lamp", "enrol", "allowance"],
        lamp__what="灯不亮",
    )
    cases = await children(hall, filed.receipt)
    await refuse(hall, cases["lamp"])
    await hall.following.run_once()
    assert (await now(hall, cases["allowance"])).broken == ""
    await hall.receipts.withdraw(hall.chen, cases["enrol"].receipt, "")
    await hall.following.run_once()
    assert (await now(hall, cases["allowance"])).broken == "医保参保"


async def bundle_of(hall, cases):
    receipt = (await hall.cases_repository.filing(cases["lamp"].filing)).receipt
    return await hall.receipts.view(hall.chen, receipt)
