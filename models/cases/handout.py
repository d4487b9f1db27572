"""The desk of results: bundles of which everything is over lie with the department that leads until they are out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, NotFound
from models.cases.case import By, Case
from models.cases.filing import Filing
from models.cases.filings import FilingsRepository
from models.cases.handing import gathered, hand_out, told, wanted_way
from models.cases.repository import CasesRepository
from models.roles.lines import fellows_of
from models.roles.rules import check, need

PAGE = 50
VERB = "case.issue"


class Ready(msgspec.Struct, frozen=True):
    """One line of the list; it names nobody."""

    id: str
    case_no: str
    title: str
    department: str
    ready_at: datetime
    results: int


class Parcel(msgspec.Struct, frozen=True):
    """What is to be handed out together, and how she wants it. ``results`` are (matter, case number, result)."""

    filing: Filing
    results: tuple[tuple[str, str, str], ...]
    way: str
    where: str


class Given(msgspec.Struct, frozen=True):
    """How everything was handed out, and what the applicant is told of it; ``rev`` is the revision that was seen."""

    rev: int
    way: str = ""
    note: str = ""


class HandOut:
    """Use cases of the department that leads."""

    def __init__(self, filings: FilingsRepository, cases: CasesRepository, clock: Clock) -> None:
        self._filings = filings
        self._cases = cases
        self._clock = clock

    async def gather(self, filing_id: str) -> None:
        """A case of the bundle is over: bring it to the leading department where it was the last."""
        filing = await self._cases.filing(filing_id)
        cases = await self._cases.of_filings([filing_id]) if filing and filing.state == "open" else []
        following = gathered(filing, cases, self._clock()) if filing and cases else None
        if following:
            await self._filings.replace(following)  # somebody else did the same where this fails

    async def ready(self, actor: Actor) -> tuple[Ready, ...]:
        """What waits for the actor's departments in her area: a page of it, the longest waiting first."""
        need(actor, VERB)
        found = await self._filings.ready(actor.area, fellows_of(actor.departments), PAGE)
        return tuple(map(_ready, found))

    async def waiting(self, actor: Actor) -> int:
        """How many these are, counted up to a page."""
        return await self._filings.count_ready(actor.area, fellows_of(actor.departments), PAGE)

    async def get(self, actor: Actor, filing_id: str) -> Parcel:
        """One of them. Raises NotFound, and Forbidden for one that lies elsewhere."""
        filing = await self._filings.get(filing_id)
        if filing is None or filing.state not in {"ready", "handed"}:
            raise NotFound("没有找到这一件，可能还没有全部办完。", code="filing.unknown")
        check(actor, VERB, filing.areas, filing.department)
        cases = await self._cases.of_filings([filing.id])
        granted = [case for case in cases if case.state == "granted" and case.id in filing.results]
        way, where = wanted_way(granted)
        return Parcel(filing, tuple(_result(filing, case) for case in granted), way, where)

    async def hand(self, actor: Actor, filing_id: str, given: Given) -> Parcel:
        """Hand everything out, and tell the applicant once. Raises Conflict, Invalid."""
        parcel = await self.get(actor, filing_id)
        if parcel.filing.rev != given.rev:
            raise Conflict()
        by = By("staff", actor.subject, actor.name, parcel.filing.department)
        handed = hand_out(parcel.filing, by, self._clock(), given.way, given.note)
        cases = await self._cases.of_filings([filing_id])
        first = _first(parcel.filing, cases)
        if not await self._filings.hand(handed, told(first, handed)):
            raise Conflict()
        return msgspec.structs.replace(parcel, filing=handed)


def _first(filing: Filing, cases: Sequence[Case]) -> Case:
    """The case that tells for all: the first whose result is in the parcel."""
    return next(case for case in cases if case.state == "granted" and case.id in filing.results)


def _ready(filing: Filing) -> Ready:
    assert filing.ready_at  # noqa: S101 - of one that is ready
    return Ready(
        filing.id, filing.case_no, filing.title, filing.department, filing.ready_at, len(filing.results)
    )


def _result(filing: Filing, case: Case) -> tuple[str, str, str]:
    result = case.decision.result if case.decision else ""
    return case.title, case.case_no, result or filing.results[case.id]
