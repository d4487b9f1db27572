"""Telling principals what is done in their names, on the phone that is on record. Repeats itself harmlessly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from models.base.clock import Clock
from models.base.errors import NotFound, Unavailable
from models.mandates.mandate import Mandate, postponed, told, unsent
from models.mandates.repository import MandatesRepository
from models.people.service import People

AT_ONCE = 20
TRIES = 8
PAUSE = timedelta(minutes=1)
OLDEST = timedelta(days=3)
"""News older than that would mislead more than help; the mandate's page has it all the same."""


class Teller(Protocol):
    """Whoever delivers messages. Raises Unavailable."""

    async def send(self, phone: str, text: str) -> None: ...


class Telling:
    """The drain of the notices that lie in mandates."""

    def __init__(self, repository: MandatesRepository, people: People, teller: Teller, clock: Clock) -> None:
        self._repository = repository
        self._people = people
        self._teller = teller
        self._clock = clock

    async def run_once(self) -> int:
        """Send what is due; how many mandates were worked on."""
        now = self._clock()
        due = await self._repository.untold(now, AT_ONCE)
        for mandate in due:
            claimed = postponed(mandate, now + PAUSE)
            if await self._repository.replace(claimed):  # else another process has it
                await self._tell(claimed, now)
        return len(due)

    async def _tell(self, mandate: Mandate, now: datetime) -> None:
        texts = unsent(mandate)
        phone = await self._phone(mandate)
        try:
            if phone and now - mandate.notices[-1].at < OLDEST:
                for text in texts:
                    await self._teller.send(phone, text)
        except Unavailable:
            return  # the claim is the pause until the next try
        for _ in range(TRIES):
            current = await self._repository.get(mandate.id)
            if current is None or await self._repository.replace(told(current, texts, now)):
                return

    async def _phone(self, mandate: Mandate) -> str:
        """The one on record now; empty for a child, and for somebody who has none."""
        try:
            return (await self._people.get(mandate.principal.person)).phone
        except NotFound:
            return ""
