"""Public notices (公示): what hangs in an area, and objecting to one of them. Nobody has to log in."""

from __future__ import annotations

import re
import secrets

import msgspec

from handlers import edge, looking
from handlers.access import anyone
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import postings as views
from handlers.views.rights import Followed, followed
from models.base.errors import Invalid, TooMany
from models.cases.posted import Board, Hung
from models.cases.posting import Posting
from models.rights.asking import Objection

AFTER = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}~[0-9a-f]{20}")


class Opened(msgspec.Struct, frozen=True):
    """A notice, and where objections to it are sent: ``text``, and if one likes ``phone``."""

    posting: Posting
    href: str


class Postings(Base):
    """What hangs now, by county, town or village."""

    @anyone(acting=True, gives=Board, query=("area", "after"), summary="公示栏")
    async def get(self) -> None:
        after = self.get_query_argument("after", "")
        area = self.get_query_argument("area", "")[:20]
        board = await self.home.posted.board(area, after if AFTER.fullmatch(after) else "")
        self.respond(board, "postings.html", draw=lambda model: views.board_page(self.home, model))


class OnePosting(Base):
    """One notice, with a form beside it for whoever knows better."""

    @anyone(acting=True, gives=Opened, summary="一项公示")
    async def get(self, case_id: str) -> None:
        hung = await self.home.posted.get(case_id)
        self._page(hung, Objection(key=secrets.token_urlsafe(16)), None)

    @anyone(acting=True, reads=Objection, gives=Followed, status=(200, 201, 303), summary="提出公示异议")
    async def post(self, case_id: str) -> None:
        said = self.read(Objection)
        hung = await self.home.posted.get(case_id)
        looking.check(self)
        try:
            await self.home.edge.admit("complaint", edge.asked_by(self))
            filed = await self.home.rights.object_to(self.actor, hung.case_no, hung.areas, said)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            self._page(hung, said, error)
            return
        if filed.fresh:
            await looking.asking(self, "file", filed.request)
        view = followed(self.home, filed.request)
        self.go(f"/complaint/{view.number}?done=1", view, status=201 if filed.fresh else 200)

    def _page(self, hung: Hung, typed: Objection, error: Invalid | TooMany | None) -> None:
        asks_phone = self.actor.kind != "resident" or not self.actor.reaches("L2") or bool(self.actor.mandate)
        page = views.posting_page(self.home, hung.posting, typed, error, asks_phone=asks_phone)
        if isinstance(error, TooMany):
            self.set_header("Retry-After", str(error.retry_after))
        model = Opened(hung.posting, self.request.path)
        status = status_of(error) if error else 200
        self.respond(model, "posting.html", status=status, draw=lambda _model: page)


ROUTES = [
    (r"/notices", Postings),
    (r"/notices/([0-9a-f]{1,40})", OnePosting),
]
