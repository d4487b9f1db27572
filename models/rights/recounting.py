"""Due dates counted anew after the calendar has changed: fifteen working days stay fifteen, and five stay five."""

from __future__ import annotations

from datetime import date

from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.rights.repository import RightsRepository
from models.rights.rules import Rules

AT_ONCE = 500


class RightsRecounting:
    """May be stopped anywhere and begun again: what is right already is left alone."""

    def __init__(self, repository: RightsRepository, days: WorkingDays, rules: Rules, county: str) -> None:
        self._repository = repository
        self._days = days
        self._rules = rules
        self._county = county

    async def since(self, first: date) -> int:
        """Count the open requests anew that are due on ``first`` or later; on how many the date moved."""
        moved, after = 0, (first.isoformat(), "")
        while page := await self._repository.due_from(self._county, after, AT_ONCE):
            dates = {
                each.id: self._days.add(local_day(each.filed_at), self._rules.days_of(each.kind)).isoformat()
                for each in page
            }
            changed = {each.id: dates[each.id] for each in page if dates[each.id] != each.due_on}
            moved += await self._repository.set_due(changed)
            after = (page[-1].due_on, page[-1].id)
        return moved
