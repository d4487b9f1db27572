"""Checking passwords: argon2id in a few threads, so that neither loop nor memory is at anyone's mercy."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.base.errors import Unavailable

THREADS = 2
WAITING = 40  # checks that may queue: about two seconds of work
LONGEST = 256  # characters; beyond it is nobody's password

MEMORY, PASSES, LANES = 19 * 1024, 2, 1
"""KiB, passes, lanes of the decoy; the same as accounts are hashed with, so that both take as long."""


class PasswordVerifier:
    """Compares passwords with argon2id strings off the loop."""

    def __init__(self, threads: int = THREADS) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._waiting = 0
        self._decoy = self._hasher.hash(secrets.token_urlsafe())

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether ``password`` is the one that was hashed. With no hash, False after the same work. Raises
        Unavailable where too many wait already."""
        if self._waiting >= WAITING:
            raise Unavailable()
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            given = password[:LONGEST]
            fits = await loop.run_in_executor(self._pool, self._verify, password_hash or self._decoy, given)
        finally:
            self._waiting -= 1
        return fits and bool(password_hash) and len(password) <= LONGEST

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
