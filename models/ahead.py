"""A change stream that a thread of its own reads ahead.

Motor sends each single ``try_next`` through its pool of threads: a busy morning's changes would cost as much as the
writes that made them. Here one thread reads, and the loop is woken once for everything that has come meanwhile.
With PyMongo's own async client this module goes away (docs/adr/0001-motor-behind-one-door.md).
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

Change = dict[str, Any]

MOST_AHEAD = 1000
"""Changes that lie here unread before the thread pauses."""

PAUSE = 0.02
PATIENCE = 1.0  # seconds for the thread to end; where the database hangs it ends with the socket's timeout


class Ahead:
    """``async with``, then ``try_next`` while ``alive``, as with the driver's own asynchronous streams."""

    def __init__(self, open_stream: Callable[[], Any]) -> None:
        """``open_stream`` gives a blocking stream; it runs in the thread."""
        self._open_stream = open_stream
        self._loop = asyncio.get_running_loop()
        self._came: deque[Change | BaseException | None] = deque()
        self._arrived = asyncio.Event()
        self._is_told = False
        self._is_over = threading.Event()
        self._ended = self._loop.create_future()

    async def __aenter__(self) -> Ahead:
        threading.Thread(target=self._run, name="changes", daemon=True).start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._is_over.set()
        await asyncio.wait([self._ended], timeout=PATIENCE)

    @property
    def alive(self) -> bool:
        """Whether there is or may be something to read."""
        return bool(self._came) or not self._ended.done()

    async def try_next(self) -> Change | None:
        """The next change; None where one look of the thread found nothing new. Raises what the driver raises."""
        while not self._came:
            self._is_told = False  # from here on the thread wakes us
            if not self._came:
                await self._arrived.wait()
                self._arrived.clear()
        found = self._came.popleft()
        if isinstance(found, BaseException):
            raise found
        return found

    def _run(self) -> None:
        """In the thread: read until told to stop, or until the stream or the loop ends."""
        try:
            with self._open_stream() as stream:
                while stream.alive and not self._is_over.is_set():
                    self._hand_over(stream.try_next())
                    while len(self._came) > MOST_AHEAD and not self._is_over.is_set():
                        time.sleep(PAUSE)
        except Exception as error:
            self._hand_over(error)
        finally:
            self._tell(self._end)

    def _hand_over(self, found: Change | BaseException | None) -> None:
        self._came.append(found)
        if not self._is_told:
            self._is_told = True
            self._tell(self._arrived.set)

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)
        self._came.append(None)  # whoever waits looks at ``alive`` again
        self._arrived.set()

    def _tell(self, what: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(what)
        except RuntimeError:  # the loop is closed: nobody listens any more
            self._is_over.set()
