"""Fifteen working days stay fifteen when the county marks a day of the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from models.rights.asking import Objection
from models.rights.recounting import RightsRecounting
from models.rights.rules import load_rules
from tests.models.hall import REVIEWER

pytestmark = pytest.mark.gen_test
DAY = date(2026, 11, 10)


def recounting(bureau) -> RightsRecounting:
    return RightsRecounting(bureau.repository, bureau.hall.days, load_rules(), "529901")


async def due(bureau, request) -> str:
    return (await bureau.repository.get(request.id)).due_on


async def test_a_day_off_moves_what_is_open_and_due_after_it(bureau):
    waiting, answered = await bureau.asked(), await bureau.asked()
    await bureau.answer(REVIEWER, answered)
    bureau.hall.days.learn({DAY: False})
    assert await recounting(bureau).since(DAY) == 1
    assert (await due(bureau, waiting), await due(bureau, answered)) == ("2026-11-26", "2026-11-25")


async def test_counting_again_moves_nothing_more_and_taking_the_mark_away_moves_it_back(bureau):
    request = await bureau.asked()
    bureau.hall.days.learn({DAY: False})
    assert [await recounting(bureau).since(DAY) for _ in range(2)] == [1, 0]
    bureau.hall.days.learn({})
    assert (await recounting(bureau).since(DAY), await due(bureau, request)) == (1, "2026-11-25")


async def test_what_was_recounted_can_still_be_answered_as_it_was_seen(bureau):
    request = await bureau.asked()
    bureau.hall.days.learn({DAY: False})
    await recounting(bureau).since(DAY)
    assert (await bureau.answer(REVIEWER, request)).state == "answered"


async def test_an_objection_keeps_its_own_few_days(bureau):
    hall, rules = bureau.hall, load_rules()
    filed = await hall.file()
    told = Objection("他家有房有车", key="key-of-objection")
    case = await hall.case(filed)
    request = (await bureau.rights.object_to(hall.anybody, case.case_no, case.areas, told)).request
    assert request.due_on == hall.days.add(date(2026, 11, 4), rules.objection_days).isoformat()
    hall.days.learn({DAY: False})
    await recounting(bureau).since(DAY)
    assert await due(bureau, request) == hall.days.add(date(2026, 11, 4), rules.objection_days).isoformat()
