"""Changing one's own password, and what ends with the old one."""

from __future__ import annotations

import asyncio

import pyotp
import pytest

from models.accounts.account import Account
from models.base.errors import Conflict, Invalid, LoginRefused, TooMany
from models.sessions.session import SessionOver
from models.sessions.staff import PasswordWish

from .conftest import PASSWORD

NEW = "correct horse battery"


async def changed(office, actor, current=PASSWORD, password=NEW, code=""):
    wish = PasswordWish(current, password, code)
    return await office.door.change_password(actor, wish, "10.0.0.1", "Firefox Linux")


async def refused(office, actor, **wish) -> str:
    """The field that is wrong."""
    with pytest.raises(Invalid) as refusal:
        await changed(office, actor, **wish)
    return refusal.value.problems[0].field


@pytest.mark.gen_test
async def test_the_new_password_opens_and_the_old_one_does_not(office):
    account = await office.approved()
    _, actor = await office.login(account)
    await changed(office, actor)
    assert (await office.door.login(account.username, NEW, "a")).level == "staff"
    with pytest.raises(LoginRefused):
        await office.door.login(account.username, PASSWORD, "a")


@pytest.mark.gen_test
async def test_the_old_password_is_asked_for(office):
    account = await office.approved()
    _, actor = await office.login(account)
    assert await refused(office, actor, current="not-the-old-one") == "current"
    await office.login(account)


@pytest.mark.gen_test
async def test_whoever_found_an_open_desk_cannot_guess_the_old_one(office):
    _, actor = await office.login(await office.approved())
    for _ in range(5):
        await refused(office, actor, current="a guess at it")
    with pytest.raises(TooMany):
        await changed(office, actor)


@pytest.mark.parametrize(
    "weak", ["short", "x" * 201, "password123", "赵科长19750601", "13900000001-", "qwertyuiop"]
)
@pytest.mark.gen_test
async def test_a_password_that_would_be_guessed_is_refused(office, weak):
    _, actor = await office.login(await office.approved())
    assert await refused(office, actor, password=weak) == "password"


@pytest.mark.gen_test
async def test_every_log_in_ends_and_a_new_one_begins(office):
    account = await office.approved()
    (here, actor), (elsewhere, _) = await office.login(account), await office.login(account)
    fresh = await changed(office, actor)
    for old in (here, elsewhere):
        with pytest.raises(SessionOver):
            office.ledger.actor_of(old.access_token)
    assert office.ledger.actor_of(fresh.access_token).subject == account.id


@pytest.mark.gen_test
async def test_whoever_has_a_second_factor_shows_it_and_keeps_it(office):
    account = await office.approved()
    _, actor = await office.login(account)
    secret = (await office.door.begin_enrolment(actor)).secret
    code = pyotp.TOTP(secret).at(office.clock())
    actor = office.ledger.actor_of((await office.door.confirm_enrolment(actor, code)).tokens.access_token)
    office.advance(seconds=30)
    assert await refused(office, actor, code="000000") == "code"
    await changed(office, actor, code=pyotp.TOTP(secret).at(office.clock()))
    assert await office.second.enrolled(account.id)


@pytest.mark.gen_test
async def test_her_history_says_so_and_no_secret_is_in_it(office):
    account = await office.approved()
    _, actor = await office.login(account)
    await changed(office, actor)
    kept: Account = await office.accounts.get(account.id)
    assert (kept.history[-1].what, kept.history[-1].by) == ("password", account.id)
    assert NEW not in repr(kept)
    assert NEW not in repr(PasswordWish(PASSWORD, NEW))


@pytest.mark.gen_test
async def test_of_two_changes_at_once_one_counts(office):
    account = await office.approved()
    _, actor = await office.login(account)
    words = ("three ducks under a bridge", "seven kettles on the roof")
    done = await asyncio.gather(
        *(changed(office, actor, password=word) for word in words), return_exceptions=True
    )
    lost = [end for end in done if isinstance(end, BaseException)]
    assert [type(end) for end in lost] in ([Conflict], [SessionOver])
    opened = [word for word in words if await opens(office, account, word)]
    assert len(opened) == 1


async def opens(office, account, word) -> bool:
    try:
        await office.door.login(account.username, word, "a")
    except LoginRefused:
        return False
    return True


@pytest.mark.gen_test
async def test_an_account_that_was_closed_meanwhile_changes_nothing(office):
    account = await office.approved()
    _, actor = await office.login(account)
    await office.database.collection("accounts").update_one(
        {"_id": account.id}, {"$set": {"state": "suspended"}}
    )
    with pytest.raises(SessionOver):
        await changed(office, actor)
