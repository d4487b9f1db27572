"""The results of a bundle go out once, from the department that leads, when the last of its matters is over."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.cases.handout import Given
from tests.models.catalogue import CHAIN, ITEMS
from tests.models.hall import CLERK, SUN_CLERK, Hall, opened

pytestmark = pytest.mark.gen_test

PLATE = msgspec.structs.replace(
    ITEMS["lamp"], result=msgspec.structs.replace(ITEMS["lamp"].result, name="灯牌", kind="证照")
)


@pytest.fixture
def hall(io_loop, database) -> Hall:
    """The hall with the bundle whose lamp brings about something to hold in the hand."""
    return io_loop.run_sync(lambda: opened(database, {CHAIN.id: CHAIN}, {**ITEMS, "lamp": PLATE}))


async def filed(hall, wanted=("lamp", "allowance")):
    receipt = (
        await hall.file(hall.chen, item="chain", key="key-of-chain", wanted=list(wanted), lamp__what="灯不亮")
    ).receipt
    filing = await hall.cases_repository.filing_for_receipt(receipt)
    return {case.item: case for case in await hall.cases_repository.of_filings([filing.id])}


async def over(hall, *, lamp="grant"):
    """Both over: the allowance taken back, the lamp granted or refused; nobody has followed yet."""
    cases = await filed(hall)
    await hall.receipts.withdraw(hall.chen, cases["allowance"].receipt, "")
    if lamp == "grant":
        case = await hall.act(CLERK, cases["lamp"], "accept")
        await hall.act(CLERK, case, "grant", result="已装好")
    else:
        await hall.act(CLERK, cases["lamp"], "refuse", reason="不在供电范围")
    return cases["lamp"].filing


async def ready(hall):
    filing = await over(hall)
    await hall.following.run_once()
    return filing


async def test_it_waits_until_the_last_matter_is_over(hall):
    cases = await filed(hall)
    case = await hall.act(CLERK, cases["lamp"], "accept")
    await hall.act(CLERK, case, "grant", result="已装好")
    await hall.following.run_once()
    assert await hall.hand_out.ready(CLERK) == ()
    await hall.receipts.withdraw(hall.chen, cases["allowance"].receipt, "")
    await hall.following.run_once()
    assert [row.title for row in await hall.hand_out.ready(CLERK)] == ["接电一件事"]


async def test_only_what_was_granted_is_in_the_parcel(hall):
    parcel = await hall.hand_out.get(CLERK, await ready(hall))
    assert [(title, result) for title, _, result in parcel.results] == [("路灯报修", "已装好")]
    assert (parcel.way, parcel.where) == ("自取", "")


async def test_nothing_waits_where_nothing_was_granted(hall):
    filing = await over(hall, lamp="refuse")
    await hall.following.run_once()
    assert await hall.hand_out.waiting(CLERK) == 0
    with pytest.raises(NotFound):
        await hall.hand_out.get(CLERK, filing)


async def test_it_is_handed_out_once_and_told_once(hall):
    filing = await ready(hall)
    await hall.drain.run_once()
    hall.phones.sent.clear()
    await hall.hand_out.hand(CLERK, filing, Given(2, "邮寄", "顺丰 SF123"))
    await hall.drain.run_once()
    assert [text for _, text in hall.phones.sent] == [
        "您的“接电一件事”结果已一次发出：邮寄（顺丰 SF123）。请打开回执查看。"
    ]
    with pytest.raises(Conflict):
        await hall.hand_out.hand(CLERK, filing, Given(3, "自取"))
    assert await hall.hand_out.ready(CLERK) == ()


async def test_two_clerks_at_once_hand_out_once(hall):
    filing = await ready(hall)
    tries = [hall.hand_out.hand(CLERK, filing, Given(2, "自取")) for _ in range(6)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(each).__name__ for each in done].count("Parcel") == 1
    assert {type(each).__name__ for each in done} == {"Parcel", "Conflict"}


async def test_many_processes_gather_once(hall):
    filing = await over(hall)
    other = await hall.again({**ITEMS, "lamp": PLATE})
    await asyncio.gather(*(each.following.run_once() for each in (hall, other) for _ in range(3)))
    assert (await hall.cases_repository.filing(filing)).rev == 2


async def test_a_parcel_needs_its_number_and_a_way_that_there_is(hall):
    filing = await ready(hall)
    for given, field in ((Given(2, "邮寄", "  "), "note"), (Given(2, "托人", "x"), "way")):
        with pytest.raises(Invalid) as caught:
            await hall.hand_out.hand(CLERK, filing, given)
        assert [problem.field for problem in caught.value.problems] == [field]


async def test_the_receipt_tells_the_holder_how_and_others_only_that(hall):
    filing = await ready(hall)
    receipt = (await hall.cases_repository.filing(filing)).receipt
    assert (await hall.receipts.view(hall.chen, receipt)).lead == "乡镇便民服务中心民政窗口"
    await hall.hand_out.hand(CLERK, filing, Given(2, "邮寄", "顺丰 SF123"))
    assert "顺丰 SF123" in (await hall.receipts.view(hall.chen, receipt)).handed
    assert "SF123" not in (await hall.receipts.view(hall.anybody, receipt)).handed


async def test_who_works_elsewhere_neither_sees_nor_hands_out(hall):
    filing = await ready(hall)
    assert await hall.hand_out.ready(SUN_CLERK) == ()
    with pytest.raises(Forbidden):
        await hall.hand_out.get(SUN_CLERK, filing)
    with pytest.raises(Forbidden):
        await hall.hand_out.ready(hall.chen)
