"""Uploads: taken from whoever fills a form, read by her and by the staff of the case's area."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Any

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Malformed, NotFound, TooLarge, TooMany
from models.drafts.draft import card_owners, owners_of
from models.files.file import Claim, Upload, rework
from models.files.repository import UploadsRepository
from models.forms.context import FileInfo
from models.forms.form import Field, Form
from models.retention.rule import NOTHING, Due
from models.roles.rules import may, posts_of

MOST_AN_HOUR = 120
KEPT_DAYS = 30  # as long as drafts
SWEPT_AT_ONCE = 200
MOST_COUNTED = 100_000


class Uploads:
    """The files of residents."""

    def __init__(
        self, repository: UploadsRepository, cipher: Cipher, clock: Clock, workers: Executor, largest: int
    ) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock
        self._workers = workers
        self._largest = largest

    async def take(self, actor: Actor, data: bytes, name: str) -> Upload:
        """Keep a picture or PDF. Raises TooLarge, Invalid (not what it says), TooMany, Malformed (no device)."""
        owners = self._owners(actor)
        if not owners:
            raise Malformed("无法在这台设备上保存文件，请允许浏览器使用 Cookie。", code="draft.device")
        if len(data) > self._largest:
            raise TooLarge(f"文件不能超过 {self._largest // 1024 // 1024} MB，请压缩或重新拍照。")
        since = self._clock() - timedelta(hours=1)
        if await self._repository.count_since(owners[0], since, MOST_AN_HOUR) >= MOST_AN_HOUR:
            raise TooMany(3600, "一小时内上传的文件太多，请稍后再传。")
        loop = asyncio.get_running_loop()
        kept, name, media_type = await loop.run_in_executor(self._workers, rework, data, name)
        return await self._repository.add(kept, name, media_type, owners[0], self._clock(), actor.level)

    async def keep(self, data: bytes, name: str, owner: str, areas: Sequence[str]) -> Upload:
        """Keep a picture or PDF that another slice answers for: claimed at once, so no sweep takes it. Raises Invalid
        where it is not what it says."""
        loop = asyncio.get_running_loop()
        kept, name, media_type = await loop.run_in_executor(self._workers, rework, data, name)
        upload = await self._repository.add(kept, name, media_type, owner, self._clock(), "L0")
        await self._repository.claim([upload.id], Claim(tuple(areas), ()))
        return upload

    async def infos(self, actor: Actor, ids: Sequence[str]) -> dict[str, FileInfo]:
        """Those of ``ids`` that the actor may use in a form."""
        owners = self._owners(actor) if ids else ()
        found = await self._repository.of(owners, list(ids)[:200]) if owners else []
        return {
            upload.id: FileInfo(upload.name, upload.media_type, upload.size)
            for upload in found
            if actor.reaches(upload.level)
        }

    async def named(self, ids: Sequence[str]) -> dict[str, FileInfo]:
        """What is known of these, for a service that has already found out who may use them."""
        found = await self._repository.of_ids(list(ids)[:200]) if ids else []
        return {upload.id: FileInfo(upload.name, upload.media_type, upload.size) for upload in found}

    async def adopt(self, ids: Sequence[str], subject: str) -> None:
        """They are hers, at L2, whoever sent them in for her."""
        if ids and subject:
            await self._repository.adopt(ids, card_owners(subject)[0])

    async def fetch(self, file_id: str) -> tuple[Upload, bytes]:
        """A file, for a service that has already found out who may see it. Raises NotFound."""
        upload = await self._repository.get(file_id)
        if upload is None:
            raise NotFound("没有找到这个文件。", code="file.unknown")
        return upload, await self._repository.read(file_id)

    async def of_case(self, actor: Actor, answers: Mapping[str, Any], form: Form) -> dict[str, FileInfo]:
        """The papers of a case, for staff whose area covers it."""
        found = (
            await self._repository.in_area(actor.area, list(file_ids(form, answers)))
            if actor.is_staff
            else []
        )
        return {upload.id: FileInfo(upload.name, upload.media_type, upload.size) for upload in found}

    async def claim(
        self, ids: Sequence[str], areas: Sequence[str], departments: Iterable[str], veiled: Iterable[str] = ()
    ) -> None:
        """Tie files to a case that is about to be written: better a paper too many than a case without its papers.
        ``veiled`` are the desks that are not to see them."""
        if ids:
            claim = Claim(tuple(areas), tuple(dict.fromkeys(departments)), tuple(veiled))
            await self._repository.claim(ids, claim)

    async def lift(self, actor: Actor, ids: Sequence[str]) -> None:
        """Let an actor who has looked behind the veil see the papers too. Whoever calls has leave to."""
        if ids:
            await self._repository.lift(ids, actor.subject)

    async def open(self, actor: Actor, file_id: str) -> tuple[Upload, bytes]:
        """A file for its owner or for staff who may see a case that has it. Raises NotFound for all others."""
        upload = await self._repository.get(file_id)
        if upload is None or not (self._is_hers(actor, upload) or _is_in_sight(actor, upload)):
            raise NotFound("没有找到这个文件。", code="file.unknown")
        return upload, await self._repository.read(file_id)

    async def read(self, file_id: str) -> bytes:
        """The bytes, for a service that has already found out who may see them. Raises NotFound."""
        return await self._repository.read(file_id)

    async def release(self, ids: Sequence[str]) -> None:
        """Nothing needs these any more, unless a case has them: the sweep takes them when their time has come."""
        if ids:
            await self._repository.release(ids)

    async def sweep(self, limit: int = SWEPT_AT_ONCE) -> int:
        """Remove what no case claimed in time; how many."""
        ids = await self._repository.unclaimed_before(self._clock() - timedelta(days=KEPT_DAYS), limit)
        for file_id in ids:
            await self._repository.remove(file_id)
        return len(ids)

    async def unclaimed(self, now: datetime, limit: int = MOST_COUNTED) -> Due:
        """How many no case has claimed in time, and since when they lie there."""
        ages = await self._repository.ages_unclaimed(now - timedelta(days=KEPT_DAYS), limit)
        return Due(len(ages), ages[0], ages[-1]) if ages else NOTHING

    async def discard(self, ids: Sequence[str]) -> None:
        """Delete the papers of a case that is emptied. Whoever calls has seen to it that no other case has them."""
        await self._repository.unclaim(ids)
        for file_id in ids:
            await self._repository.remove(file_id)

    async def count_unclaimed(self, actor: Actor) -> int:
        """How many of the actor's files no case has, counted to the most that are deleted at once."""
        owners = self._owners(actor)
        return len(await self._repository.unclaimed_of(owners, SWEPT_AT_ONCE)) if owners else 0

    async def erase(self, actor: Actor) -> int:
        """Delete the actor's files that no case has; how many."""
        return await self._erase(self._owners(actor))

    async def erase_of(self, subject: str) -> int:
        """Delete the files that were brought under a card and that no case has; how many. Whoever calls has leave to."""
        return await self._erase(card_owners(subject) if subject else ())

    async def _erase(self, owners: tuple[str, ...]) -> int:
        removed = 0
        while ids := await self._repository.unclaimed_of(owners, SWEPT_AT_ONCE) if owners else []:
            for file_id in ids:
                removed += await self._repository.remove(file_id)
        return removed

    def _is_hers(self, actor: Actor, upload: Upload) -> bool:
        """Whether the actor brought the file, and stands as high as then: a typed card alone shows nothing of L2."""
        return upload.owner in self._owners(actor) and actor.reaches(upload.level)

    def _owners(self, actor: Actor) -> tuple[str, ...]:
        return owners_of(actor, self._cipher.mac(actor.device, "device") if actor.device else "")


def _is_in_sight(actor: Actor, upload: Upload) -> bool:
    posts = posts_of(actor) if actor.is_staff else ()
    return any(
        may(actor, "case.see", claim.areas, department)
        for claim in upload.claims
        if not claim.hides_from(actor.subject, posts)
        for department in claim.departments
    )


def file_ids(form: Form, answers: Mapping[str, Any]) -> Iterable[str]:
    """The uploads that answers name, whatever else they are."""
    for key, field in form.fields().items():
        yield from files_of(field, answers.get(key))


def files_of(field: Field, value: Any) -> Iterable[str]:
    """The uploads that one answer names."""
    if field.type == "file" and isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    if field.type == "signature" and isinstance(value, dict) and isinstance(value.get("file"), str):
        return [value["file"]]
    return ()
