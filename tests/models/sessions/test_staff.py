from __future__ import annotations

import asyncio

import pytest

from models.base.errors import LoginRefused, TooMany
from models.sessions.session import SessionOver

PASSWORD = "桃李不言-2026"


async def refusal_of(gate, username, password, address="10.0.0.9"):
    try:
        await gate.sessions.staff_login(username, password, address)
    except (LoginRefused, TooMany) as error:
        return error
    return None


@pytest.mark.gen_test
async def test_a_password_gives_an_actor_with_role_area_and_departments(gate, town):
    tokens = await gate.sessions.staff_login(" Zhao ", PASSWORD, "a")
    actor = gate.sessions.actor_of(tokens.access_token)
    assert tokens.level == "staff"
    assert (actor.kind, actor.level, actor.subject, actor.name) == ("staff", "L0", "a1", "赵科长")
    assert (actor.role, actor.area, actor.departments, actor.id_number) == (
        "approver",
        "529901100",
        ("民政",),
        "",
    )


@pytest.mark.gen_test
async def test_a_wrong_password_an_unknown_name_and_a_closed_account_are_refused_alike(gate, town):
    seen = [await refusal_of(gate, "zhao", ""), await refusal_of(gate, "nobody", PASSWORD)]
    town.zhao.active = False
    seen += [await refusal_of(gate, "zhao", PASSWORD), await refusal_of(gate, "zhao", "陈" * 100_000)]
    assert {(error.code, error.message) for error in seen} == {("login.refused", seen[0].message)}


@pytest.mark.gen_test
async def test_after_five_failures_the_account_is_locked_for_fifteen_minutes(gate, town, clock):
    for _ in range(5):
        assert (await refusal_of(gate, "zhao", "x")).code == "login.refused"
        clock.advance(minutes=2)
    locked = await refusal_of(gate, "ZHAO", PASSWORD)
    assert (locked.code, locked.retry_after) == ("too_many", 13 * 60)
    clock.advance(minutes=13)
    assert await refusal_of(gate, "zhao", PASSWORD) is None


@pytest.mark.gen_test
async def test_an_unknown_name_is_locked_just_the_same(gate):
    codes = [(await refusal_of(gate, "nobody", "x")).code for _ in range(6)]
    assert codes == ["login.refused"] * 5 + ["too_many"]


@pytest.mark.gen_test
async def test_of_twenty_parallel_guesses_five_are_looked_at(gate):
    errors = await asyncio.gather(*(refusal_of(gate, "zhao", f"{n}") for n in range(20)))
    assert [error.code for error in errors].count("login.refused") == 5


@pytest.mark.gen_test
async def test_success_clears_the_failures(gate):
    for _ in range(2):
        for _ in range(4):
            await refusal_of(gate, "zhao", "x")
        assert await refusal_of(gate, "zhao", PASSWORD) is None


@pytest.mark.gen_test
async def test_many_names_from_one_address_are_stopped(gate):
    for n in range(60):
        await gate.limits.check("staff.address", "10.6.6.6")
        assert n < 60
    assert (await refusal_of(gate, "zhao", PASSWORD, "10.6.6.6")).code == "too_many"
    assert await refusal_of(gate, "zhao", PASSWORD, "10.0.0.9") is None


@pytest.mark.gen_test
async def test_a_changed_role_shows_at_the_next_refresh_and_a_closed_account_ends(gate, town):
    tokens = await gate.sessions.staff_login("zhao", PASSWORD, "a")
    town.zhao.role, town.zhao.departments = "clerk", ()
    tokens = await gate.sessions.refresh(tokens.refresh_token)
    actor = gate.sessions.actor_of(tokens.access_token)
    assert (actor.role, actor.departments) == ("clerk", ())
    town.zhao.active = False
    with pytest.raises(SessionOver) as refusal:
        await gate.sessions.refresh(tokens.refresh_token)
    assert refusal.value.required == "staff"


@pytest.mark.gen_test
async def test_a_staff_session_rests_two_hours_at_most(gate, clock):
    tokens = await gate.sessions.staff_login("zhao", PASSWORD, "a")
    clock.advance(hours=2)
    with pytest.raises(SessionOver):
        await gate.sessions.refresh(tokens.refresh_token)
