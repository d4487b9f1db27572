"""Where requests are kept; what people typed is sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index, duplicate_key
from models.rights.request import Brief, Request

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "number", "kind", "areas", "filed_at", "due_on", "same", "state", "open", "rev"],
    "properties": {
        "kind": {"enum": ["look", "delete", "complaint", "explain", "objection"]},
        "state": {"enum": ["open", "answered", "refused"]},
        "open": {"bsonType": "bool"},
        "areas": {"bsonType": "array", "minItems": 1, "maxItems": 5},
        "due_on": {"bsonType": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "text": {"bsonType": "string", "description": "sealed"},
        "rev": {"bsonType": "int", "minimum": 1},
    },
}
BRIEF = {"number": 1, "kind": 1, "state": 1, "areas": 1, "filed_at": 1, "due_on": 1}


class RightsRepository:
    """The ``rights`` collection. Nothing is removed: who asked for what, and what she was told, stays on record."""

    COLLECTIONS = (
        Collection(
            "rights",
            indexes=(
                Index((("number", 1),), unique=True, name="one_number"),
                Index((("same", 1),), unique=True, partial={"open": True}, name="one_open"),
                Index((("areas", 1), ("open", 1), ("due_on", 1), ("_id", 1)), name="desk"),
                Index(
                    (("whose.subject", 1), ("filed_at", -1), ("_id", -1)),
                    partial={"whose.subject": {"$gt": ""}},
                    name="own",
                ),
                Index(
                    (("about.case_no", 1), ("kind", 1)),
                    partial={"open": True, "kind": "objection"},
                    name="objections",
                ),
                Index((("work_at", 1),), partial={"work_at": {"$exists": True}}, name="to_do"),
            ),
            schema=SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._rights = database.collection("rights")
        self._cipher = cipher

    async def add(self, request: Request) -> str | None:
        """Write a new one. None when it is in; otherwise the rule that it met: ``one_open`` or ``one_number``."""
        try:
            await self._rights.insert_one(self._document(request))
        except DuplicateKeyError as error:
            return duplicate_key(error)
        return None

    async def replace(self, request: Request) -> bool:
        """Write the next revision; False where somebody was faster."""
        query = {"_id": request.id, "rev": request.rev - 1}
        return (await self._rights.replace_one(query, self._document(request))).modified_count == 1

    async def get(self, request_id: str) -> Request | None:
        return self._entity(await self._rights.find_one({"_id": request_id}))

    async def of_number(self, number: str) -> Request | None:
        return self._entity(await self._rights.find_one({"number": number}))

    async def open_like(self, same: str) -> Request | None:
        """The open request that is identical."""
        return self._entity(await self._rights.find_one({"same": same, "open": True}))

    async def of_subject(self, subject: str, before: Request | None, limit: int) -> list[Request]:
        """A resident's own, the newest first, from after ``before`` on."""
        query: dict[str, Any] = {"whose.subject": {"$eq": subject, "$gt": ""}}
        if before is not None:
            earlier = [{"filed_at": {"$lt": before.filed_at}}, {"_id": {"$lt": before.id}}]
            query |= {"filed_at": {"$lte": before.filed_at}, "$or": earlier}
        order = [("filed_at", -1), ("_id", -1)]
        rows = await self._rights.find(query).sort(order).limit(limit).to_list(limit)
        return [self._read(row) for row in rows]

    async def at_desk(
        self, area: str, account: str, after: tuple[str, str], limit: int, *, is_open: bool
    ) -> list[Brief]:
        """Those of an area that ``account`` may answer: open ones, the oldest due first; or answered ones, the latest
        due first. ``after`` is the position (due_on, id) of the last one already shown."""
        query = {**_waiting(area, account, is_open), **_beyond(after, 1 if is_open else -1)}
        order = [("due_on", 1 if is_open else -1), ("_id", 1 if is_open else -1)]
        rows = await self._rights.find(query, BRIEF).sort(order).limit(limit).to_list(limit)
        return [msgspec.convert({**row, "id": row["_id"]}, Brief) for row in rows]

    async def count(self, area: str, account: str, most: int) -> int:
        """How many of an area wait for an answer that ``account`` may give, counted to ``most``."""
        return int(await self._rights.count_documents(_waiting(area, account, True), limit=most))

    async def to_do(self, now: datetime, limit: int) -> list[Request]:
        """Those with work that is due, the longest waiting first."""
        query = {"work_at": {"$lte": now, "$exists": True}}
        rows = await self._rights.find(query).sort("work_at", 1).limit(limit).to_list(limit)
        return [self._read(row) for row in rows]

    async def due_from(self, county: str, after: tuple[str, str], limit: int) -> list[Brief]:
        """Open requests that are due on a day or later, in the order of (due_on, id), past ``after``."""
        query = {"areas": county, "open": True, **_beyond(after, 1)}
        rows = (
            await self._rights.find(query, BRIEF)
            .sort([("due_on", 1), ("_id", 1)])
            .limit(limit)
            .to_list(limit)
        )
        return [msgspec.convert({**row, "id": row["_id"]}, Brief) for row in rows]

    async def set_due(self, dates: Mapping[str, str]) -> int:
        """Write other due dates by id, where they are still open; how many. No revision is made: nobody has done
        anything with the request."""
        changes = [
            UpdateOne({"_id": key, "open": True}, {"$set": {"due_on": due}}) for key, due in dates.items()
        ]
        return (await self._rights.bulk_write(changes, ordered=False)).modified_count if changes else 0

    def _document(self, request: Request) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(request, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        row |= {"state": request.state, "open": request.open, "rev": request.rev}
        _each_text(row, self._cipher.seal)
        return row

    def _entity(self, row: dict[str, Any] | None) -> Request | None:
        return None if row is None else self._read(row)

    def _read(self, row: dict[str, Any]) -> Request:
        _each_text(row, self._cipher.open)
        row["id"] = row.pop("_id")
        return msgspec.convert(row, Request)


def _each_text(row: dict[str, Any], change: Callable[[str, str], str]) -> None:
    """Seal, or open, whatever of a document was typed."""
    places = ((row, "text"), (row, "phone"), (row["about"], "named"), (row.get("answer") or {}, "text"))
    for (held, key), kind in zip(places, ("text", "phone", "named", "answer"), strict=True):
        if held.get(key):
            held[key] = change(held[key], f"rights.{kind}:{row['_id']}")


def _waiting(area: str, account: str, is_open: bool) -> dict[str, Any]:
    return {"areas": area, "open": is_open, "barred": {"$ne": account}}


def _beyond(after: tuple[str, str], order: int) -> dict[str, Any]:
    """Past the position (due_on, id). The bound on ``due_on`` alone is what an index can start from."""
    due_on, request_id = after
    if not due_on:
        return {}
    past, up_to = ("$gt", "$gte") if order > 0 else ("$lt", "$lte")
    return {"due_on": {up_to: due_on}, "$or": [{"due_on": {past: due_on}}, {"_id": {past: request_id}}]}
