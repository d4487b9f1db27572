"""Filing: a submission becomes a case, once, however often it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Gone, Invalid, LoginNeeded, Problem, Unavailable
from models.base.turns import Turns
from models.calendar.working_days import WorkingDays
from models.cases.case import Applicant, Case, Number
from models.cases.filing import Filing, Share, announced, linked, over, shares_of, ticket_of_child
from models.cases.numbers import Numbers
from models.cases.paperwork import made_by, of_share, of_shares
from models.cases.repository import CasesRepository
from models.cases.submission import (
    Ticket,
    applicant_of,
    check_key,
    check_offer,
    new_case,
    new_case_id,
    sealed_keys,
    self_contained,
)
from models.cases.veil import claims_of
from models.codes.code import Code
from models.consents.consent import KEEP, Ask, Consent, capacity_of
from models.consents.rule import Young, young_in
from models.consents.service import Consents, Giver, Part
from models.elements.registry import Elements
from models.files.service import Uploads
from models.forms.context import Context
from models.forms.engine import clean
from models.items.catalogue import Offer
from models.keptpapers import asking
from models.mandates.mandate import Ground, Mandate
from models.mandates.service import Mandates
from models.prefill.known import Answer, Known, trace

TRIES = 12
PAUSE = 0.005  # seconds before the second try; each later one waits twice as long
LONGEST_PAUSE = 0.2


class Filed(msgspec.Struct, frozen=True):
    """What a submission led to; ``created`` is False where it had been made before; ``at_counter`` says that it was
    taken at a counter."""

    receipt: str
    case_no: str
    due_on: str
    created: bool
    at_counter: bool = False


class Cases:
    """Filing, the one way in which cases come about."""

    def __init__(
        self,
        repository: CasesRepository,
        uploads: Uploads,
        cipher: Cipher,
        clock: Clock,
        days: WorkingDays,
        elements: Elements,
        new_code: Callable[[str], str],
        county: str,
        mandates: Mandates,
        consents: Consents,
        new_id: Callable[[], str] = new_case_id,
    ) -> None:
        self._repository = repository
        self._uploads = uploads
        self._cipher = cipher
        self._clock = clock
        self._days = days
        self._elements = elements
        self._new_code = new_code
        self._new_id = new_id
        self._county = county
        self._mandates = mandates
        self._consents = consents
        self._numbers = Numbers(repository.taken)
        self._turns = Turns()
        self._sealed: dict[tuple[str, int], tuple[str, ...]] = {}

    async def check(self, actor: Actor, offer: Offer, code: Code | None) -> Ground | Literal[""]:
        """Raise Gone, LoginNeeded, or Forbidden for an agent or a small child, where this actor may not open this offer
        now. The ground on which she acts for somebody else, if she does."""
        check_offer(actor, offer, code)
        if not actor.mandate:
            ground: Ground | Literal[""] = ""
        else:
            ground = (await self._mandates.check(actor.mandate, offer.id)).ground
        self._consents.check_age(actor, offer, capacity_of(ground), local_day(self._clock()))
        return ground

    async def submit(
        self,
        actor: Actor,
        offer: Offer,
        code: Code | None,
        submission_key: str,
        posted: Mapping[str, Any],
        known: Mapping[str, Known],
        context: Context,
        consents: Collection[str] = (),
        held: Collection[str] = (),
    ) -> Filed:
        """File ``posted`` over what is known. The same content under the same key gives the first receipt again,
        even where it could not be filed any more. ``consents`` are those that were ticked, as ``purpose@version``;
        ``held`` what the state has of her and does not ask for.

        Raises Gone, LoginNeeded, Malformed, Invalid (all problems at once), Conflict (another content under
        the same key), Forbidden (an agent whose leave has ended), Unavailable. Nothing is written unless everything
        holds. Whoever is acted for is told, also where an earlier try was interrupted before that.
        """
        filed = await self._submit(actor, offer, code, submission_key, posted, known, context, consents, held)
        if actor.mandate:
            await self._mandates.used(actor.mandate, filed.case_no, offer.name)
        return filed

    async def _submit(
        self,
        actor: Actor,
        offer: Offer,
        code: Code | None,
        submission_key: str,
        posted: Mapping[str, Any],
        known: Mapping[str, Known],
        context: Context,
        consents: Collection[str],
        held: Collection[str],
    ) -> Filed:
        check_key(submission_key)
        digest = self._digest(actor, offer, code, posted)
        try:
            check_offer(actor, offer, code)
            answers = self._checked(offer, posted, known, context)
            shares = _shares(offer, answers, context)
            young = young_in(actor.id_number, offer.form, _values(answers), context.today)
            asks = self._consents.asked(_parts(shares), young, "own")
            self._consents.check(actor, asks, consents, young)
            mandate = await self._mandate(actor, offer, submission_key)
            ground: Ground | Literal[""] = mandate.ground if mandate else ""
            self._consents.check_guardian(capacity_of(ground), asks, young)
        except (Gone, LoginNeeded, Invalid, Forbidden):
            before = await self._repository.for_submission(submission_key)
            if before is None or before.digest != digest:
                raise
            return await self._filed(before)
        applicant = applicant_of(actor, offer.form, _values(answers), self._device(actor), ground)
        at = self._clock()
        intake = mandate.intake if mandate else None
        ticket = Ticket(
            submission_key=submission_key,
            digest=digest,
            at=at,
            areas=intake.areas if intake else code.areas if code else (self._county,),
            code=code.id if code else "",
            applicant=applicant,
            consents=self._given(
                shares,
                asks,
                young,
                applicant,
                at,
                intake.guardian if intake else "",
                consents if asking.may_keep(actor, ground) else (),
            ),  # fmt: skip
            intake=intake,
            held=frozenset(held),
        )
        await self._claim(shares, ticket.areas)
        # Copies of one submission wait for the first, and so take no number in vain.
        async with self._turns.of(submission_key) as waited:
            first = await self._repository.for_submission(submission_key) if waited else None
            return await (self._same_again(first, ticket) if first else self._file(offer, shares, ticket))

    def _given(
        self,
        shares: Sequence[Share],
        asks: Sequence[Ask],
        young: Young,
        applicant: Applicant,
        at: datetime,
        guardian: str,
        ticked: Collection[str],
    ) -> dict[str, tuple[Consent, ...]]:
        """What is recorded of the consents, by item; ``guardian`` is who came to a counter with a child,
        ``ticked`` what was agreed to besides what had to be."""
        giver = Giver(
            guardian or applicant.agent or applicant.name, capacity_of(applicant.ground), applicant.level
        )
        given: dict[str, tuple[Consent, ...]] = {}
        if asks:
            given = {
                offer.id: self._consents.given(offer, values, young, giver, at)
                for offer, values in _parts(shares)
            }
        parts = [(share.offer, share.answers) for share in shares]
        who = (giver.name, giver.capacity, giver.level)
        kept = asking.wished(self._consents.purposes[KEEP], ticked, parts, who, at)
        return given | {item: (*given.get(item, ()), consent) for item, consent in kept.items()}

    async def _claim(self, shares: Sequence[Share], areas: tuple[str, ...]) -> None:
        """Every share's papers, for those who will handle it."""
        for share in shares:
            steps = share.offer.item.steps if share.offer.item else ()
            for files, veiled in claims_of(share.offer.form, _values(share.answers), steps, areas):
                await self._uploads.claim(files, areas, (step.department for step in steps), veiled)

    async def ground_of(self, actor: Actor) -> Ground | Literal[""]:
        """On what ground the actor acts for somebody else, if she does; whether she still may is for ``submit``."""
        mandate = await self._mandates.get(actor.mandate) if actor.mandate else None
        return mandate.ground if mandate else ""

    async def is_filed(self, submission_key: str) -> bool:
        """Whether anything was filed under this key, by whomever."""
        return await self._repository.for_submission(submission_key) is not None

    async def filed_before(self, actor: Actor, submission_key: str) -> Filed | None:
        """What the same applicant filed under this key: for the second tap on a button, when the draft is gone."""
        case = await self._repository.for_submission(submission_key)
        if case is None:
            return None
        if actor.mandate:
            return await self._filed(case) if case.applicant.mandate == actor.mandate else None
        applicant, device = case.applicant, self._device(actor)
        hers = (actor.subject and applicant.subject == actor.subject) or (
            device and applicant.device == device
        )
        return await self._filed(case) if hers else None

    async def _mandate(self, actor: Actor, offer: Offer, submission_key: str) -> Mandate | None:
        """On what leave the actor acts for somebody else, now; None for who acts for herself."""
        if not actor.mandate:
            return None
        return await self._mandates.take(actor.mandate, offer.id, submission_key)

    def _checked(
        self, offer: Offer, posted: Mapping[str, Any], known: Mapping[str, Known], context: Context
    ) -> tuple[Answer, ...]:
        """The answers with their provenance, each checked anew."""
        raw = {**{key: fact.value for key, fact in known.items()}, **posted}
        cleaned = clean(offer.form, raw, context)
        if cleaned.problems:
            raise Invalid(list(cleaned.problems))
        return trace(self_contained(offer.form, cleaned.answers, context.members), known, self._clock())

    async def _file(self, offer: Offer, shares: Sequence[Share], ticket: Ticket) -> Filed:
        """Write the cases of ``shares`` under the next numbers, trying again where another process took one."""
        pause = PAUSE
        for _ in range(TRIES):
            numbers = await self._numbers.take(*self._series(ticket), len(shares))
            cases, filing = self._drawn_up(offer, shares, ticket, numbers)
            met = await self._write(cases, filing, numbers)
            if met is None:
                return _told(cases, filing, created=True)
            first = (
                await self._repository.for_submission(ticket.submission_key)
                if met == "one_submission"
                else None
            )
            if first:  # else it is there, but not yet on a majority
                return await self._same_again(first, ticket)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
        raise Unavailable()

    def _drawn_up(
        self, offer: Offer, shares: Sequence[Share], ticket: Ticket, numbers: Sequence[Number]
    ) -> tuple[list[Case], Filing | None]:
        """The cases as they would be written, and for a bundle the filing over them."""
        if offer.bundle is None:
            return [self._case(shares[0], ticket, numbers[0], {})], None
        made = made_by(offer, {share.offer.id for share in shares})
        filing_id = self._new_code("R")
        cases = [
            self._case(share, ticket_of_child(ticket, filing_id, share.offer.id, place), numbers[place], made)
            for place, share in enumerate(shares)
        ]
        cases = linked(cases, offer.bundle, self._days)
        papers = of_shares(shares, offer, ticket.held, local_day(ticket.at))
        filing = over(filing_id, self._new_code("R"), offer, ticket, cases, papers)
        return announced(filing, cases, ticket), filing

    def _case(
        self, share: Share, ticket: Ticket, number: Number, made: Mapping[str, Mapping[str, str]]
    ) -> Case:
        sealed = self._seal_keys(share.offer)
        receipt = self._new_code("R")
        case = new_case(
            share.offer, share.answers, ticket, number, receipt, sealed, self._days, self._new_id()
        )
        papers = of_share(share, made, ticket.held, local_day(ticket.at))
        return msgspec.structs.replace(case, papers=papers)

    async def _write(
        self, cases: Sequence[Case], filing: Filing | None, numbers: Sequence[Number]
    ) -> str | None:
        """Insert all or nothing; None when it is done, else the rule that was met. Numbers not used are free."""
        try:
            if filing is None:
                met = await self._repository.add(cases[0])
            else:
                met = await self._repository.add_filing(filing, cases)
        except BaseException:
            self._numbers.give_back(
                numbers
            )  # if it was written after all, the next one to take them will notice
            raise
        if met == "one_number":
            await self._numbers.collided(numbers)
        elif met:
            self._numbers.give_back(numbers)
        return met

    async def _same_again(self, first: Case, ticket: Ticket) -> Filed:
        """The receipt of what was filed first under this key. Raises Conflict where its content was another."""
        if first.digest != ticket.digest:
            raise Conflict(
                "这份申请已经提交过，内容与这次不同。如需更改，请打开回执办理。", code="submission.other"
            )
        return await self._filed(first)

    async def _filed(self, case: Case) -> Filed:
        """The receipt of a case that stands, or of the filing that it belongs to."""
        if not case.filing:
            return _told([case], None, created=False)
        filing = await self._repository.filing(case.filing)
        return _told(await self._repository.of_filings([case.filing]), filing, created=False)

    def _series(self, ticket: Ticket) -> tuple[str, str]:
        town = next((area for area in ticket.areas if len(area) == 9), f"{self._county}000")
        return town, f"{local_day(ticket.at):%Y%m%d}"

    def _seal_keys(self, offer: Offer) -> tuple[str, ...]:
        key = (offer.id, offer.version)
        if key not in self._sealed:
            self._sealed[key] = sealed_keys(offer.form, self._elements)
        return self._sealed[key]

    def _device(self, actor: Actor) -> str:
        return self._cipher.mac(actor.device, "device") if actor.device else ""

    def _digest(self, actor: Actor, offer: Offer, code: Code | None, posted: Mapping[str, Any]) -> str:
        content = [actor.subject, offer.id, code.id if code else "", posted]
        return self._cipher.mac(msgspec.json.encode(content, order="sorted").decode(), "submission")


def _values(answers: Sequence[Answer]) -> dict[str, Any]:
    return {answer.key: answer.value for answer in answers}


def _parts(shares: Sequence[Share]) -> list[Part]:
    return [(share.offer, _values(share.answers)) for share in shares]


def _shares(offer: Offer, answers: tuple[Answer, ...], context: Context) -> list[Share]:
    """What is asked of each item. Raises Invalid where a bundle's answers choose none."""
    shares = shares_of(offer, answers, context.today)
    if not shares:
        first = offer.form.sections[0].fields[0].key
        raise Invalid([Problem(first, "bundle.nothing", "按您的选择，没有需要办理的事项。")])
    return shares


def _told(cases: Sequence[Case], filing: Filing | None, *, created: bool) -> Filed:
    head = filing or cases[0]
    due_on = max(case.due_on for case in cases)
    return Filed(head.receipt, head.case_no, due_on, created, at_counter=cases[0].intake is not None)
