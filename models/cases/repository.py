"""Where cases are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog
from pymongo.errors import BulkWriteError, DuplicateKeyError

from models.base.cipher import Cipher, Unreadable
from models.cases import flow
from models.cases.case import Brief, Case
from models.cases.filing import Filing
from models.cases.sealing import Sealing
from models.database import Collection, Database, Index, duplicate_key

MOST_CHILDREN = 1000  # of a page of filings together

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
        "state": {"enum": ["held", "applied", "asked", "accepted", "granted", "refused", "withdrawn"]},
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
        # "open" comes last, so that counting a desk reads no case.
        Index((("desks", 1), ("due_on", 1), ("_id", 1), ("open", 1)), partial=LIVING, name="desks"),
        Index((("desks", 1), ("item", 1), ("due_on", 1), ("_id", 1)), partial=LIVING, name="desks_by_item"),
        Index((("desks", 1), ("state", 1), ("due_on", 1), ("_id", 1)), partial=LIVING, name="desks_by_state"),
        Index((("areas", 1), ("due_on", 1), ("_id", 1), ("open", 1)), partial=LIVING, name="whole_area"),
        Index((("areas", 1), ("filed_at", -1), ("_id", 1)), name="lately"),
        Index(
            (("areas", 1), ("hangs_until", 1), ("_id", 1)),
            partial={"hangs_until": {"$gt": ""}},
            name="hanging",
        ),
        Index(
            (("applicant.subject", 1), ("filed_at", -1)),
            partial={"applicant.subject": {"$exists": True}},
            name="own",
        ),
        Index((("filing", 1),), partial={"filing": {"$gt": ""}}, name="of_filing"),
        Index((("watch_on", 1),), partial={"watch_on": {"$exists": True}}, name="to_watch"),
        Index((("follow_at", 1),), partial={"follow_at": {"$type": "date"}}, name="to_follow"),
        Index((("tend_at", 1),), partial={"tend_at": {"$type": "date"}}, name="to_tend"),
        Index((("keep_until", 1),), partial={"keep_until": {"$type": "date"}}, name="to_empty"),
        Index((("unsent_at", 1),), partial={"unsent_at": {"$exists": True}}, name="unsent"),
        Index((("unkept_at", 1),), partial={"unkept_at": {"$exists": True}}, name="unkept"),
        Index((("unheard_at", 1),), partial={"unheard_at": {"$exists": True}}, name="unheard"),
    ),
    schema=SCHEMA,
)

FILINGS = Collection(
    "filings",
    indexes=(
        Index((("receipt", 1),), unique=True, name="one_receipt"),
        Index(
            (("applicant.subject", 1), ("filed_at", -1)),
            partial={"applicant.subject": {"$exists": True}},
            name="own",
        ),
        Index(
            (("areas", 1), ("ready_at", 1), ("_id", 1), ("department", 1)),
            partial={"state": "ready"},
            name="ready",
        ),
    ),
    schema=None,
)

BRIEF = {
    "rev": 1, "urgent_by": 1, "aid.at": 1,
    "case_no": 1, "title": 1, "areas": 1, "state": 1, "due_on": 1, "promised_days": 1, "filed_at": 1,
    "applicant.name": 1, "applicant.person": 1, "applicant.subject": 1,
    "steps.name": 1, "steps.state": 1, "steps.department": 1, "steps.role": 1, "steps.tier": 1, "steps.blind": 1,
    "steps.assignee_name": 1, "accepted_by.id": 1,
}  # fmt: skip
"""As much of a document as a Brief needs."""


CHANGES = (
    {
        "$match": {
            "$or": [
                {"ns.coll": {"$ne": "cases"}},
                {"operationType": {"$ne": "update"}},
                {"updateDescription.updatedFields.rev": {"$exists": True}},
            ]
        }
    },
    {
        "$project": {
            "updateDescription": 0,
            **{f"fullDocument.{part}": 0 for part in ("answers", "steps", "events", "outbox")},
        }
    },
)
"""What a change stream tells of cases: their revisions, and not each notice that goes out; where they lie, and not
what is in them."""


class CasesRepository:
    """The ``cases`` collection, and ``filings``: the one document over the children of a bundle."""

    COLLECTIONS = (CASES, FILINGS)

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cases = database.collection("cases")
        self._filings = database.collection("filings")
        self._sealing = Sealing(cipher)

    async def add(self, case: Case) -> str | None:
        """Insert a new case. None when it is in; otherwise which rule it met: ``one_submission``,
        ``one_number`` or ``one_receipt``."""
        try:
            await self._cases.insert_one(self._sealing.document(case))
        except DuplicateKeyError as error:
            return duplicate_key(error)
        return None

    async def add_filing(self, filing: Filing, cases: Sequence[Case]) -> str | None:
        """Insert a filing and its children, all or none. Answers as ``add`` does."""

        async def work(session: Any) -> None:
            row = _plain(filing)
            row["_id"] = row.pop("id")
            await self._filings.insert_one(row, session=session)
            await self._cases.insert_many([self._sealing.document(case) for case in cases], session=session)

        try:
            await self._database.transaction(work)
        except (DuplicateKeyError, BulkWriteError) as error:
            met = duplicate_key(error)
            if met is None:
                raise
            return met
        return None

    async def filing(self, filing_id: str) -> Filing | None:
        return _filing(await self._filings.find_one({"_id": filing_id}))

    async def filing_for_receipt(self, receipt: str) -> Filing | None:
        return _filing(await self._filings.find_one({"receipt": receipt}))

    async def own_filings(self, subject: str, limit: int) -> list[Filing]:
        """A resident's bundles, the newest first."""
        query = {"applicant.subject": subject}
        rows = await self._filings.find(query).sort("filed_at", -1).limit(limit).to_list(limit)
        return [found for row in rows if (found := _filing(row))]

    async def replace(self, case: Case, revisions: int = 1, session: Any = None) -> bool:
        """Compare-and-set: write the next revision (or the next few, made in one go) where the last one is still there.
        The outbox is only added to, since its drain marks entries meanwhile."""
        row = self._sealing.document(case)
        for fixed in ("_id", "outbox", "unsent_at"):
            row.pop(fixed, None)
        made = {f"{case.id}:{rev}" for rev in range(case.rev - revisions + 1, case.rev + 1)}
        fresh = [message for message in case.outbox if message.id in made]
        change: dict[str, Any] = {"$set": row}
        if fresh:
            change["$push"] = {"outbox": {"$each": [_plain(message) for message in fresh]}}
            change["$min"] = {"unsent_at": fresh[0].due_at}
        which = {"_id": case.id, "rev": case.rev - revisions}
        done = await self._cases.update_one(which, change, session=session)
        return done.modified_count == 1

    async def get(self, case_id: str) -> Case | None:
        return self._entity(await self._cases.find_one({"_id": case_id}))

    async def for_receipt(self, receipt: str) -> Case | None:
        return self._entity(await self._cases.find_one({"receipt": receipt}))

    async def for_submission(self, submission_key: str) -> Case | None:
        return self._entity(await self._cases.find_one({"submission_key": submission_key}))

    async def for_number(self, case_no: str) -> Case | None:
        return self._entity(await self._cases.find_one({"case_no": case_no}))

    async def of_filings(self, filings: Sequence[str]) -> list[Case]:
        """The children of bundles' filings, each one's in the order in which they were filed."""
        query = {"filing": {"$in": list(filings), "$gt": ""}}  # the second lets the partial index answer
        rows = await self._cases.find(query).sort("filing", 1).limit(MOST_CHILDREN).to_list(MOST_CHILDREN)
        return sorted(map(self._sealing.case, rows), key=lambda case: case.number.seq)

    async def of_ids(self, ids: Sequence[str]) -> list[Case]:
        """These cases, of those that there are."""
        rows = await self._cases.find({"_id": {"$in": list(ids)}}).limit(len(ids) or 1).to_list(len(ids) or 1)
        return [self._sealing.case(row) for row in rows]

    async def to_follow(self, now: datetime, limit: int) -> list[Case]:
        """Cases on which something is due that follows from another case of their bundle, the longest due first."""
        query = {"follow_at": {"$lte": now, "$type": "date"}}  # the second lets the partial index answer
        rows = await self._cases.find(query).sort("follow_at", 1).limit(limit).to_list(limit)
        return self._readable(rows)

    async def followed(self, case: Case) -> None:
        """What was due on the case as it was read is done; what has become due since stays."""
        mine = {"_id": case.id, "follow_at": case.follow_at}
        await self._cases.update_one(mine, {"$set": {"follow_at": None}})

    async def to_tend(self, now: datetime, limit: int) -> list[Case]:
        """Cases about which something is due without anybody's hand, the longest due first."""
        query = {"tend_at": {"$lte": now, "$type": "date"}}  # the second lets the partial index answer
        rows = await self._cases.find(query).sort("tend_at", 1).limit(limit).to_list(limit)
        return self._readable(rows)

    async def tend_again(self, case: Case, at: datetime | None) -> None:
        """Nothing is due on the case as it was read before ``at``."""
        await self._cases.update_one({"_id": case.id, "rev": case.rev}, {"$set": {"tend_at": at}})

    async def own(self, subject: str, limit: int) -> list[Case]:
        """A resident's cases, the newest first."""
        query = {"applicant.subject": subject}
        rows = await self._cases.find(query).sort("filed_at", -1).limit(limit).to_list(limit)
        return [self._sealing.case(row) for row in rows]

    async def taken(self, town: str, day: str, first: int) -> list[int]:
        """The running numbers of a town's day that are in use, from ``first`` on, ascending."""
        query = {"number.town": town, "number.day": day, "number.seq": {"$gte": first}}
        rows = await self._cases.find(query, {"_id": 0, "number.seq": 1}).sort("number.seq", 1).to_list(None)
        return [int(row["number"]["seq"]) for row in rows]

    async def at_desks(
        self, desks: Sequence[str], after: tuple[str, str], limit: int, which: dict[str, str] | None = None
    ) -> list[Brief]:
        """A page of the open cases at any of ``desks`` (or under any of their marks), oldest due first, from the position
        (due_on, id) on; ``which`` keeps it to an ``item`` or a ``state``."""
        return await self._listed({**_at(desks), **(which or {})}, after, limit)

    async def open_in(
        self, area: str, departments: Sequence[str], after: tuple[str, str], limit: int
    ) -> list[Brief]:
        """A page of the open cases of an area, in the same order: those that go through one of ``departments``, or
        all where none is named."""
        return await self._listed({"areas": area, "open": True, **_through(departments)}, after, limit)

    async def _listed(self, which: dict[str, Any], after: tuple[str, str], limit: int) -> list[Brief]:
        query = {**which, **_beyond(after)}
        order = [("due_on", 1), ("_id", 1)]
        rows = await self._cases.find(query, BRIEF).sort(order).limit(limit).to_list(limit)
        return [_brief(row) for row in rows]

    async def count_at(self, desks: Sequence[str], most: int) -> int:
        """How many wait at ``desks``, counted up to ``most``."""
        return int(await self._cases.count_documents(_at(desks), limit=most))

    async def lately(self, area: str, departments: Sequence[str], limit: int) -> list[Brief]:
        """The newest cases of an area, decided ones too: those that go through one of ``departments``, or all where
        none is named."""
        query = {"areas": area, **_through(departments)}
        order = [("filed_at", -1), ("_id", 1)]
        rows = await self._cases.find(query, BRIEF).sort(order).limit(limit).to_list(limit)
        return [_brief(row) for row in rows]

    def _readable(self, rows: Sequence[dict[str, Any]]) -> list[Case]:
        """These cases, less those that cannot be opened, which must not hold up others."""
        found = []
        for row in rows:
            try:
                found.append(self._sealing.case(row))
            except Unreadable:
                structlog.get_logger().error("case.unreadable", case=row["id"])
        return found

    def _entity(self, row: dict[str, Any] | None) -> Case | None:
        return None if row is None else self._sealing.case(row)


