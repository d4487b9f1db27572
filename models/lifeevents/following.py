"""What ends after an event: log-ins to a household that somebody has left, and everything that was in a dead person's
name. Benefits are never stopped; who looks is told of them. Repeats itself harmlessly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

import msgspec

from models.base.clock import Clock
from models.base.errors import Unavailable
from models.cases.case import Case
from models.lifeevents.event import Event, Followed, died, to_end
from models.lifeevents.repository import LifeEventRepository
from models.people.book import Outrun
from models.people.service import People
from models.sessions.session import Why

AT_ONCE = 20
PAUSE = timedelta(minutes=1)


class Sessions(Protocol):
    """Whoever lets people in."""

    def subject(self, id_number: str) -> str: ...
    async def end_all(self, subject: str, why: Why) -> int: ...


class Follower:
    """``cases_of`` are somebody's by the blind index of her number; ``end_mandates`` and ``end_reminders`` end what was
    given by, to or for her, and say how many."""

    def __init__(
        self, repository: LifeEventRepository, people: People, sessions: Sessions,
        cases_of: Callable[[str], Awaitable[Sequence[Case]]], end_mandates: Callable[[str], Awaitable[int]],
        end_reminders: Callable[[Sequence[str]], Awaitable[int]], clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._people = people
        self._sessions = sessions
        self._cases_of = cases_of
        self._end_mandates = end_mandates
        self._end_reminders = end_reminders
        self._clock = clock

    async def run_once(self) -> int:
        """What a process that died has left undone; how many events were looked after."""
        due = await self._repository.to_follow(self._clock() - PAUSE, AT_ONCE)
        for event in due:
            await self.after(event)
        return len(due)

    async def after(self, event: Event) -> Event:
        """End what has to end after it. What cannot be reached now is ended by the job, a minute later."""
        if event.follow_at is None:
            return event
        try:
            done = Followed()
            for person in to_end(event):
                done = await self._one(person, person in died(event), done)
        except Unavailable:
            return event
        followed = msgspec.structs.replace(event, follow_at=None, followed=done, rev=event.rev + 1)
        try:
            await self._repository.replace(followed)
        except Outrun:  # another process has done it, or the event was taken back meanwhile
            return event
        return followed

    async def cases(self, person_id: str) -> list[Case]:
        """Matters in her name that whoever reviews a death has to think of: open ones, and what she was granted."""
        person = await self._people.get(person_id)
        if not person.id_number:
            return []
        found = await self._cases_of(self._sessions.subject(person.id_number))
        return [case for case in found if case.open or case.state == "granted"]

    async def _one(self, person_id: str, dead: bool, done: Followed) -> Followed:
        person = await self._people.get(person_id)
        if not person.id_number:
            return done
        subject = self._sessions.subject(person.id_number)
        sessions = await self._sessions.end_all(subject, "changed")
        mandates = reminders = 0
        if dead:
            mandates = await self._end_mandates(subject)
            receipts = [case.receipt for case in await self._cases_of(subject)]
            reminders = await self._end_reminders(receipts)
        return Followed(done.sessions + sessions, done.mandates + mandates, done.reminders + reminders)
