"""Filing: a submission becomes a case, once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Invalid, Problem, Unavailable
from models.calendar.working_days import WorkingDays
from models.cases.case import Case
from models.cases.filing import Filing
from models.cases.numbers import Numbers
from models.cases.repository import CasesRepository
from models.cases.submission import Ticket, applicant_of, check_open, new_case, sealed_keys
from models.codes.code import Code
from models.elements.registry import Elements
from models.forms.conditions import holds
from models.forms.context import Context
from models.forms.engine import clean
from models.forms.merge import split
from models.items.catalogue import Offer
from models.prefill.known import Answer, Known, trace

TRIES = 12
EARLIER = 5  # cases that are looked through for answers to questions asked before


class Filed(msgspec.Struct, frozen=True):
    """What a submission led to; ``created`` is False where it had been made before."""

    receipt: str
    case_no: str
    due_on: str
    created: bool


class Cases:
    """Use cases of the applicant: submit, and what she answered before."""

    def __init__(
        self,
        repository: CasesRepository,
        cipher: Cipher,
        clock: Clock,
        days: WorkingDays,
        elements: Elements,
        new_code: Callable[[str], str],
        county: str,
    ) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock
        self._days = days
        self._elements = elements
        self._new_code = new_code
        self._county = county
        self._numbers = Numbers(repository.last_seq)
        self._sealed: dict[tuple[str, int], tuple[str, ...]] = {}

    async def submit(
        self,
        actor: Actor,
        offer: Offer,
        code: Code | None,
        submission_key: str,
        posted: Mapping[str, Any],
        known: Mapping[str, Known],
        context: Context,
    ) -> Filed:
        """File ``posted`` over what is known. The same content under the same key gives the first receipt again.

        Raises Gone, LoginNeeded, Malformed, Invalid (all problems at once), Conflict (another content under
        the same key), Unavailable. Nothing is written unless everything holds.
        """
        check_open(actor, offer, code, submission_key)
        digest = self._digest(actor, offer, code, posted)
        raw = {**{key: fact.value for key, fact in known.items()}, **posted}
        cleaned = clean(offer.form, raw, context)
        if cleaned.problems:
            earlier = await self._earlier_receipt(submission_key, digest)
            if earlier:
                return earlier
            raise Invalid(list(cleaned.problems))
        at = self._clock()
        answers = trace(cleaned.answers, known, at)
        mac = self._cipher.mac(actor.device, "device") if actor.device else ""
        ticket = Ticket(
            number=None,  # taken last, so that no refusal uses one up
            receipt=self._new_code("R"),
            submission_key=submission_key,
            digest=digest,
            at=at,
            areas=code.areas if code else (self._county,),
            code=code.id if code else "",
            applicant=applicant_of(actor, offer.form, cleaned.answers, mac),
        )
        if offer.bundle:
            return await self._file_bundle(offer, answers, ticket)
        return await self._file_item(offer, answers, ticket)

    async def _file_item(self, offer: Offer, answers: tuple[Answer, ...], ticket: Ticket) -> Filed:
        town, day = self._sequence(ticket)
        for _ in range(TRIES):
            number = await self._numbers.take(town, day)
            case = new_case(
                offer,
                answers,
                msgspec.structs.replace(ticket, number=number),
                self._seal_keys(offer),
                self._days,
            )
            try:
                met = await self._repository.add(case)
            except BaseException:
                self._numbers.give_back(number)
                raise
            if met is None:
                return Filed(case.receipt, case.case_no, case.due_on, created=True)
            if met == "one_number":
                await self._numbers.collided(number)
                continue
            self._numbers.give_back(number)
            if met == "one_submission":
                return await self._same_again(ticket)
            ticket = msgspec.structs.replace(ticket, receipt=self._new_code("R"))
        raise Unavailable()

    async def _file_bundle(self, offer: Offer, answers: tuple[Answer, ...], ticket: Ticket) -> Filed:
        shares = self._shares(offer, answers)
        if not shares:
            raise Invalid(
                [Problem(self._first_question(offer), "bundle.nothing", "按您的选择，没有需要办理的事项。")]
            )
        town, day = self._sequence(ticket)
        for _ in range(TRIES):
            numbers = [await self._numbers.take(town, day) for _ in shares]
            filing, cases = self._children(offer, shares, ticket, numbers)
            try:
                met = await self._repository.add_filing(filing, cases)
            except BaseException:
                for number in numbers:
                    self._numbers.give_back(number)
                raise
            if met is None:
                due_on = max(case.due_on for case in cases)
                return Filed(filing.receipt, filing.case_no, due_on, created=True)
            if met == "one_submission":
                for number in numbers:
                    self._numbers.give_back(number)
                return await self._same_again(ticket)
            await self._numbers.collided(max(numbers, key=lambda number: number.seq))
        raise Unavailable()

    def _children(
        self, offer: Offer, shares: list[tuple[Offer, tuple[Answer, ...]]], ticket: Ticket, numbers: list
    ) -> tuple[Filing, list[Case]]:
        filing_id = self._new_code("R")
        cases = [
            new_case(
                part,
                answers,
                msgspec.structs.replace(
                    ticket,
                    number=number,
                    receipt=self._new_code("R"),
                    submission_key=f"{ticket.submission_key}:{part.id}",
                    filing=filing_id,
                ),
                self._seal_keys(part),
                self._days,
            )
            for (part, answers), number in zip(shares, numbers, strict=True)
        ]
        filing = Filing(
            id=filing_id,
            case_no=f"Y{cases[0].case_no}",
            receipt=ticket.receipt,
            bundle=offer.id,
            version=offer.version,
            title=offer.name,
            areas=ticket.areas,
            applicant=msgspec.structs.replace(ticket.applicant, phone=""),
            children=tuple(case.id for case in cases),
            submission_key=ticket.submission_key,
            digest=ticket.digest,
            filed_at=ticket.at,
            code=ticket.code,
        )
        return filing, cases

    def _shares(self, offer: Offer, answers: tuple[Answer, ...]) -> list[tuple[Offer, tuple[Answer, ...]]]:
        """The chosen children, each with its own answers under its own keys, provenance kept."""
        by_key = {answer.key: answer for answer in answers}
        values = {answer.key: answer.value for answer in answers}
        assert offer.bundle  # noqa: S101
        assert offer.merged  # noqa: S101
        given = split(offer.merged, by_key)
        fields = offer.form.fields()
        return [
            (
                part,
                tuple(
                    msgspec.structs.replace(answer, key=key) for key, answer in given.get(part.id, {}).items()
                ),
            )
            for part, child in zip(offer.parts, offer.bundle.children, strict=True)
            if child.when is None or holds(child.when, values, fields)
        ]

    async def _same_again(self, ticket: Ticket) -> Filed:
        found = await self._earlier_receipt(ticket.submission_key, ticket.digest)
        if found is None:
            raise Unavailable()
        return found

    async def _earlier_receipt(self, submission_key: str, digest: str) -> Filed | None:
        """The receipt of an earlier submission. Raises Conflict where its content was another."""
        case = await self._repository.for_submission(submission_key)
        if case is not None:
            first, filed = case.digest, Filed(case.receipt, case.case_no, case.due_on, created=False)
        else:
            filing = await self._repository.filing_for_submission(submission_key)
            if filing is None:
                return None
            children = await self._repository.of_filing(filing.id)
            due_on = max(child.due_on for child in children)
            first, filed = filing.digest, Filed(filing.receipt, filing.case_no, due_on, created=False)
        if first != digest:
            raise Conflict(
                "这份申请已经提交过，内容与这次不同。如需更改，请打开回执办理。", code="submission.other"
            )
        return filed

    async def filed_before(self, actor: Actor, submission_key: str) -> Filed | None:
        """What the same applicant filed under this key: for the second tap on a button, when the draft is gone."""
        mac = self._cipher.mac(actor.device, "device") if actor.device else ""
        holder = await self._repository.for_submission(submission_key)
        applicant = holder.applicant if holder else None
        digest = holder.digest if holder else ""
        if holder is None:
            filing = await self._repository.filing_for_submission(submission_key)
            applicant, digest = (filing.applicant, filing.digest) if filing else (None, "")
        if applicant is None:
            return None
        hers = (actor.subject and applicant.subject == actor.subject) or (mac and applicant.device == mac)
        return await self._earlier_receipt(submission_key, digest) if hers else None

    async def earlier(self, subject: str) -> dict[str, Known]:
        """What a person answered in her last cases, by element: the newest answer to each. Answers that concern
        other people are left out."""
        facts: dict[str, Known] = {}
        for case in await self._repository.own(subject, EARLIER):
            for answer in case.answers:
                element = self._element_of(case, answer.key)
                if element and element not in facts and answer.value not in (None, ""):
                    facts[element] = Known(answer.value, "earlier", answer.at or case.filed_at)
        return facts

    def learn_fields(self, offers: tuple[Offer, ...]) -> None:
        """Which question of which item names which element; called when the catalogue changes."""
        self._asked = {
            (offer.id, key): field.element
            for offer in offers
            for key, field in offer.form.fields().items()
            if field.element and field.subject == "applicant"
        }

    _asked: Mapping[tuple[str, str], str] = {}

    def _element_of(self, case: Case, key: str) -> str:
        return self._asked.get((case.item, key), "")

    def _sequence(self, ticket: Ticket) -> tuple[str, str]:
        town = next((area for area in ticket.areas if len(area) == 9), f"{self._county}000")
        return town, f"{local_day(ticket.at):%Y%m%d}"

    def _seal_keys(self, offer: Offer) -> tuple[str, ...]:
        key = (offer.id, offer.version)
        if key not in self._sealed:
            self._sealed[key] = sealed_keys(offer.form, self._elements)
        return self._sealed[key]

    def _first_question(self, offer: Offer) -> str:
        return offer.form.sections[0].fields[0].key

    def _digest(self, actor: Actor, offer: Offer, code: Code | None, posted: Mapping[str, Any]) -> str:
        content = [actor.subject, offer.id, code.id if code else "", posted]
        return self._cipher.mac(msgspec.json.encode(content, order="sorted").decode(), "submission")
