"""The register on the real database: recorded by one, told, objected to by her, decided by another; what it changes."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound, Unavailable
from models.cases.declared import Declarations
from models.forms.form import Commitment, Field
from models.integrity.desk import Charge, IntegrityDesk, moves_of
from models.integrity.kinds import load_kinds
from models.integrity.repository import BreachRepository
from models.integrity.service import Integrity
from models.integrity.standing import Standing
from models.integrity.telling import BreachTelling
from models.limits.repository import LimitRepository
from models.limits.service import Limits
from tests.models.catalogue import ITEMS
from tests.models.hall import REVIEWER, SUN_CLERK, ZHAO, Hall, changed

pytestmark = pytest.mark.gen_test

BOSS = msgspec.structs.replace(ZHAO, subject="a-boss", name="钱镇长", area="529901101", departments=())
PROMISE = Field(
    "commit", "用承诺代替收入证明吗？", "yes_no",
    commitment=Commitment("income", "我家的收入如所填。", {"false.statement": 6}),
)  # fmt: skip
CHARGE = Charge("commit", "false.statement", "收入少报了一半", "农商行流水，2026-11-02")


class Office:
    """A hall whose allowance may be had on a promise, and the register beside it."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.repository = BreachRepository(hall.database, hall.cipher)
        declarations = Declarations(hall.cases_repository, hall.catalogue)
        limits = Limits(LimitRepository(hall.database), hall.cipher, hall.clock)
        ids = iter(f"{n:028x}" for n in range(1000))
        self.desk = IntegrityDesk(
            self.repository, hall.desk, declarations, load_kinds(), hall.clock, hall.days, lambda: next(ids)
        )
        self.own = Integrity(self.repository, declarations, limits, load_kinds(), hall.clock)
        self.telling = BreachTelling(self.repository, hall.phones, hall.clock, hall.days, "云岭县政务服务")

    async def promised(self, **answers):
        """陈桂兰's case in which she has promised."""
        return await self.hall.case(await self.hall.file(commit=True, **answers))

    async def recorded(self):
        case = await self.promised()
        return await self.desk.record(REVIEWER, case.id, CHARGE)

    async def standing(self):
        """A breach that nobody has objected to."""
        found = await self.recorded()
        await self.telling.run_once()
        self.hall.clock.on(days=20)
        return await self.desk.act(BOSS, found.id, "confirm", 2, "没有异议，核实属实")


@pytest.fixture
def office(io_loop, hall):
    async def furnish():
        form = ITEMS["allowance"].form
        section = msgspec.structs.replace(form.sections[0], fields=(*form.sections[0].fields, PROMISE))
        form = msgspec.structs.replace(form, sections=(section, *form.sections[1:]))
        other = await hall.again(changed(ITEMS["allowance"], form=form))
        await hall.database.ensure([*BreachRepository.COLLECTIONS, *LimitRepository.COLLECTIONS])
        return Office(other)

    return io_loop.run_sync(furnish)


async def test_what_she_promised_is_on_record_with_the_words_of_then(office):
    case = await office.promised()
    (said,) = (await office.own.own(office.hall.chen)).declared
    assert (said.case_no, said.words, said.promise) == (case.case_no, "我家的收入如所填。", "income")


async def test_she_is_told_and_her_days_run_from_there(office):
    found = await office.recorded()
    assert (found.state, found.object_by) == ("noticed", "")
    await office.telling.run_once()
    ((phone, text),) = office.hall.phones.sent
    assert phone == "19900000001"
    assert "11月18日前" in text
    assert "收入少报" not in text
    (told,) = (await office.own.own(office.hall.chen)).breaches
    assert (told.state, told.object_by) == ("served", "2026-11-18")


async def test_a_gateway_that_is_away_starts_no_days(office):
    office.hall.phones.trouble = Unavailable()
    found = await office.recorded()
    await office.telling.run_once()
    assert (await office.desk.get(REVIEWER, found.id)).state == "noticed"
    office.hall.phones.trouble = None
    office.hall.clock.on(minutes=2)
    await office.telling.run_once()
    assert (await office.desk.get(REVIEWER, found.id)).state == "served"


async def test_two_drains_at_once_tell_her_once(office):
    await office.recorded()
    await asyncio.gather(*(office.telling.run_once() for _ in range(4)))
    assert len(office.hall.phones.sent) == 1


