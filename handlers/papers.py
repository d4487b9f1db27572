"""Papers that may follow (容缺): the applicant promises to bring them, and brings them from her phone."""

from __future__ import annotations

import msgspec

from handlers.access import anyone
from handlers.answers import posted
from handlers.base import Base
from handlers.receipts import UPLOAD_LIMIT, SendTo, Supplied, item_of, known
from handlers.views import contacts
from handlers.views.receipts import papers_page
from models.base.errors import Invalid
from models.cases.case import Case
from models.cases.owed import Owed
from models.cases.receipt import Receipt
from models.forms.form import Field
from models.items.item import Item


class Owing(msgspec.Struct, frozen=True):
    """What is owed, and where to send it; ``owed`` is null when nothing is."""

    case_no: str
    owed: Owed | None
    submit: SendTo


class Promise(Base):
    """The promise on which a case is accepted without some of its papers."""

    @anyone(acting=True, gives=Receipt, summary="容缺受理：承诺按期补交材料")
    async def post(self, code: str) -> None:
        receipt = await self.home.receipts.promise(self.actor, known(self, code))
        self.go(f"/q/{receipt.code}", receipt)


class Papers(Base):
    """Bringing what is owed, and only that."""

    @anyone(acting=True, gives=Owing, status=(200, 303), summary="补交材料")
    async def get(self, code: str) -> None:
        case = await self.home.receipts.holds(self.actor, known(self, code))
        owing = case.owed if case.open and case.owed and case.owed.running else None
        if owing is None and not self.wants_json:  # an old link: the receipt says how it stands
            self.redirect(f"/q/{case.receipt}", status=303)
            return
        model = Owing(case.case_no, owing, SendTo(self.request.path))
        page = await self._page(case, await item_of(self, case)) if owing else None
        self.respond(model, "papers.html", draw=lambda _model: page)

    @anyone(acting=True, reads=Supplied, gives=Receipt, summary="提交补交的材料", body_limit=UPLOAD_LIMIT)
    async def post(self, code: str) -> None:
        case = await self.home.receipts.holds(self.actor, known(self, code))
        item = await item_of(self, case)
        answers = self.read(Supplied).answers if self.sends_json else await posted(self, wanted(case, item))
        context = await self.home.applying.context(self.actor, item.form, {**case.values(), **answers})
        try:
            receipt = await self.home.receipts.hand_in(self.actor, case.receipt, item, answers, context)
        except Invalid as invalid:
            if self.wants_json:
                raise
            page = await self._page(case, item, answers, invalid)
            self.respond({}, "papers.html", status=422, draw=lambda _model: page)
            return
        self.go(f"/q/{receipt.code}", receipt)

    async def _page(
        self, case: Case, item: Item, typed: dict | None = None, invalid: Invalid | None = None
    ) -> object:
        raw = {**case.values(), **(typed or {})}
        context = await self.home.applying.context(self.actor, item.form, raw)
        contact = await contacts.of_grid(self.home, case.areas[-1])
        problems = invalid.problems if invalid else []
        return papers_page(case, item.form, wanted(case, item), context, raw, problems, contact)


def wanted(case: Case, item: Item) -> dict[str, Field]:
    """The questions that take pictures of what is owed."""
    fields = item.form.fields()
    owed = case.owed.outstanding if case.owed else ()
    return {paper.field: fields[paper.field] for paper in owed if paper.field in fields}


ROUTES = [
    (r"/q/([^/]{1,40})/promise", Promise),
    (r"/q/([^/]{1,40})/papers", Papers),
]
