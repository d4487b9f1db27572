"""Following changes: a change stream kept open by a task, for caches and live pages."""

from __future__ import annotations

import asyncio
import inspect
import logging
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

log = logging.getLogger(__name__)

OnChange = Callable[[str, str, Any, dict[str, Any] | None], Awaitable[None] | None]
OnGap = Callable[[], Awaitable[None] | None]


class Watch:
    """One change stream over some collections (``Database.watch`` makes it), kept open by a task of its own.

    ``handler(collection, operation, id, document)`` is called for each change in order; operation is
    "insert", "update", "replace" or "delete"; the document is the present one, None once it is gone.
    ``on_gap()`` is called whenever changes may have been missed: at the start, after a lost connection, after
    an exception in either of the two, after a collection was dropped. Both may be plain or async.
    """

    PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
    AWAIT_MS = 300
    """How long one look waits for a change; ``stop`` waits no longer. A change itself comes at once."""

    FRESH_S = 1.0

    def __init__(self, open_stream: Callable[[], Awaitable[Any]], handler: OnChange, on_gap: OnGap) -> None:
        self._looked = -math.inf
        self._open_stream = open_stream
        self._handler = handler
        self._on_gap = on_gap
        self._stopping = asyncio.Event()
        self._failures = 0
        self._task = asyncio.ensure_future(self._run())

    @property
    def live(self) -> bool:
        """Whether the stream stood within the last second.

        While it did not, changes may be unknown to us: who keeps a cache by them must not trust it.
        """
        return time.monotonic() - self._looked < self.FRESH_S

    async def stop(self) -> None:
        """End the stream; no handler is called after this returns. Safe to repeat."""
        self._stopping.set()
        _, late = await asyncio.wait([self._task], timeout=2.0)
        if late:  # the database is hanging; its thread ends with the socket timeout
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._follow()
            except Exception:
                self._failures += 1
                level = logging.WARNING if self._failures == 1 else logging.DEBUG
                log.log(level, "change stream lost", exc_info=True)
            finally:
                self._looked = -math.inf
            pause = self.PAUSES[min(self._failures, len(self.PAUSES) - 1)]
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _follow(self) -> None:
        async with await self._open_stream() as stream:
            await _call(self._on_gap)  # after the opening: whatever comes later will be told
            while stream.alive and not self._stopping.is_set():
                change = await stream.try_next()
                self._looked, self._failures = time.monotonic(), 0
                if change is not None and not self._stopping.is_set():
                    await self._tell(change)

    async def _tell(self, change: dict[str, Any]) -> None:
        if "documentKey" not in change:  # dropped, renamed, emptied: the documents are not named
            await _call(self._on_gap)
            return
        collection, key = change["ns"]["coll"], change["documentKey"]["_id"]
        await _call(self._handler, collection, change["operationType"], key, change.get("fullDocument"))


async def _call(function: Callable[..., Awaitable[None] | None], *args: object) -> None:
    result = function(*args)
    if inspect.isawaitable(result):
        await result
