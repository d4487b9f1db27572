"""Ratings (政务服务好差评): a visit rated at its window, the published figures, and at the desk what has to be put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handlers import cookies, edge, looking
from handlers.access import anyone, staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import ratings as views
from models.base.errors import Conflict, Invalid, Problem, TooMany
from models.ratings.publishing import Published
from models.ratings.rating import STATES, WAITING
from models.ratings.reasons import Reason
from models.ratings.service import Listing, Move, Task, Watched
from models.ratings.visits import Visited

if TYPE_CHECKING:
    from models.ratings.service import Ratings

MOST_REASONS = 20


class Choice(msgspec.Struct, frozen=True):
    """A window to rate: send ``ticket`` back with the rating to ``href``, once. ``reasons`` says which go with which
    level."""

    code: str
    name: str
    ticket: str
    reasons: tuple[Reason, ...]
    href: str


class Thanks(msgspec.Struct, frozen=True):
    """``counted`` is False where this ticket has brought a rating before."""

    counted: bool
    href: str


class Visit(Base):
    """The five faces of a window. Nobody has to log in, and nothing waits for an answer."""

    @anyone(acting=True, gives=Choice, query=("done",), summary="窗口服务评价")
    async def get(self, text: str) -> None:
        cookies.device_of(self)
        window = await self.home.visits.open(text)
        done = self.get_query_argument("done", "") == "1"
        choice = Choice(
            window.code, window.name, window.ticket, self.home.ratings.reasons.all, self.request.path
        )
        page = views.visit_page(self.home, window, Visited(), done=done)
        self.respond(choice, "visit.html", draw=lambda _model: page)

    @anyone(acting=True, reads=Visited, gives=Thanks, status=(201, 200, 303), summary="提交窗口服务评价")
    async def post(self, text: str) -> None:
        cookies.device_of(self)
        visited = self.read(Visited) if self.sends_json else self._form()
        try:
            await self.home.edge.admit("rating", edge.asked_by(self, text))
            new = await self.home.visits.rate(text, visited)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            await self._again(text, visited, error)
            return
        href = f"{self.request.path}?done=1"
        self.go(href, Thanks(new, href), status=201 if new else 200)

    def _form(self) -> Visited:
        word = self.get_body_argument
        return Visited(
            stars_of(self), reasons_of(self), word("words", ""), word("phone", ""), word("ticket", "")
        )

    async def _again(self, text: str, visited: Visited, error: Invalid | TooMany) -> None:
        """What was typed is still there, with a fresh ticket."""
        problems = error.problems if isinstance(error, Invalid) else [Problem("", error.code, error.message)]
        if isinstance(error, TooMany):
            self.set_header("Retry-After", str(error.retry_after))
        window = await self.home.visits.open(text)
        page = views.visit_page(self.home, window, visited, problems=problems)
        self.respond({}, "visit.html", status=status_of(error), draw=lambda _model: page)


class Figures(Base):
    """How an area was rated, for anybody."""

    @anyone(acting=True, gives=Published, query=("area", "item"), summary="好差评公开")
    async def get(self) -> None:
        area, item = (self.get_query_argument(name, "")[:60] for name in ("area", "item"))
        published = await self.home.rating_figures.of(area, item)
        self.respond(published, "ratings.html", draw=lambda model: views.figures_page(self.home, model))


class RatingsDesk(Base):
    """What I have to put right; for whoever supervises, all that waits."""

    @staff(may="case.see", gives=Listing, query=("state", "after"), summary="差评整改")
    async def get(self) -> None:
        state = self.get_query_argument("state", "")
        states = tuple(each for each in STATES if each == state) or WAITING
        listing = await self.home.ratings.listing(
            self.actor, states, self.get_query_argument("after", "")[:60]
        )
        page = await views.list_page(self, listing, state)
        self.respond(listing, "desk_ratings.html", draw=lambda _model: page)


class OneRating(Base):
    """One rating: for the rated without who and when, for whoever supervises with its case."""

    @staff(may="case.see", gives=(Task, Watched), summary="一条差评")
    async def get(self, rating_id: str) -> None:
        seen = await self.home.ratings.get(self.actor, rating_id)
        if isinstance(seen, Watched):
            await looking.at_rating(self, "view", seen.rating)
        page = await views.one_page(self, seen)
        self.respond(seen, "desk_rating.html", draw=lambda _model: page)


class RatingMove(Base):
    """Answer or appeal; call back, uphold or reject."""

    @staff(
        may="case.see",
        reads=Move,
        gives=(Task, Watched),
        summary="差评：answer appeal call_back uphold reject",
    )
    async def post(self, rating_id: str, name: str) -> None:
        move = self.read(Move)
        looking.check(self)
        try:
            seen = await self.home.ratings.act(self.actor, rating_id, name, move)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            seen = await self.home.ratings.get(self.actor, rating_id)
            if isinstance(seen, Watched):
                await looking.at_rating(self, "view", seen.rating)
            page = await views.one_page(self, seen, name, move, error)
            self.respond({}, "desk_rating.html", status=status_of(error), draw=lambda _model: page)
            return
        if isinstance(seen, Watched):
            await looking.at_rating(self, "change", seen.rating)
        self.go(f"/desk/ratings/{rating_id}", seen)


def stars_of(handler: Base) -> int:
    """The face that was chosen in a form, 0 for none."""
    text = handler.get_body_argument("stars", "")
    return int(text) if text in {"1", "2", "3", "4", "5"} else 0


def reasons_of(handler: Base) -> tuple[str, ...]:
    """The reasons that were ticked in a form."""
    return tuple(handler.get_body_arguments("reasons")[:MOST_REASONS])


def checked(ratings: Ratings, stars: int, reasons: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The reasons of a rating of a case. Raises Invalid."""
    return ratings.reasons.check(stars, tuple(reasons)[:MOST_REASONS])


ROUTES = [
    (r"/visit/([^/]{1,40})", Visit),
    (r"/ratings", Figures),
    (r"/desk/ratings", RatingsDesk),
    (r"/desk/ratings/([0-9a-f]{26})", OneRating),
    (r"/desk/ratings/([0-9a-f]{26})/([a-z_]{1,20})", RatingMove),
]
