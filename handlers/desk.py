"""The desk of staff: list, case, actions, news of new cases, demo outbox, code sheets."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from tornado.iostream import StreamClosedError

from handlers.access import anyone, staff
from handlers.base import Base
from handlers.views import desk as views
from models.base.errors import Conflict, Invalid, NotFound
from models.cases.case import Case
from models.cases.desk import Act, Listing, View
from models.codes.code import Code
from qr import grammar, layout, pdf
from qr.fonts import cjk_font
from qr.pdf import Label

HEARTBEAT_SECONDS = 20
PRINTED_MOST = 1000
VIEWS: dict[str, View] = {"mine": "mine", "area": "area", "lately": "lately"}


class CaseView(msgspec.Struct, frozen=True):
    """A case for a JSON client at the desk."""

    case: Case
    actions: tuple[str, ...]


class ListDesk(Base):
    """What lies before me, oldest due first."""

    @staff(gives=Listing, summary="办件列表")
    async def get(self) -> None:
        number = self.get_query_argument("number", "").strip()
        if number:
            case = await self._found(number)
            if case:
                self.redirect(f"/desk/cases/{case.id}", status=303)
                return
        listing = await self._listing()
        page = await views.list_page(self, listing, number)
        self.respond(listing, "desk_list.html", draw=lambda _model: page)

    async def _found(self, number: str) -> Case | None:
        try:
            return await self.home.desk.find(self.actor, number)
        except NotFound:
            if self.wants_json:
                raise
            return None

    async def _listing(self) -> Listing:
        view: View = VIEWS.get(self.get_query_argument("view", ""), "mine")
        return await self.home.desk.listing(self.actor, view, self.get_query_argument("after", "")[:60])


class OneCase(Base):
    """A case, whole, with what may be done."""

    @staff(gives=CaseView, summary="打开办件")
    async def get(self, case_id: str) -> None:
        case = await self.home.desk.get(self.actor, case_id)
        done = self.get_query_argument("done", "")
        page = await views.case_page(self, case, done=views.DONE.get(done, ""))
        self.respond(views.case_view(self.actor, case, CaseView), "desk_case.html", draw=lambda _model: page)


class CaseAction(Base):
    """One action on a case, compared with the revision that was seen."""

    @staff(reads=Act, gives=CaseView, summary="办理：accept ask hand_on grant refuse")
    async def post(self, case_id: str, action: str) -> None:
        act = self.read(Act) if self.sends_json else self._form()
        try:
            case = await self.home.desk.act(self.actor, case_id, action, act)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self._again(case_id, action, error)
            return
        self.go(f"/desk/cases/{case.id}?done={action}", views.case_view(self.actor, case, CaseView))

    def _form(self) -> Act:
        fields = self.get_body_arguments("fields")
        return Act(
            rev=int(self.get_body_argument("revision", "0")[:9] or 0),
            note=self.get_body_argument("note", ""),
            fields=fields,
            reasons={key: self.get_body_argument(f"fields.{key}", "") for key in fields},
            reason=self.get_body_argument("reason", ""),
            result=self.get_body_argument("result", ""),
        )

    async def _again(self, case_id: str, action: str, error: Conflict | Invalid) -> None:
        case = await self.home.desk.get(self.actor, case_id)
        page = await views.case_page(self, case, failed=action, error=error)
        status = 409 if isinstance(error, Conflict) else 422
        self.respond({}, "desk_case.html", status=status, draw=lambda _model: page)


class Stream(Base):
    """Server-sent events: ``case`` for each case that comes to this desk. Nothing personal travels."""

    @staff(summary="新办件提醒（SSE）")
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
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


class Outbox(Base):
    """The messages that the demo adapter would have sent."""

    @staff(summary="演示短信箱")
    async def get(self) -> None:
        if self.home.outbox is None:
            raise NotFound("本系统使用真实短信，没有演示短信箱。", code="outbox.off")
        messages = await self.home.outbox.latest(100, self.get_query_argument("before", "")[:60])
        page = await views.outbox_page(self, messages)
        self.respond(messages, "outbox.html", draw=lambda _model: page)


class Sheets(Base):
    """Code sheets (码单): doors of an area, n to a page."""

    @staff("admin", "clerk", summary="打印码单")
    async def get(self) -> None:
        area = self.get_query_argument("area", "")[:20]
        wanted = self.get_query_argument("layout", "")
        if area and wanted in layout.LAYOUTS:
            await self._print(area, wanted)
            return
        page = await views.sheets_page(self, area, "")
        self.respond({"layouts": list(layout.LAYOUTS)}, "sheets.html", draw=lambda _model: page)

    async def _print(self, area: str, wanted: str) -> None:
        codes = await self.home.codes.in_area(self.actor, area, "D", limit=PRINTED_MOST)
        living = [code for code in codes if code.state == "active"]
        if not living:
            page = await views.sheets_page(self, area, "这里还没有可打印的门牌，请换一个地方。")
            self.respond({}, "sheets.html", status=404, draw=lambda _model: page)
            return
        labels = [await self._label(code) for code in living]
        labels.sort(key=lambda pair: pair[0])
        self.set_header("Content-Type", "application/pdf")
        self.set_header("Content-Disposition", f'attachment; filename="sheet-{area}.pdf"')
        self.finish(
            await self.home.draw(
                pdf.sheet, [label for _, label in labels], layout.LAYOUTS[wanted], cjk_font()
            )
        )

    async def _label(self, code: Code) -> tuple[str, Label]:
        address = await self.home.applying.address(code)
        label = Label(code.id, grammar.url(self.home.public_url, code.id), address)
        return code.target.household, label


class CodeChange(msgspec.Struct, frozen=True):
    """``state`` is active, suspended, replaced or revoked."""

    state: str
    reason: str = ""
    successor: str = ""


class CodeState(Base):
    """Suspend, restore, replace or revoke a code of one's own area."""

    @staff("admin", "clerk", reads=CodeChange, gives=Code, summary="码的状态")
    async def post(self, text: str) -> None:
        sent = self.read(CodeChange)
        if sent.state not in {"active", "suspended", "replaced", "revoked"}:
            raise NotFound("没有这种状态。", code="code.state")
        try:
            code = grammar.read(text)
        except grammar.BadCode as bad:
            raise NotFound(bad.message, code=f"code.{bad.reason}") from None
        changed = await self.home.codes.change(self.actor, code, sent.state, sent.reason, sent.successor)  # type: ignore[arg-type]
        self.home.landings.drop(code)
        self.respond(changed)