def _at(desks: Sequence[str]) -> dict[str, Any]:
    """The open cases at any of ``desks``."""
    return {"desks": desks[0] if len(desks) == 1 else {"$in": list(desks)}, "open": True}


def _through(departments: Sequence[str]) -> dict[str, Any]:
    return {"steps.department": {"$in": list(departments)}} if departments else {}


def _beyond(after: tuple[str, str]) -> dict[str, Any]:
    """Past the position (due_on, id). The bound on ``due_on`` alone is what an index can start from."""
    due_on, case_id = after
    if not due_on:
        return {}
    past = [{"due_on": {"$gt": due_on}}, {"_id": {"$gt": case_id}}]
    return {"due_on": {"$gte": due_on}, "$or": past}


def _brief(row: dict[str, Any]) -> Brief:
    steps, applicant, aid = row.pop("steps"), row.pop("applicant"), row.pop("aid", None)
    running = [step for step in steps if step.get("state") == "active"]
    told = {
        "id": row["_id"],
        "applicant": applicant.get("name", ""),
        "step": "、".join(step["name"] for step in running),
        "whose": [applicant.get("person", ""), applicant.get("subject", "")],
        "departments": [step["department"] for step in steps],
        "urgent_by": None if aid else row.pop("urgent_by", None),
        "blind": _blind(steps, row["areas"]),
        "accepted_by": (row.pop("accepted_by", None) or {}).get("id", ""),
        "assignee": "、".join(step["assignee_name"] for step in running if step.get("assignee_name")),
    }
    return msgspec.convert({**row, **told}, Brief)


def _blind(steps: Sequence[dict[str, Any]], areas: Sequence[str]) -> list[str]:
    """The desks of blind steps."""
    found: dict[str, None] = {}
    for step in steps:
        if step.get("blind"):
            post = f"{flow.area_at(step['tier'], tuple(areas))}|{step['role']}"
            found |= {f"{post}|{step['department']}": None, post: None}
    return list(found)


def _plain(struct: msgspec.Struct) -> Any:
    return msgspec.to_builtins(struct, builtin_types=(datetime,))


def _filing(row: dict[str, Any] | None) -> Filing | None:
    return None if row is None else msgspec.convert({**row, "id": row["_id"]}, Filing)
