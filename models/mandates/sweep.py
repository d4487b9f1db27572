"""The sweep of mandates whose years are over: who acted for whom stays on record in the cases themselves."""

from __future__ import annotations

from datetime import UTC, datetime

from models.base.clock import local_day
from models.mandates.repository import MandatesRepository
from models.retention.rule import NOTHING, Due

YEARS = 3
"""After the last day on which it could be used (civil code art. 188)."""

MOST_COUNTED = 100_000


class MandateSweep:
    """``mandates``."""

    collection = "mandates"

    def __init__(self, repository: MandatesRepository) -> None:
        self._repository = repository

    async def due(self, now: datetime) -> Due:
        """What is past its time."""
        return _told(await self._repository.over(_day(now), MOST_COUNTED))

    async def sweep(self, now: datetime, limit: int) -> Due:
        """Remove up to ``limit``."""
        found = await self._repository.over(_day(now), limit)
        await self._repository.remove([mandate for mandate, _ in found])
        return _told(found)


def _day(now: datetime) -> str:
    """Mandates whose last day was before this one have been kept long enough."""
    today = local_day(now)
    return f"{today.year - YEARS}-{today:%m-%d}"


def _told(found: list[tuple[str, str]]) -> Due:
    if not found:
        return NOTHING
    days = [datetime.fromisoformat(until).replace(tzinfo=UTC) for _, until in found]
    return Due(len(found), min(days), max(days))
