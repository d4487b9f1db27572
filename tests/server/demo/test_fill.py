from __future__ import annotations

import time

import msgspec
import pytest

from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.accounts.service import Accounts
from models.areas.repository import AreaRepository
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import now
from models.base.errors import NotFound
from models.base.keys import Keyring
from models.codes.repository import CodesRepository
from models.codes.service import Codes
from models.database import Database
from models.elements.registry import load_elements
from models.history.repository import HistoryRepository
from models.history.service import History
from models.households.repository import HouseholdRepository
from models.households.service import Households
from models.items.load import load_bundles, load_items
from models.people.registry import Registry
from models.people.repository import PersonRepository
from models.people.service import People
from models.people.vault import Vault
from qr import grammar
from server.demo.fill import Stores, fill

CHEN_HOME = "529901101201030012"


@pytest.fixture(scope="module")
def catalogue():
    return tuple(load_items().values()), tuple(load_bundles().values())


@pytest.fixture
def cipher(tmp_path) -> Cipher:
    return Cipher(Keyring.load(tmp_path / "keys", create=True))


@pytest.fixture
def stores(io_loop, database, cipher) -> Stores:
    kinds = (AreaRepository, PersonRepository, HouseholdRepository, AccountRepository, CodesRepository)
    io_loop.run_sync(lambda: database.ensure([each for kind in kinds for each in kind.COLLECTIONS]))
    vault = Vault(cipher, load_elements())
    return Stores(
        AreaRepository(database),
        PersonRepository(database, vault),
        HouseholdRepository(database, vault),
        AccountRepository(database, cipher),
        Codes(CodesRepository(database), now),
        cipher,
        Passwords(1, 64),
    )


async def services(stores: Stores, database: Database) -> tuple[Areas, Households]:
    areas = Areas(stores.areas)
    await areas.reload()
    vault = Vault(stores.cipher, load_elements())
    history = History(HistoryRepository(database, vault, stores.cipher), load_elements())
    people = People(stores.people, history)
    return areas, Households(stores.households, people, areas, stores.cipher, now, history)


@pytest.mark.gen_test
async def test_filling_twice_prints_the_same_and_adds_nothing(stores, catalogue, database):
    first = msgspec.json.encode(await fill(stores, 20, *catalogue))
    counts = [await database.collection(name).count_documents({}) for name in ("people", "codes", "accounts")]
    assert msgspec.json.encode(await fill(stores, 20, *catalogue)) == first
    assert counts == [
        await database.collection(name).count_documents({}) for name in ("people", "codes", "accounts")
    ]


@pytest.mark.gen_test
async def test_a_larger_county_keeps_the_doors_of_the_smaller(stores, catalogue):
    small, large = await fill(stores, 5, *catalogue), await fill(stores, 9, *catalogue)
    assert large.doors[:5] == small.doors


@pytest.mark.gen_test
async def test_the_first_door_is_chen_guilan_s_and_her_pin_opens_it(stores, catalogue, database):
    door = (await fill(stores, 1, *catalogue)).doors[0]
    _, households = await services(stores, database)
    assert (door.address, door.resident.name) == ("大关镇丘林村三组12号", "陈桂兰")
    assert await households.pin_matches(CHEN_HOME, door.pin)
    assert (await stores.codes.get(door.code)).target.household == CHEN_HOME


@pytest.mark.gen_test
async def test_a_resident_logs_in_with_what_the_report_says(stores, catalogue, cipher):
    resident = (await fill(stores, 2, *catalogue)).doors[1].resident
    match = await Registry(stores.people, Vault(cipher, load_elements()), now).match(
        resident.name, resident.id_number
    )
    assert match.phone == resident.phone
    assert match.household_id == "529901101202010008"


@pytest.mark.gen_test
async def test_every_code_reads_as_one_of_ours(stores, catalogue):
    report = await fill(stores, 30, *catalogue)
    codes = [line.code for line in (*report.doors, *report.items, *report.bundles)]
    assert len(set(codes)) == len(codes)
    assert all(grammar.read(code) == code for code in codes)


@pytest.mark.gen_test
async def test_the_cast_has_its_accounts(stores, catalogue):
    logins = {login.name: login for login in (await fill(stores, 1, *catalogue)).staff}
    assert (logins["王网格"].role, logins["王网格"].area) == ("grid", "529901101201G01")
    assert (logins["赵科长"].role, logins["赵科长"].username) == ("approver", "approver.minzheng")
    assert logins["孙外人"].area == "529901102"


@pytest.mark.gen_test
async def test_the_plate_s_contact_is_wang_wangge(stores, catalogue, database):
    await fill(stores, 1, *catalogue)
    areas, households = await services(stores, database)
    plate = await households.public(CHEN_HOME)
    contact = await Accounts(stores.accounts, areas, Passwords(1, 64)).grid_worker_of(plate.grid)
    assert contact.name == "王网格"


@pytest.mark.gen_test
async def test_somebody_works_on_every_step_of_every_item(stores, catalogue):
    staff = (await fill(stores, 1, *catalogue)).staff
    length = {"county": 6, "town": 9, "village": 12}
    for step in (step for item in catalogue[0] for step in item.steps):
        able = [
            login for login in staff
            if login.role == step.role and (not login.departments or step.department in login.departments)
        ]  # fmt: skip
        assert any(len(login.area) >= length[step.tier] for login in able), step


@pytest.mark.gen_test
async def test_the_outsider_sees_nothing_of_chen_guilan(stores, catalogue, database):
    report = await fill(stores, 1, *catalogue)
    sun = next(login for login in report.staff if login.name == "孙外人")
    actor = Actor("staff", subject="sun", name=sun.name, role=sun.role, area=sun.area)
    _, households = await services(stores, database)
    with pytest.raises(NotFound):
        await households.for_actor(actor, CHEN_HOME)
    assert await households.in_area(actor, sun.area) == ()


@pytest.mark.gen_test
async def test_no_id_number_lies_open_in_the_database(stores, catalogue, database):
    report = await fill(stores, 3, *catalogue)
    for name in ("people", "households"):
        raw = str(await database.collection(name).find({}).to_list(99))
        assert not [
            door for door in report.doors if door.resident.id_number in raw or door.resident.phone in raw
        ]


@pytest.mark.gen_test
async def test_two_hundred_households_are_there_in_a_moment(stores, catalogue):
    started = time.perf_counter()
    assert len((await fill(stores, 200, *catalogue)).doors) == 200
    assert time.perf_counter() - started < 10  # well under 2 s on an idle machine


@pytest.mark.gen_test
async def test_a_county_of_nobody_is_refused(stores, catalogue, database):
    with pytest.raises(ValueError, match="at least one"):
        await fill(stores, 0, *catalogue)
    assert await database.collection("accounts").count_documents({}) == 0
