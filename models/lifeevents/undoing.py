"""Taking an event back: everybody stands as before, as long as nobody has moved on from it. What is said of them goes
back too, value by value, where it is still what the event made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.codes.service import Codes
from models.history.change import Change
from models.history.service import History
from models.households.household import Household
from models.households.service import Households
from models.lifeevents.event import Event, Roll, Stood, roll, stood, undone
from models.lifeevents.gathering import VERB
from models.lifeevents.repository import LifeEventRepository
from models.lifeevents.service import LONGEST_REASON, TRIES, LifeEvents
from models.people.book import Outrun, Write
from models.people.edits import Entry
from models.people.person import Person
from models.people.service import People
from models.people.values import Held
from models.roles.rules import check

MOST_CHANGES = 5000
"""Values that one event may change: a household has 99 members at the most, each with a few."""


class Undoing:
    """Above the events that it takes back."""

    def __init__(
        self, repository: LifeEventRepository, events: LifeEvents, people: People, households: Households,
        history: History, codes: Codes, clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._events = events
        self._people = people
        self._households = households
        self._history = history
        self._codes = codes
        self._clock = clock

    async def undo(self, actor: Actor, event_id: str, reason: str) -> Event:
        """Raises NotFound, Forbidden, Invalid without a reason, and Conflict with everything that stands in the way."""
        said = " ".join(reason.split())
        for _ in range(TRIES):
            event = await self._events.get(actor, event_id)
            check(actor, VERB, event.areas)
            if not said:
                raise Invalid([Problem("reason", "reason.needed", "请写明为什么撤销。")])
            back = undone(event, actor, self._clock(), said[:LONGEST_REASON])
            homes, people = await self._stand(event)
            if hindrances := await self._hindrances(event, homes, people):
                raise Conflict(
                    "不能撤销：" + "；".join(hindrances) + "。", code="event.overtaken", reasons=hindrances
                )
            changes = await self._history.of_batch(event.id, MOST_CHANGES)
            made = Made(actor.subject, self._clock(), said[:LONGEST_REASON])
            writes = (
                self._households.writing([_home(event, each, changes, made) for each in homes.values()]),
                self._people.writing([_person(event, each, changes, made) for each in people.values()]),
            )
            try:
                await self._repository.replace(back, writes)
            except Outrun:
                continue
            return back
        raise Conflict()

    async def _stand(self, event: Event) -> tuple[dict[str, Household], dict[str, Person]]:
        """How everybody stands now."""
        homes = {}
        for each in event.after.rolls:
            try:
                homes[each.household] = await self._households.get(each.household)
            except NotFound:  # taken back some other way: a hindrance
                continue
        return homes, await self._people.known([each.person for each in event.after.people])

    async def _hindrances(
        self, event: Event, homes: Mapping[str, Household], people: Mapping[str, Person]
    ) -> list[str]:
        """What has happened since."""
        was_home = {each.household for each in event.before.rolls}
        was_person = {each.person for each in event.before.people}
        found = []
        for each in event.after.rolls:
            home = homes.get(each.household)
            if home is None or members(roll(home)) != members(each):
                found.append(f"{each.address}的成员之后又有变动")
            elif each.household not in was_home and await self._codes.door_of(each.household):
                found.append(f"{each.address}已经制作了门牌")
        for stand in event.after.people:
            person = people.get(stand.person)
            if person is None or place(stood(person)) != place(stand):
                found.append("有人之后又办理了变动")
            elif stand.person not in was_person and person.rev:
                found.append(f"{person.name}登记后又更新过信息")
        return list(dict.fromkeys(found))


class Made(msgspec.Struct, frozen=True):
    """Who takes something back, when, why."""

    by: str
    at: datetime
    ground: str


def members(each: Roll) -> set[tuple[str, str]]:
    return {(member.person, member.relation) for member in each.members}


def place(stand: Stood) -> tuple[str, str, str]:
    return stand.household, stand.relation, stand.state


def _home(event: Event, now: Household, changes: Sequence[Change], made: Made) -> Write[Household]:
    before = next((each for each in event.before.rolls if each.household == now.id), None)
    held, entries = values_back(now.id, now.held, changes, made)
    if before is None:
        owner = msgspec.structs.replace(now, members=(), areas=(), state="void", rev=now.rev + 1)
    else:
        owner = msgspec.structs.replace(now, members=before.members, held=held, rev=now.rev + 1)
    return Write(owner, now.rev, entries if before else ())


def _person(event: Event, now: Person, changes: Sequence[Change], made: Made) -> Write[Person]:
    before = next((each for each in event.before.people if each.person == now.id), None)
    held, entries = values_back(now.id, now.held, changes, made)
    if before is None:
        owner = msgspec.structs.replace(
            now, household="", relation="", areas=(), state="void", rev=now.rev + 1
        )
        return Write(owner, now.rev)
    owner = msgspec.structs.replace(
        now, household=before.household, relation=before.relation, areas=before.areas, state=before.state,
        former=before.former, held=held, rev=now.rev + 1,
    )  # fmt: skip
    return Write(owner, now.rev, entries)


def values_back(
    owner: str, held: Held, changes: Sequence[Change], made: Made
) -> tuple[Held, tuple[Entry, ...]]:
    """What is held without what some changes of one batch said, where that still stands; and the entries that stay of
    it."""
    values, entries = dict(held.values), []
    for change in changes:
        entry = change.entry
        now = values.get(entry.key)
        if change.owner != owner or entry.kind != "recorded" or now != entry.after:
            continue
        if entry.before is None:
            values.pop(entry.key, None)
        else:
            values[entry.key] = entry.before
        entries.append(
            Entry(
                "restored", entry.key, made.at, made.by, now, entry.before, None, made.ground, "", change.id
            )
        )
    return Held(values, held.proposals), tuple(entries)
