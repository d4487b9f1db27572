"""Remembering what was read, for as long as somebody tells of every change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key in this process, at most ``most`` of them. ``is_live`` says whether changes are being followed
    right now: while they are not, everything is read anew. Whoever follows them calls ``drop``."""

    def __init__(self, most: int) -> None:
        self.is_live: Callable[[], bool] = lambda: False
        self._most = most
        self._values: dict[str, T] = {}
        self._reading: dict[str, object] = {}

    async def get(self, key: str, read: Callable[[str], Awaitable[T]]) -> T:
        """The value of ``key``, from memory or by ``read``, whose errors pass through and are not remembered."""
        value = self._values.get(key)
        if value is not None and self.is_live():
            return value
        mark = self._reading[key] = object()
        try:
            value = await read(key)
            # What was read before a change arrived must not be kept after it: the change took our mark away.
            if self.is_live() and self._reading.get(key) is mark:
                self._keep(key, value)
        finally:
            if self._reading.get(key) is mark:
                del self._reading[key]
        return value

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
