"""Due dates counted anew after the calendar has changed: what was promised in working days stays promised so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Protocol

from models.base.clock import Clock, local_day
from models.calendar.working_days import WorkingDays
from models.cases.case import Case
from models.cases.timeline import timeline
from models.cases.watching import Watching

AT_ONCE = 500


class Marked(Protocol):
    """The calendar's repository."""

    async def to_recount(self) -> str: ...
    async def recounted(self, since: datetime) -> None: ...


def due_on(case: Case, as_of: datetime, days: WorkingDays) -> str:
    """The last day of the promise by the calendar of now: from acceptance, or from filing as long as nobody accepted."""
    if case.urgent_now:
        return case.due_on  # hours, which no calendar moves
    line = timeline(case, as_of)
    if line.promise is None:
        begin = line.acceptance.begin if line.acceptance else case.filed_at
        return days.add(local_day(begin), case.promised_days).isoformat()
    return line.due(line.promise, line.promise.limit, as_of, days).isoformat()


class Recounting:
    """The job. It may be stopped anywhere and begun again: what is right already is left alone."""

    def __init__(
        self, marked: Marked, cases: Watching, clock: Clock, days: WorkingDays, county: str,
        others: Sequence[Callable[[date], Awaitable[int]]] = (),
    ) -> None:  # fmt: skip
        """``others`` count what else is promised in working days anew, from a day on."""
        self._marked = marked
        self._cases = cases
        self._clock = clock
        self._days = days
        self._county = county
        self._others = others

    async def run_once(self) -> int:
        """Count anew what the calendar's changes concern; on how many things the date moved."""
        first, since = await self._marked.to_recount(), self._clock()
        if not first:
            return 0
        moved = await self._from(date.fromisoformat(first), since)
        for recount in self._others:
            moved += await recount(date.fromisoformat(first))
        await self._marked.recounted(since)
        return moved

    async def _from(self, first: date, as_of: datetime) -> int:
        moved, after = 0, (first.isoformat(), "")
        while page := await self._cases.due_from(self._county, after, AT_ONCE):
            wanted = [
                (case, due_on(case, as_of, self._days))
                for case in page
                if not case.asked_now and not case.paused
            ]
            changed = [(case, due) for case, due in wanted if due != case.due_on and case.state != "held"]
            moved += await self._cases.set_due(changed)
            after = (page[-1].due_on, page[-1].id)
        return moved
