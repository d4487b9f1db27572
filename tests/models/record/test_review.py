"""Review: who may settle what, what comes of it, who is told; two at once, and taking it back."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.accounts.account import Account
from models.areas.area import chain_of
from models.base.actor import Actor
from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.history.change import UNDO
from models.people.person import PHONE
from models.people.registry import Registry
from models.people.vault import Vault
from tests.models.hall import CHEN_CARD, CHEN_HOME, REVIEWER

pytestmark = pytest.mark.gen_test(timeout=20)

COLLEAGUE = msgspec.structs.replace(REVIEWER, subject="a-colleague")
OUTSIDER = msgspec.structs.replace(REVIEWER, subject="a-sun", area="529901102")
CIVIL = Actor("staff", subject="a-civil", role="reviewer", area="529901", departments=("民政",))
FARMING = Actor("staff", subject="a-farming", role="reviewer", area="529901", departments=("农业农村",))
NAME, HEALTH, STRUCTURE = "person.name", "person.health", "house.structure"


@pytest.fixture(autouse=True)
def staff(io_loop, hall):
    """Accounts of everybody who reviews; 周建国's mother has a son in the town office."""
    accounts = [
        Account(
            each.subject, each.subject, "何审核", "reviewer", each.area, chain_of(each.area), each.departments
        )
        for each in (REVIEWER, COLLEAGUE, OUTSIDER, CIVIL, FARMING)
    ]
    io_loop.run_sync(lambda: hall.account_repository.put_new(accounts))


async def asked(hall, key=NAME, value="陈桂蓝", of="me", actor=None):
    """陈桂兰 asks for another value; how the reviewer picks it."""
    await hall.record.correct(actor or hall.chen, of, key, value, "打错了字")
    return next(
        row.pick
        for row in (await hall.review.page(CIVIL if key == HEALTH else REVIEWER)).rows
        if row.key == key
    )


async def held(hall, key=NAME):
    return (await hall.people.get("p-chen")).value(key)


async def test_the_reviewer_reads_what_stands_and_what_is_asked_by_whom_and_why(hall):
    await asked(hall)
    [row] = (await hall.review.page(REVIEWER)).rows
    assert (row.held, row.held_source, row.wanted) == ("陈桂兰", "来自户籍登记", "陈桂蓝")
    assert (row.author, row.source, row.reason, row.whose) == ("陈桂兰", "本人填报", "打错了字", ("p-chen",))
    assert row.place == "大关镇丘林村三组"


async def test_accepted_it_is_the_value_with_the_counter_s_word_and_the_history_says_so(hall):
    settled = await hall.review.settle(REVIEWER, [await asked(hall)], "accept", "与户口本一致")
    value = await held(hall)
    assert (value.v, value.source, value.by) == ("陈桂蓝", "counter", "a-reviewer")
    [change] = await hall.history.of_batch(settled.batch)
    entry = change.entry
    assert (entry.before.v, entry.after.v, entry.by, entry.ground) == (
        "陈桂兰",
        "陈桂蓝",
        "a-reviewer",
        "与户口本一致",
    )
    assert (await hall.review.page(REVIEWER)).rows == ()


async def test_refused_the_value_stays_and_she_reads_why(hall):
    await hall.review.settle(REVIEWER, [await asked(hall)], "refuse", "与户口本不符")
    assert (await held(hall)).v == "陈桂兰"
    me = (await hall.record.of(hall.chen))[0]
    line = next(line for module in me.modules for line in module.lines if line.key == NAME)
    assert (line.outcome.words, line.outcome.state, line.outcome.reason) == (
        "陈桂蓝",
        "未采纳",
        "与户口本不符",
    )


async def test_a_refusal_without_a_reason_is_not_taken(hall):
    with pytest.raises(Invalid):
        await hall.review.settle(REVIEWER, [await asked(hall)], "refuse", "  ")


async def test_the_outsider_sees_nothing_and_settles_nothing(hall):
    pick = await asked(hall)
    assert (await hall.review.page(OUTSIDER)).rows == ()
    with pytest.raises(Forbidden):
        await hall.review.page(OUTSIDER, "529901101")
    settled = await hall.review.settle(OUTSIDER, [pick], "accept")
    assert [each.code for each in settled.failed] == ["proposal.unknown"]
    assert (await held(hall)).v == "陈桂兰"


async def test_a_line_settles_its_own_modules_and_no_others(hall):
    pick = await asked(hall)
    assert (await hall.review.page(CIVIL)).rows
    house = await asked(hall, STRUCTURE, "1", "house")
    assert {row.key for row in (await hall.review.page(FARMING)).rows} == {NAME, STRUCTURE}
    assert STRUCTURE not in {row.key for row in (await hall.review.page(CIVIL)).rows}
    settled = await hall.review.settle(CIVIL, [pick, house], "accept")
    assert (len(settled.done), [each.pick for each in settled.failed]) == (1, [house])


