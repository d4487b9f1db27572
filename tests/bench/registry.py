"""Searching the registry at scale, on the server's own mongod: by name, ID number, phone and address, with few people and
with many. In one process, without HTTP: what is measured is a search with its limit counted, from what is typed to the
page of masked lines. Documents are filled in directly, as the repositories write them."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec
from pymongo import MongoClient

from models.base.actor import Actor
from models.base.idnumber import checksum
from models.households.household import plain_address
from models.households.repository import HouseholdRepository
from models.people.person import plain_name
from models.people.repository import PersonRepository
from models.people.vault import ID_KIND, PHONE_KIND
from models.registry.search import Asked
from server.demo.county import COUNTY, GROUPS, TOWNS, grids_of
from server.demo.names import ELDER_MEN, ELDER_WOMEN, GROWN_MEN, GROWN_WOMEN, NUMERALS, SURNAMES
from server.demo.people import Numbers, birthday
from server.opening import house
from server.settings import Settings
from tests.bench import servers
from tests.bench.table import Row

FEW, MANY = 12_000, 1_000_000
LOOKS = 300
FAMILY = 3
AT_ONCE = 2_000 * FAMILY
MOST_MS = 100
INDEXES = {
    declared.name: declared.indexes
    for declared in (*PersonRepository.COLLECTIONS, *HouseholdRepository.COLLECTIONS)
}
REASON = "窗口办件核对"
REGISTERED = datetime(2026, 3, 2, tzinfo=UTC)
CLERK = Actor("staff", subject="bench", name="忙窗口", role="clerk", area=COUNTY)
OTHER_COUNTY = "529902"
GIVEN = (*ELDER_MEN, *ELDER_WOMEN, *GROWN_MEN, *GROWN_WOMEN)
KINDS = {"name": "姓名", "id_number": "身份证号", "phone": "电话", "address": "地址"}


class Known(msgspec.Struct, frozen=True):
    """What there is to be asked for: one of many people by each of the ways."""

    name: str
    id_number: str
    phone: str
    address: str


def rows(home: Path, many: int = MANY) -> list[Row]:
    """Fill up to ``many`` people, and measure on the way."""
    return asyncio.run(_run(home, many))


async def _run(home: Path, many: int) -> list[Row]:
    async with house(Settings(data_dir=home / "data")) as built:
        with MongoClient(servers.uri(home)) as client:
            people = Filling(client.saoban, built.cipher)
            people.upto(min(FEW, many))
            few = {kind: await _looks(built, kind, people.known) for kind in KINDS}
            people.upto(many)
            client.admin.command("fsync")
            lots = {kind: await _looks(built, kind, people.known) for kind in KINDS}
    return [_row(kind, few[kind], lots[kind], many) for kind in KINDS]


def _row(kind: str, few: list[float], lots: list[float], many: int) -> Row:
    slow = quantiles(lots, n=20)[-1] * 1000
    return Row(
        f"registry by {kind}, {many:,} people against {min(FEW, many):,}", _told(lots), _told(few),
        bound=f"p95 <= {MOST_MS} ms", holds=slow <= MOST_MS,
    )  # fmt: skip


def _told(taken: list[float]) -> str:
    return f"p95 {quantiles(taken, n=20)[-1] * 1000:.1f} ms, p50 {median(taken) * 1000:.1f} ms"


async def _looks(built: Any, kind: str, known: list[Known]) -> list[float]:
    """Seconds of each search; every third name is a beginning that many share. Each finds whom it looks for."""
    chance, taken = random.Random(kind), []
    for turn in range(LOOKS + LOOKS // 10):
        whom = chance.choice(known)
        text = getattr(whom, kind)
        text = text[:2] if kind == "name" and turn % 3 == 0 else text
        actor = msgspec.structs.replace(CLERK, subject=f"bench-{kind}-{turn}")
        begin = time.perf_counter()
        found = await built.home.search.find(actor, Asked(text, kind, REASON))  # type: ignore[arg-type]
        taken.append(time.perf_counter() - begin)
        if not found.hits:
            raise RuntimeError(f"nobody was found by {kind}")
    return taken[LOOKS // 10 :]


class Filling:
    """Households of three, in every group of the county; always the same people."""

    def __init__(self, database: Any, cipher: Any) -> None:
        self._database = database
        self._cipher = cipher
        self._chance = random.Random("saoban-bench-registry")
        self._numbers = Numbers()
        self._places = [
            (town, village, number)
            for town in TOWNS
            for village in town.villages
            for number in range(1, GROUPS + 1)
        ]
        self._filled = 0
        self.known: list[Known] = []

    def upto(self, people: int) -> None:
        """Fill until there are so many, or some more: whole families. Indexes are made afterwards, all at once."""
        for name in INDEXES:
            self._database[name].drop_indexes()
        while self._filled < people:
            homes, persons = [], []
            for first in range(self._filled, self._filled + AT_ONCE, FAMILY):
                home, members = self._family(first // FAMILY, first)
                homes.append(home)
                persons += members
            self._database.households.insert_many(homes, ordered=False)
            self._database.people.insert_many(persons, ordered=False)
            self._filled += AT_ONCE
        for name, indexes in INDEXES.items():
            self._database[name].create_indexes([index.model() for index in indexes])

    def _family(self, index: int, first: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        town, village, number = self._places[index % len(self._places)]
        door = 1000 + index // len(self._places)
        group = f"{village[0]}{number:02d}"
        areas = [COUNTY, town.code, village[0], group, grids_of(village[0])[0]]
        code = f"{group}{door % 10_000:04d}" if door < 10_000 else ""
        if not code:
            raise ValueError("the county has no room for so many people")
        address = f"{town.name}{village[1]}{NUMERALS[number]}组{door}号"
        persons = [self._person(first + at, areas, code, address, at) for at in range(FAMILY)]
        members = [
            {"person": row["_id"], "name": row["values"]["person"]["name"]["v"], "relation": row["relation"]}
            for row in persons
        ]
        home = {
            "_id": code, "areas": areas, "address": address, "address_key": f"{plain_address(address)} {code}",
            "members": members, "values": {}, "proposals": [], "pin_mac": "", "pin_issued_at": None, "rev": 0,
        }  # fmt: skip
        return home, persons

    def _person(self, serial: int, areas: list[str], home: str, address: str, at: int) -> dict[str, Any]:
        chance, person = self._chance, f"{serial:024x}"
        name = chance.choice(SURNAMES) + chance.choice(GIVEN)
        id_number = self._number()
        phone = str(13_000_000_000 + serial)
        if serial % 97 == 0:
            self.known.append(Known(name, id_number, phone, address))
        held = {
            "name": {"v": name}, "id_no": self._sealed(id_number, "id_no", person),
            "phone": self._sealed(phone, "phone", person),
        }  # fmt: skip
        told = {"source": "import", "at": REGISTERED, "by": "户籍登记"}
        return {
            "_id": person, "areas": areas, "household": home, "relation": "02" if at == 0 else "80",
            "id_blind": self._cipher.index(id_number, ID_KIND), "phone_blind": self._cipher.index(phone, PHONE_KIND),
            "name_key": f"{plain_name(name)} {person}", "proposals": [], "rev": 0,
            "values": {"person": {key: {**value, **told} for key, value in held.items()}},
        }  # fmt: skip

    def _number(self) -> str:
        """An ID number of another county, so that it is nobody's of the demonstration."""
        born, sex = birthday(self._chance, self._chance.randrange(1, 95)), self._chance.choice("12")
        first17 = OTHER_COUNTY + self._numbers.id_number(born, sex)[6:17]
        return first17 + checksum(first17)

    def _sealed(self, text: str, key: str, person: str) -> dict[str, str]:
        said = msgspec.json.encode(text).decode()
        return {"sealed": self._cipher.seal(said, f"person.{key}:{person}")}
