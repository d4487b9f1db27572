"""Somebody with every right on the database changes the record; the verification says where, and how."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import convert, structs

from models.audit.chain import Row, Tail, after, genesis, link
from models.audit.entry import Entry, Ground, What, note
from models.audit.heads import Signer
from models.audit.witness import HeadsFile
from models.base.actor import Actor
from models.base.keys import Keyring

ZHAO = Actor(
    "staff", subject="a0zhao", name="赵科长", role="approver", area="529901", departments=("民政局",)
)
UNCHECKED = {"bypass_document_validation": True}
CHEN = "c0ffee000000000000000012"
CASE = What("case", "c1", ("person.phone", "person.bank"))


async def nine(audit):
    """Nine looks of 赵科长 at 陈桂兰's data."""
    for number in range(9):
        await audit.note(
            ZHAO, "view", CASE, whose=[CHEN], ground=Ground("case", f"52990110120260302{number:04d}")
        )


@pytest.fixture
def chain(io_loop, office, audit):
    """The id of a closed chain of nine entries."""

    async def write():
        await nine(audit)
        await audit.close()
        return (await office.ids())[0].partition(":")[0]

    return io_loop.run_sync(write)


def at(chain, seq):
    return f"{chain}:{seq:08d}"


@pytest.mark.gen_test
async def test_an_untouched_record_is_whole(office, chain):
    assert await office.verify() == (0, "合计 1 条链、9 条记录，全部完好。")
    assert "已结链" in office.lines


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "change",
    [
        {"who.name": "孙外人"}, {"whose": []}, {"what.fields": []}, {"ground.text": "别的"}, {"act": "search"},
        {"hash": "0" * 64}, {"seq": "5"}, {"extra": 1}, {"where.address": "10.0.0.1"},
    ],
)  # fmt: skip
async def test_a_changed_entry_is_named(office, chain, change):
    await office.entries.update_one({"_id": at(chain, 5)}, {"$set": change}, **UNCHECKED)
    assert await office.broken() == (chain, 5, "被改动")


@pytest.mark.gen_test
@pytest.mark.parametrize("seq", [1, 5, 8])
async def test_an_entry_taken_out_is_named(office, chain, seq):
    await office.entries.delete_one({"_id": at(chain, seq)})
    assert await office.broken() == (chain, seq, "被删除")


@pytest.mark.gen_test
async def test_an_entry_taken_off_the_end_is_named(office, chain):
    await office.entries.delete_many({"_id": {"$gte": at(chain, 8)}})
    assert await office.broken() == (chain, 8, "被删除")


@pytest.mark.gen_test
async def test_a_whole_chain_taken_away_with_its_heads_is_missed_by_the_file(office, chain):
    await office.entries.delete_many({})
    await office.signed.delete_many({})
    assert await office.broken() == (chain, 1, "被删除")


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "keep", [("_id",), ("_id", "seq"), ("_id", "seq", "prev"), ("_id", "seq", "prev", "hash")]
)
@pytest.mark.parametrize("pair", [(4, 5), (2, 8)])
async def test_two_entries_that_changed_places_are_named(office, chain, keep, pair):
    await office.swap(at(chain, pair[0]), at(chain, pair[1]), keep=keep)
    assert await office.broken() == (chain, pair[0], "被调换次序")


@pytest.mark.gen_test
async def test_an_entry_put_after_the_end_is_named(office, chain):
    row = await office.entries.find_one({"_id": at(chain, 9)})
    await office.entries.insert_one({**row, "_id": at(chain, 10), "seq": 10})
    assert await office.broken() == (chain, 10, "被添加")


@pytest.mark.gen_test
async def test_an_entry_put_between_with_the_rest_pushed_back_is_named(office, chain):
    rows = [await office.entries.find_one({"_id": at(chain, seq)}) for seq in range(5, 10)]
    await office.entries.delete_many({"_id": {"$gte": at(chain, 5)}})
    for row in rows:
        await office.entries.insert_one({**row, "_id": at(chain, row["seq"] + 1), "seq": row["seq"] + 1})
    forged = {**rows[0], "what": {"noun": "list", "id": "", "fields": []}}
    await office.entries.insert_one(forged)
    assert (await office.broken())[:2] == (chain, 5)


