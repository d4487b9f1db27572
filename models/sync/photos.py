"""Photos from phones: taken in chunk by chunk, at most one in memory, kept without what a camera writes into them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Invalid, NotFound
from models.files.file import Upload
from models.files.service import Uploads
from models.sync.photo import Photo, WrongHash, WrongOffset, check_chunk, check_quota
from models.sync.photo_repository import PhotoRepository
from models.visits.visit import Visit


class Progress(msgspec.Struct, frozen=True):
    """How much of a photo is there."""

    have: int
    length: int
    complete: bool


class Photos:
    """An account's own photos; those of visits for whoever may see the visit."""

    def __init__(self, repository: PhotoRepository, uploads: Uploads, areas: Areas, clock: Clock) -> None:
        self._repository = repository
        self._uploads = uploads
        self._areas = areas
        self._clock = clock
        self._one = asyncio.Semaphore(1)

    async def progress(self, actor: Actor, digest: str) -> Progress:
        """Raises NotFound where nothing of it is there."""
        photo = await self._repository.get(actor.subject, digest)
        if photo is None:
            raise NotFound("还没有收到这张照片。", code="photo.unknown")
        return _progress(photo)

    async def add(self, actor: Actor, digest: str, offset: int, length: int, data: bytes) -> Progress:
        """The next bytes of a photo; bytes that are there already are taken as read. Raises WrongOffset, WrongHash,
        TooLarge, TooMany, and Invalid where it is no picture."""
        photo = await self._repository.get(actor.subject, digest)
        if photo is not None and (photo.complete or offset + len(data) <= photo.have):
            return await self._finished(photo) if photo.have == photo.length else _progress(photo)
        check_chunk(photo, offset, length, len(data))
        if photo is None:
            photo = await self._begun(actor, digest, length)
        if not await self._repository.add_chunk(photo, data, self._clock()):
            raise WrongOffset((await self.progress(actor, digest)).have)
        photo = msgspec.structs.replace(photo, have=photo.have + len(data))
        return await self._finished(photo) if photo.have == photo.length else _progress(photo)

    async def open(self, actor: Actor, digest: str) -> tuple[Upload, bytes]:
        """The actor's own photo, as it was kept. Raises NotFound."""
        return await self._opened(await self._repository.get(actor.subject, digest))

    async def of_visit(self, visit: Visit, at: int) -> tuple[Upload, bytes]:
        """A photo of a visit, for whoever has been let see it. Raises NotFound for one that has not come yet."""
        if not 0 <= at < len(visit.photos):
            raise NotFound("没有这张照片。", code="photo.unknown")
        return await self._opened(await self._repository.get(visit.by, visit.photos[at]))

    async def arrived(self, by: str, digests: Sequence[str]) -> frozenset[str]:
        """Those of an account's photos that are whole."""
        found = await self._repository.of(by, digests) if digests else []
        return frozenset(photo.hash for photo in found if photo.complete)

    async def _begun(self, actor: Actor, digest: str, length: int) -> Photo:
        now = self._clock()
        check_quota(*await self._repository.begun(actor.subject, now - timedelta(days=1)))
        photo = Photo(digest, actor.subject, self._areas.chain(actor.area), length, 0, now, now)
        await self._repository.begin(photo)
        return photo

    async def _finished(self, photo: Photo) -> Progress:
        if photo.complete:
            return _progress(photo)
        async with self._one:
            data = await self._repository.read(photo)
            if len(data) != photo.length or hashlib.sha256(data).hexdigest() != photo.hash:
                await self._repository.drop(photo)
                raise WrongHash
            try:
                kept = await self._uploads.keep(data, "走访照片.jpg", f"visits:{photo.account}", photo.areas)
            except Invalid:
                await self._repository.drop(photo)
                raise
        if not await self._repository.finish(photo, kept.id, kept.size, self._clock()):
            await self._uploads.discard([kept.id])  # another request was faster
        return Progress(photo.length, photo.length, complete=True)

    async def _opened(self, photo: Photo | None) -> tuple[Upload, bytes]:
        if photo is None or not photo.complete:
            raise NotFound("照片还没有传到。", code="photo.unknown")
        return await self._uploads.fetch(photo.file)


def _progress(photo: Photo) -> Progress:
    return Progress(photo.have, photo.length, photo.complete)
