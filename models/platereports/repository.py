"""Where reports of plates are kept; the phone of whoever sent one is sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index, duplicate_key
from models.platereports.report import Report, State

SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": ["_id", "number", "report_key", "says", "where", "areas", "state", "at", "history", "rev"],
    "properties": {
        "_id": {"bsonType": "string"},
        "number": {"bsonType": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{10}$"},
        "areas": {"bsonType": "array", "minItems": 1},
        "state": {"enum": ["open", "visited", "closed"]},
        "history": {"bsonType": "array", "maxItems": 50},
        "photos": {"bsonType": "array", "maxItems": 3},
        "rev": {"bsonType": ["int", "long"], "minimum": 1},
    },
}


class PlateReportRepository:
    """The ``plate_reports`` collection. Ids begin with their time, so that they sort by it."""

    COLLECTIONS = (
        Collection(
            "plate_reports",
            (
                Index((("areas", 1), ("state", 1), ("_id", 1))),
                Index((("number", 1),), unique=True, name="number"),
                Index((("report_key", 1),), unique=True, name="one_report"),
                Index((("forget_at", 1),), expire_after=0),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._reports = database.collection("plate_reports")
        self._cipher = cipher

    async def add(self, report: Report) -> bool:
        """Keep a new one; False where its key was used before."""
        try:
            await self._reports.insert_one(self._document(report))
        except DuplicateKeyError as error:
            if duplicate_key(error) != "one_report":
                raise
            return False
        return True

    async def replace(self, report: Report) -> bool:
        """Write the next revision; False where somebody was faster."""
        query = {"_id": report.id, "rev": report.rev - 1}
        done = await self._reports.replace_one(query, self._document(report))
        return bool(done.modified_count)

    async def get(self, report_id: str) -> Report | None:
        return self._found(await self._reports.find_one({"_id": report_id}))

    async def of_number(self, number: str) -> Report | None:
        return self._found(await self._reports.find_one({"number": number}))

    async def of_key(self, report_key: str) -> Report | None:
        """What was sent under this key before."""
        return self._found(await self._reports.find_one({"report_key": report_key}))

    async def within(self, area: str, state: State, after: str, limit: int) -> list[Report]:
        """A page of those in ``area``, the oldest first."""
        query = {"areas": area, "state": state, "_id": {"$gt": after}}
        found = await self._reports.find(query).sort("_id", 1).limit(limit).to_list(limit)
        return [self._entity(row) for row in found]

    async def count(self, area: str, state: State, most: int) -> int:
        """How many there are in ``area``, counted to ``most``."""
        return int(await self._reports.count_documents({"areas": area, "state": state}, limit=most))

    def _document(self, report: Report) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(report, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        row["state"], row["rev"] = report.state, report.rev
        if report.phone:
            row["phone"] = self._cipher.seal(report.phone, f"plate_report.phone:{report.id}")
        return row

    def _found(self, row: dict[str, Any] | None) -> Report | None:
        return None if row is None else self._entity(row)

    def _entity(self, row: dict[str, Any]) -> Report:
        row["id"] = row.pop("_id")
        if row.get("phone"):
            row["phone"] = self._cipher.open(row["phone"], f"plate_report.phone:{row['id']}")
        return msgspec.convert(row, Report)
