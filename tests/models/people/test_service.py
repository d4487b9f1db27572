from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models.base.errors import Conflict, NotFound
from models.people.person import Person
from models.people.service import People
from models.people.values import Held, Value

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
ID_NUMBER = "529901194303080022"
PLACE = ("529901", "529901101", "529901101201", "52990110120103", "529901101201G01")


def person(person_id="p-chen", name="陈桂兰", id_number=ID_NUMBER, phone="19900000001"):
    told = {
        "person.name": name, "person.id_no": id_number, "person.phone": phone, "person.disability_kind": ["4"]
    }  # fmt: skip
    values = {key: Value(v, "import", NOON, "户籍登记") for key, v in told.items()}
    return Person(person_id, PLACE, "529901101201030012", "02", held=Held(values))


@pytest.fixture
def people(io_loop, person_repository, history) -> People:
    io_loop.run_sync(lambda: person_repository.put_new([person()]))
    return People(person_repository, history)


@pytest.mark.gen_test
async def test_a_person_comes_back_as_she_was_put(people):
    chen = await people.get("p-chen")
    assert chen.held == person().held
    assert people.value(chen, "person.disability_kind").v == ["4"]
    assert people.value(chen, "person.education") is None


@pytest.mark.gen_test
async def test_she_is_found_by_her_id_number(people, vault):
    assert (await people.by_id_number(vault.sought(ID_NUMBER))).name == "陈桂兰"
    assert await people.by_id_number(vault.sought("529901198506150017")) is None
    assert await people.by_id_number([]) is None


@pytest.mark.gen_test
async def test_the_database_holds_no_id_number_and_no_phone(people, database):
    await people.record("p-chen", "person.phone", "19900000777", "self", NOON, "陈桂兰")
    await people.record("p-chen", "person.phone", "19900000888", "import", NOON, "户籍登记")
    raw = str(await database.collection("people").find_one({"_id": "p-chen"}))
    assert not [secret for secret in (ID_NUMBER, "199000", "'4'") if secret in raw]
    assert "陈桂兰" in raw


@pytest.mark.gen_test
async def test_a_sealed_value_moved_to_another_person_does_not_open(people, person_repository, database):
    await person_repository.put_new([person("p-li", "李明", "529901198506150017")])
    stolen = await database.collection("people").find_one({"_id": "p-chen"})
    change = {"$set": {"values.person.phone": stolen["values"]["person"]["phone"]}}
    await database.collection("people").update_one({"_id": "p-li"}, change)
    with pytest.raises(Exception, match="cipher.unreadable"):
        await people.get("p-li")


@pytest.mark.gen_test
async def test_what_she_says_waits_behind_what_the_counter_saw(people):
    await people.record("p-chen", "person.phone", "19900000002", "counter", NOON, "clerk")
    outcome = await people.record("p-chen", "person.phone", "19900000003", "self", NOON, "陈桂兰")
    chen = await people.get("p-chen")
    assert (outcome, chen.phone) == ("proposed", "19900000002")
    assert chen.held.proposals[0].value.v == "19900000003"


@pytest.mark.gen_test
async def test_twenty_changes_at_once_lose_none(people):
    keys = ["person.phone2", "person.education", "person.nation", "person.marital", "person.employer"]
    results = await asyncio.gather(
        *(people.record("p-chen", key, "1", "visit", NOON, "王网格") for key in keys), return_exceptions=True
    )
    chen = await people.get("p-chen")
    assert set(results) == {"recorded"}
    assert all(chen.text(key) == "1" for key in keys)


@pytest.mark.gen_test
async def test_an_id_number_of_somebody_else_is_refused(people, person_repository):
    await person_repository.put_new([person("p-li", "李明", "529901198506150017")])
    with pytest.raises(Conflict) as refused:
        await people.record("p-li", "person.id_no", ID_NUMBER, "counter", NOON, "clerk")
    assert refused.value.code == "person.id_taken"
    assert (await people.get("p-li")).id_number == "529901198506150017"


@pytest.mark.gen_test
async def test_a_corrected_id_number_is_found_under_its_new_index(people, vault):
    corrected = "529901194303080049"
    await people.record("p-chen", "person.id_no", corrected, "counter", NOON + timedelta(days=1), "clerk")
    assert (await people.by_id_number(vault.sought(corrected))).id == "p-chen"
    assert await people.by_id_number(vault.sought(ID_NUMBER)) is None


@pytest.mark.gen_test
async def test_two_people_without_an_id_number_do_not_collide(person_repository):
    assert await person_repository.put_new([person("p-1", id_number=""), person("p-2", id_number="")]) == 2


@pytest.mark.gen_test
async def test_an_unknown_person_is_not_found(people):
    with pytest.raises(NotFound):
        await people.record("p-nobody", "person.phone", "1", "self", NOON, "陈桂兰")


@pytest.mark.gen_test
async def test_an_element_that_does_not_exist_is_not_kept(people):
    with pytest.raises(KeyError):
        await people.record("p-chen", "person.shoe_size", "37", "self", NOON, "陈桂兰")
