"""A filing: one submission of a bundle, over the child cases that it made. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from models.calendar.working_days import WorkingDays
from models.cases.case import Applicant, By, Case
from models.cases.following import held
from models.cases.submission import Ticket, notice_of_filing
from models.forms.merge import chosen, split
from models.items.catalogue import Offer
from models.items.item import Bundle
from models.items.papers import Papers
from models.prefill.known import Answer

HELD_IN_HAND = frozenset({"证照", "批文", "证明"})


class Handed(msgspec.Struct, frozen=True, omit_defaults=True):
    """The results of a bundle handed out: how (``way``), and what the applicant is told of it, such as the number of
    the parcel."""

    at: datetime
    by: By
    way: str
    note: str = ""


class Filing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the children have in common. How many of them are done is derived from them, never kept here.

    The ``department`` that leads hands out their results together: ``results`` names, by child, what there will be to
    hold in the hand. The filing is ``ready`` when the last child is over, and ``handed`` once; ``over`` where there was
    nothing to hand out."""

    id: str
    case_no: str
    receipt: str
    bundle: str
    version: int
    title: str
    areas: tuple[str, ...]
    applicant: Applicant
    children: tuple[str, ...]
    filed_at: datetime
    code: str = ""
    papers: Papers = Papers()
    department: str = ""
    results: dict[str, str] = {}
    state: Literal["open", "ready", "handed", "over"] = "open"
    ready_at: datetime | None = None
    handed: Handed | None = None
    rev: int = 1


class Share(msgspec.Struct, frozen=True):
    """What one submission asks of one item: its answers under its own keys, with their provenance."""

    offer: Offer
    answers: tuple[Answer, ...]


def shares_of(offer: Offer, answers: tuple[Answer, ...], today: date) -> list[Share]:
    """The items that a submission takes: the item itself, or of a bundle those that its answers choose, which may
    be none."""
    if offer.merged is None:
        return [Share(offer, answers)]
    given = split(offer.merged, {answer.key: answer for answer in answers})
    taken = chosen(offer.merged, {answer.key: answer.value for answer in answers}, today)
    return [Share(part, _renamed(given[part.id])) for part in offer.parts if part.id in taken]


def ticket_of_child(ticket: Ticket, filing_id: str, item_id: str, place: int) -> Ticket:
    """The ticket of the child at ``place``. The first child carries the submission key itself, so that the one
    unique index over cases keeps a key from being used twice, be it for items or bundles."""
    key = ticket.submission_key if place == 0 else f"{ticket.submission_key}:{item_id}"
    return msgspec.structs.replace(ticket, submission_key=key, filing=filing_id)


def over(
    filing_id: str, receipt: str, offer: Offer, ticket: Ticket, cases: Sequence[Case], papers: Papers
) -> Filing:
    """The filing over ``cases``."""
    return Filing(
        id=filing_id,
        case_no=f"Y{cases[0].case_no}",
        receipt=receipt,
        bundle=offer.id,
        version=offer.version,
        title=offer.name,
        areas=ticket.areas,
        applicant=msgspec.structs.replace(ticket.applicant, phone=""),
        children=tuple(case.id for case in cases),
        filed_at=ticket.at,
        code=ticket.code,
        papers=papers,
        department=offer.bundle.department if offer.bundle else "",
        results={case.id: result for case in cases if (result := _result(offer, case))},
    )


def _result(offer: Offer, case: Case) -> str:
    """What a child will have to hand out, if anything: a payment or an entry in a register is nothing to hold."""
    item = next(part.item for part in offer.parts if part.id == case.item)
    return item.result.name if item and item.result.kind in HELD_IN_HAND else ""


def linked(cases: Sequence[Case], bundle: Bundle, days: WorkingDays) -> list[Case]:
    """``cases`` with what waits for what: a child whose forerunners were chosen too is held until they are granted. Of
    a bundle whose children are listed after those that they wait for."""
    by_item = {case.item: case for case in cases}
    for child in bundle.children:
        ahead = [by_item[item] for item in child.after if item in by_item]
        if child.item in by_item and ahead:
            case = by_item[child.item]
            ready = date.fromisoformat(max(each.due_on for each in ahead))
            due_on = days.add(ready, case.promised_days).isoformat()
            by_item[case.item] = held(case, tuple(each.id for each in ahead), due_on)
            for each in ahead:
                now = by_item[each.item]
                by_item[each.item] = msgspec.structs.replace(now, leads=(*now.leads, case.id))
    return [by_item[case.item] for case in cases]


def announced(filing: Filing, cases: Sequence[Case], ticket: Ticket) -> list[Case]:
    """``cases`` with one notice for all of them, sent by the first."""
    first, *others = cases
    told = notice_of_filing(first.id, filing.title, filing.case_no, ticket)
    return [msgspec.structs.replace(first, outbox=told), *others]


def _renamed(answers: dict[str, Answer]) -> tuple[Answer, ...]:
    return tuple(msgspec.structs.replace(answer, key=key) for key, answer in answers.items())
