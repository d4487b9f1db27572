"""Importing households and people from a sheet: bring it, map its columns, look at what was found, confirm."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.jobs import JobView, view
from handlers.views import imports as views
from models.base.errors import Invalid, Problem, SaobanError, TooLarge, TooMany
from models.imports.draft import Fault
from models.imports.kind import MAPPING
from models.imports.plan import Plan
from models.imports.service import LARGEST, Chosen
from models.jobs.job import Job

FIELD = re.compile(r"s([0-9]{1,2})\.([ce])([0-9]{1,3})")


class Row(msgspec.Struct, frozen=True):
    """Something wrong with a row: sheet, counted from 1, row and column as a sheet program calls them."""

    sheet: int
    row: int
    column: str
    code: str
    message: str
    weight: str


class ImportView(msgspec.Struct, frozen=True):
    """An import as it stands: its job, how its columns are mapped while that is asked, the first of what is wrong."""

    job: JobView
    plan: Plan | None = None
    counts: dict[str, int] = {}
    rows: int = 0
    faults: tuple[Row, ...] = ()


class Mapped(msgspec.Struct, frozen=True):
    """What each column means: ``s0.c3`` (first sheet, fourth column) to the label of a target, ``s0.e3`` to an edition."""

    columns: dict[str, str]


class Bringing(msgspec.Struct, frozen=True):
    """Where a sheet is sent, as ``file`` of a form with files."""

    href: str = "/desk/registry/import"


class ImportDesk(Base):
    """Bring a file."""

    @staff(may="registry.import", summary="批量导入户和人的页面", gives=Bringing)
    async def get(self) -> None:
        page = await views.desk_page(self)
        self.respond(Bringing(), "import.html", draw=lambda _model: page)

    @staff(
        may="registry.import", gives=ImportView, uploads=True, body_limit=LARGEST + (1 << 20), status=(201, 303),
        summary="上传要导入的表格",
    )  # fmt: skip
    async def post(self) -> None:
        looking.check(self)
        try:
            name, data = _file(self)
            job = await self.home.imports.bring(self.actor, name, data)
        except (Invalid, TooLarge, TooMany) as error:
            if self.wants_json:
                raise
            await self._again(error)
            return
        self.go(f"/desk/registry/import/{job.id}", await shown(self, job), status=201)

    async def _again(self, error: SaobanError) -> None:
        message = error.problems[0].message if isinstance(error, Invalid) else error.message
        page = await views.desk_page(self, message)
        self.respond({}, "import.html", status=status_of(error), draw=lambda _model: page)


class OneImport(Base):
    """One import of hers, whatever it waits for."""

    @staff(may="registry.import", gives=ImportView, summary="一次导入：列对应、检查结果、进度")
    async def get(self, job_id: str) -> None:
        job = await self.home.imports.look(self.actor, job_id)
        await page_of(self, job)

    @staff(
        may="registry.import", reads=Mapped, gives=ImportView, status=(200, 303), summary="对应各列，开始检查"
    )
    async def post(self, job_id: str) -> None:
        chosen = _chosen(self.read(Mapped).columns if self.sends_json else self._typed())
        try:
            job = await self.home.imports.map(self.actor, job_id, chosen)
        except Invalid as invalid:
            if self.wants_json:
                raise
            job = await self.home.imports.look(self.actor, job_id)
            page = await views.mapping_page(
                self, await self.home.imports.looked(job), chosen, invalid.problems
            )
            self.respond({}, "import_map.html", status=422, draw=lambda _model: page)
            return
        self.go(f"/desk/registry/import/{job_id}", await shown(self, job))

    def _typed(self) -> dict[str, str]:
        return {name: self.get_body_argument(name, "") for name in self.request.body_arguments}


class ConfirmImport(Base):
    """Write what was found."""

    @staff(may="registry.import", gives=ImportView, status=(200, 303), summary="确认写入")
    async def post(self, job_id: str) -> None:
        looking.check(self)
        job = await self.home.imports.confirm(self.actor, job_id)
        self.go(f"/desk/registry/import/{job_id}", await shown(self, job))


class RemapImport(Base):
    """Back to the columns, before anything was written."""

    @staff(may="registry.import", gives=ImportView, status=(200, 303), summary="重新对应各列")
    async def post(self, job_id: str) -> None:
        job = await self.home.imports.again(self.actor, job_id)
        self.go(f"/desk/registry/import/{job_id}", await shown(self, job))


async def page_of(handler: Base, job: Job) -> None:
    """The page for what the job waits for."""
    if job.state == "asking" and job.stage == MAPPING:
        looked = await handler.home.imports.looked(job)
        page = await views.mapping_page(handler, looked)
        handler.respond(await shown(handler, job), "import_map.html", draw=lambda _model: page)
        return
    faults = await handler.home.imports.faults(job) if job.key else ()
    page = await views.one_page(handler, job, faults)
    handler.respond(await shown(handler, job), "import_one.html", draw=lambda _model: page)


async def shown(handler: Base, job: Job) -> ImportView:
    """The import as JSON says it."""
    mapping = job.state == "asking" and job.stage == MAPPING
    plan = (await handler.home.imports.looked(job)).plan if mapping else None
    faults = () if mapping or not job.key else await handler.home.imports.faults(job)
    counts = {**job.mark.get("counts", {}), **job.mark.get("written", {})}
    return ImportView(view(handler, job), plan, counts, job.mark.get("rows", 0), tuple(map(_row, faults)))


def _row(fault: Fault) -> Row:
    return Row(fault.at[0] + 1, fault.at[1], fault.column, fault.code, fault.message, fault.weight)


def _chosen(typed: Mapping[str, str]) -> dict[tuple[int, int], Chosen]:
    """By sheet and column, what was typed for them."""
    told: dict[tuple[int, int], dict[str, str]] = {}
    for name, value in typed.items():
        found = FIELD.fullmatch(name)
        if found:
            which = "target" if found[2] == "c" else "edition"
            told.setdefault((int(found[1]), int(found[3])), {})[which] = value[:80]
    return {place: Chosen(**words) for place, words in told.items()}


def _file(handler: Base) -> tuple[str, bytes]:
    """The file that was chosen, and what it is called. Raises Invalid."""
    files = handler.request.files.get("file", [])
    if not files or not files[0].body:
        raise Invalid([Problem("file", "required", "请选择一个 xlsx 文件。")])
    return files[0].filename.replace("\\", "/").rpartition("/")[2], bytes(files[0].body)


ROUTES = [
    (r"/desk/registry/import", ImportDesk),
    (r"/desk/registry/import/([0-9a-f]{31})", OneImport),
    (r"/desk/registry/import/([0-9a-f]{31})/confirm", ConfirmImport),
    (r"/desk/registry/import/([0-9a-f]{31})/again", RemapImport),
]
