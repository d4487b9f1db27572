"""Requests about one's own data: asking about a look, deleting, having something explained, complaining."""

from __future__ import annotations

import secrets

import msgspec

from handlers import edge, looking
from handlers.access import anyone, resident
from handlers.errors import status_of
from handlers.login import LoginBase
from handlers.views import rights as views
from handlers.views.rights import Followed, RequestView
from models.audit.service import Look
from models.base.errors import Conflict, Invalid, NotFound, SaobanError, TooMany
from models.rights.asking import Complaint, Deletion, Question
from models.rights.service import AtOnce, Filed

DONE = {
    "asked": "已提交，请在这里等答复。",
    "again": "您已经提过同样的请求，正在等待答复。",
    "deleted": "已删除。",
}


class Mine(msgspec.Struct, frozen=True):
    """A page of one's requests, the newest first; ``next`` is where the following page begins, empty at the end.
    ``days`` are the working days within which each is answered."""

    requests: list[RequestView]
    days: int
    next: str = ""


class Words(msgspec.Struct, frozen=True):
    """What she wants to ask, if she wants to say more than "why"."""

    text: str = ""


class Sure(msgspec.Struct, frozen=True):
    """``sure`` is "yes" where she has confirmed."""

    sure: str = ""


class Deletable(msgspec.Struct, frozen=True):
    """What goes at once, and on what grounds the rest may be refused."""

    at_once: AtOnce
    kept: tuple[str, ...]


class Explainable(msgspec.Struct, frozen=True):
    """Where questions are sent."""

    href: str = "/my/rights/explain"


class Complaints(msgspec.Struct, frozen=True):
    """Where complaints are sent, and the working days within which they are answered."""

    days: int
    href: str = "/complaint"


class RightsBase(LoginBase):
    """What these pages share."""

    async def filed(self, filed: Filed) -> None:
        """Hers, and on record; the first one again where she asked twice."""
        if filed.fresh:
            await looking.asking(self, "file", filed.request)
        view = views.request_view(self.home, filed.request)
        done = "asked" if filed.fresh else "again"
        self.go(f"/my/rights?done={done}", view, status=201 if filed.fresh else 200)


class MyRights(RightsBase):
    """Everything that she has asked for, with the answers."""

    @resident("L2", gives=Mine, query=("before", "done"), summary="我的权利请求")
    async def get(self) -> None:
        found, older = await self.home.rights.own(self.actor, self.get_query_argument("before", "")[:40])
        shown = [views.request_view(self.home, each) for each in found]
        model = Mine(shown, self.home.rights_rules.days, older)
        done = DONE.get(self.get_query_argument("done", ""), "")
        self.respond(model, "rights.html", draw=lambda _: views.mine_page(self.home, shown, older, done))


class AskLook(RightsBase):
    """Asking about one look: why was it?"""

    @resident("L2", gives=Look, summary="问一问：一次查看（页面）")
    async def get(self, look_id: str) -> None:
        await self._page(look_id, "", None)

    @resident("L2", reads=Words, gives=RequestView, status=(200, 201), summary="问一问：一次查看")
    async def post(self, look_id: str) -> None:
        said = self.read(Words)
        looking.check(self)
        try:
            filed = await self.home.rights.ask_look(self.actor, look_id, said.text)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            await self._page(look_id, said.text, error)
            return
        await self.filed(filed)

    async def _page(self, look_id: str, text: str, error: SaobanError | None) -> None:
        look = await self.home.rights.look(self.actor, look_id)
        page = views.look_words(look)
        page.action, page.typed, page.days = self.request.path, text, self.home.rights_rules.days
        page.problems, page.fields = views.problems_of(error), views.fields_of(error)
        status = status_of(error) if error else 200
        self.respond(look, "rights_look.html", status=status, draw=lambda _look: page)


class DeleteBase(RightsBase):
    """The page on which she reads what goes at once and what does not."""

    async def page(self, typed: Deletion, error: SaobanError | None) -> None:
        home = self.home
        at_once = await home.rights.at_once(self.actor)
        own = await home.receipts.own(self.actor)
        cases = [case for each in own for case in (each.children or [each]) if case.case_no]
        page = views.delete_page(home, at_once, cases, typed, error)
        model = Deletable(at_once, tuple(page.kept))
        status = status_of(error) if error else 200
        self.respond(model, "rights_delete.html", status=status, draw=lambda _model: page)


class Delete(DeleteBase):
    """What can be deleted at once, what cannot and why; the rest is for the desk to decide."""

    @resident("L2", gives=Deletable, summary="要求删除（页面）")
    async def get(self) -> None:
        await self.page(Deletion(), None)

    @resident(
        "L2", reads=Deletion, gives=RequestView, status=(200, 201), summary="要求删除：交由工作人员处理"
    )
    async def post(self) -> None:
        asked = self.read(Deletion)
        looking.check(self)
        try:
            filed = await self.home.rights.ask_deletion(self.actor, asked)
        except (Invalid, TooMany, NotFound) as error:
            if self.wants_json:
                raise
            await self.page(asked, error)
            return
        await self.filed(filed)


