"""Items as files, out and in; what re-engineering has changed, in figures."""

from __future__ import annotations

import msgspec

from handlers import looking
from handlers.access import JSON, staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import items_files as views
from models.audit.entry import What
from models.base.errors import Invalid, Problem
from models.items.exchange import Report
from models.items.figures import Compared, Sum, summed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_FILE = 20 * 1024 * 1024


class BeforeAndAfter(msgspec.Struct, frozen=True):
    """Each item beside what it was, and all of them together."""

    items: tuple[Compared, ...]
    sum: Sum


class Export(Base):
    """Items as a file: all of one's lines, or those of a theme or department."""

    @staff(may="items.see", media=(XLSX, JSON), query=("as", "theme", "department"), summary="导出事项")
    async def get(self) -> None:
        wanted = _wanted(self)
        if self.get_query_argument("as", "") == "json":
            send(self, "items.json", JSON, await self.home.exchange.export(self.actor, "json", *wanted))
        else:
            send(self, "items.xlsx", XLSX, await self.home.exchange.export(self.actor, "xlsx", *wanted))


class Import(Base):
    """A file of items: looked through, and with ``really`` taken in as drafts where nothing is wrong."""

    @staff(may="items.edit", gives=Report, summary="导入事项的页面")
    async def get(self) -> None:
        page = await views.import_page(self)
        self.respond(Report(), "items_import.html", draw=lambda _model: page)

    @staff(may="items.edit", gives=Report, uploads=True, body_limit=LARGEST_FILE, summary="检查、导入事项")
    async def post(self) -> None:
        looking.check(self)
        really = self.get_body_argument("do", "") == "import"
        try:
            report = await self.home.exchange.take(self.actor, _file(self), really=really)
        except Invalid as error:
            if self.wants_json:
                raise
            page = await views.import_page(self, problem=error.problems[0].message)
            self.respond({}, "items_import.html", status=status_of(error), draw=lambda _model: page)
            return
        if report.taken:
            await looking.at_plate(self, "change", What("item", "import"))
        page = await views.import_page(self, report, really=really)
        status = 422 if really and not report.taken else 200
        self.respond(report, "items_import.html", status=status, draw=lambda _model: page)


class FiguresPage(Base):
    """Papers, steps, days and visits before and after."""

    @staff(may="items.see", gives=BeforeAndAfter, query=("as", "theme", "department"), summary="改革前后对比")
    async def get(self) -> None:
        wanted = _wanted(self)
        if self.get_query_argument("as", "") == "xlsx":
            send(self, "before-after.xlsx", XLSX, await self.home.exchange.figures_file(self.actor, *wanted))
            return
        rows = await self.home.exchange.figures(self.actor, *wanted)
        model = BeforeAndAfter(rows, summed(rows))
        page = await views.figures_page(self, model.items, model.sum, *wanted)
        self.respond(model, "items_figures.html", draw=lambda _model: page)


def _wanted(handler: Base) -> tuple[str, str]:
    return handler.get_query_argument("theme", "")[:20], handler.get_query_argument("department", "")[:20]


def _file(handler: Base) -> bytes:
    """The file that was chosen. Raises Invalid."""
    files = handler.request.files.get("file", [])
    if not files or not files[0].body:
        raise Invalid([Problem("file", "required", "请选择一个文件。")])
    return bytes(files[0].body)


def send(handler: Base, name: str, media: str, data: bytes) -> None:
    """A file to be kept."""
    handler.set_header("Content-Type", media)
    handler.set_header("Content-Disposition", f'attachment; filename="{name}"')
    handler.finish(data)


ROUTES = [
    (r"/desk/catalogue/export", Export),
    (r"/desk/catalogue/import", Import),
    (r"/desk/catalogue/figures", FiguresPage),
]
