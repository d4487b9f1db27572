"""Changing the data key while the house is open: from the new key to the last value under an old one.

Each document is changed by compare-and-set on the very values that were read. A sealed value never occurs twice
(its nonce is random), so equal means untouched; whoever writes the value meanwhile writes it under the new key.
Killed at any moment, the next run goes on where this one noted its progress last.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import groupby
from typing import Any

import msgspec
from bson.raw_bson import RawBSONDocument

from models.base.cipher import IndexedPath, SealedPath, Unreadable
from models.base.clock import Clock
from models.base.suites import SuiteName
from models.database import Database
from models.rotation.documents import DocumentRepository, Swap, read
from models.rotation.job import Job, KeysNotLearnt, Mark, Outcome, Progress, RotationBusy, Stage, Trouble
from models.rotation.key import BEAT_SECONDS, Reader, pattern_of
from models.rotation.places import INDEXES
from models.rotation.repository import JobRepository
from models.rotation.service import Keys
from models.rotation.walk import Found, sealed_at

BATCH = 200
"""Documents looked at between two notes of progress; at some 200 bytes a value, one write of 1 MB at most."""

LEASE = timedelta(seconds=15)
TRIES = 20
"""How often a document is tried again that others change at the same moment."""

ROUNDS = 20
"""How often the search for left-overs is repeated: a process may have had an old value in hand."""

LEARN_SECONDS = 120.0
TELL_OF = 100
"""Troubles that are remembered one by one."""


class Rotation:
    """One run. ``tell`` hears of the progress after every batch."""

    def __init__(
        self, database: Database, keys: Keys, places: Sequence[SealedPath], clock: Clock,
        tell: Callable[[Progress], None], *, batch: int = BATCH, learn_seconds: float = LEARN_SECONDS,
        indexes: Sequence[IndexedPath] = INDEXES,
    ) -> None:  # fmt: skip
        self._documents = DocumentRepository(database)
        self._jobs = JobRepository(database)
        self._keys = keys
        self._clock = clock
        self._tell = tell
        self._batch = batch
        self._learn_seconds = learn_seconds
        ordered = sorted(places, key=lambda place: place.collection)
        self._places = {name: tuple(each) for name, each in groupby(ordered, lambda place: place.collection)}
        self._indexes = indexes
        self._progress = Progress("learning")
        self._troubles: set[Trouble] = set()

    async def run(self, suite: SuiteName) -> Outcome:
        """Bring everything under a new data key of ``suite``, or finish the rotation that was begun.

        Raises RotationBusy where another process is at it, KeysNotLearnt where a living process does not
        take the new key up.
        """
        holder = secrets.token_hex(8)
        job = await self._jobs.take(holder, self._clock(), LEASE)
        if job is None:
            raise RotationBusy
        try:
            resumed = job.to != ""
            if not resumed:
                job = await self._note(msgspec.structs.replace(job, to=await self._keys.prepare(suite)))
            job = await self._introduce(job)
            self._progress = await self._start(job)
            for collection in self._places:
                job = await self._pass(job, collection)
            job = await self._sweep(job)
            self._show("done")
            return Outcome(job.to, job.resealed, tuple(sorted(self._troubles)), resumed)
        finally:
            await self._jobs.let_go(holder, self._clock())

    async def _introduce(self, job: Job) -> Job:
        """Every living process knows the key, then every one seals with it."""
        self._show("learning")
        job = await self._wait(job, lambda reader: job.to in reader.knows)
        await self._keys.promote(job.to)
        return await self._wait(job, lambda reader: reader.uses == job.to)

    async def _wait(self, job: Job, has: Callable[[Reader], bool]) -> Job:
        pause = BEAT_SECONDS / 10
        for _ in range(max(1, round(self._learn_seconds / pause))):
            if not await self._keys.behind(has):
                return job
            await asyncio.sleep(pause)
            job = await self._note(job)
        raise KeysNotLearnt

    async def _start(self, job: Job) -> Progress:
        total = sum([await self._documents.count(collection) for collection in self._places])
        seen = sum(mark.seen for mark in job.marks.values())
        return Progress("sealing", seen=seen, total=max(seen, total), resealed=job.resealed)

    async def _pass(self, job: Job, collection: str) -> Job:
        mark = job.marks.get(collection, Mark())
        self._show("sealing", collection=collection)
        while not mark.done:
            found = await self._documents.batch(collection, mark.after, self._batch)
            resealed = await self._reseal(job, collection, found)
            mark = Mark(
                after=found[-1]["_id"] if found else mark.after,
                seen=mark.seen + len(found),
                resealed=mark.resealed + resealed,
                done=len(found) < self._batch,
            )
            job = await self._note(msgspec.structs.replace(job, marks={**job.marks, collection: mark}))
            self._count(len(found), resealed)
        return job

    async def _reseal(self, job: Job, collection: str, documents: list[RawBSONDocument]) -> int:
        """Bring these documents under the new key; how many values were. What others change at the same
        moment is read and tried again."""
        old = pattern_of(key_id for key_id in self._keys.keyring.keys if key_id != job.to)
        done = 0
        for _ in range(TRIES):
            documents = [document for document in documents if old.search(document.raw)]
            swaps = [swap for document in documents if (swap := self._swap(job, collection, document))]
            if not swaps:
                return done
            swapped = await self._documents.swap(collection, swaps)
            for each in swapped.doubled:
                self._trouble(Trouble(collection, str(each), "doubled"))
            swaps = [swap for swap in swaps if swap.id not in swapped.doubled]
            if swapped.changed == len(swaps):
                return done + sum(len(swap.values) for swap in swaps)
            documents = await self._documents.of_ids(collection, [swap.id for swap in swaps])
            done += _landed(swaps, documents)
        for document in documents:
            self._trouble(Trouble(collection, str(document["_id"]), "busy"))
        return done

    def _swap(self, job: Job, collection: str, raw: RawBSONDocument) -> Swap | None:
        values = {}
        document = read(raw)
        for found in sealed_at(document, self._places.get(collection, ())):
            if found.key_id != job.to:
                try:
                    values[found.path] = (found.sealed, self._under(job, found))
                except Unreadable:
                    self._trouble(Trouble(collection, str(document["_id"]), "unreadable"))
        values.update(self._indexed_anew(job, document, collection))
        return Swap(document["_id"], values) if values else None

    def _indexed_anew(
        self, job: Job, document: dict[str, Any], collection: str
    ) -> dict[str, tuple[str, str]]:
        """Old and new of every search index that is not yet under the new key; what cannot be opened has been named."""
        anew = {}
        for place in self._indexes:
            old = document.get(place.path) if place.collection == collection else None
            if isinstance(old, str) and old and not old.startswith(f"{job.to}:"):
                for found in sealed_at(document, [place.source]):
                    with suppress(Unreadable):
                        anew[place.path] = (old, self._index(job, place, found))
        return anew

    def _index(self, job: Job, place: IndexedPath, found: Found) -> str:
        self._must_use(job)
        text = self._keys.cipher.open(found.sealed, found.context)
        return self._keys.cipher.index(
            msgspec.json.decode(text, type=str) if place.quoted else text, place.kind
        )

    def _under(self, job: Job, found: Found) -> str:
        self._must_use(job)
        return self._keys.cipher.reseal(found.sealed, found.context)

    def _must_use(self, job: Job) -> None:
        if (
            self._keys.cipher.current != job.to
        ):  # no second rotation can start meanwhile; a restored backup might
            raise KeysNotLearnt

    async def _sweep(self, job: Job) -> Job:
        """Look through every byte for values under other keys, until there are none but the troublesome."""
        self._show("checking", collection="")
        for _ in range(ROUNDS):
            self._troubles = {each for each in self._troubles if each.why == "unreadable"}
            before = job.resealed
            for collection in await self._documents.collections():
                job = await self._sweep_one(job, collection)
            if job.resealed == before:
                break
        # What cannot be mended by trying again must not stand in the way of the next rotation: it keeps its
        # key from being retired, and is named in the outcome.
        if not any(each.why == "busy" for each in self._troubles):
            job = msgspec.structs.replace(job, finished_at=self._clock())
        return await self._note(job)

    async def _sweep_one(self, job: Job, collection: str) -> Job:
        """Bring under the new key after all what is found in one collection."""
        old = pattern_of(key_id for key_id in self._keys.keyring.keys if key_id != job.to)
        async for found in self._documents.holding(collection, old):
            for document in found:
                if not self._is_declared(collection, document, old):
                    self._trouble(Trouble(collection, str(document["_id"]), "undeclared"))
            changed = await self._reseal(job, collection, found)
            if changed:
                mark = job.marks.get(collection, Mark(done=True))
                mark = msgspec.structs.replace(mark, resealed=mark.resealed + changed)
                job = msgspec.structs.replace(job, marks={**job.marks, collection: mark})
                self._count(0, changed)
            job = await self._note(job)
        return job

    def _is_declared(self, collection: str, document: RawBSONDocument, old: Any) -> bool:
        """Whether all that ``old`` finds in the document stands where a repository says that it may."""
        plain = read(document)
        known = {found.sealed.encode() for found in sealed_at(plain, self._places.get(collection, ()))}
        known |= {
            str(plain.get(place.path)).encode() for place in self._indexes if place.collection == collection
        }
        return set(old.findall(document.raw)) <= known

    async def _note(self, job: Job) -> Job:
        if not await self._jobs.note(job, self._clock(), LEASE):
            raise RotationBusy
        return job

    def _trouble(self, trouble: Trouble) -> None:
        if len(self._troubles) < TELL_OF:
            self._troubles.add(trouble)

    def _count(self, seen: int, resealed: int) -> None:
        now = self._progress
        self._progress = msgspec.structs.replace(
            now, seen=now.seen + seen, fresh=now.fresh + seen, resealed=now.resealed + resealed
        )
        self._tell(self._progress)

    def _show(self, stage: Stage, **changes: Any) -> None:
        self._progress = msgspec.structs.replace(self._progress, stage=stage, **changes)
        self._tell(self._progress)


def _landed(swaps: Sequence[Swap], documents: Sequence[RawBSONDocument]) -> int:
    """How many of the new values stand in ``documents``."""
    return sum(
        new.encode() in document.raw
        for swap in swaps
        for document in documents
        if document["_id"] == swap.id
        for _, new in swap.values.values()
    )
