"""A household and its people as they stood on a day: values out of the history, members out of the life events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Invalid, NotFound, Problem
from models.history.service import History
from models.households.household import Household
from models.lifeevents.event import Event
from models.lifeevents.service import LifeEvents
from models.people.service import People
from models.registry.day import end_of, held_before, members_before
from models.registry.sight import Owner

REBUILT = 5000
"""Changes that are undone at most to reach a day; further back than that nothing is claimed."""

PAGES = 10
"""Pages of life events that are read at most."""

EARLIEST = date(2000, 1, 1)


class Past:
    """Whether the actor may see what is rebuilt is for the caller to have asked."""

    def __init__(self, people: People, history: History, life: LifeEvents, clock: Clock) -> None:
        self._people = people
        self._history = history
        self._life = life
        self._clock = clock

    async def of(self, owner: Owner, day: str) -> Owner:
        """An owner with what was on record of it at the end of ``day``. Raises Invalid for a day that cannot be reached,
        NotFound where nothing was on record yet."""
        found = await self._then([owner], self._moment(day))
        if not found:
            raise NotFound("这一天还没有登记。", code="day.before")
        return found[0]

    async def household(self, actor: Actor, home: Household, day: str) -> list[Owner]:
        """A household at the end of ``day``, first, and those of its members then whom the actor's area still has, as
        they stood. Raises as ``of``."""
        moment = self._moment(day)
        members = members_before(home.members, await self._events(actor, home), home.id, moment)
        people = await self._people.of_ids([each.person for each in members])
        then = msgspec.structs.replace(home, members=members)
        found = await self._then([then, *(each for each in people if actor.covers(each.areas))], moment)
        if not found or found[0].id != home.id:
            raise NotFound("这一天还没有登记。", code="day.before")
        return found

    async def _then(self, owners: Sequence[Owner], moment: datetime) -> list[Owner]:
        """Those of whom anything was on record, with what that was."""
        since = await self._history.since([each.id for each in owners], moment, REBUILT + 1)
        if len(since) > REBUILT:
            raise Invalid([Problem("day", "day.far", "这一天之后的变动太多，请选择近一些的日期。")])
        found: list[Owner] = []
        for owner in owners:
            entries = [each.entry for each in since if each.owner == owner.id]
            held = held_before(owner.held, entries, moment)
            if held.values:
                found.append(msgspec.structs.replace(owner, held=held))
        return found

    async def _events(self, actor: Actor, home: Household) -> list[Event]:
        """Everything that happened to a household, the latest first. One that waited long for its second look may
        have been reported before ``moment`` and taken effect after it, so all of it is read."""
        found: list[Event] = []
        before: tuple[datetime, str] | None = None
        for _ in range(PAGES):
            page = await self._life.of_household(actor, home.id, before)
            found += page
            if not page:
                break
            before = page[-1].at, page[-1].id
        return found

    def _moment(self, day: str) -> datetime:
        try:
            found = date.fromisoformat(day)
        except ValueError:
            found = date.max
        if not EARLIEST <= found <= local_day(self._clock()):
            raise Invalid([Problem("day", "day.form", "请填写今天或以前的日期，例如 2026-03-01。")])
        return end_of(found)
