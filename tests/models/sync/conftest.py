"""A town, a grid with households of the test's own, and phones in it."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from models.households.household import Household
from tests.handlers.conftest import database, io_loop, town  # noqa: F401 - the town of the module
from tests.models.sync.phone import Phone
from tests.town import Town

_numbers = itertools.count(7001)
_workers = itertools.count(1)


class Grid:
    """王网格's grid in the town."""

    def __init__(self, town: Town) -> None:  # noqa: F811
        self.town = town
        self.built = town.built

    async def chen(self) -> Household:
        """陈桂兰's household."""
        code = await self.built.home.codes.get(self.town.chen.code)
        return await self.built.home.households.get(code.target.household)

    async def home(self) -> Household:
        """A household like 陈桂兰's in the same grid, which nobody else changes."""
        known, parts = await self.chen(), self.built.registry
        home_id = f"{known.id[:14]}{next(_numbers)}"
        people, members = [], []
        for at, person in enumerate(await self.built.home.households.people(known.id)):
            values = {key: v for key, v in person.held.values.items() if key != "person.id_no"}
            new_id = f"{home_id}p{at}"
            held = msgspec.structs.replace(person.held, values=values)
            people.append(msgspec.structs.replace(person, id=new_id, household=home_id, held=held, rev=0))
        for member, person in zip(known.members, people, strict=True):
            members.append(msgspec.structs.replace(member, person=person.id))
        home = msgspec.structs.replace(known, id=home_id, members=tuple(members), rev=0)
        await parts.people_repository.put_new(people)
        await parts.household_repository.put_new([home], {})
        return home

    async def worker(self, name: str = "") -> str:
        """The token of 王网格, or of a colleague called ``name`` in the same grid."""
        username = next(each.username for each in self.town.report.staff if each.name == "王网格")
        if not name:
            return await self.town.staff(username)
        wang = await self.built.home.accounts.by_username(username)
        assert wang
        other = msgspec.structs.replace(
            wang, id=f"{next(_workers):024x}", username=f"grid.other{next(_workers)}", name=name,
            staff_no="", id_number="", phone="",
        )  # fmt: skip
        await self.built.registry.account_repository.put_new([other])
        return await self.login(other.username)

    async def login(self, username: str) -> str:
        """A new session, as a phone has one of its own."""
        password = self.town.report.staff[0].password
        reply = await self.town.post("/staff/login", {"username": username, "password": password})
        return str(reply.body["access_token"])

    async def phone(self, name: str = "", **told) -> Phone:
        """A phone that has done its first sync."""
        phone = Phone(self.town, await self.worker(name), **told)
        await phone.pull()
        return phone

    async def move_away(self, home: Household) -> None:
        """The household lies in another grid from now on."""
        grid = home.areas[-1]
        other = next(
            each.id
            for each in self.built.registry.areas.children(home.areas[2])
            if "G" in each.id and each.id != grid
        )
        change = {
            "$set": {"areas": [*home.areas[:-1], other]},
            "$currentDate": {"changed": {"$type": "timestamp"}},
        }
        for name, query in (("households", {"_id": home.id}), ("people", {"household": home.id})):
            await self.built.database.collection(name).update_many(query, change)

    async def value(self, home: Household, key: str):
        """What the registry holds for an element of the house."""
        value = (await self.built.home.households.get(home.id)).value(key)
        return value.v if value else None

    async def count(self, collection: str, **query) -> int:
        """How many documents there are."""
        return int(await self.built.database.collection(collection).count_documents(query))


@pytest.fixture
def grid(town: Town) -> Grid:  # noqa: F811
    """王网格's grid."""
    return Grid(town)


@pytest.fixture
def phone(grid: Grid) -> Callable[..., Awaitable[Phone]]:
    """Phones of that grid's workers."""
    return grid.phone
