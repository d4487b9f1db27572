"""The desk: what lies before a member of staff, and what she may do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases import transitions
from models.cases.case import Brief, By, Case
from models.cases.repository import CasesRepository
from models.items.service import Catalogue
from models.roles.rules import may, need

PAGE = 50
COUNTED = 1000
AMBER_SHARE = 0.2  # of the promised time left: the warning of standards.md

Light = Literal["green", "amber", "red"]
View = Literal["mine", "area", "lately"]

STEP_VERBS = {
    "accept": "case.accept", "review": "case.review", "survey": "case.review", "notice": "case.review",
    "approve": "case.decide", "issue": "case.issue",
}  # fmt: skip
"""What of the roles table a kind of step asks for."""

TIERS = {6: "county", 9: "town", 12: "village"}


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a clerk sends: the revision that she saw, and what the action needs. ``fields`` are the keys of the
    answers to correct, each with a word of why in ``reasons`` (by key) where she gave one."""

    rev: int
    note: str = ""
    fields: list[str] = []
    reasons: dict[str, str] = {}
    reason: str = ""
    result: str = ""


class Row(msgspec.Struct, frozen=True):
    """One line of the list. ``days_left`` counts working days, negative when late."""

    id: str
    case_no: str
    title: str
    place: str
    state: str
    step: str
    due_on: str
    days_left: int
    light: Light
    filed_at: datetime
    name: str


class Listing(msgspec.Struct, frozen=True):
    """A page of the list; ``next`` is the position of the following page, empty at the end."""

    rows: tuple[Row, ...]
    waiting: int
    next: str = ""


class Desk:
    """Use cases of staff. Everything is fetched through the actor: her area, her role, her departments."""

    def __init__(
        self,
        repository: CasesRepository,
        catalogue: Catalogue,
        clock: Clock,
        days: WorkingDays,
        place: Callable[[str], str],
    ) -> None:
        self._repository = repository
        self._catalogue = catalogue
        self._clock = clock
        self._days = days
        self._place = place

    async def listing(self, actor: Actor, view: View = "mine", after: str = "") -> Listing:
        """The cases at the actor's desk (``mine``), all open ones of her area, or the newest of her area."""
        area = _area(actor)
        if view == "lately":
            newest = [
                case
                for case in await self._repository.lately(area, PAGE)
                if sees(actor, case.areas, case.departments)
            ]
            return Listing(tuple(map(self._row, newest)), 0)
        queue = queue_for(actor) if view == "mine" else ""
        due_on, _, case_id = after.partition("~")
        cases = await self._repository.queue(area, queue, actor.departments, (due_on, case_id), PAGE + 1)
        waiting = await self.waiting(actor) if view == "mine" else 0
        rows = tuple(map(self._row, cases[:PAGE]))
        last = cases[PAGE - 1] if len(cases) > PAGE else None
        return Listing(rows, waiting, f"{last.due_on}~{last.id}" if last else "")

    async def waiting(self, actor: Actor) -> int:
        """How many cases lie at the actor's desk, counted to a thousand."""
        return await self._repository.count_queue(_area(actor), queue_for(actor), actor.departments, COUNTED)

    async def find(self, actor: Actor, text: str) -> Case:
        """The case with a number, typed with or without spaces. Raises NotFound, also for one elsewhere."""
        case = await self._repository.for_number("".join(text.split())[:40])
        if case is None or not _sees_case(actor, case):
            raise NotFound("没有查到这个办件编号，请核对后再试。", code="case.unknown")
        return case

    async def get(self, actor: Actor, case_id: str) -> Case:
        """One case of the actor's area and line of duty. Raises NotFound for what is not there or not hers, without
        telling which."""
        case = await self._repository.get(case_id)
        if case is None or not _sees_case(actor, case):
            raise NotFound("没有找到这个办件，或它不在您的辖区。", code="case.unknown")
        return case

    async def act(self, actor: Actor, case_id: str, action: str, act: Act) -> Case:
        """Do one thing with a case as it stood at ``act.rev``.

        Raises NotFound, Forbidden (not at this desk), Conflict (somebody was faster, or the state does not
        allow it), Invalid.
        """
        case = await self.get(actor, case_id)
        if action not in ACTIONS:
            raise NotFound("没有这种操作。", code="case.action")
        if case.rev != act.rev:  # first: a case that a colleague has handed on is not at this desk any more
            raise Conflict("这个办件刚被同事处理过，请刷新后再看。", code="case.changed")
        if not at_desk(actor, case):
            raise Forbidden("这个办件不在您的岗位上，只能查看。", code="case.not_yours")
        if action == "ask":
            await self._check_asked(case, act)
        following = self._apply(case, _by(actor), action, act)
        if not await self._repository.replace(following):
            raise Conflict("这个办件刚被同事处理过，请刷新后再看。", code="case.changed")
        return following

    def _apply(self, case: Case, by: By, action: str, act: Act) -> Case:
        at = self._clock()
        match action:
            case "accept":
                due_on = self._days.add(local_day(at), case.promised_days).isoformat()
                return transitions.accept(case, by, at, due_on)
            case "ask":
                fields = {key: act.reasons.get(key, "") for key in act.fields}
                return transitions.ask(case, by, at, fields, act.note)
            case "hand_on":
                return transitions.hand_on(case, by, at, act.note)
            case "grant":
                return transitions.decide(case, by, at, "granted", act.reason, act.result)
            case _:
                return transitions.decide(case, by, at, "refused", act.reason, act.result)

    async def _check_asked(self, case: Case, act: Act) -> None:
        """Only what the form asks can be corrected, in the version that the case was filed under."""
        fields = (await self._catalogue.version(case.item, case.version)).form.fields()
        if any(key not in fields or fields[key].type == "computed" for key in act.fields):
            raise Invalid([Problem("fields", "field.unknown", "要补正的内容不在表格里，请刷新后重选。")])

    def row(self, case: Case) -> Row:
        """A case as one line of the list."""
        return self._row(case.brief())

    def _row(self, case: Brief) -> Row:
        left = self._days.between(local_day(self._clock()), date.fromisoformat(case.due_on))
        return Row(
            id=case.id,
            case_no=case.case_no,
            title=case.title,
            place=self._place(case.areas[-1]),
            state=case.state,
            step=case.step,
            due_on=case.due_on,
            days_left=left,
            light=light(left, case.promised_days),
            filed_at=case.filed_at,
            name=case.applicant,
        )


