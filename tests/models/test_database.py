"""The one door to the driver, on a real replica set."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from bson import ObjectId
from pymongo.errors import DuplicateKeyError, PyMongoError, WriteError

from models.base.errors import NotFound, Unavailable
from models.database import Collection, Database, Index, as_domain_error, duplicate_key
from server.mongod import open_database

ROOT = Path(__file__).parents[2]
NOBODY = "mongodb://127.0.0.1:9/?replicaSet=rs0"

PLATES = Collection(
    "plates",
    indexes=(
        Index((("code", 1),), unique=True, name="one_code"),
        Index((("areas", 1), ("state", 1)), partial={"state": "active"}),
        Index((("until", 1),), expire_after=0),
    ),
    schema={"required": ["code"], "properties": {"code": {"bsonType": "string"}}},
)


async def eventually(true: Callable[[], object], within: float = 1.0) -> bool:
    end = asyncio.get_running_loop().time() + within
    while not true() and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.01)
    return bool(true())


async def indexes(database: Database) -> set[str]:
    return set(await database.collection("plates").index_information())


@pytest.mark.gen_test
async def test_ensure_makes_what_is_declared(database: Database) -> None:
    await database.ensure([PLATES])
    assert await indexes(database) == {"_id_", "one_code", "areas_1_state_1", "until_1"}


@pytest.mark.gen_test
async def test_ensure_again_only_reads(database: Database) -> None:
    await database.ensure([PLATES])
    before = await database.collection("_schema").find_one({"_id": "plates"})
    await database.collection("plates").drop_index("one_code")
    await database.ensure([PLATES])
    assert "one_code" not in await indexes(database)
    assert before == await database.collection("_schema").find_one({"_id": "plates"})
    await database.collection("_schema").delete_many({})


@pytest.mark.gen_test
async def test_ensure_in_several_processes_at_once_does_no_harm(database: Database) -> None:
    await database.collection("_schema").delete_many({})
    await asyncio.gather(*(database.ensure([PLATES]) for _ in range(4)))
    assert "one_code" in await indexes(database)


@pytest.mark.gen_test
async def test_a_changed_declaration_replaces_its_own_indexes_and_leaves_others(database: Database) -> None:
    await database.ensure([PLATES])
    await database.collection("plates").create_index([("note", 1)], name="made_by_hand")
    changed = Collection("plates", (Index((("code", 1), ("kind", 1)), name="one_code"),), PLATES.schema)
    await database.ensure([changed])
    assert await indexes(database) == {"_id_", "one_code", "made_by_hand"}
    await database.collection("plates").insert_many([{"code": "D1"}, {"code": "D1"}])


@pytest.mark.gen_test
async def test_a_changed_validator_holds_for_new_documents_at_once(database: Database) -> None:
    await database.ensure([PLATES])
    await database.collection("plates").insert_one({"code": "D1"})
    stricter = Collection("plates", PLATES.indexes, {"required": ["code", "address"]})
    await database.ensure([stricter])
    with pytest.raises(WriteError):
        await database.collection("plates").insert_one({"code": "D2"})
    await database.collection("plates").update_one({"code": "D1"}, {"$set": {"state": "active"}})


@pytest.mark.gen_test
async def test_a_validator_refuses_what_does_not_fit(database: Database) -> None:
    await database.ensure([PLATES])
    with pytest.raises(WriteError):
        await database.collection("plates").insert_one({"code": 12})
    assert await database.collection("plates").count_documents({}) == 0


@pytest.mark.gen_test
async def test_a_duplicate_is_told_by_the_name_of_its_index(database: Database) -> None:
    await database.ensure([PLATES])
    await database.collection("plates").insert_one({"code": "D1"})
    with pytest.raises(DuplicateKeyError) as caught:
        await database.collection("plates").insert_one({"code": "D1"})
    assert duplicate_key(caught.value) == "one_code"


@pytest.mark.gen_test
async def test_a_duplicate_in_a_bulk_is_told_too_and_other_errors_are_not(database: Database) -> None:
    with pytest.raises(PyMongoError) as caught:
        await database.collection("free").insert_many([{"_id": 1}, {"_id": 1}])
    assert duplicate_key(caught.value) == "_id_"
    assert duplicate_key(KeyError("code")) is None
    assert as_domain_error(caught.value) is None


@pytest.mark.gen_test
async def test_times_come_back_as_aware_utc(database: Database) -> None:
    await database.collection("free").insert_one({"_id": 1, "at": ObjectId().generation_time})
    found = await database.collection("free").find_one({"_id": 1})
    assert found["at"].utcoffset().total_seconds() == 0


@pytest.mark.gen_test
async def test_an_aggregate_yields_its_documents(database: Database) -> None:
    await database.collection("free").insert_many(
        [{"village": "丘林"}, {"village": "丘林"}, {"village": "石桥"}]
    )
    counted = await database.aggregate("free", [{"$sortByCount": "$village"}])
    assert counted == [{"_id": "丘林", "count": 2}, {"_id": "石桥", "count": 1}]


@pytest.mark.gen_test
async def test_a_transaction_does_all_of_it(database: Database) -> None:
    async def move(session: object) -> str:
        await database.collection("free").insert_one({"_id": "陈桂兰"}, session=session)
        await database.collection("other").insert_one({"_id": "陈桂兰"}, session=session)
        return "done"

    assert await database.transaction(move) == "done"
    assert await database.collection("other").count_documents({}) == 1


@pytest.mark.gen_test
async def test_a_transaction_that_fails_does_none_of_it(database: Database) -> None:
    async def stumble(session: object) -> None:
        await database.collection("free").insert_one({"_id": "李明"}, session=session)
        raise NotFound

    with pytest.raises(NotFound):
        await database.transaction(stumble)
    assert await database.collection("free").count_documents({}) == 0


@pytest.mark.gen_test
async def test_transactions_on_one_document_take_turns(database: Database) -> None:
    async def add(session: object) -> None:
        row = await database.collection("free").find_one({"_id": "n"}, session=session)
        await database.collection("free").update_one(
            {"_id": "n"}, {"$set": {"n": row["n"] + 1}}, session=session
        )

    await database.collection("free").insert_one({"_id": "n", "n": 0})
    await asyncio.gather(*(database.transaction(add) for _ in range(5)))
    assert (await database.collection("free").find_one({"_id": "n"}))["n"] == 5


@pytest.mark.gen_test
async def test_a_transaction_that_takes_too_long_is_unavailable(mongo_uri: str) -> None:
    database = Database(mongo_uri, "saoban_test", transaction_s=0.3)

    async def dawdle(session: object) -> None:
        await database.collection("free").insert_one({"_id": "slow"}, session=session)
        await asyncio.sleep(2)

    with pytest.raises(Unavailable):
        await database.transaction(dawdle)
    assert await database.collection("free").count_documents({"_id": "slow"}) == 0
    await database.close()


@pytest.mark.gen_test
async def test_a_watch_tells_a_change_within_a_second(database: Database) -> None:
    seen: list[tuple[object, ...]] = []
    watch = database.watch(["plates"], lambda *change: seen.append(change), lambda: None)
    assert await eventually(lambda: watch.live, 2)
    await database.collection("plates").insert_one({"_id": 1, "code": "D1"})
    await database.collection("free").insert_one({"_id": 2})
    await database.collection("plates").update_one({"_id": 1}, {"$set": {"code": "D2"}})
    await database.collection("plates").delete_one({"_id": 1})
    assert await eventually(lambda: len(seen) == 3)
    assert [change[:3] for change in seen] == [
        ("plates", "insert", 1),
        ("plates", "update", 1),
        ("plates", "delete", 1),
    ]
    assert seen[0][3] == {"_id": 1, "code": "D1"}
    assert seen[2][3] is None
    await watch.stop()


@pytest.mark.gen_test
async def test_nothing_falls_between_the_first_gap_and_the_first_change(database: Database) -> None:
    seen: list[object] = []
    reported = asyncio.Event()
    watch = database.watch(["free"], lambda *change: seen.append(change[2]), reported.set)
    await reported.wait()
    await database.collection("free").insert_one({"_id": "early"})
    assert await eventually(lambda: seen == ["early"])
    await watch.stop()


@pytest.mark.gen_test
async def test_a_watch_reports_a_gap_after_its_handler_failed_and_goes_on(database: Database) -> None:
    gaps: list[bool] = []
    seen: list[object] = []

    def handler(collection: str, operation: str, key: object, document: object) -> None:
        seen.append(key)
        if key == "bad":
            raise ValueError(key)

    watch = database.watch(["free"], handler, lambda: gaps.append(watch.live))
    assert await eventually(lambda: watch.live, 2)
    await database.collection("free").insert_one({"_id": "bad"})
    assert await eventually(lambda: len(gaps) == 2, 2)
    await database.collection("free").insert_one({"_id": "good"})
    assert await eventually(lambda: seen == ["bad", "good"])
    assert gaps == [False, False]
    await watch.stop()


@pytest.mark.gen_test(timeout=20)
async def test_a_watch_outlives_its_mongod_and_reports_the_gap(io_loop: object, tmp_path: Path) -> None:
    mongod = await open_database(None, tmp_path, cache_gb=0.25)
    database = Database(mongod.uri, "saoban_test", selection_ms=300)
    gaps: list[int] = []
    seen: list[object] = []
    watch = database.watch(["free"], lambda *change: seen.append(change[2]), lambda: gaps.append(1))
    assert await eventually(lambda: watch.live, 2)
    os.kill(json.loads((tmp_path / "mongod.json").read_text())["pid"], signal.SIGKILL)
    assert await eventually(lambda: not watch.live, 3)
    assert not await database.writable(0.3)
    await mongod.revive()
    assert await eventually(lambda: watch.live and len(gaps) == 2, 10)
    await database.collection("free").insert_one({"_id": "after"})
    assert await eventually(lambda: seen == ["after"])
    await watch.stop()
    await database.close()
    await mongod.close()


@pytest.mark.gen_test
async def test_a_dropped_collection_is_a_gap(database: Database) -> None:
    gaps: list[int] = []
    await database.collection("gone").insert_one({})
    watch = database.watch(["gone"], lambda *_: None, lambda: gaps.append(1))
    assert await eventually(lambda: watch.live, 2)
    await database.collection("gone").drop()
    assert await eventually(lambda: len(gaps) == 2)
    await watch.stop()


@pytest.mark.gen_test
async def test_a_stopped_watch_is_silent(database: Database) -> None:
    seen: list[object] = []
    watch = database.watch(["free"], lambda *change: seen.append(change), lambda: None)
    assert await eventually(lambda: watch.live, 2)
    await watch.stop()
    await watch.stop()
    await database.collection("free").insert_one({})
    assert not await eventually(lambda: seen, 0.4)
    assert not watch.live


@pytest.mark.gen_test
async def test_a_watch_without_a_database_keeps_trying_and_still_stops(io_loop: object) -> None:
    database = Database(NOBODY, "saoban_test", selection_ms=100)
    gaps: list[int] = []
    watch = database.watch(["free"], lambda *_: None, lambda: gaps.append(1))
    await asyncio.sleep(0.5)
    await asyncio.wait_for(watch.stop(), 1)
    assert gaps == []
    await database.close()


@pytest.mark.gen_test
async def test_a_file_comes_back_with_what_was_said_about_it(database: Database) -> None:
    files = database.files()
    file_id = await files.put("照片".encode() * 200_000, "身份证.jpg", {"owner": "陈桂兰"})
    data, metadata = await files.get(file_id)
    assert len(data) == 1_200_000
    assert metadata == {"owner": "陈桂兰"}


@pytest.mark.gen_test
async def test_a_deleted_file_is_not_found_and_may_be_deleted_twice(database: Database) -> None:
    files = database.files()
    file_id = await files.put(b"", "empty", {})
    await files.delete(file_id)
    await files.delete(file_id)
    with pytest.raises(NotFound):
        await files.get(file_id)


@pytest.mark.gen_test
async def test_a_healthy_database_is_writable(database: Database) -> None:
    assert await database.writable()
    assert await database.writable()


@pytest.mark.gen_test
async def test_a_database_that_is_away_is_not_writable_and_says_so_in_time(io_loop: object) -> None:
    database = Database(NOBODY, "saoban_test")
    assert not await asyncio.wait_for(database.writable(0.3), 1)
    await database.close()


@pytest.mark.gen_test
async def test_a_database_that_is_away_is_unavailable_to_the_person_asking(io_loop: object) -> None:
    database = Database(NOBODY, "saoban_test", selection_ms=100)
    with pytest.raises(PyMongoError) as caught:
        await database.collection("free").find_one({})
    assert isinstance(as_domain_error(caught.value), Unavailable)
    await database.close()


def test_the_driver_is_named_behind_one_door_only() -> None:
    named = re.compile(r"^\s*(?:from|import) motor\b", re.MULTILINE)
    rooms = (ROOT / room for room in ("server", "handlers", "models", "qr"))
    files = [file for room in rooms for file in room.rglob("*.py") if named.search(file.read_text("utf-8"))]
    assert [file.relative_to(ROOT).as_posix() for file in files] == ["models/database.py"]
