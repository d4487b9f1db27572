"""What a resident has agreed to (我同意过的): every consent with its words, and taking it back."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace as Page
from urllib.parse import quote

import msgspec

from handlers import looking
from handlers.access import resident
from handlers.base import Base
from handlers.views.words import day, moment, pairs
from models.base.clock import local_day
from models.base.errors import Malformed
from models.cases.agreed import LISTED, Agreed
from models.cases.case import STATE_NAMES
from models.consents.consent import CAPACITIES, Consent
from models.consents.service import Consents


class ConsentView(msgspec.Struct, frozen=True):
    """One consent as it was given; ``text`` in the words of its version. ``withdraw`` is where to take it back,
    empty where that is done."""

    id: str
    version: int
    title: str
    text: str
    case: str
    case_no: str
    case_title: str
    receipt: str
    given_at: datetime
    by: str
    capacity: str
    elements: tuple[str, ...]
    to: tuple[str, ...]
    keep: str
    withdrawn_at: datetime | None = None
    withdraw: str = ""


class Given(msgspec.Struct, frozen=True):
    """A page of consents, the newest first; ``next`` is where the following page begins, empty at the end."""

    consents: tuple[ConsentView, ...]
    next: str = ""


class Mine(Base):
    """What she agreed to, when, for which matter."""

    @resident("L2", acting=True, gives=Given, query=("before",), summary="我同意过的")
    async def get(self) -> None:
        found = await self.home.agreements.own(self.actor, _moment(self.get_query_argument("before", "")))
        views = tuple(
            _view(case, each, self.home.consents) for case in found[:LISTED] for each in case.consents
        )
        following = found[LISTED - 1].filed_at.isoformat() if len(found) > LISTED else ""
        done = self.get_query_argument("done", "") == "1"
        self.respond(Given(views, following), "consents.html", draw=lambda model: _page(model, found, done))


class Withdrawn(Base):
    """Taking one back."""

    @resident("L2", acting=True, gives=ConsentView, summary="撤回同意")
    async def post(self, case_id: str, purpose: str) -> None:
        case = await self.home.agreements.withdraw(self.actor, case_id, purpose)
        await looking.consent(self, case)
        agreed = Agreed(
            case.id, case.title, case.case_no, case.receipt, case.state, case.filed_at, case.consents
        )
        taken = next(each for each in case.consents if each.id == purpose)
        self.go("/my/consents?done=1", _view(agreed, taken, self.home.consents))


def _view(case: Agreed, given: Consent, consents: Consents) -> ConsentView:
    return ConsentView(
        id=given.id,
        version=given.version,
        title=consents.title(given),
        text=consents.words(given, case.title),
        case=case.id,
        case_no=case.case_no,
        case_title=case.title,
        receipt=case.receipt,
        given_at=given.at,
        by=given.by,
        capacity=CAPACITIES[given.capacity],
        elements=given.elements,
        to=given.to,
        keep=given.keep,
        withdrawn_at=given.withdrawn_at,
        withdraw="" if given.withdrawn_at else f"/my/consents/{case.id}/{given.id}/withdraw",
    )


def _page(model: Given, found: list[Agreed], done: bool) -> Page:
    """consents.html."""
    states = {case.id: STATE_NAMES[case.state] for case in found}
    return Page(
        consents=[_line(each, states[each.case]) for each in model.consents],
        older_href=f"/my/consents?before={quote(model.next)}" if model.next else "",
        done=done,
    )


def _line(view: ConsentView, state: str) -> Page:
    taken = f"{day(local_day(view.withdrawn_at).isoformat())}已撤回" if view.withdrawn_at else ""
    return Page(
        title=view.title,
        case_title=view.case_title,
        state=state,
        case_href=f"/q/{view.receipt}",
        text=view.text,
        version=view.version,
        rows=pairs(
            什么时候同意的=f"{day(local_day(view.given_at).isoformat())} {moment(view.given_at)[-5:]}",
            谁同意的=f"{view.by}（{view.capacity}）", 用到哪些信息="、".join(view.elements), 谁能看到="、".join(view.to),
            保存多久=view.keep, 办件编号=view.case_no,
        ),
        withdrawn=taken,
        withdraw_href=view.withdraw,
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    """Where a page begins. Raises Malformed."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        raise Malformed() from None
    if found.tzinfo is None:
        raise Malformed()
    return found


ROUTES = [
    (r"/my/consents", Mine),
    (r"/my/consents/([0-9a-f]{1,40})/([a-z]{1,20})/withdraw", Withdrawn),
]
