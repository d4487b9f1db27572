"""Draining the outbox: what must follow a change is sent by a worker that may die and repeat itself harmlessly."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

import structlog

from models.base.clock import Clock
from models.base.errors import SaobanError
from models.cases.outbox import Letter, OutboxRepository

AT_ONCE = 50
LEASE = timedelta(seconds=60)  # a sender that died leaves its entry to others after this
FIRST_PAUSE = timedelta(seconds=30)
DOUBLINGS = 7  # pauses grow to 64 minutes and stay there


class Sender(Protocol):
    """Whoever delivers a text to a phone."""

    async def send(self, phone: str, text: str) -> None: ...


class Drain:
    """Sends what the cases' outboxes hold. Any number of processes may run one."""

    def __init__(self, outbox: OutboxRepository, sender: Sender, clock: Clock) -> None:
        self._outbox = outbox
        self._sender = sender
        self._clock = clock

    async def run_once(self) -> int:
        """Send everything that is due, as far as it goes; how many were sent."""
        letters = await self._outbox.due(self._clock(), AT_ONCE)
        return sum([await self._send(letter) for letter in letters])

    async def _send(self, letter: Letter) -> bool:
        now = self._clock()
        if not await self._outbox.claim(letter, now + LEASE):
            return False
        try:
            await self._sender.send(self._outbox.phone(letter), letter.message.text)
        except SaobanError as error:
            tries = letter.message.tries
            structlog.get_logger().warning(
                "notice.unsent", case=letter.case, tries=tries + 1, code=error.code
            )
            await self._outbox.again(letter, now + FIRST_PAUSE * 2 ** min(tries, DOUBLINGS))
            return False
        await self._outbox.sent(letter, self._clock())
        return True
