"""Where codes are kept."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from pymongo.errors import BulkWriteError, DuplicateKeyError

from models.codes.code import Code, Target
from models.database import Collection, Database, Index, Session

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "kind", "state", "areas", "target", "issued_at", "rev"],
    "properties": {
        "_id": {"bsonType": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{12}$"},
        "kind": {"enum": ["D", "Y", "S", "R", "Z", "P"]},
        "state": {"enum": ["active", "suspended", "replaced", "revoked"]},
        "areas": {"bsonType": "array", "minItems": 1},
        "rev": {"bsonType": "int"},
    },
}

CODES = Collection(
    "codes",
    indexes=(
        Index((("areas", 1), ("kind", 1), ("_id", 1))),
        # One living plate a household, whatever two printers do at once.
        Index(
            (("target.household", 1),), unique=True, partial={"kind": "D", "state": "active"}, name="one_door"
        ),
        # One poster of the county for whatever is published, whichever process comes first.
        Index((("posts", 1),), unique=True, partial={"posts": {"$gt": ""}}, name="one_poster"),
    ),
    schema=SCHEMA,
)


class CodesRepository:
    """The ``codes`` collection."""

    COLLECTIONS = (CODES,)

    def __init__(self, database: Database) -> None:
        self._database = database
        self._codes = database.collection("codes")

    async def get(self, code: str) -> Code | None:
        """The row of ``code``."""
        return _entity(await self._codes.find_one({"_id": code}))

    async def add_all(self, codes: Sequence[Code]) -> int:
        """Insert those that are not there yet; how many were."""
        if not codes:
            return 0
        try:
            done = await self._codes.insert_many([_document(code) for code in codes], ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            if any(fault["code"] != 11000 for fault in details.get("writeErrors", ())):
                raise
            return int(details.get("nInserted", 0))
        return len(done.inserted_ids)

    async def replace(self, code: Code, *, successor: Code | None = None) -> bool:
        """Write the next revision, and with it the new code that hangs in its place; False when somebody else
        wrote it first, or the household has another living plate."""

        async def work(session: Session) -> bool:
            query = {"_id": code.id, "rev": code.rev - 1}
            done = await self._codes.replace_one(query, _document(code), session=session)
            if successor is not None and done.modified_count:
                await self._codes.insert_one(_document(successor), session=session)
            return bool(done.modified_count == 1)

        try:
            return await self._database.transaction(work)
        except DuplicateKeyError:
            return False

    async def door_of(self, household: str) -> Code | None:
        """The living plate of a household."""
        found = await self._codes.find_one({"target.household": household, "kind": "D", "state": "active"})
        return _entity(found)

    async def doors_of(self, households: Sequence[str]) -> list[Code]:
        """The living plates of households."""
        query = {"target.household": {"$in": list(households)}, "kind": "D", "state": "active"}
        found = await self._codes.find(query).to_list(len(households) or 1)
        return [msgspec.convert(_rename(row), Code) for row in found]

    async def living_doors(self, codes: Sequence[str]) -> list[Code]:
        """Those of ``codes`` that are plates in use."""
        query = {"_id": {"$in": list(codes)}, "kind": "D", "state": "active"}
        found = await self._codes.find(query).to_list(len(codes) or 1)
        return [msgspec.convert(_rename(row), Code) for row in found]

    async def posters(self, area: str, limit: int) -> list[Code]:
        """The living codes of items and bundles that hang in ``area`` as a whole or anywhere in it."""
        query = {"areas": area, "kind": {"$in": ["S", "Y"]}, "state": "active"}
        found = await self._codes.find(query).sort("_id", 1).limit(limit).to_list(limit)
        return [msgspec.convert(_rename(row), Code) for row in found]

    async def points(self, areas: Sequence[str], limit: int) -> list[Code]:
        """The service points in use of exactly the area with this chain, by code: not of those in it."""
        query = {"areas": list(areas), "kind": "P", "state": "active"}
        found = await self._codes.find(query).sort("_id", 1).limit(limit).to_list(limit)
        return [msgspec.convert(_rename(row), Code) for row in found]

    async def posted(self, area: str, limit: int) -> list[Target]:
        """What codes of items and bundles stand for or have stood for that hang in ``area`` as a whole."""
        query = {"areas": area, "kind": {"$in": ["S", "Y"]}}
        found = await self._codes.find(query, {"target": 1, "areas": 1}).limit(limit).to_list(limit)
        return [msgspec.convert(row["target"], Target) for row in found if row["areas"][-1] == area]

    async def in_area(self, area: str, kind: str, after: str, limit: int) -> list[Code]:
        """A page of the codes of ``kind`` in ``area``, by code."""
        query = {"areas": area, "kind": kind, "_id": {"$gt": after}}
        found = await self._codes.find(query).sort("_id", 1).limit(limit).to_list(limit)
        return [msgspec.convert(_rename(row), Code) for row in found]


def _rename(row: dict) -> dict:
    row["id"] = row.pop("_id")
    return row


def _entity(row: dict | None) -> Code | None:
    return None if row is None else msgspec.convert(_rename(row), Code)


def _document(code: Code) -> dict:
    row = msgspec.to_builtins(code, builtin_types=(type(code.issued_at),))
    row["_id"] = row.pop("id")
    row.setdefault("state", code.state)
    row.setdefault("rev", code.rev)
    return row
