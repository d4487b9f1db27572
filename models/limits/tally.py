"""Counting without waiting: decided in this process, shared with the others a moment later.

A submission is counted by five keys, and is one insert itself: five writes more would be most of it. So tries are
counted in memory; ``settle`` adds them to the counters in the database, many with one write, and learns what the other
processes have counted. Within one pause (some hundred milliseconds) each process may let through what it has not heard
of: good against floods, not for guessing a PIN, which is what ``Limits`` is for.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import msgspec

from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import TooMany
from models.limits.limit import Counter, retry_after
from models.limits.repository import LimitRepository

MOST_KEYS = 50_000
"""Windows in memory; beyond them the oldest is forgotten, which the database still knows."""

AT_ONCE = 1000
"""Counters in one write."""

FORGET_EVERY = timedelta(minutes=1)


class Window(msgspec.Struct):
    """``count`` tries that are known of, ``pending`` of which the database has not heard of yet."""

    count: int
    pending: int
    ends_at: datetime


class Tally:
    """The counters of one process, as near to those of all as the last ``settle``."""

    def __init__(
        self, repository: LimitRepository, cipher: Cipher, clock: Clock, most_keys: int = MOST_KEYS
    ) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock
        self._most_keys = most_keys
        self._windows: dict[tuple[str, str], Window] = {}
        self._settling = asyncio.Lock()
        self._forgotten_at: datetime | None = None

    def note(self, kind: str, key: str, per_seconds: int) -> Window:
        """Count one try."""
        now = self._clock()
        window = self._windows.get((kind, key))
        if window is None or window.ends_at <= now:
            self._windows.pop((kind, key), None)  # so that the new one is the youngest
            window = self._windows[kind, key] = Window(0, 0, now + timedelta(seconds=per_seconds))
            if len(self._windows) > self._most_keys:
                del self._windows[next(iter(self._windows))]
        window.count += 1
        window.pending += 1
        return window

    def hit(self, kind: str, key: str, *, most: int, per_seconds: int) -> None:
        """Count one try. Raises TooMany(retry_after) where it is one too many."""
        window = self.note(kind, key, per_seconds)
        if window.count > most:
            raise TooMany(self._left(window))

    def check(self, kind: str, key: str, *, most: int) -> None:
        """Raise TooMany where the next try would be one too many; counts nothing."""
        window = self._windows.get((kind, key))
        if window is not None and window.ends_at > self._clock() and window.count >= most:
            raise TooMany(self._left(window))

    def count(self, kind: str, key: str) -> int:
        """How many tries the running window has seen."""
        window = self._windows.get((kind, key))
        return window.count if window is not None and window.ends_at > self._clock() else 0

    async def settle(self) -> None:
        """Tell the database what was counted since the last call, and learn what everybody has. What could not be
        told is told by the next call. Keys that nobody used here meanwhile are left alone: whoever uses one tells of it
        and learns with that."""
        async with self._settling:
            now = self._clock()
            self._forget(now)
            keys = [key for key, each in self._windows.items() if each.pending and each.ends_at > now]
            for start in range(0, len(keys), AT_ONCE):
                await self._share(keys[start : start + AT_ONCE], now)

    def _forget(self, now: datetime) -> None:
        """Windows that are over, once a minute: looking through all of them costs."""
        if self._forgotten_at is None or now - self._forgotten_at >= FORGET_EVERY:
            self._windows = {key: each for key, each in self._windows.items() if each.ends_at > now}
            self._forgotten_at = now

    async def _share(self, keys: list[tuple[str, str]], now: datetime) -> None:
        ids = {f"{kind}:{self._cipher.blind(key, f'limit.{kind}')}": (kind, key) for kind, key in keys}
        mine = {each: self._windows[place] for each, place in ids.items() if place in self._windows}
        told = {each: window.pending for each, window in mine.items()}
        counted = {each: Counter(count, mine[each].ends_at) for each, count in told.items()}
        again = await self._repository.add(counted, now) if told else frozenset()
        for each in told.keys() - again:
            mine[each].pending -= told[each]
        for each, counter in (await self._repository.running(list(mine), now)).items():
            mine[each].count = counter.count + mine[each].pending
            mine[each].ends_at = counter.ends_at

    def _left(self, window: Window) -> int:
        return retry_after(Counter(window.count, window.ends_at), self._clock())
