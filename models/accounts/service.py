"""Staff accounts: opening them, listing them, and whom to call in a grid."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

import msgspec

from models.accounts.account import (
    Account,
    AccountLine,
    Badge,
    Entry,
    NewAccount,
    PublicContact,
    line,
    new_staff_no,
    password_checks,
    problems_of,
)
from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository, Taken
from models.accounts.strength import own_words
from models.accounts.transitions import renewed
from models.areas.service import Areas
from models.base.actor import Actor, Role
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.roles.rules import check, may, roles_with


class Accounts:
    def __init__(self, repository: AccountRepository, areas: Areas, passwords: Passwords) -> None:
        self._repository = repository
        self._areas = areas
        self._passwords = passwords
        self._badges: dict[str, Badge] = {}

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
        self._check(actor, "accounts.see", actor.area)
        return tuple(line(account) for account in await self._repository.within(actor.area))

    async def holding(self, verb: str, areas: tuple[str, ...]) -> list[Account]:
        """The active accounts that may do ``verb`` to a thing lying in ``areas``: for finding out whom it concerns, on
        nobody's behalf."""
        found = await self._repository.working_in(areas, roles_with(verb))
        return [each for each in found if may(_as_actor(each), verb, areas)]

    async def at_post(self, area: str, role: Role, department: str) -> list[Account]:
        """The active accounts in a role for an area that serve a department (those for every department do): who works
        at a desk, on nobody's behalf. Without a department, those that serve every one."""
        found = await self.in_role(area, role)
        return [each for each in found if not each.departments or department in each.departments]

    async def in_role(self, area: str, role: Role) -> list[Account]:
        """The active accounts in a role for an area, whatever departments they serve."""
        found = await self._repository.working_in((area,), (role,))
        return sorted(found, key=lambda each: each.username)

    async def create(self, actor: Actor, new: NewAccount) -> Account:
        """Opens an account. Forbidden unless the actor administers the account's area; Invalid with all
        that is wrong, a taken username included."""
        self._check(actor, "accounts.approve", actor.area)
        problems = problems_of(new)
        if not self._areas.has(new.area):
            problems.append(Problem("area", "area.unknown", "没有这个区划，请重新选择。"))
        if problems:
            raise Invalid(problems)
        self._check(actor, "accounts.approve", new.area)
        return await self.open(new)

    async def open(self, new: NewAccount) -> Account:
        """Opens an account that has been checked, on nobody's behalf: for ``create`` and for setting up the
        first administrator. Invalid when the username is taken."""
        password_hash = await self._passwords.hash(new.password)
        taken: Taken | None = "staff_no"
        while taken == "staff_no":  # drawn before: one in many thousands
            account = self._account(new, password_hash)
            taken = await self._repository.add(account)
        if taken:
            raise Invalid([Problem("username", "username.taken", "这个用户名已有人使用，请换一个。")])
        return account

    async def check_password(self, account_id: str, password: str) -> None:
        """Whether ``password`` may be the account's. Raises Invalid with what is wrong, NotFound."""
        account = await self.get(account_id)
        own = own_words(
            username=account.username, name=account.name, id_number=account.id_number, phone=account.phone
        )
        checks = password_checks(password, own)
        problems = [Problem(field, code, message) for wrong, field, code, message in checks if wrong]
        if problems:
            raise Invalid(problems)

    async def renew_password(self, account_id: str, instead_of: str, password: str, at: datetime) -> None:
        """Another password, chosen by its owner and checked before, in place of the one with the hash ``instead_of``,
        which she has shown; her history says that it was changed. Raises Conflict where the account was changed
        meanwhile, or is not in use any more."""
        account = await self.get(account_id)
        if account.password_hash != instead_of:
            raise Conflict
        entry = Entry("password", at, account.id, account.name)
        changed = renewed(account, await self._passwords.hash(password), entry)
        if await self._repository.replace(changed, account.rev) is not True:
            raise Conflict

    async def badge(self, account_id: str) -> Badge:
        """What a watermark says of an account; asked of the database once, since neither ever changes. NotFound
        when there is no such account."""
        badge = self._badges.get(account_id)
        if badge is None:
            account = await self.get(account_id)
            badge = self._badges[account_id] = _badge(account)
        return badge

    async def names(self, ids: Iterable[str]) -> dict[str, str]:
        """What the owners of some accounts are called, those that there are: in one query, and none where all of them
        have been asked for before."""
        wanted = {each for each in ids if each}
        known = {each: self._badges[each].name for each in wanted if each in self._badges}
        rest = sorted(wanted - set(known))
        return known | (await self._repository.names(rest) if rest else {})

    async def actor(self, account_id: str) -> Actor:
        """Whoever has an account, as she may act now: for what she did earlier and somebody else brings in. NotFound where
        there is no such account in use."""
        account = await self.get(account_id)
        if not account.active:
            raise NotFound("这个账号已停用。", code="account.unknown")
        return msgspec.structs.replace(_as_actor(account), name=account.name)

    def _check(self, actor: Actor, verb: str, area: str) -> None:
        check(actor, verb, self._areas.chain(area) if self._areas.has(area) else ())

    def _account(self, new: NewAccount, password_hash: str) -> Account:
        return Account(
            id=secrets.token_hex(12),
            username=new.username,
            name=new.name.strip(),
            role=new.role,
            area=new.area,
            areas=self._areas.chain(new.area),
            departments=new.departments,
            password_hash=password_hash,
            phone=new.phone,
            work_phone=new.work_phone,
            staff_no=new_staff_no(),
        )


def _badge(account: Account) -> Badge:
    return Badge(account.name, account.staff_no or account.username)


def _as_actor(account: Account) -> Actor:
    return Actor(
        "staff", subject=account.id, role=account.role, area=account.area, departments=account.departments
    )
