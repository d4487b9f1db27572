"""Case numbers: one sequence a town and day, without gaps, without a counter that everybody waits for.

The number is taken in memory and proven by the unique index of the insert that carries it: two processes that
take the same one collide there, and the loser reads the highest and tries again. A number whose insert failed
goes back and is the next to be taken.
"""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable

from models.cases.case import Number

LastSeq = Callable[[str, str], Awaitable[int]]
DAYS_KEPT = 64


class Numbers:
    """The numbers that this process hands out."""

    def __init__(self, last_seq: LastSeq) -> None:
        self._last_seq = last_seq
        self._next: dict[tuple[str, str], int] = {}
        self._returned: dict[tuple[str, str], list[int]] = {}

    async def take(self, town: str, day: str) -> Number:
        """The next number of a town's day."""
        key = (town, day)
        if key not in self._next:
            last = await self._last_seq(town, day)
            self._start(key, last)
        if self._returned[key]:
            return Number(town, day, heapq.heappop(self._returned[key]))
        number = Number(town, day, self._next[key])
        self._next[key] += 1
        return number

    def give_back(self, number: Number) -> None:
        """The insert did not happen: the next one takes this number."""
        key = (number.town, number.day)
        if key in self._returned:
            heapq.heappush(self._returned[key], number.seq)

    async def collided(self, number: Number) -> None:
        """Somebody else used ``number``: go on after the highest there is, and forget what was given back."""
        key = (number.town, number.day)
        last = await self._last_seq(*key)
        self._next[key] = max(self._next.get(key, 1), last + 1)
        self._returned[key] = [seq for seq in self._returned.get(key, []) if seq > last]

    def _start(self, key: tuple[str, str], last: int) -> None:
        if key in self._next:  # another task read it meanwhile
            return
        if len(self._next) >= DAYS_KEPT * 32:
            self._next.clear()
            self._returned.clear()
        self._next[key] = last + 1
        self._returned[key] = []
