"""Token buckets in the memory of one process: for what is asked so often that counting must cost nothing."""

from __future__ import annotations

import math

from models.base.clock import Clock
from models.base.errors import TooMany
from models.limits.limit import Limit

MOST_KEYS = 20_000


class Buckets:
    """A bucket a key: it holds ``limit.most`` tokens and is filled again within ``limit.per_seconds``, steadily. Keys
    that have not been heard of longest are forgotten first; a forgotten bucket is a full one."""

    def __init__(self, limit: Limit, clock: Clock, scale: int = 1, most_keys: int = MOST_KEYS) -> None:
        self._most = float(limit.most * scale)
        self._pace = self._most / limit.per_seconds
        self._clock = clock
        self._most_keys = most_keys
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens, and when there were so many

    def take(self, key: str) -> None:
        """One token. Raises TooMany(retry_after) where there is none."""
        now = self._clock().timestamp()
        held, at = self._buckets.pop(key, (self._most, now))
        held = min(self._most, held + max(0.0, now - at) * self._pace)
        enough = held >= 1.0
        self._buckets[key] = (held - 1.0 if enough else held, now)  # the youngest, since it was taken out
        if len(self._buckets) > self._most_keys:
            del self._buckets[next(iter(self._buckets))]
        if not enough:
            raise TooMany(max(1, math.ceil((1.0 - held) / self._pace)))
