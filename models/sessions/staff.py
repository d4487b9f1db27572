"""The staff entrance: username and password, then the second factor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher, Unreadable
from models.base.clock import Clock
from models.base.errors import Invalid, LoginNeeded, LoginRefused, NotFound, Problem
from models.limits.service import Limits
from models.sessions.devices import label_of
from models.sessions.factor import Enrolment
from models.sessions.ledger import Ledger
from models.sessions.ports import Accounts, Credential
from models.sessions.second import SecondFactors
from models.sessions.session import Session, SessionOver, Tokens
from models.sessions.verifier import PasswordVerifier

PENDING_SECONDS = 5 * 60


class Pending(msgspec.Struct, frozen=True):
    """The first step was done. ``token`` goes back with the code of the second, within ``expires_in``
    seconds."""

    token: str
    expires_in: int = PENDING_SECONDS

    def __repr__(self) -> str:
        return "Pending()"


class SecondNeeded(LoginNeeded):
    """The password was right; the second factor is still to be shown. ``pending`` goes with it."""

    code = "login.second"

    def __init__(self, pending: Pending) -> None:
        super().__init__("staff", "请输入手机身份验证器上的6位动态验证码，或一个恢复码。")
        self.pending = pending
        self.data |= {"pending": pending.token, "expires_in": pending.expires_in}


class Enrolled(msgspec.Struct, frozen=True):
    """The second factor is in force: ten recovery codes, shown now and never again, and a new session."""

    recovery: tuple[str, ...]
    tokens: Tokens


class SecondStanding(msgspec.Struct, frozen=True):
    """How one's own second factor stands: whether it is in force, and how many recovery codes are left."""

    enrolled: bool
    recovery_left: int


class PasswordWish(msgspec.Struct, frozen=True):
    """The old password, the new one, and a code of the second factor (or a recovery code) of whoever has one."""

    current: str = ""
    password: str = ""
    code: str = ""

    def __repr__(self) -> str:
        return "PasswordWish()"


class _Ticket(msgspec.Struct, frozen=True):
    """What a pending token says, sealed. ``mark`` is of the password, so that a change of it voids this."""

    account: str
    mark: str
    until: int


