"""Telling residents what became of the changes they asked for, and both phones when one takes the other's place.
Repeats itself harmlessly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from models.base.clock import Clock
from models.base.errors import NotFound, Unavailable
from models.history.change import Change, Notice
from models.history.repository import HistoryRepository
from models.people.service import People

AT_ONCE = 20
PAUSE = timedelta(minutes=1)
OLDEST = timedelta(days=3)
"""News older than that would mislead more than help; 我的信息 has it all the same."""


class Teller(Protocol):
    """Whoever delivers messages. Raises Unavailable."""

    async def send(self, phone: str, text: str) -> None: ...


class OutcomeTelling:
    """The drain of the notices that lie in the history."""

    def __init__(
        self, repository: HistoryRepository, people: People, teller: Teller, clock: Clock, office: str
    ) -> None:
        self._repository = repository
        self._people = people
        self._teller = teller
        self._clock = clock
        self._office = office

    async def run_once(self) -> int:
        """Send what is due; how many changes were worked on."""
        now = self._clock()
        due = await self._repository.untold(now, AT_ONCE)
        for change in due:
            if await self._repository.postpone(change, now + PAUSE):  # else another process has it
                await self._tell(change, now)
        return len(due)

    async def _tell(self, change: Change, now: datetime) -> None:
        try:
            if now - change.entry.at < OLDEST:
                for notice in change.notices:
                    phone = await self._phone(change, notice)
                    if phone:
                        await self._teller.send(phone, f"【{self._office}】{notice.text}")
        except Unavailable:
            return  # the claim is the pause until the next try
        await self._repository.told(change, now + PAUSE, now)

    async def _phone(self, change: Change, notice: Notice) -> str:
        """The phone that was, the one that is, or the one on record of whoever asked for the change."""
        entry = change.entry
        if notice.to != "author":
            value = entry.before if notice.to == "old" else entry.after
            return str(value.v) if value else ""
        if entry.proposal is None:
            return ""
        try:
            return (await self._people.get(entry.proposal.value.by)).phone
        except NotFound:
            return ""
