"""Remembering what was read, for as long as somebody tells of every change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key in this process, at most ``most`` of them. ``is_live`` says whether changes are being followed
    right now: while they are not, everything is read anew. Whoever follows them calls ``drop``."""

    def __init__(self, most: int) -> None:
        self.is_live: Callable[[], bool] = lambda: False
        self._most = most
        self._values: dict[str, T] = {}
        self._reading: dict[str, asyncio.Future[T]] = {}

    async def get(self, key: str, read: Callable[[str], Awaitable[T]]) -> T:
        """The value of ``key``, from memory or by ``read``, whose errors pass through and are not remembered. Who asks
        while it is being read waits for the same reading."""
        if not self.is_live():
            return await read(key)
        value = self._values.get(key)
        if value is not None:
            return value
        reading = self._reading.get(key)
        if reading is None:
            reading = self._reading[key] = asyncio.ensure_future(read(key))
            reading.add_done_callback(partial(self._arrived, key))
        return await asyncio.shield(reading)

    def _arrived(self, key: str, reading: asyncio.Future[T]) -> None:
        """What was read before a change arrived must not be kept after it: the change took this reading away."""
        failed = reading.cancelled() or reading.exception() is not None
        if self._reading.get(key) is reading:
            del self._reading[key]
            if not failed and self.is_live():
                self._keep(key, reading.result())

    def _keep(self, key: str, value: T) -> None:
        self._values[key] = value
        if len(self._values) > self._most:
            del self._values[next(iter(self._values))]

    def drop(self, key: str) -> None:
        """``key`` has changed."""
        self._reading.pop(key, None)
        self._values.pop(key, None)

    def drop_where(self, concerned: Callable[[T], bool]) -> None:
        """Whatever ``concerned`` says of has changed."""
        self._reading.clear()
        self._values = {key: value for key, value in self._values.items() if not concerned(value)}

    def drop_all(self) -> None:
        """Anything may have changed."""
        self._reading.clear()
        self._values.clear()
