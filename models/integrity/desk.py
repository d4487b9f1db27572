"""The register at the desk: recording a breach of a case, serving it, deciding on it and on repair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases.case import By, Case
from models.cases.declared import Declarations, Declared
from models.cases.desk import Desk
from models.integrity import breach as moves
from models.integrity.breach import LONGEST, WAITING, Breach, State
from models.integrity.kinds import OBJECTION_DAYS, Kind
from models.integrity.repository import BreachRepository
from models.roles.lines import fellows_of
from models.roles.rules import check, may, need

PAGE = 50
COUNTED = 1000
DECIDED: tuple[State, ...] = ("standing", "repaired", "dropped")
VERBS = {
    "serve": "integrity.record", "confirm": "integrity.decide", "uphold": "integrity.decide", "drop": "integrity.decide",
    "repair": "integrity.decide", "refuse_repair": "integrity.decide",
}  # fmt: skip
"""What of the roles table each move asks for."""

OPEN_MOVES: dict[State, tuple[str, ...]] = {
    "noticed": ("serve", "drop"), "served": ("confirm", "drop"), "objected": ("uphold", "drop"),
    "repairing": ("repair", "refuse_repair"),
}  # fmt: skip


class Charge(msgspec.Struct, frozen=True):
    """What is held against somebody: ``field`` the declaration of the case, ``kind`` how it was broken."""

    field: str = ""
    kind: str = ""
    ground: str = ""
    evidence: str = ""


class Listing(msgspec.Struct, frozen=True):
    """A page of the register; ``next`` is where the following begins."""

    breaches: tuple[Breach, ...]
    next: str = ""


class Chargeable(msgspec.Struct, frozen=True):
    """A case before a breach is recorded: what was declared in it."""

    case: str
    case_no: str
    title: str
    declared: tuple[Declared, ...]


class IntegrityDesk:
    """Use cases of staff."""

    def __init__(
        self, repository: BreachRepository, desk: Desk, declarations: Declarations, kinds: Mapping[str, Kind],
        clock: Clock, days: WorkingDays, new_id: Callable[[], str],
    ) -> None:  # fmt: skip
        self._repository = repository
        self._desk = desk
        self._declarations = declarations
        self._clock = clock
        self._days = days
        self._new_id = new_id
        self.kinds = kinds

    async def listing(self, actor: Actor, *, waiting: bool = True, after: str = "") -> Listing:
        """What is open in the actor's area and line, or what was decided. Raises Forbidden."""
        need(actor, "integrity.see")
        at, _, breach_id = after.partition("~")
        position = (at if _is_moment(at) else "", breach_id)
        states, line = WAITING if waiting else DECIDED, fellows_of(actor.departments)
        found = await self._repository.within(actor.area, line, states, position, PAGE + 1)
        last = found[PAGE - 1] if len(found) > PAGE else None
        return Listing(tuple(found[:PAGE]), f"{last.at.isoformat()}~{last.id}" if last else "")

    async def waiting(self, actor: Actor) -> int:
        """How many of her area and line wait for somebody, counted to a thousand."""
        return await self._repository.count_within(
            actor.area, fellows_of(actor.departments), WAITING, COUNTED
        )

    async def get(self, actor: Actor, breach_id: str) -> Breach:
        """One record of the actor's area and line. Raises NotFound, without telling which."""
        found = await self._repository.get(breach_id)
        if found is None or not _sees(actor, found):
            raise NotFound("没有找到这条记录，或它不在您的范围。", code="breach.unknown")
        return found

    async def chargeable(self, actor: Actor, case_id: str) -> tuple[Case, Chargeable]:
        """A case of hers in which something was declared. Raises NotFound, Forbidden, Conflict for one whose applicant
        has not proved who she is: anybody could have typed her name."""
        case = await self._desk.get(actor, case_id)
        _line(actor, case)
        if case.applicant.level != "L2" or not case.applicant.subject:
            raise Conflict("这个办件的申请人没有核实身份，不能登记失信。", code="breach.unproven")
        return case, Chargeable(case.id, case.case_no, case.title, await self._declarations.of(case))

    async def record(self, actor: Actor, case_id: str, charge: Charge) -> Breach:
        """Record a breach; its person is told next. Raises as ``chargeable``, and Invalid."""
        case, opened = await self.chargeable(actor, case_id)
        said = next((each for each in opened.declared if each.field == charge.field), None)
        ground, evidence = (" ".join(text.split())[:LONGEST] for text in (charge.ground, charge.evidence))
        problems = [
            Problem(field, "required", message)
            for field, given, message in (
                ("field", said, "请选择违背的是哪一项承诺。"),
                ("kind", charge.kind in self.kinds, "请选择失信的种类。"),
                ("ground", ground, "请写明违背了什么，本人会看到。"),
                ("evidence", evidence, "请写明凭什么认定，例如核查记录、照片、部门来函，本人会看到。"),
            )
            if not given
        ]
        if problems or said is None:
            raise Invalid(problems)
        at, applicant = self._clock(), case.applicant
        found = Breach(
            id=self._new_id(), case=case.id, case_no=case.case_no, title=case.title, item=case.item, areas=case.areas,
            department=_line(actor, case), subject=applicant.subject, person=applicant.person, name=applicant.name,
            phone=applicant.phone, field=said.field, promise=said.promise, covers=said.words, kind=charge.kind,
            ground=ground, evidence=evidence, recorded_by=actor.subject, at=at, news="noticed", news_at=at,
        )  # fmt: skip
        await self._repository.add(found)
        return found

    async def act(self, actor: Actor, breach_id: str, move: str, rev: int, text: str) -> Breach:
        """One move on a record as it stood at ``rev``. Raises NotFound, Forbidden, Conflict, Invalid."""
        found = await self.get(actor, breach_id)
        if move not in VERBS:
            raise NotFound("没有这种操作。", code="breach.move")
        check(actor, VERBS[move], found.areas, found.department)
        if found.rev != rev:
            raise Conflict("这条记录刚被处理过，请刷新后再看。", code="breach.changed")
        changed = self._moved(found, move, _by(actor), text)
        if not await self._repository.replace(changed):
            raise Conflict("这条记录刚被处理过，请刷新后再看。", code="breach.changed")
        return changed

    def _moved(self, found: Breach, move: str, by: By, text: str) -> Breach:
        at, kind = self._clock(), self.kinds[found.kind]
        match move:
            case "serve":
                last = self._days.add(local_day(at), OBJECTION_DAYS).isoformat()
                return msgspec.structs.replace(moves.serve(found, by, at, text, last), news="", news_at=None)
            case "confirm":
                changed = moves.confirm(found, by, at, text, kind)
            case "uphold":
                changed = moves.uphold(found, by, at, text, kind)
            case "drop":
                changed = moves.drop(found, by, at, text)
            case "repair":
                changed = moves.repair(found, by, at, text)
            case _:
                changed = moves.refuse_repair(found, by, at, text)
        return msgspec.structs.replace(changed, news=move, news_at=at)


def moves_of(actor: Actor, found: Breach) -> tuple[str, ...]:
    """What this actor may do with a record now; nothing to decide on what she recorded herself."""
    offered = OPEN_MOVES.get(found.state, ())
    return tuple(
        move
        for move in offered
        if may(actor, VERBS[move], found.areas, found.department)
        and (move == "serve" or actor.subject != found.recorded_by)
    )


def _sees(actor: Actor, found: Breach) -> bool:
    return actor.is_staff and may(actor, "integrity.see", found.areas, found.department)


def _line(actor: Actor, case: Case) -> str:
    """The department of the case for which the actor may record. Raises Forbidden."""
    for department in case.departments:
        if may(actor, "integrity.record", case.areas, department):
            return department
    check(actor, "integrity.record", case.areas, case.departments[0])
    return case.departments[0]


def _by(actor: Actor) -> By:
    return By("staff", actor.subject, actor.name, "、".join(actor.departments))


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
