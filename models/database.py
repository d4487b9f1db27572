"""The one door to the driver: client, collections, indexes, transactions, change streams, files.

The driver is Motor (asyncio flavour). A repository gets its collections here and uses the calls that Motor
shares with PyMongo's own async client: ``find`` (with ``sort``, ``skip``, ``limit``, ``to_list`` or
``async for``), ``find_one``, ``insert_one``, ``insert_many``, ``update_one``, ``update_many``,
``replace_one``, ``delete_one``, ``delete_many``, ``find_one_and_update``, ``find_one_and_replace``,
``find_one_and_delete``, ``bulk_write``, ``count_documents``, ``distinct``. What differs between the two is
wrapped here and used nowhere else: ``aggregate``, ``start_session``, ``watch``, ``close``. See
docs/adr/0001-motor-behind-one-door.md.

Errors: driver errors pass through services and repositories untouched; the handlers give every exception that
they do not know to ``as_domain_error``, so that no repository can forget to translate. A repository catches
only what it can answer, which is a duplicate key; ``duplicate_key`` names the index.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
import pymongo
from bson import Timestamp
from gridfs.errors import NoFile
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorGridFSBucket,
)
from pymongo.errors import (
    CollectionInvalid,
    ConnectionFailure,
    DocumentTooLarge,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from models.ahead import Ahead
from models.base.errors import NotFound, SaobanError, TooLarge, Unavailable
from models.changes import OnChange, OnGap, Watch

T = TypeVar("T")
Document = dict[str, Any]
Session = AsyncIOMotorClientSession

TICK = Timestamp(0, 0)
"""In a top-level field of a document that is inserted or replaced: the server puts its cluster time there, a logical clock
that only ever grows, on one machine as after a change of primary."""

TICKS = {"$type": "timestamp"}
"""The same in an update: ``{"$currentDate": {"changed": TICKS}}``."""

Moment = tuple[int, int]
"""A cluster time: seconds since 1970, and a count within the second."""

MAJORITY = WriteConcern("majority", wtimeout=8000, j=True)
INDEX_NOT_FOUND = 27


class Index(msgspec.Struct, frozen=True):
    """One index. ``keys`` are (field, 1 or -1); ``partial`` is a filter expression; a document is deleted
    ``expire_after`` seconds after the date in the only key. ``name`` defaults to one made of the keys."""

    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    partial: Document | None = None
    expire_after: int | None = None
    name: str | None = None

    @property
    def title(self) -> str:
        return self.name or "_".join(f"{field}_{order}" for field, order in self.keys)

    def model(self) -> pymongo.IndexModel:
        options: Document = {"name": self.title, "unique": self.unique}
        if self.partial is not None:
            options["partialFilterExpression"] = self.partial
        if self.expire_after is not None:
            options["expireAfterSeconds"] = self.expire_after
        return pymongo.IndexModel(list(self.keys), **options)


class Collection(msgspec.Struct, frozen=True):
    """One collection as its repository declares it; ``schema`` is what goes under ``$jsonSchema``."""

    name: str
    indexes: tuple[Index, ...] = ()
    schema: Document | None = None

    @property
    def validation(self) -> Document:
        """Moderate: a document older than a rule may still be changed, a new one must keep it."""
        rule = {"$jsonSchema": self.schema} if self.schema is not None else {}
        return {"validator": rule, "validationLevel": "moderate", "validationAction": "error"}


CONFLICT_PAUSE = 0.02
"""Seconds, at most and by chance, between two tries of a transaction that met another one."""


class Database:
    """One database of a replica set. Make it on the loop that uses it, once per process, after any fork.

    Writes wait for the journals of a majority, reads see only what a majority holds; times come back as
    aware UTC. Nothing waits for ever: ``selection_ms`` for a primary, ``socket_ms`` for one answer,
    ``transaction_s`` for a whole transaction with its retries.
    """

    def __init__(
        self,
        uri: str,
        name: str,
        *,
        max_pool: int = 50,
        selection_ms: int = 3000,
        socket_ms: int = 20_000,
        transaction_s: float = 15.0,
    ) -> None:
        self._client: AsyncIOMotorClient = AsyncIOMotorClient(
            uri,
            tz_aware=True,
            w="majority",
            journal=True,
            wTimeoutMS=MAJORITY.document["wtimeout"],
            readConcernLevel="majority",
            readPreference="primary",
            retryWrites=True,
            retryReads=True,
            maxPoolSize=max_pool,
            waitQueueTimeoutMS=5000,
            serverSelectionTimeoutMS=selection_ms,
            connectTimeoutMS=selection_ms,
            socketTimeoutMS=socket_ms,
            appname="saoban",
        )
        self._database = self._client[name]
        self._transaction_s = transaction_s

    def collection(self, name: str) -> AsyncIOMotorCollection:
        """The collection; use only the calls that the head of this module lists."""
        return self._database[name]

    async def aggregate(
        self, name: str, pipeline: Sequence[Mapping[str, Any]], *, session: Session | None = None
    ) -> list[Document]:
        """Everything that the pipeline yields; end it with a ``$limit`` where that could be much."""
        return await self._database[name].aggregate(list(pipeline), session=session).to_list(None)

    async def ensure(self, collections: Iterable[Collection]) -> None:
        """Bring validators and indexes to what is declared; one read and nothing else when they are there.

        What was brought up is noted in ``_schema``. An index that is no longer declared is dropped, one that
        somebody else made stays. Safe to run in several processes at once.
        """
        noted = {row["_id"]: row async for row in self._database["_schema"].find()}
        work = [
            self._bring_up(declared, digest, noted.get(declared.name, {}).get("indexes", {}))
            for declared in collections
            if noted.get(declared.name, {}).get("digest") != (digest := _digest(declared))
        ]
        await asyncio.gather(*work)

    async def _bring_up(self, declared: Collection, digest: str, noted: Mapping[str, str]) -> None:
        try:
            await self._database.create_collection(declared.name, **declared.validation)
        except CollectionInvalid:  # it is there
            await self._database.command("collMod", declared.name, **declared.validation)
        wanted = {index.title: _digest(index) for index in declared.indexes}
        for title, was in noted.items():
            if wanted.get(title) != was:
                await self._drop_index(declared.name, title)
        if declared.indexes:
            await self._database[declared.name].create_indexes([index.model() for index in declared.indexes])
        row = {"digest": digest, "indexes": wanted}
        await self._database["_schema"].replace_one({"_id": declared.name}, row, upsert=True)

    async def _drop_index(self, collection: str, title: str) -> None:
        try:
            await self._database[collection].drop_index(title)
        except OperationFailure as error:
            if error.code != INDEX_NOT_FOUND:
                raise

    async def transaction(self, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
        """Run ``work(session)`` so that all of it happens or none of it.

        Give ``session=session`` to every call in it; a call without is not part of the transaction.
        ``work`` may run several times, so it must have no effect outside the database. Raises what ``work``
        raises, and Unavailable when it does not get through in time (then look before doing it again: a
        commit whose answer was lost may have happened).
        """
        try:
            async with asyncio.timeout(self._transaction_s), await self._client.start_session() as session:
                while True:
                    try:
                        return await _once(session, work)
                    except PyMongoError as error:
                        if not error.has_error_label("TransientTransactionError"):
                            raise
                    await asyncio.sleep(CONFLICT_PAUSE * secrets.randbelow(100) / 100)
        except TimeoutError as error:
            raise Unavailable from error

    async def moment(self) -> Moment:
        """The cluster time up to which our reads see everything: what they do not see yet was written later."""
        # A plain ping would tell of changes that a majority does not have yet.
        look = {"find": "_schema", "limit": 1, "singleBatch": True, "readConcern": {"level": "majority"}}
        seen = (await self._database.command(look))["operationTime"]
        return seen.time, seen.inc

    def watch(
        self,
        collections: Iterable[str],
        handler: OnChange,
        on_gap: OnGap,
        narrowed: Sequence[Mapping[str, Any]] = (),
    ) -> Watch:
        """Follow the changes of some collections until ``await watch.stop()``; ``narrowed`` are stages by which
        repositories leave out what nobody listens for. See Watch."""
        pipeline = [{"$match": {"ns.coll": {"$in": list(collections)}}}, *narrowed]

        async def open_stream() -> Any:
            # The thread opens the stream at its own time, so its start is fixed here: right after the last
            # change that our own majority reads can see.
            seconds, count = await self.moment()
            start = Timestamp(seconds, count + 1)
            return Ahead(
                lambda: self._database.delegate.watch(
                    pipeline,
                    full_document="updateLookup",
                    max_await_time_ms=Watch.AWAIT_MS,
                    start_at_operation_time=start,
                )
            )

        return Watch(open_stream, handler, on_gap)

    def files(self, bucket: str = "files") -> Files:
        """Files in GridFS."""
        return Files(AsyncIOMotorGridFSBucket(self._database, bucket))

    async def writable(self, within_s: float = 1.5) -> bool:
        """Whether a majority write succeeds right now. One small document; never raises for the database."""
        try:
            with pymongo.timeout(within_s):
                await self._database["_health"].update_one(
                    {"_id": "healthz"}, {"$currentDate": {"at": True}}, upsert=True
                )
        except PyMongoError:
            return False
        return True

    async def close(self) -> None:
        """Close every connection. Stop watches first."""
        self._client.close()


class Files:
    """Whole files in GridFS under random ids of 128 bits. Sizes are bounded by who calls."""

    def __init__(self, bucket: AsyncIOMotorGridFSBucket) -> None:
        self._bucket = bucket

    async def put(self, data: bytes, filename: str, metadata: Document, file_id: str = "") -> str:
        """Keep ``data``, under an id of the caller's where that is given; returns its id."""
        file_id = file_id or secrets.token_hex(16)
        await self._bucket.upload_from_stream_with_id(file_id, filename, data, metadata=metadata)
        return file_id

    async def get(self, file_id: str) -> tuple[bytes, Document]:
        """The bytes and the metadata. Raises NotFound."""
        try:
            file = await self._bucket.open_download_stream(file_id)
            return await file.read(), dict(file.metadata or {})
        except NoFile as error:
            raise NotFound from error

    async def delete(self, file_id: str) -> None:
        """Gone afterwards, whether it was there or not."""
        with suppress(NoFile):
            await self._bucket.delete(file_id)


