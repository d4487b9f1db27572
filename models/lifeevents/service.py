"""Life events as staff report them: looked at beforehand, done once, reviewed where they have to be, taken back.

For other slices (the sync of grid workers): ``do(actor, order)`` is the whole of it. An order is one of the shapes of
``order.py``; ``decode`` makes one of JSON. The same operation once more gives the same event; what is refused raises
Invalid with a problem per field, and nothing is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Problem
from models.cases.case import Case
from models.elements.registry import Elements
from models.households.household import Household
from models.households.service import Households
from models.lifeevents.event import (
    UNDO,
    Event,
    Followed,
    Standings,
    movers,
    settled,
    standings,
    to_end,
    within,
)
from models.lifeevents.following import Follower
from models.lifeevents.frame import Drawn
from models.lifeevents.gathering import OPERATION, VERB, Gathered, Gathering, touched
from models.lifeevents.order import AnyOrder, Death, Kind
from models.lifeevents.plan import draw
from models.lifeevents.repository import LifeEventRepository
from models.lifeevents.writes import Mark, home_writes, people_writes
from models.people.book import Also, Outrun
from models.people.person import Person
from models.people.service import People
from models.roles.rules import check, may

TRIES = 12
STEP_BACK = 0.02
"""Seconds longer before each further try, so that a queue at one household thins out."""
PAGE = 50
REVIEW = "registry.review"
LONGEST_REASON = 200


class Preview(msgspec.Struct, frozen=True):
    """What would change: how everybody concerned stands now and would stand, and what to know before confirming.
    ``waits``: it needs a second person. ``names`` are those of the people whom it concerns, by id."""

    before: Standings
    after: Standings
    notes: tuple[str, ...]
    waits: bool
    names: dict[str, str]


class Shown(msgspec.Struct, frozen=True):
    """An event as staff see it. ``author`` and ``reviewer`` are names; ``acts`` what the actor may do with it now."""

    id: str
    kind: Kind
    state: str
    on: str
    at: datetime
    author: str
    before: Standings
    after: Standings
    names: dict[str, str]
    paper: str
    ground: str
    detail: str
    reviewer: str
    settled_at: datetime | None
    reason: str
    followed: Followed | None
    acts: tuple[str, ...]


class LifeEvents:
    """Above people and households; below what ends log-ins and mandates afterwards (``follower``)."""

    def __init__(
        self, repository: LifeEventRepository, gathering: Gathering, people: People, households: Households,
        elements: Elements, follower: Follower, cipher: Cipher, clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._gathering = gathering
        self._people = people
        self._households = households
        self._elements = elements
        self._follower = follower
        self._cipher = cipher
        self._clock = clock

    async def preview(self, actor: Actor, order: AnyOrder) -> Preview:
        """What ``do`` would do. Raises as it does; nothing is written."""
        gathered = await self._gathering.gather(actor, order, self._clock())
        drawn = _sound(gathered, draw(order, gathered.scene, gathered.frame))
        homes, people = _changed(gathered, drawn)
        everybody = {**gathered.scene.people, **drawn.scene.people}
        before, after = (
            within(standings(scene, homes, people), actor.area, people)
            for scene in (gathered.scene, drawn.scene)
        )
        names = {each: everybody[each].name for each in people}
        return Preview(before, after, drawn.scene.notes, isinstance(order, Death), names)

    async def do(self, actor: Actor, order: AnyOrder) -> Event:
        """Do what the order says, all of it or nothing; a death waits for a second person. The same operation again
        gives what it gave.

        Raises Invalid with every problem by field, NotFound and Forbidden for what is not the actor's, Conflict where
        the operation was used for something else or others never stop changing the same household, TooMany.
        """
        if (kept := await self._done(actor, order)) is not None:
            return kept
        for attempt in range(TRIES):
            await asyncio.sleep(attempt * STEP_BACK)
            gathered = await self._gathering.gather(actor, order, self._clock())
            drawn = _sound(gathered, draw(order, gathered.scene, gathered.frame))
            event = self._event(order, gathered, drawn, waits=isinstance(order, Death))
            try:
                kept = await self._repository.add(event, self._alsos(gathered, drawn, event))
            except Outrun:
                continue
            _same(kept, event.mac)
            return await self._follower.after(kept)
        raise Conflict()

    async def get(self, actor: Actor, event_id: str) -> Event:
        """An event in the actor's area. Raises NotFound."""
        event = await self._repository.get(event_id) if OPERATION.fullmatch(event_id) else None
        if event is None or actor.area not in event.areas or not actor.is_staff:
            raise NotFound("没有找到这项变动登记，或者它不在您的管理范围内。", code="event.unknown")
        return event

    async def shown(self, actor: Actor, events: Sequence[Event]) -> list[Shown]:
        """Events that the actor may see, with the names in them; of households elsewhere only whom it concerns."""
        about = {person for event in events for person in event.people}
        names = {each: person.name for each, person in (await self._people.known(sorted(about))).items()}
        return [self._shown(actor, event, names) for event in events]

    def _shown(self, actor: Actor, event: Event, names: dict[str, str]) -> Shown:
        concerned = movers(event) or frozenset(event.people)
        before, after = (
            within(stands, actor.area, concerned) for stands in (event.before, event.after)
        )  # fmt: skip
        return Shown(
            event.id, event.kind, event.state, event.on, event.at, event.author, before, after,
            {each: names.get(each, "") for each in event.people}, event.paper, event.ground, event.detail,
            event.reviewer, event.settled_at, event.reason, event.followed,
            self._acts(actor, event),
        )  # fmt: skip

    def _acts(self, actor: Actor, event: Event) -> tuple[str, ...]:
        if event.state == "waiting" and event.by != actor.subject and may(actor, REVIEW, event.areas):
            return "confirm", "refuse"
        late = self._clock() - (event.settled_at or event.at) > UNDO
        if event.state == "done" and not late and may(actor, VERB, event.areas):
            return ("undo",)
        return ()

    async def cases(self, actor: Actor, event: Event) -> list[Case]:
        """Of a death: matters in her name that have to be thought of, those that the actor may see. Raises Forbidden
        as ``get``."""
        await self.get(actor, event.id)
        found = [case for person in event.people for case in await self._follower.cases(person)]
        return [case for case in found if may(actor, "case.see", case.areas)]

    async def in_area(
        self, actor: Actor, before: tuple[datetime, str] | None = None, limit: int = PAGE
    ) -> list[Event]:
        """What happened in the actor's area, the latest first, before a position (when, id)."""
        if not actor.is_staff or not actor.area:
            raise Forbidden()
        return await self._repository.in_area(actor.area, before or self._latest(), min(limit, PAGE))

    async def of_household(
        self, actor: Actor, household: str, before: tuple[datetime, str] | None = None, limit: int = PAGE
    ) -> list[Event]:
        """What happened to a household of the actor's, the latest first. ``before`` and ``after`` of each say who its
        members were. Raises UnknownHousehold."""
        home = await self._households.for_actor(actor, household)
        return await self._repository.of_household(home.id, before or self._latest(), min(limit, PAGE))

    async def of_person(self, actor: Actor, person_id: str, limit: int = PAGE) -> list[Event]:
        """What happened to somebody in the actor's area, the latest first. Raises NotFound."""
        person = await self._people.get(person_id)
        if not actor.is_staff or not actor.covers(person.areas):
            raise NotFound("没有找到这个人的登记信息，或者不在您的管理范围内。", code="person.unknown")
        return await self._repository.of_person(person.id, self._latest(), min(limit, PAGE))

    async def waiting(self, actor: Actor) -> list[Event]:
        """What waits in the actor's area for a second look, the longest waiting first."""
        return await self._repository.waiting(actor.area, PAGE) if actor.is_staff and actor.area else []

    async def count_waiting(self, actor: Actor) -> int:
        """How much waits, counted to 99."""
        return await self._repository.count_waiting(actor.area, 99) if actor.is_staff and actor.area else 0

    async def confirm(self, actor: Actor, event_id: str) -> Event:
        """A second person has looked: it counts from now on. Raises NotFound, Forbidden for whoever reported it,
        Conflict where it no longer waits, Invalid where it no longer fits what is on record."""
        for _ in range(TRIES):
            event = await self._to_review(actor, event_id)
            order = decode(event.order.encode())
            gathered = await self._gathering.gather(actor, order, self._clock(), reviewed=True)
            drawn = _sound(gathered, draw(order, gathered.scene, gathered.frame))
            made = self._event(order, gathered, drawn, waits=False)
            done = msgspec.structs.replace(
                settled(event, "done", actor, self._clock()),
                before=made.before, after=made.after, households=made.households, people=made.people,
                follow_at=self._clock(),
            )  # fmt: skip
            try:
                await self._repository.replace(done, self._alsos(gathered, drawn, done))
            except Outrun:
                continue
            return await self._follower.after(done)
        raise Conflict()

    async def refuse(self, actor: Actor, event_id: str, reason: str) -> Event:
        """A second person has looked, and it is not so. Raises as ``confirm``, and Invalid without a reason."""
        said = " ".join(reason.split())
        if not said:
            raise Invalid([Problem("reason", "reason.needed", "请写明为什么不通过，登记的人会看到。")])
        event = await self._to_review(actor, event_id)
        refused = settled(event, "refused", actor, self._clock(), said[:LONGEST_REASON])
        await self._repository.replace(refused)
        return refused

    async def _to_review(self, actor: Actor, event_id: str) -> Event:
        event = await self.get(actor, event_id)
        check(actor, REVIEW, event.areas)
        if event.by == actor.subject:
            raise Forbidden("要由另一位工作人员复核，不能复核自己登记的内容。", code="event.own")
        if event.state != "waiting":
            raise Conflict("这项登记已经处理过了，请刷新后再看。", code="event.settled")
        return event

    async def _done(self, actor: Actor, order: AnyOrder) -> Event | None:
        """What this operation gave when it was done before. Raises Conflict where it was another one."""
        kept = await self._repository.get(order.op) if OPERATION.fullmatch(order.op) else None
        if kept is not None:
            _same(kept, self._mac(actor.subject, order))
        return kept

    def _mac(self, by: str, order: AnyOrder) -> str:
        return self._cipher.mac(f"{by}\0{msgspec.json.encode(order).decode()}", "lifeevent")

    def _event(self, order: AnyOrder, gathered: Gathered, drawn: Drawn, *, waits: bool) -> Event:
        """The event as it is written with its changes; of one that has to wait, the order instead of them."""
        frame = gathered.frame
        homes, people = _changed(gathered, drawn)
        before, after = (standings(scene, homes, people) for scene in (gathered.scene, drawn.scene))
        everywhere = [*gathered.scene.homes.values(), *drawn.scene.homes.values()]
        kind: Kind = type(order).__struct_config__.tag  # type: ignore[assignment]
        event = Event(
            order.op, kind, touched(everywhere) or drawn.scene.people[frame.who].areas, frame.at,
            frame.on.isoformat(), frame.by, frame.author, frame.source, self._mac(frame.by, order), homes, people,
            before, before if waits else after, order.paper, " ".join(order.ground.split()), detail_of(order),
            "waiting" if waits else "done", msgspec.json.encode(order).decode() if waits else "",
        )  # fmt: skip
        return msgspec.structs.replace(event, follow_at=frame.at if to_end(event) else None)

    def _alsos(self, gathered: Gathered, drawn: Drawn, event: Event) -> Sequence[Also]:
        """What is written beside the event; nothing while it waits."""
        if event.state == "waiting":
            return ()
        mark, base, known = Mark(event.id, event.ground), gathered.scene, self._elements.by_key.__contains__
        people = people_writes(base, drawn, gathered.frame, mark, known)
        homes = home_writes(base, drawn, gathered.frame, mark, known)
        return self._households.writing(homes), self._people.writing(people)

    def _latest(self) -> tuple[datetime, str]:
        return self._clock(), "~"


