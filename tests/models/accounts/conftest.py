"""Areas of two towns, an administrator of each size, and cheap password hashing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from models.accounts.application import Application, Approval
from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.accounts.service import Accounts
from models.accounts.staffing import Staffing
from models.areas.area import lay_out
from models.areas.repository import AreaRepository
from models.areas.service import Areas
from models.base import idnumber
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import now
from models.base.keys import Keyring
from models.limits.repository import LimitRepository
from models.limits.service import Limits
from models.sessions.ledger import Ledger
from models.sessions.repository import FactorRepository, SessionRepository
from models.sessions.second import SecondFactors
from models.sessions.staff import StaffDoor
from models.sessions.tokens import AccessTokens, RefreshTokens
from models.sessions.verifier import PasswordVerifier

NAMES = (
    ("529901", "云岭县"), ("529901101", "大关镇"), ("529901101201", "丘林村"),
    ("529901101201G01", "第一网格"), ("529901102", "清溪镇"),
)  # fmt: skip
REPOSITORIES = (AreaRepository, AccountRepository, SessionRepository, FactorRepository, LimitRepository)

ADMIN = Actor("staff", subject="a-admin", name="系统管理员", role="admin", area="529901")
TOWN_ADMIN = Actor("staff", subject="a-town", name="镇管理员", role="admin", area="529901102")
SUN = Actor("staff", subject="a-sun", name="孙外人", role="clerk", area="529901102")

PASSWORD = "Qiulin-village-7"


def card(first17: str) -> str:
    return first17 + idnumber.checksum(first17)


ZHAO = Application(
    "赵科长", card("52990119750601001"), "13900000001", "approver", "529901", PASSWORD, ("民政",)
)


@pytest.fixture
def cipher(tmp_path) -> Cipher:
    return Cipher(Keyring.load(tmp_path / "keys", create=True))


@pytest.fixture
def areas(io_loop, database) -> Areas:
    areas = Areas(AreaRepository(database))

    async def put() -> None:
        await database.ensure([one for repository in REPOSITORIES for one in repository.COLLECTIONS])
        await AreaRepository(database).put_new(lay_out(NAMES))
        await areas.reload()

    io_loop.run_sync(put)
    return areas


@pytest.fixture
def accounts(areas, database, cipher) -> Accounts:
    return Accounts(AccountRepository(database, cipher), areas, Passwords(1, 64))


class Office:
    """Everything about accounts together with the entrance that they open, as the server puts it together."""

    def __init__(self, database, areas, cipher, keyring, accounts):
        self.moment = now()
        self.database, self.accounts, self.cipher, self.keyring = database, accounts, cipher, keyring
        self.limits = Limits(LimitRepository(database), cipher, self.clock)
        self.second = SecondFactors(FactorRepository(database), cipher, self.clock, self.limits, "云岭县")
        self.verifier = PasswordVerifier()
        self.ledger, self.door = self.another_process()
        self.staffing = Staffing(
            AccountRepository(database, cipher), areas, Passwords(1, 64), self.limits, self.clock,
            self.ledger.end_all, self.second.reset,
        )  # fmt: skip

    def another_process(self):
        access = AccessTokens(self.keyring, self.cipher, self.clock)
        repository = SessionRepository(self.database)
        ledger = Ledger(repository, access, RefreshTokens(self.cipher), self.cipher, self.clock)
        door = StaffDoor(
            ledger=ledger, accounts=self.accounts, verifier=self.verifier, limits=self.limits,
            cipher=self.cipher, clock=self.clock, second=self.second, require_second_factor=False,
        )  # fmt: skip
        return ledger, door

    def clock(self):
        return self.moment

    def advance(self, **time):
        self.moment += timedelta(**time)

    async def applied(self, application=ZHAO, **changes):
        """The waiting line of an application that was just made."""
        answer = await self.staffing.apply(msgspec.structs.replace(application, **changes), "10.0.0.1")
        waiting = await self.staffing.applications(ADMIN)
        return next(line for line in waiting if line.number == answer.number)

    async def approved(self, application=ZHAO, **changes):
        """The account that it became."""
        line = await self.applied(application, **changes)
        return await self.staffing.approve(ADMIN, line.id, Approval(line.rev))

    async def administrator(self, area="529901", **changes):
        """An administrator with an account, and so with an ID number, of her own."""
        place = {"role": "admin", "area": area, "departments": (), **changes}
        account = await self.approved(**place)
        return Actor("staff", subject=account.id, name=account.name, role="admin", area=area)

    async def login(self, account):
        tokens = await self.door.login(account.username, PASSWORD, "10.0.0.1")
        return tokens, self.ledger.actor_of(tokens.access_token)

    async def told(self, ledger):
        """Follows the changes on behalf of ``ledger``, as the server's jobs do."""

        def heard(_collection, _operation, key, document):
            if document and document.get("ended_at"):
                ledger.ended(key)

        ready = asyncio.Event()
        watch = self.database.watch(("sessions",), heard, ready.set)
        await ready.wait()
        return watch


@pytest.fixture
def office(database, areas, cipher, accounts) -> Office:
    office = Office(database, areas, cipher, Keyring.fresh(), accounts)
    yield office
    office.verifier.close()
