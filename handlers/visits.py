"""走访记录 at the desk: who is due, what was found, one visit with its photos."""

from __future__ import annotations

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.files import HARMLESS
from handlers.views import visits as views
from models.visits.service import Listing
from models.visits.visit import Plan, Visit

MAY = "visits.see"


class Shown(msgspec.Struct, frozen=True):
    """The latest visits of an area, and which households are due; ``addresses`` by household."""

    visits: Listing
    due: tuple[Plan, ...]
    addresses: dict[str, str]


class VisitList(Base):
    """The latest first, with the households that are due; no figures about anybody."""

    @staff(may=MAY, gives=Shown, query=("area", "after"), summary="走访记录")
    async def get(self) -> None:
        home, actor = self.home, self.actor
        area, after = (self.get_query_argument(name, "")[:60] for name in ("area", "after"))
        listing = await home.grid_visits.page(actor, area, after)
        due = () if after else tuple(await home.grid_visits.due(actor, home.today(), area))
        named = dict.fromkeys(
            [*(each.household for each in listing.visits), *(each.household for each in due)]
        )
        homes = await home.households.of_ids(actor, list(named)[: views.MOST])
        await looking.at_list(self, "visits", [m.person for each in homes for m in each.members])
        shown = Shown(listing, due, {each.id: each.address for each in homes})
        page = await views.list_page(self, shown.visits, shown.due, shown.addresses, area)
        self.respond(shown, "desk_visits.html", draw=lambda _model: page)


class OneVisit(Base):
    """A visit whole."""

    @staff(may=MAY, gives=Visit, summary="一次走访")
    async def get(self, visit_id: str) -> None:
        visit = await self.home.grid_visits.get(self.actor, visit_id)
        await looking.at_visit(self, visit)
        page = await views.one_page(self, visit)
        self.respond(visit, "desk_visit.html", draw=lambda _model: page)


class VisitPhoto(Base):
    """One photo of it."""

    @staff(may=MAY, media=("image/jpeg",), summary="走访的照片")
    async def get(self, visit_id: str, at: str) -> None:
        visit = await self.home.grid_visits.get(self.actor, visit_id)
        upload, data = await self.home.photos.of_visit(visit, int(at))
        await looking.at_visit(self, visit)
        self.set_header("Content-Type", upload.media_type)
        self.set_header("Content-Security-Policy", HARMLESS)
        self.finish(data)


ID = "([0-7][0-9A-HJKMNP-TV-Z]{25})"
ROUTES = [
    (r"/desk/visits", VisitList),
    (rf"/desk/visits/{ID}", OneVisit),
    (rf"/desk/visits/{ID}/photos/([0-8])", VisitPhoto),
]
