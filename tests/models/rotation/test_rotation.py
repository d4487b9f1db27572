from __future__ import annotations

import asyncio
from itertools import count

import msgspec
import pytest

from models.base.clock import now
from models.base.errors import Conflict
from models.people.person import ID_NUMBER
from models.rotation.job import KeysNotLearnt, RotationBusy, StillUsed
from models.rotation.places import PLACES
from models.rotation.repository import JobRepository
from models.rotation.retiring import retire
from models.rotation.rotation import LEASE
from tests.models.rotation.conftest import id_number, person, phone

SEALED_HERE = {"people", "drafts", "sms_outbox"}


@pytest.mark.gen_test
async def test_everything_sealed_comes_under_the_new_key_and_still_opens(house):
    process = await house.serve()
    await process.settle(30)
    assert await house.holding("k1") == SEALED_HERE
    outcome = await house.rotate()
    assert (outcome.key, outcome.resealed, outcome.troubles) == ("k2", 30 * 7, ())
    assert await house.holding("k1") == set()
    assert [await process.phone(n) for n in range(30)] == [phone(n) for n in range(30)]
    assert [each.phone for each in await process.sms.latest(30)] == [phone(n) for n in reversed(range(30))]


@pytest.mark.gen_test
async def test_nothing_but_sealed_values_and_their_indexes_changes(house):
    process = await house.serve()
    await process.settle(3)

    def plain(rows):
        return [
            {
                **row,
                "values": None,
                "id_blind": None,
                "phone_blind": None,
                "phone": None,
                "text": None,
                "answers": None,
            }
            for row in rows
        ]

    before = {name: plain(await house.raw(name)) for name in SEALED_HERE}
    await house.rotate()
    assert {name: plain(await house.raw(name)) for name in SEALED_HERE} == before


class Load:
    """People at work: each task goes round its share of the documents until told to stop."""

    def __init__(self):
        self.last = {}
        self.turns = 0
        self._stop = asyncio.Event()

    def begin(self, *work):
        self._tasks = [asyncio.create_task(self._again(each)) for each in work]

    async def _again(self, work):
        for turn in count():
            await work(turn)
            self.turns += 1
            if self._stop.is_set():
                return

    def writer(self, process, share):
        async def write(turn):
            number, rev = share[turn % len(share)], 2 + turn // len(share)
            self.last[number] = f"188{turn:04d}{number:04d}"
            await process.call(number, self.last[number])
            assert await process.type(number, self.last[number], rev)

        return write

    def reader(self, process):
        async def read(turn):
            assert await process.phone(turn % 40)
            assert await process.typed(turn % 40)

        return read

    async def end(self):
        """Stop, and raise what went wrong."""
        self._stop.set()
        await asyncio.gather(*self._tasks)


@pytest.mark.gen_test(timeout=60)
async def test_under_load_no_read_and_no_write_fails_and_none_is_lost(house):
    first, second = await house.serve(), await house.serve()
    await first.settle(40)
    load = Load()
    load.begin(
        load.writer(first, range(0, 40, 2)), load.writer(second, range(1, 40, 2)),
        load.reader(first), load.reader(second),
    )  # fmt: skip
    outcome = await house.rotate(batch=5)
    await load.end()
    assert load.turns > 100
    assert (outcome.troubles, await house.holding("k1")) == ((), set())
    assert {number: await first.phone(number) for number in load.last} == load.last
    assert {number: await second.typed(number) for number in load.last} == load.last


@pytest.mark.gen_test(timeout=60)
async def test_under_load_and_stopped_again_and_again_it_comes_to_its_end(house):
    process = await house.serve()
    await process.settle(40)
    load = Load()
    load.begin(load.writer(process, range(40)), load.reader(process))
    for seen in (10, 60, 100):
        await _stopped_at(house, seen)
    outcome = await house.rotate(batch=5)
    await load.end()
    assert (outcome.key, outcome.resumed, outcome.troubles) == ("k2", True, ())
    assert await house.holding("k1") == set()
    assert {number: await process.phone(number) for number in load.last} == load.last


