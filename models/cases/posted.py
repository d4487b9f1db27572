"""What hangs: the notices of an area, as anybody may read them."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from models.areas.service import Areas
from models.base.clock import Clock, local_day
from models.base.errors import NotFound
from models.cases.posting import Posting, facts_of, place_of, posting, running
from models.cases.step import StepState
from models.database import Database
from models.elements.registry import Elements
from models.forms.context import Context
from models.items.service import Catalogue

PAGE = 30
NAMED = frozenset({"county", "town", "village"})
SHOWN = {
    "item": 1, "version": 1, "title": 1, "areas": 1, "applicant.name": 1, "steps": 1, "case_no": 1, "hangs_until": 1,
    "answers.key": 1, "answers.value": 1,
}  # fmt: skip
"""As much of a case as a notice needs. What is sealed stays sealed, and is not published."""


class Board(msgspec.Struct, frozen=True):
    """A page of an area's notices, those that come down first at the top; ``next`` goes into ``after``."""

    area: str
    area_name: str
    postings: tuple[Posting, ...]
    next: str = ""


class Hung(msgspec.Struct, frozen=True):
    """One notice, and the case that an objection to it goes to."""

    posting: Posting
    case_no: str
    areas: tuple[str, ...]


class PostedRepository:
    """Cases whose notice hangs, in the ``cases`` collection."""

    def __init__(self, database: Database) -> None:
        self._cases = database.collection("cases")

    async def within(self, area: str, today: str, after: tuple[str, str], limit: int) -> list[dict[str, Any]]:
        """Those of an area by (hangs_until, id), past ``after``."""
        query: dict[str, Any] = {"areas": area, "hangs_until": {"$gte": max(after[0], today)}}
        if after[0]:
            query["$or"] = [{"hangs_until": {"$gt": after[0]}}, {"_id": {"$gt": after[1]}}]
        order = [("hangs_until", 1), ("_id", 1)]
        return await self._cases.find(query, SHOWN).sort(order).limit(limit).to_list(limit)

    async def of(self, case_id: str) -> dict[str, Any] | None:
        """One case."""
        return await self._cases.find_one({"_id": case_id}, SHOWN)


class PostedNotices:
    """Notices for anybody. ``county`` is the area where none is named."""

    def __init__(
        self, repository: PostedRepository, catalogue: Catalogue, areas: Areas, elements: Elements, clock: Clock,
        county: str,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._catalogue = catalogue
        self._areas = areas
        self._elements = elements
        self._clock = clock
        self._county = county

    async def board(self, area: str = "", after: str = "") -> Board:
        """What hangs in a county, town or village today. Raises NotFound for another area."""
        area = area or self._county
        if not self._areas.has(area) or self._areas.get(area).level not in NAMED:
            raise NotFound("没有这个区划，请重新选择。", code="area.unknown")
        today = local_day(self._clock())
        until, _, case_id = after.partition("~")
        rows = await self._repository.within(area, today.isoformat(), (until, case_id), PAGE + 1)
        hung = [each for row in rows[:PAGE] if (each := await self._hung(row, today))]
        last = rows[PAGE - 1] if len(rows) > PAGE else None
        return Board(
            area,
            self._areas.full_name(area),
            tuple(each.posting for each in hung),
            f"{last['hangs_until']}~{last['_id']}" if last else "",
        )

    async def get(self, case_id: str) -> Hung:
        """One notice that hangs today. Raises NotFound, whatever else may be there."""
        row = await self._repository.of(case_id)
        hung = await self._hung(row, local_day(self._clock())) if row else None
        if hung is None:
            raise NotFound(
                "这项公示已经结束。想了解结果，请到镇便民服务中心或拨打12345。", code="notice.over"
            )
        return hung

    async def _hung(self, row: dict[str, Any], today: date) -> Hung | None:
        steps = msgspec.convert(row["steps"], tuple[StepState, ...])
        step = running(steps, today)
        if step is None or not row.get("hangs_until"):
            return None
        offer = await self._catalogue.version(row["item"], row["version"])
        declared = (
            next((each for each in offer.item.steps if each.key == step.key), None) if offer.item else None
        )
        context = Context(
            today, self._elements.code_lists, self._areas.names(), retired=self._elements.retired
        )
        if declared is None or not declared.online:
            return None
        facts = facts_of(offer.form, declared.publish, _plain(row["answers"]), context)
        areas = tuple(row["areas"])
        place = self._areas.names().get(place_of(areas), "")
        name = row["applicant"].get("name", "")
        return Hung(posting(row["_id"], row["title"], name, place, step, facts), row["case_no"], areas)


def _plain(answers: list[dict[str, Any]]) -> dict[str, object]:
    """What can be read without opening anything."""
    return {
        each["key"]: each.get("value")
        for each in answers
        if not (isinstance(each.get("value"), dict) and "sealed" in each["value"])
    }