@pytest.mark.gen_test
async def test_a_chain_linked_anew_from_a_changed_entry_on_does_not_meet_its_signed_head(office, chain):
    rows = [Row(row.pop("_id"), convert(row, Entry)) async for row in office.entries.find().sort("_id", 1)]
    tail = Tail(chain, rows[0].entry.keep_until)
    for row in rows:
        old = row.entry
        name = "孙外人" if old.seq == 5 else old.who.name
        who = structs.replace(old.who, name=name)
        new = link(tail, note(old.at, who, old.act, old.what, old.whose, old.ground, old.where))
        await office.entries.update_one(
            {"_id": row.id}, {"$set": {"who.name": name, "prev": new.prev, "hash": new.hash}}
        )
        tail = after(new)
    assert await office.broken() == (chain, 9, "被改动")


@pytest.mark.gen_test
async def test_a_chain_that_nobody_signed_for_is_foreign(office, chain):
    forged = chain.replace(chain[11:19], "deadbeef")
    await office.entries.insert_one(
        {**await office.entries.find_one(), "_id": at(forged, 1), "chain": forged, "prev": genesis(forged)}
    )
    assert await office.broken() == (forged, 1, "被添加")


@pytest.mark.gen_test
@pytest.mark.parametrize("strange", ["2026-03-02", "!", "zzz", 7])
async def test_an_entry_under_an_id_that_is_none_is_foreign(office, chain, strange):
    await office.entries.insert_one({"_id": strange}, **UNCHECKED)
    assert (await office.broken())[2] == "被添加"


@pytest.mark.gen_test
async def test_a_date_that_no_calendar_has_is_an_alteration_and_not_an_error(office, chain):
    await office.entries.update_one({"_id": at(chain, 3)}, [{"$set": {"at": {"$toDate": 9 * 10**17}}}])
    assert await office.broken() == (chain, 3, "被改动")


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "change",
    [
        {"count": 8},
        {"hash": "0" * 64},
        {"mark": "running"},
        {"signature": "AAAA"},
        {"key": "e9"},
        {"count": "x"},
    ],
)
async def test_a_changed_head_is_named(office, chain, change):
    await office.signed.update_one({"mark": "closed"}, {"$set": change}, **UNCHECKED)
    assert (await office.broken())[::2] == (chain, "签名不符")


@pytest.mark.gen_test
async def test_heads_taken_out_of_the_database_are_still_in_the_file(office, chain):
    await office.signed.delete_many({})
    assert (await office.verify())[0] == 0
    await office.entries.delete_one({"_id": at(chain, 9)})
    assert await office.broken() == (chain, 9, "被删除")


@pytest.mark.gen_test
async def test_a_file_of_heads_that_was_cut_is_named(office, chain):
    office.heads.write_bytes(b"".join(office.heads.read_bytes().splitlines(keepends=True)[:-1]))
    assert await office.broken() == (chain, 9, "库外的签名文件缺行")


@pytest.mark.gen_test
async def test_a_file_of_heads_that_is_gone_is_named(office, chain):
    office.heads.unlink()
    assert (await office.broken())[2] == "库外的签名文件缺行"


@pytest.mark.gen_test
@pytest.mark.parametrize("line", [b"{}\n", b"\xff\xfe\n", b'{"chain":"2026-03-02.00000000-1","count":3}\n'])
async def test_a_line_of_the_file_that_is_no_head_is_named(office, chain, line):
    with office.heads.open("ab") as file:
        file.write(line)
    assert (await office.verify())[0] == 1


@pytest.mark.gen_test
async def test_an_older_copy_of_the_database_put_back_is_noticed(office, audit):
    await nine(audit)
    await audit.checkpoint()
    rows = [row async for row in office.entries.find()]
    heads = [row async for row in office.signed.find()]
    await nine(audit)
    await audit.close()
    for collection, old in ((office.entries, rows), (office.signed, heads)):
        await collection.delete_many({})
        await collection.insert_many(old)
    assert (await office.broken())[1:] == (10, "被删除")


# What was carried away before: signed heads in a file that nobody of the installation writes.


@pytest.fixture
def carried(io_loop, office, chain):
    """The exported heads of the closed chain."""
    return io_loop.run_sync(lambda: office.carry(office.heads.parent.parent / "elsewhere.jsonl"))


