"""The integrity register for whoever is in it: her declarations, what is held against her, objection and repair."""

from __future__ import annotations

import msgspec

from handlers.access import resident
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import integrity as views
from handlers.views.integrity import BreachView
from models.base.errors import Conflict, Invalid, TooMany
from models.cases.declared import Declared


class Mine(msgspec.Struct, frozen=True):
    """What she has declared, newest first, and what of it is said to be broken."""

    declared: tuple[Declared, ...]
    breaches: tuple[BreachView, ...]


class Words(msgspec.Struct, frozen=True):
    """What she says to a record that she saw at ``revision``."""

    revision: int = 0
    text: str = ""


class MyIntegrity(Base):
    """Everything that she has promised, and what is held against her."""

    @resident("L2", gives=Mine, summary="我的承诺与信用")
    async def get(self) -> None:
        own = await self.home.integrity.own(self.actor)
        found = tuple(views.breach_view(self.home, each) for each in own.breaches)
        model = Mine(own.declared, found)
        self.respond(model, "my_integrity.html", draw=lambda _: views.mine_page(own.declared, found))


class MyBreach(Base):
    """One record, and what she may say to it."""

    @resident("L2", gives=BreachView, query=("done",), summary="我的一条失信记录")
    async def get(self, breach_id: str) -> None:
        view = views.breach_view(self.home, await self.home.integrity.get(self.actor, breach_id))
        done = views.DONE.get(self.get_query_argument("done", ""), "")
        self.respond(view, "my_breach.html", draw=lambda _model: views.own_page(view, done))


class MyMove(Base):
    """Object, or ask for repair."""

    @resident(
        "L2", reads=Words, gives=BreachView, summary="失信记录：object 提出异议，ask_repair 申请信用修复"
    )
    async def post(self, breach_id: str, move: str) -> None:
        said = self.read(Words)
        try:
            found = await self.home.integrity.say(self.actor, breach_id, move, said.revision, said.text)
        except (Conflict, Invalid, TooMany) as error:
            if self.wants_json:
                raise
            view = views.breach_view(self.home, await self.home.integrity.get(self.actor, breach_id))
            page = views.own_page(view, "", move, said.text, error)
            self.respond(view, "my_breach.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(f"/my/integrity/{breach_id}?done={move}", views.breach_view(self.home, found))


ROUTES = [
    (r"/my/integrity", MyIntegrity),
    (r"/my/integrity/([0-9a-f]{28})", MyBreach),
    (r"/my/integrity/([0-9a-f]{28})/([a-z_]{1,20})", MyMove),
]
