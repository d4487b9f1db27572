"""Any window (窗口通办): a clerk takes any matter for somebody who stands before her.

She looks at the card, the form opens in that person's name, and with the receipt the matter ends: what the next person
at the window could see of this one is nothing.
"""

from __future__ import annotations

from typing import Any

import msgspec

from handlers import cookies, looking
from handlers.access import HTML, JSON, anyone, staff
from handlers.acting import ActingBase
from handlers.cards import BODY_LIMIT, DOUBTED, BaseCard
from handlers.errors import status_of
from handlers.receipts import known, read
from handlers.views import counter as views
from models.base.errors import Forbidden, Invalid, Malformed, NotFound, SaobanError, TooLarge, TooMany
from models.cards.card import Reading
from models.cases.receipt import Receipt
from models.counter.intake import Wanted
from models.counter.service import VERB

REFUSALS = (Forbidden, Invalid, Malformed, NotFound, TooLarge, TooMany)


class Begun(msgspec.Struct, frozen=True):
    """Acting for whom stands at the counter: her token, and where her form is."""

    access_token: str
    refresh_token: str
    form: str


class Blank(msgspec.Struct, frozen=True):
    """What may be taken (ids) at which windows (codes)."""

    offers: list[str]
    windows: list[str]


class CounterBase(ActingBase, BaseCard):
    """The one page of it."""

    async def show(self, wanted: Wanted, *, error: SaobanError | None = None, **more: Any) -> None:
        windows = await self.home.counter.windows(self.actor)
        page = await views.counter_page(self, wanted, windows, error, **more)
        offers = [offer.id for offer in self.home.catalogue.offers_at() if offer.open]
        model = Blank(offers, [code.id for code in windows])
        status = status_of(error) if error else 200
        self.respond(model, "counter.html", status=status, draw=lambda _model: page)


class Take(CounterBase):
    """Who is here, and for what; then her form, as far as it is known already."""

    @staff(may=VERB, gives=Blank, query=("offer",), summary="窗口受理")
    async def get(self) -> None:
        await self.show(Wanted(offer=self.get_query_argument("offer", "")[:60]))

    @staff(may=VERB, reads=Wanted, gives=Begun, body_limit=BODY_LIMIT, summary="窗口受理：核对身份后开始")
    async def post(self) -> None:
        wanted = self.read(Wanted)
        looking.check(self)
        try:
            mandate, name, number = await self.home.counter.take(self.actor, wanted)
        except REFUSALS as error:
            if self.wants_json:
                raise
            await self.show(wanted, error=error)
            return
        await looking.at_counter(self, mandate)
        newcomer = not mandate.principal.person
        tokens = await self.home.sessions.act(self.actor, mandate.id, name, number, newcomer=newcomer)
        form = f"/apply/{views.window_of(mandate)}/{mandate.offers[0]}"
        if self.wants_json:
            self.respond(Begun(tokens.access_token, tokens.refresh_token, form))
            return
        cookies.stand_in(self, tokens)
        self.redirect(f"{form}/1", status=303)


class TakeCard(CounterBase):
    """Her card, photographed: what stands on it, for the clerk to confirm one by one. The picture is not kept."""

    @staff(may=VERB, uploads=True, gives=Reading, body_limit=BODY_LIMIT, summary="窗口受理：拍身份证")
    async def post(self) -> None:
        wanted = Wanted() if self.sends_json else self.read(Wanted)
        try:
            reading = await self.read_card()
        except REFUSALS as error:
            if self.wants_json:
                raise
            await self.show(wanted, error=error)
            return
        if self.wants_json:
            self.respond(reading)
            return
        doubts = {field: DOUBTED for field in reading.doubts if field in {"name", "id_number"}}
        wanted = msgspec.structs.replace(
            wanted,
            name=reading.name,
            id_number=reading.id_number,
            read="1",
            checked="",
            name_ok="",
            number_ok="",
        )
        await self.show(wanted, doubts=doubts, note=reading.note)


class Done(ActingBase):
    """From the form back to the desk: the clerk is herself again, and nobody's form lies open."""

    ends_acting = True

    @anyone(acting=True, media=(HTML,), status=(303,), summary="窗口受理：办完，回到窗口")
    async def get(self, code: str) -> None:
        code = read(code)
        if self.actor.mandate:
            await self.home.receipts.held(self.actor, code)  # a link to somebody else's receipt ends nothing
            await self.home.counter.leave(self.actor)
            await self.home.sessions.stop_acting(self.actor)
            await cookies.step_back(self)
        self.redirect(f"/desk/counter/{code}", status=303)


class Taken(CounterBase):
    """What was taken, ready to be handed over on paper."""

    @staff(may=VERB, gives=Receipt, media=(JSON,), summary="窗口受理：已收件")
    async def get(self, code: str) -> None:
        receipt, case = await self.home.receipts.taken(self.actor, known(self, code))
        await looking.at_case(self, "view", case)
        page = await views.taken_page(self, receipt, case)
        self.respond(receipt, "counter_taken.html", draw=lambda _model: page)


ROUTES = [
    (r"/desk/counter", Take),
    (r"/desk/counter/card", TakeCard),
    (r"/desk/counter/([^/]{1,40})", Taken),
    (r"/counter/done/([^/]{1,40})", Done),
]
