"""Who comes with what and when, in the weeks of a scripted day. Pure: the same seed makes the same plan."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate

import msgspec

from models.base.clock import SHANGHAI
from server.demo.people import SEED

BUNDLES = 0.06
"""The share of visits that are for a bundle; each makes several cases."""

CHILDREN = 3.0
"""How many cases a bundle makes, about."""

HOURS = (2, 6, 14, 13, 8, 4, 5, 10, 12, 9, 6, 5, 4, 2)
"""How many of a day's visits fall into each hour from seven in the morning on: phones have no closing time."""

IDLE_DAY = 0.3
"""What comes on a day off, against a working day."""

POPULAR = {
    "elder-allowance": 10, "medical-enrol": 16, "water-repair": 14, "elder-card": 6, "social-card": 8, "dibao": 5,
    "temp-relief": 6, "pension-enrol": 6, "power-install": 4, "water-install": 3, "disabled-living": 4,
    "disabled-care": 4, "disability-card": 4, "job-registration": 5, "house-repair": 4, "homestead": 4,
}  # fmt: skip
"""How often some items are wanted, against 1 for the others."""


class Visit(msgspec.Struct, frozen=True):
    """Somebody wants something: ``home`` is the number of her household, ``offers`` what she tries in turn until one
    of them is for her."""

    at: datetime
    number: int
    home: int
    offers: tuple[str, ...]


class Script(msgspec.Struct, frozen=True):
    """About how many ``cases`` in how many ``weeks``; what is drawn follows from ``seed``. The last day is the one before
    ``until``."""

    cases: int
    seed: int
    until: date
    weeks: int

    @property
    def begin(self) -> date:
        return self.until - timedelta(weeks=self.weeks)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.begin + timedelta(days=number) for number in range(self.weeks * 7))

    def chance(self, *about: object) -> random.Random:
        """What is drawn about something: the same for the same seed, whatever is drawn beside it."""
        return random.Random("/".join(map(str, (SEED, "day", self.seed, *about))))


def visits(
    script: Script,
    homes: int,
    items: Sequence[str],
    bundles: Sequence[str],
    is_working: Callable[[date], bool],
) -> tuple[Visit, ...]:
    """About as many visits as make the cases of the script, in the order of time."""
    chance = script.chance("visits", script.begin)
    weights = [1.0 if is_working(day) else IDLE_DAY for day in script.days]
    count = max(1, round(script.cases / (1 - BUNDLES + BUNDLES * CHILDREN)))
    moments = sorted(_moment(chance, day) for day in chance.choices(script.days, weights, k=count))
    return tuple(
        Visit(at, number, chance.randrange(homes), _wanted(chance, items, bundles))
        for number, at in enumerate(moments)
    )


def _wanted(chance: random.Random, items: Sequence[str], bundles: Sequence[str]) -> tuple[str, ...]:
    if bundles and chance.random() < BUNDLES:
        return (chance.choice(bundles), *_some(chance, items))
    return tuple(_some(chance, items))


def _some(chance: random.Random, items: Sequence[str]) -> Iterator[str]:
    """A few different items, the popular ones more often."""
    sums = list(accumulate(POPULAR.get(item, 1) for item in items))
    drawn = [items[bisect(sums, chance.random() * sums[-1])] for _ in range(4)]
    yield from dict.fromkeys(drawn)


def _moment(chance: random.Random, day: date) -> datetime:
    hour = chance.choices(range(7, 7 + len(HOURS)), HOURS)[0]
    at = time(hour, chance.randrange(60), chance.randrange(60), tzinfo=SHANGHAI)
    return datetime.combine(day, at)
