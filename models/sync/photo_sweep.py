"""The sweep of photos that never came whole, and of those that no visit names."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.files.service import Uploads
from models.retention.rule import NOTHING, Due
from models.sync.photo import Photo
from models.sync.photo_repository import UNFINISHED_DAYS, PhotoRepository
from models.visits.service import Visits

KEPT = timedelta(days=30)
"""A visit may follow its photos by so much."""

UNFINISHED = timedelta(days=UNFINISHED_DAYS)
MOST_COUNTED = 10_000


class PhotoSweep:
    """``sync_photos``, and the pictures behind them."""

    collection = "sync_photos"

    def __init__(self, repository: PhotoRepository, visits: Visits, uploads: Uploads) -> None:
        self._repository = repository
        self._visits = visits
        self._uploads = uploads

    async def due(self, now: datetime) -> Due:
        """What is past its time, or may be named by nothing, counted as far as one sweep goes."""
        unfinished = await self._repository.unfinished_before(now - UNFINISHED, MOST_COUNTED)
        return _due(unfinished + await self._repository.unnamed_before(now - KEPT, MOST_COUNTED))

    async def sweep(self, now: datetime, limit: int) -> Due:
        """Look at up to ``limit`` of either: what a visit names stays for good, the rest is removed."""
        removed = await self._repository.unfinished_before(now - UNFINISHED, limit)
        for photo in removed:
            await self._repository.drop(photo)
        for photo in await self._repository.unnamed_before(now - KEPT, limit):
            if await self._visits.names(photo.account, photo.hash):
                await self._repository.name(photo)
            else:
                await self._uploads.discard([photo.file])
                await self._repository.remove(photo)
                removed.append(photo)
        return _due(removed)


def _due(photos: list[Photo]) -> Due:
    ages = sorted(photo.at for photo in photos)
    return Due(len(ages), ages[0], ages[-1]) if ages else NOTHING
