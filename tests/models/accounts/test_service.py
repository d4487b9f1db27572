from __future__ import annotations

import msgspec
import pytest

from models.accounts.account import NewAccount, PublicContact
from models.accounts.passwords import Passwords
from models.base.actor import ANONYMOUS
from models.base.errors import Forbidden, Invalid, NotFound

from .conftest import ADMIN, SUN, TOWN_ADMIN

WANG = NewAccount(
    "grid.qiulin1",
    "王网格",
    "grid",
    "529901101201G01",
    "Qiulin-village-7",
    phone="19900950001",
    work_phone="19900900001",
)
CLERK = NewAccount("clerk.qingxi", "孙外人", "clerk", "529901102", "Qiulin-village-7", ("民政",))


@pytest.mark.gen_test
async def test_an_account_opened_is_found_by_its_username(accounts):
    opened = await accounts.create(ADMIN, WANG)
    assert await accounts.by_username(" Grid.QIULIN1 ") == opened
    assert await accounts.get(opened.id) == opened
    assert (opened.areas[0], opened.areas[-1]) == ("529901", "529901101201G01")


@pytest.mark.gen_test
async def test_the_password_is_kept_as_argon2id(accounts):
    opened = await accounts.create(ADMIN, WANG)
    assert opened.password_hash.startswith("$argon2id$")
    assert await Passwords().matches(opened.password_hash, "Qiulin-village-7")
    assert not await Passwords().matches(opened.password_hash, "qiulin-village-7")
    assert not await Passwords().matches("", "Qiulin-village-7")


@pytest.mark.gen_test
async def test_the_private_phone_is_sealed_at_rest_and_out_of_logs(accounts, database):
    opened = await accounts.create(ADMIN, WANG)
    raw = str(await database.collection("accounts").find_one({"_id": opened.id}))
    assert "19900950001" not in raw + repr(opened)
    assert "Yunling" not in repr(WANG)


@pytest.mark.gen_test
async def test_a_grid_tells_its_worker_s_name_and_work_phone(accounts):
    await accounts.create(ADMIN, WANG)
    assert await accounts.grid_worker_of(WANG.area) == PublicContact("王网格", "19900900001")
    assert await accounts.grid_worker_of("529901101201G02") is None


@pytest.mark.gen_test
async def test_a_list_shows_the_own_area_only_and_no_secrets(accounts):
    await accounts.create(ADMIN, WANG)
    await accounts.create(ADMIN, CLERK)
    assert [line.name for line in await accounts.list_for(TOWN_ADMIN)] == ["孙外人"]
    everybody = msgspec.json.encode(await accounts.list_for(ADMIN)).decode()
    assert "王网格" in everybody
    assert not [secret for secret in ("argon2", "19900950001") if secret in everybody]


@pytest.mark.parametrize("actor", [SUN, ANONYMOUS], ids=["孙外人", "nobody"])
@pytest.mark.gen_test
async def test_who_is_no_administrator_neither_lists_nor_opens(accounts, actor):
    with pytest.raises(Forbidden):
        await accounts.list_for(actor)
    with pytest.raises(Forbidden):
        await accounts.create(actor, CLERK)
    assert await accounts.by_username(CLERK.username) is None


@pytest.mark.gen_test
async def test_an_administrator_opens_no_account_outside_her_area(accounts):
    with pytest.raises(Forbidden):
        await accounts.create(TOWN_ADMIN, WANG)


@pytest.mark.gen_test
async def test_a_username_is_given_once(accounts):
    await accounts.create(ADMIN, CLERK)
    with pytest.raises(Invalid) as refused:
        await accounts.create(ADMIN, CLERK)
    assert refused.value.problems[0].code == "username.taken"


@pytest.mark.gen_test
async def test_all_that_is_wrong_is_said_at_once(accounts):
    wrong = NewAccount("王", "", "grid", "999999", "short", phone="123", work_phone="")
    with pytest.raises(Invalid) as refused:
        await accounts.create(ADMIN, wrong)
    fields = {problem.field for problem in refused.value.problems}
    assert fields == {"username", "name", "password", "phone", "work_phone", "area"}


@pytest.mark.gen_test
async def test_an_unknown_account_is_not_found(accounts):
    with pytest.raises(NotFound):
        await accounts.get("nobody")
