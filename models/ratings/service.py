"""Ratings at the desk: what the rated office has to put right, and what whoever supervises it sees, calls and decides.

The two see different things. A ``Task`` tells the office the matter, the month, the level, the reasons and the words as
``scrub`` leaves them, and never the case, the person or the day. A ``Rating`` whole is for those who supervise and had
nothing to do with the case.
"""

from __future__ import annotations

from datetime import date

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, NotFound
from models.calendar.working_days import WorkingDays
from models.cases.case import STARS, By
from models.cases.posts import desks_of, serves
from models.ratings import rating as moves
from models.ratings.rating import DAYS, RESULTS, WAITING, Rating, State, week_of
from models.ratings.reasons import Reasons
from models.ratings.repository import RatingRepository
from models.ratings.scrub import scrub
from models.roles.rules import check, may, need

PAGE = 50
COUNTED = 1000
OFFICE_MOVES = ("answer", "appeal")
SUPERVISING: dict[str, str] = {
    "call_back": "ratings.callback", "uphold": "ratings.decide", "reject": "ratings.decide",
}  # fmt: skip
"""What of the roles table each move of a supervisor asks for."""


class Told(msgspec.Struct, frozen=True):
    """One thing that was done about a rating, as the office reads it."""

    what: str
    who: str
    text: str


class Task(msgspec.Struct, frozen=True):
    """A rating as the rated office gets it. ``answer_by`` is a Monday (``week_of``)."""

    id: str
    title: str
    month: str
    level: int
    level_name: str
    reasons: tuple[str, ...]
    words: str
    state: State
    answer_by: str
    overdue: bool
    again: bool
    said: tuple[Told, ...]
    moves: tuple[str, ...]
    rev: int


class Watched(msgspec.Struct, frozen=True):
    """A rating as whoever supervises gets it, with what she may do."""

    rating: Rating
    overdue: bool
    moves: tuple[str, ...]


class Listing(msgspec.Struct, frozen=True):
    """``tasks`` of the actor's desks; ``ratings`` of the area that she supervises. ``next`` is where the following page
    of these begins."""

    tasks: tuple[Task, ...] = ()
    ratings: tuple[Watched, ...] = ()
    next: str = ""


class Move(msgspec.Struct, frozen=True):
    """What is done with a rating that was seen at ``revision``; ``result`` of a call."""

    revision: int = 0
    text: str = ""
    result: str = ""


