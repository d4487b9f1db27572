"""Binding in person: her code, his confirmation, recorded; neither is worth anything alone."""

from __future__ import annotations

import pytest

from models.base.actor import Actor
from models.base.errors import Forbidden, LoginNeeded, LoginRefused, NotFound, TooMany
from models.sessions.inperson import InPerson
from models.sessions.pairings import PairingRepository

GRID = "529901101201G01"
AREAS = ("529901", "529901101", "529901101201", "52990110120103", GRID)
WANG = Actor("staff", subject="a-wang", name="王网格", role="grid", area=GRID, session="s-wang")


class Map:
    """Everybody lives in 王网格's grid but 李明."""

    async def areas_of(self, person_id):
        return AREAS if person_id == "chen" else (*AREAS[:4], "529901101201G02")


@pytest.fixture
def desk(io_loop, gate, database):
    io_loop.run_sync(lambda: database.ensure(PairingRepository.COLLECTIONS))
    return InPerson(
        PairingRepository(database),
        gate.sessions._ledger,
        gate.town,
        Map(),
        gate.limits,
        gate.cipher,
        gate.clock,
    )


@pytest.fixture
def doors(gate, desk):
    gate.sessions._in_person = desk
    return gate.sessions


@pytest.mark.gen_test
async def test_her_code_and_his_confirmation_raise_her_session(gate, desk, doors):
    chen = await gate.l1(gate.town.chen)
    code = await desk.ask(chen, "10.0.0.1")
    shown = await desk.look(WANG, f"{code[:3]} {code[3:]}")
    assert (shown.name, shown.id_number) == ("陈桂兰", f"529901********{chen.id_number[-4:]}")
    await desk.confirm(WANG, code)
    actor = doors.actor_of((await doors.confirm_in_person(chen, "10.0.0.1")).access_token)
    assert (actor.level, actor.person) == ("L2", "chen")
    assert await doors.proof_of(actor) == "grid"


@pytest.mark.gen_test
async def test_who_confirmed_whom_stays_on_record(gate, desk, database):
    chen = await gate.l1(gate.town.chen)
    await desk.confirm(WANG, await desk.ask(chen, "10.0.0.1"))
    row = await database.collection("identity_checks").find_one({})
    assert (row["by"], row["by_name"], row["person"], row["area"]) == ("a-wang", "王网格", "chen", GRID)


@pytest.mark.gen_test
async def test_before_he_confirms_she_is_asked_to_wait(gate, desk, doors):
    chen = await gate.l1(gate.town.chen)
    code = await desk.ask(chen, "10.0.0.1")
    await desk.look(WANG, code)
    with pytest.raises(LoginRefused) as refusal:
        await doors.confirm_in_person(chen, "10.0.0.1")
    assert refusal.value.code == "login.waiting"


@pytest.mark.gen_test
async def test_a_card_that_nobody_knows_gets_a_code_like_any_other_and_nobody_finds_it(gate, desk, doors):
    sun = await gate.l1(gate.town.sun)
    code = await desk.ask(sun, "10.0.0.1")
    assert len(code) == 6
    with pytest.raises(NotFound):
        await desk.confirm(WANG, code)
    with pytest.raises(LoginRefused) as refusal:
        await doors.confirm_in_person(sun, "10.0.0.1")
    assert refusal.value.code == "login.waiting"


@pytest.mark.gen_test
async def test_somebody_of_another_grid_is_not_his_to_confirm(gate, desk):
    code = await desk.ask(await gate.l1(gate.town.li), "10.0.0.1")
    with pytest.raises(NotFound) as here:
        await desk.look(WANG, code)
    with pytest.raises(NotFound) as nowhere:
        await desk.look(WANG, "000000" if code != "000000" else "000001")
    assert here.value.message == nowhere.value.message


@pytest.mark.gen_test
async def test_a_code_is_for_one_session_one_confirmation_and_ten_minutes(gate, desk, doors, clock):
    chen = await gate.l1(gate.town.chen)
    code = await desk.ask(chen, "10.0.0.1")
    with pytest.raises(LoginRefused):
        await doors.confirm_in_person(await gate.l1(gate.town.chen), "10.0.0.1")
    clock.advance(minutes=11)
    with pytest.raises(NotFound):
        await desk.confirm(WANG, code)


@pytest.mark.gen_test
async def test_a_new_code_puts_the_old_one_out_of_force(gate, desk):
    chen = await gate.l1(gate.town.chen)
    old, new = await desk.ask(chen, "10.0.0.1"), await desk.ask(chen, "10.0.0.1")
    with pytest.raises(NotFound):
        await desk.confirm(WANG, old)
    await desk.confirm(WANG, new)


@pytest.mark.gen_test
async def test_residents_confirm_nobody_and_staff_ask_for_no_code(gate, desk):
    chen = await gate.l1(gate.town.chen)
    code = await desk.ask(chen, "10.0.0.1")
    with pytest.raises(Forbidden):
        await desk.confirm(chen, code)
    with pytest.raises(LoginNeeded):
        await desk.ask(WANG, "10.0.0.1")


@pytest.mark.gen_test
async def test_codes_are_not_guessed(desk):
    for number in range(30):
        with pytest.raises(NotFound):
            await desk.look(WANG, f"{number:06d}")
    with pytest.raises(TooMany):
        await desk.look(WANG, "000030")
