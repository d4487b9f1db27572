"""From answers to a case: everything that has to hold at submission, checked again whatever the page said."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec

from models.base.actor import Actor
from models.base.clock import local_day
from models.base.errors import Gone, LoginNeeded, Malformed
from models.calendar.working_days import WorkingDays
from models.cases import flow
from models.cases.case import Applicant, By, Case, Event, Message, Number
from models.cases.owed import Paper
from models.codes.code import Code
from models.consents.consent import Consent
from models.elements.registry import Elements
from models.forms.conditions import holds
from models.forms.form import Field, Form
from models.items.catalogue import Offer
from models.items.item import Item, Step
from models.mandates.mandate import Ground, Intake
from models.prefill.known import Answer
from models.retention.rule import kept_years

SEALED_TYPES = frozenset({"id_number", "phone", "bank_account"})
SEALED_FROM = 2  # sensitivity of the element from which an answer is encrypted at rest
KEY_LENGTH = range(8, 129)


class Ticket(msgspec.Struct, frozen=True):
    """What a new case needs besides its answers, its number and its receipt; ``consents`` by item; ``intake``
    the counter that took it; ``held`` the elements and papers that the state has of the applicant."""

    submission_key: str
    digest: str
    at: datetime
    areas: tuple[str, ...]
    code: str
    applicant: Applicant
    filing: str = ""
    consents: Mapping[str, tuple[Consent, ...]] = {}
    intake: Intake | None = None
    held: frozenset[str] = frozenset()


def check_key(submission_key: str) -> None:
    """Raise Malformed where a client made a key that cannot be one."""
    fits = len(submission_key) in KEY_LENGTH and submission_key.isascii() and submission_key.isprintable()
    if not fits:
        raise Malformed("提交编号不正确，请刷新页面后重试。", code="submission_key")


def check_offer(actor: Actor, offer: Offer, code: Code | None) -> None:
    """Raise Gone or LoginNeeded where this actor may not open or file this offer from this code now."""
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


def applicant_of(
    actor: Actor, form: Form, answers: Mapping[str, Any], device_mac: str, ground: Ground | Literal[""] = ""
) -> Applicant:
    """Who applies: as the session vouches, and for L0 what the form itself says; with ``ground``, who acted for
    her. The device is then the agent's, and tells nothing of her."""
    return Applicant(
        level=actor.level,
        subject=actor.subject,
        person=actor.person,
        name=actor.name or _of_element(form, answers, "person.name"),
        phone=_of_element(form, answers, "person.phone") or _first_phone(form, answers),
        proof=actor.proof,
        device="" if actor.mandate else device_mac,
        mandate=actor.mandate,
        agent=actor.agent,
        ground=ground,
    )


def _of_element(form: Form, answers: Mapping[str, Any], element: str) -> str:
    for key, field in form.fields().items():
        if field.element == element and field.subject == "applicant" and answers.get(key):
            return str(answers[key])
    return ""


def _first_phone(form: Form, answers: Mapping[str, Any]) -> str:
    phones = (answers.get(key) for key, field in form.fields().items() if field.type == "phone")
    return next((str(phone) for phone in phones if phone), "")


def self_contained(form: Form, answers: Mapping[str, Any], members: Mapping[str, str]) -> dict[str, Any]:
    """``answers`` with the name beside each household member that was chosen: a case has to be readable when the
    household has changed, and at desks that may not look into households."""
    fields = form.fields()
    return {
        key: {"person": value, "name": members[value]}
        if fields[key].type == "member" and isinstance(value, str)
        else value
        for key, value in answers.items()
    }


def new_case_id() -> str:
    """A random id of 80 bits."""
    return secrets.token_hex(10)