def decode(text: bytes) -> AnyOrder:
    """An order from JSON. Raises Malformed."""
    try:
        return msgspec.json.decode(text, type=AnyOrder)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Malformed(detail=str(error)[:200]) from None


def detail_of(order: AnyOrder) -> str:
    """The place that an order names beside the households of the registry."""
    return " ".join((getattr(order, "where", "") or getattr(order, "origin", "")).split())[:80]


def _sound(gathered: Gathered, drawn: Drawn) -> Drawn:
    found = [*drawn.problems, *gathered.problems]
    if found:
        raise Invalid(found)
    return drawn


def _same(kept: Event, mac: str) -> None:
    if kept.mac != mac:
        raise Conflict("这个操作编号已经用于另一项登记，请重新打开页面填写。", code="operation.other")


def _changed(gathered: Gathered, drawn: Drawn) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes and ids of what stands differently afterwards, or of whom something is said."""

    def differs(was: dict[str, Household] | dict[str, Person], now: dict) -> list[str]:
        return [key for key, each in now.items() if was.get(key) != each]

    before, after = gathered.scene, drawn.scene
    said = [owner for noun, owner in drawn.said if noun == "person"]
    homes = differs(dict(before.homes), dict(after.homes))
    return tuple(homes), tuple(dict.fromkeys([*differs(dict(before.people), dict(after.people)), *said]))
