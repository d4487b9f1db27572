"""Putting somebody out, or everybody, from the command line."""

from __future__ import annotations

from argparse import Namespace

import pytest

from server.end_sessions import SessionsTrouble, end_sessions
from tests.handlers.conftest import database, io_loop, town

__all__ = ["database", "io_loop", "town"]


def order(**wanted) -> Namespace:
    return Namespace(**{"account": "", "resident": False, "everybody": False, **wanted})


async def out(town, token) -> bool:
    return (await town.get("/sessions", token)).status == 401


async def clerk_of_daguan(town) -> str:
    reply = await town.post("/staff/login", {"username": "clerk.daguan", "password": "Yunling-2026"})
    return reply.body["access_token"]


@pytest.mark.gen_test
async def test_those_of_one_account_end_and_no_others(town):
    hers, other = await clerk_of_daguan(town), await town.l2(town.chen)
    assert await end_sessions(town.built, order(account="Clerk.Daguan")) >= 1
    assert await out(town, hers)
    assert not await out(town, other)


@pytest.mark.gen_test
async def test_those_of_one_resident_end_whose_number_is_typed_and_not_on_the_command_line(town):
    hers, other = await town.l2(town.chen), await town.l2(town.li)
    assert await end_sessions(town.built, order(resident=True), lambda _: town.chen.resident.id_number) >= 1
    assert await out(town, hers)
    assert not await out(town, other)


@pytest.mark.gen_test
async def test_one_command_ends_every_session_there_is(town):
    tokens = [await clerk_of_daguan(town), await town.l1(town.chen), await town.l2(town.li)]
    refresh = (await town.post("/login", {"name": "陈桂兰", "id_number": town.chen.resident.id_number})).body
    assert await end_sessions(town.built, order(everybody=True)) >= 4
    assert [await out(town, token) for token in tokens] == [True] * 3
    again = await town.post("/login/refresh", {"refresh_token": refresh["refresh_token"]})
    assert again.status == 401
    assert await end_sessions(town.built, order(everybody=True)) == 0


@pytest.mark.gen_test
async def test_whoever_was_put_out_comes_in_again(town):
    await end_sessions(town.built, order(everybody=True))
    assert not await out(town, await clerk_of_daguan(town))


@pytest.mark.gen_test
async def test_nobody_is_meant_and_a_sentence_says_so(town):
    with pytest.raises(SessionsTrouble, match=r"nobody\.here"):
        await end_sessions(town.built, order(account="nobody.here"))
    with pytest.raises(SessionsTrouble, match="身份证号"):
        await end_sessions(town.built, order(resident=True), lambda _: "529901")
