"""One-time codes to the phone on record, sent without telling whether there is one."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable

import structlog

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import TooMany, Unavailable
from models.limits.service import Limits
from models.sessions.ports import Registry, Sms
from models.sessions.repository import OtpRepository
from models.sessions.session import OTP_LIFE, Otp
from models.sessions.tokens import six_digits


class OneTimeCodes:
    """Six digits, five minutes, five tries, used once; bound to the session that asked for them, so that a
    code asked for by a stranger opens nothing elsewhere."""

    def __init__(
        self, repository: OtpRepository, cipher: Cipher, clock: Clock, limits: Limits,
        registry: Registry, sms: Sms, office: str,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._cipher = cipher
        self._clock = clock
        self._limits = limits
        self._registry = registry
        self._sms = sms
        self._office = office
        self._sending: set[asyncio.Task[None]] = set()

    async def send(self, actor: Actor, text: Callable[[str], str] | None = None) -> None:
        """Make a code for the actor's session and have it delivered, in words of the caller's if ``text`` is given.

        The registry is asked, and the message sent, only after this has returned: answer and time are the
        same for a card that nobody knows, one without a phone, and a gateway that is away.
        """
        code = six_digits()
        otp = Otp(actor.session, self._mac(actor.session, code), self._clock() + OTP_LIFE)
        await self._repository.put(otp)
        task = asyncio.get_running_loop().create_task(self._deliver(actor, code, text))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def take(self, session_id: str, typed: str) -> bool:
        """Whether ``typed`` is the session's code; it is used up then. Counts a try whatever comes of it."""
        code = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed[:40]))
        otp = await self._repository.count_try(session_id, self._clock())
        if otp is None or not self._cipher.same(otp.mac, self._mac(session_id, code)):
            return False
        return await self._repository.use(otp, self._clock())

    async def drain(self) -> None:
        """Wait for the messages that are on their way."""
        await asyncio.gather(*self._sending)

    async def _deliver(self, actor: Actor, code: str, text: Callable[[str], str] | None) -> None:
        log = structlog.get_logger()
        try:
            match = await self._registry.match(actor.name, actor.id_number)
            if match is None or not match.phone:
                return
            await self._limits.check("otp.phone", match.phone)
            await self._sms.send(match.phone, text(code) if text else _text(self._office, code))
        except TooMany:
            log.info("otp.held", session=actor.session)
        except Unavailable:
            log.warning("otp.unsent", session=actor.session)
        except Exception:  # nobody waits for this task: what is not logged here is lost
            log.exception("otp.failed", session=actor.session)

    def _mac(self, session_id: str, code: str) -> str:
        return self._cipher.mac(f"{session_id}:{code}", "otp")


def _text(office: str, code: str) -> str:
    return f"【{office}】验证码{code}，5分钟内有效。工作人员不会向您索要验证码，请勿告诉他人。"
