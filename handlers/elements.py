"""The dictionary of data elements at the county's desk: module by module, and the statutory grounds of level 3."""

from __future__ import annotations

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import elements as views
from models.base.errors import Conflict, Invalid, NotFound
from models.collecting.service import Sheet, Shown


class Deciding(msgspec.Struct, frozen=True):
    """``what``: "on", collected from now on by ``line`` on the ground in ``text``; or "off", ``text`` saying why."""

    what: str = ""
    text: str = ""
    line: str = ""


class ElementsPage(Base):
    """A module of the dictionary."""

    @staff(may="elements.see", gives=Sheet, query=("module",), summary="数据项目录")
    async def get(self) -> None:
        sheet = await self.home.collecting.module(self.actor, self.get_query_argument("module", "")[:40])
        page = await views.module_page(self, sheet)
        self.respond(sheet, "elements.html", draw=lambda _model: page)


class OneElement(Base):
    """An element: its rules and codes; of level 3, its ground, to be named or taken back."""

    @staff(may="elements.see", gives=Shown, query=("done",), summary="一个数据项")
    async def get(self, key: str) -> None:
        shown = await self.home.collecting.element(self.actor, key)
        page = await views.element_page(self, shown, done=self.get_query_argument("done", ""))
        self.respond(shown, "elements_one.html", draw=lambda _model: page)

    @staff(may="elements.change", reads=Deciding, gives=Shown, summary="登记或停止一个严格限制数据项的采集")
    async def post(self, key: str) -> None:
        sent, collecting = self.read(Deciding), self.home.collecting
        looking.check(self)
        try:
            await self._decide(key, sent)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            page = await views.element_page(self, await collecting.element(self.actor, key), sent, error)
            self.respond({}, "elements_one.html", status=status_of(error), draw=lambda _model: page)
            return
        await looking.at_element(self, key, sent.text)
        self.go(f"/desk/elements/{key}?done={sent.what}", await collecting.element(self.actor, key))

    async def _decide(self, key: str, sent: Deciding) -> None:
        collecting = self.home.collecting
        if sent.what == "on":
            await collecting.turn_on(self.actor, key, sent.text, sent.line)
        elif sent.what == "off":
            await collecting.turn_off(self.actor, key, sent.text)
        else:
            raise NotFound("没有这项操作。", code="action.unknown")


ROUTES = [
    (r"/desk/elements", ElementsPage),
    (r"/desk/elements/([a-z0-9_.]{1,70})", OneElement),
]
