"""What a phone is given: the households of its worker's grid, all of them or those that became different."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from models.accounts.service import Accounts
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.checks.home import home_of
from models.checks.run import check_home
from models.codes.service import Codes
from models.collecting.service import Collecting
from models.database import Database
from models.elements.element import Element
from models.elements.registry import Elements
from models.households.household import Household
from models.households.service import Households
from models.people.person import Person
from models.people.values import TRUST
from models.roles.lines import MODULES
from models.roles.rules import check
from models.sync.phone import Restart
from models.sync.phone_repository import PhoneRepository
from models.sync.token import Cursor, Token, cursor_of, token_of
from models.sync.versions import Versions
from models.sync.wire import SOURCES, Around, HomeLine, Warning_, Writer
from models.visits.pace import Pace
from models.visits.service import Visits

PAGE = 100
MOST = 5_000
"""Households of one grid; more would not be one worker's."""

STALE_DAYS = 365
"""After so long a value is asked again (``models/registry/marks.py`` counts the same in months)."""


class Collected(msgspec.Struct, frozen=True):
    """What a worker may see and collect, in the order that indices count by; ``version`` names this very answer."""

    version: str
    elements: tuple[dict[str, Any], ...]
    modules: dict[str, str]
    codes: dict[str, dict[str, str]]
    sources: tuple[str, ...]
    pace: Pace
    positions: bool


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """One page of a sync. The last one has ``token``, every other ``after``."""

    elements: str
    now: datetime
    by: tuple[str, ...] = ()
    homes: tuple[HomeLine, ...] = ()
    gone: tuple[str, ...] = ()
    after: str = ""
    token: str = ""


class Pulled(msgspec.Struct, frozen=True):
    """A page, and whose data is on it: for the record of looking."""

    page: Page
    whose: tuple[str, ...]


class Pulling:
    """``positions`` says whether visits may carry them."""

    def __init__(
        self, database: Database, households: Households, visits: Visits, codes: Codes, accounts: Accounts,
        areas: Areas, phones: PhoneRepository, elements: Elements, versions: Versions, collecting: Collecting, pace: Pace,
        clock: Clock, *, positions: bool,
    ) -> None:  # fmt: skip
        self._database = database
        self._households = households
        self._visits = visits
        self._codes = codes
        self._accounts = accounts
        self._areas = areas
        self._phones = phones
        self._elements = elements
        self._versions = versions
        self._collecting = collecting
        self._pace = pace
        self._clock = clock
        self._positions = positions

    async def collected(self, actor: Actor) -> Collected:
        """What the actor may see and collect in her grid."""
        return self._told(await self._seen(actor))

    def _told(self, seen: Sequence[Element]) -> Collected:
        lists = {each.codes for each in seen if each.codes}
        told = Collected(
            "", tuple(_described(each) for each in seen),
            {module: name for module, name in MODULES.items() if any(each.module == module for each in seen)},
            {name: dict(self._elements.codes(name)) for name in sorted(lists)}, TRUST, self._pace, self._positions,
        )  # fmt: skip
        version = hashlib.blake2b(msgspec.json.encode(told), digest_size=12).hexdigest()
        return msgspec.structs.replace(told, version=version)

    async def page(self, actor: Actor, device: str, since: str, after: str) -> Pulled:
        """The next page for a phone. Raises Malformed for a token that is none, Restart for one of another grid or of a
        future that a restored database does not know, Forbidden."""
        area = actor.area
        check(actor, "registry.visit", self._areas.chain(area))
        began = token_of(since) if since else None
        cursor = cursor_of(after) if after else Cursor(Token(await self._database.moment(), area), "")
        for token in (began, cursor.token):
            if token is not None and (token.area != area or token.moment > cursor.token.moment):
                raise Restart
        homes, more = await self._homes(actor, began, cursor.last)
        gone = () if more else await self._gone(actor, device, began)
        last = homes[-1].id if homes else cursor.last
        homes = [home for home in homes if not home.state]  # what was merged or taken back is gone
        seen = await self._seen(actor)
        writer, lines, whose = await self._written(seen, homes)
        await self._phones.carry(device, actor.subject, [home.id for home in homes], self._clock())
        page = Page(
            self._told(seen).version, self._clock(), writer.by, lines, gone,
            str(Cursor(cursor.token, last)) if more else "", "" if more else str(cursor.token),
        )  # fmt: skip
        return Pulled(page, whose)

    async def _homes(self, actor: Actor, began: Token | None, last: str) -> tuple[list[Household], bool]:
        """The households of this page, and whether there are more."""
        if began is None:
            found = await self._households.in_area(actor, actor.area, last, PAGE + 1)
            return list(found[:PAGE]), len(found) > PAGE
        changed = set(await self._households.changed_in(actor, actor.area, began.asks, MOST))
        changed |= set(await self._visits.changed(actor.area, began.asks, MOST))
        if len(changed) >= MOST:
            raise Restart
        ids = sorted(each for each in changed if each > last)
        return await self._households.of_ids(actor, ids[:PAGE]), len(ids) > PAGE

    async def _gone(self, actor: Actor, device: str, began: Token | None) -> tuple[str, ...]:
        """What the phone carries and does not lie in the grid any more. It is told until the phone shows, by a later
        token, that it has heard."""
        here = set(await self._households.ids_in(actor, actor.area, MOST))
        left = [each for each in await self._phones.carried(device, MOST) if each not in here]
        if left:
            await self._phones.let_go(device, left)
        told = await self._phones.gone_since(device, began.asks, MOST) if began else []
        return tuple(sorted({*left, *told} - here))

    async def _written(
        self, seen: Sequence[Element], homes: Sequence[Household]
    ) -> tuple[Writer, tuple[HomeLine, ...], tuple[str, ...]]:
        ids = [home.id for home in homes]
        people = await self._households.people_of(ids) if ids else {}
        plates = await self._codes.doors_of(ids) if ids else {}
        plans = await self._visits.plans_of(ids) if ids else {}
        held = [home.held for home in homes] + [person.held for each in people.values() for person in each]
        names = await self._accounts.names({value.by for each in held for value in each.values.values()})
        writer = Writer(
            seen, self._versions, lambda by, source: names.get(by) or SOURCES[source],
            lambda group: self._areas.get(group).name if self._areas.has(group) else "",
        )  # fmt: skip
        today = local_day(self._clock())
        lines = tuple(
            writer.home(
                home,
                Around(
                    people[home.id], plates.get(home.id, ""), plans.get(home.id),
                    tuple(_wrong(home, people[home.id], today)),
                ),
            )
            for home in homes
        )  # fmt: skip
        return writer, lines, tuple(person.id for home in homes for person in people[home.id])

    async def _seen(self, actor: Actor) -> tuple[Element, ...]:
        keys = await self._collecting.seen_by(actor, self._areas.chain(actor.area))
        return tuple(each for key, each in self._elements.by_key.items() if key in keys)


def _described(element: Element) -> dict[str, Any]:
    """An element as the app gets it: whether a record lacks something without it, and after how many days it is asked
    again."""
    asked = element.collect in ("always", "asked") and not element.readonly
    return {**msgspec.to_builtins(element), "collected": asked, **({"days": STALE_DAYS} if asked else {})}


def _wrong(home: Household, people: Sequence[Person], today: date) -> Iterator[Warning_]:
    """What cannot all be true, as a worker should ask about it on the spot; what is only due is no contradiction."""
    for finding in check_home(home_of(home, people), today):
        if finding.severity != "remind":
            yield finding.code, finding.message, finding.key
