"""The desk that answers: what waits, one request with its facts, the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

import msgspec

from models.accounts.service import Accounts
from models.audit.service import Audit, Look
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases.receipts import Handled, Receipts
from models.rights import asking
from models.rights.repository import RightsRepository
from models.rights.request import (
    ERASING,
    FOLLOWED,
    KIND_NAMES,
    Answer,
    Brief,
    Outcome,
    Request,
    answered,
    names,
)
from models.rights.rules import Rules
from models.rights.service import VERB
from models.roles.rules import check

PAGE = 50
COUNTED = 1000

View = Literal["open", "done"]
Light = Literal["green", "amber", "red", "none"]
AMBER_DAYS = 3
ACTIONS: dict[str, Outcome] = {"answer": "answered", "refuse": "refused"}
CHANGED = "这项请求刚被同事答复，请刷新后再看。"


class Row(msgspec.Struct, frozen=True):
    """One line of the list. ``days_left`` counts working days, negative when overdue."""

    id: str
    number: str
    kind: str
    kind_name: str
    place: str
    state: str
    due_on: str
    days_left: int
    light: Light


class Listing(msgspec.Struct, frozen=True):
    """A page of the list; ``next`` is the position of the following page, empty at the end."""

    rows: tuple[Row, ...]
    waiting: int
    next: str = ""


class Opened(msgspec.Struct, frozen=True):
    """A request with what is known of what it is about: the look, the case. None where it is about none, or where that
    is not kept any more."""

    request: Request
    look: Look | None
    case: Handled | None
    suggested: str = ""  # the ground on which such a request is usually refused


class Given(msgspec.Struct, frozen=True):
    """The answer to a request that was seen at ``rev``; with a ``ground`` of the rules where it is refused."""

    rev: int
    text: str = ""
    ground: str = ""


class RightsDesk:
    """Everything is fetched through the actor: her area, her role, and nothing that she looked at or is named in.
    ``office`` names an office by area and departments, ``place`` an area."""

    def __init__(
        self, *, repository: RightsRepository, audit: Audit, accounts: Accounts, receipts: Receipts, clock: Clock,
        days: WorkingDays, rules: Rules, office: Callable[[str, tuple[str, ...]], str], place: Callable[[str], str],
        follow_href: str,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._audit = audit
        self._accounts = accounts
        self._receipts = receipts
        self._clock = clock
        self._days = days
        self._rules = rules
        self._office = office
        self._place = place
        self._follow_href = follow_href

    async def listing(self, actor: Actor, view: View = "open", after: str = "") -> Listing:
        """What the actor may answer, the oldest due first; or what has been answered, the latest first."""
        due_on, _, request_id = after.partition("~")
        found = await self._repository.at_desk(
            actor.area, actor.subject, (due_on, request_id), PAGE + 1, is_open=view == "open"
        )
        last = found[PAGE - 1] if len(found) > PAGE else None
        rows = tuple(map(self._row, found[:PAGE]))
        return Listing(rows, await self.waiting(actor), f"{last.due_on}~{last.id}" if last else "")

    async def waiting(self, actor: Actor) -> int:
        """How many the actor may answer, counted to a thousand."""
        return await self._repository.count(actor.area, actor.subject, COUNTED)

    async def get(self, actor: Actor, request_id: str) -> Request:
        """One request. Raises NotFound for one of another area, Forbidden where she has to stand back from it."""
        request = await self._repository.get(request_id)
        if request is None or not actor.covers(request.areas):
            raise NotFound("没有找到这项请求，或它不在您的辖区。", code="rights.unknown")
        check(actor, VERB, request.areas)
        if await self._concerns(actor, request):
            raise Forbidden("这项请求涉及您本人，应当回避，由其他同事答复。", code="rights.recuse")
        return request

    async def opened(self, request: Request) -> Opened:
        """With its facts."""
        about, look, case = request.about, None, None
        if about.look:
            look = await self._look(request)
        if about.case_no:
            case = await self._receipts.handled(about.case_no)
        usual = {"record": "statutory", "matter": "open_case" if case and case.open else "archive"}
        return Opened(request, look, case, usual.get(about.target, ""))

    async def answer(self, actor: Actor, request_id: str, action: str, given: Given) -> Request:
        """Answer or refuse a request as it stood at ``given.rev``; what is to be deleted then, is.

        Raises NotFound, Forbidden, Conflict (somebody was faster), Invalid.
        """
        request = await self.get(actor, request_id)
        if action not in ACTIONS:
            raise NotFound("没有这种操作。", code="rights.action")
        if request.rev != given.rev or not request.open:
            raise Conflict(CHANGED, code="rights.answered")
        following = self._answered(request, await self._answer(actor, request, ACTIONS[action], given))
        if not await self._repository.replace(following):
            raise Conflict(CHANGED, code="rights.answered")
        return following

    async def _answer(self, actor: Actor, request: Request, outcome: Outcome, given: Given) -> Answer:
        """What is to be told. Raises Invalid."""
        problems: list[Problem] = []
        text = asking.words(problems, "text", "答复", given.text)
        refused = outcome == "refused"
        if refused and given.ground not in self._rules.for_kind(request.kind):
            problems.append(Problem("ground", "rights.ground", "不予支持的，请选择依据。"))
        if problems:
            raise Invalid(problems)
        return Answer(
            outcome=outcome,
            at=self._clock(),
            text=text,
            ground=given.ground if refused else "",
            kept=() if refused else await self._kept(request),
            by=actor.subject,
            office=self._office(actor.area, actor.departments),
        )

    def _answered(self, request: Request, answer: Answer) -> Request:
        where = (
            "请登录后在“我的权利请求”里查看" if request.whose.subject else f"请打开 {self._follow_href} 查看"
        )
        notice = f"您的{KIND_NAMES[request.kind]}（编号{request.number}）已有答复，{where}。"
        erase = answer.outcome == "answered" and request.about.target in ERASING
        return answered(request, answer, notice, erase=erase)

    async def _kept(self, request: Request) -> tuple[str, ...]:
        """Why data stays although the request to delete was met: the grounds, by what was to be deleted."""
        if request.about.target == "matter":
            case = await self._receipts.handled(request.about.case_no)
            return ("open_case",) if case and case.open else ("archive",)
        return {"uploads": ("archive",), "record": ("statutory", "archive", "audit")}.get(
            request.about.target, ()
        )

    async def _concerns(self, actor: Actor, request: Request) -> bool:
        """Whether the actor looked, is named, or worked on what is complained about. Names are asked again: the account
        may be younger than the complaint."""
        if actor.subject in request.barred:
            return True
        if request.kind not in FOLLOWED:
            return False
        badge = await self._accounts.badge(actor.subject)
        return names(f"{request.about.named}\n{request.text}", badge.name, badge.staff_no, actor.subject)

    async def _look(self, request: Request) -> Look | None:
        try:
            return await self._audit.look((request.whose.person, request.whose.subject), request.about.look)
        except NotFound:  # older than records are kept
            return None

    def _row(self, brief: Brief) -> Row:
        left = self._days.between(local_day(self._clock()), date.fromisoformat(brief.due_on))
        light: Light = "red" if left < 0 else "amber" if left <= AMBER_DAYS else "green"
        return Row(
            brief.id, brief.number, brief.kind, KIND_NAMES[brief.kind], self._place(brief.areas[-1]), brief.state,
            brief.due_on, left, light if brief.state == "open" else "none",
        )  # fmt: skip
