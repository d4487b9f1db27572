"""Two households: 陈桂兰's in 大关镇丘林村三组, 李明's in 双河村; and who may look at them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.areas.area import lay_out, place
from models.areas.repository import AreaRepository
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.keys import Keyring
from models.elements.registry import load_elements
from models.history.repository import HistoryRepository
from models.history.service import History
from models.households.household import Household, Member
from models.households.repository import HouseholdRepository
from models.households.service import Households
from models.people.person import Person
from models.people.repository import PersonRepository
from models.people.service import People
from models.people.values import Held, Value
from models.people.vault import Vault

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
CHEN_HOME, LI_HOME = "529901101201030012", "529901101202010008"
NAMES = (
    ("529901", "云岭县"), ("529901101", "大关镇"), ("529901101201", "丘林村"), ("52990110120103", "三组"),
    ("529901101201G01", "第一网格"), ("529901101202", "双河村"), ("52990110120201", "一组"),
    ("529901101202G01", "第一网格"), ("529901102", "清溪镇"),
)  # fmt: skip

CHEN = Actor("resident", "L2", subject="b1", name="陈桂兰", person="p-chen", household=CHEN_HOME)
LI = Actor("resident", "L2", subject="b2", name="李明", person="p-li", household=LI_HOME)
WANG = Actor("staff", subject="a-wang", name="王网格", role="grid", area="529901101201G01")
ZHAO = Actor("staff", subject="a-zhao", name="赵科长", role="approver", area="529901")
SUN = Actor("staff", subject="a-sun", name="孙外人", role="clerk", area="529901102")


@pytest.fixture
def cipher(tmp_path) -> Cipher:
    return Cipher(Keyring.load(tmp_path / "keys", create=True))


@pytest.fixture
def household_repository(io_loop, database, cipher) -> HouseholdRepository:
    declared = (
        *AreaRepository.COLLECTIONS, *PersonRepository.COLLECTIONS, *HouseholdRepository.COLLECTIONS,
        *HistoryRepository.COLLECTIONS,
    )  # fmt: skip
    io_loop.run_sync(lambda: database.ensure(declared))
    return HouseholdRepository(database, Vault(cipher, load_elements()))


@pytest.fixture
def households(io_loop, database, cipher, household_repository) -> Households:
    areas = Areas(AreaRepository(database))
    vault = Vault(cipher, load_elements())
    people = PersonRepository(database, vault)
    history = History(HistoryRepository(database, vault, cipher), load_elements())

    async def put() -> None:
        await AreaRepository(database).put_new(lay_out(NAMES))
        await areas.reload()
        await people.put_new([_person("p-chen", CHEN_HOME), _person("p-li", LI_HOME)])
        await household_repository.put_new([_chen_home(), _li_home()], {})

    io_loop.run_sync(put)
    return Households(household_repository, People(people, history), areas, cipher, lambda: NOON, history)


def _person(person_id: str, home: str) -> Person:
    return Person(person_id, ("529901",), home, "02")


def _chen_home() -> Household:
    told = {"house.head_phone": "19900000001", "house.structure": "2"}
    values = {key: Value(v, "visit", NOON, "a-wang") for key, v in told.items()}
    areas = place("52990110120103", "529901101201G01")
    members = (Member("p-chen", "陈桂兰", "02"), Member("p-zhou", "周建国", "22"))
    return Household(CHEN_HOME, areas, "大关镇丘林村三组12号", members, Held(values))


def _li_home() -> Household:
    areas = place("52990110120201", "529901101202G01")
    return Household(LI_HOME, areas, "大关镇双河村一组8号", (Member("p-li", "李明", "02"),))
