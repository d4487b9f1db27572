"""Counting tries, and refusing the one that is too many."""

from __future__ import annotations

from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import TooMany
from models.limits.limit import LIMITS, exceeded, retry_after
from models.limits.repository import LimitRepository


class Limits:
    """Counters that every process shares. Keys (cards, addresses, usernames) are stored hashed."""

    def __init__(self, repository: LimitRepository, cipher: Cipher, clock: Clock) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock

    async def hit(self, kind: str, key: str, *, most: int, per_seconds: int, locks: bool = False) -> None:
        """Count one try. Raises TooMany(retry_after) where more than ``most`` fall into one window."""
        now = self._clock()
        counter = await self._repository.count(
            self._id(kind, key), most=most, per_seconds=per_seconds, now=now, locks=locks
        )
        if exceeded(counter, most=most):
            raise TooMany(retry_after(counter, now))

    async def check(self, kind: str, key: str) -> None:
        """``hit`` with the numbers that ``LIMITS`` gives for ``kind``."""
        limit = LIMITS[kind]
        await self.hit(kind, key, most=limit.most, per_seconds=limit.per_seconds, locks=limit.locks)

    async def clear(self, kind: str, key: str) -> None:
        """Forget the tries so far, after one that succeeded."""
        await self._repository.forget(self._id(kind, key))

    def _id(self, kind: str, key: str) -> str:
        return f"{kind}:{self._cipher.blind(key, f'limit.{kind}')}"
