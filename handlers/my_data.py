"""What a resident may know of her own data: who in government looked at it (谁看过我的信息)."""

from __future__ import annotations

from types import SimpleNamespace as Page

import msgspec

from handlers.access import resident
from handlers.base import Base
from handlers.views.rights import look_words
from models.audit.service import Look

PAGE = 50


class Looks(msgspec.Struct, frozen=True):
    """A page of looks, the newest first; ``next`` is where the following page begins, empty at the end."""

    looks: tuple[Look, ...]
    next: str = ""


class WhoLooked(Base):
    """Every look of staff at one's own data: which office, in what role, when, at what, on what ground."""

    @resident("L2", gives=Looks, query=("before",), summary="谁看过我的信息")
    async def get(self) -> None:
        whose = (*await self.home.merging.names_of(self.actor.person), self.actor.subject)
        before = self.get_query_argument("before", "")[:120]
        found = await self.home.audit.looks_at(whose, PAGE + 1, before)
        more = found[PAGE - 1].id if len(found) > PAGE else ""
        model = Looks(tuple(found[:PAGE]), more)
        self.respond(model, "looks.html", draw=looks_page)


def looks_page(model: Looks) -> Page:
    """looks.html."""
    return Page(
        looks=[Page(**vars(look_words(look)), ask_href=f"/my/looks/{look.id}/ask") for look in model.looks],
        older_href=f"/my/looks?before={model.next}" if model.next else "",
    )


ROUTES = [(r"/my/looks", WhoLooked)]
