"""Case numbers: one sequence a town and day, without gaps, without a counter that everybody waits for.

A number is taken in memory and proven by the unique index of the insert that carries it: two processes that take
the same one collide there, and the loser goes on behind what is in use. A number whose insert failed is the next
to be taken; what a process that died had taken is found free by the next one to start.
"""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Iterable, Sequence

from models.cases.case import Number

Taken = Callable[[str, str, int], Awaitable[list[int]]]
"""The running numbers of a town's day that are in use, from the given one on, ascending."""

Series = tuple[str, str]
MOST_SERIES = 2048  # towns of a county times days, many times over


class Numbers:
    """The numbers that this process hands out."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self._next: dict[Series, int] = {}
        self._free: dict[Series, list[int]] = {}  # heaps

    async def take(self, town: str, day: str, count: int = 1) -> list[Number]:
        """The next numbers of a town's day, the lowest first."""
        series = (town, day)
        if series not in self._next:
            self._start(series, await self._taken(town, day, 1))
        return [Number(town, day, self._one(series)) for _ in range(count)]

    def give_back(self, numbers: Iterable[Number]) -> None:
        """The insert did not happen: others take these numbers."""
        for number in numbers:
            heapq.heappush(self._free.setdefault((number.town, number.day), []), number.seq)

    async def collided(self, numbers: Sequence[Number]) -> None:
        """An insert of ``numbers``, all of one series, met one that somebody else has used: give back the rest
        and go on behind what is in use."""
        series = (numbers[0].town, numbers[0].day)
        mine = [number.seq for number in numbers]
        used = set(await self._taken(*series, min(mine + self._free.get(series, []))))
        free = [seq for seq in (*self._free.get(series, ()), *mine) if seq not in used]
        heapq.heapify(free)
        self._free[series] = free
        self._next[series] = max(self._next.get(series, 1), max(used, default=0) + 1)

    def _one(self, series: Series) -> int:
        if self._free.get(series):
            return heapq.heappop(self._free[series])
        self._next[series] += 1
        return self._next[series] - 1

    def _start(self, series: Series, used: list[int]) -> None:
        if series in self._next:  # another task read it meanwhile
            return
        if len(self._next) >= MOST_SERIES:
            self._next.clear()
            self._free.clear()
        self._next[series] = max(used, default=0) + 1
        self._free[series] = sorted(set(range(1, self._next[series])).difference(used))
