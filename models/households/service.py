"""Households as other slices ask for them; isolation by area and by household is in the fetching itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Conflict, Forbidden, NotFound
from models.database import Moment
from models.households.household import (
    PIN_DIGITS,
    Door,
    Dossier,
    Household,
    NewPin,
    PublicPlate,
    edited,
    plain_pin,
)
from models.households.repository import HouseholdRepository
from models.people.book import Also, Book, Ground, Recorder, Within, Write
from models.people.edits import Edit, Given, take
from models.people.person import Person
from models.people.service import People
from models.people.values import Held, Outcome, Source, Value
from models.people.waiting import Touched

MOST = 200
"""The longest page of households."""

SERIAL = 4
"""Digits of a household within its group (fields.md H1/1)."""


class UnknownHousehold(NotFound):
    """No such household, or not yours: one answer for both."""

    code = "household.unknown"
    message = "没有找到这户的登记信息，或者它不在您的管理范围内。"


class Households:
    def __init__(
        self,
        repository: HouseholdRepository,
        people: People,
        areas: Areas,
        cipher: Cipher,
        clock: Clock,
        recorder: Recorder,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._repository = repository
        self._people = people
        self._areas = areas
        self._cipher = cipher
        self._clock = clock
        self._recorder = recorder
        self._book = Book("household", self.get, edited, repository.change, recorder)
        self._randbelow = randbelow

    async def get(self, household_id: str, within: Within = None) -> Household:
        """For whoever has been let in to it. UnknownHousehold when there is no such household."""
        household = await self._repository.of_id(household_id, within)
        if household is None:
            raise UnknownHousehold
        return household

    async def for_actor(self, actor: Actor, household_id: str) -> Household:
        """The household, if this actor may see it whole: staff and grid workers within their area, a
        resident at L2 her own. UnknownHousehold otherwise, whether it exists or not."""
        found = None
        if actor.is_staff and actor.area:
            found = await self._repository.within(actor.area, household_id)
        elif actor.reaches("L2") and actor.household == household_id:
            found = await self._repository.of_id(household_id)
        if found is None:
            raise UnknownHousehold
        return found

    async def in_area(
        self, actor: Actor, area: str, after: str = "", limit: int = 50
    ) -> tuple[Household, ...]:
        """Households of ``area`` in the order of their codes, those after the code ``after``, at most 200.
        Staff only, and only an area that lies in the actor's own; Forbidden otherwise."""
        self._check(actor, area)
        return await self._repository.page(area, after, max(1, min(limit, MOST)))

    async def without_slip(self, actor: Actor, area: str, after: str, limit: int) -> tuple[Household, ...]:
        """As ``in_area``, of those that have no PIN slip."""
        self._check(actor, area)
        return await self._repository.without_pin(area, after, max(1, min(limit, MOST)))

    async def slips_in(self, actor: Actor, area: str) -> tuple[int, int]:
        """How many households ``area`` has, and how many of them have no PIN slip. Forbidden as ``in_area``."""
        self._check(actor, area)
        return await self._repository.count(area)

    async def of_ids(self, actor: Actor, ids: Sequence[str]) -> list[Household]:
        """Those of at most 200 households that lie in the actor's area, by code; staff only."""
        if not actor.is_staff or not actor.area or len(ids) > MOST:
            raise Forbidden()
        return list(await self._repository.of_ids(actor.area, ids))

    async def read(self, ids: Sequence[str]) -> list[Household]:
        """Those of some households that there are, by code, on nobody's behalf."""
        return await self._repository.read(ids[:MOST])

    async def doors(self, area: str, starts: Sequence[str], after: str, limit: int) -> list[Door]:
        """Households of an area whose addresses begin with one of ``starts``, for whoever may look for them there."""
        return await self._repository.doors(area, starts, after, limit)

    async def as_kept(self, household_id: str) -> Household | None:
        """The record itself, merged or taken back as it may be; None where there never was one."""
        return await self._repository.as_kept(household_id)

    async def addresses(self, ids: Sequence[str]) -> dict[str, str]:
        """What the plates of some households say, by code, in one query."""
        return await self._repository.addresses(ids)

    async def holding(self, people: Sequence[str], limit: int = MOST) -> list[Household]:
        """The households that some people are members of, on nobody's behalf."""
        return await self._repository.holding(people, limit)

    async def rename(self, household: Household, names: Mapping[str, str]) -> bool:
        """Call its members what their own records say, by person; False where somebody has changed it meanwhile."""
        members = tuple(
            msgspec.structs.replace(each, name=names.get(each.person, each.name))
            for each in household.members
        )
        renamed = msgspec.structs.replace(household, members=members, rev=household.rev + 1)
        return await self._repository.change(renamed, household.rev)

    async def unjudged(self, limit: int) -> list[Touched]:
        """``People.unjudged``, of houses."""
        return await self._repository.unjudged(limit)

    async def judged(self, touched: Sequence[Touched]) -> None:
        """``People.judged``, of houses."""
        await self._repository.judged(touched)

    async def of_person(self, person_id: str) -> Household | None:
        """The household that this person is a member of."""
        return await self._repository.of_person(person_id)

    async def dossier(self, person_id: str) -> Dossier:
        """The person and her household, in two queries; NotFound when there is no such person."""
        person = await self._people.get(person_id)
        return Dossier(person, await self._repository.of_id(person.household) if person.household else None)

    async def people(self, household_id: str, within: Within = None) -> list[Person]:
        """Everybody who is registered in a household, for whoever has been let in to it."""
        return await self._people.of_household(household_id, within)

    async def people_of(self, household_ids: Sequence[str]) -> dict[str, list[Person]]:
        """The same of at most 200 households, in one query, by household."""
        found: dict[str, list[Person]] = {household_id: [] for household_id in household_ids}
        for person in await self._people.of_households(household_ids[:MOST]):
            found[person.household].append(person)
        return found

    async def ids_in(self, actor: Actor, area: str, limit: int) -> list[str]:
        """The codes of all households of ``area``, in order. Forbidden as ``in_area``."""
        self._check(actor, area)
        return await self._repository.ids(area, limit)

    async def changed_in(self, actor: Actor, area: str, moment: Moment, limit: int) -> list[str]:
        """The codes of those in which anything was written after ``moment`` (of themselves or of their people), in
        order; a list as long as ``limit`` may lack some. Forbidden as ``in_area``."""
        self._check(actor, area)
        homes = await self._repository.changed(area, moment, limit)
        people = await self._people.changed(area, moment, limit)
        return sorted({*homes, *people} - {""})[:limit]

    async def edit_within(self, session: Within, household: Household, done: Edit) -> None:
        """``Book.edit_within``: writes ``done`` of a household that was read in the same transaction."""
        await self._book.edit_within(session, household, done)

    async def public(self, household_id: str) -> PublicPlate:
        """What anybody may read on the plate; UnknownHousehold when there is no such household."""
        plate = await self._repository.plate(household_id)
        if plate is None:
            raise UnknownHousehold
        address, areas = plate
        village, group, grid = areas[2:5]
        names = self._areas.get(village).name, self._areas.get(group).name
        return PublicPlate(household_id, address, *names, grid, areas)

    async def pin_matches(self, household_id: str, pin: str) -> bool:
        """Whether ``pin`` is the one on the slip that is out. The same work is done and the comparison takes
        the same time whether or not there is such a household or slip. Attempts are the caller's to limit."""
        kept = await self._repository.pin_mac(household_id)
        given = self._mac(household_id, plain_pin(pin))
        return self._cipher.same(kept or "0" * len(given), given) and kept != ""

    def new_pins(self, homes: Sequence[Household]) -> list[NewPin]:
        """A new PIN of 8 digits for each of them, good for nothing before ``keep_pins``."""
        return [
            NewPin(home.id, f"{self._randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}", home.pin_count)
            for home in homes
        ]

    async def keep_pins(self, news: Sequence[NewPin], by: str) -> bool:
        """From now on these PINs count and the ones before them do not; only their MACs are kept. All of them, or
        none and False where a household is gone or was given another one meanwhile."""
        macs = {new.household: (self._mac(new.household, new.pin), new.count) for new in news}
        return await self._repository.set_pins(macs, self._clock(), by)

    async def record(
        self, household_id: str, key: str, value: Any, source: Source, at: datetime, by: str
    ) -> Outcome:
        """Takes a value of the house in by the order of trust; outcomes and errors of ``People.record``."""
        given = Given(key, Value(value, source, at, by))
        return (await self.take(household_id, (given,), at))[0]

    async def take(self, household_id: str, given: Sequence[Given], at: datetime) -> tuple[Outcome, ...]:
        """Takes several values of the house in at once; as ``People.take``."""
        return (await self._book.edit(household_id, lambda held: take(held, given, at))).outcomes

    async def edit(self, household_id: str, edit: Callable[[Held], Edit]) -> Edit:
        """``People.edit``, of a house."""
        return await self._book.edit(household_id, edit)

    async def next_code(self, group: str) -> str:
        """A household code of the 14-digit ``group`` that was never given out. Raises Conflict where its four digits are
        used up."""
        last = await self._repository.last_code(group)
        serial = int(last[-SERIAL:] or 0) + 1
        if serial >= 10**SERIAL:
            raise Conflict("这个组的户编码已经用完，请联系县级管理员增设组别。", code="household.full")
        return f"{group}{serial:0{SERIAL}d}"

    def writing(self, writes: Sequence[Write[Household]]) -> Also:
        """``People.writing``, of houses."""

        async def also(session: Any) -> None:
            for each in writes:
                await self._repository.save(each.owner, each.rev, session)
                home = each.owner
                await self._recorder.moving("household", home.id, home.areas, each.entries)(session)

        return also

    async def of_codes(self, ids: Sequence[str]) -> list[Household]:
        """Those of ``ids`` that there are, for a service that keeps to an area itself."""
        return await self._repository.of_codes(ids)

    async def last_serial(self, group: str) -> int:
        """The highest serial that was ever given out in a group: a code is village 12 digits, group 2, serial 4."""
        return int((await self._repository.last_code(group))[-SERIAL:] or 0)

    async def grids_of_groups(self, actor: Actor) -> dict[str, str]:
        """The grid of each group of the actor's area whose households are all in one."""
        self._check(actor, actor.area)
        return await self._repository.grids_of_groups(actor.area)

    async def founding(self, actor: Actor, homes: Sequence[Household], ground: Ground) -> Also:
        """``People.founding``, of houses in the actor's area. Raises Forbidden for any other."""
        self._all_within(actor, homes)
        added = await self._repository.founding(homes)
        told = await self._recorder.founding("household", homes, ground)

        async def also(session: Any) -> None:
            await added(session)
            await told(session)

        return also

    async def changing(self, actor: Actor, edits: Sequence[tuple[Household, Edit]], ground: Ground) -> Also:
        """``People.changing``, of houses in the actor's area. Raises Forbidden for any other."""
        self._all_within(actor, [home for home, _ in edits])
        added = await self._repository.changing([edited(home, edit) for home, edit in edits])
        told = await self._recorder.changing("household", edits, ground)

        async def also(session: Any) -> None:
            await added(session)
            await told(session)

        return also

    def _all_within(self, actor: Actor, homes: Sequence[Household]) -> None:
        if not all(actor.covers(home.areas) for home in homes):
            raise Forbidden("有的户不在您的管理范围内。", code="area.not_yours")

    async def awaiting(
        self, desks: Sequence[str], after: tuple[datetime, str], limit: int
    ) -> list[Household]:
        """``People.awaiting``, of houses."""
        return await self._repository.awaiting(desks, after, limit)

    def _check(self, actor: Actor, area: str) -> None:
        if not actor.is_staff or not self._areas.has(area) or not actor.covers(self._areas.chain(area)):
            raise Forbidden("这个区划不在您的管理范围内。", code="area.not_yours")

    def _mac(self, household_id: str, pin: str) -> str:
        return pin_mac(self._cipher, household_id, pin)


def pin_mac(cipher: Cipher, household_id: str, pin: str) -> str:
    """The MAC kept of a PIN; the household is part of it, so that equal PINs do not look equal."""
    return cipher.mac(f"{household_id}:{pin}", "pin")
