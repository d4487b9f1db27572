"""Giving leave, holding it, taking it back: who may, and what the principal hears of it."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound, Unavailable
from tests.models.hall import CLERK, GRID, LI_CARD, WANG, ZHOU_CARD, card


@pytest.mark.gen_test
async def test_who_was_given_leave_finds_it_and_may_act(hall, kin):
    given = await kin.leave("until")
    assert [each.id for each in await hall.mandates.held_by(kin.zhou)] == [given.id]
    mandate, person = await hall.mandates.to_act(kin.zhou, given.id)
    assert (mandate.ground, person.name) == ("consent", "陈桂兰")


@pytest.mark.gen_test
async def test_leave_is_for_the_one_whose_card_was_named(hall, kin):
    given = await kin.leave()
    with pytest.raises(NotFound):
        await hall.mandates.to_act(hall.li, given.id)


@pytest.mark.gen_test
async def test_leave_for_an_unknown_card_is_given_like_any_other(hall, kin):
    given = await hall.mandates.give(hall.chen, "孙外人", card("11010519900101001"), "once", (), "2026-11-30")
    assert (given.state, given.agent.name) == ("active", "孙外人")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"number": "529901"}, "id_number"), ({"name": ""}, "name"), ({"until": ""}, "until"),
     ({"scope": "matter"}, "offers"), ({"number": "52990119430308002"}, "id_number")],
)  # fmt: skip
@pytest.mark.gen_test
async def test_what_is_wrong_with_leave_is_said_beside_the_field(hall, wrong, field):
    given = {"name": "周建国", "number": ZHOU_CARD, "scope": "once", "until": "2026-11-30", **wrong}
    with pytest.raises(Invalid) as caught:
        await hall.mandates.give(
            hall.chen, given["name"], given["number"], given["scope"], (), given["until"]
        )
    assert [problem.field for problem in caught.value.problems] == [field]


@pytest.mark.gen_test
async def test_nobody_gives_leave_to_herself(hall):
    with pytest.raises(Invalid) as caught:
        await hall.mandates.give(hall.chen, "陈桂兰", hall.chen.id_number, "once", (), "2026-11-30")
    assert caught.value.problems[0].code == "mandate.self"


@pytest.mark.gen_test
async def test_leave_needs_l2(hall):
    stranger = hall.resident("陈桂兰", hall.chen.id_number)
    for work in (
        hall.mandates.give(stranger, "周建国", ZHOU_CARD, "once", (), "2026-11-30"),
        hall.mandates.given_by(stranger),
        hall.mandates.wards(stranger),
    ):
        with pytest.raises(LoginNeeded):
            await work


@pytest.mark.gen_test
async def test_an_agent_cannot_pass_on_leave(hall, kin):
    acting = kin.acting(await kin.leave("until"))
    with pytest.raises(Forbidden):
        await hall.mandates.give(acting, "李明", LI_CARD, "until", (), "2026-11-30")
    with pytest.raises(Forbidden):
        await hall.mandates.to_act(acting, acting.mandate)


@pytest.mark.gen_test
async def test_an_agent_can_neither_see_nor_take_back_what_she_gave(hall, kin):
    acting = kin.acting(await kin.leave("until"))
    for work in (hall.mandates.given_by(acting), hall.mandates.withdraw(acting, acting.mandate)):
        with pytest.raises(Forbidden):
            await work


@pytest.mark.gen_test
async def test_withdrawn_leave_ends_at_once_with_the_sessions_on_it(hall, kin):
    given = await kin.leave("until")
    await hall.mandates.withdraw(hall.chen, given.id)
    assert hall.ended == [given.id]
    assert not await hall.mandates.still(given.id)
    with pytest.raises(NotFound):
        await hall.mandates.to_act(kin.zhou, given.id)


@pytest.mark.gen_test
async def test_only_who_gave_it_takes_it_back(hall, kin):
    given = await kin.leave()
    for other in (hall.li, kin.zhou):
        with pytest.raises(NotFound):
            await hall.mandates.withdraw(other, given.id)
    await hall.mandates.withdraw(hall.chen, given.id)
    with pytest.raises(Conflict):
        await hall.mandates.withdraw(hall.chen, given.id)


@pytest.mark.gen_test
async def test_leave_ends_with_its_last_day(hall, kin):
    given = await kin.leave("until", until="2026-11-05")
    hall.clock.on(days=2)
    assert not await hall.mandates.still(given.id)
    assert await hall.mandates.held_by(kin.zhou) == []


# Children.


@pytest.mark.gen_test
async def test_a_parent_acts_for_a_child_under_fourteen(hall, kin):
    await kin.child()
    assert [ward.name for ward in await hall.mandates.wards(hall.li)] == ["李子轩"]
    mandate = await hall.mandates.guard(hall.li, "p-child")
    assert (mandate.ground, mandate.until, mandate.proof) == ("guardian", "2026-11-04", "registry")
    assert (await hall.mandates.to_act(hall.li, mandate.id))[1].name == "李子轩"


@pytest.mark.gen_test
async def test_a_parent_does_not_act_for_one_of_fourteen(hall, kin):
    await kin.child()
    mandate = await hall.mandates.guard(hall.li, "p-child")
    hall.clock.on(days=1)  # the birthday
    assert await hall.mandates.wards(hall.li) == []
    assert not await hall.mandates.still(mandate.id)
    with pytest.raises(Forbidden):
        await hall.mandates.guard(hall.li, "p-child")


@pytest.mark.gen_test
async def test_a_guardian_has_one_and_the_same_leave_every_time(hall, kin):
    await kin.child()
    first = await hall.mandates.guard(hall.li, "p-child")
    assert (await hall.mandates.guard(hall.li, "p-child")).id == first.id


@pytest.mark.gen_test
async def test_a_grandchild_and_a_strangers_child_are_nobodys_to_act_for(hall, kin):
    await kin.child(relation="40")
    for who in (hall.li, hall.chen):
        with pytest.raises(Forbidden) as caught:
            await hall.mandates.guard(who, "p-child")
        assert caught.value.code == "mandate.guardian"


@pytest.mark.gen_test
async def test_guardianship_ends_when_the_registry_knows_it_no_more(hall, kin):
    await kin.child()
    mandate = await hall.mandates.guard(hall.li, "p-child")
    home = await hall.households.of_person("p-li")
    alone = msgspec.structs.replace(home, members=home.members[:1], rev=home.rev + 1)
    await hall.household_repository.change(alone, home.rev)
    assert not await hall.mandates.still(mandate.id)


# In person.


@pytest.mark.gen_test
async def test_a_grid_worker_acts_once_for_somebody_of_his_grid(hall):
    given = await hall.mandates.present(WANG, "p-chen", "pin")
    assert (given.ground, given.scope, given.until, given.proof) == ("present", "once", "2026-11-04", "pin")
    assert (await hall.mandates.to_act(WANG, given.id))[0].agent.kind == "staff"


@pytest.mark.gen_test
async def test_a_grid_worker_outside_the_grid_is_refused(hall):
    elsewhere = msgspec.structs.replace(WANG, area="529901101202G01")
    for worker, person in ((WANG, "p-li"), (elsewhere, "p-chen")):
        with pytest.raises(Forbidden):
            await hall.mandates.present(worker, person, "pin")


@pytest.mark.gen_test
async def test_without_her_proof_no_worker_acts(hall):
    with pytest.raises(Forbidden):
        await hall.mandates.present(WANG, "p-chen", "self")
    approver = msgspec.structs.replace(CLERK, role="approver", area=GRID)
    with pytest.raises(Forbidden):
        await hall.mandates.present(approver, "p-chen", "pin")


# Telling.


@pytest.mark.gen_test
async def test_the_principal_is_told_on_the_phone_on_record(hall, kin):
    await kin.leave()
    assert await kin.told() == [
        "您已同意周建国代您办事，到2026-12-01为止。如不是您的意思，请登录撤回或拨打12345。"
    ]
    assert len(await kin.told()) == 1


@pytest.mark.gen_test
async def test_a_gateway_that_is_away_is_tried_again(hall, kin):
    hall.phones.trouble = Unavailable()
    await kin.leave()
    assert await kin.told() == []
    hall.phones.trouble = None
    assert await kin.told() == []  # it rests a minute
    hall.clock.on(minutes=2)
    assert len(await kin.told()) == 1


@pytest.mark.gen_test
async def test_two_processes_tell_once(hall, kin):
    await kin.leave()
    await asyncio.gather(hall.telling.run_once(), (await hall.again()).telling.run_once())
    assert len(await kin.told()) <= 1
