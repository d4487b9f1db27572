"""The desk: what lies before a member of staff, and what she may do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases import flow, transitions
from models.cases.case import Brief, By, Case, StepState
from models.cases.rated import handlers, unrated
from models.cases.repository import CasesRepository
from models.forms.display import masked
from models.items.service import Catalogue
from models.roles.lines import fellows_of
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


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a clerk sends: the revision that she saw, and what the action needs. ``fields`` are the keys of the
    answers to correct, each with a word of why in ``reasons`` (by key) where she gave one. ``step`` is the step that she
    acts on where several run side by side, ``to`` the one to send back to, ``kind`` that of a special procedure,
    ``days`` by how many working days the promise is extended."""

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


class Row(msgspec.Struct, frozen=True):
    """One line of the list. ``days_left`` counts working days, negative when late; ``name`` is masked."""

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


class Shown(msgspec.Struct, frozen=True):
    """A page of the list and whose cases stand in it: person ids and blind indexes, which go on the record of looking
    and nowhere else."""

    listing: Listing
    whose: tuple[str, ...]


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
        """What ``shown`` shows, for pages that name nobody."""
        return (await self.shown(actor, view, after)).listing

    async def shown(self, actor: Actor, view: View = "mine", after: str = "") -> Shown:
        """The cases at the actor's desk (``mine``); or of those that she may open, all open ones or the newest."""
        area = _area(actor)
        hers = fellows_of(actor.departments)
        if view == "lately":
            newest = await self._repository.lately(area, hers, PAGE)
            return Shown(Listing(tuple(map(self._row, newest)), 0), _whose(newest))
        due_on, _, case_id = after.partition("~")
        beyond = (due_on, case_id)
        if view == "mine":
            cases = await self._repository.at_desks(desks_of(actor), beyond, PAGE + 1)
        else:
            cases = await self._repository.open_in(area, hers, beyond, PAGE + 1)
        waiting = await self.waiting(actor) if view == "mine" else 0
        rows = tuple(map(self._row, cases[:PAGE]))
        last = cases[PAGE - 1] if len(cases) > PAGE else None
        listing = Listing(rows, waiting, f"{last.due_on}~{last.id}" if last else "")
        return Shown(listing, _whose(cases[:PAGE]))

    async def waiting(self, actor: Actor) -> int:
        """How many cases lie at the actor's desk, counted to a thousand."""
        _area(actor)
        return await self._repository.count_at(desks_of(actor), COUNTED)

    async def find(self, actor: Actor, text: str) -> Case:
        """The case with a number, typed with or without spaces. Raises NotFound, also for one elsewhere."""
        case = await self._repository.for_number("".join(text.split())[:40])
        if case is None or not _sees_case(actor, case):
            raise NotFound("没有查到这个办件编号，请核对后再试。", code="case.unknown")
        return _as_seen(actor, case)

    async def get(self, actor: Actor, case_id: str) -> Case:
        """One case of the actor's area and line of duty. Raises NotFound for what is not there or not hers, without
        telling which."""
        case = await self._repository.get(case_id)
        if case is None or not _sees_case(actor, case):
            raise NotFound("没有找到这个办件，或它不在您的辖区。", code="case.unknown")
        return _as_seen(actor, case)

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
        step = step_at(actor, case, act.step)
        if step is None:
            raise Forbidden("这个办件不在您的岗位上，只能查看。", code="case.not_yours")
        if action == "ask":
            await self._check_asked(case, act)
        check_action(actor, case, step, action)
        following = self._apply(case, _by(actor), action, act, step.key)
        if not await self._repository.replace(following):
            raise Conflict("这个办件刚被同事处理过，请刷新后再看。", code="case.changed")
        return following

    def _apply(self, case: Case, by: By, action: str, act: Act, step: str) -> Case:
        at = self._clock()
        match action:
            case "accept":
                return transitions.accept(case, by, at, self._promised(case, at))
            case "settle":
                return transitions.settle(case, by, at, act.result, self._promised(case, at))
            case "ask":
                fields = {key: act.reasons.get(key, "") for key in act.fields}
                return transitions.ask(case, by, at, fields, act.note)
            case "hand_on":
                return transitions.hand_on(case, by, at, act.note, step)
            case "send_back":
                return transitions.send_back(case, by, at, act.to, act.note, step)
            case "pause":
                return transitions.pause(case, by, at, act.kind, act.note)
            case "resume":
                return transitions.resume(case, by, at, *self._resumed(case, at))
            case "extend":
                due_on = self._later(case.due_on, max(0, min(act.days, transitions.LONGEST_EXTENSION)))
                return transitions.extend(case, by, at, act.days, act.reason, due_on)
            case "grant":
                return transitions.decide(case, by, at, "granted", act.reason, act.result, step)
            case _:
                return transitions.decide(case, by, at, "refused", act.reason, act.result)

    def _promised(self, case: Case, at: datetime) -> str:
        """The day by which a case that is accepted now will be done."""
        return self._days.add(local_day(at), case.promised_days).isoformat()

    def _resumed(self, case: Case, at: datetime) -> tuple[str, int]:
        """When a case that stood still will be done, and for how many working days it stood."""
        stood = self._days.between(local_day(case.paused.at), local_day(at)) if case.paused else 0
        return self._later(case.due_on, max(0, stood)), max(0, stood)

    def _later(self, due_on: str, days: int) -> str:
        return self._days.add(date.fromisoformat(due_on), days).isoformat() if days else due_on

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
            name=masked("name", case.applicant),
        )


