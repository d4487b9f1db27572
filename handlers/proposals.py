"""信息变更审核: what residents and visits would have the registry say, before whoever may settle it."""

from __future__ import annotations

from typing import Literal

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import proposals as views
from models.base.errors import Conflict, Invalid, NotFound, SaobanError
from models.record.review import Listing, Settled, Verdict

HERE = "/desk/proposals"
DUTY = "信息变更审核"


class Verdicts(msgspec.Struct, frozen=True):
    """``picks`` of the list, and what becomes of them; a refusal says why."""

    picks: tuple[str, ...] = ()
    verdict: Verdict = "accept"
    reason: str = ""


class Undo(msgspec.Struct, frozen=True):
    """The ``batch`` of what one has just settled."""

    batch: str = ""


class ProposalsBase(Base):
    """What these verbs share: the list, shown again with what was done."""

    async def _listing(self) -> Listing:
        area, module, after = (self.get_query_argument(name, "")[:80] for name in ("area", "module", "after"))
        listing = await self.home.review.page(self.actor, area, module, after)
        if listing.rows:
            await looking.at_proposals(self, listing)
        return listing

    async def _show(
        self, settled: Settled | None, typed: Verdicts | None, error: SaobanError | None = None
    ) -> None:
        listing = await self._listing()
        page = await views.list_page(self, listing, settled, typed, error)
        status = status_of(error) if error else 200
        self.respond({}, "proposals.html", status=status, draw=lambda _model: page)


class Proposals(ProposalsBase):
    """What waits, the longest waiting first; settled one by one or all that are ticked."""

    @staff(
        may="registry.review",
        gives=Listing,
        query=("area", "module", "after"),
        summary="信息变更审核：待审列表",
    )
    async def get(self) -> None:
        listing = await self._listing()
        page = await views.list_page(self, listing)
        self.respond(listing, "proposals.html", draw=lambda _model: page)

    @staff(may="registry.review", reads=Verdicts, gives=Settled, summary="采纳或不采纳勾选的变更")
    async def post(self) -> None:
        looking.check(self)
        sent = self.read(Verdicts) if self.sends_json else self._form()
        try:
            settled = await self.home.review.settle(self.actor, sent.picks, sent.verdict, sent.reason)
        except Invalid as invalid:
            if self.wants_json:
                raise
            await self._show(None, sent, invalid)
            return
        await looking.at_changes(self, "decide", settled, sent.reason or DUTY)
        if self.wants_json:
            self.respond(settled)
        else:
            await self._show(settled, None if settled.done else sent)

    def _form(self) -> Verdicts:
        pressed: Literal["accept", "refuse"] = (
            "refuse" if self.get_body_argument("verdict", "") == "refuse" else "accept"
        )
        return Verdicts(
            tuple(self.get_body_arguments("picks")), pressed, self.get_body_argument("reason", "")
        )


class TakeBack(ProposalsBase):
    """Undo what one has just done, as long as nobody was told of it."""

    @staff(may="registry.review", reads=Undo, gives=Settled, summary="撤销刚才的审核")
    async def post(self) -> None:
        looking.check(self)
        try:
            settled = await self.home.review.undo(self.actor, self.read(Undo).batch)
        except (Conflict, NotFound) as error:
            if self.wants_json:
                raise
            await self._show(None, None, error)
            return
        await looking.at_changes(self, "change", settled, "撤销审核")
        if self.wants_json:
            self.respond(settled)
        else:
            await self._show(settled, None)


ROUTES = [(HERE, Proposals), (rf"{HERE}/undo", TakeBack)]
