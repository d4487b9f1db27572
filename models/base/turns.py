"""Taking turns: what comes twice at once under one key is done one after the other in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """A queue for each key, forgotten when nobody stands in it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[bool]:
        """Wait for the turn; gives whether somebody was before."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        waited = lock.locked()
        async with lock:
            yield waited
