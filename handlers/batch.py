"""Several cases at once: look at what will happen, do it, take it back."""

from __future__ import annotations

import re

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.views import batch as views
from models.base.errors import Conflict, Invalid
from models.cases.batches import Outcome, Pick, Prospect
from models.cases.desk import Seen
from models.cases.doing import Act

PICK = re.compile(r"([0-9a-f]{1,40}):([0-9]{1,9})")
MOST_READ = 200


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be done with which cases, as they were seen; ``to`` whom they are assigned, ``reason`` why where a
    colleague has one in hand. Without ``confirm`` nothing is done: the answer says what would be."""

    action: str
    picks: list[Pick]
    to: str = ""
    note: str = ""
    reason: str = ""
    confirm: bool = False


class Prospects(msgspec.Struct, frozen=True):
    """What would become of each."""

    action: str
    rows: list[Prospect]


class NewBatch(Base):
    """Ticked cases: first what can be done with which, then doing it."""

    @staff(
        may="case.see", reads=Wanted, gives=(Prospects, Outcome), status=(200, 303), summary="批量办理：先看，再办"
    )  # fmt: skip
    async def post(self) -> None:
        wanted = self.read(Wanted) if self.sends_json else self._form()
        act = Act(0, to=wanted.to, note=wanted.note, reason=wanted.reason)
        picks = wanted.picks[:MOST_READ]
        try:
            if wanted.confirm:
                await self._do(wanted, picks, act)
                return
            rows = await self.home.batches.prospects(self.actor, wanted.action, picks, act)
        except Invalid as invalid:
            if self.wants_json:
                raise
            page = await views.confirm_page(self, wanted, [], invalid)
            self.respond({}, "batch.html", status=422, draw=lambda _model: page)
            return
        page = await views.confirm_page(self, wanted, rows)
        self.respond(Prospects(wanted.action, rows), "batch.html", draw=lambda _model: page)

    async def _do(self, wanted: Wanted, picks: list[Pick], act: Act) -> None:
        looking.check(self)
        outcome, seen = await self.home.batches.do(self.actor, wanted.action, picks, act)
        await note(self, seen)
        page = await views.done_page(self, outcome)
        self.respond(outcome, "batch_done.html", draw=lambda _model: page)

    def _form(self) -> Wanted:
        found = [PICK.fullmatch(each) for each in self.get_body_arguments("picks")[:MOST_READ]]
        return Wanted(
            self.get_body_argument("action", ""),
            [Pick(each[1], int(each[2])) for each in found if each],
            self.get_body_argument("to", "")[:40],
            self.get_body_argument("note", ""),
            self.get_body_argument("reason", ""),
            bool(self.get_body_argument("confirm", "")),
        )


class OneBatch(Base):
    """What one's own batch did, and whether it can still be taken back."""

    @staff(may="case.see", gives=Outcome, summary="一次批量操作")
    async def get(self, batch_id: str) -> None:
        outcome = await self.home.batches.get(self.actor, batch_id)
        page = await views.done_page(self, outcome)
        self.respond(outcome, "batch_done.html", draw=lambda _model: page)


class UndoBatch(Base):
    """Taking it back, within ten minutes, where nothing has followed."""

    @staff(may="case.see", gives=Outcome, summary="撤销一次批量操作")
    async def post(self, batch_id: str) -> None:
        looking.check(self)
        try:
            outcome, seen = await self.home.batches.undo(self.actor, batch_id)
        except Conflict as error:
            if self.wants_json:
                raise
            page = await views.done_page(
                self, await self.home.batches.get(self.actor, batch_id), error.message
            )
            self.respond({}, "batch_done.html", status=409, draw=lambda _model: page)
            return
        await note(self, seen)
        page = await views.done_page(self, outcome, undone=True)
        self.respond(outcome, "batch_done.html", draw=lambda _model: page)


async def note(handler: Base, seen: list[Seen]) -> None:
    """Each case on the record of looking."""
    for each in seen:
        await looking.at_seen(handler, "decide", each)


ROUTES = [
    (r"/desk/batch", NewBatch),
    (r"/desk/batch/([0-9a-f]{38})", OneBatch),
    (r"/desk/batch/([0-9a-f]{38})/undo", UndoBatch),
]
