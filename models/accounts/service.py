"""Staff accounts: opening them, listing them, and whom to call in a grid."""

from __future__ import annotations

import secrets

from models.accounts.account import (
    Account,
    AccountLine,
    NewAccount,
    PublicContact,
    line,
    problems_of,
)
from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.errors import Forbidden, Invalid, NotFound, Problem


class Accounts:
    def __init__(self, repository: AccountRepository, areas: Areas, passwords: Passwords) -> None:
        self._repository = repository
        self._areas = areas
        self._passwords = passwords

    async def by_username(self, username: str) -> Account | None:
        """The account of a username, active or not; case and outer spaces do not matter."""
        return await self._repository.of_username(username.strip().lower())

    async def get(self, account_id: str) -> Account:
        """NotFound when there is no such account."""
        account = await self._repository.of_id(account_id)
        if account is None:
            raise NotFound("没有这个账号。", code="account.unknown")
        return account

    async def grid_worker_of(self, grid: str) -> PublicContact | None:
        """Whom to call in a grid; None while it has no active worker."""
        account = await self._repository.working_grid(grid)
        return None if account is None else PublicContact(account.name, account.work_phone)

    async def list_for(self, actor: Actor) -> tuple[AccountLine, ...]:
        """The accounts of the actor's area and of all areas in it. Administrators and supervisors only."""
        if not actor.is_staff or actor.role not in ("admin", "supervisor"):
            raise Forbidden
        return tuple(line(account) for account in await self._repository.within(actor.area))

    async def create(self, actor: Actor, new: NewAccount) -> Account:
        """Opens an account. Forbidden unless the actor administers the account's area; Invalid with all
        that is wrong, a taken username included."""
        if not actor.is_staff or actor.role != "admin":
            raise Forbidden
        problems = problems_of(new)
        if not self._areas.has(new.area):
            problems.append(Problem("area", "area.unknown", "没有这个区划，请重新选择。"))
        if problems:
            raise Invalid(problems)
        if not actor.covers(self._areas.chain(new.area)):
            raise Forbidden("这个区划不在您的管理范围内。", code="area.not_yours")
        return await self.open(new)

    async def open(self, new: NewAccount) -> Account:
        """Opens an account that has been checked, on nobody's behalf: for ``create`` and for setting up the
        first administrator. Invalid when the username is taken."""
        account = Account(
            id=secrets.token_hex(12),
            username=new.username,
            name=new.name.strip(),
            role=new.role,
            area=new.area,
            areas=self._areas.chain(new.area),
            departments=new.departments,
            password_hash=await self._passwords.hash(new.password),
            phone=new.phone,
            work_phone=new.work_phone,
        )
        if not await self._repository.add(account):
            raise Invalid([Problem("username", "username.taken", "这个用户名已有人使用，请换一个。")])
        return account
