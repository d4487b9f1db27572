"""Noting looks, being told of them, and what happens when the database or a process goes away."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from models.audit.entry import KEEP, Ground, What
from models.audit.repository import AuditRepository
from models.audit.service import ON_DUTY, OWN, SYSTEM
from models.base.actor import Actor
from models.base.errors import NotFound, Unavailable
from models.database import Database

CHEN, CHEN_BLIND, LI = "c0ffee000000000000000012", "b1" * 32, "11000000000000000000000f"
ZHAO = Actor(
    "staff", subject="a0zhao", name="赵科长", role="approver", area="529901", departments=("民政局",)
)
WANG = Actor("staff", subject="a0wang", name="王网格", role="grid", area="529901101201G01", device="phone-1")
HERSELF = Actor(
    "resident", "L2", subject=CHEN_BLIND, name="陈桂兰", id_number="529901194503070027", person=CHEN
)
PERSON = What("person", CHEN, ("person.name", "person.phone"))


async def answering(audit):
    """Wait until what the process could not write has got through."""
    while audit._ledger._stalled:
        await asyncio.sleep(0.02)


async def stored(office):
    return [row async for row in office.entries.find().sort("_id", 1)]


@pytest.mark.gen_test
async def test_a_note_is_in_the_database_when_it_returns(office, audit):
    await audit.note(ZHAO, "view", PERSON, whose=[CHEN], ground=Ground("case", "529901101202603020001"))
    [row] = await stored(office)
    assert (row["who"]["id"], row["whose"], row["act"]) == ("a0zhao", [CHEN], "view")
    assert row["what"]["fields"] == ["person.name", "person.phone"]


@pytest.mark.gen_test
async def test_notes_made_together_share_commits_and_keep_their_order(office, audit):
    await asyncio.gather(*(audit.note(ZHAO, "view", What("case", f"c{n:03d}")) for n in range(400)))
    rows = await stored(office)
    assert [row["what"]["id"] for row in rows] == [f"c{n:03d}" for n in range(400)]
    assert [row["seq"] for row in rows] == list(range(1, 401))
    assert (await office.verify())[0] == 0


@pytest.mark.gen_test
async def test_two_processes_keep_two_chains(office, audit):
    other = await office.process()
    await asyncio.gather(*(each.note(ZHAO, "view", PERSON) for each in (audit, other) for _ in range(20)))
    assert len({row["chain"] for row in await stored(office)}) == 2
    assert (await office.verify())[1] == "合计 2 条链、40 条记录，全部完好。"


@pytest.mark.gen_test
async def test_each_day_in_shanghai_has_its_own_chain(office, audit):
    await audit.note(ZHAO, "view", PERSON)
    office.watch.now += timedelta(hours=12)  # 00:00 in Shanghai
    await audit.note(ZHAO, "view", PERSON)
    await audit.checkpoint()
    assert [row["chain"][:10] for row in await stored(office)] == ["2026-03-02", "2026-03-03"]
    assert (await office.signed.find_one({"mark": "closed"}))["chain"].startswith("2026-03-02")
    assert (await office.verify())[0] == 0


@pytest.mark.gen_test
async def test_a_day_that_ends_in_silence_is_closed_all_the_same(office, audit):
    await audit.note(ZHAO, "view", PERSON)
    office.watch.now += timedelta(days=1)
    await audit.checkpoint()
    assert await office.signed.count_documents({"mark": "closed", "count": 1}) == 1


@pytest.mark.gen_test
async def test_a_clock_set_back_over_midnight_does_not_reopen_a_day(office, audit):
    office.watch.now += timedelta(hours=12)
    await audit.note(ZHAO, "view", PERSON)
    office.watch.now -= timedelta(hours=1)
    await audit.note(ZHAO, "view", PERSON)
    assert len({row["chain"] for row in await stored(office)}) == 1


@pytest.mark.gen_test
async def test_heads_are_signed_after_so_many_entries_without_being_asked(office):
    audit = await office.process(every=10)
    for _ in range(12):
        await audit.note(ZHAO, "view", PERSON)
    for _ in range(50):
        if await office.signed.count_documents({"mark": "running"}):
            break
        await asyncio.sleep(0.02)
    assert (await office.signed.find_one({"mark": "running"}))["count"] >= 10


@pytest.mark.gen_test
async def test_a_resident_is_told_which_office_looked_and_why_but_no_personal_name(office, audit):
    await audit.note(ZHAO, "view", PERSON, whose=[CHEN], ground=Ground("case", "529901101202603020001"))
    [look] = await audit.looks_at([CHEN, CHEN_BLIND])
    assert (look.office, look.role_name, look.staff) == ("529901·民政局", "审批人员", "a0zhao")
    assert (look.act_name, look.ground_text) == ("查看", "529901101202603020001")
    assert "赵科长" not in json.dumps(look, default=str)


@pytest.mark.gen_test
async def test_her_own_looks_and_those_of_the_server_are_not_listed(audit):
    await audit.note(HERSELF, "view", PERSON, whose=[CHEN], ground=OWN)
    await audit.note(SYSTEM, "change", PERSON, whose=[CHEN])
    await audit.note(ZHAO, "view", PERSON, whose=[LI])
    assert await audit.looks_at(CHEN) == []


@pytest.mark.gen_test
async def test_looks_are_paged_without_losing_those_of_one_moment(audit):
    for number in range(7):
        await audit.note(ZHAO, "view", What("case", f"c{number}"), whose=[CHEN if number % 2 else CHEN_BLIND])
    pages, before = [], ""
    while page := await audit.looks_at([CHEN, CHEN_BLIND], 3, before):
        pages += [look.id[-1] for look in page]
        before = page[-1].id
    assert pages == ["7", "6", "5", "4", "3", "2", "1"]


@pytest.mark.gen_test
async def test_a_look_at_somebody_else_cannot_be_asked_about(audit):
    await audit.note(WANG, "view", PERSON, whose=[LI], ground=ON_DUTY)
    [look] = await audit.looks_at(LI)
    assert await audit.look(LI, look.id) == look
    with pytest.raises(NotFound):
        await audit.look(CHEN, look.id)


@pytest.mark.gen_test
async def test_looks_are_found_by_index_alone(office, audit):
    await audit.note(ZHAO, "view", PERSON, whose=[CHEN])
    query = {"whose": {"$in": [CHEN, CHEN_BLIND]}, "who.kind": "staff", "ground.kind": {"$ne": "own"}}
    plan = await office.entries.find(query).sort([("at", -1), ("_id", -1)]).limit(50).explain()
    stages = str(plan["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in stages
    assert "'SORT'" not in stages


@pytest.mark.gen_test
async def test_a_list_of_five_hundred_people_is_noted_for_each(office, audit):
    people = [f"{number:024x}" for number in range(500)]
    await audit.note(ZHAO, "export", What("list", "elders"), whose=people)
    assert [len(row["whose"]) for row in await stored(office)] == [200, 200, 100]
    assert len(await audit.looks_at(people[499])) == 1


@pytest.mark.gen_test
async def test_a_note_says_where_its_request_came_from(office, audit):
    async def request(route, actor):
        audit.here(route, "10.0.0.7")
        await asyncio.gather(audit.note(actor, "view", PERSON))

    await asyncio.gather(
        asyncio.create_task(request("GET /a", WANG)), asyncio.create_task(request("GET /b", ZHAO))
    )
    first, second = [row["where"] for row in await stored(office)]
    assert (first["route"], second["route"], first["address"]) == ("GET /a", "GET /b", "10.0.0.7")
    assert (len(first["device"]), second["device"]) == (16, "")


@pytest.mark.gen_test
async def test_no_id_number_and_no_phone_is_in_any_stored_document(office, audit):
    typed = "为529901194503070027、１３９００００１２３４、139 0000 1234查询，卡号6217000010001234567"
    await audit.note(HERSELF, "file", What("case", typed), whose=[CHEN], ground=Ground("stated", typed))
    await audit.note(Actor("staff", name="13900001234"), "search", What("person", "529901194503070027"))
    await audit.checkpoint()
    everything = str(await stored(office)) + office.heads.read_text()
    for secret in ("529901194503070027", "13900001234", "１３９", "139 0000", "6217000010001234567"):
        assert secret not in everything


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("what", "whose"),
    [
        (What("person", CHEN, ("陈桂兰 13900001234",)), [CHEN]),
        (What("person", CHEN, ("13900001234",)), [CHEN]),
        (PERSON, ["529901194503070027"]),
        (PERSON, ["陈桂兰"]),
        (What("shoe", CHEN), [CHEN]),
    ],
)
async def test_a_value_where_a_key_or_an_id_belongs_is_refused(office, audit, what, whose):
    with pytest.raises(ValueError, match="audit"):
        await audit.note(ZHAO, "view", what, whose=whose)
    assert await stored(office) == []


@pytest.mark.gen_test
async def test_text_that_cannot_be_encoded_does_not_hold_up_the_others(office, audit):
    await asyncio.gather(
        audit.note(ZHAO, "view", PERSON, ground=Ground("stated", "\ud800" + "理" * 5000)),
        audit.note(ZHAO, "view", PERSON, ground=Ground("stated", "a\0b\n")),
    )
    assert (await office.verify())[1] == "合计 1 条链、2 条记录，全部完好。"


@pytest.mark.gen_test
async def test_entries_say_until_when_they_are_kept_and_may_be_missing_after_it(office, audit):
    await audit.note(ZHAO, "view", PERSON)
    await audit.close()
    [row] = await stored(office)
    assert row["keep_until"] - row["at"] > KEEP > timedelta(days=3 * 365)
    await office.entries.delete_many({})
    assert (await office.verify())[0] == 1
    office.watch.now += KEEP + timedelta(days=1)
    assert (await office.verify())[0] == 0


@pytest.mark.gen_test
async def test_nothing_in_the_repository_changes_or_deletes():
    verbs = ("update", "delete", "remove", "replace", "drop", "set")
    assert not [name for name in dir(AuditRepository) if name.startswith(verbs)]


@pytest.mark.gen_test
async def test_the_database_refuses_an_entry_of_another_shape(office, audit):
    await audit.note(ZHAO, "view", PERSON)
    row = await office.entries.find_one()
    for change in ({"phone": "13900001234"}, {"act": "peek"}, {"whose": "x"}):
        with pytest.raises(Exception, match="failed validation"):
            await office.entries.insert_one({**row, "_id": row["_id"][:-1] + "9", **change})


@pytest.fixture
def away(io_loop, office):
    """A process whose database does not answer (nothing listens there)."""
    gone = Database("mongodb://127.0.0.1:1/?directConnection=true", "saoban_test", selection_ms=400)
    audit = io_loop.run_sync(lambda: office.process(patience=0.1))
    audit._repository._entries, kept = gone.collection("audit"), audit._repository._entries
    yield audit, kept
    audit._repository._entries = kept
    io_loop.run_sync(lambda: asyncio.sleep(0.5))
    io_loop.run_sync(gone.close)


@pytest.mark.gen_test
async def test_no_look_without_a_record_while_the_database_is_away(away):
    audit, _ = away
    with pytest.raises(Unavailable):
        await audit.note(ZHAO, "view", PERSON)
    started = asyncio.get_running_loop().time()
    with pytest.raises(Unavailable):
        await audit.note(ZHAO, "view", PERSON)
    assert asyncio.get_running_loop().time() - started < 0.05


@pytest.mark.gen_test(timeout=20)
async def test_once_the_database_is_back_the_chain_goes_on_whole(office, away):
    audit, kept = away
    with pytest.raises(Unavailable):
        await audit.note(ZHAO, "view", PERSON)
    audit._repository._entries = kept
    await answering(audit)
    await audit.note(ZHAO, "view", PERSON)
    assert [row["seq"] for row in await stored(office)] == [1, 2]
    assert (await office.verify())[0] == 0


@pytest.mark.gen_test(timeout=20)
async def test_a_batch_whose_answer_was_lost_is_not_written_twice(office, audit):
    rows = []
    append = audit._repository.append

    async def deaf(entries):
        rows.append(len(entries))
        await append(entries)
        if len(rows) == 1:
            raise Unavailable

    audit._repository.append = deaf
    with pytest.raises(Unavailable):
        await audit.note(ZHAO, "view", PERSON)
    await answering(audit)
    await audit.note(ZHAO, "view", PERSON)
    assert rows == [1, 1, 1]
    assert (await office.verify())[1] == "合计 1 条链、2 条记录，全部完好。"


@pytest.mark.gen_test(timeout=20)
async def test_a_place_taken_by_a_forged_entry_ends_the_chain_and_is_named(office, audit):
    await audit.note(ZHAO, "view", PERSON)
    row = await office.entries.find_one()
    await office.entries.insert_one({**row, "_id": row["_id"][:-1] + "2", "seq": 2})
    with pytest.raises(Unavailable):
        await audit.note(ZHAO, "view", PERSON)
    await audit.note(ZHAO, "view", PERSON)
    assert await office.broken() == (row["chain"], 2, "被添加")


@pytest.mark.gen_test(timeout=20)
async def test_a_killed_process_leaves_a_chain_that_the_next_one_seals_as_found(office, audit):
    await audit.note(ZHAO, "view", PERSON)
    await office.die(audit)
    await office.process()
    head = await office.signed.find_one({"mark": "unclosed"})
    assert (head["chain"][11:19], head["count"]) == (audit.process, 1)
    assert audit.process not in [lock.stem for lock in (office.heads.parent / "processes").iterdir()]
    assert (await office.verify())[0] == 0
    assert "进程中断后补签" in office.lines


@pytest.mark.gen_test(timeout=20)
async def test_what_is_taken_off_after_the_sealing_is_named(office, audit):
    for _ in range(3):
        await audit.note(ZHAO, "view", PERSON)
    await office.die(audit)
    await office.process()
    await office.entries.delete_one({"seq": 3})
    assert (await office.broken())[1:] == (3, "被删除")


@pytest.mark.gen_test(timeout=20)
async def test_the_chain_of_a_living_process_is_left_open(office, audit):
    await audit.note(ZHAO, "view", PERSON)
    await office.process()
    await audit.note(ZHAO, "view", PERSON)
    assert await office.signed.count_documents({"mark": {"$in": ["closed", "unclosed"]}}) == 0


@pytest.mark.gen_test(timeout=20)
async def test_a_process_of_another_machine_counts_as_gone_when_its_day_is_over(office, audit):
    await audit.note(ZHAO, "view", PERSON)
    await office.die(audit)
    for lock in (office.heads.parent / "processes").iterdir():
        lock.unlink()
    later = await office.process()
    assert await office.signed.count_documents({"mark": "unclosed"}) == 0
    office.watch.now += timedelta(days=1)
    await later.checkpoint()
    assert await office.signed.count_documents({"mark": "unclosed"}) == 1


@pytest.mark.gen_test
async def test_a_server_that_cannot_write_its_heads_file_does_not_start(office):
    office.heads.mkdir(parents=True)
    with pytest.raises(OSError):
        await office.process()


@pytest.mark.gen_test
async def test_nothing_can_be_noted_before_the_start_or_after_the_end(audit):
    await audit.close()
    with pytest.raises(Unavailable):
        await audit.note(ZHAO, "view", PERSON)
