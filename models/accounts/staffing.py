"""Who comes, who stays, who goes: applications for accounts, and what administrators do to accounts."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from models.accounts.account import Account, Entry, What, new_staff_no, username_fits
from models.accounts.application import (
    AccountDetail,
    Application,
    ApplicationLine,
    Applied,
    Approval,
    Decision,
    Place,
    application_line,
    checked,
    detail,
    place_problems,
)
from models.accounts.passwords import Passwords
from models.accounts.repository import AccountRepository
from models.accounts.transitions import (
    KEPT_UNDECIDED,
    approved,
    closed,
    moved,
    noted,
    refused,
    resumed,
    suspended,
)
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.limits.service import Limits
from models.roles.rules import check

EndSessions = Callable[[str], Awaitable[int]]
"""Ends every session of an account in every process (``Ledger.end_all``)."""
ResetSecond = Callable[[str], Awaitable[bool]]
"""Takes an account's second factor away (``SecondFactors.reset``)."""

HOUR = 3600
BY_ADDRESS, BY_CARD, IN_ALL = 10, 3, 300
"""Applications an hour: an office applies together, a person once, and each costs a password hash."""

NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRIES = 8


class Staffing:
    """Every change needs an administrator of the area where the account is, and of the one where it goes;
    nobody changes what is her own."""

    def __init__(
        self, repository: AccountRepository, areas: Areas, passwords: Passwords, limits: Limits, clock: Clock,
        end_sessions: EndSessions, reset_second: ResetSecond,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._areas = areas
        self._passwords = passwords
        self._limits = limits
        self._clock = clock
        self._end_sessions = end_sessions
        self._reset_second = reset_second

    async def apply(self, asked: Application, address: str) -> Applied:
        """Takes an application in. Raises Invalid, TooMany; says the same whether anybody with this ID number
        has an account or has applied before."""
        asked, problems = checked(asked, local_day(self._clock()))
        place = Place(asked.role, asked.area, asked.departments)
        problems += self._place_problems(place)
        if problems:
            raise Invalid(problems)
        await self._limits.hit("account.global", "", most=IN_ALL, per_seconds=HOUR)
        await self._limits.hit("account.address", address, most=BY_ADDRESS, per_seconds=HOUR)
        await self._limits.hit("account.card", asked.id_number, most=BY_CARD, per_seconds=HOUR)
        now = self._clock()
        account = Account(
            id=secrets.token_hex(12), username="", name=asked.name, role=asked.role, area=asked.area,
            areas=self._areas.chain(asked.area), departments=asked.departments,
            password_hash=await self._passwords.hash(asked.password), phone=asked.phone,
            work_phone=asked.work_phone, state="applied", id_number=asked.id_number,
            number="".join(secrets.choice(NUMBER_ALPHABET) for _ in range(8)),
            history=(Entry("applied", now),), forget_at=now + KEPT_UNDECIDED,
        )  # fmt: skip
        await self._repository.add(account)
        return Applied(account.number)

    async def applications(self, actor: Actor) -> tuple[ApplicationLine, ...]:
        """What waits for a decision in the actor's area, the oldest first. Raises Forbidden."""
        self._need(actor, "accounts.approve", actor.area)
        waiting = await self._repository.applications_within(actor.area)
        doubled = await self._repository.doubled(waiting)
        return tuple(application_line(account, account.id in doubled) for account in waiting)

    async def waiting(self, actor: Actor) -> int:
        """How many applications wait for a decision in the actor's area. Raises Forbidden."""
        self._need(actor, "accounts.approve", actor.area)
        return await self._repository.count_applications(actor.area)

    async def open(self, actor: Actor, account_id: str) -> AccountDetail:
        """One account or application in full. Raises Forbidden; NotFound for one elsewhere, too."""
        return detail(await self._fetch(actor, account_id, "accounts.approve"))

    async def approve(self, actor: Actor, account_id: str, approval: Approval) -> AccountDetail:
        """Puts an application into force; its staff number is in the answer, and is the username where no
        other was chosen. Raises Forbidden, NotFound, Invalid, Conflict (somebody was faster; the ID number
        has an account in use)."""
        account = await self._fetch(actor, account_id, "accounts.approve")
        place = approval.place or Place(account.role, account.area, account.departments)
        self._check_place(actor, place, "accounts.approve")
        username = approval.username.strip().lower()
        if username and not username_fits(username):
            raise Invalid(
                [
                    Problem(
                        "username", "username.form", "用户名请用3至40位小写字母、数字，中间可用点或短横线。"
                    )
                ]
            )
        await self._not_herself(actor, account)
        entry = self._entry(actor, "approved", "")
        for _ in range(TRIES):
            staff_no = new_staff_no()
            changed = approved(account, place, self._areas.chain(place.area), staff_no, username, entry)
            if await self._keep(changed, approval.rev):
                return detail(changed)
        raise Conflict

    async def refuse(self, actor: Actor, account_id: str, decision: Decision) -> AccountDetail:
        """Says no to an application. Raises Forbidden, NotFound, Invalid without a reason, Conflict."""
        account = await self._fetch(actor, account_id, "accounts.approve")
        changed = refused(account, self._reasoned(actor, "refused", decision))
        await self._keep(changed, decision.rev)
        return detail(changed)

    async def suspend(self, actor: Actor, account_id: str, decision: Decision) -> AccountDetail:
        """Switches an account off, everywhere and at once, until it is resumed."""
        return await self._switch_off(actor, account_id, decision, "suspended")

    async def close(self, actor: Actor, account_id: str, decision: Decision) -> AccountDetail:
        """Switches the account of somebody who leaves off, everywhere and at once, for good. The person may
        apply again. Doing it twice only ends the sessions again."""
        return await self._switch_off(actor, account_id, decision, "closed")

    async def resume(self, actor: Actor, account_id: str, decision: Decision) -> AccountDetail:
        """Lets a suspended account log in again."""
        account = await self._fetch_other(actor, account_id)
        changed = resumed(account, self._reasoned(actor, "resumed", decision))
        await self._keep(changed, decision.rev)
        return detail(changed)

    async def move(self, actor: Actor, account_id: str, place: Place, decision: Decision) -> AccountDetail:
        """Gives an account another role, area or departments, and ends its sessions, which have the old."""
        account = await self._fetch_other(actor, account_id)
        self._check_place(actor, place, "accounts.change")
        entry = self._reasoned(actor, "moved", decision)
        changed = moved(account, place, self._areas.chain(place.area), entry)
        await self._keep(changed, decision.rev)
        await self._end_sessions(account_id)
        return detail(changed)

    async def reset_second(self, actor: Actor, account_id: str, decision: Decision) -> AccountDetail:
        """Takes the second factor away from somebody who lost her phone and her recovery codes, ends her
        sessions, and writes down who did it and why."""
        account = await self._fetch_other(actor, account_id)
        changed = noted(account, self._reasoned(actor, "second_reset", decision))
        await self._keep(changed, decision.rev)  # written first: no reset without its record
        await self._reset_second(account_id)
        await self._end_sessions(account_id)
        return detail(changed)

    async def _switch_off(
        self, actor: Actor, account_id: str, decision: Decision, what: What
    ) -> AccountDetail:
        account = await self._fetch_other(actor, account_id)
        if account.state != what:
            become = closed if what == "closed" else suspended
            account = become(account, self._reasoned(actor, what, decision))
            await self._keep(account, decision.rev)
        await self._end_sessions(account_id)  # also when it was off: the last attempt may have died here
        return detail(account)

    async def _fetch(self, actor: Actor, account_id: str, verb: str) -> Account:
        """The account, where the actor may do ``verb`` to it; to others it is not there."""
        self._need(actor, verb, actor.area)
        account = await self._repository.of_id(account_id)
        if account is None or not actor.covers(account.areas):
            raise NotFound("没有这个账号，或它不在您的管理范围内。", code="account.unknown")
        return account

    async def _fetch_other(self, actor: Actor, account_id: str) -> Account:
        account = await self._fetch(actor, account_id, "accounts.change")
        await self._not_herself(actor, account)
        return account

    async def _not_herself(self, actor: Actor, account: Account) -> None:
        mine = await self._repository.of_id(actor.subject)
        if account.id == actor.subject or (mine is not None and _same_person(mine, account)):
            raise Forbidden("不能办理自己的账号，请由其他管理员办理。", code="account.own")

    def _need(self, actor: Actor, verb: str, area: str) -> None:
        check(actor, verb, self._areas.chain(area) if self._areas.has(area) else ())

    def _place_problems(self, place: Place) -> list[Problem]:
        if not self._areas.has(place.area):
            return [Problem("area", "area.unknown", "没有这个区划，请重新选择。")]
        return place_problems(place)

    def _check_place(self, actor: Actor, place: Place, verb: str) -> None:
        problems = self._place_problems(place)
        if problems:
            raise Invalid(problems)
        self._need(actor, verb, place.area)

    def _entry(self, actor: Actor, what: What, reason: str) -> Entry:
        return Entry(what, self._clock(), actor.subject, actor.name, reason)

    def _reasoned(self, actor: Actor, what: What, decision: Decision) -> Entry:
        reason = decision.reason.strip()
        if not 2 <= len(reason) <= 200:
            raise Invalid([Problem("reason", "reason.required", "请写明原因，2至200个字。")])
        return self._entry(actor, what, reason)

    async def _keep(self, account: Account, rev: int) -> bool:
        """True when it was kept, False when its staff number was drawn before. Raises Conflict, Invalid."""
        kept = await self._repository.replace(account, rev)
        if kept == "username":
            raise Invalid([Problem("username", "username.taken", "这个用户名已有人使用，请换一个。")])
        if kept == "id_number":
            raise Conflict("这个身份证号已有在用的账号，请先核对。", code="account.id_taken")
        if kept is False:
            raise Conflict
        return kept is True


def _same_person(one: Account, other: Account) -> bool:
    return bool(one.id_number and one.id_number == other.id_number) or bool(
        one.phone and one.phone == other.phone
    )
