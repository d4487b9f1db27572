"""Password hashing with argon2id (RFC 9106), off the event loop."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """19 MiB and 2 passes, the smallest setting that OWASP's password storage cheat sheet accepts: a desk's
    server has 150 MB, and many may log in at nine in the morning."""

    def __init__(self, time_cost: int = 2, memory_kib: int = 19456) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)

    async def hash(self, password: str) -> str:
        """The encoded hash, parameters and salt included."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password_hash: str, password: str) -> bool:
        """Whether ``password`` made ``password_hash``; False for a hash that is none."""
        return await asyncio.to_thread(self._verify, password_hash, password)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