class ItemChange(msgspec.Struct, frozen=True):
    """``state`` is open or closed; ``notice`` a sentence for those who come meanwhile."""

    state: str
    notice: str = ""


class ItemState(Base):
    """Open an item for applications, or close it."""

    @staff("admin", reads=ItemChange, summary="事项开放与关闭")
    async def post(self, slug: str) -> None:
        sent = self.read(ItemChange)
        if sent.state not in {"open", "closed"}:
            raise NotFound("没有这种状态。", code="item.state")
        await self.home.catalogue.set_state(self.actor, slug, sent.state, sent.notice[:200])
        self.home.landings.drop_all()
        self.respond({"id": slug, "state": sent.state})


class PinSlip(Base):
    """A new PIN for a household: the old slip stops working. Shown once, to be printed and sealed."""

    @staff("admin", "clerk", summary="重发密码单")
    async def post(self, household: str) -> None:
        found = await self.home.households.for_actor(self.actor, household)
        self.respond({"pin": await self.home.households.issue_pin(found.id)}, status=201)


class Staff(Base):
    """``/staff`` leads where staff belong."""

    @anyone(summary="工作人员入口")
    async def get(self) -> None:
        self.redirect("/desk" if self.actor.is_staff else "/staff/login")


ROUTES = [
    (r"/desk", ListDesk),
    (r"/desk/cases/([0-9a-f]{1,40})", OneCase),
    (r"/desk/cases/([0-9a-f]{1,40})/([a-z_]{1,20})", CaseAction),
    (r"/desk/stream", Stream),
    (r"/desk/outbox", Outbox),
    (r"/desk/sheets", Sheets),
    (r"/desk/codes/([^/]{1,40})/state", CodeState),
    (r"/desk/items/([a-z0-9-]{1,60})/state", ItemState),
    (r"/desk/households/([0-9]{18})/pin", PinSlip),
    (r"/staff", Staff),
]
