"""Who is at a desk: the roster of chief representatives, how cases are dealt out, and leave."""

from __future__ import annotations

from collections.abc import Awaitable

import msgspec

from handlers.access import staff
from handlers.base import Base
from handlers.views import duty as views
from models.base.errors import Invalid
from models.duty.service import Absences, Line


class Lines(msgspec.Struct, frozen=True):
    """The departments that one answers for."""

    departments: tuple[Line, ...]


class RosterChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """``what`` is "add" (a ``department``, an ``account``, days), "remove" (the ``id`` of a line) or "deal" (how the desk of
    a ``role`` deals from now on: ``mode`` none, turns or random)."""

    what: str
    id: str = ""
    department: str = ""
    account: str = ""
    first: str = ""
    last: str = ""
    role: str = ""
    mode: str = ""


class LeaveChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """``what`` is "begin" (``to`` whom, ``first`` to ``last`` day) or "end" (the ``id`` of one's leave)."""

    what: str
    id: str = ""
    to: str = ""
    first: str = ""
    last: str = ""


class Roster(Base):
    """The pair on duty in each department, by turns; and who gets a case that comes in."""

    @staff(may="roster.change", gives=Lines, summary="首席代表排班和派件方式")
    async def get(self) -> None:
        lines = await self.home.duty.roster(self.actor)
        page = await views.roster_page(self, lines)
        self.respond(Lines(lines), "roster.html", draw=lambda _model: page)

    @staff(may="roster.change", reads=RosterChange, gives=Lines, summary="改排班或派件方式")
    async def post(self) -> None:
        sent = self.read(RosterChange)
        try:
            await self._change(sent)
        except Invalid as invalid:
            if self.wants_json:
                raise
            page = await views.roster_page(self, await self.home.duty.roster(self.actor), sent, invalid)
            self.respond({}, "roster.html", status=422, draw=lambda _model: page)
            return
        self.go("/desk/roster", Lines(await self.home.duty.roster(self.actor)))

    def _change(self, sent: RosterChange) -> Awaitable[object]:
        duty, actor = self.home.duty, self.actor
        if sent.what == "remove":
            return duty.remove_shift(actor, sent.id[:40])
        if sent.what == "deal":
            return duty.set_mode(actor, sent.department, sent.role, sent.mode)
        return duty.add_shift(actor, sent.department, sent.account, sent.first, sent.last)


class Leave(Base):
    """One's own leave: who stands in, from when until when."""

    @staff(may="case.see", gives=Absences, summary="外出委托")
    async def get(self) -> None:
        absences = await self.home.duty.absences(self.actor)
        page = await views.leave_page(self, absences)
        self.respond(absences, "leave.html", draw=lambda _model: page)

    @staff(may="case.see", reads=LeaveChange, gives=Absences, summary="委托同事办件，或结束委托")
    async def post(self) -> None:
        sent = self.read(LeaveChange)
        try:
            if sent.what == "end":
                await self.home.duty.end_leave(self.actor, sent.id[:40])
            else:
                await self.home.duty.begin_leave(self.actor, sent.to, sent.first, sent.last)
        except Invalid as invalid:
            if self.wants_json:
                raise
            page = await views.leave_page(self, await self.home.duty.absences(self.actor), sent, invalid)
            self.respond({}, "leave.html", status=422, draw=lambda _model: page)
            return
        self.go("/desk/leave", await self.home.duty.absences(self.actor))


ROUTES = [
    (r"/desk/roster", Roster),
    (r"/desk/leave", Leave),
]
