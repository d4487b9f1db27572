"""What follows from an answer: data is deleted, and whoever asked is told. Repeats itself harmlessly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from models.base.clock import Clock
from models.base.errors import NotFound, Unavailable
from models.drafts.service import Drafts
from models.files.service import Uploads
from models.keptpapers.service import KeptPapers
from models.people.service import People
from models.rights.repository import RightsRepository
from models.rights.request import Request, erased, postponed, to_erase, told, unsent

AT_ONCE = 20
PAUSE = timedelta(minutes=1)
OLDEST = timedelta(days=3)
"""News older than that would mislead more than help; the request's page has it all the same."""


class Teller(Protocol):
    """Whoever delivers messages. Raises Unavailable."""

    async def send(self, phone: str, text: str) -> None: ...


class RightsWork:
    """The drain of what lies in answered requests."""

    def __init__(
        self, repository: RightsRepository, people: People, drafts: Drafts, uploads: Uploads, papers: KeptPapers,
        teller: Teller, clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._people = people
        self._drafts = drafts
        self._uploads = uploads
        self._papers = papers
        self._teller = teller
        self._clock = clock

    async def run_once(self) -> int:
        """Do what is due; how many requests were worked on."""
        now = self._clock()
        due = await self._repository.to_do(now, AT_ONCE)
        for request in due:
            claimed = postponed(request, now + PAUSE)
            if await self._repository.replace(claimed):  # else another process has it
                await self._do(claimed, now)
        return len(due)

    async def _do(self, request: Request, now: datetime) -> None:
        """Deleting comes first: she must not hear of what has not happened. A worker that dies on the way leaves the
        claim, which runs out."""
        done = await self._erase(request, now) if to_erase(request) else request
        await self._repository.replace(told(done, await self._tell(done, now), now))

    async def _erase(self, request: Request, now: datetime) -> Request:
        subject = request.whose.subject
        drafts = await self._drafts.erase_of(subject)
        papers = await self._papers.drop_all(subject)
        return erased(request, drafts, papers + await self._uploads.erase_of(subject), now)

    async def _tell(self, request: Request, now: datetime) -> tuple[str, ...]:
        """Send what is unsent; what need not be sent again."""
        texts, phone = unsent(request), await self._phone(request)
        if not texts or not phone or now - request.notices[-1].at >= OLDEST:
            return texts
        try:
            for text in texts:
                await self._teller.send(phone, text)
        except Unavailable:
            return ()  # the claim is the pause until the next try
        return texts

    async def _phone(self, request: Request) -> str:
        """The one on record now; of an anonymous person the one that she left, if she did."""
        if not request.whose.person:
            return request.phone
        try:
            return (await self._people.get(request.whose.person)).phone
        except NotFound:
            return ""