ACTIONS: Mapping[str, str] = {
    "accept": "受理",
    "settle": "当场办结",
    "ask": "一次性告知补正",
    "hand_on": "通过，转下一环节",
    "send_back": "退回前面环节",
    "pause": "开始特别程序",
    "resume": "特别程序结束，恢复办理",
    "extend": "延长时限",
    "grant": "准予并办结",
    "refuse": "不予办理",
}


def available(actor: Actor, case: Case, step: str = "") -> tuple[str, ...]:
    """What this actor may do with the case now at her step (``step`` where several of hers run), the usual first."""
    here = step_at(actor, case, step)
    if here is None:
        return ()
    ask = () if case.asked else ("ask",)
    if case.state == "applied":
        last = flow.is_last(case.steps, here.key)
        return (*(("settle",) if last and not case.promised_days else ()), "accept", *ask, "refuse")
    if case.state != "accepted":
        return ()
    if case.paused:
        return ("resume",)
    onward = "grant" if flow.is_last(case.steps, here.key) else "hand_on"
    back = ("send_back",) if backward(case, here) else ()
    longer = (
        ("extend",) if not case.extension and may(actor, "case.decide", case.areas, here.department) else ()
    )
    return (onward, *ask, *back, "pause", *longer, "refuse")


def backward(case: Case, step: StepState) -> tuple[StepState, ...]:
    """The steps that a case can be sent back to; never its acceptance, which started the promise."""
    return tuple(each for each in flow.before(case.steps, step.key) if each.key != case.steps[0].key)


def check_action(actor: Actor, case: Case, step: StepState, action: str) -> None:
    """Raise Forbidden for what this actor may not do at her step, whatever the state of the case."""
    if action == "extend" and not may(actor, "case.decide", case.areas, step.department):
        raise Forbidden("延长时限要由审批人决定。", code="case.not_yours")


def step_at(actor: Actor, case: Case, key: str = "") -> StepState | None:
    """The step of the case that lies at this actor's desk and that her role may do: ``key``, or the first of hers."""
    return next((step for step in steps_at(actor, case) if key in {"", step.key}), None)


def steps_at(actor: Actor, case: Case) -> tuple[StepState, ...]:
    """All steps of the case that lie at this actor's desk and that her role may do."""
    own = set(desks_of(actor)) if actor.is_staff else set()
    return tuple(
        step
        for step in case.active
        if own.intersection(flow.desks((step,), case.areas))
        and may(actor, _verb(case, step), case.areas, step.department)
    )


def _verb(case: Case, step: StepState) -> str:
    """What of the roles table a step asks for; the first one is the acceptance, whatever it is called."""
    return "case.accept" if step.key == case.steps[0].key else STEP_VERBS[step.kind]


def sees(actor: Actor, areas: tuple[str, ...], departments: tuple[str, ...]) -> bool:
    """Whether this actor may look at a case about a place in ``areas`` that goes through ``departments``."""
    return any(may(actor, "case.see", areas, department) for department in departments)


def serves(actor: Actor, desks: tuple[str, ...]) -> bool:
    """Whether one of ``desks`` is this actor's."""
    return not set(desks).isdisjoint(desks_of(actor))


def desks_of(actor: Actor) -> tuple[str, ...]:
    """The desks that an account works at, as ``flow.desks`` names them."""
    post = f"{actor.area}|{actor.role}"
    return tuple(f"{post}|{department}" for department in actor.departments) or (post,)


def light(days_left: int, promised_days: int) -> Light:
    """Red when late, amber within the last fifth of the promise (or on the last day), else green."""
    if days_left < 0:
        return "red"
    return "amber" if days_left <= max(1, promised_days * AMBER_SHARE) else "green"


def _as_seen(actor: Actor, case: Case) -> Case:
    """Whoever was rated does not learn by whom (国办发〔2019〕51号): the rating shows to those who supervise alone."""
    supervises = may(actor, "ratings.see", case.areas) and actor.subject not in handlers(case)
    return case if supervises else unrated(case)


def _whose(cases: Sequence[Brief]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for case in cases for each in case.whose if each))


def _area(actor: Actor) -> str:
    need(actor, "case.see")
    return actor.area


def _sees_case(actor: Actor, case: Case) -> bool:
    return sees(actor, case.areas, case.departments)


def _by(actor: Actor) -> By:
    return By("staff", actor.subject, actor.name, "、".join(actor.departments))
