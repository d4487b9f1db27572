"""Supervision (电子监察): the sweep that puts lights up, the replay that checks it, and what people do about a light."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

import msgspec

from models.base.actor import Actor
from models.base.clock import SHANGHAI, Clock, local_day
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases import flow
from models.cases.case import By, Case, StepState
from models.cases.posts import desks_of
from models.roles.lines import fellows_of
from models.roles.rules import check, may, need
from models.supervision import light as moves
from models.supervision.judge import Finding, Verdict, judge
from models.supervision.light import WAITING, Light, LightState, Seen
from models.supervision.repository import LightRepository
from models.supervision.rule import Level, Rule

AT_ONCE = 1000
PAGE = 50
COUNTED = 1000
PATIENCE = 2
"""Working days for which the responsible alone are asked; then the superior sees it too. A red light goes to both."""

CARDS: tuple[Level, ...] = ("yellow", "red")
WARNINGS: tuple[Level, ...] = ("warning",)

MOVES: Mapping[str, Callable[[Light, By, datetime, str], Light]] = {
    "explain": moves.explain, "appeal": moves.appeal, "uphold": moves.uphold, "cancel": moves.cancel,
}  # fmt: skip
DECIDING = frozenset({"uphold", "cancel"})


class Watched(Protocol):
    """The cases, as ``models/cases/watching.py`` gives them."""

    async def one(self, case_id: str) -> Case | None: ...
    def all_due(self, today: date, at_once: int) -> AsyncIterator[list[Case]]: ...
    async def looked_at(self, marks: Sequence[tuple[Case, date]]) -> None: ...
    def alive_since(self, since: datetime) -> AsyncIterator[Case]: ...


class Board(msgspec.Struct, frozen=True):
    """How an area stands: ``counts`` by level and state, and a page of lights; ``next`` is where the following begins."""

    counts: dict[str, dict[str, int]]
    lights: tuple[Light, ...]
    next: str = ""


class ByHand(msgspec.Struct, frozen=True):
    """A light that somebody puts up: by which rule, how bad, and what was found."""

    rule: str = ""
    level: str = ""
    text: str = ""


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
        self.by_hand = tuple(rule for rule in rules if rule.watches == "hand")
        self._clock = clock
        self._days = days

    async def sweep(self) -> int:
        """Judge every case that has moved or whose day has come; how many lights are new. Any number of processes may
        do it at once: a light has one id."""
        now = self._clock()
        written: list[asyncio.Task[int]] = []
        async for due in self._cases.all_due(local_day(now), AT_ONCE):
            verdicts = [(case, judge(case, self._rules, now, self._days)) for case in due]
            if written:  # at most one batch is being written while the next is read and judged
                await written[-1]
            written.append(asyncio.create_task(self._put_up(verdicts, now)))
        new = sum(await asyncio.gather(*written))
        await self._lights.escalate(_days_ago(local_day(now), PATIENCE, self._days).isoformat())
        return new

    async def _put_up(self, verdicts: Sequence[tuple[Case, Verdict]], now: datetime) -> int:
        """Write the lights of a batch, and then that its cases were looked at: whoever dies in between is repeated."""
        found = {
            each.id_for(case.id): (case, each) for case, verdict in verdicts for each in verdict.findings
        }
        unlit = await self._lights.missing(tuple(found))
        new = await self._lights.add_all([self._light(*found[light_id], now) for light_id in unlit])
        await self._lights.end([light_id for light_id, (_, each) in found.items() if each.over])
        await self._cases.looked_at([(case, verdict.again_on) for case, verdict in verdicts])
        return new

    async def replay(self, since: date) -> Replayed:
        """Judge every day from ``since`` until today anew, from the events alone."""
        today, found, cases = local_day(self._clock()), set[str](), 0
        begin = datetime.combine(since, time(), SHANGHAI)
        async for case in self._cases.alive_since(begin):
            cases += 1
            found |= self._again(case, since, today)
        judged = {rule.key for rule in self._rules if rule.watches != "hand"}
        stood = await self._lights.raised(since.isoformat(), judged)
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

    async def mine(self, actor: Actor) -> tuple[Light, ...]:
        """What waits at the actor's desks: cards first, then warnings, the newest of each first."""
        need(actor, "case.see")
        where = {"desks": {"$in": list(desks_of(actor))}}
        cards = await self._lights.page(where, ("open", "upheld"), CARDS, ("", ""), PAGE)
        room = PAGE - len(cards)
        return (
            *cards,
            *(await self._lights.page(where, ("open",), WARNINGS, ("", ""), room) if room else ()),
        )

    async def waiting(self, actor: Actor) -> int:
        """How many of the actor's lights wait for an explanation, counted to a thousand."""
        return await self._lights.count_at(desks_of(actor), CARDS, COUNTED)

    async def board(self, actor: Actor, state: str = "", after: str = "") -> Board:
        """The cards of the actor's area and line in one state, or all that wait; the warnings where ``state`` is "warning".
        Raises Forbidden."""
        need(actor, "board.see")
        states: tuple[LightState, ...] = tuple(each for each in moves.LIGHT_STATES if each == state)
        line, levels = fellows_of(actor.departments), WARNINGS if state == "warning" else CARDS
        where: dict[str, Any] = {"areas": actor.area, **({"department": {"$in": list(line)}} if line else {})}
        found = await self._lights.page(where, states or tuple(WAITING), levels, _position(after), PAGE + 1)
        last = found[PAGE - 1] if len(found) > PAGE else None
        counts: dict[str, dict[str, int]] = {}
        for (level, which), number in (await self._lights.counts(where)).items():
            counts.setdefault(level, {})[which] = number
        return Board(counts, tuple(found[:PAGE]), f"{last.raised_on}~{last.id}" if last else "")

    async def get(self, actor: Actor, light_id: str) -> Light:
        """One light of the actor's desks or area. Raises NotFound, without telling which."""
        found = await self._lights.get(light_id)
        if found is None or not (
            _answers_for(actor, found) or may(actor, "board.see", found.areas, found.department)
        ):
            raise NotFound("没有找到这条监察记录，或它不在您的范围。", code="light.unknown")
        return found

    async def opened(self, actor: Actor, light_id: str) -> Light:
        """``get``, and that this actor has seen it."""
        found = await self.get(actor, light_id)
        if actor.subject not in {each.by for each in found.seen}:
            await self._lights.see(light_id, Seen(self._clock(), actor.subject, actor.name))
        return found

    async def questionable(self, actor: Actor, case_id: str) -> Case:
        """A case on which this actor may put a light by hand. Raises NotFound, without telling which, and Forbidden."""
        need(actor, "lights.decide")
        case = await self._cases.one(case_id)
        if case is None or not any(
            may(actor, "lights.decide", case.areas, line) for line in case.departments
        ):
            raise NotFound("没有找到这个办件，或它不在您的范围。", code="case.unknown")
        return case

    async def put_up(self, actor: Actor, case_id: str, by_hand: ByHand) -> Light:
        """Put a light up for what no event shows (``by_hand`` rules). Raises NotFound, Forbidden, Invalid."""
        case, now = await self.questionable(actor, case_id), self._clock()
        _check_by_hand(by_hand, {rule.key for rule in self.by_hand})
        level: Level = "red" if by_hand.level == "red" else "yellow"
        finding = Finding(by_hand.rule, f"{now:%Y%m%d%H%M%S}", level, local_day(now).isoformat())
        light = moves.raised(self._light(case, finding, now), _by(actor), now, by_hand.text)
        if not await self._lights.add_all([light]):
            raise Conflict()
        return light

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
        by = _by(actor)
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
            id=finding.id_for(case.id), state="over" if finding.over else "open", case=case.id,
            case_no=case.case_no, title=case.title, item=case.item,
            rule=finding.rule, about=finding.about, step=step.name, level=finding.level, raised_on=finding.raised_on,
            due_on=finding.due_on, areas=case.areas, department=step.department,
            desks=flow.desks((posted,), case.areas), raised_at=now, superior=finding.level == "red",
        )  # fmt: skip


def _check_by_hand(by_hand: ByHand, rules: Set[str]) -> None:
    problems = [
        Problem(field, "required", message)
        for field, good, message in (
            ("rule", by_hand.rule in rules, "请选择是哪一种情形。"),
            ("level", by_hand.level in {"yellow", "red"}, "请选择黄牌或红牌。"),
        )
        if not good
    ]
    if problems:
        raise Invalid(problems)


def _by(actor: Actor) -> By:
    return By("staff", actor.subject, actor.name, "、".join(actor.departments))


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
