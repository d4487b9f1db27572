"""The steps of a case: which of them run, and what an act on one does to the others. Pure.

Steps that share a ``stage`` run side by side; any other step is a stage by itself. Stages follow one another as the
item lists them. A stage is over when each of its steps is done, or with ``join`` "any" the first one; then the next
stage begins, less the steps whose condition does not hold.

A return (退回) goes to an earlier step and takes the whole case there: whatever was done from that step on is to be
done again, and branches that run beside the one that returns are called back. So nobody decides on facts that a
colleague has just sent back for correction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from models.base.clock import local_day
from models.cases.case import By, StepState
from models.items.item import Step

Steps = tuple[StepState, ...]
Holds = Callable[[Step], bool]
"""Whether the condition of a step holds of the answers."""

BLIND = "blind?"
"""The mark of blind reviews that are still to be dealt out."""

TIER_LENGTHS = {"county": 6, "town": 9, "village": 12}


def lay_out(declared: Sequence[Step], holds: Holds, at: datetime) -> Steps:
    """The steps of a new case, the first stage begun."""
    return start(tuple(_state(step, taken=holds(step)) for step in declared), at)


def start(steps: Steps, at: datetime) -> Steps:
    """``steps``, none of which has begun, with the first stage begun."""
    return _begin(steps, 0, at)


def unstarted(steps: Steps) -> Steps:
    """``steps`` as if none had begun."""
    return tuple(_anew(step) if step.started_at else step for step in steps)


def reconsider(steps: Steps, declared: Sequence[Step], holds: Holds) -> Steps:
    """``steps`` after the answers have changed: of those that have not begun, the ones that are taken now."""
    wanted = {step.key: holds(step) for step in declared}
    last = max((n for n, step in enumerate(steps) if step.state == "active"), default=-1)
    return tuple(
        _replaced(step, state="waiting" if wanted.get(step.key, True) else "skipped")
        if n > last and step.state in {"waiting", "skipped"} and last >= 0
        else step
        for n, step in enumerate(steps)
    )


def finish(steps: Steps, key: str, by: By, at: datetime, note: str = "") -> Steps:
    """The active step ``key`` is done; what follows from it for its stage and for the next one."""
    here = _place(steps, key)
    steps = _put(steps, here, state="done", done_at=at, by=by.name, note=note)
    stage = _stage(steps, here)
    if steps[here].join == "any":
        for n in stage:
            if steps[n].state == "active":
                steps = _put(steps, n, state="skipped")
    if any(steps[n].state == "active" for n in stage):
        return steps
    return _begin(steps, stage[-1] + 1, at)


def sign(steps: Steps, key: str, by: By) -> Steps:
    """One more signature under the step ``key``."""
    here = _place(steps, key)
    return _put(steps, here, signed=(*steps[here].signed, by.id))


def back(steps: Steps, to: str, at: datetime) -> Steps:
    """Everything from the stage of ``to`` on is to be done again, and that stage begins anew."""
    first = _stage(steps, _place(steps, to))[0]
    for n in range(first, len(steps)):
        if steps[n].started_at:  # a branch too that another made needless; a condition's skip stays
            steps = (*steps[:n], _anew(steps[n]), *steps[n + 1 :])
    return _begin(steps, first, at)


def close(steps: Steps, by: By, at: datetime, *, here: Literal["done", "skipped"], rest: str) -> Steps:
    """The steps at the end: what becomes of those that run and of those that wait. Where the matter was granted these
    are done too (issuing follows from the decision)."""
    return tuple(
        _ended(step, by, at, here if step.state == "active" else rest)
        if step.state in {"active", "waiting"}
        else step
        for step in steps
    )


def stand_still(steps: Steps, days: int) -> Steps:
    """The clocks of the steps that run stood still for so many working days."""
    return tuple(
        _replaced(step, stood=step.stood + days) if step.state == "active" else step for step in steps
    )


def before(steps: Steps, key: str) -> tuple[StepState, ...]:
    """The steps that a case can be sent back to from the step ``key``: those done in earlier stages, but never its
    acceptance, which started the promise, nor anything up to urgent aid, which is given once."""
    first = _stage(steps, _place(steps, key))[0]
    given = (
        _stage(steps, n)[-1] for n, step in enumerate(steps[:first]) if step.kind == "aid" and step.done_at
    )
    return tuple(step for step in steps[max(given, default=0) + 1 : first] if step.state == "done")


def is_last(steps: Steps, key: str) -> bool:
    """Whether the step ``key`` is the one that can decide: nothing but issuing is left beside and after it."""
    here = _place(steps, key)
    either = set(_stage(steps, here)) if steps[here].join == "any" else {here}
    return all(
        step.kind == "issue" or step.state in {"done", "skipped"}
        for n, step in enumerate(steps)
        if n not in either
    )


def asks_amount(steps: Steps, key: str) -> bool:
    """Whether the amount has to be known when the step ``key`` is done: it chooses who decides next, or is decided here."""
    here = _place(steps, key)
    if _by_amount(steps[here]):
        return True
    following = _stage(steps, here)[-1] + 1
    return any(_by_amount(step) for step in steps[following:]) and not any(
        step.state == "waiting" and not _by_amount(step) and step.kind != "issue"
        for step in steps[following:]
    )


def _by_amount(step: StepState) -> bool:
    return bool(step.upto or step.above) and step.kind != "aid"


def moved(before: Steps, after: Steps) -> dict[str, list[str]]:
    """Which steps ended and which began between two revisions, as an event tells it; empty where none did."""
    running = {step.key: step.started_at for step in before if step.state == "active"}
    begun = {step.key: step.started_at for step in after if step.state == "active"}
    ended = [key for key, at in running.items() if begun.get(key) != at]
    began = [key for key, at in begun.items() if running.get(key) != at]
    return {name: keys for name, keys in (("ended", ended), ("began", began)) if keys}


def desks(steps: Steps, areas: tuple[str, ...]) -> tuple[str, ...]:
    """At whose desks the steps that run lie: AREA|ROLE|DEPARTMENT each, and AREA|ROLE for accounts that work for every
    department. The area is the one of the step's tier, or the narrowest that the place of the case has above it."""
    found: dict[str, None] = {}
    for step in steps:
        if step.state == "active":
            found |= dict.fromkeys(posts(step, areas))
    return tuple(found)


