"""The desk of staff: list, case, actions, news of new cases."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import msgspec
from tornado.iostream import StreamClosedError

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.views import cases
from handlers.views import desk as views
from models.base.errors import Conflict, Invalid, NotFound
from models.cases.case import Case
from models.cases.desk import Act, Seen
from models.cases.listing import Listing, Shown, View
from models.cases.posts import ACTIONS, HANDS

HEARTBEAT_SECONDS = 20
REVISION = re.compile(r"[0-9]{1,9}")
VIEWS: dict[str, View] = {"mine": "mine", "area": "area", "lately": "lately"}


class CaseView(msgspec.Struct, frozen=True):
    """A case for a JSON client at the desk."""

    case: Case
    actions: tuple[str, ...]
    hands: tuple[str, ...] = ()
    blind: bool = False


class Behind(msgspec.Struct, frozen=True):
    """Why somebody has to know whose a case is that she reviews blindly."""

    rev: int
    reason: str = ""


class ListDesk(Base):
    """What lies before me, oldest due first."""

    @staff(
        may="case.see",
        gives=Listing,
        query=("view", "number", "after", "hands", "item", "state"),
        status=(200, 303),
        summary="办件列表",
    )
    async def get(self) -> None:
        number = self.get_query_argument("number", "").strip()
        if number:
            found = await self._found(number)
            if found:
                self.redirect(f"/desk/cases/{found.case.id}", status=303)
                return
        shown = await self._shown()
        listing = shown.listing
        if self.wants_json:  # the page names nobody
            await looking.at_list(self, "cases", shown.whose, ("person.name",))
        page = await views.list_page(self, listing, number)
        self.respond(listing, "desk_list.html", draw=lambda _model: page)

    async def _found(self, number: str) -> Seen | None:
        try:
            found = await self.home.desk.sought(self.actor, number)
        except NotFound:
            await looking.search(self, number, None)
            if self.wants_json:
                raise
            return None
        await looking.search(self, number, found)
        return found

    async def _shown(self) -> Shown:
        view: View = VIEWS.get(self.get_query_argument("view", ""), "mine")
        after = self.get_query_argument("after", "")[:60]
        return await self.home.desk.shown(self.actor, view, after, views.which(self))


class OneCase(Base):
    """A case, whole, with what may be done."""

    @staff(may="case.see", gives=CaseView, summary="打开办件")
    async def get(self, case_id: str) -> None:
        seen = await self.home.desk.seen(self.actor, case_id)
        await looking.at_seen(self, "print" if self.get_query_argument("print", "") else "view", seen)
        done = self.get_query_argument("done", "")
        page = await cases.case_page(self, seen, done=cases.DONE.get(done, ""))
        template = "desk_print.html" if self.get_query_argument("print", "") else "desk_case.html"
        self.respond(cases.case_view(self.actor, seen, CaseView), template, draw=lambda _model: page)


class CaseAction(Base):
    """One action on a case, compared with the revision that was seen."""

    @staff(
        may="case.see",
        reads=Act,
        gives=CaseView,
        summary=f"办理：{' '.join((*ACTIONS, *HANDS))}",
    )
    async def post(self, case_id: str, action: str) -> None:
        act = self.read(Act) if self.sends_json else self._form()
        looking.check(self)
        try:
            seen = await self.home.desk.do(self.actor, case_id, action, act)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self._again(case_id, action, error)
            return
        await looking.at_seen(self, "decide", seen)
        self.go(f"/desk/cases/{case_id}?done={action}", cases.case_view(self.actor, seen, CaseView))

    def _form(self) -> Act:
        fields = self.get_body_arguments("fields")
        revision = self.get_body_argument("revision", "")
        return Act(
            rev=int(revision) if REVISION.fullmatch(revision) else 0,  # 0 is older than any
            step=self.get_body_argument("step", "")[:60],
            to=self.get_body_argument("to", "")[:60],
            kind=self.get_body_argument("kind", "")[:20],
            days=_whole(self.get_body_argument("days", "")),
            amount=_whole(self.get_body_argument("amount", ""), 8),
            note=self.get_body_argument("note", ""),
            fields=fields,
            reasons={key: self.get_body_argument(f"fields.{key}", "") for key in fields},
            reason=self.get_body_argument("reason", ""),
            result=self.get_body_argument("result", ""),
            papers=self.get_body_arguments("papers"),
            promise=self.get_body_argument("promise", "")[:20],
        )

    async def _again(self, case_id: str, action: str, error: Conflict | Invalid) -> None:
        await again(self, case_id, action, error)


class Unmask(Base):
    """Looking behind the veil of a blind review: with a reason, in the case and on the record of looking."""

    @staff(may="case.review", reads=Behind, gives=CaseView, summary="盲审：说明理由后查看申请人")
    async def post(self, case_id: str) -> None:
        given = self.read(Behind) if self.sends_json else self._form()
        looking.check(self)
        try:
            seen = await self.home.desk.unmask(self.actor, case_id, given.rev, given.reason)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await again(self, case_id, "unmask", error)
            return
        await looking.at_seen(self, "view", seen, reason=given.reason[:200])
        self.go(f"/desk/cases/{case_id}?done=unmask", cases.case_view(self.actor, seen, CaseView))

    def _form(self) -> Behind:
        revision = self.get_body_argument("revision", "")
        rev = int(revision) if REVISION.fullmatch(revision) else 0
        return Behind(rev, self.get_body_argument("reason", ""))


async def again(handler: Base, case_id: str, action: str, error: Conflict | Invalid) -> None:
    """The page of a case once more, with what was wrong with an action."""
    seen = await handler.home.desk.seen(handler.actor, case_id)
    await looking.at_seen(handler, "view", seen)
    page = await cases.case_page(handler, seen, failed=action, error=error)
    status = 409 if isinstance(error, Conflict) else 422
    handler.respond({}, "desk_case.html", status=status, draw=lambda _model: page)


def _whole(text: str, digits: int = 3) -> int:
    """A small number as typed; 0, which is refused where one is needed, for anything else."""
    text = text.strip().removesuffix("元")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else 0


class Stream(Base):
    """Server-sent events: ``case`` for each case that comes to this desk. Nothing personal travels."""

    @staff(may="case.see", media=("text/event-stream",), summary="新办件提醒（SSE）")
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        if self.request.method == "HEAD":
            return
        self.set_header("X-Accel-Buffering", "no")
        with self.home.feed.listen(self.actor) as news:
            try:
                self.write(": here\n\n")
                await self.flush()
                while not self.request.connection.stream.closed():  # type: ignore[union-attr]
                    await self._one(news)
            except StreamClosedError:
                return

    async def _one(self, news: asyncio.Queue[Any]) -> None:
        try:
            each = await asyncio.wait_for(news.get(), HEARTBEAT_SECONDS)
            self.write(f"event: case\ndata: {each.id}\n\n")
        except TimeoutError:
            self.write(": still here\n\n")
        await self.flush()


ROUTES = [
    (r"/desk", ListDesk),
    (r"/desk/cases/([0-9a-f]{1,40})", OneCase),
    (r"/desk/cases/([0-9a-f]{1,40})/unmask", Unmask),
    (r"/desk/cases/([0-9a-f]{1,40})/([a-z_]{1,20})", CaseAction),
    (r"/desk/stream", Stream),
]
