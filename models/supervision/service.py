"""Supervision (电子监察): the sweep that puts lights up, the replay that checks it, and what people do about a light."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

import msgspec

from models.base.actor import Actor
from models.base.clock import SHANGHAI, Clock, local_day
from models.base.errors import Conflict, NotFound
from models.calendar.working_days import WorkingDays
from models.cases import flow
from models.cases.case import By, Case, StepState
from models.cases.posts import desks_of
from models.roles.rules import check, may, need
from models.supervision import light as moves
from models.supervision.judge import Finding, judge
from models.supervision.light import WAITING, Light, LightState
from models.supervision.repository import LightRepository
from models.supervision.rule import Rule

AT_ONCE = 500
PAGE = 50
COUNTED = 1000
PATIENCE = 2
"""Working days for which the responsible alone are asked; then the superior sees it too. A red light goes to both."""

MOVES: Mapping[str, Callable[[Light, By, datetime, str], Light]] = {
    "explain": moves.explain, "appeal": moves.appeal, "uphold": moves.uphold, "cancel": moves.cancel,
}  # fmt: skip
DECIDING = frozenset({"uphold", "cancel"})


class Watched(Protocol):
    """The cases, as ``models/cases/watching.py`` gives them."""

    async def due(self, today: date, limit: int) -> list[Case]: ...
    async def looked_at(self, marks: Sequence[tuple[Case, date]]) -> None: ...
    def alive_since(self, since: datetime) -> AsyncIterator[Case]: ...


class Board(msgspec.Struct, frozen=True):
    """How an area stands: ``counts`` by level and state, and a page of lights; ``next`` is where the following begins."""

    counts: dict[str, dict[str, int]]
    lights: tuple[Light, ...]
    next: str = ""


class Replayed(msgspec.Struct, frozen=True):
    """What the rules give again for a stretch of days, against what was put up then."""

    days: int
    cases: int
    lights: int
    missing: tuple[str, ...]
    surplus: tuple[str, ...]


class Supervision:
    """Use cases of supervision."""

    def __init__(
        self, lights: LightRepository, cases: Watched, rules: Sequence[Rule], clock: Clock, days: WorkingDays
    ) -> None:
        self._lights = lights
        self._cases = cases
        self._rules = tuple(rules)
        self._clock = clock
        self._days = days

    async def sweep(self) -> int:
        """Judge every case that has moved or whose day has come; how many lights are new. Any number of processes may
        do it at once: a light has one id."""
        now, new = self._clock(), 0
        while due := await self._cases.due(local_day(now), AT_ONCE):
            verdicts = [(case, judge(case, self._rules, now, self._days)) for case in due]
            lit = [self._light(case, each, now) for case, verdict in verdicts for each in verdict.findings]
            new += await self._lights.raise_all(lit)
            await self._cases.looked_at([(case, verdict.again_on) for case, verdict in verdicts])
            if len(due) < AT_ONCE:
                break
        await self._lights.escalate(_days_ago(local_day(now), PATIENCE, self._days).isoformat())
        return new

    async def replay(self, since: date) -> Replayed:
        """Judge every day from ``since`` until today anew, from the events alone."""
        today, found, cases = local_day(self._clock()), set[str](), 0
        begin = datetime.combine(since, time(), SHANGHAI)
        async for case in self._cases.alive_since(begin):
            cases += 1
            found |= self._again(case, since, today)
        stood = await self._lights.raised(since.isoformat())
        return Replayed(
            (today - since).days + 1,
            cases,
            len(found),
            tuple(sorted(found - stood)),
            tuple(sorted(stood - found)),
        )

    def _again(self, case: Case, since: date, today: date) -> set[str]:
        """The ids of the lights that the case got on any of the days."""
        found: set[str] = set()
        day = since
        while day <= today:
            end = min(
                datetime.combine(day + timedelta(days=1), time(), SHANGHAI) - timedelta(milliseconds=1),
                self._clock(),
            )
            verdict = judge(case, self._rules, end, self._days)
            found |= {
                each.id_for(case.id) for each in verdict.findings if each.raised_on >= since.isoformat()
            }
            moved = [local_day(event.at) for event in case.events if local_day(event.at) > day]
            day = min([*moved, verdict.again_on, today + timedelta(days=1)])
        return found

    async def mine(self, actor: Actor, after: str = "") -> tuple[Light, ...]:
        """What waits at the actor's desks, the newest first."""
        need(actor, "case.see")
        where = {"desks": {"$in": list(desks_of(actor))}}
        return tuple(await self._lights.page(where, ("open", "upheld"), _position(after), PAGE))

    async def waiting(self, actor: Actor) -> int:
        """How many of the actor's lights wait for an explanation, counted to a thousand."""
        return await self._lights.count_at(desks_of(actor), COUNTED)

    async def board(self, actor: Actor, state: str = "", after: str = "") -> Board:
        """The lights of the actor's area. Raises Forbidden."""
        need(actor, "board.see")
        states: tuple[LightState, ...] = tuple(each for each in moves.LIGHT_STATES if each == state)
        where = {"areas": actor.area}
        found = await self._lights.page(where, states or tuple(WAITING), _position(after), PAGE + 1)
        last = found[PAGE - 1] if len(found) > PAGE else None
        counts: dict[str, dict[str, int]] = {}
        for (level, which), number in (await self._lights.counts(actor.area)).items():
            counts.setdefault(level, {})[which] = number
        seen = tuple(each for each in found[:PAGE] if may(actor, "board.see", each.areas, each.department))
        return Board(counts, seen, f"{last.raised_on}~{last.id}" if last else "")

    async def get(self, actor: Actor, light_id: str) -> Light:
        """One light of the actor's desks or area. Raises NotFound, without telling which."""
        found = await self._lights.get(light_id)
        if found is None or not (
            _answers_for(actor, found) or may(actor, "board.see", found.areas, found.department)
        ):
            raise NotFound("没有找到这条监察记录，或它不在您的范围。", code="light.unknown")
        return found

    async def act(self, actor: Actor, light_id: str, move: str, rev: int, text: str) -> Light:
        """Explain, appeal (the responsible), uphold or cancel (who supervises, and was not responsible).

        Raises NotFound, Forbidden, Conflict, Invalid.
        """
        found = await self.get(actor, light_id)
        if move not in MOVES:
            raise NotFound("没有这种操作。", code="light.move")
        if move in DECIDING:
            check(actor, "lights.decide", found.areas, found.department)
        elif not _answers_for(actor, found):
            raise NotFound("这条监察记录不归您说明。", code="light.unknown")
        if found.rev != rev:
            raise Conflict("这条监察记录刚被处理过，请刷新后再看。", code="light.changed")
        by = By("staff", actor.subject, actor.name, "、".join(actor.departments))
        if move in DECIDING and actor.subject in {
            said.by.id for said in found.said if said.what in {"explain", "appeal"}
        }:
            raise Conflict("自己说明的，要由别人认定。", code="light.own")
        changed = MOVES[move](found, by, self._clock(), text)
        if not await self._lights.replace(changed):
            raise Conflict("这条监察记录刚被处理过，请刷新后再看。", code="light.changed")
        return changed

    def _light(self, case: Case, finding: Finding, now: datetime) -> Light:
        step = _step(case, finding.about)
        posted = msgspec.structs.replace(step, state="active")
        return Light(
            id=finding.id_for(case.id), case=case.id, case_no=case.case_no, title=case.title, item=case.item,
            rule=finding.rule, about=finding.about, step=step.name, level=finding.level, raised_on=finding.raised_on,
            due_on=finding.due_on, areas=case.areas, department=step.department,
            desks=flow.desks((posted,), case.areas), raised_at=now, superior=finding.level == "red",
        )  # fmt: skip


