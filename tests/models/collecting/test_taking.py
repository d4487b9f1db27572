"""Wherever values are taken: what is not collected gets into the registry by no way, and what is hers she may correct."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from models.base.errors import Forbidden
from models.history.repository import HistoryRepository
from models.history.service import History
from models.people.book import Ground, Write
from models.people.edits import Decision, Entry, Given, accept, take
from models.people.person import Person
from models.people.repository import PersonRepository
from models.people.service import People
from models.people.values import Held, Value
from models.people.vault import Vault
from tests.models.collecting.conftest import ADMIN
from tests.models.collecting.test_collecting import HOME, LAW

pytestmark = pytest.mark.gen_test

KIND, PHONE = "person.disability_kind", "person.phone"


@pytest.fixture
def people(io_loop, database, collecting, clock, tmp_path, elements, cipher) -> People:
    vault = Vault(cipher, elements)
    repository = PersonRepository(database, vault)
    changes = HistoryRepository(database, vault, cipher)
    io_loop.run_sync(lambda: database.ensure((*PersonRepository.COLLECTIONS, *HistoryRepository.COLLECTIONS)))
    known = Held({KIND: Value(["4"], "import", clock())})
    put = [Person("p-chen", HOME, held=known), Person("p-li", HOME)]
    io_loop.run_sync(lambda: repository.put_new(put))
    return People(repository, History(changes, elements, grounds=collecting))


async def said(people, of, source, clock, key=KIND, value=("1",)):
    return await people.record(of, key, list(value), source, clock(), "某人")


@pytest.mark.parametrize("source", ["shared", "counter", "visit", "self", "import"])
async def test_without_its_ground_it_is_taken_from_nobody(people, clock, source):
    with pytest.raises(Forbidden) as refused:
        await said(people, "p-li", source, clock)
    assert refused.value.code == "element.off"
    assert (await people.get("p-li")).held == Held()


async def test_one_that_is_off_keeps_the_others_of_one_visit_out_as_well(people, clock):
    given = [
        Given(PHONE, Value("19900000001", "visit", clock())),
        Given(KIND, Value(["1"], "visit", clock())),
    ]
    with pytest.raises(Forbidden):
        await people.take("p-li", given, clock())
    assert (await people.get("p-li")).held == Held()


async def test_with_its_ground_it_is_taken_and_sealed(people, collecting, clock, database):
    await collecting.turn_on(ADMIN, KIND, LAW, "残联")
    assert await said(people, "p-li", "visit", clock) == "recorded"
    stored = await database.collection("people").find_one({"_id": "p-li"})
    assert set(stored["values"]["person"]["disability_kind"]) == {"sealed", "source", "at", "by"}


async def test_what_is_held_is_not_taken_anew_and_is_hers_to_correct(people, clock):
    with pytest.raises(Forbidden):
        await said(people, "p-chen", "visit", clock)
    assert await said(people, "p-chen", "self", clock) == "recorded"  # her own word above an import's


async def test_what_she_asked_to_have_corrected_can_be_granted(people, clock, collecting):
    wish = Given(KIND, Value(["1"], "self", clock(), "p-chen"), at_once=False)
    await people.take("p-chen", (wish,), clock())
    waiting = (await people.get("p-chen")).held.proposals[0]
    made = Decision("a-reviewer", clock())
    await people.edit("p-chen", lambda held: accept(held, waiting.id, made))
    assert (await people.get("p-chen")).value(KIND).v == ["1"]


async def test_a_visit_s_wish_of_before_cannot_be_granted_once_it_is_off(people, clock, collecting):
    await collecting.turn_on(ADMIN, KIND, LAW, "残联")
    wish = Given(KIND, Value(["1"], "visit", clock(), "a-wang"), at_once=False)
    await people.take("p-chen", (wish,), clock())
    await collecting.turn_off(ADMIN, KIND, "停止")
    waiting = (await people.get("p-chen")).held.proposals[0]
    with pytest.raises(Forbidden):
        await people.edit("p-chen", lambda held: accept(held, waiting.id, Decision("a-reviewer", clock())))


@pytest.mark.parametrize("on", [False, True])
async def test_whoever_comes_in_by_a_sheet_brings_only_what_is_collected(
    people, collecting, clock, database, on
):
    held = Held({KIND: Value(["1"], "import", clock(), "a-clerk")})
    ground = Ground(clock(), "a-clerk", "导入台账", "job-1")
    new, old = Person("p-new", HOME, held=held), await people.get("p-li")
    edit = take(old.held, (Given(KIND, held.values[KIND]),), clock())
    if on:
        await collecting.turn_on(ADMIN, KIND, LAW, "残联")
    for also in (await people.founding([new], ground), await people.changing([(old, edit)], ground)):
        if on:
            await database.transaction(also)
        else:
            with pytest.raises(Forbidden):
                await database.transaction(also)
    assert await database.collection("people").count_documents({"_id": "p-new"}) == int(on)
    assert ((await people.get("p-li")).value(KIND) is not None) is on


async def test_what_is_held_goes_along_where_two_records_become_one(people, clock, database):
    chen, li = await people.get("p-chen"), await people.get("p-li")
    entry = Entry("recorded", KIND, clock(), "a-reviewer", None, chen.value(KIND), batch="merge-1")
    joined = replace(li, held=chen.held, rev=li.rev + 1)
    await database.transaction(people.writing([Write(joined, li.rev, (entry,))]))
    assert (await people.get("p-li")).value(KIND).v == ["4"]