class StaffDoor:
    """Without ``second`` nobody has a second factor. With ``require_second_factor`` an account without one
    gets sessions that can set it up and do nothing else."""

    def __init__(
        self, *, ledger: Ledger, accounts: Accounts, verifier: PasswordVerifier, limits: Limits,
        cipher: Cipher, clock: Clock, second: SecondFactors | None, require_second_factor: bool,
    ) -> None:  # fmt: skip
        if require_second_factor and second is None:
            raise ValueError("a second factor that is required must be there")
        self._ledger = ledger
        self._accounts = accounts
        self._verifier = verifier
        self._limits = limits
        self._cipher = cipher
        self._clock = clock
        self._second = second
        self._required = require_second_factor

    async def login(self, username: str, password: str, address: str, agent: str = "") -> Tokens:
        """A session for an active account. Raises SecondNeeded where the account has a second factor,
        LoginRefused, TooMany, Unavailable.

        The lock counts tries before they are checked, and unknown usernames too: parallel guesses gain
        nothing.
        """
        username = username.strip().lower()[:100]
        await self._limits.check("staff.address", address)
        await self._limits.check("staff.name", username)
        account = await self._accounts.by_username(username)
        fits = await self._verifier.matches(account.password_hash if account else None, password)
        if account is None or not fits or not account.active:
            raise LoginRefused("用户名或密码不正确。连续5次不正确将锁定15分钟。")
        await self._limits.clear("staff.name", username)
        if self._second and await self._second.enrolled(account.id):
            raise SecondNeeded(Pending(self._pending(account)))
        return await self._open(account, agent, second=False)

    async def second(self, pending: str, code: str, address: str, agent: str = "") -> Tokens:
        """The session that ``login`` held back, for a time-based code or a recovery code. Raises LoginRefused
        (code "login.pending" where the first step has to be done again), TooMany."""
        await self._limits.check("staff.address", address)
        account = await self._account_of(pending)
        if self._second is None or account is None:
            raise LoginRefused("登录已超时，请重新输入用户名和密码。", code="login.pending")
        if not await self._second.passes(account.id, code):
            raise LoginRefused("验证码不正确或已用过，请等待下一个验证码再试。", code="login.second")
        return await self._open(account, agent, second=True)

    async def begin_enrolment(self, actor: Actor) -> Enrolment:
        """A secret for the actor's authenticator app. Raises LoginNeeded, Conflict where there is one."""
        second, account = await self._hers(actor)
        return await second.begin(account.id, account.name)

    async def confirm_enrolment(self, actor: Actor, code: str, agent: str = "") -> Enrolled:
        """Puts the actor's second factor into force and ends all of her sessions for one that showed it.
        Raises LoginNeeded, Conflict, Invalid, TooMany."""
        second, account = await self._hers(actor)
        recovery = await second.confirm(account.id, code)
        await self._ledger.end_all(account.id, "changed")
        return Enrolled(recovery, await self._open(account, agent, second=True))

    async def standing(self, actor: Actor) -> SecondStanding:
        """How the actor's second factor stands. Raises LoginNeeded."""
        second, account = await self._hers(actor)
        enrolled = await second.enrolled(account.id)
        return SecondStanding(enrolled, await second.recovery_left(account.id) if enrolled else 0)

    async def renew_recovery(self, actor: Actor, code: str) -> tuple[str, ...]:
        """Ten new recovery codes in place of the old, for a valid code. Raises LoginNeeded, Invalid,
        TooMany."""
        second, account = await self._hers(actor)
        return await second.renew_recovery(account.id, code)

    async def change_password(
        self, actor: Actor, wish: PasswordWish, address: str, agent: str = ""
    ) -> Tokens:
        """Another password for the actor's account, who shows all over again who she is: by the old one, and by her
        second factor where she has one. Ends all of her sessions for a new one. Raises Invalid, TooMany,
        LoginNeeded, Conflict."""
        account = await self._account(actor.subject) if actor.is_staff else None
        if account is None:
            raise SessionOver("staff")
        await self._limits.check("staff.address", address)
        await self._limits.check("staff.name", account.username)
        if not await self._verifier.matches(account.password_hash, wish.current):
            raise Invalid([Problem("current", "password.current", "现在的密码不正确。")])
        await self._accounts.check_password(account.id, wish.password)
        enrolled = self._second is not None and await self._second.enrolled(account.id)
        if self._second and enrolled and not await self._second.passes(account.id, wish.code):
            raise Invalid([Problem("code", "second.code", "动态验证码不正确或已用过，请等下一个再试。")])
        await self._accounts.renew_password(account.id, account.password_hash, wish.password, self._clock())
        await self._limits.clear("staff.name", account.username)
        await self._ledger.end_all(account.id, "changed")
        present = await self._account(account.id)
        if present is None:
            raise SessionOver("staff")
        return await self._open(present, agent, second=enrolled)

    async def renew(self, session: Session) -> Session | None:
        """``session`` as its account stands now; None where it must end."""
        account = await self._account(session.subject)
        if account is None:
            return None
        return msgspec.structs.replace(session, **self._facts(account, session.second))

    async def _open(self, account: Credential, agent: str, *, second: bool) -> Tokens:
        facts = self._facts(account, second)
        tokens = await self._ledger.open("staff", account.id, account.name, label=label_of(agent), **facts)
        # An account closed or moved after we read it: whoever did ended only the sessions that there were.
        present = await self._account(account.id)
        if present is None or self._facts(present, second) != facts:
            await self._ledger.end_all(account.id)
            raise LoginRefused()
        return tokens

    def _facts(self, account: Credential, second: bool) -> dict[str, Any]:
        """Role and area of a session; none where a second factor is required and was not shown."""
        if self._required and not second:
            return {"role": "", "area": "", "departments": (), "second": False}
        return {
            "role": account.role, "area": account.area, "departments": account.departments, "second": second,
        }  # fmt: skip

    async def _hers(self, actor: Actor) -> tuple[SecondFactors, Credential]:
        account = await self._account(actor.subject) if actor.is_staff else None
        if account is None:
            raise SessionOver("staff")
        if self._second is None:
            raise NotFound("本系统没有启用二次验证。", code="second.off")
        return self._second, account

    async def _account(self, account_id: str) -> Credential | None:
        """The account while it is active."""
        try:
            account = await self._accounts.get(account_id)
        except NotFound:
            return None
        return account if account.active else None

    def _pending(self, account: Credential) -> str:
        until = int((self._clock() + timedelta(seconds=PENDING_SECONDS)).timestamp())
        ticket = _Ticket(account.id, self._mark(account), until)
        return self._cipher.seal(msgspec.json.encode(ticket).decode(), "session.pending")

    async def _account_of(self, pending: str) -> Credential | None:
        try:
            ticket = msgspec.json.decode(self._cipher.open(pending[:1000], "session.pending"), type=_Ticket)
        except (Unreadable, msgspec.DecodeError):
            return None
        account = await self._account(ticket.account)
        if account is None or ticket.until <= self._clock().timestamp():
            return None
        return account if self._cipher.same(ticket.mark, self._mark(account)) else None

    def _mark(self, account: Credential) -> str:
        return self._cipher.mac(account.password_hash, "session.pending")
