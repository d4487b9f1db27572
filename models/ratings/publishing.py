"""The published figures of ratings: an area, its last twelve months, its items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from models.areas.service import Areas
from models.base.clock import Clock, local_day
from models.base.errors import NotFound
from models.ratings.figures import LEVELS, Line, lines
from models.ratings.repository import RatingRepository

MONTHS = 12
KEPT = timedelta(minutes=5)
"""How old figures may be. Anybody may ask for them, and they are counted anew for nobody more often than this."""

MOST_KEPT = 200
PUBLISHED = frozenset({"county", "town", "village"})

Counts = dict[tuple[str, str], list[int]]


class Published(msgspec.Struct, frozen=True):
    """``months`` newest first, of one item where ``item`` names it; ``items`` over all of them. ``key`` of a line is the
    month (YYYY-MM), or the item; empty for visits to counters."""

    area: str
    area_name: str
    since: str
    item: str
    months: tuple[Line, ...]
    items: tuple[Line, ...]


class Publishing:
    """Figures for anybody."""

    def __init__(self, repository: RatingRepository, areas: Areas, clock: Clock, county: str) -> None:
        self._repository = repository
        self._areas = areas
        self._clock = clock
        self._county = county
        self._kept: dict[str, tuple[datetime, Counts]] = {}

    async def of(self, area: str = "", item: str = "") -> Published:
        """The figures of an area (the county where none is named). Raises NotFound."""
        area = area or self._county
        if not self._areas.has(area) or self._areas.get(area).level not in PUBLISHED:
            raise NotFound("没有这个区划，请重新选择。", code="area.unknown")
        since = self._since()
        counts = await self._counts(area, since)
        by_item = _summed((key, each) for (_, key), each in counts.items())
        if item and item not in by_item:
            raise NotFound("这个事项近一年没有评价。", code="item.unknown")
        by_month = _summed((month, each) for (month, key), each in counts.items() if not item or key == item)
        return Published(
            area, self._areas.full_name(area), since, item,
            lines(dict(sorted(by_month.items(), reverse=True))),
            lines(dict(sorted(by_item.items(), key=lambda each: (-sum(each[1]), each[0])))),
        )  # fmt: skip

    async def _counts(self, area: str, since: str) -> Counts:
        now = self._clock()
        kept = self._kept.get(area)
        if kept and kept[0] <= now < kept[0] + KEPT:
            return kept[1]
        counts = await self._repository.figures(area, since)
        self._kept.pop(area, None)
        self._kept[area] = (now, counts)
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return counts

    def _since(self) -> str:
        today = local_day(self._clock())
        months = today.year * 12 + today.month - 1 - (MONTHS - 1)
        return f"{months // 12:04d}-{months % 12 + 1:02d}"


def _summed(counts: Iterable[tuple[str, list[int]]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, each in counts:
        so_far = found.get(key, [0] * len(LEVELS))
        found[key] = [one + other for one, other in zip(so_far, each, strict=True)]
    return found