class Ratings:
    """Use cases of staff."""

    def __init__(
        self, repository: RatingRepository, reasons: Reasons, clock: Clock, days: WorkingDays
    ) -> None:
        self._repository = repository
        self._clock = clock
        self._days = days
        self.reasons = reasons

    async def listing(self, actor: Actor, states: tuple[State, ...] = WAITING, after: str = "") -> Listing:
        """What waits at the actor's desks; for whoever supervises the ratings of her area in ``states``."""
        need(actor, "case.see")
        if not supervises(actor):
            found = await self._repository.at_desks(desks_of(actor), WAITING, PAGE)
            return Listing(tasks=tuple(self._task(actor, each) for each in found))
        due_on, _, rating_id = after.partition("~")
        page = await self._repository.within(actor.area, states, (due_on, rating_id), PAGE + 1)
        last = page[PAGE - 1] if len(page) > PAGE else None
        seen = tuple(self._watched(actor, _brief(each)) for each in page[:PAGE] if watches(actor, each))
        return Listing(ratings=seen, next=f"{last.due_on}~{last.id}" if last else "")

    def supervising(self, actor: Actor) -> bool:
        """Whether the list is of what the actor supervises, or else of what she has to answer."""
        return supervises(actor)

    async def waiting(self, actor: Actor) -> int:
        """How many wait for the actor, counted to a thousand: for an answer of her desks, or to be called back and
        decided."""
        if supervises(actor):
            return await self._repository.count_within(actor.area, ("answered", "appealed"), COUNTED)
        return await self._repository.count_at(desks_of(actor), COUNTED)

    async def get(self, actor: Actor, rating_id: str) -> Task | Watched:
        """One rating, as much of it as the actor may know. Raises NotFound, without telling which."""
        return self.shown(actor, await self._read(actor, rating_id))

    def shown(self, actor: Actor, rating: Rating) -> Task | Watched:
        """As much of it as the actor may know."""
        return self._watched(actor, rating) if watches(actor, rating) else self._task(actor, rating)

    async def act(self, actor: Actor, rating_id: str, name: str, move: Move) -> Task | Watched:
        """Answer or appeal (the rated office), call back, uphold or reject (who supervises and was not involved).

        Raises NotFound, Forbidden, Conflict, Invalid.
        """
        found = await self._read(actor, rating_id)
        if name in SUPERVISING:
            check(actor, SUPERVISING[name], found.areas, found.department)
            if actor.subject in found.involved or serves(actor, found.desks):
                raise Forbidden("经办过这件事的人不能回访、核实。", code="rating.involved")
        elif name not in OFFICE_MOVES:
            raise NotFound("没有这种操作。", code="rating.move")
        elif not serves(actor, found.desks):
            raise Forbidden("这条评价不归您整改。", code="rating.not_yours")
        if found.rev != move.revision:
            raise Conflict("这条评价刚被处理过，请刷新后再看。", code="rating.changed")
        changed = self._moved(actor, found, name, move)
        if not await self._repository.replace(changed):
            raise Conflict("这条评价刚被处理过，请刷新后再看。", code="rating.changed")
        return self.shown(actor, changed)

    def _moved(self, actor: Actor, rating: Rating, name: str, move: Move) -> Rating:
        by, at = By("staff", actor.subject, actor.name, "、".join(actor.departments)), self._clock()
        anew = self._days.add(local_day(at), DAYS).isoformat()
        match name:
            case "answer":
                return moves.answer(rating, by, at, move.text)
            case "appeal":
                return moves.appeal(rating, by, at, move.text)
            case "call_back":
                return moves.call_back(rating, by, at, move.result, move.text, anew)
            case "uphold":
                return moves.uphold(rating, by, at, move.text)
            case _:
                return moves.reject(rating, by, at, move.text, anew)

    async def _read(self, actor: Actor, rating_id: str) -> Rating:
        found = await self._repository.get(rating_id)
        if found is None or not (watches(actor, found) or _answers_for(actor, found)):
            raise NotFound("没有找到这条评价，或它不在您的范围。", code="rating.unknown")
        return found

    def _task(self, actor: Actor, rating: Rating) -> Task:
        answer_by = week_of(rating.due_on)
        return Task(
            id=rating.id, title=rating.title, month=rating.month, level=rating.level, level_name=STARS[rating.level],
            reasons=self.reasons.words(rating.reasons), words=rating.shown, state=rating.state, answer_by=answer_by,
            overdue=rating.state == "open" and self._past(answer_by), again=rating.rounds > 0,
            said=tuple(_told(each) for each in rating.said), moves=moves_of(actor, rating), rev=rating.rev,
        )  # fmt: skip

    def _watched(self, actor: Actor, rating: Rating) -> Watched:
        late = rating.state == "open" and self._past(rating.due_on)
        return Watched(rating, late, moves_of(actor, rating))

    def _past(self, day: str) -> bool:
        return bool(day) and local_day(self._clock()) > date.fromisoformat(day)


def moves_of(actor: Actor, rating: Rating) -> tuple[str, ...]:
    """What this actor may do with a rating now."""
    if _answers_for(actor, rating):
        if rating.state != "open":
            return ()
        return ("answer",) if rating.appealed else ("answer", "appeal")
    names = {"answered": ("call_back",), "appealed": ("uphold", "reject")}.get(rating.state, ())
    return tuple(name for name in names if may(actor, SUPERVISING[name], rating.areas, rating.department))


def supervises(actor: Actor) -> bool:
    """Whether the actor sees ratings whole somewhere in her area."""
    return actor.is_staff and may(actor, "ratings.see", (actor.area,))


def watches(actor: Actor, rating: Rating) -> bool:
    """Whether the actor sees this one whole: she supervises there, and was not rated herself."""
    held = may(actor, "ratings.see", rating.areas, rating.department)
    return held and actor.subject not in rating.involved and not serves(actor, rating.desks)


def _brief(rating: Rating) -> Rating:
    """As a line of a list: what people have written stands on its own page, where a look is recorded."""
    return msgspec.structs.replace(rating, words="", shown="", phone="", said=())


def _answers_for(actor: Actor, rating: Rating) -> bool:
    """Whether it is for the actor to answer. The better levels are nobody's task, so the office does not get them."""
    return actor.is_staff and rating.state != "kept" and serves(actor, rating.desks)


def _told(said: moves.Said) -> Told:
    """What the office reads of it. Of a call only what came of it: the words are of whoever was called."""
    text = RESULTS.get(said.result, "") if said.what == "call_back" else scrub(said.text)  # type: ignore[call-overload]
    return Told(said.what, said.by.name, text)