async def test_level_three_waits_for_the_line_that_may_see_it(hall, kin):
    await hall.record.correct(kin.zhou, "me", HEALTH, "10", "")
    assert HEALTH not in {row.key for row in (await hall.review.page(REVIEWER)).rows}
    assert HEALTH in {row.key for row in (await hall.review.page(CIVIL)).rows}


async def test_a_page_is_the_oldest_first_and_goes_on_where_it_ended(hall, monkeypatch, kin):
    await asked(hall)
    hall.clock.on(minutes=1)
    await asked(hall, STRUCTURE, "1", "house")
    hall.clock.on(minutes=1)
    await hall.record.correct(hall.li, "me", NAME, "李铭", "")
    monkeypatch.setattr("models.record.review.PAGE", 2)
    first = await hall.review.page(REVIEWER)
    rest = await hall.review.page(REVIEWER, after=first.next)
    assert [row.key for row in (*first.rows, *rest.rows)] == [NAME, STRUCTURE, NAME]
    assert (rest.next, rest.rows[0].name) == ("", "李明")


async def test_filters_by_village_and_by_module(hall):
    await asked(hall)
    await asked(hall, STRUCTURE, "1", "house")
    assert (await hall.review.page(REVIEWER, "529901101202")).rows == ()
    assert len((await hall.review.page(REVIEWER, "529901101201")).rows) == 2
    assert [row.key for row in (await hall.review.page(REVIEWER, module="house_resource")).rows] == [
        STRUCTURE
    ]


async def test_nobody_settles_her_own_wish_or_what_is_about_herself(hall):
    await hall.people.record("p-chen", PHONE, "13900005555", "visit", hall.clock(), "a-reviewer")
    pick = await asked(hall)
    mine = Account(
        "a-chen", "chen", "陈桂兰", "reviewer", "529901101", chain_of("529901101"), id_number=CHEN_CARD
    )
    await hall.account_repository.put_new([mine])
    herself = msgspec.structs.replace(REVIEWER, subject="a-chen")
    assert (await hall.review.page(herself)).rows[0].own
    settled = await hall.review.settle(herself, [pick], "accept")
    assert [each.code for each in settled.failed] == ["proposal.own"]


async def test_what_staff_proposed_somebody_else_accepts(hall):
    await hall.people.record("p-chen", "person.employer", "甲", "counter", hall.clock(), "a-other")
    await hall.people.record("p-chen", "person.employer", "乙", "visit", hall.clock(), "a-reviewer")
    [row] = (await hall.review.page(REVIEWER)).rows
    assert [each.code for each in (await hall.review.settle(REVIEWER, [row.pick], "accept")).failed] == [
        "proposal.own"
    ]
    assert (await hall.review.settle(COLLEAGUE, [row.pick], "accept")).done


async def test_of_two_reviewers_at_once_one_settles_it(hall):
    pick = await asked(hall)
    done = await asyncio.gather(
        hall.review.settle(REVIEWER, [pick], "accept"),
        hall.review.settle(COLLEAGUE, [pick], "refuse", "不符"),
    )
    assert sorted(len(each.done) for each in done) == [0, 1]
    failed = next(each.failed for each in done if each.failed)
    assert failed[0].code == "proposal.gone"
    kinds = [each.entry.kind for each in await hall.history.of_owners(["p-chen"])]
    assert len(kinds) == 2  # proposed, and settled once


async def test_a_wish_that_was_changed_meanwhile_is_not_accepted_unread(hall):
    pick = await asked(hall)
    hall.clock.on(minutes=1)
    again, settled = await asyncio.gather(
        hall.record.correct(hall.chen, "me", NAME, "陈贵兰", ""),
        hall.review.settle(REVIEWER, [pick], "accept"),
    )
    value = (await held(hall)).v
    assert again == "proposed"
    assert value == ("陈桂蓝" if settled.done else "陈桂兰")
    assert len((await hall.review.page(REVIEWER)).rows) == 1


async def test_undone_the_value_and_the_wish_are_back_and_nobody_is_told(hall):
    settled = await hall.review.settle(REVIEWER, [await asked(hall)], "accept")
    undone = await hall.review.undo(REVIEWER, settled.batch)
    assert len(undone.done) == 1
    assert ((await held(hall)).v, (await held(hall)).source) == ("陈桂兰", "import")
    assert len((await hall.review.page(REVIEWER)).rows) == 1
    hall.clock.on(minutes=30)
    await hall.outcomes.run_once()
    assert hall.phones.sent == []


async def test_undoing_twice_undoes_once(hall):
    settled = await hall.review.settle(REVIEWER, [await asked(hall)], "refuse", "不符")
    done = await asyncio.gather(*(hall.review.undo(REVIEWER, settled.batch) for _ in range(2)))
    assert sorted(len(each.done) for each in done) == [0, 1]
    assert len((await hall.people.get("p-chen")).held.proposals) == 1


