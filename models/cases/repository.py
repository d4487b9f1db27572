"""Where cases are kept. The only place that knows how their sensitive answers are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import BulkWriteError, DuplicateKeyError

from models.base.cipher import Cipher
from models.cases.case import Case, Message
from models.cases.filing import Filing
from models.database import Collection, Database, Index, duplicate_key

DUPLICATE = 11000

SCHEMA = {
    "bsonType": "object",
    "required": [
        "_id",
        "number",
        "case_no",
        "receipt",
        "item",
        "version",
        "areas",
        "state",
        "open",
        "rev",
        "due_on",
    ],
    "properties": {
        "state": {"enum": ["applied", "asked", "accepted", "granted", "refused", "withdrawn"]},
        "open": {"bsonType": "bool"},
        "rev": {"bsonType": "int", "minimum": 1},
        "due_on": {"bsonType": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        "areas": {"bsonType": "array", "minItems": 1},
        "answers": {"bsonType": "array"},
        "steps": {"bsonType": "array"},
        "events": {"bsonType": "array"},
    },
}
LIVING = {"open": True}

CASES = Collection(
    "cases",
    indexes=(
        Index((("submission_key", 1),), unique=True, name="one_submission"),
        Index((("receipt", 1),), unique=True, name="one_receipt"),
        Index((("number.town", 1), ("number.day", 1), ("number.seq", -1)), unique=True, name="one_number"),
        Index((("case_no", 1),), name="by_number"),
        Index(
            (("areas", 1), ("queue", 1), ("department", 1), ("due_on", 1), ("_id", 1)),
            partial=LIVING,
            name="desk",
        ),
        Index((("areas", 1), ("queue", 1), ("due_on", 1), ("_id", 1)), partial=LIVING, name="any_department"),
        Index((("areas", 1), ("due_on", 1), ("_id", 1)), partial=LIVING, name="whole_area"),
        Index((("areas", 1), ("filed_at", -1), ("_id", 1)), name="lately"),
        Index(
            (("applicant.subject", 1), ("filed_at", -1)),
            partial={"applicant.subject": {"$exists": True}},
            name="own",
        ),
        Index((("filing", 1),), partial={"filing": {"$gt": ""}}, name="of_filing"),
        Index((("unsent_at", 1),), partial={"unsent_at": {"$exists": True}}, name="unsent"),
    ),
    schema=SCHEMA,
)

FILINGS = Collection(
    "filings",
    indexes=(
        Index((("submission_key", 1),), unique=True, name="one_submission"),
        Index((("receipt", 1),), unique=True, name="one_receipt"),
        Index(
            (("applicant.subject", 1), ("filed_at", -1)),
            partial={"applicant.subject": {"$exists": True}},
            name="own",
        ),
    ),
    schema=None,
)


class CasesRepository:
    """The ``cases`` collection, and ``filings``: the one document over the children of a bundle."""

    COLLECTIONS = (CASES, FILINGS)

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cases = database.collection("cases")
        self._filings = database.collection("filings")
        self._cipher = cipher

    async def add(self, case: Case) -> str | None:
        """Insert a new case. None when it is in; otherwise which rule it met: ``one_submission``,
        ``one_number`` or ``one_receipt``."""
        try:
            await self._cases.insert_one(self._document(case))
        except DuplicateKeyError as error:
            return duplicate_key(error)
        return None

    async def add_filing(self, filing: Filing, cases: Sequence[Case]) -> str | None:
        """Insert a filing and its children, all or none. Answers as ``add`` does."""

        async def work(session: Any) -> None:
            row = msgspec.to_builtins(filing, builtin_types=(datetime,))
            row["_id"] = row.pop("id")
            await self._filings.insert_one(row, session=session)
            await self._cases.insert_many([self._document(case) for case in cases], session=session)

        try:
            await self._database.transaction(work)
        except DuplicateKeyError as error:
            return duplicate_key(error)
        except BulkWriteError as error:
            if any(
                fault["code"] != DUPLICATE
                for fault in (error.details or {}).get("writeErrors", [{"code": 0}])
            ):
                raise
            return "one_number"
        return None

    async def filing_for_receipt(self, receipt: str) -> Filing | None:
        return _filing(await self._filings.find_one({"receipt": receipt}))

    async def filing_for_submission(self, submission_key: str) -> Filing | None:
        return _filing(await self._filings.find_one({"submission_key": submission_key}))

    async def own_filings(self, subject: str, limit: int) -> list[Filing]:
        """A resident's bundles, the newest first."""
        query = {"applicant.subject": subject}
        rows = await self._filings.find(query).sort("filed_at", -1).limit(limit).to_list(limit)
        return [found for row in rows if (found := _filing(row))]

    async def replace(self, case: Case) -> bool:
        """Compare-and-set: write the next revision where the last one is still there. The outbox is only added
        to, since its drain marks entries meanwhile."""
        row = self._document(case)
        for fixed in ("_id", "outbox", "unsent_at"):
            row.pop(fixed, None)
        fresh = [message for message in case.outbox if message.id == f"{case.id}:{case.rev}"]
        change: dict[str, Any] = {"$set": row}
        if fresh:
            change["$push"] = {"outbox": {"$each": [_plain(message) for message in fresh]}}
            change["$min"] = {"unsent_at": fresh[0].due_at}
        done = await self._cases.update_one({"_id": case.id, "rev": case.rev - 1}, change)
        return done.modified_count == 1

    async def get(self, case_id: str) -> Case | None:
        return self._entity(await self._cases.find_one({"_id": case_id}))

    async def for_receipt(self, receipt: str) -> Case | None:
        return self._entity(await self._cases.find_one({"receipt": receipt}))

    async def for_submission(self, submission_key: str) -> Case | None:
        return self._entity(await self._cases.find_one({"submission_key": submission_key}))

    async def for_number(self, case_no: str) -> Case | None:
        return self._entity(await self._cases.find_one({"case_no": case_no}))

    async def of_filing(self, filing: str) -> list[Case]:
        """The children of a bundle's filing, in the order in which they were filed."""
        rows = await self._cases.find({"filing": filing}).sort("number.seq", 1).limit(50).to_list(50)
        return [self._open(row) for row in rows]

    async def own(self, subject: str, limit: int) -> list[Case]:
        """A resident's cases, the newest first."""
        query = {"applicant.subject": subject}
        rows = await self._cases.find(query).sort("filed_at", -1).limit(limit).to_list(limit)
        return [self._open(row) for row in rows]

    async def last_seq(self, town: str, day: str) -> int:
        """The highest running number of a town's day; 0 where there is none."""
        query = {"number.town": town, "number.day": day}
        rows = await self._cases.find(query, {"number.seq": 1}).sort("number.seq", -1).limit(1).to_list(1)
        return int(rows[0]["number"]["seq"]) if rows else 0

    async def queue(
        self, area: str, queue: str, departments: tuple[str, ...], after: tuple[str, str], limit: int
    ) -> list[Case]:
        """A page of the open cases at a desk (``queue`` "" for all of the area), oldest due first, from
        the position (due_on, id) on."""
        query: dict[str, Any] = {"areas": area, "open": True, **_beyond(after)}
        if queue:
            query["queue"] = queue
        if queue and departments:
            query["department"] = {"$in": list(departments)}
        rows = await self._cases.find(query).sort([("due_on", 1), ("_id", 1)]).limit(limit).to_list(limit)
        return [self._open(row) for row in rows]

    async def lately(self, area: str, limit: int) -> list[Case]:
        """The newest cases of an area, decided ones too."""
        rows = await self._cases.find({"areas": area}).sort("filed_at", -1).limit(limit).to_list(limit)
        return [self._open(row) for row in rows]

    async def count_queue(self, area: str, queue: str, departments: tuple[str, ...], most: int) -> int:
        """How many wait at a desk, counted up to ``most``."""
        query: dict[str, Any] = {"areas": area, "open": True}
        if queue:
            query["queue"] = queue
        if queue and departments:
            query["department"] = {"$in": list(departments)}
        return int(await self._cases.count_documents(query, limit=most))

    async def with_unsent(self, now: datetime, limit: int) -> list[Case]:
        """Cases whose outbox has something due."""
        rows = (
            await self._cases.find({"unsent_at": {"$lte": now}})
            .sort("unsent_at", 1)
            .limit(limit)
            .to_list(limit)
        )
        return [self._open(row) for row in rows]

    async def claim(self, case_id: str, message: Message, until: datetime) -> bool:
        """Take one outbox entry for sending until ``until``; False where another process has it."""
        entry = {"id": message.id, "due_at": message.due_at, "sent_at": {"$exists": False}}
        done = await self._cases.update_one(
            {"_id": case_id, "outbox": {"$elemMatch": entry}}, {"$set": {"outbox.$.due_at": until}}
        )
        return done.modified_count == 1

    async def mark(self, case_id: str, message: str, *, sent_at: datetime | None, due_at: datetime) -> None:
        """Note one outbox entry as sent, or as to be tried again at ``due_at``. Leaves the revision alone:
        sending is no change of the case, and a clerk at work must not lose her turn to it."""
        change: dict[str, Any] = {"outbox.$.tries": 1}
        fields = {"outbox.$.sent_at": sent_at} if sent_at else {"outbox.$.due_at": due_at}
        await self._cases.update_one({"_id": case_id, "outbox.id": message}, {"$inc": change, "$set": fields})
        row = await self._cases.find_one({"_id": case_id}, {"outbox": 1})
        outbox = (row or {}).get("outbox", [])
        waiting = [entry["due_at"] for entry in outbox if not entry.get("sent_at")]
        unsent = {"$set": {"unsent_at": min(waiting)}} if waiting else {"$unset": {"unsent_at": ""}}
        # Only where nothing was added since: a new entry keeps its place in the index of the unsent.
        await self._cases.update_one({"_id": case_id, "outbox": {"$size": len(outbox)}}, unsent)

    # Sealing.

    def _document(self, case: Case) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(case, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        row["case_no"] = case.case_no
        applicant = row["applicant"]
        if "phone" in applicant:
            applicant["phone"] = self._cipher.seal(applicant["phone"], "case.phone")
        for answer in row["answers"]:
            if answer["key"] in case.sealed:
                self._seal(answer)
        waiting = [message.due_at for message in case.outbox if message.sent_at is None]
        if waiting:
            row["unsent_at"] = min(waiting)
        return row

    def _seal(self, answer: dict[str, Any]) -> None:
        for part in ("value", "was"):
            if answer.get(part) is not None:
                plain = msgspec.json.encode(answer[part]).decode()
                answer[part] = {"sealed": self._cipher.seal(plain, "case.answer")}

    def _entity(self, row: dict[str, Any] | None) -> Case | None:
        return None if row is None else self._open(row)

    def _open(self, row: dict[str, Any]) -> Case:
        row["id"] = row.pop("_id")
        applicant = row["applicant"]
        if "phone" in applicant:
            applicant["phone"] = self._cipher.open(applicant["phone"], "case.phone")
        for answer in row["answers"]:
            for part in ("value", "was"):
                held = answer.get(part)
                if isinstance(held, dict) and "sealed" in held:
                    answer[part] = msgspec.json.decode(self._cipher.open(held["sealed"], "case.answer"))
        return msgspec.convert(row, Case)


def _beyond(after: tuple[str, str]) -> dict[str, Any]:
    due_on, case_id = after
    if not due_on:
        return {}
    return {"$or": [{"due_on": {"$gt": due_on}}, {"due_on": due_on, "_id": {"$gt": case_id}}]}


def _plain(struct: msgspec.Struct) -> Any:
    return msgspec.to_builtins(struct, builtin_types=(datetime,))


def _filing(row: dict[str, Any] | None) -> Filing | None:
    return None if row is None else msgspec.convert({**row, "id": row["_id"]}, Filing)