def cut_from_the_file(office, chain):
    lines = office.heads.read_bytes().splitlines(keepends=True)
    office.heads.write_bytes(b"".join(line for line in lines if chain.encode() not in line))


@pytest.mark.gen_test
async def test_a_whole_record_agrees_with_what_was_carried_away(office, carried):
    assert (await office.verify(against=carried))[0] == 0


@pytest.mark.gen_test
async def test_a_day_taken_out_everywhere_is_missed_by_what_was_carried_away(office, chain, carried):
    await office.entries.delete_many({"chain": chain})
    await office.signed.delete_many({"chain": chain})
    cut_from_the_file(office, chain)
    assert (await office.verify())[0] == 0
    assert await office.broken(against=carried) == (chain, 1, "被删除")


@pytest.mark.gen_test
async def test_the_newest_entries_and_their_heads_taken_off_everywhere_are_missed(office, chain, carried):
    await office.entries.delete_many({"_id": {"$gt": at(chain, 7)}})
    await office.signed.delete_many({"mark": "closed"})
    lines = office.heads.read_bytes().splitlines(keepends=True)
    office.heads.write_bytes(b"".join(line for line in lines if b'"closed"' not in line))
    assert (await office.verify())[0] == 0
    assert await office.broken(against=carried) == (chain, 8, "被删除")


@pytest.mark.gen_test
async def test_a_head_cut_from_the_file_of_heads_is_missed_by_what_was_carried_away(office, chain, carried):
    await office.signed.delete_many({})
    lines = office.heads.read_bytes().splitlines(keepends=True)
    office.heads.write_bytes(b"".join(line for line in lines if b'"closed"' not in line))
    assert await office.broken(against=carried) == (chain, 9, "库外的签名文件缺行")


@pytest.mark.gen_test
async def test_a_head_signed_by_somebody_else_binds_nothing_wherever_it_is_put(office, chain, carried):
    forged = Signer(Keyring.fresh()).sign(
        Tail(chain, office.watch.now, 12, "0" * 64), "closed", office.watch.now
    )
    await office.signed.insert_one({"_id": forged.id, **structs.asdict(forged)})
    HeadsFile(office.heads).append(forged)
    assert await office.broken() == (chain, 12, "签名不符")
    assert forged not in set(HeadsFile(await office.carry(carried)).read([0]))


@pytest.mark.gen_test
async def test_what_was_carried_away_and_then_altered_is_named(office, carried):
    carried.write_bytes(carried.read_bytes().replace(b'"count":9', b'"count":8'))
    assert (await office.broken(against=carried))[2] == "签名不符"


# The clock.


@pytest.mark.gen_test
async def test_a_clock_set_back_by_days_leaves_one_whole_chain_in_the_order_of_what_happened(office, audit):
    await nine(audit)
    office.watch.now -= timedelta(days=3)
    await nine(audit)
    await audit.checkpoint()
    office.watch.now += timedelta(days=3)
    await nine(audit)
    await audit.close()
    assert (await office.verify())[1] == "合计 1 条链、27 条记录，全部完好。"


@pytest.mark.gen_test
async def test_a_process_that_starts_on_a_clock_set_back_opens_a_chain_of_its_own(office, chain):
    office.watch.now -= timedelta(days=3)
    audit = await office.process()
    await nine(audit)
    await audit.close()
    assert (await office.verify())[1] == "合计 2 条链、18 条记录，全部完好。"


@pytest.mark.gen_test
async def test_a_time_written_back_in_an_entry_is_an_alteration(office, chain):
    earlier = office.watch.now - timedelta(days=1)
    await office.entries.update_one({"_id": at(chain, 6)}, {"$set": {"at": earlier}})
    assert await office.broken() == (chain, 6, "被改动")


@pytest.mark.gen_test
async def test_a_day_between_two_others_taken_away_is_named(office, audit):
    days = []
    for _ in range(3):
        await nine(audit)
        await audit.checkpoint()
        days.append((await office.ids())[-1].partition(":")[0])
        office.watch.now += timedelta(days=1)
    await office.entries.delete_many({"chain": days[1]})
    await office.signed.delete_many({"chain": days[1]})
    assert await office.broken() == (days[1], 1, "被删除")
