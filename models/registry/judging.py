"""The looking over: whatever was written about a household is counted and checked again, a moment later.

Every write of a person or a household leaves ``unjudged`` in the document itself, in the same write: so nothing is
forgotten when a process dies, and any number of processes may do this. The mark is taken away only from the revision that
was looked at. What only time changes (ages, days that have passed) is found by looking at everything once a month.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from models.base.clock import Clock, local_day
from models.checks.home import home_of
from models.checks.run import check_home
from models.elements.registry import Elements
from models.households.household import Household
from models.households.service import Households
from models.people.person import Person
from models.people.service import People
from models.registry.findings import across, settle
from models.registry.marks import Mark, asked_of, mark, summed
from models.registry.repository import FindingRepository, MarkRepository

AT_ONCE = 25
"""Households that are read and checked before anybody else gets a turn."""

TURNS = 8
MONTH = timedelta(days=30)


class Judging:
    """The job."""

    def __init__(
        self, people: People, households: Households, marks: MarkRepository, findings: FindingRepository,
        elements: Elements, clock: Clock,
    ) -> None:  # fmt: skip
        self._people = people
        self._households = households
        self._marks = marks
        self._findings = findings
        self._asked = asked_of(elements)
        self._clock = clock

    async def run_once(self) -> int:
        """Look over what was written since the last time, and some of what has not been looked at for a month; how many
        households it was."""
        done = 0
        for _ in range(TURNS):
            people, homes = await self._people.unjudged(AT_ONCE), await self._households.unjudged(AT_ONCE)
            wanted = dict.fromkeys(home for _, home, _ in (*homes, *people) if home)
            if not people and not homes:
                wanted = dict.fromkeys(await self._marks.older(self._clock() - MONTH, AT_ONCE))
            await self._look_over(list(wanted))
            await self._people.judged(people)
            await self._households.judged(homes)
            done += len(wanted)
            if len(people) < AT_ONCE and len(homes) < AT_ONCE:
                break
        return done

    async def _look_over(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        before = await self._marks.of_ids(ids)
        homes = {home.id: home for home in await self._households.read(ids) if not home.state}
        registered = await self._households.people_of(list(homes))
        marks: list[Mark] = []
        for home in homes.values():
            marks.append(await self._judge(home, registered[home.id]))
            await self._marks.put(marks[-1])
        for gone in set(ids) - set(homes):
            await self._findings.put(
                settle(await self._findings.of_household(gone), (), _NOBODY, self._clock())[0]
            )
            await self._marks.drop(gone)
        await self._add_up(each.areas for each in (*before, *marks))

    async def _judge(self, home: Household, registered: Sequence[Person]) -> Mark:
        """The mark of one household; what contradicts itself in it is kept."""
        at = self._clock()
        people = {each.id: each for each in registered}
        missing = [each.person for each in home.members if each.person not in people]
        people |= {each.id: each for each in await self._people.of_ids(missing)} if missing else {}
        names = {each.person: people[each.person].name for each in home.members if each.person in people}
        if any(names.get(each.person, each.name) != each.name for each in home.members):
            await self._households.rename(home, names)  # which is a writing, and has it looked over once more
        others = await self._households.holding(list(people)) if people else []
        found = [
            *check_home(home_of(home, people.values()), self._today()), *across(home, people, others)
        ]  # fmt: skip
        written, still_open = settle(await self._findings.of_household(home.id), found, home, at)
        await self._findings.put(written)
        return mark(home, registered, self._asked, still_open, at)

    async def _add_up(self, places: Iterable[tuple[str, ...]]) -> None:
        """The sums of the corners that were touched."""
        for areas in dict.fromkeys(places):
            total = summed(await self._marks.in_corner((areas[-2], areas[-1])))
            await self._marks.put_sum(areas, total)

    def _today(self) -> date:
        return local_day(self._clock())


_NOBODY = Household("", (), "")
