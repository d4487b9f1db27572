"""Draining the outbox: what must follow a change is sent by a worker that may die and repeat itself harmlessly."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

import structlog

from models.base.clock import Clock
from models.base.errors import SaobanError
from models.cases.case import Case, Message
from models.cases.repository import CasesRepository

AT_ONCE = 50
LEASE = timedelta(seconds=60)  # a sender that died leaves its entry to others after this
LONGEST_PAUSE = timedelta(hours=1)


class Sender(Protocol):
    """Whoever delivers a text to a phone."""

    async def send(self, phone: str, text: str) -> None: ...


class Drain:
    """Sends what the cases' outboxes hold. Any number of processes may run one."""

    def __init__(self, repository: CasesRepository, sender: Sender, clock: Clock) -> None:
        self._repository = repository
        self._sender = sender
        self._clock = clock

    async def run_once(self) -> int:
        """Send everything that is due, as far as it goes; how many were sent."""
        sent = 0
        for case in await self._repository.with_unsent(self._clock(), AT_ONCE):
            for message in case.outbox:
                if message.sent_at is None and message.due_at <= self._clock():
                    sent += await self._send(case, message)
        return sent

    async def _send(self, case: Case, message: Message) -> bool:
        now = self._clock()
        if not await self._repository.claim(case.id, message, now + LEASE):
            return False
        try:
            await self._sender.send(case.applicant.phone, message.text)
        except SaobanError:
            pause = min(LONGEST_PAUSE, timedelta(seconds=30) * 2**message.tries)
            structlog.get_logger().warning("notice.unsent", case=case.id, tries=message.tries + 1)
            await self._repository.mark(case.id, message.id, sent_at=None, due_at=now + pause)
            return False
        await self._repository.mark(case.id, message.id, sent_at=self._clock(), due_at=now)
        return True
