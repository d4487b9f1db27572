"""The first administrator of an empty installation."""

from __future__ import annotations

import pytest
from pymongo import MongoClient

from models.base.actor import Actor
from server import container
from server.account import AccountTrouble, Order, first_administrator
from server.settings import Settings
from tests.server.processes import run

FIRST = Order("lan.guan", "管理员", "529901", "云岭县")
GOOD = {"ADMIN_PASSWORD": "Lanshui-county-seven"}


@pytest.fixture
def built(io_loop, database, keys):
    """An installation that nothing has been put into."""
    database_ = database.collection("installation")
    io_loop.run_sync(lambda: database_.delete_many({}))
    built = io_loop.run_sync(lambda: container.build(Settings(key_file=keys), database), timeout=20)
    yield built
    io_loop.run_sync(built.close)


@pytest.mark.gen_test
async def test_she_logs_in_and_approves_accounts(built):
    account = await first_administrator(built, FIRST, GOOD)
    assert (account.role, account.areas, len(account.staff_no)) == ("admin", ("529901",), 6)
    tokens = await built.home.sessions.staff_login("lan.guan", GOOD["ADMIN_PASSWORD"], "10.0.0.1")
    assert tokens.enrol is True
    actor = Actor("staff", subject=account.id, name=account.name, role="admin", area="529901")
    assert await built.home.staffing.applications(actor) == ()


@pytest.mark.gen_test
async def test_there_is_only_one_first(built):
    await first_administrator(built, FIRST, GOOD)
    with pytest.raises(AccountTrouble, match="已有在用的管理员"):
        await first_administrator(built, Order("second", "别人", "529901"), GOOD)


@pytest.mark.gen_test
async def test_the_password_is_asked_for_twice_where_the_environment_has_none(built):
    typed = iter(["Lanshui-county-seven", "Yunling-county-2"])
    with pytest.raises(AccountTrouble, match="两次输入的密码不一样"):
        await first_administrator(built, FIRST, {}, lambda _prompt: next(typed))
    account = await first_administrator(built, FIRST, {}, lambda _prompt: "Lanshui-county-seven")
    assert account.username == "lan.guan"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("order", "password", "told"),
    [
        (Order("lan.guan", "管理员", "529901"), "Lanshui-county-seven", "--area-name"),
        (Order("lan.guan", "管理员", "529902", "别的县"), "Lanshui-county-seven", "COUNTY"),
        (Order("1", "管理员", "529901", "云岭县"), "Lanshui-county-seven", "用户名"),
        (FIRST, "short", "密码至少要10位"),
    ],
)
async def test_what_is_wrong_is_a_sentence_and_no_account(built, order, password, told):
    with pytest.raises(AccountTrouble, match=told):
        await first_administrator(built, order, {"ADMIN_PASSWORD": password})
    assert await built.registry.account_repository.within("529901") == []


@pytest.mark.filterwarnings("default")
def test_the_command_opens_her_once_and_never_prints_the_password(mongo_uri, tmp_path):
    with MongoClient(mongo_uri) as client:
        client.drop_database("saoban_first")
    command = ("account", "--username", "lan.guan", "--name", "管理员", "--area", "529901")
    given = {"MONGO_URI": mongo_uri, "MONGO_DB": "saoban_first", **GOOD}
    first = run(tmp_path / "data", *command, "--area-name", "云岭县", **given)
    assert (first.code, "lan.guan" in first.out.decode()) == (0, True), first.err
    again = run(tmp_path / "data", *command, **given)
    assert (again.code, "已有在用的管理员" in again.err) == (1, True)
    assert GOOD["ADMIN_PASSWORD"] not in f"{first.out!r}{first.err}{again.out!r}{again.err}"
