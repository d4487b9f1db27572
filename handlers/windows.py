"""The windows of a hall and their codes: given out, printed, taken away. Whoever scans one rates her visit, or begins a
matter by herself."""

from __future__ import annotations

from types import SimpleNamespace as Page

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.receipts import read
from handlers.views import desk as views
from handlers.views.words import moment
from models.audit.entry import What
from models.base.errors import Conflict, Invalid, SaobanError
from models.codes.code import Code
from models.counter.intake import hall_name
from models.counter.service import VERB
from qr import grammar, layout, pdf
from qr.fonts import cjk_font
from qr.pdf import Label

ON_THE_SHEET = (
    "办完事，扫一扫，给窗口打个分",
    "也能自己在手机上办事、查进度",
    "评不评由您，窗口看不到是谁评的",
)


class NewWindow(msgspec.Struct, frozen=True):
    """What stands over the window: 3号窗口, 社保窗口."""

    name: str = ""


class Closing(msgspec.Struct, frozen=True):
    reason: str = ""


class WindowsBase(Base):
    """The one page of them."""

    async def show(self, error: SaobanError | None = None, typed: str = "", failed: str = "") -> None:
        home = self.home
        windows = await home.counter.windows(self.actor)
        page = Page(
            **await views.frame(self, "/desk/windows"),
            hall=hall_name(home.counter.hall(self.actor)),
            windows=[
                Page(
                    id=code.id, name=code.target.point, code=grammar.spoken(code.id), since=moment(code.issued_at),
                    sheet_href=f"/desk/windows/{code.id}/sheet.pdf", page_href=f"/q/{code.id}",
                    close_href=f"/desk/windows/{code.id}/close",
                    problem=error.message if error and failed == code.id else "",
                )
                for code in windows
            ],
            typed=typed,
            problem=error.message if error and not failed else "",
        )  # fmt: skip
        self.respond(
            windows, "windows.html", status=status_of(error) if error else 200, draw=lambda _model: page
        )


class Windows(WindowsBase):
    """The windows of one's own hall."""

    @staff(may=VERB, gives=list[Code], summary="窗口码")
    async def get(self) -> None:
        await self.show()

    @staff(may=VERB, reads=NewWindow, gives=Code, status=(201, 303), summary="新设窗口码")
    async def post(self) -> None:
        name = self.read(NewWindow).name
        looking.check(self)
        try:
            code = await self.home.counter.open_window(self.actor, name)
        except Invalid as error:
            if self.wants_json:
                raise
            await self.show(error, name)
            return
        await looking.at_plate(self, "manage", What("code", code.id))
        self.go("/desk/windows", code, status=201)


class WindowSheet(Base):
    """The sheet for the window, with its symbol."""

    @staff(may=VERB, media=("application/pdf",), summary="打印窗口码")
    async def get(self, text: str) -> None:
        code = await self.home.counter.window(self.actor, read(text))
        hall = hall_name(self.home.counter.hall(self.actor))
        label = Label(
            code.id, grammar.url(self.home.public_url, code.id), f"{hall} {code.target.point}", ON_THE_SHEET
        )
        await looking.at_plate(self, "print", What("code", code.id))
        self.set_header("Content-Type", "application/pdf")
        self.set_header("Content-Disposition", f'inline; filename="window-{code.id}.pdf"')
        self.finish(await self.home.draw(pdf.sheet, [label], layout.LAYOUTS["A4_1"], cjk_font()))


class WindowClose(WindowsBase):
    """Taken away for good: whoever scans it is told that it no longer works."""

    @staff(may=VERB, reads=Closing, gives=Code, summary="停用窗口码")
    async def post(self, text: str) -> None:
        code, sent = read(text), self.read(Closing)
        looking.check(self)
        try:
            closed = await self.home.counter.close_window(self.actor, code, sent.reason)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self.show(error, failed=code)
            return
        await looking.at_plate(self, "change", What("code", code), reason=sent.reason[:200])
        self.home.landings.drop(code)
        self.go("/desk/windows", closed)


ROUTES = [
    (r"/desk/windows", Windows),
    (r"/desk/windows/([^/]{1,40})/sheet\.pdf", WindowSheet),
    (r"/desk/windows/([^/]{1,40})/close", WindowClose),
]