async def _stopped_at(house, seen):
    """A run that ends abruptly when it has looked at ``seen`` documents."""
    there = asyncio.Event()
    rotation = await house.rotation(lambda progress: progress.seen >= seen and there.set(), batch=5)
    run = asyncio.create_task(rotation.run("aes"))
    await there.wait()
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


@pytest.mark.gen_test
async def test_a_value_written_between_our_look_and_our_write_is_not_overwritten(house):
    process = await house.serve()
    await process.settle(5)
    rotation = await house.rotation()
    swap = rotation._documents.swap

    async def overtaken(collection, swaps):
        if collection == "people" and await process.phone(2) == phone(2):
            await process.call(2, "13812345678")
        return await swap(collection, swaps)

    rotation._documents.swap = overtaken
    outcome = await rotation.run("aes")
    assert await process.phone(2) == "13812345678"
    assert (outcome.troubles, await house.holding("k1")) == ((), set())


@pytest.mark.gen_test
async def test_stopped_in_the_middle_it_goes_on_where_it_was(house):
    process = await house.serve()
    await process.settle(30)
    await _stopped_at(house, 45)
    job = await JobRepository(house.database).latest()
    assert 0 < job.resealed < 210
    assert await house.holding("k1")
    told = []
    outcome = await house.rotate(tell=told.append)
    assert (outcome.key, outcome.resumed, outcome.resealed) == ("k2", True, 210)
    assert max(progress.fresh for progress in told) < 105
    assert await house.holding("k1") == set()


@pytest.mark.gen_test
async def test_stopped_before_the_key_came_into_use_the_same_key_is_taken_again(house):
    process = await house.serve()
    assert await process.keys.prepare("aes") == "k2"
    assert (await house.rotate()).key == "k2"
    assert (await house.rotate()).key == "k3"


