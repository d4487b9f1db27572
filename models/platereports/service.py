"""Use cases of reported plates: tell, follow, look at, go and see, close."""

from __future__ import annotations

import secrets

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.codes.code import Code
from models.codes.service import Codes
from models.files.service import Uploads
from models.platereports.report import (
    ALPHABET,
    MOST_PHOTOS,
    NUMBER,
    Entry,
    Report,
    State,
    Telling,
    moved,
    problems_of,
    tidied,
)
from models.platereports.repository import PlateReportRepository
from models.roles.rules import check
from qr import grammar

LISTED = 50
MOST_COUNTED = 999
VERB = "codes.change"
"""Whoever may suspend a plate is the one to be told of a false one."""


class PlateReports:
    """The reports of plates in the county."""

    def __init__(
        self, repository: PlateReportRepository, codes: Codes, areas: Areas, uploads: Uploads, clock: Clock,
        county: str,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._codes = codes
        self._areas = areas
        self._uploads = uploads
        self._clock = clock
        self._county = county

    async def tell(self, actor: Actor, code_text: str, told: Telling) -> tuple[Report, bool]:
        """Take a report in; the report and whether it is new. The same key again is the same report. Raises Invalid."""
        told = tidied(told)
        code = await self._code(code_text)
        problems = problems_of(told) + self._place_problems(told)
        photos = await self._uploads.infos(actor, told.photos[:MOST_PHOTOS])
        if set(told.photos) - set(photos):
            problems.append(Problem("photos", "file.unknown", "有照片没有传上来，请重新选一次。"))
        if problems:
            raise Invalid(problems)
        now = self._clock()
        report = Report(
            id=f"{int(now.timestamp() * 1000):013x}{secrets.token_hex(6)}",
            number="".join(secrets.choice(ALPHABET) for _ in range(10)),
            report_key=told.report_key,
            code=code.id if code else _well_formed(code_text),
            says=told.says, where=told.where, phone=told.phone, photos=told.photos,
            areas=self._chain(code, told.area), at=now, history=(Entry("open", now),),
        )  # fmt: skip
        await self._uploads.claim(told.photos, report.areas, ())
        if await self._repository.add(report):
            return report, True
        before = await self._repository.of_key(told.report_key)
        if before is None:
            raise Conflict
        return before, False

    async def follow(self, number: str) -> Report:
        """The report of a number, for whoever has it. Raises NotFound."""
        text = "".join(number.upper().split()).replace("-", "")
        report = await self._repository.of_number(text) if NUMBER.fullmatch(text) else None
        if report is None:
            raise NotFound("没有查到这个报告编号，请核对后再试。", code="report.unknown")
        return report

    async def listed(self, actor: Actor, state: State, after: str = "") -> list[Report]:
        """A page of the reports in the actor's area, the oldest first. Raises Forbidden."""
        self._need(actor, self._chain_of(actor))
        return await self._repository.within(actor.area, state, after, LISTED)

    async def waiting(self, actor: Actor) -> int:
        """How many of the actor's area nobody has looked at. Raises Forbidden."""
        self._need(actor, self._chain_of(actor))
        return await self._repository.count(actor.area, "open", MOST_COUNTED)

    async def open(self, actor: Actor, report_id: str) -> Report:
        """One report, its phone readable: a look at personal data. Raises Forbidden; NotFound for one elsewhere, too."""
        self._need(actor, self._chain_of(actor))
        report = await self._repository.get(report_id)
        if report is None or not actor.covers(report.areas):
            raise NotFound("没有这条报告，或它不在您的管理范围内。", code="report.unknown")
        return report

    async def photo(self, actor: Actor, report_id: str, file_id: str) -> bytes:
        """A photo of a report. Raises Forbidden, NotFound."""
        report = await self.open(actor, report_id)
        if file_id not in report.photos:
            raise NotFound("没有找到这个文件。", code="file.unknown")
        return await self._uploads.read(file_id)

    async def move(self, actor: Actor, report_id: str, rev: int, state: State, note: str) -> Report:
        """Note what was done about it. Raises Forbidden, NotFound, Invalid without a note, Conflict where it is not as
        it was seen at ``rev``."""
        report = await self.open(actor, report_id)
        note = " ".join(note.split())
        if not 2 <= len(note) <= 200:
            raise Invalid([Problem("note", "note.required", "请写明看到了什么、怎样处理，2至200个字。")])
        if report.rev != rev:
            raise Conflict
        following = moved(report, Entry(state, self._clock(), actor.subject, actor.name, note))
        if not await self._repository.replace(following):
            raise Conflict
        if state == "closed":
            await self._uploads.release(following.photos)
        return following

    async def _code(self, text: str) -> Code | None:
        try:
            return await self._codes.get(grammar.read(text))
        except (grammar.BadCode, NotFound):
            return None

    def _place_problems(self, told: Telling) -> list[Problem]:
        inside = not told.area or (self._areas.has(told.area) and told.area.startswith(self._county))
        return [] if inside else [Problem("area", "area.unknown", "请从列表中选择，或者不选。")]

    def _chain(self, code: Code | None, area: str) -> tuple[str, ...]:
        """Where it hangs: as the reporter says, since a plate may have been carried off; else as the code says."""
        if area:
            return self._areas.chain(area)
        return code.areas if code else (self._county,)

    def _chain_of(self, actor: Actor) -> tuple[str, ...]:
        return self._areas.chain(actor.area) if self._areas.has(actor.area) else ()

    def _need(self, actor: Actor, areas: tuple[str, ...]) -> None:
        check(actor, VERB, areas)


def _well_formed(text: str) -> str:
    """A code of the right form that was never issued: worth knowing; anything else is not kept."""
    try:
        return grammar.read(text)
    except grammar.BadCode:
        return ""


def line(report: Report) -> Report:
    """A report as lists show it: without the phone."""
    return msgspec.structs.replace(report, phone="")
