"""Beside the cases of a desk: the demo outbox, code sheets, states of codes and items, the way in."""

from __future__ import annotations

from typing import Literal

import msgspec

from handlers import looking
from handlers.access import JSON, anyone, staff
from handlers.base import Base
from handlers.receipts import read
from handlers.views import desk as views
from handlers.views.desk import start
from models.audit.entry import What
from models.base.errors import Invalid, NotFound, Problem
from models.codes.code import Code, State
from models.forms.display import masked
from models.notices.sms import Message
from models.roles.rules import check
from qr import grammar, layout, pdf
from qr.fonts import cjk_font
from qr.pdf import Label

PRINTED_MOST = 1000


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
    (r"/desk/outbox", Outbox),
    (r"/desk/sheets", Sheets),
    (r"/desk/codes/([^/]{1,40})/state", CodeState),
    (r"/desk/items/([a-z0-9-]{1,60})/state", ItemState),
    (r"/staff", Staff),
]
