"""PIN slips (密码单) at the desk: who is without one, who has one out, and printing them as letters to be sealed.

A print is one PDF, made in a worker and sent; nobody keeps it. What it prints counts from that moment on.
"""

from __future__ import annotations

from types import SimpleNamespace as Page

import msgspec

from handlers import looking
from handlers.access import JSON, staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import pins as views
from handlers.views.words import day as written
from models.base.clock import local_day
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, SaobanError, TooMany
from models.slips.slip import Batch, Board, Line, Order, SlipsOut
from qr import grammar
from qr.fonts import cjk_font
from qr.slips import Slip, slips

VERB = "pins.print"
PDF = "application/pdf"
CHUNK = 64 * 1024
REFUSALS = (Conflict, Forbidden, Invalid, NotFound, TooMany)


class Reason(msgspec.Struct, frozen=True):
    """Why a slip that is out is to be replaced."""

    reason: str = ""


class NewPin(msgspec.Struct, frozen=True):
    pin: str


class PinsBase(Base):
    """What printing for one and for many share."""

    async def letters(self, batch: Batch) -> bytes:
        """The letters as a PDF, put on record and then in force. Raises Conflict, Unavailable."""
        day = written(local_day(self.home.clock()).isoformat())
        pages = [
            Slip(
                letter.line.address, letter.line.code, letter.new.pin,
                grammar.url(self.home.public_url, letter.line.code), day, again=letter.line.out,
            )
            for letter in batch.letters
        ]  # fmt: skip
        drawn = await self.home.draw(slips, pages, self.home.office, cjk_font())
        # First the record: one of a print that did not come off harms nobody, slips that ended without paper do.
        await looking.at_slips(self, batch)
        await self.home.slips.keep(self.actor, batch)
        return drawn

    async def send(self, drawn: bytes) -> None:
        """Hand the paper over, piece by piece; it is nowhere else."""
        self.set_header("Content-Type", PDF)
        self.set_header("Content-Disposition", 'attachment; filename="pin-letters.pdf"')
        for start in range(0, len(drawn), CHUNK):
            self.write(drawn[start : start + CHUNK])
            await self.flush()
        self.finish()

    def show(self, page: Page, template: str, error: SaobanError | None) -> None:
        status = status_of(error) if error else 200
        self.respond({}, template, status=status, draw=lambda _model: page)


class Pins(PinsBase):
    """An area, and printing for those without a slip or for chosen households."""

    @staff(may=VERB, gives=Board, query=("area", "after"), summary="密码单：哪些户有、哪些户没有")
    async def get(self) -> None:
        board = await self._board(self.get_query_argument("area", "")[:20])
        page = await views.board_page(self, board)
        self.respond(board, "pins.html", draw=lambda _model: page)

    @staff(may=VERB, reads=Order, media=(PDF,), summary="打印密码单：新口令马上生效，旧口令作废")
    async def post(self) -> None:
        order = self.read(Order) if self.sends_json else self._form()
        looking.check(self)
        try:
            batch = await self.home.slips.draw(self.actor, order)
            drawn = await self.letters(batch)
        except REFUSALS as error:
            if self.wants_json:
                raise
            await self._again(order, error)
            return
        await self.send(drawn)

    def _form(self) -> Order:
        replacing = self.get_body_argument("replacing", "0")
        return Order(
            area=self.get_body_argument("area", "")[:20],
            which="chosen" if self.get_body_argument("which", "") == "chosen" else "without",
            doors=tuple(self.get_body_arguments("doors")),
            replacing=int(replacing)
            if replacing.isascii() and replacing.isdigit() and len(replacing) < 4
            else 0,
            reason=self.get_body_argument("reason", ""),
        )

    async def _board(self, area: str) -> Board:
        after = self.get_query_argument("after", "")[:20]
        return await self.home.slips.board(self.actor, area or self.actor.area, after)

    async def _again(self, order: Order, error: SaobanError) -> None:
        """The list once more with what is wrong; or what would stop working, to be confirmed."""
        asked = isinstance(error, Invalid) and error.problems[0].field == "reason"
        if asked or isinstance(error, SlipsOut):
            lines = await self.home.slips.plan(self.actor, order)
            self.show(await views.confirm_page(self, order, lines, error), "pins_confirm.html", error)
            return
        covered = self.home.areas.has(order.area) and self.actor.covers(self.home.areas.chain(order.area))
        page = await views.board_page(self, await self._board(order.area if covered else ""), order, error)
        self.show(page, "pins.html", error)


class OnePin(PinsBase):
    """One household's slip: since when it is out, and a new one in its place."""

    @staff(may=VERB, gives=Line, summary="一户的密码单")
    async def get(self, household: str) -> None:
        line, home = await self.home.slips.line(self.actor, household)
        page = await views.one_page(self, line, home)
        self.respond(line, "pins_one.html", draw=lambda _model: page)

    @staff(
        may=VERB, reads=Reason, gives=NewPin, media=(JSON, PDF), status=(200, 201), summary="换发一户的密码单"
    )
    async def post(self, household: str) -> None:
        sent = self.read(Reason)
        looking.check(self)
        try:
            batch = await self.home.slips.draw_one(self.actor, household, sent.reason)
            drawn = await self.letters(batch)
        except (Conflict, Invalid, TooMany) as error:
            if self.wants_json:
                raise
            line, home = await self.home.slips.line(self.actor, household)
            self.show(await views.one_page(self, line, home, sent.reason, error), "pins_one.html", error)
            return
        if self.wants_json:
            self.respond(NewPin(batch.letters[0].new.pin), status=201)
            return
        await self.send(drawn)


ROUTES = [(r"/desk/pins", Pins), (r"/desk/households/([0-9]{18})/pin", OnePin)]
