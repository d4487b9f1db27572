"""Consents that a resident has given, wherever they lie, and taking them back.

A consent lies in the case that rests on it, so it was written with the case or not at all. Taking it back is one more
revision of that case: noted, told to the desk, never undone; what was decided stays decided.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Forbidden, LoginNeeded, NotFound
from models.cases.case import By, Case, State
from models.cases.repository import CasesRepository
from models.cases.submission import by_applicant
from models.cases.transitions import revised, say
from models.consents.consent import KEEP, Consent
from models.database import Database
from models.keptpapers.service import KeptPapers
from models.mandates.service import Mandates

LISTED = 30  # cases on a page
TRIES = 5

SHOWN = {"title": 1, "case_no": 1, "receipt": 1, "state": 1, "filed_at": 1, "consents": 1}


class Agreed(msgspec.Struct, frozen=True):
    """A case with the consents that it rests on."""

    id: str
    title: str
    case_no: str
    receipt: str
    state: State
    filed_at: datetime
    consents: tuple[Consent, ...]


class AgreedRepository:
    """The consents in the ``cases`` collection."""

    def __init__(self, database: Database) -> None:
        self._cases = database.collection("cases")

    async def of(self, subject: str, before: datetime | None, limit: int) -> list[Agreed]:
        """The cases of a resident that rest on consents, the newest first, from before a moment on."""
        query: dict[str, Any] = {"applicant.subject": subject, "consents.0": {"$exists": True}}
        if before:
            query["filed_at"] = {"$lt": before}
        rows = await self._cases.find(query, SHOWN).sort("filed_at", -1).limit(limit).to_list(limit)
        return [msgspec.convert({**row, "id": row["_id"]}, Agreed) for row in rows]


class Agreements:
    """Use cases of whoever consented. ``forget`` drops what forms remember of a person."""

    def __init__(
        self,
        agreed: AgreedRepository,
        cases: CasesRepository,
        mandates: Mandates,
        papers: KeptPapers,
        clock: Clock,
        forget: Callable[[str], None],
    ) -> None:
        self._agreed = agreed
        self._cases = cases
        self._mandates = mandates
        self._papers = papers
        self._clock = clock
        self._forget = forget

    async def own(self, actor: Actor, before: datetime | None = None) -> list[Agreed]:
        """What she agreed to, or a guardian for her child: one more than a page, where there is more."""
        await self._herself(actor)
        return await self._agreed.of(actor.subject, before, LISTED + 1)

    async def withdraw(self, actor: Actor, case_id: str, purpose: str) -> Case:
        """Take the consent for ``purpose`` in a case back; once more does nothing. Raises NotFound for what is not
        hers, without telling which, and Conflict where the case moves too fast."""
        await self._herself(actor)
        for _ in range(TRIES):
            case = await self._cases.get(case_id)
            given = next((each for each in case.consents if each.id == purpose), None) if case else None
            if case is None or given is None or case.applicant.subject != actor.subject:
                raise NotFound("没有找到这项同意。", code="consent.unknown")
            if purpose == KEEP:  # also where an earlier try was interrupted
                await self._papers.drop_case(case_id)
            if given.withdrawn_at:
                return case
            by = by_applicant(actor.subject, actor.name, actor.agent)
            following = withdrawn(case, purpose, by, self._clock())
            if await self._cases.replace(following):
                self._forget(case.applicant.person)
                if purpose == KEEP:  # what was being kept meanwhile
                    await self._papers.drop_case(case_id)
                return following
        raise Conflict()

    async def _herself(self, actor: Actor) -> None:
        """At L2, in her own name or as the guardian of a small child: an agent has no say in it."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            raise LoginNeeded("L2")
        if actor.mandate and (await self._mandates.check(actor.mandate, "")).ground != "guardian":
            raise Forbidden("代办时不能查看或撤回本人的同意。", code="mandate.acting")


def withdrawn(case: Case, purpose: str, by: By, at: datetime) -> Case:
    """The case with the consent for ``purpose`` taken back, and its desk told by the event. Pure."""
    consents = tuple(
        msgspec.structs.replace(each, withdrawn_at=at) if each.id == purpose else each
        for each in case.consents
    )
    version = next(each.version for each in case.consents if each.id == purpose)
    text = f"您已撤回办理“{case.title}”时的一项同意。撤回以前已经办的不受影响。"
    return revised(
        case, at, "consent_withdrawn", by, data={"consent": purpose, "version": version},
        consents=consents, outbox=say(case, at, text),
    )  # fmt: skip
