"""Blind review (盲审): the matter without the person. Pure.

Whoever works at the desk of a blind step is shown a case as ``veiled`` makes it, in every form and at every time, until
she has looked behind the veil with a reason (``unmask``). What is hidden never leaves the server. A question is hidden
by what it is (its type, its element, its name), unless the step of the item says that she needs it (``shows``); papers
are hidden unless it does, for nobody can say what a photo shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.errors import Conflict, Invalid, Problem
from models.cases import flow
from models.cases.case import Applicant, By, Case, Event
from models.cases.step import StepState
from models.cases.transitions import noted, revised
from models.files.service import files_of
from models.forms.form import Field, Form
from models.items.item import Step
from models.prefill.known import Answer
from models.roles.rules import posts_of

HIDDEN_TYPES = frozenset({"id_number", "phone", "bank_account", "address", "file", "signature", "member"})
HIDDEN_ELEMENTS = frozenset(
    {"person.name", "person.id_no", "person.phone", "person.former_name", "house.std_address"}
)
HIDDEN_WORDS = ("姓名", "名字", "签名", "电话", "手机", "地址", "住址", "证号", "账号", "微信", "车牌")
VILLAGE = 12  # characters of a village's code: no smaller place is shown
GONE = "〔已隐去〕"
_HOUSE = re.compile(r"(?:第?[一二三四五六七八九十\d]{1,3}(?:村民)?[组社队])?(\d+(?:-\d+)*号)")
"""The part of an address that says which house: 三组12号, and 12号 alone."""

SHORTEST = 2  # characters of what is looked for in free text; one alone would be anything


def veil_of(actor: Actor, case: Case) -> StepState | None:
    """The blind step for whose sake this actor does not see whose the case is; None where nothing is hidden from her."""
    if not actor.is_staff or _knows(actor, case):
        return None
    own = set(posts_of(actor))
    blind = (step for step in case.steps if step.blind and (step.state != "skipped" or not case.open))
    return next((step for step in blind if own & set(flow.posts(step, case.areas))), None)


def _knows(actor: Actor, case: Case) -> bool:
    """Whether she accepted it, or has looked behind the veil."""
    accepted = case.accepted_by is not None and case.accepted_by.id == actor.subject
    return accepted or any(event.what == "unmasked" and event.by.id == actor.subject for event in case.events)


def veiled(case: Case, step: StepState, form: Form) -> Case:
    """The case without the person."""
    fields = form.fields()
    shown = tuple(
        each for answer in case.answers if (each := _shown(answer, fields.get(answer.key), step)) is not None
    )
    kept = {answer.key for answer in shown}
    secrets = _secrets(case, [answer for answer in case.answers if answer.key not in kept], fields)
    clean = _scrubber(secrets)
    change = msgspec.structs.replace
    return change(
        case,
        applicant=Applicant(case.applicant.level, ground=case.applicant.ground),
        answers=tuple(change(each, value=clean(each.value), was=clean(each.was)) for each in shown),
        areas=tuple(area for area in case.areas if len(area) <= VILLAGE),
        receipt="", code="", filing="", submission_key="", digest="", outbox=(), consents=(),
        intake=change(case.intake, guardian="") if case.intake else None,
        brought=tuple(change(each, result=clean(each.result)) for each in case.brought),
        steps=tuple(change(each, note=clean(each.note)) for each in case.steps),
        asked=change(case.asked, fields=clean(case.asked.fields), note=clean(case.asked.note))
        if case.asked else None,
        paused=change(case.paused, note=clean(case.paused.note)) if case.paused else None,
        extension=change(case.extension, reason=clean(case.extension.reason)) if case.extension else None,
        decision=change(case.decision, reason=clean(case.decision.reason), result=clean(case.decision.result))
        if case.decision else None,
        events=tuple(_event(event, clean) for event in case.events),
    )  # fmt: skip


def unmask(case: Case, by: By, at: datetime, reason: str) -> Case:
    """Somebody looks behind the veil, and the case says so. Raises Invalid without a reason, Conflict once it is over."""
    if not case.open:
        raise Conflict("办结的件不能再查看申请人。", code="case.state")
    if not noted(reason):
        raise Invalid([Problem("reason", "required", "请写明为什么必须知道申请人是谁，会记录在案。")])
    return revised(case, at, "unmasked", by, note=noted(reason))


def claims_of(
    form: Form, values: Mapping[str, Any], steps: Sequence[Step] | Sequence[StepState], areas: tuple[str, ...]
) -> list[tuple[list[str], tuple[str, ...]]]:
    """The papers among ``values``, grouped by the desks from which they are hidden."""
    blind = [step for step in steps if step.blind]
    groups: dict[tuple[str, ...], list[str]] = {}
    for key, field in form.fields().items():
        found = files_of(field, values.get(key))
        if found:
            hidden = [post for step in blind if key not in step.shows for post in flow.posts(step, areas)]
            groups.setdefault(tuple(dict.fromkeys(hidden)), []).extend(found)
    return [(files, desks) for desks, files in groups.items()]


def _shown(answer: Answer, field: Field | None, step: StepState) -> Answer | None:
    """As much of an answer as may be seen."""
    if answer.key in step.shows:
        return answer
    if field is None or _tells_who(field):
        return None
    change = msgspec.structs.replace
    if field.type == "table" and isinstance(answer.value, list):
        open_columns = [column.key for column in field.columns if not _tells_who(column)]
        rows = [{key: row[key] for key in open_columns if key in row} for row in answer.value]
        return change(answer, value=rows, was=None)
    if field.type == "area":
        return change(answer, value=str(answer.value)[:VILLAGE], was=None)
    return answer


def _tells_who(field: Field) -> bool:
    return (
        field.type in HIDDEN_TYPES
        or field.element in HIDDEN_ELEMENTS
        or any(word in field.label for word in HIDDEN_WORDS)
    )


def _secrets(case: Case, hidden: Sequence[Answer], fields: Mapping[str, Field]) -> tuple[str, ...]:
    """What would tell who it is, wherever it stood: the longest first, so that none is left in half."""
    found = {case.applicant.name, case.applicant.phone, case.applicant.agent, case.receipt, case.code}
    found |= {case.intake.guardian} if case.intake else set()
    found |= {event.by.name for event in case.events if event.by.kind == "resident"}
    for answer in hidden:
        field = fields.get(answer.key)
        found |= set(_strings([answer.value, answer.was])) if field is None or field.type != "file" else set()
    for answer in case.answers:
        field = fields.get(answer.key)
        if field is not None and field.type == "table" and isinstance(answer.value, list):
            secret = [column.key for column in field.columns if _tells_who(column)]
            found |= set(_strings([[row.get(key) for key in secret] for row in answer.value]))
    found |= {part for each in found for match in _HOUSE.finditer(each) for part in match.group(0, 1) if part}
    return tuple(sorted((each for each in found if len(each) >= SHORTEST), key=len, reverse=True))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [each for part in value.values() for each in _strings(part)]
    if isinstance(value, list):
        return [each for part in value for each in _strings(part)]
    return []


def _scrubber(secrets: Sequence[str]) -> Callable[[Any], Any]:
    """Takes ``secrets`` out of whatever text is in a value."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            for secret in secrets:
                value = value.replace(secret, GONE)
            return value
        if isinstance(value, dict):
            return {key: clean(part) for key, part in value.items()}
        return [clean(part) for part in value] if isinstance(value, list) else value

    return clean


def _event(event: Event, clean: Callable[[Any], Any]) -> Event:
    by = By("resident") if event.by.kind == "resident" else event.by
    return msgspec.structs.replace(event, by=by, note=clean(event.note), data=clean(event.data))
