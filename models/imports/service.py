"""Importing as a member of staff does it: a file brought in, its columns mapped, what was found confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool

import msgspec

from models.areas.service import Areas
from models.audit.entry import hide
from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Invalid, Problem, TooLarge
from models.imports.book import BadFile
from models.imports.draft import Fault
from models.imports.kind import CHECKING, CONFIRMING, KIND, MAPPING, WRITING, ImportKind
from models.imports.plan import Column, Peek, Plan, SheetPlan
from models.imports.reading import peek_file
from models.imports.repository import ImportRepository
from models.imports.target import GROUP, HOUSEHOLD, Targets
from models.imports.words import OURS, Words
from models.jobs.job import Job, NotOpen
from models.jobs.service import Jobs
from models.roles.rules import need

IMPORT = "registry.import"
LARGEST = 30 * 1024 * 1024
LONGEST_NAME = 60
SHOWN_FAULTS = 200


class Chosen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was chosen for one column: the label of a target, empty for none, and which edition its codes are of."""

    target: str = ""
    edition: str = ""


class Looked(msgspec.Struct, frozen=True):
    """A file that waits to be mapped: its plan as it stands, how many rows there are, what stands in each column, and
    whether its columns were mapped before."""

    job: Job
    plan: Plan
    rows: int
    samples: tuple[tuple[tuple[str, ...], ...], ...]
    known: bool = False


