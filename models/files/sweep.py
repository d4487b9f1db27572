"""The sweep of uploads that no case has claimed in time."""

from __future__ import annotations

from datetime import datetime

from models.files.service import Uploads
from models.retention.rule import Due


class UploadSweep:
    """``uploads``, and the bytes behind them."""

    collection = "uploads"

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    async def due(self, now: datetime) -> Due:
        """What is past its time, counted as far as one sweep goes."""
        return await self._uploads.unclaimed(now)

    async def sweep(self, now: datetime, limit: int) -> Due:
        """Remove up to ``limit`` of it."""
        found = await self._uploads.unclaimed(now, limit)
        removed = await self._uploads.sweep(limit)
        return Due(removed, found.first, found.last)
