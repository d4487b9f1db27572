"""The desk that answers requests about one's own data."""

from __future__ import annotations

import re

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import rights_desk as views
from handlers.views.rights_desk import DeskRequest
from models.base.errors import Conflict, Invalid
from models.rights.desk import Given, Listing, View

REVISION = re.compile(r"[0-9]{1,9}")
VIEWS: dict[str, View] = {"open": "open", "done": "done"}


class ListRights(Base):
    """What waits for an answer, the oldest due first. It names nobody."""

    @staff(may="rights.answer", gives=Listing, query=("view", "after"), summary="权利请求列表")
    async def get(self) -> None:
        view = VIEWS.get(self.get_query_argument("view", ""), "open")
        after = self.get_query_argument("after", "")[:60]
        listing = await self.home.rights_desk.listing(self.actor, view, after)
        page = await views.list_page(self, listing, view)
        self.respond(listing, "desk_rights.html", draw=lambda _model: page)


class OneRequest(Base):
    """A request with its facts, and what may be answered."""

    @staff(may="rights.answer", gives=DeskRequest, query=("done",), summary="打开权利请求")
    async def get(self, request_id: str) -> None:
        request = await self.home.rights_desk.get(self.actor, request_id)
        await looking.at_request(self, "view", request)
        opened = await self.home.rights_desk.opened(request)
        done = self.get_query_argument("done", "")
        page = await views.request_page(self, opened, done=views.DONE.get(done, ""))
        self.respond(views.desk_view(self.home, opened), "desk_right.html", draw=lambda _model: page)


class AnswerRequest(Base):
    """The answer, compared with the revision that was seen."""

    @staff(may="rights.answer", reads=Given, gives=DeskRequest, summary="答复权利请求：answer refuse")
    async def post(self, request_id: str, action: str) -> None:
        given = self.read(Given) if self.sends_json else self._form()
        looking.check(self)
        desk = self.home.rights_desk
        try:
            request = await desk.answer(self.actor, request_id, action, given)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self._again(request_id, action, given, error)
            return
        await looking.at_request(self, "decide", request)
        view = views.desk_view(self.home, await desk.opened(request))
        self.go(f"/desk/rights/{request_id}?done={action}", view)

    def _form(self) -> Given:
        revision = self.get_body_argument("revision", "")
        return Given(
            rev=int(revision) if REVISION.fullmatch(revision) else 0,  # 0 is older than any
            text=self.get_body_argument("text", ""),
            ground=self.get_body_argument("ground", ""),
        )

    async def _again(self, request_id: str, action: str, given: Given, error: Conflict | Invalid) -> None:
        request = await self.home.rights_desk.get(self.actor, request_id)
        await looking.at_request(self, "view", request)
        opened = await self.home.rights_desk.opened(request)
        page = await views.request_page(self, opened, failed=action, typed=given, error=error)
        self.respond({}, "desk_right.html", status=status_of(error), draw=lambda _model: page)


ROUTES = [
    (r"/desk/rights", ListRights),
    (r"/desk/rights/([0-9a-f]{22})", OneRequest),
    (r"/desk/rights/([0-9a-f]{22})/([a-z_]{1,20})", AnswerRequest),
]
