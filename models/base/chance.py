"""Random numbers for what is drawn often: nonces, codes, ids."""

from __future__ import annotations

import os
import secrets
import threading

DRAWN = 4096  # bytes


class Chance:
    """The kernel's random bytes, many of them drawn at once: every draw lets go of the interpreter and waits for its
    turn again, which with a dozen database threads costs more than the work that it is for. None is given out
    twice, nor to a forked process as well. Keys and tokens come straight from ``secrets``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0
        self._pool = b""
        self._next = 0

    def bytes(self, count: int) -> bytes:
        """``count`` of them."""
        with self._lock:
            if self._next + count > len(self._pool) or self._process != os.getpid():
                self._pool, self._next = secrets.token_bytes(max(DRAWN, count)), 0
                self._process = os.getpid()
            start = self._next
            self._next += count
            return self._pool[start : self._next]

    def hex(self, count: int) -> str:
        """``count`` bytes as hex digits."""
        return self.bytes(count).hex()

    def below(self, bound: int) -> int:
        """A number from 0 up to but not ``bound``, each as likely as any other."""
        bits = (bound - 1).bit_length()
        while True:
            drawn = int.from_bytes(self.bytes((bits + 7) // 8), "big") & ((1 << bits) - 1)
            if drawn < bound:
                return drawn
