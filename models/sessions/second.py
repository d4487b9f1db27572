"""Setting up, checking and taking away the second factor of staff accounts."""

from __future__ import annotations

import secrets

from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Conflict, Invalid, Problem
from models.limits.service import Limits
from models.sessions.factor import (
    Enrolment,
    Factor,
    enrolment,
    is_time_code,
    new_recovery_codes,
    new_secret,
    plain,
    plain_recovery,
    step_of,
)
from models.sessions.repository import FactorRepository

TRIES, TRIES_SECONDS = 5, 15 * 60
"""Codes that may be tried for one account, then a pause. Of a million codes three are good at any time, so a
thief of the password needs more than a year for an even chance, and locks the owner out all that time."""


class SecondFactors:
    """``issuer`` is what authenticator apps show beside the account: whose system this is."""

    def __init__(
        self, repository: FactorRepository, cipher: Cipher, clock: Clock, limits: Limits, issuer: str
    ) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock
        self._limits = limits
        self._issuer = issuer

    async def enrolled(self, account_id: str) -> bool:
        """Whether the account has a second factor that was confirmed."""
        factor = await self._repository.get(account_id)
        return factor is not None and factor.confirmed_at is not None

    async def begin(self, account_id: str, name: str) -> Enrolment:
        """A new secret, of no effect until it is confirmed; ``name`` is shown in the app. Conflict where the
        account has a second factor already: an administrator resets it first."""
        secret = new_secret()
        factor = Factor(account_id, self._seal(account_id, secret), secrets.token_hex(8), self._clock())
        if not await self._repository.begin(factor):
            raise Conflict(
                "这个账号已经开通二次验证。如需更换手机，请联系管理员重置。", code="second.enrolled"
            )
        return enrolment(secret, name, self._issuer)

    async def confirm(self, account_id: str, typed: str) -> tuple[str, ...]:
        """Puts the secret into force by one valid code; the ten recovery codes, shown now and never again.

        Raises Conflict where nothing waits for confirmation, Invalid for a code that does not fit, TooMany.
        """
        await self._count(account_id)
        factor = await self._repository.get(account_id)
        if factor is None or factor.confirmed_at is not None:
            raise Conflict("没有等待确认的二次验证，请重新扫码开通。", code="second.not_begun")
        step = step_of(self._open(factor), plain(typed), self._clock(), factor.last_step)
        if step is None:
            problem = Problem("code", "second.code", "动态验证码不正确，请输入手机上当前显示的6位数字。")
            raise Invalid([problem])
        codes = new_recovery_codes()
        macs = tuple(self._mac(account_id, code) for code in codes)
        if not await self._repository.confirm(factor, step, macs, self._clock()):
            raise Conflict("没有等待确认的二次验证，请重新扫码开通。", code="second.not_begun")
        await self._forget(account_id)
        return codes

    async def passes(self, account_id: str, typed: str) -> bool:
        """Whether ``typed`` is a code of the present half minute (or of its neighbours) that was not used yet,
        or an unused recovery code; it is used up then. Counts a try. Raises TooMany."""
        await self._count(account_id)
        factor = await self._repository.get(account_id)
        if factor is None or factor.confirmed_at is None:
            return False
        code = plain(typed)
        fits = await (
            self._take_step(factor, code) if is_time_code(code) else self._take_recovery(factor, code)
        )
        if fits:
            await self._forget(account_id)
        return fits

    async def renew_recovery(self, account_id: str, typed: str) -> tuple[str, ...]:
        """Ten new recovery codes in place of what is left, for one valid code. Raises Invalid, TooMany."""
        if not await self.passes(account_id, typed):
            raise Invalid([Problem("code", "second.code", "动态验证码不正确或已用过，请等下一个再试。")])
        codes = new_recovery_codes()
        await self._repository.put_recovery(account_id, tuple(self._mac(account_id, code) for code in codes))
        return codes

    async def recovery_left(self, account_id: str) -> int:
        """How many recovery codes have not been used."""
        factor = await self._repository.get(account_id)
        return len(factor.recovery) if factor else 0

    async def reset(self, account_id: str) -> bool:
        """Takes the second factor away; whether there was one. Who may, and the record of it, are the
        business of ``accounts``."""
        await self._forget(account_id)
        return await self._repository.remove(account_id)

    async def _take_step(self, factor: Factor, code: str) -> bool:
        step = step_of(self._open(factor), code, self._clock(), factor.last_step)
        return step is not None and await self._repository.take_step(factor, step)

    async def _take_recovery(self, factor: Factor, code: str) -> bool:
        return await self._repository.take_recovery(factor, self._mac(factor.id, code))

    async def _count(self, account_id: str) -> None:
        await self._limits.hit(
            "second.account", account_id, most=TRIES, per_seconds=TRIES_SECONDS, locks=True
        )

    async def _forget(self, account_id: str) -> None:
        await self._limits.clear("second.account", account_id)

    def _seal(self, account_id: str, secret: str) -> str:
        return self._cipher.seal(secret, f"second.secret:{account_id}")

    def _open(self, factor: Factor) -> str:
        return self._cipher.open(factor.secret, f"second.secret:{factor.id}")

    def _mac(self, account_id: str, code: str) -> str:
        return self._cipher.mac(f"{account_id}:{plain_recovery(code)}", "second.recovery")
