"""Who is likely on record twice: namesakes born on one day, and houses of one address. An area is walked through in the
order of names, a bounded stretch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec

from models.base.actor import Actor
from models.base.errors import Forbidden
from models.households.household import Door
from models.households.service import Households
from models.lifeevents.scene import born
from models.people.book import Noun
from models.people.person import Person, plain_name
from models.people.service import People
from models.roles.rules import need

STRETCH = 1000
MOST = 50


class Likely(msgspec.Struct, frozen=True):
    """Two records that may be one: ids, what they are called, where they are, and what speaks for it."""

    one: str
    other: str
    title: str
    places: tuple[str, str]
    why: str


class Found(msgspec.Struct, frozen=True):
    """What one stretch of an area has; ``next`` is where the following one begins, empty at the end."""

    pairs: tuple[Likely, ...]
    next: str
    whose: tuple[str, ...] = ()


class Duplicates:
    """Finds; decides nothing."""

    def __init__(self, people: People, households: Households) -> None:
        self._people = people
        self._households = households

    async def search(self, actor: Actor, noun: Noun, after: str = "") -> Found:
        """The next stretch of the actor's area. Raises Forbidden."""
        need(actor, "registry.merge")
        if not actor.area:
            raise Forbidden()
        return await (self._namesakes if noun == "person" else self._doors)(actor.area, after)

    async def _namesakes(self, area: str, after: str) -> Found:
        rows = await self._people.by_name(area, after, STRETCH)
        again = [
            list(same) for _, same in groupby(rows, key=lambda row: row[0].rpartition(" ")[0])
        ]  # a name that goes on behind the stretch is met again: the next one begins before it
        ended = len(rows) < STRETCH
        whole = again if ended or len(again) == 1 else again[:-1]
        ids = [person for same in whole if len(same) > 1 for _, person in same]
        records = {each.id: each for each in await self._people.of_ids(ids)}
        homes = await self._households.addresses(
            [each.household for each in records.values() if each.household]
        )
        pairs = [
            Likely(
                one.id,
                other.id,
                one.name,
                (homes.get(one.household, ""), homes.get(other.household, "")),
                why,
            )
            for same in whole
            for one, other, why in _alike([records[person] for _, person in same if person in records])
        ]
        last = "" if ended or not whole else whole[-1][-1][0]
        kept = pairs[:MOST]
        return Found(
            tuple(kept), last, tuple(dict.fromkeys(i for pair in kept for i in (pair.one, pair.other)))
        )

    async def _doors(self, area: str, after: str) -> Found:
        doors = await self._households.doors(area, ("",), after, STRETCH)
        again = [list(same) for _, same in groupby(doors, key=_spot)]
        ended = len(doors) < STRETCH
        whole = again if ended or len(again) == 1 else again[:-1]
        pairs = [
            Likely(one.id, other.id, one.address, (one.head, other.head), "地址相同")
            for same in whole
            for one, other in zip(same, same[1:], strict=False)
        ]
        last = "" if ended or not whole else whole[-1][-1].key
        return Found(tuple(pairs[:MOST]), last)


def _spot(door: Door) -> tuple[str, str]:
    """The group in which a door is, and its address without the code that makes the key unique."""
    return door.key.rpartition(" ")[0], door.areas[3] if len(door.areas) > 3 else ""


def _alike(people: Sequence[Person]) -> Iterator[tuple[Person, Person, str]]:
    """Namesakes who were born on one day, or of whom one has no number and nothing speaks against it."""
    for at, one in enumerate(people):
        for other in people[at + 1 :]:
            mine, theirs = born(one), born(other)
            if plain_name(one.name) != plain_name(other.name):
                continue
            if mine is not None and mine == theirs:
                yield one, other, "姓名和出生日期相同"
            elif one.id_number and other.id_number and _close(one.id_number, other.id_number):
                yield one, other, "姓名相同，身份证号只差一两位"


def _close(one: str, other: str) -> bool:
    """Whether two numbers differ in no more than two digits, as typing errors do."""
    return sum(a != b for a, b in zip(one, other, strict=False)) <= 2
