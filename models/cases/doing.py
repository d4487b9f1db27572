"""What a clerk does with a case: each action of the desk as the transition that it stands for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

import msgspec

from models.base.errors import Conflict
from models.calendar.working_days import WorkingDays
from models.cases import aid, flow, tolerance, transitions
from models.cases.case import By, Case
from models.cases.due import later, promise_of, resumed, within
from models.cases.submission import taken_by
from models.items.item import Item

MOST_AMOUNT = 99_999_999  # yuan: eight digits, as the pages take them


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a clerk sends: the revision that she saw, and what the action needs. ``fields`` are the keys of the
    answers to correct, each with a word of why in ``reasons`` (by key) where she gave one. ``step`` is the step that she
    acts on where several run side by side, ``to`` the one to send back to, ``kind`` that of a special procedure,
    ``days`` by how many working days the promise is extended; ``amount`` what is
    assessed or granted, in whole yuan; ``papers`` are the codes of materials that are lacking, or have come, and
    ``promise`` is how the applicant has promised to bring them."""

    rev: int
    step: str = ""
    to: str = ""
    kind: str = ""
    days: int = 0
    note: str = ""
    fields: list[str] = []
    reasons: dict[str, str] = {}
    reason: str = ""
    result: str = ""
    amount: Annotated[int, msgspec.Meta(ge=0, le=MOST_AMOUNT)] = 0
    papers: list[str] = []
    promise: str = ""


class Doing(msgspec.Struct, frozen=True):
    """One act: on which case, by whom, when, at which step; ``item`` as the case was filed under it."""

    case: Case
    by: By
    at: datetime
    act: Act
    step: str
    item: Item | None
    days: WorkingDays


def _accept(doing: Doing) -> Case:
    case = doing.case
    return transitions.accept(case, doing.by, doing.at, promise_of(doing.days, case, doing.at))


def _accept_lacking(doing: Doing) -> Case:
    rule = doing.item.tolerance if doing.item else None
    if rule is None:
        raise Conflict("这个事项不能容缺受理。", code="case.no_tolerance")
    owed = tolerance.owed_of(tolerance.chosen(doing.case, doing.act.papers), rule)
    if doing.act.promise == "receipt":
        return tolerance.offer(doing.case, doing.by, doing.at, owed)
    how = doing.act.promise
    return tolerance.accept_lacking(doing.case, doing.by, doing.at, owed, how, doing.days)  # type: ignore[arg-type]


def _receive(doing: Doing) -> Case:
    return tolerance.come_in(doing.case, doing.by, doing.at, doing.act.papers, doing.days)


def _settle(doing: Doing) -> Case:
    due_on = within(doing.days, doing.at, doing.case.promised_days)
    return transitions.settle(doing.case, doing.by, doing.at, doing.act.result, due_on)


def _ask(doing: Doing) -> Case:
    fields = {key: doing.act.reasons.get(key, "") for key in doing.act.fields}
    return transitions.ask(doing.case, doing.by, doing.at, fields, doing.act.note)


def _hand_on(doing: Doing) -> Case:
    case, item, amount = doing.case, doing.item, doing.act.amount
    taken = None
    if amount and item:
        taken = flow.reconsider(case.steps, item.steps, taken_by(item, case.values(), doing.at, amount))
    return transitions.hand_on(case, doing.by, doing.at, doing.act.note, doing.step, amount, taken)


def _give_aid(doing: Doing) -> Case:
    rule = doing.item.urgent if doing.item else None
    if rule is None:
        raise Conflict("这个事项没有先行救助。", code="case.no_aid")
    act = doing.act
    return aid.give(doing.case, doing.by, doing.at, act.amount, act.note, rule, doing.days, doing.step)


def _no_aid(doing: Doing) -> Case:
    return aid.decline(doing.case, doing.by, doing.at, doing.act.note, doing.days, doing.step)


def _send_back(doing: Doing) -> Case:
    act = doing.act
    return transitions.send_back(doing.case, doing.by, doing.at, act.to, act.note, doing.step)


def _pause(doing: Doing) -> Case:
    return transitions.pause(doing.case, doing.by, doing.at, doing.act.kind, doing.act.note)


def _resume(doing: Doing) -> Case:
    return transitions.resume(doing.case, doing.by, doing.at, *resumed(doing.days, doing.case, doing.at))


def _extend(doing: Doing) -> Case:
    act = doing.act
    longer = max(0, min(act.days, transitions.LONGEST_EXTENSION))
    due_on = later(doing.days, doing.case.due_on, longer)
    return transitions.extend(doing.case, doing.by, doing.at, act.days, act.reason, due_on)


def _grant(doing: Doing) -> Case:
    act = doing.act
    return transitions.decide(
        doing.case, doing.by, doing.at, "granted", act.reason, act.result, doing.step, act.amount
    )


def _refuse(doing: Doing) -> Case:
    return transitions.decide(doing.case, doing.by, doing.at, "refused", doing.act.reason, doing.act.result)


DOINGS: Mapping[str, Callable[[Doing], Case]] = {
    "accept": _accept,
    "accept_lacking": _accept_lacking,
    "settle": _settle,
    "ask": _ask,
    "receive": _receive,
    "give_aid": _give_aid,
    "no_aid": _no_aid,
    "hand_on": _hand_on,
    "send_back": _send_back,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "grant": _grant,
    "refuse": _refuse,
}
"""One for each of ``posts.ACTIONS``."""
