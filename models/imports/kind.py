"""An import as a job: read, held against the registry, confirmed by whoever asked, written chunk by chunk, told of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec

from models.areas.service import Areas
from models.audit.entry import Ground as Why
from models.audit.entry import What
from models.audit.service import Audit
from models.base.actor import Actor
from models.base.clock import local_day
from models.base.errors import Conflict, Invalid, Problem, Unavailable
from models.collecting.service import Collecting
from models.households.service import Households
from models.imports.ahead import Ahead, Ready
from models.imports.book import BadFile
from models.imports.draft import Family, Fault, Reading, unpacked
from models.imports.plan import Plan
from models.imports.reading import Ground as Against
from models.imports.reading import read_file
from models.imports.repository import ImportRepository
from models.imports.result import write_result
from models.imports.weighing import CHANGED, NEW, REFUSED, SAME, Known, Outcome, Weighed, Weighing
from models.jobs.job import Job, Progress, Result
from models.jobs.kind import Turn
from models.jobs.service import Jobs
from models.people.book import Ground
from models.people.service import People

KIND = "import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAPPING, CHECKING, CONFIRMING, WRITING, TELLING = "mapping", "checking", "confirming", "writing", "telling"
STAGES = {
    MAPPING: "等您对应各列", CHECKING: "检查", CONFIRMING: "等您确认", WRITING: "写入", TELLING: "生成结果文件",
}  # fmt: skip

REMEMBERED = 2
"""Files whose families are kept in memory, in turns with others; a third is read again when its turn comes."""

KEPT = timedelta(days=7)
FAULTS_A_PART = 1000
TRIES = 5
MOST_SERIALS = 9999
_FAULTS = msgspec.msgpack.Decoder(list[Fault])
_OUTCOMES = msgspec.msgpack.Decoder(list[Outcome])
_WORDS = {NEW: "new", CHANGED: "changed", SAME: "same", REFUSED: "refused"}


class ImportKind:
    """The steps of an import."""

    name = KIND
    label = "批量导入"

    def __init__(
        self, repository: ImportRepository, jobs: Jobs, people: People, households: Households, areas: Areas,
        collecting: Collecting, audit: Audit, workers: Executor,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._jobs = jobs
        self._people = people
        self._households = households
        self._areas = areas
        self._collecting = collecting
        self._audit = audit
        self._workers = workers
        self._readings: dict[str, Reading] = {}
        self._ahead = Ahead(self.prepare)

    def href(self, job: Job) -> str:
        return f"/desk/registry/import/{job.id}"

    async def ended(self, job: Job) -> None:
        self._readings.pop(job.id, None)
        await self._ahead.forget(job.id)

    async def step(self, turn: Turn) -> Progress:
        """The next chunk of the present stage."""
        if turn.job.stage == TELLING:
            return await self._tell(turn)
        reading = await self._reading(turn)
        if turn.job.stage == CHECKING:
            return await self._check(turn, reading)
        return await self._write(turn, reading)

    async def _reading(self, turn: Turn) -> Reading:
        """The families of the file: remembered, or read again; either way the same."""
        job = turn.job
        reading = self._readings.pop(job.id, None)
        if reading is None:
            plan = await self.plan(job)
            data, against = await self._jobs.brought(job), await self._against(turn)
            reading = await self._in_worker(read_file, data, plan, against)
        while len(self._readings) >= REMEMBERED:
            self._readings.pop(next(iter(self._readings)))
        self._readings[job.id] = reading
        return reading

    async def _against(self, turn: Turn) -> Against:
        """What the file is read against, kept from the first time on: what is read twice must come out the same."""
        job = turn.job
        there = await turn.store.parts(job.id, "ground")
        if there:
            return msgspec.msgpack.decode(turn.box.open(there[0][1], "ground"), type=Against)
        names = self._areas.names()
        against = Against(
            local_day(job.made_at),
            tuple((code, self._areas.get(code).name) for code in sorted(names)),
            names,
            job.by.area,
            await self._households.grids_of_groups(job.by.actor),
        )
        await turn.store.add_part(job.id, "ground", turn.box.seal(msgspec.msgpack.encode(against), "ground"))
        return against

    async def _check(self, turn: Turn, reading: Reading) -> Progress:
        """Hold one chunk against the registry, without writing."""
        job, number = turn.job, turn.job.mark.get("chunk", 0)
        if number >= len(reading.chunks):
            return await self._checked(turn, reading)
        families = unpacked(reading.chunks[number])
        weighed, known = await self._weigh(job, families, reading)
        await self._note(job, "search", [person.id for person in known.people.values()])
        counts = _counted(job.mark.get("counts", {}), weighed)
        return Progress(
            {"chunk": number + 1, "counts": counts}, number + 1, len(reading.chunks), told="正在检查"
        )

    async def _checked(self, turn: Turn, reading: Reading) -> Progress:
        """Everything was looked at: keep what is wrong, and ask."""
        job = turn.job
        faults = reading.faults
        await turn.store.drop_parts(job.id, "faults:")  # of an earlier mapping
        for start in range(0, len(faults), FAULTS_A_PART):
            name = f"faults:{start // FAULTS_A_PART:04d}"
            body = msgspec.msgpack.encode(faults[start : start + FAULTS_A_PART])
            await turn.store.add_part(job.id, name, turn.box.seal(body, name))
        wrong = sum(fault.weight == "row" for fault in faults)
        counts = dict(job.mark.get("counts", {}))
        counts["refused"] = counts.get("refused", 0) + len({f.at for f in faults if f.weight == "row"})
        mark = {
            "counts": counts, "rows": reading.rows, "families": reading.families, "people": reading.people,
            "faults": len(faults), "row_faults": wrong,
        }  # fmt: skip
        return Progress(mark, job.done, stage=CONFIRMING, state="asking", told="检查好了，请确认后写入。")

    async def _write(self, turn: Turn, reading: Reading) -> Progress:
        """Write one chunk, with its history, what became of its rows, and how far the job has come: all or nothing."""
        job, number = turn.job, turn.job.mark.get("chunk", 0)
        if number >= len(reading.chunks):
            return Progress(job.mark, 0, 1, stage=TELLING, told="正在生成结果文件")
        for _ in range(TRIES):
            ready = await self._ahead.ready(job, reading, number)
            try:
                return await self._written(turn, ready, len(reading.chunks))
            except Conflict:  # somebody was faster with one of them: look again
                await self._ahead.forget(job.id)
        raise Unavailable

    async def _written(self, turn: Turn, ready: Ready, chunks: int) -> Progress:
        job, number = turn.job, ready.number
        name = f"done:{number:06d}"
        body = turn.box.seal(msgspec.msgpack.encode(ready.weighed.outcomes), name)
        done = job.mark.get("done_rows", 0) + len(ready.weighed.outcomes)
        counts = _counted(job.mark.get("written", {}), ready.weighed)
        mark = {**job.mark, "chunk": number + 1, "written": counts, "done_rows": done}
        progress = Progress(mark, number + 1, chunks, told=f"已处理 {done} 行")
        part = partial(turn.store.add_part, job.id, name, body)
        await self._repository.together([*ready.alsos, part, turn.noting(progress)])
        return progress

    async def prepare(self, job: Job, reading: Reading, number: int, serials: dict[str, int]) -> Ready:
        """Everything that writing one chunk takes but the writing. Whom it concerns is on the record by then."""
        weighed, _ = await self._weigh(job, unpacked(reading.chunks[number]), reading, serials)
        ground, actor = _ground(job), job.by.actor
        ids = [each.id for each in weighed.new_people] + [person.id for person, _ in weighed.people]
        await self._note(job, "change", ids)
        alsos = [
            await self._households.founding(actor, weighed.new_homes, ground),
            await self._people.founding(weighed.new_people, ground),
            await self._households.changing(actor, weighed.homes, ground),
            await self._people.changing(weighed.people, ground),
        ]
        return Ready(number, weighed, alsos)

    async def _weigh(
        self, job: Job, families: list[Family], reading: Reading, serials: dict[str, int] | None = None
    ) -> tuple[Weighed, Known]:
        """``serials`` are the last that this job has given out; None where nothing is to be written."""
        known = await self._known(families)
        given = {} if serials is None else serials
        for group in {family.group for family in families if not family.code} if serials is not None else ():
            given[group] = max(
                await self._households.last_serial(group), reading.tops.get(group, 0), given.get(group, 0)
            )
        actor, keys = job.by.actor, await self.taken(job.by.actor)
        code = partial(_next_code, given)
        weighing = Weighing(actor, job.id, _ground(job), known, keys, code, self._areas.name_below_county)
        return weighing.weigh(families), known

    async def _known(self, families: Sequence[Family]) -> Known:
        """What the registry holds of a chunk, in four queries."""
        numbers = [draft.id_no for family in families for draft in family.people if draft.id_no]
        people = await self._people.by_id_numbers(numbers)
        codes = {family.code for family in families if family.code} | {
            person.household for person in people.values() if person.household
        }
        homes = {home.id: home for home in await self._households.of_codes(sorted(codes))} if codes else {}
        members: dict[str, list[Any]] = {}
        for person in await self._people.of_households(sorted(homes)) if homes else ():
            members.setdefault(person.household, []).append(person)
        return Known(people, homes, members)

    async def _tell(self, turn: Turn) -> Progress:
        """The result file, kept for some days."""
        job = turn.job
        outcomes = [each async for each in self._parts(job, "done", _OUTCOMES)]
        faults = await self.faults(job, None)
        data, plan = await self._jobs.brought(job), await self.plan(job)
        written = await self._in_worker(write_result, data, plan, outcomes, faults)
        await turn.store.keep(job.id, "out", turn.box.seal(written, "out"))
        counts = job.mark.get("written", {})
        until = job.made_at + KEPT
        refused = len({fault.at for fault in faults if fault.weight == "row"}) + counts.get("refused", 0)
        told = (
            f"新增{counts.get('new', 0)}行，更新{counts.get('changed', 0)}行，"
            f"没有变化{counts.get('same', 0)}行，没有导入{refused}行。"
        )
        return Progress(
            {**job.mark, "refused": refused}, 1, 1, told=told, state="done",
            result=Result(f"import-result-{job.id[:8]}.xlsx", XLSX, len(written), until),
        )  # fmt: skip

    async def plan(self, job: Job) -> Plan:
        """How its file is mapped."""
        return msgspec.msgpack.decode(await self._part(job, "plan"), type=Plan)

    async def faults(self, job: Job, most: int | None) -> list[Fault]:
        """What is wrong with the file, up to ``most``."""
        found: list[Fault] = []
        async for fault in self._parts(job, "faults", _FAULTS):
            found.append(fault)
            if most is not None and len(found) >= most:
                break
        return found

    async def _part(self, job: Job, name: str) -> bytes:
        found = await self._jobs.store.parts(job.id, name, limit=1)
        return self._jobs.box(job).open(found[0][1], name)

    async def _parts(self, job: Job, prefix: str, decoder: Any) -> Any:
        box, after = self._jobs.box(job), ""
        while found := await self._jobs.store.parts(job.id, f"{prefix}:", after):
            for name, body in found:
                for each in decoder.decode(box.open(body, name)):
                    yield each
                after = name

    async def taken(self, actor: Actor) -> frozenset[str]:
        """The elements of which this actor's files may bring values: those that she may look at, of level 3 what is
        collected now."""
        return await self._collecting.seen_by(actor, self._areas.chain(actor.area))

    async def _note(self, job: Job, act: Any, whose: Sequence[str]) -> None:
        """On the record of looking: whom the file concerns."""
        if whose:
            ground = Why("stated", job.title)
            await self._audit.note(
                job.by.who, act, What("list", f"import:{job.id[:16]}"), whose=whose, ground=ground
            )

    async def _in_worker(self, work: Callable[..., Any], *given: Any) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, work, *given)
        except BadFile as bad:
            raise Invalid([Problem("file", "file", str(bad))], str(bad)) from None


def _next_code(serials: dict[str, int], group: str) -> str:
    serials[group] = serials.get(group, 0) + 1
    if serials[group] > MOST_SERIALS:
        raise Invalid([Problem("file", "house.serial", "有一个组的户编码用完了（最多9999户）。")])
    return f"{group}{serials[group]:04d}"


def _ground(job: Job) -> Ground:
    return Ground(job.made_at, job.by.id, job.title, job.id)


def _counted(before: dict[str, int], weighed: Weighed) -> dict[str, int]:
    counts = dict(before)
    for outcome in weighed.outcomes:
        word = _WORDS[outcome.what]
        counts[word] = counts.get(word, 0) + 1
    counts["waiting"] = counts.get("waiting", 0) + sum(
        edit.outcomes.count("proposed") for _, edit in (*weighed.people, *weighed.homes)
    )
    return counts