def places(steps: Steps, areas: tuple[str, ...]) -> tuple[str, ...]:
    """``desks``, and beside them in whose hands the steps that run are: @ACCOUNT, or each desk's mark for what nobody has
    in hand (``unassigned``). One index answers for all of these."""
    found = dict.fromkeys(desks(steps, areas))
    for step in steps:
        if step.state == "active" and step.assignee:
            found[in_hand(step.assignee)] = None
        elif step.state == "active":
            found |= dict.fromkeys(map(unassigned, posts(step, areas)))
            found |= {BLIND: None} if step.blind else {}
    return tuple(found)


def in_hand(account: str) -> str:
    """The mark of what an account has in hand."""
    return f"@{account}"


def unassigned(desk: str) -> str:
    """The mark of what nobody at a desk has in hand."""
    return f"{desk}?"


def assigned(steps: Steps, key: str, account: str, name: str) -> Steps:
    """The step ``key`` in somebody's hands, or in nobody's."""
    return _put(steps, _place(steps, key), assignee=account, assignee_name=name)


def area_of(step: Step | StepState, areas: tuple[str, ...]) -> str:
    """The area whose desk a step lies at."""
    return area_at(step.tier, areas)


def area_at(tier: str, areas: tuple[str, ...]) -> str:
    """The area of a tier, or the narrowest that the place of a case has above it."""
    wide = [area for area in areas if len(area) <= TIER_LENGTHS[tier] and "G" not in area]
    return wide[-1] if wide else areas[0]


def posts(step: Step | StepState, areas: tuple[str, ...]) -> tuple[str, str]:
    """The two desks of one step, whether or not it runs."""
    post = f"{area_of(step, areas)}|{step.role}"
    return f"{post}|{step.department}", post


def _state(step: Step, *, taken: bool) -> StepState:
    return StepState(
        key=step.key, name=step.name, department=step.department, role=step.role, tier=step.tier, days=step.days,
        kind=step.kind, state="waiting" if taken else "skipped", stage=step.stage, join=step.join,
        signers=step.signers, notice_days=step.notice_days, upto=step.upto, above=step.above,
        blind=step.blind, shows=step.shows,
    )  # fmt: skip


def _begin(steps: Steps, first: int, at: datetime) -> Steps:
    """Begin the stage at ``first``, or the first one after it that has a step to take."""
    while first < len(steps):
        stage = _stage(steps, first)
        waiting = [n for n in stage if steps[n].state == "waiting"]
        for n in waiting:
            hangs = local_day(at) + timedelta(days=steps[n].notice_days)
            until = hangs.isoformat() if steps[n].notice_days else ""
            steps = _put(steps, n, state="active", started_at=at, notice_until=until)
        if waiting:
            return steps
        first = stage[-1] + 1
    return steps


def _stage(steps: Steps, here: int) -> range:
    """The places of the steps that run together with the one at ``here``."""
    name, first, last = steps[here].stage, here, here
    while name and first > 0 and steps[first - 1].stage == name:
        first -= 1
    while name and last + 1 < len(steps) and steps[last + 1].stage == name:
        last += 1
    return range(first, last + 1)


def _place(steps: Steps, key: str) -> int:
    return next(n for n, step in enumerate(steps) if step.key == key)


def _put(steps: Steps, place: int, **changes: object) -> Steps:
    return (*steps[:place], _replaced(steps[place], **changes), *steps[place + 1 :])


def _replaced(step: StepState, **changes: object) -> StepState:
    return msgspec.structs.replace(step, **changes)


def _anew(step: StepState) -> StepState:
    return _replaced(
        step,
        state="waiting",
        started_at=None,
        done_at=None,
        by="",
        note="",
        signed=(),
        stood=0,
        notice_until="",
        assignee="",
        assignee_name="",
    )


def _ended(step: StepState, by: By, at: datetime, state: str) -> StepState:
    if state == "skipped":
        return _replaced(step, state="skipped")
    return _replaced(step, state="done", done_at=at, by=by.name)
