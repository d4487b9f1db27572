"""From answers to a case: everything that has to hold at submission, checked again whatever the page said."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.clock import local_day
from models.base.errors import Gone, LoginNeeded, Malformed
from models.calendar.working_days import WorkingDays
from models.cases.case import Applicant, By, Case, Event, Message, Number, queue_of, steps_of
from models.codes.code import Code
from models.elements.registry import Elements
from models.forms.form import Field, Form
from models.items.catalogue import Offer
from models.prefill.known import Answer

SEALED_TYPES = frozenset({"id_number", "phone", "bank_account"})
SEALED_FROM = 2  # sensitivity of the element from which an answer is encrypted at rest
KEY_LENGTH = range(8, 129)


class Ticket(msgspec.Struct, frozen=True):
    """What a new case needs besides its answers."""

    number: Number | None
    receipt: str
    submission_key: str
    digest: str
    at: datetime
    areas: tuple[str, ...]
    code: str
    applicant: Applicant
    filing: str = ""


def check_open(actor: Actor, offer: Offer, code: Code | None, submission_key: str) -> None:
    """Raise Gone, LoginNeeded or Malformed where this actor may not file this offer from this code now."""
    if (
        len(submission_key) not in KEY_LENGTH
        or not submission_key.isascii()
        or not submission_key.isprintable()
    ):
        raise Malformed("提交编号不正确，请刷新页面后重试。", code="submission_key")
    check_offer(actor, offer, code)


def check_offer(actor: Actor, offer: Offer, code: Code | None) -> None:
    """The part that opening a form and submitting it have in common."""
    if code is not None and code.state != "active":
        raise Gone("这个码已停用，请扫新的门牌或海报办理。", code=f"code.{code.state}")
    if not offer.open:
        raise Gone(offer.notice or "这个事项现在不接受申请，可拨打12345咨询。", code="item.closed")
    if actor.is_staff:
        raise LoginNeeded(offer.level, "工作人员账号不能为自己办事，请退出后以居民身份办理。")
    if not actor.reaches(offer.level):
        raise LoginNeeded(offer.level)


def sealed_keys(form: Form, elements: Elements) -> tuple[str, ...]:
    """The fields whose answers are encrypted at rest."""
    return tuple(key for key, field in form.fields().items() if _is_sealed(field, elements))


def _is_sealed(field: Field, elements: Elements) -> bool:
    if field.type in SEALED_TYPES or any(_is_sealed(column, elements) for column in field.columns):
        return True
    element = elements.get(field.element) if field.element else None
    return element is not None and element.sensitivity >= SEALED_FROM


def applicant_of(actor: Actor, form: Form, answers: Mapping[str, Any], device_mac: str) -> Applicant:
    """Who applies: as the session vouches, and for L0 what the form itself says."""
    return Applicant(
        level=actor.level,
        subject=actor.subject,
        person=actor.person,
        name=actor.name or _of_element(form, answers, "person.name"),
        phone=_of_element(form, answers, "person.phone") or _first_phone(form, answers),
        device=device_mac,
    )


def _of_element(form: Form, answers: Mapping[str, Any], element: str) -> str:
    for key, field in form.fields().items():
        if field.element == element and field.subject == "applicant" and answers.get(key):
            return str(answers[key])
    return ""


def _first_phone(form: Form, answers: Mapping[str, Any]) -> str:
    phones = (answers.get(key) for key, field in form.fields().items() if field.type == "phone")
    return next((str(phone) for phone in phones if phone), "")


def new_case(
    offer: Offer, answers: tuple[Answer, ...], ticket: Ticket, sealed: tuple[str, ...], days: WorkingDays
) -> Case:
    """The case as it is first written: at its first step, with its first event and notice."""
    item = offer.item
    if item is None or ticket.number is None:
        raise ValueError("a bundle is filed as its children, and every case has a number")
    case_id = secrets.token_hex(10)
    by = By("resident", ticket.applicant.subject, ticket.applicant.name)
    steps = steps_of(item.steps, ticket.at)
    queue, department = queue_of(steps[0])
    due_on = days.add(local_day(ticket.at), item.promised_days).isoformat()
    return Case(
        id=case_id,
        number=ticket.number,
        receipt=ticket.receipt,
        item=item.id,
        version=offer.version,
        title=item.name,
        areas=ticket.areas,
        applicant=ticket.applicant,
        answers=answers,
        sealed=sealed,
        steps=steps,
        promised_days=item.promised_days,
        submission_key=ticket.submission_key,
        digest=ticket.digest,
        filed_at=ticket.at,
        due_on=due_on,
        queue=queue,
        department=department,
        code=ticket.code,
        filing=ticket.filing,
        events=(Event(ticket.at, "applied", by, 1),),
        outbox=_filed(case_id, item.name, ticket),
    )


def _filed(case_id: str, title: str, ticket: Ticket) -> tuple[Message, ...]:
    if not ticket.applicant.phone or ticket.filing:
        return ()
    text = f"您的“{title}”已提交，编号 {ticket.number}。凭回执二维码可随时查看进度。"
    return (Message(f"{case_id}:1", "applicant", text, ticket.at),)
