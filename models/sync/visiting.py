"""What an operation tells of a visit and of what was found on the way, written in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from models.base.actor import Actor
from models.base.clock import local_day
from models.base.errors import Problem
from models.database import Session
from models.households.household import Household
from models.people.person import Person
from models.sync.operation import Operation, VisitSaid
from models.visits.pace import Pace
from models.visits.service import Visits
from models.visits.visit import Task, Visit, day_of, next_of


class Heard(msgspec.Struct, frozen=True):
    """Who sent an operation, from which phone, when by our clock, how far the phone's is ahead, and which elements the
    worker collects."""

    actor: Actor
    device: str
    at: datetime
    skew_ms: int = 0
    taken: frozenset[str] = frozenset()


class Visited(msgspec.Struct, frozen=True):
    """``problems``: why nothing was recorded; ``last``: the day, where this is now the household's last visit."""

    problems: tuple[Problem, ...] = ()
    last: str = ""


NOT_A_VISIT = Visited()


class Visiting:
    """``positions``: whether a visit may say where the phone was."""

    def __init__(self, visits: Visits, pace: Pace, *, positions: bool) -> None:
        self._visits = visits
        self._pace = pace
        self._positions = positions

    async def record(
        self, heard: Heard, op: Operation, home: Household, people: Sequence[Person], session: Session
    ) -> Visited:
        """Write the visit and the tasks of an operation, if it tells of any."""
        said, visited = op.visit, NOT_A_VISIT
        if said is not None:
            visited = await self._visit(heard, op, said, home, people, session)
        found = [*op.tasks, *([op.task] if op.task else [])]
        if found and not visited.problems:
            tasks = [
                Task(
                    f"{op.id}-{at}", home.id, home.areas, task.text.strip(), heard.at, heard.actor.subject,
                    heard.actor.name, task.photos, op.id if said else "",
                )
                for at, task in enumerate(found)
            ]  # fmt: skip
            await self._visits.add_tasks(tasks, session)
        return visited

    async def _visit(
        self, heard: Heard, op: Operation, said: VisitSaid, home: Household, people: Sequence[Person], session: Session
    ) -> Visited:  # fmt: skip
        corrected = min(heard.at, op.at - timedelta(milliseconds=heard.skew_ms))
        on, wrong = day_of(said.on, local_day(op.at), local_day(heard.at), local_day(corrected))
        if on is None or wrong is not None:
            return Visited((wrong,) if wrong else ())
        due, wrong = next_of(said.next, on, self._pace, people)
        if wrong is None and said.position is not None and not self._positions:
            wrong = Problem("visit.position", "visit.position", "本县没有开启定位，走访记录不能带位置。")
        if wrong is not None:
            return Visited((wrong,))
        plan = await self._visits.plan(home.id, session)
        visit = Visit(
            op.id, home.id, home.areas, on, said.way, heard.actor.subject, heard.actor.name, heard.at, op.at,
            heard.device, said.text.strip(), said.people, said.photos, said.problems.strip(),
            plan.next if plan else None, due, len(op.tasks), said.position,
        )  # fmt: skip
        return Visited(last=on.isoformat() if await self._visits.record(visit, plan, session) else "")
