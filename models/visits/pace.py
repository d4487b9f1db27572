"""How often a household is visited: by the attention that its people need. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

import msgspec

from models.people.person import Person

ATTENTION, EVERY = "person.attention", "person.visit_every_days"

Level = Literal["high", "middle", "low"]
LEVELS: dict[str, Level] = {"01": "high", "02": "middle", "03": "low"}
"""By the codes of 关注程度 (00 is none)."""

LONGEST = 366


class Pace(msgspec.Struct, frozen=True):
    """Days between two visits: 高 7, 中 30, 低 90 unless the county says otherwise; ``usual`` for everybody else."""

    high: int = 7
    middle: int = 30
    low: int = 90
    usual: int = 180

    def days(self, people: Iterable[Person]) -> int:
        """For a household: the shortest of what is laid down for its people, or follows from their attention."""
        return min((days for person in people if (days := self._of(person))), default=self.usual)

    def next(self, on: date, people: Iterable[Person]) -> date:
        """When a household that was visited ``on`` is due again."""
        return on + timedelta(days=self.days(people))

    def _of(self, person: Person) -> int:
        every = person.value(EVERY)
        if every is not None and isinstance(every.v, int) and 1 <= every.v <= LONGEST:
            return every.v
        level = LEVELS.get(person.text(ATTENTION))
        return getattr(self, level) if level else 0


def pace_of(text: str) -> Pace:
    """The pace that ``VISIT_DAYS`` spells: days for high, middle and low attention and for everybody else, with commas.
    Raises ValueError."""
    days = [int(each) for each in text.split(",")]
    if len(days) != 4 or not all(1 <= each <= LONGEST for each in days) or days != sorted(days):
        raise ValueError("four numbers of days are needed, the most frequent first")
    return Pace(*days)