ACTIONS: Mapping[str, str] = {
    "accept": "受理",
    "ask": "一次性告知补正",
    "hand_on": "通过，转下一环节",
    "grant": "准予并办结",
    "refuse": "不予办理",
}


def available(actor: Actor, case: Case) -> tuple[str, ...]:
    """What this actor may do with the case now, the usual thing first."""
    if not at_desk(actor, case):
        return ()
    ask = () if case.asked else ("ask",)
    if case.state == "applied":
        return ("accept", *ask, "refuse")
    if case.state == "accepted":
        return ("grant" if case.is_last_step else "hand_on", *ask, "refuse")
    return ()


def at_desk(actor: Actor, case: Case) -> bool:
    """Whether the case lies at this actor's desk, at a step that her role may do."""
    step = case.step
    if step is None or not serves(actor, case.areas, case.queue, case.department):
        return False
    verb = STEP_VERBS[step.kind] if case.step_index else "case.accept"  # the first step is the acceptance
    return may(actor, verb, case.areas, step.department)


def sees(actor: Actor, areas: tuple[str, ...], departments: tuple[str, ...]) -> bool:
    """Whether this actor may look at a case about a place in ``areas`` that goes through ``departments``."""
    return any(may(actor, "case.see", areas, department) for department in departments)


def serves(actor: Actor, areas: tuple[str, ...], queue: str, department: str) -> bool:
    """Whether this actor works on what lies in ``queue`` of a department, about a place in ``areas``."""
    hers = not actor.departments or department in actor.departments
    return actor.covers(areas) and queue == queue_for(actor) and hers


def queue_for(actor: Actor) -> str:
    """The queue that an account works from."""
    return f"{TIERS.get(len(actor.area), 'grid')}:{actor.role}"


def light(days_left: int, promised_days: int) -> Light:
    """Red when late, amber within the last fifth of the promise (or on the last day), else green."""
    if days_left < 0:
        return "red"
    return "amber" if days_left <= max(1, promised_days * AMBER_SHARE) else "green"


def _area(actor: Actor) -> str:
    need(actor, "case.see")
    return actor.area


def _sees_case(actor: Actor, case: Case) -> bool:
    return sees(actor, case.areas, tuple(step.department for step in case.steps))


def _by(actor: Actor) -> By:
    return By("staff", actor.subject, actor.name, "、".join(actor.departments))
