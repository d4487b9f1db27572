"""Two steps for staff who have a second factor, and one narrow door for those who must set it up."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher

from models.base.actor import ANONYMOUS
from models.base.errors import Conflict, LoginNeeded, LoginRefused, TooMany
from models.roles.rules import verbs_of
from models.sessions.session import SessionOver

from .conftest import PASSWORD, App


async def refusal(awaitable):
    with pytest.raises(LoginRefused) as refused:
        await awaitable
    return refused.value.code


@pytest.mark.gen_test
async def test_a_password_and_a_code_make_a_session(gate, town):
    app, _ = await gate.enrol(town.zhao)
    tokens = await gate.sessions.staff_second(await gate.first_step(), app.code(), "a")
    actor = gate.sessions.actor_of(tokens.access_token)
    assert (actor.subject, actor.role, actor.area) == ("a1", "approver", "529901100")


@pytest.mark.gen_test
async def test_a_recovery_code_does_instead_of_the_phone(gate, town):
    _, recovery = await gate.enrol(town.zhao)
    assert await gate.sessions.staff_second(await gate.first_step(), recovery[3], "a")
    again = gate.sessions.staff_second(await gate.first_step(), recovery[3], "a")
    assert await refusal(again) == "login.second"


@pytest.mark.gen_test
async def test_the_first_step_alone_opens_nothing(gate, town, database):
    await gate.enrol(town.zhao)
    pending = await gate.first_step()
    assert await database.collection("sessions").count_documents({}) == 0
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(pending)
    with pytest.raises(SessionOver):
        await gate.sessions.refresh(pending)


@pytest.mark.gen_test
async def test_a_wrong_password_is_refused_alike_with_and_without_a_second_factor(gate, town):
    await gate.enrol(town.zhao)
    with pytest.raises(LoginRefused) as known:
        await gate.sessions.staff_login("zhao", "x", "a")
    with pytest.raises(LoginRefused) as unknown:
        await gate.sessions.staff_login("nobody", "x", "a")
    assert (known.value.code, known.value.message) == (unknown.value.code, unknown.value.message)


@pytest.mark.gen_test
async def test_a_replayed_code_is_refused_with_a_fresh_first_step_too(gate, town):
    app, _ = await gate.enrol(town.zhao)
    code = app.code()
    assert await gate.sessions.staff_second(await gate.first_step(), code, "a")
    assert await refusal(gate.sessions.staff_second(await gate.first_step(), code, "a")) == "login.second"


@pytest.mark.gen_test
async def test_of_ten_who_send_one_code_at_once_one_gets_in(gate, town):
    app, _ = await gate.enrol(town.zhao)
    pending, code = await gate.first_step(), app.code()
    tries = [gate.sessions.staff_second(pending, code, "a") for _ in range(10)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert len([one for one in done if not isinstance(one, Exception)]) == 1


@pytest.mark.gen_test
async def test_the_second_step_waits_five_minutes(gate, town, clock):
    app, _ = await gate.enrol(town.zhao)
    pending = await gate.first_step()
    clock.advance(minutes=5)
    assert await refusal(gate.sessions.staff_second(pending, app.code(), "a")) == "login.pending"


@pytest.mark.gen_test
async def test_noise_a_session_s_token_and_somebody_else_s_pending_are_no_first_step(gate, town):
    app, _ = await gate.enrol(town.zhao)
    l1 = await gate.sessions.login_l1(town.chen.name, town.chen.id_number, "d", "a")
    pending = await gate.first_step()
    for forged in ("", "k1.", "陈" * 9999, l1.access_token, pending[:-2], pending + "A"):
        assert await refusal(gate.sessions.staff_second(forged, app.code(), "a")) == "login.pending"


@pytest.mark.gen_test
async def test_a_changed_password_or_a_closed_account_voids_the_first_step(gate, town):
    app, _ = await gate.enrol(town.zhao)
    pending = await gate.first_step()
    kept, town.zhao.password_hash = town.zhao.password_hash, PasswordHasher(1, 8, 1).hash("另一个口令-2026")
    assert await refusal(gate.sessions.staff_second(pending, app.code(), "a")) == "login.pending"
    town.zhao.password_hash, town.zhao.active = kept, False
    assert await refusal(gate.sessions.staff_second(pending, app.code(), "a")) == "login.pending"


@pytest.mark.gen_test
async def test_guessing_codes_is_stopped_whatever_the_first_step(gate, town):
    await gate.enrol(town.zhao)
    for n in range(5):
        assert await refusal(gate.sessions.staff_second(await gate.first_step(), f"00000{n}x", "a"))
    with pytest.raises(TooMany):
        await gate.sessions.staff_second(await gate.first_step(), "000009", "a")


@pytest.mark.gen_test
async def test_where_it_is_required_a_password_lets_one_set_it_up_and_nothing_else(gate, town):
    strict = gate.another_process(required=True)
    tokens = await strict.staff_login("zhao", PASSWORD, "a")
    actor = strict.actor_of(tokens.access_token)
    assert (tokens.enrol, actor.is_staff, actor.role, actor.area) == (True, True, "", "")
    assert verbs_of(actor) == frozenset()
    await strict.close()


@pytest.mark.gen_test
async def test_a_session_for_setting_up_stays_one_when_it_is_refreshed(gate, town):
    strict = gate.another_process(required=True)
    tokens = await strict.refresh((await strict.staff_login("zhao", PASSWORD, "a")).refresh_token)
    assert tokens.enrol is True
    assert strict.actor_of(tokens.access_token).role == ""
    await strict.close()


@pytest.mark.gen_test
async def test_setting_it_up_gives_a_whole_session_and_ends_those_before(gate, town, clock):
    strict = gate.another_process(required=True)
    narrow = strict.actor_of((await strict.staff_login("zhao", PASSWORD, "a")).access_token)
    secret = (await strict.staff.begin_enrolment(narrow)).secret
    enrolled = await strict.staff.confirm_enrolment(narrow, App(secret, clock).code())
    assert strict.actor_of(enrolled.tokens.access_token).role == "approver"
    assert len(enrolled.recovery) == 10
    assert [line.current for line in await strict.devices.of(narrow)] == []
    again = await strict.refresh(enrolled.tokens.refresh_token)
    assert strict.actor_of(again.access_token).role == "approver"
    await strict.close()


@pytest.mark.gen_test
async def test_switching_the_requirement_on_narrows_sessions_without_it_at_the_next_refresh(gate, town):
    tokens = await gate.sessions.staff_login("zhao", PASSWORD, "a")
    strict = gate.another_process(required=True)
    narrowed = await strict.refresh(tokens.refresh_token)
    assert strict.actor_of(narrowed.access_token).role == ""
    await strict.close()


@pytest.mark.gen_test
async def test_a_session_that_showed_it_stays_whole_through_refreshes(gate, town):
    strict = gate.another_process(required=True)
    app, _ = await gate.enrol(town.zhao)
    tokens = await strict.staff_second(await gate.first_step(strict), app.code(), "a")
    assert strict.actor_of((await strict.refresh(tokens.refresh_token)).access_token).role == "approver"
    await strict.close()


@pytest.mark.gen_test
async def test_nobody_but_staff_sets_up_a_second_factor(gate, town):
    for actor in (ANONYMOUS, await gate.l1(town.chen)):
        with pytest.raises(LoginNeeded):
            await gate.sessions.staff.begin_enrolment(actor)


@pytest.mark.gen_test
async def test_who_has_one_does_not_get_another_by_asking(gate, town):
    app, _ = await gate.enrol(town.zhao)
    tokens = await gate.sessions.staff_second(await gate.first_step(), app.code(), "a")
    with pytest.raises(Conflict):
        await gate.sessions.staff.begin_enrolment(gate.sessions.actor_of(tokens.access_token))


@pytest.mark.gen_test
async def test_an_account_closed_while_it_logs_in_gets_no_session(gate, town):
    """Its state is read again after the session stands, since whoever closed it ended only those there were."""
    real, asked = town.get, []

    async def closed_meanwhile(account_id):
        asked.append(account_id)
        town.zhao.active = False
        return await real(account_id)

    town.get = closed_meanwhile
    with pytest.raises(LoginRefused):
        await gate.sessions.staff_login("zhao", PASSWORD, "a")
    row = await gate.database.collection("sessions").find_one({"subject": "a1"})
    assert (asked, row["ended_why"]) == (["a1"], "account")