async def test_what_has_changed_since_is_not_undone(hall):
    settled = await hall.review.settle(REVIEWER, [await asked(hall)], "accept")
    hall.clock.on(minutes=1)
    await hall.people.record("p-chen", NAME, "陈兰", "shared", hall.clock(), "公安")
    undone = await hall.review.undo(REVIEWER, settled.batch)
    assert [each.code for each in undone.failed] == ["change.overtaken"]
    assert (await held(hall)).v == "陈兰"


async def test_only_the_same_reviewer_undoes_and_only_for_ten_minutes(hall):
    settled = await hall.review.settle(REVIEWER, [await asked(hall)], "accept")
    with pytest.raises(NotFound):
        await hall.review.undo(COLLEAGUE, settled.batch)
    hall.clock.on(seconds=UNDO.total_seconds() + 1)
    with pytest.raises(Conflict):
        await hall.review.undo(REVIEWER, settled.batch)


async def test_she_is_told_when_it_can_no_longer_be_taken_back_and_once(hall):
    await hall.review.settle(REVIEWER, [await asked(hall)], "accept")
    await hall.outcomes.run_once()
    assert hall.phones.sent == []
    hall.clock.on(seconds=UNDO.total_seconds() + 1)
    other = await hall.again()
    other.phones.sent = hall.phones.sent
    await asyncio.gather(hall.outcomes.run_once(), other.outcomes.run_once())
    [(phone, text)] = hall.phones.sent
    assert (phone, "“姓名”已核实更新" in text, "陈" in text) == ("19900000001", True, False)


async def test_a_new_phone_is_told_to_the_old_one_and_the_new_one_at_once(hall):
    pick = await asked(hall, PHONE, "13900001111")
    await hall.review.settle(REVIEWER, [pick], "accept")
    await hall.outcomes.run_once()
    assert {phone for phone, _ in hall.phones.sent} >= {"19900000001", "13900001111"}
    told = dict(hall.phones.sent)
    assert "换成了另一个号码" in told["19900000001"]


async def test_a_new_phone_vouches_for_nobody_for_a_day(hall):
    registry = Registry(hall.people_repository, Vault(hall.cipher, hall.elements), hall.clock)
    await hall.review.settle(REVIEWER, [await asked(hall, PHONE, "13900001111")], "accept")
    assert (await registry.match("陈桂兰", CHEN_CARD)).phone == ""
    hall.clock.on(hours=23, minutes=59)
    assert (await registry.match("陈桂兰", CHEN_CARD)).phone == ""
    hall.clock.on(minutes=1)
    assert (await registry.match("陈桂兰", CHEN_CARD)).phone == "13900001111"


async def test_an_old_phone_that_comes_back_vouches_for_her_as_before(hall):
    registry = Registry(hall.people_repository, Vault(hall.cipher, hall.elements), hall.clock)
    settled = await hall.review.settle(REVIEWER, [await asked(hall, PHONE, "13900001111")], "accept")
    await hall.review.undo(REVIEWER, settled.batch)
    assert (await registry.match("陈桂兰", CHEN_CARD)).phone == "19900000001"


async def test_two_wishes_for_one_element_end_with_one_word(hall, kin):
    pick = await asked(hall, STRUCTURE, "1", "house")
    await hall.record.correct(kin.zhou, "house", STRUCTURE, "1", "")
    await hall.review.settle(REVIEWER, [pick], "accept")
    assert (await hall.households.get(CHEN_HOME)).held.proposals == ()
    kinds = [each.entry.kind for each in await hall.history.of_owners([CHEN_HOME])]
    assert sorted(kinds) == ["accepted", "overtaken", "proposed", "proposed"]


async def test_a_batch_settles_what_it_can(hall):
    picks = [await asked(hall), await asked(hall, STRUCTURE, "1", "house"), "person:p-li:0000", "nonsense"]
    settled = await hall.review.settle(REVIEWER, picks, "accept")
    assert (len(settled.done), len(settled.failed)) == (2, 2)
    assert len((await hall.review.undo(REVIEWER, settled.batch)).done) == 2


async def test_every_question_is_answered_by_an_index(hall):
    await asked(hall)
    database = hall.database.collection("people").database
    await database.command("profile", 2)
    await hall.review.page(REVIEWER, "529901101201", after="2026-01-01T00:00:00+00:00~")
    settled = await hall.review.settle(REVIEWER, [await asked(hall, PHONE, "13900001111")], "accept")
    await hall.review.undo(REVIEWER, settled.batch)
    await hall.outcomes.run_once()
    await hall.keeping.run_once()
    await database.command("profile", 0)
    names = [f"{database.name}.{name}" for name in ("people", "households", "registry_changes", "cases")]
    plans = [row async for row in database["system.profile"].find({"ns": {"$in": names}})]
    assert plans
    assert [row["command"] for row in plans if "COLLSCAN" in row.get("planSummary", "")] == []
    await database.drop_collection("system.profile")
