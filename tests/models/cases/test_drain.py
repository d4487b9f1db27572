"""The outbox: sent once by many workers, again after trouble, and never lost."""

from __future__ import annotations

import asyncio

import pytest

from models.base.errors import Unavailable
from models.cases.drain import LEASE
from models.cases.outbox import MOST_TRIES, OutboxRepository
from tests.models.hall import CLERK


async def outbox(hall, filed) -> list[dict]:
    case = await hall.case(filed)
    return (await hall.database.collection("cases").find_one({"_id": case.id}))["outbox"]


async def is_queued(hall) -> bool:
    return await hall.database.collection("cases").count_documents({"unsent_at": {"$exists": True}}) > 0


@pytest.mark.gen_test
async def test_two_workers_send_each_notice_once(hall):
    other = await hall.again()
    other.phones.sent = hall.phones.sent
    for n in range(4):
        await hall.file(key=f"key-of-chen-{n}")
    counts = await asyncio.gather(*(each.drain.run_once() for _ in range(3) for each in (hall, other)))
    assert sum(counts) == len(hall.phones.sent) == 4
    assert len({text for _, text in hall.phones.sent}) == 4
    assert not await is_queued(hall)


@pytest.mark.gen_test
async def test_a_notice_that_did_not_get_out_is_tried_again_after_a_pause(hall):
    filed = await hall.file()
    hall.phones.trouble = Unavailable()
    assert await hall.drain.run_once() == 0
    hall.phones.trouble = None
    assert await hall.drain.run_once() == 0  # not yet
    hall.clock.on(seconds=31)
    assert await hall.drain.run_once() == 1
    assert [(entry["tries"], "sent_at" in entry) for entry in await outbox(hall, filed)] == [(2, True)]


@pytest.mark.gen_test
async def test_pauses_grow_and_one_day_it_is_too_late_for_news(hall):
    await hall.file()
    hall.phones.trouble = Unavailable()
    waited = 0
    while await is_queued(hall):
        await hall.drain.run_once()
        hall.clock.on(minutes=65)
        waited += 1
    assert waited == MOST_TRIES
    hall.phones.trouble = None
    assert await hall.drain.run_once() == 0


@pytest.mark.gen_test
async def test_a_worker_that_died_after_claiming_leaves_the_notice_to_others(hall):
    await hall.file()
    dead = OutboxRepository(hall.database, hall.cipher)
    letter = (await dead.due(hall.clock(), 10))[0]
    assert await dead.claim(letter, hall.clock() + LEASE)
    assert await hall.drain.run_once() == 0
    hall.clock.on(seconds=LEASE.total_seconds() + 1)
    assert await hall.drain.run_once() == 1


@pytest.mark.gen_test
async def test_a_sender_that_fails_in_its_own_way_costs_a_lease_and_nothing_else(hall):
    await hall.file()
    hall.phones.trouble = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug"):
        await hall.drain.run_once()
    hall.phones.trouble = None
    hall.clock.on(seconds=LEASE.total_seconds() + 1)
    assert await hall.drain.run_once() == 1


@pytest.mark.gen_test
async def test_a_clerk_at_work_loses_no_turn_to_the_drain_nor_the_drain_to_her(hall):
    filed = await hall.file()
    case = await hall.case(filed)
    letter = (await OutboxRepository(hall.database, hall.cipher).due(hall.clock(), 10))[0]
    assert await OutboxRepository(hall.database, hall.cipher).claim(letter, hall.clock() + LEASE)
    await hall.act(CLERK, case, "accept")  # read before the claim, written after it
    await OutboxRepository(hall.database, hall.cipher).sent(letter, hall.clock())
    assert await hall.drain.run_once() == 1
    assert len(await outbox(hall, filed)) == 2
    assert not await is_queued(hall)


@pytest.mark.gen_test
async def test_a_phone_that_does_not_open_holds_up_nobody_else(hall):
    case = await hall.case(await hall.file())
    await hall.file(key="key-of-chen-2")
    await hall.database.collection("cases").update_one(
        {"_id": case.id}, {"$set": {"applicant.phone": "k1.gibberish"}}
    )
    hall.clock.on(seconds=1)
    assert await hall.drain.run_once() == 1


@pytest.mark.gen_test
async def test_whoever_left_no_phone_is_sent_nothing(hall):
    await hall.file(hall.anybody, item="lamp", what="灯不亮")
    assert not await is_queued(hall)
    assert await hall.drain.run_once() == 0


@pytest.mark.gen_test
async def test_the_applicant_hears_of_each_turn(hall):
    filed = await hall.file()
    await hall.granted(filed)
    hall.clock.on(seconds=1)
    assert await hall.drain.run_once() == 3
    texts = [text for _, text in hall.phones.sent]
    assert [word for text, word in zip(texts, ("已提交", "已受理", "已办结"), strict=True) if word in text] == [
        "已提交", "已受理", "已办结",
    ]  # fmt: skip
    assert {phone for phone, _ in hall.phones.sent} == {"19900000001"}
