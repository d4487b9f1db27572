"""The desk of staff: list, case, actions, news of new cases, demo outbox, code sheets."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Literal

import msgspec
from tornado.iostream import StreamClosedError

from handlers import looking
from handlers.access import JSON, anyone, staff
from handlers.base import Base
from handlers.receipts import read
from handlers.views import desk as views
from handlers.views.desk import start
from models.audit.entry import What
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.cases.case import Case
from models.cases.desk import Act
from models.cases.listing import Listing, Shown, View
from models.cases.posts import ACTIONS
from models.codes.code import Code, State
from models.forms.display import masked
from models.notices.sms import Message
from models.roles.rules import check
from qr import grammar, layout, pdf
from qr.fonts import cjk_font
from qr.pdf import Label

HEARTBEAT_SECONDS = 20
PRINTED_MOST = 1000
REVISION = re.compile(r"[0-9]{1,9}")
VIEWS: dict[str, View] = {"mine": "mine", "area": "area", "lately": "lately"}


class CaseView(msgspec.Struct, frozen=True):
    """A case for a JSON client at the desk."""

    case: Case
    actions: tuple[str, ...]


class ListDesk(Base):
    """What lies before me, oldest due first."""

    @staff(
        may="case.see",
        gives=Listing,
        query=("view", "number", "after"),
        status=(200, 303),
        summary="办件列表",
    )
    async def get(self) -> None:
        number = self.get_query_argument("number", "").strip()
        if number:
            case = await self._found(number)
            if case:
                self.redirect(f"/desk/cases/{case.id}", status=303)
                return
        shown = await self._shown()
        listing = shown.listing
        if self.wants_json:  # the page names nobody
            await looking.at_list(self, "cases", shown.whose, ("person.name",))
        page = await views.list_page(self, listing, number)
        self.respond(listing, "desk_list.html", draw=lambda _model: page)

    async def _found(self, number: str) -> Case | None:
        try:
            case = await self.home.desk.find(self.actor, number)
        except NotFound:
            await looking.search(self, number, None)
            if self.wants_json:
                raise
            return None
        await looking.search(self, number, case)
        return case

    async def _shown(self) -> Shown:
        view: View = VIEWS.get(self.get_query_argument("view", ""), "mine")
        return await self.home.desk.shown(self.actor, view, self.get_query_argument("after", "")[:60])


class OneCase(Base):
    """A case, whole, with what may be done."""

    @staff(may="case.see", gives=CaseView, summary="打开办件")
    async def get(self, case_id: str) -> None:
        case = await self.home.desk.get(self.actor, case_id)
        await looking.at_case(self, "print" if self.get_query_argument("print", "") else "view", case)
        done = self.get_query_argument("done", "")
        page = await views.case_page(self, case, done=views.DONE.get(done, ""))
        template = "desk_print.html" if self.get_query_argument("print", "") else "desk_case.html"
        self.respond(views.case_view(self.actor, case, CaseView), template, draw=lambda _model: page)


class CaseAction(Base):
    """One action on a case, compared with the revision that was seen."""

    @staff(
        may="case.see",
        reads=Act,
        gives=CaseView,
        summary=f"办理：{' '.join(ACTIONS)}",
    )
    async def post(self, case_id: str, action: str) -> None:
        act = self.read(Act) if self.sends_json else self._form()
        looking.check(self)
        try:
            case = await self.home.desk.act(self.actor, case_id, action, act)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self._again(case_id, action, error)
            return
        await looking.at_case(self, "decide", case)
        self.go(f"/desk/cases/{case.id}?done={action}", views.case_view(self.actor, case, CaseView))

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
        case = await self.home.desk.get(self.actor, case_id)
        await looking.at_case(self, "view", case)
        page = await views.case_page(self, case, failed=action, error=error)
        status = 409 if isinstance(error, Conflict) else 422
        self.respond({}, "desk_case.html", status=status, draw=lambda _model: page)


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


class Outbox(Base):
    """The messages that the demo adapter would have sent."""

    @staff(may="outbox.see", gives=list[Message], query=("before",), summary="演示短信箱")
    async def get(self) -> None:
        if self.home.outbox is None:
            raise NotFound("本系统使用真实短信，没有演示短信箱。", code="outbox.off")
        check(self.actor, "outbox.see", (self.home.county,))  # messages say nothing of where they are from
        latest = await self.home.outbox.latest(100, self.get_query_argument("before", "")[:60])
        messages = [msgspec.structs.replace(each, phone=masked("phone", each.phone)) for each in latest]
        await looking.at_list(self, "sms_outbox", (), ("person.phone",))
        page = await views.outbox_page(self, messages)
        self.respond(messages, "outbox.html", draw=lambda _model: page)


class Layouts(msgspec.Struct, frozen=True):
    """The sheets that can be printed."""

    layouts: list[str]


class Sheets(Base):
    """Code sheets (码单): doors of an area, n to a page."""

    @staff(
        may="sheets.print",
        gives=Layouts,
        query=("area", "layout"),
        media=(JSON, "application/pdf"),
        summary="打印码单",
    )
    async def get(self) -> None:
        area = self.get_query_argument("area", "")[:20]
        wanted = self.get_query_argument("layout", "")
        if area and wanted in layout.LAYOUTS:
            await self._print(area, wanted)
            return
        page = await views.sheets_page(self, area, "")
        self.respond(Layouts(list(layout.LAYOUTS)), "sheets.html", draw=lambda _model: page)

    async def _print(self, area: str, wanted: str) -> None:
        codes = await self.home.codes.in_area(self.actor, area, "D", limit=PRINTED_MOST)
        living = [code for code in codes if code.state == "active"]
        if not living:
            nothing = NotFound("这里还没有可打印的门牌，请换一个地方。", code="sheets.empty")
            if self.wants_json:
                raise nothing
            page = await views.sheets_page(self, area, nothing.message)
            self.respond({}, "sheets.html", status=404, draw=lambda _model: page)
            return
        await looking.at_plate(self, "print", What("sheet", area))
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
    """The state to bring a code into, and why; ``successor`` is the plate that hangs in place of a replaced one
    (none: a new one is issued)."""

    state: State
    reason: str = ""
    successor: str = ""


class CodeState(Base):
    """Suspend, restore, replace or revoke a code of one's own area."""

    @staff(may="codes.change", reads=CodeChange, gives=Code, summary="码的状态")
    async def post(self, text: str) -> None:
        sent = self.read(CodeChange)
        code = read(text)
        successor = self._successor(sent, code) if sent.state == "replaced" and sent.successor else ""
        looking.check(self)
        changed = await self.home.codes.change(self.actor, code, sent.state, sent.reason[:200], successor)
        await looking.at_plate(self, "change", What("code", code), reason=sent.reason[:200])
        self.home.landings.drop(code)
        self.respond(changed)

    def _successor(self, sent: CodeChange, code: str) -> str:
        try:
            successor = grammar.read(sent.successor)
            if successor[0] == code[0] and successor != code:
                return successor
            message = "新码要和旧码是同一类，而且不能是它自己。"
        except grammar.BadCode as bad:
            message = bad.message
        raise Invalid([Problem("successor", "code.successor", message)])


