"""The receipt (回执): how a case looks to whoever holds its code. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from models.base.clock import local_day
from models.cases.case import PAUSE_NAMES, STATE_NAMES, Applicant, Case, Pause, Rating, State, StepState
from models.cases.filing import Filing
from models.cases.owed import OVERS
from models.cases.plan import DOES, HERS, NOTHING
from models.forms.display import masked
from models.items.offices import office
from models.items.papers import Papers, words_of
from models.mandates.mandate import GROUND_NAMES


class StepView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step for everybody: its name, how far it is, when, and which office has it (never which person). Of one that is
    not over, ``due_on`` is by when it will be, ``does`` what the office does, ``hers`` what is left to the applicant."""

    name: str
    state: str
    at: datetime | None
    office: str
    days: int = 0
    due_on: str = ""
    does: str = ""
    hers: str = ""


class ChildView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One child of a bundle on the bundle's receipt."""

    case_no: str
    title: str
    state: str
    state_name: str
    due_on: str
    office: str
    code: str
    href: str
    withdraw: str = ""


class OwedView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A paper that was to follow, and when it came."""

    name: str
    handed_at: datetime | None = None


class Within(msgspec.Struct, frozen=True, omit_defaults=True):
    """The bundle that a case belongs to, and which of its matters it is: 第2项，共5项."""

    title: str
    case_no: str
    href: str
    place: int
    total: int


class PaperView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One paper on a receipt, and where it came from; ``wanted`` are the matters that asked for it."""

    name: str
    origin: str
    words: str
    wanted: tuple[str, ...] = ()


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a receipt's code opens. ``holder`` is whether the asker is the applicant; personal parts are masked
    for everybody else. ``done`` of ``total`` and ``children`` belong to bundles; ``grid`` says whose grid worker to
    call; ``paused`` why the clock stands still and ``extended`` why the promise was made longer; ``broken`` is the
    forerunner in its bundle that failed, ``go_on`` where to go on without it. Where somebody acted for the applicant,
    ``agent`` is who and ``ground`` why they might; ``hall`` is the counter that took it in, whose clerk is the
    ``agent``, by name for everybody: she did it in office. ``owed`` are the papers that may follow, ``owed_until``
    until when, ``owed_over`` what happens otherwise, ``promise`` where to promise it, ``hand_in`` where to bring them.
    ``urgent_by`` is until when an urgent one is decided on, ``aid`` what was given at once, in yuan. Of the
    ``papers_asked`` papers she had to see to ``papers_own`` herself; ``papers`` tells whoever may know it where each
    came from; ``within`` is the bundle that a case belongs to. ``lead`` hands out the results of a bundle
    together, once; ``handed`` is when and how it did."""

    kind: str
    code: str
    case_no: str
    title: str
    state: str
    state_name: str
    filed_at: datetime
    due_on: str
    name: str
    holder: bool
    steps: tuple[StepView, ...] = ()
    children: tuple[ChildView, ...] = ()
    done: int | None = None
    total: int | None = None
    asked: dict[str, str] = {}
    asked_note: str = ""
    supplement: str = ""
    outcome: str = ""
    reason: str = ""
    result: str = ""
    decided_at: datetime | None = None
    rating: int = 0
    rate: str = ""
    withdraw: str = ""
    accepted_by: str = ""
    materials: tuple[str, ...] = ()
    grid: str = ""
    agent: str = ""
    ground: str = ""
    paused: str = ""
    extended: str = ""
    broken: str = ""
    go_on: str = ""
    urgent_by: datetime | None = None
    aid: int = 0
    amount: int = 0
    reclaim: int = 0
    owed: tuple[OwedView, ...] = ()
    owed_until: str = ""
    owed_over: str = ""
    promise: str = ""
    hand_in: str = ""
    hall: str = ""
    papers: tuple[PaperView, ...] = ()
    papers_asked: int = 0
    papers_own: int = 0
    within: Within | None = None
    lead: str = ""
    handed: str = ""


def of_case(
    case: Case, *, holder: bool, filing: Filing | None = None, plan: Mapping[str, str] = MappingProxyType({})
) -> Receipt:  # fmt: skip
    """A case as its receipt shows it; ``holder`` is whether its applicant is asking. ``filing`` is the bundle that it
    belongs to, ``plan`` by when its steps will be done (``plan.due_dates``)."""
    may = holder or case.applicant.level == "L0"
    decision = case.decision
    base = f"/q/{case.receipt}"
    return Receipt(
        kind="R",
        code=case.receipt,
        case_no=case.case_no,
        title=case.title,
        state=case.state,
        state_name=STATE_NAMES[case.state],
        filed_at=case.filed_at,
        due_on=case.due_on,
        name=case.applicant.name if holder else masked("name", case.applicant.name),
        holder=holder,
        steps=tuple(
            _step(step, plan.get(step.key, ""))
            for step in case.steps
            if step.state != "skipped" or not case.open
        ),
        asked=dict(case.asked.fields) if may and case.asked and case.state == "asked" else {},
        asked_note=case.asked.note if may and case.asked and case.state == "asked" else "",
        supplement=f"{base}/supplement" if case.state == "asked" else "",
        outcome=decision.outcome if decision else "",
        reason=decision.reason if decision and may else "",
        result=decision.result if decision and may else "",
        decided_at=decision.at if decision else None,
        # The desk knows the code too, and is not to learn how it was rated, or whether.
        rating=_stars(case.rating) if holder else 0,
        rate=f"{base}/rating" if decision and not (case.rating and holder) else "",
        withdraw=f"{base}/withdraw" if case.open and may else "",
        accepted_by=office(case.steps[0].department, case.steps[0].tier),
        materials=case.materials,
        grid=case.areas[-1] if may else "",
        agent=_agent(case.applicant, holder or case.intake is not None),
        ground=_ground(case.applicant),
        hall=case.intake.hall_name if case.intake else "",
        paused=_paused(case.paused, told=may),
        extended=case.extension.reason if case.extension and may else "",
        broken=case.broken if case.state == "held" else "",
        go_on=f"{base}/go-on" if case.broken and case.state == "held" and may else "",
        urgent_by=case.urgent_by if case.urgent_now and case.open else None,
        **_money(case, told=may),
        **_owed(case, base, told=may),
        papers=_papers(case.papers) if may else (),
        papers_asked=case.papers.asked,
        papers_own=case.papers.own,
        within=_within(case, filing) if filing else None,
    )


def of_filing(
    filing: Filing, cases: list[Case], *, holder: bool, due: Mapping[str, str] | None = None
) -> Receipt:
    """A bundle as its receipt shows it: how many of its cases are done, and each of them. ``due`` is when each is due as
    things stand; the bundle is when the last open one is."""
    done = sum(not case.open for case in cases)
    dates = {case.id: (due or {}).get(case.id, case.due_on) for case in cases}
    open_ones = [dates[case.id] for case in cases if case.open]
    intake = cases[0].intake if cases else None
    hall = intake.hall_name if intake else ""
    return Receipt(
        kind="R",
        code=filing.receipt,
        case_no=filing.case_no,
        title=filing.title,
        state=_together(cases),
        state_name=f"{len(cases)}项中已办结{done}项",
        filed_at=filing.filed_at,
        due_on=max(open_ones or dates.values(), default=""),
        name=filing.applicant.name if holder else masked("name", filing.applicant.name),
        agent=_agent(filing.applicant, holder or hall != ""),
        hall=hall,
        ground=_ground(filing.applicant),
        holder=holder,
        children=tuple(_child(case, dates[case.id], holder) for case in cases),
        lead=office(filing.department, "town") if filing.results else "",
        handed=_handed(filing, holder),
        done=done,
        total=len(cases),
        papers=_papers(filing.papers) if holder else (),
        papers_asked=filing.papers.asked,
        papers_own=filing.papers.own,
        steps=tuple(
            StepView(
                case.title,
                "done" if not case.open else "active",
                _last(case),
                office(case.steps[0].department, case.steps[0].tier),
            )
            for case in cases
        ),
    )


def _money(case: Case, *, told: bool) -> dict[str, Any]:
    """What was given, granted, and has to come back, in yuan: for whoever is the applicant."""
    if not told:
        return {}
    granted = case.amount if case.state == "granted" else 0
    reclaim = case.decision.reclaim if case.decision else 0
    return {"aid": case.aid.amount if case.aid else 0, "amount": granted, "reclaim": reclaim}


def _owed(case: Case, base: str, *, told: bool) -> dict[str, Any]:
    """The papers that may follow, for whoever is the applicant: what is asked of her, until when, or else what."""
    owed = case.owed
    if owed is None or not told or not case.open:
        return {}
    return {
        "owed": tuple(OwedView(paper.name, paper.handed_at) for paper in owed.papers),
        "owed_until": owed.due_on,
        "owed_over": OVERS[owed.over],
        "promise": f"{base}/promise" if owed.offered and case.state == "applied" else "",
        "hand_in": f"{base}/papers" if owed.running else "",
    }


def _within(case: Case, filing: Filing) -> Within:
    place = filing.children.index(case.id) + 1
    return Within(filing.title, filing.case_no, f"/q/{filing.receipt}", place, len(filing.children))


def _papers(papers: Papers) -> tuple[PaperView, ...]:
    return tuple(PaperView(row.name, row.origin, words_of(row), row.wanted) for row in papers.rows)


def _paused(pause: Pause | None, *, told: bool) -> str:
    """Why the clock stands still: the kind for everybody, the words for whoever is the applicant."""
    if pause is None:
        return ""
    return f"{PAUSE_NAMES[pause.kind]}：{pause.note}" if told else PAUSE_NAMES[pause.kind]


def _agent(applicant: Applicant, holder: bool) -> str:
    return applicant.agent if holder else masked("name", applicant.agent)


def _ground(applicant: Applicant) -> str:
    return GROUND_NAMES[applicant.ground] if applicant.ground else ""


def _handed(filing: Filing, holder: bool) -> str:
    """How the results were handed out; where to and by which parcel is for the applicant alone."""
    if filing.handed is None:
        return ""
    note = f"，{filing.handed.note}" if filing.handed.note and holder else ""
    return f"{local_day(filing.handed.at).isoformat()} {filing.handed.way}{note}"


def _child(case: Case, due_on: str, holder: bool) -> ChildView:
    step = case.step or case.steps[-1]
    return ChildView(
        case_no=case.case_no,
        title=case.title,
        state=case.state,
        state_name=STATE_NAMES[case.state],
        due_on=due_on,
        office=office(step.department, step.tier),
        code=case.receipt,
        href=f"/q/{case.receipt}",
        withdraw=f"/q/{case.receipt}/withdraw" if case.open and holder else "",
    )


def _step(step: StepState, due_on: str) -> StepView:
    at = step.done_at or step.started_at
    over = step.state in {"done", "skipped"}
    return StepView(
        step.name, step.state, at, office(step.department, step.tier), step.days, due_on,
        "" if over else DOES[step.kind], "" if over else HERS.get(step.kind, NOTHING),
    )  # fmt: skip


def _last(case: Case) -> datetime:
    return case.events[-1].at if case.events else case.filed_at


def _together(cases: list[Case]) -> State:
    """The state of all of them: what waits for the applicant comes first, then what is still being handled; at the
    end one grant outweighs refusals, and those what was taken back."""
    states = {case.state for case in cases}
    order: tuple[State, ...] = ("asked", "accepted", "applied", "held", "granted", "refused")
    found: State = next((state for state in order if state in states), "withdrawn")
    return "accepted" if found in {"applied", "held"} else found


def _stars(rating: Rating | None) -> int:
    return rating.stars if rating else 0
