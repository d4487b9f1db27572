"""The ledger of problems (S32): what was found is listed, owned, dated, checked by somebody else and struck off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from models.accounts.account import Account
from models.accounts.service import Accounts
from models.areas.area import chain_of
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases.case import By
from models.problems import problem as moves
from models.problems.problem import LONGEST, LONGEST_TITLE, OPEN, Listed, State, later_day
from models.problems.repository import ProblemRepository
from models.problems.sources import Finding, Sources
from models.roles.lines import fellows_of
from models.roles.rules import check, may, need, roles_with, verbs_of

PAGE = 50
COUNTED = 1000
PRINTED = 500
DAYS = 15
"""Working days that a problem is given where nobody says otherwise."""

CHECKING = frozenset({"strike", "return", "postpone", "withdraw"})
FREE: Mapping[str, Callable[[Listed, By, datetime, str], Listed]] = {
    "claim": moves.claim, "report": moves.report, "strike": moves.strike, "withdraw": moves.withdraw,
}  # fmt: skip
DATED: Mapping[str, Callable[[Listed, By, datetime, str, str], Listed]] = {
    "return": moves.send_back, "postpone": moves.postpone,
}  # fmt: skip


class Opening(msgspec.Struct, frozen=True):
    """What is put on the ledger. ``found`` names its source (``light:ID``), "" for an inspection; ``owner`` the username of
    whoever answers for it, "" for the whole office."""

    found: str = ""
    title: str = ""
    what: str = ""
    office: str = ""
    department: str = ""
    owner: str = ""
    due_on: str = ""


class Move(msgspec.Struct, frozen=True):
    """What is done with a problem that was seen at ``revision``; ``due_on`` where another day is set."""

    revision: int = 0
    text: str = ""
    due_on: str = ""


class Ledger(msgspec.Struct, frozen=True):
    """``mine`` are those that the actor answers for; ``problems`` a page of those of her area, ``counts`` how it stands,
    for whoever keeps the ledger there."""

    mine: tuple[Listed, ...]
    problems: tuple[Listed, ...] = ()
    counts: dict[str, int] = {}
    next: str = ""


class Problems:
    """Use cases of the ledger."""

    def __init__(
        self, repository: ProblemRepository, sources: Sources, accounts: Accounts, areas: Areas, clock: Clock,
        days: WorkingDays, new_id: Callable[[], str],
    ) -> None:  # fmt: skip
        self._repository = repository
        self._sources = sources
        self._accounts = accounts
        self._areas = areas
        self._clock = clock
        self._days = days
        self._new_id = new_id

    async def ledger(self, actor: Actor, view: str = "", after: str = "", most: int = PAGE) -> Ledger:
        """``view`` is "", "overdue" or "closed". Raises Forbidden for an account that has to do with none."""
        need(actor, "problems.answer" if answers(actor) else "problems.see")
        mine = await self._repository.posted_at(posts(actor), OPEN, PAGE) if answers(actor) else []
        if "problems.see" not in verbs_of(actor):
            return Ledger(tuple(mine))
        today = local_day(self._clock()).isoformat()
        states: tuple[State, ...] = {"closed": ("struck", "withdrawn"), "overdue": ("listed",)}.get(
            view, OPEN
        )  # type: ignore[assignment]
        due_on, _, problem_id = after.partition("~")
        found = await self._repository.within(
            actor.area, _lines(actor), states, (due_on, problem_id), most + 1, before=today if view == "overdue" else ""
        )  # fmt: skip
        last = found[most - 1] if len(found) > most else None
        counts = await self._repository.counts(actor.area, _lines(actor), today)
        return Ledger(tuple(mine), tuple(found[:most]), counts, f"{last.due_on}~{last.id}" if last else "")

    async def counts(self, actor: Actor) -> dict[str, int]:
        """How the ledger of the actor's area and line stands, for the board; nothing for whoever does not keep it."""
        if "problems.see" not in verbs_of(actor):
            return {}
        today = local_day(self._clock()).isoformat()
        return await self._repository.counts(actor.area, _lines(actor), today)

    async def waiting(self, actor: Actor) -> int:
        """How many the actor has to put right, counted to a thousand."""
        return await self._repository.count_posted(posts(actor), COUNTED) if answers(actor) else 0

    async def get(self, actor: Actor, problem_id: str) -> Listed:
        """One that the actor answers for, or of the area and line that she keeps. Raises NotFound, without telling which."""
        found = await self._repository.get(problem_id)
        if found is None or not (_sees(actor, found) or _is_hers(actor, found)):
            raise NotFound("没有找到这个问题，或它不在您的范围。", code="problem.unknown")
        return found

    async def proposed(self, actor: Actor, found: str) -> Opening:
        """What a source proposes to put on the ledger; empty words for an inspection. Raises NotFound, Forbidden."""
        need(actor, "problems.open")
        finding = await self._finding(actor, found)
        due_on = self._days.add(local_day(self._clock()), DAYS).isoformat()
        return Opening(
            found, finding.title, finding.what, finding.office or actor.area, finding.department, "", due_on
        )

    async def open(self, actor: Actor, opening: Opening) -> Listed:
        """Put a problem on the ledger; the one that stands where its source is on it already. Raises NotFound, Forbidden,
        Invalid."""
        finding = await self._finding(actor, opening.found)
        title, what = (
            " ".join(opening.title.split())[:LONGEST_TITLE],
            " ".join(opening.what.split())[:LONGEST],
        )
        problems = [
            Problem(field, "required", message)
            for field, given, message in (
                ("title", title, "请用一句话写明是什么问题。"), ("what", what, "请写明发现了什么、要改成怎样。"),
                ("office", self._areas.has(opening.office), "请选择责任单位。"),
            )
            if not given
        ]  # fmt: skip
        if problems:
            raise Invalid(problems)
        areas = chain_of(opening.office)
        check(actor, "problems.open", areas, opening.department)
        at = self._clock()
        owner, name = await self._owner(opening.owner, areas, opening.department)
        listed = Listed(
            id=self._new_id(), source=finding.source, ref=finding.ref, title=title, what=what, areas=areas,
            department=opening.department, due_on=later_day(opening.due_on, at), opened_by=actor.subject, opened_at=at,
            owner=owner, owner_name=name, said=(moves.Said(at, "open", _by(actor)),),
        )  # fmt: skip
        if await self._repository.add(listed):
            return listed
        stands = await self._repository.of_source(finding.source, finding.ref)
        if stands is None:
            raise Conflict()
        return stands

    async def act(self, actor: Actor, problem_id: str, name: str, move: Move) -> Listed:
        """One move on a problem as it stood at ``move.revision``. Raises NotFound, Forbidden, Conflict, Invalid."""
        found = await self.get(actor, problem_id)
        if name not in FREE and name not in DATED:
            raise NotFound("没有这种操作。", code="problem.move")
        if name in CHECKING:
            check(actor, "problems.check", found.areas, found.department)
        elif not _is_hers(actor, found):
            raise NotFound("这个问题不归您整改。", code="problem.unknown")
        if found.rev != move.revision:
            raise Conflict("这个问题刚被处理过，请刷新后再看。", code="problem.changed")
        changed = _moved(found, name, _by(actor), self._clock(), move)
        if not await self._repository.replace(changed):
            raise Conflict("这个问题刚被处理过，请刷新后再看。", code="problem.changed")
        return changed

    async def escalate(self) -> int:
        """What the sweep of supervision does: whatever is past its day goes to the superior."""
        return await self._repository.escalate(local_day(self._clock()).isoformat())

    def suggested(self) -> str:
        """The day that a problem is given anew where nobody says otherwise."""
        return self._days.add(local_day(self._clock()), DAYS).isoformat()

    async def _finding(self, actor: Actor, found: str) -> Finding:
        kind, _, ref = found.partition(":")
        return await self._sources.read(actor, kind, ref) if kind else Finding("inspection")

    async def _owner(self, username: str, areas: tuple[str, ...], department: str) -> tuple[str, str]:
        """The account that is named, if one is. Raises Invalid where it does not work there."""
        username = username.strip()
        if not username:
            return "", ""
        account = await self._accounts.by_username(username)
        if account is None or not _works(account, areas[-1], department):
            raise Invalid(
                [
                    Problem(
                        "owner", "problem.owner", "责任单位里没有这个用户名，请核对，或者不填、由单位认领。"
                    )
                ]
            )
        return account.id, account.name


