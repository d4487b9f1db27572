"""An export as a job: household by household onto the record of looking and into sealed parts, then into one file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any

import msgspec

from models.accounts.service import Accounts
from models.areas.service import Areas
from models.audit.entry import MOST_FIELDS, Ground, What
from models.audit.service import Audit
from models.base.clock import SHANGHAI, Clock, local_day
from models.elements.element import Element
from models.elements.registry import Elements
from models.exports.sheets import HOUSES, PEOPLE, Part, write_export
from models.exports.wish import Wish, exported
from models.forms.context import Context
from models.households.household import Household
from models.households.service import Households
from models.jobs.job import Job, Progress, Result
from models.jobs.kind import Turn
from models.jobs.service import Jobs
from models.people.person import Person
from models.people.values import Value
from models.record.sheets import in_words

KIND = "export"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ASKED, GATHERING, WRITING = "asked", "gathering", "writing"
PAGE = 100
KEPT = timedelta(hours=24)
PLACE = ("户编码", "地址")
WHO = ("姓名", "与户主关系")
_NUMBERS = {"integer": int, "decimal": float, "money": float}

Named = Mapping[str, tuple[Element, ...]]


class ExportKind:
    """The steps of an export."""

    name = KIND
    label = "导出"

    def __init__(
        self, jobs: Jobs, households: Households, areas: Areas, accounts: Accounts, elements: Elements, audit: Audit,
        workers: Executor, clock: Clock,
    ) -> None:  # fmt: skip
        self._jobs = jobs
        self._households = households
        self._areas = areas
        self._accounts = accounts
        self._elements = elements
        self._audit = audit
        self._workers = workers
        self._clock = clock

    def href(self, job: Job) -> str:
        return ""

    async def ended(self, job: Job) -> None:
        """Nothing is remembered of it."""

    async def step(self, turn: Turn) -> Progress:
        """The next households, or the file."""
        return await (self._write(turn) if turn.job.stage == WRITING else self._gather(turn))

    async def _gather(self, turn: Turn) -> Progress:
        job, wish = turn.job, wish_of(turn.job)
        after, done, parts = job.mark.get("after", ""), job.done, job.mark.get("parts", 0)
        homes = await self._households.in_area(job.by.actor, wish.area, after, PAGE)
        if not homes:
            return Progress(job.mark, done, stage=WRITING, told="正在生成文件")
        people = await self._households.people_of([home.id for home in homes])
        named = exported(self._elements, job.by.actor, self._areas.chain(wish.area), wish)
        await self._note(job, named, [person.id for members in people.values() for person in members])
        name = f"rows:{parts:06d}"
        body = msgspec.msgpack.encode(await self._part(homes, people, named))
        await turn.store.add_part(job.id, name, turn.box.seal(body, name))
        mark = {**job.mark, "after": homes[-1].id, "parts": parts + 1}
        return Progress(mark, done + len(homes), told=f"已取 {done + len(homes)} 户")

    async def _note(self, job: Job, named: Named, whose: Sequence[str]) -> None:
        """Whom it concerns is on the record of looking before any of it goes into a file."""
        keys = tuple(element.key for elements in named.values() for element in elements)[:MOST_FIELDS]
        what, ground = What("list", f"export:{job.id[:16]}", keys), Ground("stated", wish_of(job).purpose)
        await self._audit.note(job.by.who, "export", what, whose=whose, ground=ground)

    async def _part(
        self, homes: Sequence[Household], people: Mapping[str, list[Person]], named: Named
    ) -> Part:
        context = Context(local_day(self._clock()), self._elements.code_lists, self._areas.names())
        part = Part([], [])
        for home in homes:
            place: list[Any] = [home.id, home.address]
            part.houses.append(place + _cells(named["house"], home.held.values, context))
            for person in people.get(home.id, ()):
                relation = self._elements.codes("GB/T 4761").get(person.relation, person.relation)
                part.people.append(
                    [*place, person.name, relation, *_cells(named["person"], person.held.values, context)]
                )
            await asyncio.sleep(0)
        return part

    async def _write(self, turn: Turn) -> Progress:
        """One file out of all parts, watermarked, kept for a day."""
        job, wish = turn.job, wish_of(turn.job)
        named = exported(self._elements, job.by.actor, self._areas.chain(wish.area), wish)
        heads = {
            HOUSES: [*PLACE, *(element.label for element in named["house"])] if named["house"] else [],
            PEOPLE: [*PLACE, *WHO, *(element.label for element in named["person"])]
            if named["person"]
            else [],
        }
        parts, after = [], ""
        while found := await turn.store.parts(job.id, "rows:", after):
            parts += [turn.box.open(body, name) for name, body in found]
            after = found[-1][0]
        loop = asyncio.get_running_loop()
        data = await loop.run_in_executor(self._workers, write_export, parts, heads, await self._mark(job))
        await turn.store.keep(job.id, "out", turn.box.seal(data, "out"))
        await turn.store.drop_parts(job.id, "rows:")
        result = Result(f"export-{job.id[:8]}.xlsx", XLSX, len(data), self._clock() + KEPT)
        told = f"共{job.done}户。用途：{wish.purpose}"
        return Progress(job.mark, job.done, told=told, state="done", result=result)

    async def _mark(self, job: Job) -> str:
        """Who has it, since when and what for."""
        badge = await self._accounts.badge(job.by.id)
        at = f"{self._clock().astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        return f"导出人 {badge.name} {badge.staff_no}　{at}　用途：{wish_of(job).purpose}　只用于上述用途，不得转发"


def wish_of(job: Job) -> Wish:
    """What it was asked for."""
    return msgspec.convert(job.given["wish"], Wish)


def _cells(elements: Sequence[Element], values: Mapping[str, Value], context: Context) -> list[Any]:
    return [_cell(element, values.get(element.key), context) for element in elements]


def _cell(element: Element, value: Value | None, context: Context) -> Any:
    """A value in words; what is counted as a number, so that it can be summed."""
    if value is None:
        return None
    number = _NUMBERS.get(element.type)
    try:
        return number(value.v) if number else in_words(element, value.v, context)
    except (TypeError, ValueError):
        return in_words(element, value.v, context)
