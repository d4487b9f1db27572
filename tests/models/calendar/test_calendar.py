"""The calendar as administrators edit it, on the real database; due dates follow."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from models.base.errors import Forbidden, Invalid, NotFound
from models.calendar.repository import CalendarRepository
from models.calendar.service import Calendar
from models.cases.recounting import Recounting, due_on
from models.cases.watching import Watching
from tests.models.hall import ADMIN, CLERK, REVIEWER, Hall

pytestmark = pytest.mark.gen_test


@pytest.fixture
def calendar(io_loop, hall: Hall) -> Calendar:
    """The calendar of the hall's process."""
    io_loop.run_sync(lambda: hall.database.ensure(CalendarRepository.COLLECTIONS))
    return Calendar(CalendarRepository(hall.database), hall.days, hall.clock, "529901")


def recounting(hall: Hall) -> Recounting:
    return Recounting(
        CalendarRepository(hall.database), Watching(hall.database), hall.clock, hall.days, "529901"
    )


async def accepted(hall):
    return await hall.act(CLERK, await hall.case(await hall.file()), "accept")


async def test_a_day_off_moves_what_is_due_after_it(hall, calendar):
    case = await accepted(hall)
    assert case.due_on == "2026-11-18"
    await calendar.mark(ADMIN, "2026-11-10", "off", "县庆放假")
    assert await recounting(hall).run_once() == 1
    assert (await hall.cases_repository.get(case.id)).due_on == "2026-11-19"
    assert (await hall.cases_repository.get(case.id)).rev == case.rev


async def test_counting_again_moves_nothing_more(hall, calendar):
    await accepted(hall)
    await calendar.mark(ADMIN, "2026-11-10", "off", "县庆放假")
    await recounting(hall).run_once()
    assert await recounting(hall).run_once() == 0


async def test_taking_the_mark_away_moves_it_back(hall, calendar):
    case = await accepted(hall)
    await calendar.mark(ADMIN, "2026-11-10", "off", "县庆放假")
    await recounting(hall).run_once()
    await calendar.unmark(ADMIN, "2026-11-10")
    await recounting(hall).run_once()
    assert (await hall.cases_repository.get(case.id)).due_on == "2026-11-18"


async def test_a_saturday_that_is_worked_brings_the_day_forward_and_half_a_day_counts_whole(hall, calendar):
    case = await accepted(hall)
    await calendar.mark(ADMIN, "2026-11-07", "worked", "与春节调休")
    await calendar.mark(ADMIN, "2026-11-09", "half", "下午停电检修")
    await recounting(hall).run_once()
    assert (await hall.cases_repository.get(case.id)).due_on == "2026-11-17"


async def test_what_is_due_before_the_day_stays(hall, calendar):
    case = await accepted(hall)
    await calendar.mark(ADMIN, "2026-12-10", "off", "县庆放假")
    assert await recounting(hall).run_once() == 0
    assert (await hall.cases_repository.get(case.id)).due_on == case.due_on


async def test_a_case_that_waits_for_its_applicant_is_counted_when_she_answers(hall, calendar):
    case = await hall.act(REVIEWER, await accepted(hall), "ask", note="请补照片")
    await calendar.mark(ADMIN, "2026-11-10", "off", "县庆放假")
    await recounting(hall).run_once()
    assert (await hall.cases_repository.get(case.id)).due_on == case.due_on


async def test_the_date_by_events_is_the_date_that_was_written(hall, calendar):
    case = await accepted(hall)
    assert due_on(case, hall.clock(), hall.days) == case.due_on


async def test_another_process_learns_of_it(hall, calendar):
    other = await hall.again()
    theirs = Calendar(CalendarRepository(hall.database), other.days, hall.clock, "529901")
    await calendar.mark(ADMIN, "2026-11-10", "off", "县庆放假")
    assert other.days.is_working(date(2026, 11, 10))
    await theirs.reload()
    assert not other.days.is_working(date(2026, 11, 10))


async def test_only_the_countys_administrator_marks_days(calendar):
    for actor in (CLERK, REVIEWER, msgspec.structs.replace(ADMIN, area="529901101")):
        with pytest.raises(Forbidden):
            await calendar.mark(actor, "2026-11-10", "off", "想放假")


@pytest.mark.parametrize(
    ("day", "kind", "reason", "field"),
    [("11月10日", "off", "县庆", "day"), ("2006-11-10", "off", "县庆", "day"), ("2026-11-10", "maybe", "县庆", "kind"),
     ("2026-11-10", "off", "  ", "reason")],
)  # fmt: skip
async def test_what_is_wrong_is_told_beside_the_field(calendar, day, kind, reason, field):
    with pytest.raises(Invalid) as caught:
        await calendar.mark(ADMIN, day, kind, reason)
    assert caught.value.problems[0].field == field


async def test_a_day_that_was_not_marked_cannot_be_unmarked(calendar):
    with pytest.raises(NotFound):
        await calendar.unmark(ADMIN, "2026-11-10")


async def test_a_year_counts_its_working_days(calendar):
    year = calendar.year(2026)
    assert [len(month) for month in year.months][:3] == [31, 28, 31]
    assert sum(year.worked) == 248


async def test_what_else_is_promised_in_working_days_is_counted_anew_too(hall, calendar):
    told: list[date] = []

    async def other(first: date) -> int:
        told.append(first)
        return 2

    await calendar.mark(ADMIN, "2026-11-10", "off", "县庆放假")
    job = Recounting(
        CalendarRepository(hall.database), Watching(hall.database), hall.clock, hall.days, "529901", (other,)
    )
    assert await job.run_once() == 2
    assert told == [date(2026, 11, 10)]