def _moved(found: Listed, name: str, by: By, at: datetime, move: Move) -> Listed:
    if name in FREE:
        return FREE[name](found, by, at, move.text)
    return DATED[name](found, by, at, move.text, move.due_on)


def moves_of(actor: Actor, found: Listed) -> tuple[str, ...]:
    """What this actor may do with a problem now, the usual first."""
    offered: list[str] = []
    if found.state == "listed" and _is_hers(actor, found):
        offered += ["report", *([] if found.owner else ["claim"])]
    if actor.subject not in found.involved and may(actor, "problems.check", found.areas, found.department):
        offered += {"reported": ["strike", "return", "withdraw"], "listed": ["postpone", "withdraw"]}.get(
            found.state, []
        )
    return tuple(offered)


def overdue(found: Listed, today: date) -> int:
    """By how many calendar days a problem is late; 0 where it is not."""
    return (today - date.fromisoformat(found.due_on)) // timedelta(days=1) if found.overdue_on(today) else 0


def answers(actor: Actor) -> bool:
    """Whether the actor may answer for problems at all."""
    return actor.is_staff and "problems.answer" in verbs_of(actor)


def posts(actor: Actor) -> tuple[str, ...]:
    """Where problems lie that the actor answers for: with herself, her office, and its lines."""
    lines = tuple(f"{actor.area}|{each}" for each in actor.departments)
    return (actor.subject, *((f"{actor.area}|", *lines) if lines else (f"{actor.area}|*",)))


def _lines(actor: Actor) -> tuple[str, ...]:
    """The departments of which she keeps the ledger: those of her lines, and offices as a whole; none for all of them."""
    return (*fellows_of(actor.departments), "") if actor.departments else ()


def _is_hers(actor: Actor, found: Listed) -> bool:
    if not answers(actor):
        return False
    if found.owner:
        return found.owner == actor.subject
    at_office = actor.area == found.office
    return at_office and (
        not found.department or not actor.departments or found.department in actor.departments
    )


def _works(account: Account, office: str, department: str) -> bool:
    """Whether an account answers for problems of this office and line."""
    of_line = not department or not account.departments or department in account.departments
    return account.area == office and account.role in roles_with("problems.answer") and of_line


def _sees(actor: Actor, found: Listed) -> bool:
    kept = may(actor, "problems.see", found.areas, found.department)
    return actor.is_staff and (kept or actor.subject == found.opened_by)


def _by(actor: Actor) -> By:
    return By("staff", actor.subject, actor.name, "、".join(actor.departments))
