"""Reminders: asked for, sent, ended; and what nobody is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound, Unavailable
from models.reminders.service import Wish
from tests.models.hall import CLERK, REVIEWER, ZHAO

pytestmark = pytest.mark.gen_test
SON = "19900000077"
ALL = Wish(("accepted", "asked", "due", "done"), SON)


async def told(hall, minutes=3):
    """What went to the son's phone, once the worker has come round."""
    hall.clock.now += timedelta(minutes=minutes)
    await hall.reminders.run_once()
    return [text for phone, text in hall.phones.sent if phone == SON]


async def subscribed(hall, wish=ALL):
    filed = await hall.file()
    return filed, await hall.reminders.subscribe(hall.chen, filed.receipt, wish)


async def test_the_first_message_says_how_to_end_it(hall):
    filed, reminder = await subscribed(hall)
    text = (await told(hall, 0))[0]
    assert f"/q/{filed.receipt}" in text
    assert f"退订：https://yunling.example/remind/{reminder.id}" in text
    assert "陈桂兰" not in text


async def test_each_thing_is_told_once_and_the_end_ends_it(hall):
    filed, reminder = await subscribed(hall)
    await told(hall, 0)
    case = await hall.act(CLERK, await hall.case(filed), "accept")
    assert "已受理" in (await told(hall))[-1]
    assert len(await told(hall)) == 2
    case = await hall.act(REVIEWER, await hall.case(filed), "hand_on")
    await hall.act(ZHAO, case, "grant", result="每月80元")
    texts = await told(hall)
    assert "已办结" in texts[-1]
    assert "80元" not in texts[-1]
    with pytest.raises(NotFound):
        await hall.reminders.of(reminder.id)


async def test_the_day_before_the_promise_ends_is_told_once(hall):
    filed, _ = await subscribed(hall, Wish(("due",), SON))
    await told(hall, 0)
    await hall.act(CLERK, await hall.case(filed), "accept")
    days = (await hall.case(filed)).due_on  # 18 November, a Wednesday
    assert days == "2026-11-18"
    assert len(await told(hall, 60 * 24 * 12)) == 1  # on Monday, the 16th
    assert "2026-11-18前办结" in (await told(hall, 60 * 24))[-1]
    assert len(await told(hall, 60)) == 2


async def test_only_what_was_chosen_is_told(hall):
    filed, _ = await subscribed(hall, Wish(("done",), SON))
    await told(hall, 0)
    await hall.act(CLERK, await hall.case(filed), "accept")
    assert len(await told(hall)) == 1


async def test_her_own_phone_hears_of_it_once(hall):
    filed = await hall.file()
    await hall.reminders.subscribe(hall.chen, filed.receipt, Wish(("accepted", "due")))
    await hall.act(CLERK, await hall.case(filed), "accept")
    await hall.drain.run_once()
    hall.clock.now += timedelta(minutes=3)
    await hall.reminders.run_once()
    assert sum("已受理" in text for _, text in hall.phones.sent) == 1


async def test_ending_it_ends_it(hall):
    _, reminder = await subscribed(hall)
    await hall.reminders.end(reminder.id)
    assert await told(hall) == []
    with pytest.raises(NotFound):
        await hall.reminders.end(reminder.id)


async def test_a_gateway_that_is_away_loses_nothing(hall, monkeypatch):
    await subscribed(hall)

    async def away(phone, text):
        raise Unavailable()

    with monkeypatch.context() as patch:
        patch.setattr(hall.phones, "send", away)
        assert await told(hall, 0) == []
    assert len(await told(hall)) == 1


async def test_two_workers_send_one_message(hall):
    await subscribed(hall)
    again = await hall.again()
    again.reminders._teller = hall.phones
    await asyncio.gather(hall.reminders.run_once(), again.reminders.run_once())
    assert len([phone for phone, _ in hall.phones.sent if phone == SON]) == 1


async def test_the_same_phone_chooses_anew_and_three_are_enough(hall):
    filed, _ = await subscribed(hall)
    await hall.reminders.subscribe(hall.chen, filed.receipt, Wish(("due",), SON))
    assert await hall.database.collection("reminders").count_documents({}) == 1
    for last in "12":
        await hall.reminders.subscribe(hall.chen, filed.receipt, Wish(("due",), f"1990000008{last}"))
    with pytest.raises(Conflict, match=r"reminder\.most"):
        await hall.reminders.subscribe(hall.chen, filed.receipt, Wish(("due",), "19900000083"))


@pytest.mark.parametrize(
    ("wish", "field"),
    [(Wish((), SON), "what"), (Wish(("nothing",), SON), "what"), (Wish(("due",), "12"), "phone")],
)
async def test_what_is_wrong_is_said_beside_its_field(hall, wish, field):
    with pytest.raises(Invalid) as wrong:
        await subscribed(hall, wish)
    assert [problem.field for problem in wrong.value.problems] == [field]


async def test_nobody_else_subscribes_to_her_matter(hall):
    filed = await hall.file()
    for actor, error in ((hall.li, LoginNeeded), (hall.anybody, LoginNeeded), (CLERK, Forbidden)):
        with pytest.raises(error):
            await hall.reminders.subscribe(actor, filed.receipt, ALL)


async def test_what_is_over_has_nothing_to_tell(hall):
    filed = await hall.file()
    await hall.granted(filed)
    with pytest.raises(Conflict, match=r"reminder\.over"):
        await hall.reminders.subscribe(hall.chen, filed.receipt, ALL)


async def test_the_phone_is_sealed_at_rest(hall):
    await subscribed(hall)
    assert SON not in await hall.raw("reminders")
