"""The second factor itself: set up, checked, used up, taken away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models.base.errors import Conflict, Invalid, TooMany
from models.sessions.factor import step_of
from models.sessions.repository import FactorRepository

from .conftest import App


def test_codes_are_those_of_rfc_6238():
    """Appendix B, SHA-1, cut to six digits; the secret is its ASCII one in Base32."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        moment = datetime.fromtimestamp(seconds, UTC)
        assert step_of(secret, code, moment, -1) == seconds // 30
        assert step_of(secret, code, moment + timedelta(seconds=90), -1) is None


@pytest.mark.gen_test
async def test_one_valid_code_puts_the_secret_into_force(gate, clock):
    enrolment = await gate.second.begin("a1", "赵科长")
    assert not await gate.second.enrolled("a1")
    codes = await gate.second.confirm("a1", App(enrolment.secret, clock).code())
    assert await gate.second.enrolled("a1")
    assert len(set(codes)) == 10
    assert enrolment.uri.startswith("otpauth://totp/")
    assert enrolment.secret in enrolment.uri
    assert enrolment.secret not in repr(enrolment)


@pytest.mark.gen_test
async def test_a_wrong_code_puts_nothing_into_force(gate, clock):
    enrolment = await gate.second.begin("a1", "赵科长")
    for typed in (App(enrolment.secret, clock).code(-5), "", "陈桂兰", "１２"):
        with pytest.raises(Invalid):
            await gate.second.confirm("a1", typed)
    assert not await gate.second.enrolled("a1")
    with pytest.raises(Conflict):
        await gate.second.confirm("nobody", "123456")


@pytest.mark.gen_test
async def test_beginning_again_voids_the_secret_of_before(gate, clock):
    old = App((await gate.second.begin("a1", "赵科长")).secret, clock)
    await gate.second.begin("a1", "赵科长")
    with pytest.raises(Invalid):
        await gate.second.confirm("a1", old.code())


@pytest.mark.gen_test
async def test_who_has_one_cannot_put_another_in_its_place(gate, town):
    app, _ = await gate.enrol(town.zhao)
    with pytest.raises(Conflict):
        await gate.second.begin("a1", "赵科长")
    assert await gate.second.passes("a1", app.code())


@pytest.mark.gen_test
async def test_of_two_taps_at_once_one_confirms(gate, clock):
    enrolments = await asyncio.gather(*(gate.second.begin("a1", "赵科长") for _ in range(3)))
    codes = {App(one.secret, clock).code() for one in enrolments}
    done = await asyncio.gather(*(gate.second.confirm("a1", code) for code in codes), return_exceptions=True)
    assert len([one for one in done if isinstance(one, tuple)]) == 1


@pytest.mark.gen_test
async def test_a_code_is_taken_once_however_many_hands_hold_it(gate, town):
    app, _ = await gate.enrol(town.zhao)
    taken = await asyncio.gather(*(gate.second.passes("a1", app.code()) for _ in range(4)))
    assert sorted(taken) == [False, False, False, True]
    assert not await gate.second.passes("a1", app.code())


@pytest.mark.gen_test
async def test_the_code_that_confirmed_does_not_log_in(gate, clock):
    app = App((await gate.second.begin("a1", "赵科长")).secret, clock)
    await gate.second.confirm("a1", app.code())
    assert not await gate.second.passes("a1", app.code())


@pytest.mark.gen_test
async def test_a_clock_may_be_half_a_minute_off_and_no_more(gate, town, clock):
    app, _ = await gate.enrol(town.zhao)
    clock.advance(minutes=10)
    assert await gate.second.passes("a1", app.code(-1))
    assert await gate.second.passes("a1", app.code(+1))
    assert not await gate.second.passes("a1", app.code(+2))
    clock.advance(minutes=10)
    assert not await gate.second.passes("a1", app.code(-2))


@pytest.mark.gen_test
async def test_after_a_later_code_an_earlier_one_is_worth_nothing(gate, town):
    app, _ = await gate.enrol(town.zhao)
    assert await gate.second.passes("a1", app.code(+1))
    assert not await gate.second.passes("a1", app.code())


@pytest.mark.gen_test
async def test_of_two_codes_at_once_the_later_one_counts_whoever_writes_last(gate, town, database):
    await gate.enrol(town.zhao)
    repository = FactorRepository(database)
    seen = await repository.get("a1")  # by both, before either was taken
    assert await repository.take_step(seen, seen.last_step + 2)
    assert not await repository.take_step(seen, seen.last_step + 1)
    assert (await repository.get("a1")).last_step == seen.last_step + 2


def test_a_step_that_was_taken_fits_no_more():
    secret, moment = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC)
    assert step_of(secret, "287082", moment, 0) == 1
    assert step_of(secret, "287082", moment, 1) is None


@pytest.mark.gen_test
async def test_a_recovery_code_is_taken_once_as_people_type_it(gate, town):
    _, recovery = await gate.enrol(town.zhao)
    typed = f" {recovery[0].lower().replace('0', 'o').replace('1', 'l')} "
    taken = await asyncio.gather(*(gate.second.passes("a1", typed) for _ in range(3)))
    assert sorted(taken) == [False, False, True]
    assert not await gate.second.passes("a1", recovery[0])
    assert await gate.second.recovery_left("a1") == 9


@pytest.mark.gen_test
async def test_a_recovery_code_of_somebody_else_opens_nothing(gate, town):
    _, recovery = await gate.enrol(town.zhao)
    await gate.second.begin("a2", "孙外人")
    assert not await gate.second.passes("a2", recovery[0])


@pytest.mark.gen_test
async def test_new_recovery_codes_void_the_old(gate, town):
    app, old = await gate.enrol(town.zhao)
    with pytest.raises(Invalid):
        await gate.second.renew_recovery("a1", "000000-nonsense")
    new = await gate.second.renew_recovery("a1", app.code())
    assert not await gate.second.passes("a1", old[1])
    assert await gate.second.passes("a1", new[1])


@pytest.mark.gen_test
async def test_neither_secret_nor_recovery_code_lies_in_the_database(gate, town, database):
    enrolment = await gate.second.begin("a1", "赵科长")
    recovery = await gate.second.confirm("a1", App(enrolment.secret, gate.clock).code())
    row = str(await database.collection("second_factors").find_one({}))
    for secret in (enrolment.secret, *recovery, *(code.replace("-", "") for code in recovery)):
        assert secret not in row


@pytest.mark.gen_test
async def test_after_five_wrong_codes_even_the_right_one_waits_a_quarter_of_an_hour(gate, town, clock):
    app, _ = await gate.enrol(town.zhao)
    for _ in range(5):
        assert not await gate.second.passes("a1", "000000x")
    with pytest.raises(TooMany):
        await gate.second.passes("a1", app.code())
    clock.advance(minutes=15)
    assert await gate.second.passes("a1", app.code())


@pytest.mark.gen_test
async def test_a_reset_leaves_nothing_of_the_old_factor(gate, town):
    app, recovery = await gate.enrol(town.zhao)
    assert await gate.second.reset("a1")
    assert not await gate.second.reset("a1")
    assert not await gate.second.passes("a1", app.code())
    assert not await gate.second.passes("a1", recovery[0])
    assert not await gate.second.enrolled("a1")