def new_case(
    offer: Offer,
    answers: tuple[Answer, ...],
    ticket: Ticket,
    number: Number,
    receipt: str,
    sealed: tuple[str, ...],
    days: WorkingDays,
    case_id: str = "",
) -> Case:
    """The case as it is first written: at its first step, with its first event and notice."""
    item = offer.item
    if item is None:
        raise ValueError("a bundle is filed as its children")
    case_id = case_id or new_case_id()
    by = by_applicant(ticket.applicant.subject, ticket.applicant.name, ticket.applicant.agent, ticket.intake)
    values = {answer.key: answer.value for answer in answers}
    steps = flow.lay_out(item.steps, taken_by(item, values, ticket.at), ticket.at)
    urgently = urgent_by(item, values, ticket.at)
    due_on = local_day(urgently) if urgently else days.add(local_day(ticket.at), item.promised_days)
    return Case(
        id=case_id, number=number, receipt=receipt,
        item=item.id, version=offer.version, title=item.name,
        areas=ticket.areas, code=ticket.code, applicant=ticket.applicant, filing=ticket.filing,
        answers=answers, sealed=sealed, materials=_handed_in(item, answers),
        lacking=lacking(item, values, ticket.at), urgent_by=urgently,
        steps=steps, desks=flow.places(steps, ticket.areas),
        promised_days=item.promised_days, filed_at=ticket.at, due_on=due_on.isoformat(),
        submission_key=ticket.submission_key, digest=ticket.digest,
        events=(Event(ticket.at, "applied", by, 1, data=dict(flow.moved((), steps))),),
        outbox=() if ticket.filing else notice_of_filing(case_id, item.name, str(number), ticket),
        consents=ticket.consents.get(item.id, ()), keep_years=kept_years(item),
        intake=ticket.intake,
    )  # fmt: skip


def taken_by(item: Item, answers: Mapping[str, Any], at: datetime, amount: int = 0) -> flow.Holds:
    """Which of the item's steps are taken with these answers, and with this amount where one was set."""
    fields, today = item.form.fields(), local_day(at)
    return lambda step: (
        (step.when is None or holds(step.when, answers, fields, today)) and _fits(step, amount)
    )


def _fits(step: Step, amount: int) -> bool:
    if step.kind == "aid":
        return True
    return not (step.upto and not 0 < amount <= step.upto) and not (step.above and 0 < amount <= step.above)


def urgent_by(item: Item, answers: Mapping[str, Any], at: datetime) -> datetime | None:
    """By when an application that is filed now has to be decided, counted in hours; None where it is not urgent."""
    rule = item.urgent
    if rule is None or not holds(rule.when, answers, item.form.fields(), local_day(at)):
        return None
    return at + timedelta(hours=rule.hours)


def lacking(item: Item, answers: Mapping[str, Any], at: datetime) -> tuple[Paper, ...]:
    """The papers that the item lets follow later and that have not come with these answers; none where it tolerates
    nothing. What the state holds is not lacking."""
    fields, today = item.form.fields(), local_day(at)
    return tuple(
        Paper(each.code, each.name, each.field)
        for each in (item.materials if item.tolerance or urgent_by(item, answers, at) else ())
        if each.need == 2
        and not each.held
        and not (each.field and answers.get(each.field))
        and (each.when is None or holds(each.when, answers, fields, today))
        and _is_asked(fields.get(each.field), answers, fields, today)
    )


def _is_asked(
    field: Field | None, answers: Mapping[str, Any], fields: Mapping[str, Field], today: date
) -> bool:
    """Whether the form asked for the picture; a paper without a question is always asked for."""
    return field is None or field.show_if is None or holds(field.show_if, answers, fields, today)


def by_applicant(subject: str, name: str, agent: str, intake: Intake | None = None) -> By:
    """The applicant as who did something: herself, by an agent, or at a counter."""
    if intake:
        return By("resident", subject, f"{name}（{intake.hall_name}{agent}窗口受理）")
    return By("resident", subject, f"{name}（{agent}代办）" if agent else name)


def notice_of_filing(case_id: str, title: str, case_no: str, ticket: Ticket) -> tuple[Message, ...]:
    """What the applicant is told when her submission has arrived, if she left a phone."""
    if not ticket.applicant.phone:
        return ()
    text = f"您的“{title}”已提交，编号 {case_no}。凭回执二维码可随时查看进度。"
    return (Message(f"{case_id}:1", "applicant", text, ticket.at),)


def _handed_in(item: Item, answers: tuple[Answer, ...]) -> tuple[str, ...]:
    """Names of the papers whose pictures came with the form."""
    answered = {answer.key for answer in answers}
    return tuple(material.name for material in item.materials if material.field in answered)
