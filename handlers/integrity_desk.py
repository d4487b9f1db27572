"""The integrity register at the desk: what waits, recording a breach of a case, serving it, deciding on it."""

from __future__ import annotations

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import integrity as views
from handlers.views.integrity import DeskBreach
from models.base.errors import Conflict, Invalid
from models.integrity.desk import Charge, Chargeable


class Register(msgspec.Struct, frozen=True):
    """A page of the register; ``next`` is where the following begins."""

    breaches: tuple[DeskBreach, ...]
    next: str = ""


class Move(msgspec.Struct, frozen=True):
    """What is done with a record that was seen at ``revision``."""

    revision: int = 0
    text: str = ""


class ListBreaches(Base):
    """What waits for somebody, or what was decided. A line names nobody."""

    @staff(may="integrity.see", gives=Register, query=("view", "after"), summary="失信记录列表")
    async def get(self) -> None:
        decided = self.get_query_argument("view", "") == "decided"
        listing = await self.home.integrity_desk.listing(
            self.actor, waiting=not decided, after=self.get_query_argument("after", "")[:80]
        )
        lines = tuple(views.desk_line(self.home, each) for each in listing.breaches)
        page = await views.list_page(self, listing, decided=decided)
        self.respond(Register(lines, listing.next), "desk_breaches.html", draw=lambda _model: page)


class NewBreach(Base):
    """A breach of a case: which of its declarations, and how."""

    @staff(may="integrity.record", gives=Chargeable, summary="登记失信（页面）")
    async def get(self, case_id: str) -> None:
        await self._page(case_id, Charge(), None)

    @staff(may="integrity.record", reads=Charge, gives=DeskBreach, status=(201,), summary="登记失信")
    async def post(self, case_id: str) -> None:
        charge = self.read(Charge)
        looking.check(self)
        try:
            found = await self.home.integrity_desk.record(self.actor, case_id, charge)
        except Invalid as error:
            if self.wants_json:
                raise
            await self._page(case_id, charge, error)
            return
        await looking.at_breach(self, "file", found)
        self.go(f"/desk/integrity/{found.id}", views.desk_view(self, found), status=201)

    async def _page(self, case_id: str, charge: Charge, error: Invalid | None) -> None:
        case, opened = await self.home.integrity_desk.chargeable(self.actor, case_id)
        await looking.at_case(self, "view", case)
        page = await views.new_page(self, opened, charge, error)
        status = status_of(error) if error else 200
        self.respond(opened, "desk_breach_new.html", status=status, draw=lambda _model: page)


class OneBreach(Base):
    """One record, whole."""

    @staff(may="integrity.see", gives=DeskBreach, summary="一条失信记录")
    async def get(self, breach_id: str) -> None:
        found = await self.home.integrity_desk.get(self.actor, breach_id)
        await looking.at_breach(self, "view", found)
        page = await views.desk_page(self, found)
        self.respond(views.desk_view(self, found), "desk_breach.html", draw=lambda _model: page)


class BreachMove(Base):
    """Serve, confirm, uphold, drop, repair or refuse repair."""

    @staff(
        may="integrity.see", reads=Move, gives=DeskBreach,
        summary="失信记录：serve confirm uphold drop repair refuse_repair",
    )  # fmt: skip
    async def post(self, breach_id: str, name: str) -> None:
        move, desk = self.read(Move), self.home.integrity_desk
        looking.check(self)
        try:
            found = await desk.act(self.actor, breach_id, name, move.revision, move.text)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            found = await desk.get(self.actor, breach_id)
            await looking.at_breach(self, "view", found)
            page = await views.desk_page(self, found, name, move.text, error)
            self.respond({}, "desk_breach.html", status=status_of(error), draw=lambda _model: page)
            return
        await looking.at_breach(self, "decide", found)
        self.go(f"/desk/integrity/{breach_id}", views.desk_view(self, found))


ROUTES = [
    (r"/desk/integrity", ListBreaches),
    (r"/desk/integrity/of/([0-9a-f]{1,40})", NewBreach),
    (r"/desk/integrity/([0-9a-f]{28})", OneBreach),
    (r"/desk/integrity/([0-9a-f]{28})/([a-z_]{1,20})", BreachMove),
]
