"""Emptying: a case that has been kept long enough loses its people and keeps its number, matter, place and outcome.

Dropping it would tear holes into the series of numbers and change the statistics of years that are reported. What the
applicant said, who she was, and her papers go; what staff did and when stays, without what they wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from models.cases.case import Applicant, By, Case, Event, StepState
from models.cases.repository import CasesRepository
from models.cases.sealing import Sealing
from models.database import Database
from models.files.service import Uploads, file_ids
from models.items.service import Catalogue
from models.keptpapers.service import KeptPapers
from models.retention.rule import NOTHING, Due

MOST_COUNTED = 100_000
MOST_OTHERS = 500
"""Other cases of an applicant in which a paper of hers may lie too."""

VILLAGE = 12
"""Characters of the code of a village: statistics need no smaller place, and in a group of ten houses a matter and a
year would be somebody."""

KEPT_DATA = frozenset(
    {"began", "ended", "fields", "step", "to", "kind", "days", "called_back", "instant", "consent", "papers",
     "until", "promise", "amount", "reclaim", "from", "dealt", "undone"}
)  # fmt: skip
"""What of an event's data supervision and statistics read: keys and numbers, nothing that anybody wrote."""


class EmptyingRepository:
    """Cases whose time is up in the ``cases`` collection, and the filings over them."""

    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._cases = database.collection("cases")
        self._filings = database.collection("filings")
        self._sealing = sealing

    async def count(self, now: datetime) -> Due:
        """How many there are, counted to a hundred thousand, and their times."""
        query = _over(now)
        count = await self._cases.count_documents(query, limit=MOST_COUNTED)
        if not count:
            return NOTHING
        return Due(int(count), await self._end(query, 1), await self._end(query, -1))

    async def _end(self, query: dict[str, Any], order: int) -> datetime | None:
        rows = await self._cases.find(query, {"keep_until": 1}).sort("keep_until", order).limit(1).to_list(1)
        return rows[0]["keep_until"] if rows else None

    async def due(self, now: datetime, limit: int) -> list[Case]:
        """The longest due first."""
        rows = await self._cases.find(_over(now)).sort("keep_until", 1).limit(limit).to_list(limit)
        return [self._sealing.case(row) for row in rows]

    async def replace(self, case: Case) -> bool:
        """Write it empty, whole, where nobody has changed it meanwhile."""
        row = self._sealing.document(case)
        row.pop("watch_on", None)  # supervision has seen it through
        done = await self._cases.replace_one({"_id": case.id, "rev": case.rev - 1}, row)
        return bool(done.modified_count)

    async def siblings_with_people(self, filing: str, but: str) -> int:
        """How many other children of a filing have not been emptied."""
        query = {"filing": {"$eq": filing, "$gt": ""}, "_id": {"$ne": but}, "emptied_at": None}
        return int(await self._cases.count_documents(query))

    async def empty_filing(self, filing: str) -> None:
        """Take its applicant out of a filing."""
        change: dict[str, Any] = {
            "$set": {"applicant": {"level": "L0"}, "code": "", "papers.rows": [], "handed": None}
        }
        await self._filings.update_one({"_id": filing}, change)


class CaseSweep:
    """The sweep of ``cases``, and with them of their papers and filings."""

    collection = "cases"

    def __init__(
        self,
        repository: EmptyingRepository,
        cases: CasesRepository,
        uploads: Uploads,
        catalogue: Catalogue,
        kept: KeptPapers,
    ) -> None:
        self._repository = repository
        self._cases = cases
        self._uploads = uploads
        self._catalogue = catalogue
        self._kept = kept

    async def due(self, now: datetime) -> Due:
        """What is past its time."""
        return await self._repository.count(now)

    async def sweep(self, now: datetime, limit: int) -> Due:
        """Empty up to ``limit`` cases. Papers go first: a sweep that dies half-way finds its case again."""
        found = await self._repository.due(now, limit)
        done = [case.keep_until for case in found if case.keep_until and await self._empty(case, now)]
        return Due(len(done), min(done), max(done)) if done else NOTHING

    async def _empty(self, case: Case, now: datetime) -> bool:
        papers = set(await self._papers(case))
        if papers:
            papers -= await self._elsewhere(case)
            await self._kept.drop_files(sorted(papers))
            await self._uploads.discard(sorted(papers))
        if case.filing and not await self._repository.siblings_with_people(case.filing, case.id):
            await self._repository.empty_filing(case.filing)
        return await self._repository.replace(emptied(case, now))

    async def _papers(self, case: Case) -> Iterable[str]:
        form = (await self._catalogue.version(case.item, case.version)).form
        return file_ids(form, case.values())

    async def _elsewhere(self, case: Case) -> set[str]:
        """The papers that other cases have, of the same bundle or of the same applicant."""
        others = await self._cases.of_filings([case.filing]) if case.filing else []
        if case.applicant.subject:
            others += await self._cases.own(case.applicant.subject, MOST_OTHERS)
        return {paper for other in others if other.id != case.id for paper in await self._papers(other)}


def emptied(case: Case, at: datetime) -> Case:
    """``case`` without its people. Its revision goes on, no event is added: nobody did anything with it."""
    change = msgspec.structs.replace
    return change(
        case,
        answers=(), sealed=(), papers=change(case.papers, rows=()),
        applicant=Applicant(case.applicant.level), code="", digest="",
        intake=change(case.intake, guardian="") if case.intake else None,
        areas=tuple(area for area in case.areas if len(area) <= VILLAGE),
        steps=tuple(_step(step) for step in case.steps),
        asked=change(case.asked, fields=dict.fromkeys(case.asked.fields, ""), note="") if case.asked else None,
        extension=change(case.extension, reason="") if case.extension else None,
        decision=change(case.decision, reason="", result="") if case.decision else None,
        rating=change(case.rating, words="") if case.rating else None,
        events=tuple(_event(event) for event in case.events),
        consents=tuple(change(each, by="") for each in case.consents),
        outbox=(), broken="", brought=(), keep_until=None, emptied_at=at, rev=case.rev + 1,
    )  # fmt: skip


def _step(step: StepState) -> StepState:
    return msgspec.structs.replace(step, note="")


def _event(event: Event) -> Event:
    data: dict[str, Any] = {key: value for key, value in event.data.items() if key in KEPT_DATA}
    if "fields" in data:  # of a telling, with a word of why behind each
        data["fields"] = list(data["fields"])
    by = By("resident") if event.by.kind == "resident" else event.by
    return msgspec.structs.replace(event, by=by, note="", data=data)


def _over(now: datetime) -> dict[str, Any]:
    return {"keep_until": {"$lte": now, "$type": "date"}}  # the second lets the partial index answer
