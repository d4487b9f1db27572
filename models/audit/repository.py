"""Where the record of looking is kept. It can be added to and read; nothing here changes or deletes.

The id of an entry is ``<day>.<process>-<n>:<position>``, so that the index of ids is the index by day, and reading
along it follows one chain after the other. Entries leave only by the TTL index on ``keep_until``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import msgspec
from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo.errors import BulkWriteError, DuplicateKeyError

from models.audit.chain import AROUND, CHAIN, Row, Tail, after
from models.audit.entry import ACTS, KINDS, MOST_FIELDS, MOST_WHOSE, Entry, place
from models.audit.heads import FINAL, Head, Mark
from models.base.errors import Unavailable
from models.database import Collection, Database, Index, duplicate_key

END = "\U0010ffff"
"""Sorts after whatever an id may go on with."""

_TEXT = {"bsonType": "string", "maxLength": 400}
_HASH = {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"}
_COUNT = {"bsonType": ["int", "long"], "minimum": 0}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "bsonType": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _list(most: int) -> dict[str, Any]:
    return {"bsonType": "array", "maxItems": most, "items": _TEXT}


ENTRY = _object(
    _id={"bsonType": "string", "pattern": rf"^{CHAIN.pattern}:\d{{8,10}}$"},
    chain={"bsonType": "string"},
    seq={"bsonType": ["int", "long"], "minimum": 1},
    at={"bsonType": "date"},
    who=_object(
        kind={"enum": sorted(KINDS)}, id=_TEXT, name=_TEXT, role=_TEXT, area=_TEXT, departments=_list(100)
    ),
    whose=_list(MOST_WHOSE),
    act={"enum": list(ACTS)},
    what=_object(noun=_TEXT, id=_TEXT, fields=_list(MOST_FIELDS)),
    ground=_object(kind=_TEXT, text=_TEXT),
    where=_object(route=_TEXT, address=_TEXT, device=_TEXT),
    keep_until={"bsonType": "date"},
    prev=_HASH,
    hash=_HASH,
)
HEAD = _object(
    _id={"bsonType": "string"},
    chain={"bsonType": "string"},
    count=_COUNT,
    hash=_HASH,
    at={"bsonType": "date"},
    mark={"enum": ["opened", "running", "closed", "unclosed"]},
    keep_until={"bsonType": "date"},
    key={"bsonType": "string"},
    signature={"bsonType": "string"},
)


class ChainTaken(Exception):
    """Somebody else wrote in this chain: it must be left as it is and another one begun."""


class AuditRepository:
    """``audit`` (the entries) and ``audit_heads`` (the signed heads)."""

    COLLECTIONS = (
        Collection(
            "audit",
            (
                Index((("whose", 1), ("who.kind", 1), ("at", -1), ("_id", -1)), name="whose"),
                Index((("who.id", 1), ("at", -1)), name="who"),
                Index((("keep_until", 1),), expire_after=0, name="kept"),
            ),
            ENTRY,
        ),
        Collection(
            "audit_heads",
            (
                Index((("mark", 1), ("chain", 1)), name="mark"),
                Index((("keep_until", 1),), expire_after=0, name="kept"),
            ),
            HEAD,
        ),
    )

    def __init__(self, database: Database) -> None:
        # What somebody altered must still be readable enough to be named: no date and no text stops us.
        lenient: CodecOptions = CodecOptions(
            tz_aware=True,
            datetime_conversion=DatetimeConversion.DATETIME_AUTO,
            unicode_decode_error_handler="replace",
        )
        self._entries = database.collection("audit").with_options(codec_options=lenient)
        self._heads = database.collection("audit_heads").with_options(codec_options=lenient)
        self._database = database

    async def append(self, entries: Sequence[Entry]) -> None:
        """Add entries of one chain, in order; durable on a majority when this returns.

        May be called again with the same entries after a failure of any kind: those that are there already stay.
        Raises ChainTaken where another entry stands in one of their places.
        """
        rows = [_document(entry) for entry in entries]
        try:
            await self._entries.insert_many(rows, ordered=True)
        except BulkWriteError as error:
            if duplicate_key(error) is None:
                raise
            await self._complete(rows)

    async def _complete(self, rows: list[dict[str, Any]]) -> None:
        """An earlier try got some of ``rows`` in: add the others."""
        ids = [row["_id"] for row in rows]
        found = self._entries.find({"_id": {"$in": ids}}, {"hash": 1})
        there = {row["_id"]: row.get("hash") async for row in found}
        if any(there.get(row["_id"], row["hash"]) != row["hash"] for row in rows):
            raise ChainTaken
        missing = [row for row in rows if row["_id"] not in there]
        if len(missing) == len(rows):
            raise Unavailable  # they are there, but no majority has them yet
        try:
            if missing:
                await self._entries.insert_many(missing, ordered=True)
        except BulkWriteError as error:
            raise Unavailable from error

    async def add_head(self, head: Head) -> None:
        """Add a signed head; the same one twice is one."""
        row = msgspec.structs.asdict(head)
        try:
            await self._heads.insert_one({"_id": head.id, **row})
        except DuplicateKeyError:
            return

    async def open_chains(self) -> list[str]:
        """Chains that were begun and have no final head."""
        begun = await self._chains(("opened",))
        return sorted(begun - await self._chains(FINAL))

    async def _chains(self, marks: Iterable[Mark]) -> set[str]:
        found = self._heads.find({"mark": {"$in": list(marks)}}, {"_id": 0, "chain": 1, "mark": 1})
        return {str(row.get("chain")) async for row in found}

    async def tail(self, chain: str) -> Tail | None:
        """How far ``chain`` has come, by its last entry that can be read; None when it has none."""
        query = {"_id": {"$gte": f"{chain}:", "$lt": f"{chain}:{END}"}}
        found = self._entries.find(query).sort("_id", -1).limit(AROUND)
        async for document in found:
            entry = _row(document).entry
            if entry is not None:
                return after(entry)
        return None

    async def first_head(self, chain: str) -> Head | None:
        """The head that the chain was begun with."""
        document = await self._heads.find_one({"_id": f"{chain}:{0:08d}:opened"})
        return _head(document) if document else None

    async def days(self) -> list[str]:
        """The first ten characters of every id that there is, in order: days, and whatever else was put in."""
        return sorted({*await _prefixes(self._entries), *await _prefixes(self._heads)})

    async def nameless(self) -> int:
        """Entries whose id is no text: none of ours has such a one."""
        return await self._entries.count_documents({"_id": {"$not": {"$type": "string"}}})

    async def rows(self, prefix: str) -> AsyncIterator[Row]:
        """Every entry under ids with ``prefix``, chain after chain, in order."""
        query = {"_id": {"$gte": prefix, "$lt": prefix + END}}
        async for document in self._entries.find(query).sort("_id", 1):
            yield _row(document)

    async def around(self, chain: str, seq: int) -> list[Row]:
        """The entries near a place."""
        query = {
            "_id": {"$gte": place(chain, max(0, seq - AROUND)), "$lte": place(chain, seq + AROUND) + END}
        }
        return [_row(document) async for document in self._entries.find(query).sort("_id", 1)]

    async def heads(self, prefix: str) -> list[tuple[str, Head | None]]:
        """The heads under ids with ``prefix``, each with its id; None for one that cannot be read."""
        query = {"_id": {"$gte": prefix, "$lt": prefix + END}}
        found = self._heads.find(query).sort("_id", 1)
        return [(str(document["_id"]), _head(document)) async for document in found]

    async def looks(self, whose: Sequence[str], limit: int, before: Entry | None) -> list[Entry]:
        """Entries of staff about any of ``whose``, newest first, from the one after ``before`` on."""
        query: dict[str, Any] = {
            "whose": {"$in": list(whose)},
            "who.kind": "staff",
            "ground.kind": {"$ne": "own"},
        }
        if before is not None:
            query["at"] = {"$lte": before.at}
            query["$or"] = [{"at": {"$lt": before.at}}, {"_id": {"$lt": before.id}}]
        found = self._entries.find(query).sort([("at", -1), ("_id", -1)]).limit(limit)
        rows = [_row(document) async for document in found]
        return [row.entry for row in rows if row.entry is not None]

    async def of_id(self, entry_id: str) -> Entry | None:
        document = await self._entries.find_one({"_id": entry_id})
        return _row(document).entry if document else None


async def _prefixes(collection: Any) -> list[str]:
    found: list[str] = []
    query: dict[str, Any] = {"_id": {"$type": "string"}}
    while (document := await collection.find_one(query, {"_id": 1}, sort=[("_id", 1)])) is not None:
        found.append(document["_id"][:10])
        query = {"_id": {"$gt": found[-1] + END}}
    return found


def _row(document: dict[str, Any]) -> Row:
    row_id = str(document.pop("_id"))
    try:
        return Row(row_id, msgspec.convert(document, Entry))
    except msgspec.ValidationError:
        return Row(row_id, None)


def _head(document: dict[str, Any]) -> Head | None:
    try:
        return msgspec.convert({key: value for key, value in document.items() if key != "_id"}, Head)
    except msgspec.ValidationError:
        return None


def _document(entry: Entry) -> dict[str, Any]:
    """The entry as it is stored, by hand: this is on the way of every request."""
    who, what, ground, where = entry.who, entry.what, entry.ground, entry.where
    return {
        "_id": entry.id,
        "chain": entry.chain,
        "seq": entry.seq,
        "at": entry.at,
        "who": {
            "kind": who.kind, "id": who.id, "name": who.name, "role": who.role, "area": who.area,
            "departments": list(who.departments),
        },
        "whose": list(entry.whose),
        "act": entry.act,
        "what": {"noun": what.noun, "id": what.id, "fields": list(what.fields)},
        "ground": {"kind": ground.kind, "text": ground.text},
        "where": {"route": where.route, "address": where.address, "device": where.device},
        "keep_until": entry.keep_until,
        "prev": entry.prev,
        "hash": entry.hash,
    }  # fmt: skip
