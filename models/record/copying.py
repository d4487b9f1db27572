"""Her data to take along (PIPL art. 45): everything that this house holds of a resident, in one piece. docs/api.md
describes it; ``format`` grows when a reader of the one before would misread it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.audit.service import Audit, Look
from models.base.actor import Actor
from models.base.clock import Clock
from models.cases.agreed import Agreed, Agreements
from models.cases.receipt import Receipt
from models.cases.receipts import Receipts
from models.consents.consent import Consent
from models.consents.service import Consents
from models.keptpapers.paper import KeptPaper
from models.keptpapers.service import KeptPapers
from models.mandates.mandate import GROUND_NAMES, SCOPE_NAMES, STATE_NAMES, Mandate
from models.mandates.service import Mandates
from models.record.service import ALL, Record
from models.record.sheets import Sheet

FORMAT = 1
LOOKS = 200
"""The latest; /my/looks pages through all of them."""


class Leave(msgspec.Struct, frozen=True):
    """Leave to act that she gave or holds, in words."""

    principal: str
    agent: str
    ground: str
    scope: str
    state: str
    given_at: datetime
    until: str
    cases: tuple[str, ...]


class Agreement(msgspec.Struct, frozen=True):
    """A consent that she gave: to what, for which case, in whose hands, how long, and whether she took it back."""

    case_no: str
    title: str
    text: str
    given_at: datetime
    by: str
    elements: tuple[str, ...]
    to: tuple[str, ...]
    keep: str
    withdrawn_at: datetime | None = None


class Kept(msgspec.Struct, frozen=True):
    """A paper that is kept so that she need not hand it in again; pictures by the ids under which she may open them."""

    code: str
    name: str
    case_no: str
    title: str
    handed_in_at: datetime
    issuer: str
    number: str
    valid_until: str
    verified_by: str
    verified_at: datetime | None
    files: tuple[str, ...]


class Copy(msgspec.Struct, frozen=True):
    """``sheets``: herself, her house, her family, as far as she may see them, every value whole with its source and
    date; ``cases`` what she filed, ``mandates`` given and held, ``consents`` what she agreed to (of her latest
    cases that rest on any), ``looks`` who in government looked at her data, ``kept_papers`` what need not
    be handed in again."""

    format: int
    office: str
    made_at: datetime
    sheets: tuple[Sheet, ...]
    cases: tuple[Receipt, ...]
    mandates_given: tuple[Leave, ...]
    mandates_held: tuple[Leave, ...]
    consents: tuple[Agreement, ...]
    looks: tuple[Look, ...]
    kept_papers: tuple[Kept, ...] = ()


class Copying:
    """Puts the copy together. Every part is bounded by the slice that it comes from."""

    def __init__(
        self, record: Record, receipts: Receipts, mandates: Mandates, agreements: Agreements, consents: Consents,
        papers: KeptPapers, audit: Audit, office: str, clock: Clock,
    ) -> None:  # fmt: skip
        self._record = record
        self._receipts = receipts
        self._mandates = mandates
        self._agreements = agreements
        self._consents = consents
        self._papers = papers
        self._audit = audit
        self._office = office
        self._clock = clock

    async def of(self, actor: Actor) -> Copy:
        """Hers alone: raises LoginNeeded below L2, Forbidden for whoever acts for her."""
        return Copy(
            FORMAT,
            self._office,
            self._clock(),
            tuple(await self._record.of(actor, ALL)),
            tuple(await self._receipts.own(actor)),
            tuple(map(_leave, await self._mandates.given_by(actor))),
            tuple(map(_leave, await self._mandates.held_by(actor))),
            tuple(
                _agreement(case, given, self._consents)
                for case in await self._agreements.own(actor)
                for given in case.consents
            ),
            tuple(await self._audit.looks_at((actor.person, actor.subject), LOOKS)),
            tuple(map(_kept, await self._papers.own(actor))),
        )


def _leave(mandate: Mandate) -> Leave:
    return Leave(
        mandate.principal.name, mandate.agent.name, GROUND_NAMES[mandate.ground], SCOPE_NAMES[mandate.scope],
        STATE_NAMES[mandate.state], mandate.given_at, mandate.until, mandate.cases,
    )  # fmt: skip


def _kept(paper: KeptPaper) -> Kept:
    seen = paper.verified
    return Kept(
        paper.code, paper.name, paper.source.case_no, paper.source.title, paper.source.at, paper.issuer, paper.number,
        paper.valid_until, f"{seen.office} {seen.by}" if seen else "", seen.at if seen else None, paper.files,
    )  # fmt: skip


def _agreement(case: Agreed, given: Consent, consents: Consents) -> Agreement:
    return Agreement(
        case.case_no, case.title, consents.words(given, case.title), given.at, given.by, given.elements, given.to,
        given.keep, given.withdrawn_at,
    )  # fmt: skip