class ItemChange(msgspec.Struct, frozen=True):
    """``notice`` is a sentence for those who come meanwhile."""

    state: Literal["open", "closed"]
    notice: str = ""


class ItemStands(msgspec.Struct, frozen=True):
    id: str
    state: str


class ItemState(Base):
    """Open an item for applications, or close it."""

    @staff(may="items.edit", reads=ItemChange, gives=ItemStands, summary="事项开放与关闭")
    async def post(self, slug: str) -> None:
        sent = self.read(ItemChange)
        looking.check(self)
        await self.home.catalogue.set_state(self.actor, slug, sent.state, sent.notice[:200])
        await looking.at_plate(self, "change", What("item", slug), reason=sent.notice[:200])
        self.home.landings.drop_all()
        self.respond(ItemStands(slug, sent.state))


class Staff(Base):
    """``/staff`` leads where staff belong."""

    @anyone(status=(302,), summary="工作人员入口")
    async def get(self) -> None:
        self.redirect(start(self.actor) if self.actor.is_staff else "/staff/login")


ROUTES = [
    (r"/desk", ListDesk),
    (r"/desk/cases/([0-9a-f]{1,40})", OneCase),
    (r"/desk/cases/([0-9a-f]{1,40})/([a-z_]{1,20})", CaseAction),
    (r"/desk/stream", Stream),
    (r"/desk/outbox", Outbox),
    (r"/desk/sheets", Sheets),
    (r"/desk/codes/([^/]{1,40})/state", CodeState),
    (r"/desk/items/([a-z0-9-]{1,60})/state", ItemState),
    (r"/staff", Staff),
]
