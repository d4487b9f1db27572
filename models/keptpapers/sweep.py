"""The sweep of kept papers that have run out: nobody can use them any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.base.clock import local_day
from models.keptpapers.repository import KeptPaperRepository
from models.retention.rule import NOTHING, Due

DAYS = 90
"""After the last day: long enough to be told at the next matter that a newer one is wanted."""

MOST_COUNTED = 100_000


class KeptPaperSweep:
    """``kept_materials``."""

    collection = "kept_materials"

    def __init__(self, repository: KeptPaperRepository) -> None:
        self._repository = repository

    async def due(self, now: datetime) -> Due:
        """What is past its time."""
        return _told(await self._repository.over(_day(now), MOST_COUNTED))

    async def sweep(self, now: datetime, limit: int) -> Due:
        """Remove up to ``limit``."""
        found = await self._repository.over(_day(now), limit)
        await self._repository.remove_ids([paper for paper, _ in found])
        return _told(found)


def _day(now: datetime) -> str:
    return (local_day(now) - timedelta(days=DAYS)).isoformat()


def _told(found: list[tuple[str, str]]) -> Due:
    if not found:
        return NOTHING
    days = [datetime.fromisoformat(until).replace(tzinfo=UTC) for _, until in found]
    return Due(len(found), min(days), max(days))