class Imports:
    """Use cases of importing."""

    def __init__(
        self, repository: ImportRepository, jobs: Jobs, kind: ImportKind, targets: Targets, words: Words, areas: Areas,
        clock: Clock, workers: Executor,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._jobs = jobs
        self._kind = kind
        self._areas = areas
        self._clock = clock
        self._workers = workers
        self.targets = targets
        self.words = words

    async def bring(self, actor: Actor, name: str, data: bytes) -> Job:
        """Take a file in, and guess what its columns mean. Raises Invalid, TooLarge, TooMany, Forbidden."""
        need(actor, IMPORT)
        if len(data) > LARGEST:
            raise TooLarge(f"文件不能超过{LARGEST >> 20}MB，请拆开导入。")
        peek = await self._peek(data)
        if not peek.plan.sheets:
            raise _bad_file("这个文件里没有可以看到的表。")
        before = await self._repository.mapped(self._town(actor), peek.plan)
        plan = before or self._allowed(await self._kind.taken(actor), peek.plan)
        title = f"导入 {hide(name)[:LONGEST_NAME]}"
        job = await self._jobs.start(
            actor, KIND, title, self._areas.chain(actor.area), given={"known": before is not None}, body=data,
            state="asking", stage=MAPPING, told="请对应各列。",
        )  # fmt: skip
        await self._keep(job, "peek", msgspec.msgpack.encode(peek))
        await self._keep(job, "plan", msgspec.msgpack.encode(plan))
        return job

    async def look(self, actor: Actor, job_id: str) -> Job:
        """An import of hers. Raises UnknownJob."""
        return await self._jobs.get(actor, job_id, KIND)

    async def looked(self, job: Job) -> Looked:
        """What it holds, while it waits to be mapped."""
        peek = msgspec.msgpack.decode(await self._part(job, "peek"), type=Peek)
        plan = await self._kind.plan(job)
        return Looked(job, plan, peek.rows, peek.samples, bool(job.given.get("known")))

    async def map(self, actor: Actor, job_id: str, chosen: Mapping[tuple[int, int], Chosen]) -> Job:
        """Its columns mean this; look through it from here. Raises Invalid with a problem for each column, NotOpen."""
        need(actor, IMPORT)
        job = await self.look(actor, job_id)
        if job.state != "asking" or job.stage not in {MAPPING, CONFIRMING}:
            raise NotOpen
        plan = self.planned(await self._kind.taken(actor), await self._kind.plan(job), chosen)
        await self._keep(job, "plan", msgspec.msgpack.encode(plan))
        await self._repository.remember(self._town(actor), plan, self._clock())
        await self._kind.ended(job)
        return await self._jobs.answer(
            job, state="ready", stage=CHECKING, mark={}, done=0, total=0, rate=0.0, told="正在读文件"
        )

    async def confirm(self, actor: Actor, job_id: str) -> Job:
        """Write what was found. Raises NotOpen where it was not looked through, or is written already."""
        need(actor, IMPORT)
        job = await self.look(actor, job_id)
        if job.state != "asking" or job.stage != CONFIRMING:
            raise NotOpen
        mark = {**job.mark, "chunk": 0}
        return await self._jobs.answer(
            job, state="ready", stage=WRITING, mark=mark, done=0, total=0, rate=0.0, told="正在写入"
        )

    async def again(self, actor: Actor, job_id: str) -> Job:
        """Back to the mapping, before anything was written. Raises NotOpen."""
        job = await self.look(actor, job_id)
        if job.state != "asking" or job.stage != CONFIRMING:
            raise NotOpen
        return await self._jobs.answer(job, stage=MAPPING, mark={}, done=0, told="请对应各列。")

    async def faults(self, job: Job) -> Sequence[Fault]:
        """The first of what is wrong with it."""
        return await self._kind.faults(job, SHOWN_FAULTS)

    def planned(self, may: Collection[str], plan: Plan, chosen: Mapping[tuple[int, int], Chosen]) -> Plan:
        """The plan with what was chosen, of the elements that ``may`` be brought. Raises Invalid."""
        problems: list[Problem] = []
        sheets = []
        for number, sheet in enumerate(plan.sheets):
            columns, taken = [], set()
            for column in sheet.columns:
                wish = chosen.get((number, column.at), Chosen())
                field = f"s{number}.c{column.at}"
                key = self._target(wish.target, field, problems)
                if key in taken:
                    problems.append(Problem(field, "target.twice", "这张表里已有一列对应它，请只留一列。"))
                elif key and not key.startswith("@") and key not in may:
                    problems.append(Problem(field, "target.forbidden", "您的账号不能导入这一项。"))
                taken.add(key or f"-{column.at}")
                edition = wish.edition if wish.edition in (OURS, *self._editions(key)) else ""
                columns.append(msgspec.structs.replace(column, target=key, edition=edition))
            sheets.append(msgspec.structs.replace(sheet, columns=tuple(columns)))
        planned = Plan(tuple(sheets))
        problems += _lacking(planned.sheets)
        if problems:
            raise Invalid(problems)
        return planned

    def _target(self, typed: str, field: str, problems: list[Problem]) -> str:
        try:
            return self.targets.of_label(typed)
        except KeyError:
            problems.append(Problem(field, "target.unknown", "没有这一项，请从列表里选，不要的留空。"))
            return ""

    def _editions(self, key: str) -> tuple[str, ...]:
        element = self.targets.elements.get(key) if key else None
        return self.words.editions(element.codes) if element and element.codes else ()

    def _allowed(self, may: Collection[str], plan: Plan) -> Plan:
        """A guess without what may not be brought."""

        def kept(column: Column) -> Column:
            fine = column.target.startswith("@") or column.target in may
            return column if fine else msgspec.structs.replace(column, target="")

        return Plan(
            tuple(
                msgspec.structs.replace(sheet, columns=tuple(kept(column) for column in sheet.columns))
                for sheet in plan.sheets
            )
        )

    async def _peek(self, data: bytes) -> Peek:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, peek_file, data)
        except BadFile as bad:
            raise _bad_file(str(bad)) from None
        except BrokenProcessPool:  # it took too long or too much
            raise _bad_file("这个文件太大或有问题，请拆开导入。") from None

    async def _keep(self, job: Job, name: str, body: bytes) -> None:
        await self._jobs.store.add_part(job.id, name, self._jobs.box(job).seal(body, name))

    async def _part(self, job: Job, name: str) -> bytes:
        found = await self._jobs.store.parts(job.id, name, limit=1)
        return self._jobs.box(job).open(found[0][1], name)

    def _town(self, actor: Actor) -> str:
        return actor.area[:9]


def _lacking(sheets: Sequence[SheetPlan]) -> list[Problem]:
    """Without names there is nobody, and without a household or a group no place to put anybody."""
    targets = {column.target for sheet in sheets for column in sheet.taken}
    if not targets:
        return [Problem("plan", "plan.empty", "还没有一列对应上，请至少对应姓名，或户编号和村组。")]
    if targets & {"person.name", HOUSEHOLD, GROUP, "house.head_name"}:
        return []
    return [Problem("plan", "plan.nobody", "请对应“姓名”这一列；只有户的表，请对应户编号、村和组。")]


def _bad_file(message: str) -> Invalid:
    return Invalid([Problem("file", "file", message)], message)