def since(moment: Moment) -> Document:
    """The condition on a field that ``TICK`` or ``TICKS`` wrote: later than ``moment``."""
    return {"$gt": Timestamp(*moment)}


def duplicate_key(error: BaseException) -> str | None:
    """The name of the unique index that ``error`` says was violated; None for any other error.

    For a bulk write, the index of its first duplicate.
    """
    if not isinstance(error, OperationFailure):
        return None
    details: Mapping[str, Any] = error.details or {}
    for failure in (details, *details.get("writeErrors", ())):
        if failure.get("code") in (11000, 11001):
            named = re.search(r" index: (\S+) dup key", failure.get("errmsg", ""))
            return named[1] if named else "_id_"
    return None


def as_domain_error(error: BaseException) -> SaobanError | None:
    """What a driver error means to the person asking; None for one that is our own fault.

    Unavailable: no primary, no connection, no answer in time, no majority. TooLarge: a document over 16 MB.
    """
    if isinstance(error, DocumentTooLarge):
        return TooLarge()
    if isinstance(error, PyMongoError) and (
        isinstance(error, ConnectionFailure)
        or error.timeout
        or error.has_error_label("TransientTransactionError")
    ):
        return Unavailable()
    return None


async def _once(session: Session, work: Callable[[Session], Coroutine[Any, Any, T]]) -> T:
    """One try of a transaction. A commit whose outcome is unknown is asked for again, until the time is up.

    Motor's own ``with_transaction`` commits outside of its retries, so that a conflict met by the commit reached whoever
    called; hence this one."""
    try:
        async with session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=MAJORITY):
            result = await work(session)
    except PyMongoError as error:
        if not error.has_error_label("UnknownTransactionCommitResult"):
            raise
        await _commit(session)
    return result


async def _commit(session: Session) -> None:
    while True:
        try:
            await session.commit_transaction()
            return
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult"):
                raise
        await asyncio.sleep(CONFLICT_PAUSE)


def _digest(declared: Collection | Index) -> str:
    return hashlib.sha256(msgspec.json.encode(declared, order="deterministic")).hexdigest()