@pytest.mark.gen_test
async def test_two_runs_do_not_fight(house):
    process = await house.serve()
    await process.settle(20)
    ends = await asyncio.gather(house.rotate(batch=2), house.rotate(batch=2), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["Outcome", "RotationBusy"]
    assert await house.holding("k1") == set()


@pytest.mark.gen_test
async def test_the_lease_of_a_dead_run_ends(house):
    jobs = JobRepository(house.database)
    dead = await jobs.take("dead", now() - LEASE, LEASE)
    assert dead.holder == "dead"
    with pytest.raises(RotationBusy):
        await (await house.rotation())._note(msgspec.structs.replace(dead, holder="other"))
    assert (await house.rotate()).key == "k2"


@pytest.mark.gen_test
async def test_a_process_that_does_not_learn_holds_the_new_key_back(house):
    process = await house.serve()
    deaf = await house.serve()
    deaf.beating.cancel()
    await process.settle(2)
    with pytest.raises(KeysNotLearnt):
        await house.rotate(learn_seconds=0.3)
    assert process.keys.keyring.current == "k1"
    assert await house.holding("k2") == set()


@pytest.mark.gen_test
async def test_a_process_that_has_ended_is_not_waited_for(house):
    gone = await house.serve()
    await gone.stop()
    assert (await house.rotate(learn_seconds=0.3)).key == "k2"


@pytest.mark.gen_test
async def test_an_altered_value_is_named_and_the_rest_is_done(house):
    process = await house.serve()
    await process.settle(4)
    sms = house.database.collection("sms_outbox")
    row = await sms.find_one({"_id": "m0001"})
    await sms.update_one({"_id": "m0002"}, {"$set": {"phone": row["phone"]}})
    outcome = await house.rotate()
    assert [(each.collection, each.id, each.why) for each in outcome.troubles] == [
        ("sms_outbox", "m0002", "unreadable")
    ]
    assert await house.holding("k1") == {"sms_outbox"}
    assert (await house.rotate()).key == "k3"


@pytest.mark.gen_test
async def test_a_sealed_value_at_a_place_that_nobody_declared_is_named(house):
    process = await house.serve()
    await process.settle(2)
    elsewhere = [place for place in PLACES if place.collection != "drafts"]
    outcome = await house.rotate(places=elsewhere)
    assert [(each.id, each.why) for each in outcome.troubles] == [
        ("d0000", "undeclared"), ("d0001", "undeclared")
    ]  # fmt: skip
    assert await process.typed(0) == "李明"


@pytest.mark.gen_test
async def test_an_installation_goes_over_to_gm_and_is_still_found(house):
    process = await house.serve()
    await process.settle(3)
    before = (await house.raw("people"))[0]["id_blind"]
    outcome = await house.rotate("gm")
    assert (outcome.key, process.keys.suite) == ("s2", "gm")
    assert (await process.found(0)).phone == phone(0)
    assert (before[:3], (await house.raw("people"))[0]["id_blind"][:3]) == ("k1:", "s2:")
    await process.call(0, "13812345678")
    assert await process.phone(0) == "13812345678"


@pytest.mark.gen_test
async def test_both_suites_live_in_one_database_and_one_document(house):
    process = await house.serve()
    await process.settle(2)
    await process.keys.promote(await process.keys.prepare("gm"))
    assert await process.type(0, "陈桂兰", 2)
    await process.people.record("p0000", "person.subsidy_account", "9900000000000000013", "self", now(), "x")
    assert await house.holding("k1") == SEALED_HERE
    assert {"drafts", "people"} <= await house.holding("s2")
    assert (await process.typed(0), await process.typed(1)) == ("陈桂兰", "李明")
    assert await process.phone(1) == phone(1)


# Search indexes go with the key.


async def indexes(house):
    return [row["id_blind"] for row in await house.raw("people")]


@pytest.mark.gen_test
async def test_search_indexes_are_made_anew_and_everybody_is_still_found(house):
    first, second = await house.serve(), await house.serve()
    await first.settle(5)
    await house.rotate()
    assert [each[:3] for each in await indexes(house)] == ["k2:"] * 5
    for process in (first, second):
        assert [(await process.found(n)).phone for n in range(5)] == [phone(n) for n in range(5)]


@pytest.mark.gen_test
async def test_an_index_under_the_old_key_is_found_while_keys_change(house):
    process = await house.serve()
    await process.settle(2)
    await process.keys.promote(await process.keys.prepare("aes"))
    await process.call(0, "13812345678")
    assert [each[:3] for each in await indexes(house)] == ["k2:", "k1:"]
    assert [(await process.found(n)).id for n in range(2)] == ["p0000", "p0001"]


@pytest.mark.gen_test
async def test_a_number_under_the_old_key_is_nobody_elses_while_keys_change(house):
    process = await house.serve()
    await process.settle(2)
    await process.keys.promote(await process.keys.prepare("aes"))
    with pytest.raises(Conflict, match="person.id_taken"):
        await process.people.record("p0000", ID_NUMBER, id_number(1), "counter", now(), "test")


@pytest.mark.gen_test
async def test_two_who_came_to_one_number_are_named_and_both_stay(house):
    process = await house.serve()
    await process.settle(3)
    twin = (await process.people.get("p0001")).phone
    await process.keys.promote(await process.keys.prepare("aes"))
    await process.person_repository.put_new([person("p-twin", id_number(1), twin)])
    outcome = await house.rotate()
    assert [(each.collection, each.id, each.why) for each in outcome.troubles] == [
        ("people", "p0001", "doubled")
    ]
    assert (await process.people.get("p0001")).phone == phone(1)


@pytest.mark.gen_test
async def test_an_index_from_before_there_were_keys_in_it_is_found_and_made_anew(house):
    process = await house.serve()
    await process.settle(2)
    old = process.keys.cipher.blind(id_number(0), ID_NUMBER)
    await house.database.collection("people").update_one({"_id": "p0000"}, {"$set": {"id_blind": old}})
    assert (await process.found(0)).id == "p0000"
    await house.rotate()
    assert [each[:3] for each in await indexes(house)] == ["k2:", "k2:"]
    assert (await process.found(0)).id == "p0000"


@pytest.mark.gen_test
async def test_an_index_left_under_an_old_key_keeps_the_key_from_being_retired(house):
    process = await house.serve()
    await process.settle(2)
    old = (await indexes(house))[0]
    await house.rotate()
    await house.database.collection("people").update_one({"_id": "p0000"}, {"$set": {"id_blind": old}})
    with pytest.raises(StillUsed) as refused:
        await retire(house.database, process.keys)
    assert refused.value.data == {"uses": {"people": 1}}