async def test_her_objection_is_decided_by_another_officer(office):
    found = await office.recorded()
    await office.telling.run_once()
    said = await office.own.say(office.hall.chen, found.id, "object", 2, "流水是儿子的")
    assert (said.state, moves_of(REVIEWER, said), moves_of(BOSS, said)) == (
        "objected",
        (),
        ("uphold", "drop"),
    )
    done = await office.desk.act(BOSS, found.id, "drop", 3, "流水确实是周建国的")
    assert done.state == "dropped"
    await office.telling.run_once()
    assert "已经撤销" in office.hall.phones.sent[-1][1]


async def test_who_recorded_it_decides_nothing(office):
    found = await office.recorded()
    await office.telling.run_once()
    with pytest.raises(Forbidden):
        await office.desk.act(REVIEWER, found.id, "drop", 2, "算了")
    own = await office.desk.record(BOSS, found.case, CHARGE)
    await office.telling.run_once()
    with pytest.raises(Conflict, match="breach.own"):
        await office.desk.act(BOSS, own.id, "drop", 2, "算了")


async def test_a_breach_that_stands_asks_for_the_paper_instead_of_the_promise(office):
    await office.standing()
    with pytest.raises(Invalid) as refused:
        await office.hall.file(commit=True, key="key-of-chen-2")
    (problem,) = refused.value.problems
    assert (problem.field, problem.code) == ("commit", "commitment.barred")
    assert "2027年5月24日前" in problem.message
    assert (await office.hall.file(commit=False, key="key-of-chen-3")).created


async def test_it_changes_nothing_for_anybody_else_and_nothing_after_its_time(office):
    await office.standing()
    form = office.hall.catalogue.offer("allowance").form
    standing = Standing(office.repository, load_kinds(), office.hall.clock)
    assert list(await standing.barred(office.hall.chen.subject, form)) == ["income"]
    assert await standing.barred(office.hall.li.subject, form) == {}
    office.hall.clock.on(days=183)
    assert (await office.hall.file(commit=True, key="key-of-chen-4")).created


async def test_repair_opens_the_promise_again(office):
    found = await office.standing()
    office.hall.clock.on(days=95)
    await office.own.say(office.hall.chen, found.id, "ask_repair", 3, "已退回多领的钱")
    await office.desk.act(BOSS, found.id, "repair", 4, "银行回单已核对")
    assert (await office.hall.file(commit=True, key="key-of-chen-5")).created


async def test_nobody_reads_or_answers_what_is_about_another(office):
    found = await office.recorded()
    await office.telling.run_once()
    with pytest.raises(NotFound):
        await office.own.say(office.hall.li, found.id, "object", 2, "我来说")
    with pytest.raises(LoginNeeded):
        await office.own.own(office.hall.resident("陈桂兰", office.hall.chen.id_number))
    with pytest.raises(NotFound):
        await office.desk.get(SUN_CLERK, found.id)
    with pytest.raises(Forbidden):
        await office.desk.listing(SUN_CLERK)


async def test_a_charge_names_a_declaration_of_the_case_and_says_why(office):
    case = await office.promised()
    with pytest.raises(Invalid) as refused:
        await office.desk.record(REVIEWER, case.id, Charge("name", "rumour", " ", ""))
    assert [each.field for each in refused.value.problems] == ["field", "kind", "ground", "evidence"]


async def test_what_was_filed_without_proof_of_who_it_is_can_be_held_against_nobody(office):
    filed = await office.hall.file(office.hall.anybody, "lamp", what="灯不亮", phone="13900001111")
    case = await office.hall.case(filed)
    with pytest.raises(Conflict, match="breach.unproven"):
        await office.desk.record(BOSS, case.id, CHARGE)


async def test_words_and_names_are_sealed_where_they_lie(office):
    found = await office.recorded()
    await office.telling.run_once()
    await office.own.say(office.hall.chen, found.id, "object", 2, "流水是儿子的")
    kept = await office.hall.raw("breaches")
    for private in ('陈桂兰"', "收入少报", "农商行流水", "流水是儿子的", "19900000001"):
        assert private not in kept


async def test_two_who_decide_at_once_decide_once(office):
    found = await office.recorded()
    await office.telling.run_once()
    await office.own.say(office.hall.chen, found.id, "object", 2, "流水是儿子的")
    both = await asyncio.gather(
        *(office.desk.act(BOSS, found.id, move, 3, "依据") for move in ("uphold", "drop")),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in both) == 1