class DeleteNow(DeleteBase):
    """Drafts and unused files, on the spot."""

    @resident("L2", reads=Sure, gives=RequestView, status=(201,), summary="马上删除草稿和没有用上的文件")
    async def post(self) -> None:
        sure = self.read(Sure).sure == "yes"
        looking.check(self)
        try:
            done = await self.home.rights.delete_at_once(self.actor, sure=sure)
        except (Invalid, Conflict) as error:
            if self.wants_json:
                raise
            await self.page(Deletion(), error)
            return
        await looking.asking(self, "change", done)
        self.go("/my/rights?done=deleted", views.request_view(self.home, done), status=201)


class Explain(RightsBase):
    """Having a rule explained, or a value that a form was filled with."""

    @resident("L2", gives=Explainable, summary="要求说明（页面）")
    async def get(self) -> None:
        self._page(Question(topic="rule"), None)

    @resident("L2", reads=Question, gives=RequestView, status=(200, 201), summary="要求说明规则或自动填写")
    async def post(self) -> None:
        asked = self.read(Question)
        looking.check(self)
        items = [offer.id for offer in self.home.catalogue.offers()]
        try:
            filed = await self.home.rights.ask_explanation(self.actor, asked, items)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            self._page(asked, error)
            return
        await self.filed(filed)

    def _page(self, typed: Question, error: SaobanError | None) -> None:
        page = views.explain_page(self.home, typed, error)
        status = status_of(error) if error else 200
        self.respond(Explainable(), "rights_explain.html", status=status, draw=lambda _model: page)


class Complain(LoginBase):
    """Complaining, for anybody; and looking a complaint up by its number."""

    @anyone(
        acting=True, gives=Complaints, query=("code", "number"), status=(200, 303), summary="投诉（页面）"
    )
    async def get(self) -> None:
        number = self.get_query_argument("number", "")[:60].strip()
        try:
            if number:
                await self.home.edge.admit("look", edge.asked_by(self))
                found = await self.home.rights.follow(number)
                self.redirect(f"/complaint/{found.number}", status=303)
                return
        except (NotFound, TooMany) as error:
            if self.wants_json:
                raise
            self._page(self._blank(), None, number=number, lost=error)
            return
        self._page(self._blank(), None)

    @anyone(acting=True, reads=Complaint, gives=Followed, status=(200, 201), summary="提交投诉")
    async def post(self) -> None:
        said = self.read(Complaint)
        looking.check(self)
        try:
            await self.home.edge.admit("complaint", edge.asked_by(self))
            filed = await self.home.rights.complain(self.actor, said)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            self._page(said, error)
            return
        if filed.fresh:
            await looking.asking(self, "file", filed.request)
        view = views.followed(self.home, filed.request)
        self.go(f"/complaint/{view.number}?done=1", view, status=201 if filed.fresh else 200)

    def _blank(self) -> Complaint:
        return Complaint(code=self.get_query_argument("code", "")[:40], key=secrets.token_urlsafe(16))

    def _page(
        self, typed: Complaint, error: SaobanError | None, *, number: str = "", lost: SaobanError | None = None
    ) -> None:  # fmt: skip
        asks_phone = self.actor.kind != "resident" or not self.actor.reaches("L2") or bool(self.actor.mandate)
        wrong = error or lost
        page = views.complaint_page(
            self.home, typed, error, asks_phone=asks_phone, number=number, lost=lost.message if lost else ""
        )
        model = Complaints(self.home.rights_rules.days)
        status = status_of(wrong) if wrong else 200
        self.respond(model, "complaint.html", status=status, draw=lambda _model: page)


class Complained(LoginBase):
    """One complaint, for whoever has its number: how it stands, and the answer."""

    @anyone(acting=True, gives=Followed, query=("done",), summary="查投诉的答复")
    async def get(self, number: str) -> None:
        await self.home.edge.admit("look", edge.asked_by(self))
        found = await self.home.rights.follow(number)
        fresh = self.get_query_argument("done", "") == "1"
        view = views.followed(self.home, found)
        self.respond(view, "complaint_state.html", draw=lambda view: views.followed_page(view, fresh=fresh))


ROUTES = [
    (r"/my/rights", MyRights),
    (r"/my/looks/([0-9a-z.:-]{20,60})/ask", AskLook),
    (r"/my/rights/delete", Delete),
    (r"/my/rights/delete/now", DeleteNow),
    (r"/my/rights/explain", Explain),
    (r"/complaint", Complain),
    (r"/complaint/([0-9A-Z]{12})", Complained),
]