def moves_of(actor: Actor, light: Light) -> tuple[str, ...]:
    """What this actor may do with a light now."""
    found: list[str] = []
    if light.level == "warning":
        return ()
    if _answers_for(actor, light):
        found += {"open": ["explain"], "upheld": ["appeal"]}.get(light.state, [])
    if may(actor, "lights.decide", light.areas, light.department):
        found += {"open": ["uphold", "cancel"], "explained": ["uphold", "cancel"], "appealed": ["uphold", "cancel"],
                  "upheld": ["cancel"]}.get(light.state, [])  # fmt: skip
    return tuple(found)


def _answers_for(actor: Actor, light: Light) -> bool:
    return actor.is_staff and not set(desks_of(actor)).isdisjoint(light.desks)


def _step(case: Case, about: str) -> StepState:
    """The step that a finding is about; of the whole promise the one that runs, or ran last."""
    key = about.partition(".")[0]
    named = next((step for step in case.steps if step.key == key), None)
    reached = [step for step in case.steps if step.started_at]
    return named or case.step or (reached[-1] if reached else case.steps[0])


def _position(after: str) -> tuple[str, str]:
    day, _, light_id = after.partition("~")
    return day, light_id


def _days_ago(day: date, count: int, days: WorkingDays) -> date:
    while count:
        day -= timedelta(days=1)
        count -= days.is_working(day)
    return day
