"""Where operations are kept: of each what became of it, for three years; what somebody still has to see to, sealed and
for half a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index, Session
from models.sync.answer import DONE, Answer, Became
from models.sync.receipt import Receipt

KEPT_DAYS = 3 * 366
"""As long as an operation that comes again is known."""

OPEN_DAYS = 180
"""As long as the text of one that somebody has to see to."""

DAY = 86_400

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "hash", "account", "device", "areas", "state", "at"],
    "properties": {
        "areas": {"bsonType": "array"},
        "at": {"bsonType": "date"},
        "waits": {"bsonType": "array"},
    },
}


class Twice(Exception):  # noqa: N818 - it never leaves this slice
    """Another request has taken the same operation meanwhile."""


class Row(msgspec.Struct, frozen=True):
    """An operation as it is kept. ``home`` and ``kind`` are empty for one that could not be read; ``said_at`` is when by
    the phone's clock; ``answer`` what was said of it; ``text`` only of one that is open."""

    id: str
    hash: str
    account: str
    device: str
    areas: tuple[str, ...]
    state: Became
    at: datetime
    answer: Answer
    kind: str = ""
    home: str = ""
    seq: int = 0
    said_at: datetime | None = None
    text: str = ""


class OperationRepository:
    """The collections ``sync_operations`` and ``sync_open``."""

    COLLECTIONS = (
        Collection(
            "sync_operations",
            (
                Index((("waits", 1),), partial={"waits": {"$exists": True}}, name="waiting"),
                Index((("account", 1), ("at", -1), ("_id", -1)), name="of_account"),
                Index((("at", 1),), expire_after=KEPT_DAYS * DAY, name="over"),
            ),
            SCHEMA,
        ),
        Collection(
            "sync_open",
            (
                Index((("account", 1), ("at", -1), ("_id", -1)), name="of_account"),
                Index((("areas", 1), ("at", -1), ("_id", -1)), name="of_area"),
                Index((("at", 1),), expire_after=OPEN_DAYS * DAY, name="over"),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._operations = database.collection("sync_operations")
        self._open = database.collection("sync_open")
        self._cipher = cipher

    @property
    def database(self) -> Database:
        """For the transaction in which an operation is done."""
        return self._database

    async def get(self, op_id: str) -> Row | None:
        """The operation with what was said of it."""
        row = await self._operations.find_one({"_id": op_id})
        if row is None:
            return None
        opened = await self._open.find_one({"_id": op_id}) if row.get("open") else None
        return self._entity(row, opened)

    async def states(self, account: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """State and versions made (``made``: [of, element, version]) of those of ``ids`` that are the account's."""
        query = {"_id": {"$in": list(ids)}, "account": account}
        found = await self._operations.find(query, {"state": 1, "made": 1}).to_list(len(ids) or 1)
        return {row["_id"]: row for row in found}

    async def waiting_for(self, op_id: str, limit: int) -> list[str]:
        """The operations that are held until this one has been done."""
        found = self._operations.find({"waits": {"$eq": op_id, "$exists": True}}, {"_id": 1}).sort("_id", 1)
        return [row["_id"] for row in await found.limit(limit).to_list(limit)]

    async def open_of(self, account: str, limit: int) -> list[Row]:
        """What its author still has to see to, the latest first."""
        return await self._opened({"account": account}, limit)

    async def open_in(self, area: str, limit: int) -> list[Row]:
        """The same of everybody who works in ``area``."""
        return await self._opened({"areas": area}, limit)

    async def _opened(self, query: dict[str, Any], limit: int) -> list[Row]:
        rows = await self._open.find(query).sort([("at", -1), ("_id", -1)]).limit(limit).to_list(limit)
        found = await self._operations.find({"_id": {"$in": [row["_id"] for row in rows]}}).to_list(limit)
        by_id = {row["_id"]: row for row in found}
        return [self._entity(by_id[row["_id"]], row) for row in rows if row["_id"] in by_id]

    async def put(self, row: Row, session: Session | None = None) -> None:
        """Keep what became of an operation: a new one, or one that was held or refused until now. Raises Twice where
        another request was faster."""
        document, opened = self._document(row), self._open_document(row)
        try:
            done = await self._operations.replace_one(
                {"_id": row.id, "account": row.account, "state": {"$nin": list(DONE)}},
                document,
                upsert=True,
                session=session,
            )
        except DuplicateKeyError:
            raise Twice from None
        if opened is not None:
            await self._open.replace_one({"_id": row.id}, opened, upsert=True, session=session)
        elif done.upserted_id is None:  # it may have been open
            await self._open.delete_one({"_id": row.id}, session=session)

    async def close(self, account: str, op_id: str) -> bool:
        """Its author has seen to it: the text is forgotten; whether it was hers and open."""
        done = await self._open.delete_one({"_id": op_id, "account": account, "state": {"$ne": "held"}})
        return bool(done.deleted_count)

    def _document(self, row: Row) -> dict[str, Any]:
        document: dict[str, Any] = {
            "_id": row.id, "hash": row.hash, "account": row.account, "device": row.device,
            "areas": list(row.areas), "state": row.state, "at": row.at,
            "made": [[each.of, each.key, each.became, each.x] for each in row.answer.elements],
        }  # fmt: skip
        told = {"kind": row.kind, "home": row.home, "seq": row.seq, "said_at": row.said_at}
        document |= {name: value for name, value in told.items() if value}
        if row.answer.receipt is not None:
            document["receipt"] = msgspec.to_builtins(row.answer.receipt)
        if row.answer.waits:
            document["waits"] = list(row.answer.waits)
        if row.text:
            document["open"] = True
        return document

    def _open_document(self, row: Row) -> dict[str, Any] | None:
        if not row.text:
            return None
        answer = msgspec.json.encode(row.answer).decode()
        return {
            "_id": row.id, "hash": row.hash, "account": row.account, "device": row.device,
            "areas": list(row.areas), "state": row.state, "at": row.at,
            "text": self._cipher.seal(row.text, f"sync.text:{row.id}"),
            "answer": self._cipher.seal(answer, f"sync.answer:{row.id}"),
        }  # fmt: skip

    def _entity(self, row: dict[str, Any], opened: dict[str, Any] | None) -> Row:
        op_id, text = row["_id"], ""
        if opened is not None:
            text = self._cipher.open(opened["text"], f"sync.text:{op_id}")
            answer = msgspec.json.decode(
                self._cipher.open(opened["answer"], f"sync.answer:{op_id}"), type=Answer
            )
        else:
            answer = _plain(row)
        return Row(
            op_id, row["hash"], row["account"], row["device"], tuple(row["areas"]), row["state"], row["at"],
            answer, row.get("kind", ""), row.get("home", ""), row.get("seq", 0), row.get("said_at"), text,
        )  # fmt: skip


def _plain(row: dict[str, Any]) -> Answer:
    """What was said, as far as it is kept for good: without anybody's values."""
    elements = [{"of": of, "key": key, "is": became, "x": x} for of, key, became, x in row["made"]]
    said = {"id": row["_id"], "is": row["state"], "elements": elements, "waits": row.get("waits", [])}
    receipt = row.get("receipt")
    answer = msgspec.convert(said, Answer)
    return msgspec.structs.replace(answer, receipt=Receipt(**receipt)) if receipt else answer
