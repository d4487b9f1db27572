"""The receipt (回执): how a case looks to whoever holds its code, and what the applicant may still do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound
from models.calendar.working_days import WorkingDays
from models.cases import transitions
from models.cases.case import STATE_NAMES, By, Case, Rating
from models.cases.filing import Filing
from models.cases.repository import CasesRepository
from models.forms.context import Context
from models.forms.display import masked
from models.forms.engine import clean
from models.forms.form import Form
from models.prefill.known import Answer

LISTED = 50


class StepView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step for everybody: its name, how far it is, when, and which office has it (never which person)."""

    name: str
    state: str
    at: datetime | None
    office: str
    days: int = 0


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


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a receipt's code opens. ``holder`` is whether the asker is the applicant; personal parts are masked
    for everybody else. ``done`` of ``total`` and ``children`` belong to bundles."""

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
    done: int = 0
    total: int = 0
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


class Receipts:
    """Use cases of whoever follows a matter."""

    def __init__(self, repository: CasesRepository, cipher: Cipher, clock: Clock, days: WorkingDays) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock
        self._days = days

    async def view(self, actor: Actor, code: str) -> Receipt:
        """The receipt with this code, of a case or of a bundle. Raises NotFound."""
        case = await self._repository.for_receipt(code)
        if case is not None:
            return self._of_case(actor, case)
        filing = await self._repository.filing_for_receipt(code)
        if filing is None:
            raise NotFound("没有查到这张回执，请核对编号。", code="code.unknown")
        return self._of_filing(actor, filing, await self._repository.of_filing(filing.id))

    async def by_number(self, actor: Actor, text: str) -> Receipt:
        """The receipt behind a case number, for those who log in as its applicant: numbers run on, so a number
        alone must not open anything."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            raise LoginNeeded("L2", "办件编号要登录后才能查。没有登录，请输入回执上的12位码。")
        case = await self._repository.for_number("".join(text.split())[:40])
        if case is None or not self._is_applicant(actor, case):
            raise NotFound("您名下没有这个编号的办件，请核对后再试。", code="case.unknown")
        return self._of_case(actor, case)

    async def own(self, actor: Actor) -> list[Receipt]:
        """The cases and bundles of a resident, newest first. Needs L2: what was filed is not what was typed now."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            raise LoginNeeded("L2")
        cases = await self._repository.own(actor.subject, LISTED)
        filings = await self._repository.own_filings(actor.subject, LISTED)
        views = [self._of_case(actor, case) for case in cases if not case.filing]
        for filing in filings:
            children = [case for case in cases if case.filing == filing.id]
            if len(children) < len(filing.children):
                children = await self._repository.of_filing(filing.id)
            views.append(self._of_filing(actor, filing, children))
        return sorted(views, key=lambda view: view.filed_at, reverse=True)

    async def case_of(self, actor: Actor, code: str) -> Case:
        """The case itself, for its applicant. Raises NotFound, Forbidden."""
        case = await self._repository.for_receipt(code)
        if case is None:
            raise NotFound("没有查到这张回执，请核对编号。", code="code.unknown")
        if not self._is_applicant(actor, case):
            raise LoginNeeded(case.applicant.level if case.applicant.level != "L0" else "L1", _NOT_YOURS)
        return case

    async def holds(self, actor: Actor, code: str) -> Case:
        """The case for acts that holding the receipt is enough for (rating, supplementing what needed no login):
        its applicant, or at L0 whoever has the code."""
        case = await self._repository.for_receipt(code)
        if case is None:
            raise NotFound("没有查到这张回执，请核对编号。", code="code.unknown")
        if case.applicant.level != "L0" and not self._is_applicant(actor, case):
            raise LoginNeeded(case.applicant.level, _NOT_YOURS)
        return case

    async def rate(self, actor: Actor, code: str, stars: int, words: str) -> Receipt:
        """Rate a decided case, once. Raises Conflict, Invalid, LoginNeeded."""
        case = await self.holds(actor, code)
        return await self._write(actor, transitions.rate(case, _by(actor, case), self._clock(), stars, words))

    async def withdraw(self, actor: Actor, code: str, note: str) -> Receipt:
        """Take an open case back."""
        case = await self.holds(actor, code)
        return await self._write(actor, transitions.withdraw(case, _by(actor, case), self._clock(), note))

    async def supply(
        self, actor: Actor, code: str, form: Form, posted: Mapping[str, Any], context: Context
    ) -> Receipt:
        """Correct what was asked for, and only that. Raises Invalid with the problems of those fields;
        Forbidden for a field that nobody asked about."""
        case = await self.holds(actor, code)
        if case.state != "asked" or case.asked is None:
            raise Conflict("这件事现在不需要补正。", code="case.state")
        wanted = set(case.asked.fields) or set(form.fields())
        if set(posted) - wanted:
            raise Forbidden("只能更正被要求补正的内容。", code="supplement.other")
        cleaned = clean(form, {**case.values(), **posted}, context)
        problems = [problem for problem in cleaned.problems if problem.field.split(".")[0] in wanted]
        if problems:
            raise Invalid(problems)
        at = self._clock()
        answers = tuple(
            Answer(
                key,
                cleaned.answers[key],
                at=at,
                changed=case.answer(key) != cleaned.answers[key],
                was=case.answer(key),
            )
            for key in wanted
            if key in cleaned.answers
        )
        due_on = self._resumed(case, local_day(at))
        return await self._write(actor, transitions.supply(case, _by(actor, case), at, answers, due_on))

    def _resumed(self, case: Case, today: date) -> str:
        """The due date moved by the working days for which the clock stood still."""
        assert case.asked  # noqa: S101 - checked by the caller
        paused = max(0, self._days.between(local_day(case.asked.at), today))
        return self._days.add(date.fromisoformat(case.due_on), paused).isoformat()

    async def _write(self, actor: Actor, case: Case) -> Receipt:
        if not await self._repository.replace(case):
            raise Conflict()
        return self._of_case(actor, case)

    def _is_applicant(self, actor: Actor, case: Case) -> bool:
        """The same card at the level of the case; or, for what was filed without a card, the same device."""
        applicant = case.applicant
        if applicant.subject:
            return applicant.subject == actor.subject and actor.reaches(applicant.level)
        return bool(actor.device) and applicant.device == self._cipher.mac(actor.device, "device")

    def _of_case(self, actor: Actor, case: Case) -> Receipt:
        holder = self._is_applicant(actor, case)
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
            steps=tuple(_step(step) for step in case.steps),
            asked=dict(case.asked.fields) if may and case.asked and case.state == "asked" else {},
            asked_note=case.asked.note if may and case.asked and case.state == "asked" else "",
            supplement=f"{base}/supplement" if case.state == "asked" else "",
            outcome=decision.outcome if decision else "",
            reason=decision.reason if decision and may else "",
            result=decision.result if decision and may else "",
            decided_at=decision.at if decision else None,
            rating=_stars(case.rating),
            rate=f"{base}/rating" if decision and not case.rating else "",
            withdraw=f"{base}/withdraw" if case.open and may else "",
            accepted_by=case.steps[0].department,
        )

    def _of_filing(self, actor: Actor, filing: Filing, cases: list[Case]) -> Receipt:
        done = sum(not case.open for case in cases)
        holder = bool(cases) and self._is_applicant(actor, cases[0])
        state = "granted" if done == len(cases) else "asked" if _any_asked(cases) else "accepted"
        return Receipt(
            kind="R",
            code=filing.receipt,
            case_no=filing.case_no,
            title=filing.title,
            state=state,
            state_name=f"{len(cases)}项中已办结{done}项",
            filed_at=filing.filed_at,
            due_on=max((case.due_on for case in cases), default=""),
            name=filing.applicant.name if holder else masked("name", filing.applicant.name),
            holder=holder,
            children=tuple(_child(case) for case in cases),
            done=done,
            total=len(cases),
            steps=tuple(
                StepView(
                    case.title, "done" if not case.open else "active", _last(case), case.steps[0].department
                )
                for case in cases
            ),
        )


_NOT_YOURS = "这项操作要由申请人本人登录后办理。"


def _child(case: Case) -> ChildView:
    step = case.step
    return ChildView(
        case_no=case.case_no,
        title=case.title,
        state=case.state,
        state_name=STATE_NAMES[case.state],
        due_on=case.due_on,
        office=(step or case.steps[-1]).department,
        code=case.receipt,
        href=f"/q/{case.receipt}",
    )


def _step(step) -> StepView:
    return StepView(step.name, step.state, step.done_at or step.started_at, step.department, step.days)


def _last(case: Case) -> datetime:
    return case.events[-1].at if case.events else case.filed_at


def _any_asked(cases: list[Case]) -> bool:
    return any(case.state == "asked" for case in cases)


def _stars(rating: Rating | None) -> int:
    return rating.stars if rating else 0


def _by(actor: Actor, case: Case) -> By:
    return By("resident", actor.subject, actor.name or case.applicant.name)
