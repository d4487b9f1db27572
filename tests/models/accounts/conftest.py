"""Areas of two towns, an administrator of each size, and cheap password hashing."""

from __future__ import annotations

import pytest

from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.accounts.service import Accounts
from models.areas.area import lay_out
from models.areas.repository import AreaRepository
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.keys import Keyring

NAMES = (
    ("529901", "云岭县"), ("529901101", "大关镇"), ("529901101201", "丘林村"),
    ("529901101201G01", "第一网格"), ("529901102", "清溪镇"),
)  # fmt: skip

ADMIN = Actor("staff", subject="a-admin", name="系统管理员", role="admin", area="529901")
TOWN_ADMIN = Actor("staff", subject="a-town", name="镇管理员", role="admin", area="529901102")
SUN = Actor("staff", subject="a-sun", name="孙外人", role="clerk", area="529901102")


@pytest.fixture
def accounts(io_loop, database, tmp_path) -> Accounts:
    cipher = Cipher(Keyring.load(tmp_path / "keys", create=True))
    areas = Areas(AreaRepository(database))

    async def put() -> None:
        await database.ensure((*AreaRepository.COLLECTIONS, *AccountRepository.COLLECTIONS))
        await AreaRepository(database).put_new(lay_out(NAMES))
        await areas.reload()

    io_loop.run_sync(put)
    return Accounts(AccountRepository(database, cipher), areas, Passwords(1, 64))
