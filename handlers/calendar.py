"""The working-day calendar: anybody at a desk reads it, the county's administrator marks days."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Page

import msgspec

from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import desk as views
from models.base.errors import Invalid
from models.calendar.marks import KINDS
from models.calendar.service import Day, Year
from models.roles.rules import verbs_of

FIRST, LAST = 2004, 2100
"""Years that the announced calendar begins with, and that anybody may turn to."""


class MarkDay(msgspec.Struct, frozen=True):
    """What a day is, and on whose word. ``kind`` "none" lets it be what was announced."""

    day: str = ""
    kind: str = ""
    reason: str = ""


class WorkingCalendar(Base):
    """A year's working days."""

    @staff(gives=Year, query=("year",), summary="工作日历")
    async def get(self) -> None:
        asked = self.get_query_argument("year", "")
        year = (
            int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else self.home.today().year
        )
        model = self.home.calendar.year(min(LAST, max(FIRST, year)))
        page = await calendar_page(self, model)
        self.respond(model, "calendar.html", draw=lambda _model: page)

    @staff(may="calendar.change", reads=MarkDay, gives=Year, summary="调整工作日历")
    async def post(self) -> None:
        sent = self.read(MarkDay)
        try:
            if sent.kind == "none":
                await self.home.calendar.unmark(self.actor, sent.day)
            else:
                await self.home.calendar.mark(self.actor, sent.day, sent.kind, sent.reason)
        except Invalid as error:
            if self.wants_json:
                raise
            page = await calendar_page(self, self.home.calendar.year(self.home.today().year), sent, error)
            self.respond({}, "calendar.html", status=status_of(error), draw=lambda _model: page)
            return
        year = int(sent.day[:4])
        self.go(f"/desk/calendar?year={year}", self.home.calendar.year(year))


async def calendar_page(
    handler: Base, year: Year, typed: MarkDay | None = None, error: Invalid | None = None
) -> Page:
    """calendar.html."""
    marks = [day for month in year.months for day in month if day.mark]
    return Page(
        **await views.frame(handler, "/desk/calendar"),
        year=year.year,
        months=[
            Page(name=f"{n}月", worked=year.worked[n - 1], weeks=_weeks(month))
            for n, month in enumerate(year.months, 1)
        ],
        marks=[
            Page(day=day.day, kind=KINDS[day.mark.kind], reason=day.mark.reason, by=day.mark.by)
            for day in marks
            if day.mark
        ],
        may="calendar.change" in verbs_of(handler.actor),
        typed=typed or MarkDay(),
        kinds=list(KINDS.items()),
        problems={problem.field: problem.message for problem in error.problems} if error else {},
    )


def _weeks(month: tuple[Day, ...]) -> list[list[Page | None]]:
    """A month as weeks from Monday on, blanks as None."""
    cells: list[Page | None] = [None] * date.fromisoformat(month[0].day).weekday()
    cells += [
        Page(
            number=int(day.day[8:]), worked=day.worked, marked=day.mark is not None,
            half=day.mark is not None and day.mark.kind == "half",
        )
        for day in month
    ]  # fmt: skip
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


ROUTES = [(r"/desk/calendar", WorkingCalendar)]
