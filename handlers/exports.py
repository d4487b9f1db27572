"""Exporting households and people: asking with a purpose, and letting out what is sensitive in somebody else's export."""

from __future__ import annotations

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.jobs import JobView, view
from handlers.views import exports as views
from models.audit.entry import What
from models.base.errors import Conflict, Invalid, NotFound, SaobanError, TooMany
from models.exports.kind import wish_of
from models.exports.wish import MOST_MODULES, Wish


class Approving(msgspec.Struct, frozen=True):
    """Why an export is not let out; nothing where it is."""

    reason: str = ""


class Waiting(msgspec.Struct, frozen=True):
    """Somebody's export that waits for approval."""

    id: str
    by: str
    wish: Wish


class ExportView(msgspec.Struct, frozen=True):
    """The modules that one may export, and what of others waits for one's approval."""

    modules: tuple[str, ...]
    waiting: tuple[Waiting, ...]


class ExportDesk(Base):
    """Ask for one."""

    @staff(may="export.ask", gives=ExportView, summary="导出户和人的页面")
    async def get(self) -> None:
        page = await views.desk_page(self)
        waiting = tuple(
            Waiting(job.id, job.by.name, wish_of(job)) for job in await self.home.exports.waiting(self.actor)
        )
        model = ExportView(self.home.exports.modules(self.actor), waiting)
        self.respond(model, "export.html", draw=lambda _model: page)

    @staff(may="export.ask", reads=Wish, gives=JobView, status=(201, 303), summary="申请导出")
    async def post(self) -> None:
        wish = self.read(Wish) if self.sends_json else self._form()
        looking.check(self)
        try:
            job = await self.home.exports.ask(self.actor, wish)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            page = await views.desk_page(self, wish, error)
            self.respond({}, "export.html", status=status_of(error), draw=lambda _model: page)
            return
        what = What("list", f"export:{job.id[:16]}")
        await looking.at_plate(self, "export", what, reason=wish.purpose)
        self.go(f"/desk/jobs/{job.id}", view(self, job), status=201)

    def _form(self) -> Wish:
        word = self.get_body_argument
        modules = tuple(self.get_body_arguments("modules")[:MOST_MODULES])
        return Wish(word("area", ""), modules, word("sensitive", "") == "1", word("purpose", "")[:1000])


class ExportAnswer(Base):
    """Let somebody else's out, or keep it in."""

    @staff(
        may="export.approve",
        reads=Approving,
        gives=JobView,
        status=(200, 303),
        summary="批准导出：approve refuse",
    )
    async def post(self, job_id: str, action: str) -> None:
        reason = self.read(Approving).reason
        if action not in {"approve", "refuse"}:
            raise NotFound("没有这种操作。", code="export.action")
        looking.check(self)
        try:
            if action == "approve":
                job = await self.home.exports.approve(self.actor, job_id)
            else:
                job = await self.home.exports.refuse(self.actor, job_id, reason)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self._again(error, job_id, reason)
            return
        what = What("list", f"export:{job_id[:16]}")
        await looking.at_plate(self, "decide", what, reason=reason or job.title)
        self.go("/desk/registry/export", view(self, job))

    async def _again(self, error: SaobanError, job_id: str, reason: str) -> None:
        page = await views.desk_page(self, failed=(job_id, error, reason))
        self.respond({}, "export.html", status=status_of(error), draw=lambda _model: page)


ROUTES = [
    (r"/desk/registry/export", ExportDesk),
    (r"/desk/registry/export/([0-9a-f]{31})/([a-z_]{1,20})", ExportAnswer),
]
