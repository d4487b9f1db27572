"""The desk: what lies before a member of staff, and what she may do with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases import flow
from models.cases.aid import same_cause
from models.cases.assigning import assign, give_back
from models.cases.case import Brief, By, Case
from models.cases.doing import DOINGS, Act, Doing
from models.cases.listing import ALL, Listing, Row, Shown, View, Which, brief_of, row_of, whose, whose_of
from models.cases.plan import due_dates
from models.cases.posts import ACTIONS, HANDS, assignable, at_desk, check_action, desks_of, sees, step_at
from models.cases.rated import handlers, unrated
from models.cases.repository import CasesRepository
from models.cases.step import StepState
from models.cases.veil import unmask, veil_of, veiled
from models.duty.duty import Colleague
from models.duty.service import Duty
from models.files.service import Uploads, file_ids
from models.items.service import Catalogue
from models.roles.lines import fellows_of
from models.roles.rules import may, need

PAGE = 50
COUNTED = 1000
LOOKED_BACK = 100


class Seen(msgspec.Struct, frozen=True):
    """A case as this actor may see it, ``blind`` where the person is hidden from her, and ``whose`` it is: ids that go
    on the record of looking and nowhere else. ``instead`` are the accounts for which she stands in, with their names."""

    case: Case
    whose: tuple[str, ...]
    blind: bool = False
    instead: Mapping[str, str] = {}
    repeats: tuple[Case, ...] = ()


class Desk:
    """Use cases of staff. Everything is fetched through the actor: her area, her role, her departments."""

    def __init__(
        self,
        repository: CasesRepository,
        catalogue: Catalogue,
        uploads: Uploads,
        duty: Duty,
        clock: Clock,
        days: WorkingDays,
        place: Callable[[str], str],
        objections: Callable[[str], Awaitable[int]] | None = None,
    ) -> None:
        """``objections`` counts those against the notice of a case, by its number, that have not been answered."""
        self._repository = repository
        self._catalogue = catalogue
        self._uploads = uploads
        self._duty = duty
        self._clock = clock
        self._days = days
        self._place = place
        self._objections = objections

    async def listing(
        self, actor: Actor, view: View = "mine", after: str = "", which: Which = ALL
    ) -> Listing:
        """What ``shown`` shows, for pages that name nobody."""
        return (await self.shown(actor, view, after, which)).listing

    async def shown(self, actor: Actor, view: View = "mine", after: str = "", which: Which = ALL) -> Shown:
        """The cases at the actor's desk (``mine``), or ``which`` of them; or of those that she may open, all open ones or
        the newest."""
        area = _area(actor)
        line = fellows_of(actor.departments)
        if view == "lately":
            newest = await self._repository.lately(area, line, PAGE)
            return Shown(Listing(self._rows(actor, newest), 0), whose(newest))
        due_on, _, case_id = after.partition("~")
        beyond = (due_on, case_id)
        if view == "mine":
            desks = await self._desks(actor, which)
            cases = await self._repository.at_desks(desks, beyond, PAGE + 1, which.query)
        else:
            cases = await self._repository.open_in(area, line, beyond, PAGE + 1)
        waiting = await self.waiting(actor) if view == "mine" else 0
        last = cases[PAGE - 1] if len(cases) > PAGE else None
        # What is in somebody's hands stays there when she goes to another desk: it is not hers to see any more.
        hers = [each for each in cases[:PAGE] if sees(actor, each.areas, each.departments)]
        listing = Listing(self._rows(actor, hers), waiting, f"{last.due_on}~{last.id}" if last else "")
        return Shown(listing, whose(hers))

    async def _desks(self, actor: Actor, which: Which) -> tuple[str, ...]:
        """The actor's desks, or the marks of what is in her hands or in nobody's there."""
        if which.hands == "me":
            instead = await self._duty.standing_in(actor)
            return tuple(flow.in_hand(account) for account in (actor.subject, *instead))
        desks = desks_of(actor)
        return tuple(map(flow.unassigned, desks)) if which.hands == "free" else desks

    async def waiting(self, actor: Actor) -> int:
        """How many cases lie at the actor's desk, counted to a thousand."""
        _area(actor)
        return await self._repository.count_at(desks_of(actor), COUNTED)

    def plan(self, case: Case) -> dict[str, str]:
        """By when each step of a case will be done, as its receipt says it too."""
        return due_dates(case, self._days)

    async def beside(self, case: Case) -> list[Case]:
        """The other matters of the case's bundle, for how far they are; of no bundle none."""
        if not case.filing:
            return []
        return [each for each in await self._repository.of_filings([case.filing]) if each.id != case.id]

    async def find(self, actor: Actor, text: str) -> Case:
        """What ``sought`` finds."""
        return (await self.sought(actor, text)).case

    async def sought(self, actor: Actor, text: str) -> Seen:
        """The case with a number, typed with or without spaces. Raises NotFound, also for one elsewhere."""
        case = await self._repository.for_number("".join(text.split())[:40])
        if case is None or not _sees_case(actor, case):
            raise NotFound("没有查到这个办件编号，请核对后再试。", code="case.unknown")
        return await self._seen(actor, case)

    async def get(self, actor: Actor, case_id: str) -> Case:
        """What ``seen`` shows."""
        return (await self.seen(actor, case_id)).case

    async def seen(self, actor: Actor, case_id: str) -> Seen:
        """One case of the actor's area and line of duty, without the person at the desk of a blind review. Raises NotFound
        for what is not there or not hers, without telling which."""
        return await self._seen(actor, await self.whole(actor, case_id))

    async def whole(self, actor: Actor, case_id: str) -> Case:
        """The case itself, whatever of it she may see: for use cases that go on working with it."""
        case = await self._repository.get(case_id)
        if case is None or not _sees_case(actor, case):
            raise NotFound("没有找到这个办件，或它不在您的辖区。", code="case.unknown")
        return case

    async def _seen(self, actor: Actor, case: Case) -> Seen:
        instead = await self._duty.standing_in(actor) if any(step.assignee for step in case.active) else {}
        shown, veil = _as_seen(actor, case), veil_of(actor, case)
        repeats = await self._repeats(case)
        if veil is not None:
            form = (await self._catalogue.version(case.item, case.version)).form
            shown = veiled(shown, veil, form)
        return Seen(shown, whose_of(case), veil is not None, instead, repeats)

    async def repeats(self, case: Case) -> tuple[Case, ...]:
        """Earlier cases of the same applicant in which the same cause was helped, where the item helps only once in a
        time."""
        return await self._repeats(case)

    async def _repeats(self, case: Case) -> tuple[Case, ...]:
        item = (await self._catalogue.version(case.item, case.version)).item
        if item is None or item.once is None or not case.applicant.subject:
            return ()
        others = await self._repository.own(case.applicant.subject, LOOKED_BACK)
        return tuple(other for other in others if same_cause(case, other, item.once))

    async def act(self, actor: Actor, case_id: str, action: str, act: Act) -> Case:
        """What ``do`` makes of the case."""
        return (await self.do(actor, case_id, action, act)).case

    async def do(self, actor: Actor, case_id: str, action: str, act: Act) -> Seen:
        """Do one thing with a case as it stood at ``act.rev``.

        Raises NotFound, Forbidden (not at this desk, or in a colleague's hands), Conflict (somebody was faster, or the
        state does not allow it), Invalid.
        """
        case, following = await self.drafted(actor, case_id, action, act)
        return await self.kept(actor, case, following)

    async def drafted(self, actor: Actor, case_id: str, action: str, act: Act) -> tuple[Case, Case]:
        """A case, and what an action would make of it; nothing is written. Raises as ``do`` does."""
        case = await self.whole(actor, case_id)
        if action not in ACTIONS and action not in HANDS:
            raise NotFound("没有这种操作。", code="case.action")
        if case.rev != act.rev:  # first: a case that a colleague has handed on is not at this desk any more
            raise _changed()
        if action in HANDS:
            return case, await self._hands(actor, case, action, act)
        instead = await self._duty.standing_in(actor) if any(step.assignee for step in case.active) else {}
        return case, await self._work(actor, case, action, act, instead)

    async def kept(self, actor: Actor, case: Case, following: Case) -> Seen:
        """Write what was made of a case, and show it. Raises Conflict where somebody was faster."""
        if not await self._repository.replace(following, following.rev - case.rev):
            raise _changed()
        return await self._seen(actor, following)

    async def _work(
        self, actor: Actor, case: Case, action: str, act: Act, instead: Mapping[str, str]
    ) -> Case:
        step = step_at(actor, case, act.step, tuple(instead))
        if step is None:
            raise _elsewhere(at_desk(actor, case))
        if action == "ask":
            await self._check_asked(case, act)
        check_action(actor, case, step, action)
        if action == "hand_on" and step.notice_days:
            await self._check_objections(case)
        item = (await self._catalogue.version(case.item, case.version)).item
        by = by_staff(actor, instead.get(step.assignee, ""))
        return DOINGS[action](Doing(case, by, self._clock(), act, step.key, item, self._days))

    async def _hands(self, actor: Actor, case: Case, action: str, act: Act) -> Case:
        """Take, assign or give back a step of the actor's desk."""
        here = next((step for step in at_desk(actor, case) if act.step in {"", step.key}), None)
        if here is None or (here.signers == 1 and action not in assignable(actor, case, here)):
            raise _elsewhere(())
        by, at = by_staff(actor), self._clock()
        if action == "give_back":
            return give_back(case, by, at, here.key, act.reason)
        if action == "take":
            return assign(case, by, at, here.key, actor.subject, actor.name, act.reason)
        colleagues = {each.id: each.name for each in await self._colleagues(case, here)}
        if act.to not in colleagues:
            raise Invalid([Problem("to", "assign.to", "请选择本岗位在岗的同事。")])
        return assign(case, by, at, here.key, act.to, colleagues[act.to], act.reason)

    async def colleagues(self, actor: Actor, case: Case, step: str = "") -> tuple[Colleague, ...]:
        """To whom the actor may assign her step of the case; nobody where it is not hers to assign."""
        here = next((each for each in at_desk(actor, case) if step in {"", each.key}), None)
        if here is None or "assign" not in assignable(actor, case, here):
            return ()
        return await self._colleagues(case, here)

    async def _colleagues(self, case: Case, step: StepState) -> tuple[Colleague, ...]:
        area = flow.area_of(step, case.areas)
        return await self._duty.colleagues(area, step.role, step.department)

    async def unmask(self, actor: Actor, case_id: str, rev: int, reason: str) -> Seen:
        """Look behind the veil of a blind review that the actor has in hand, from now on, with a reason that stays in the
        case. Raises NotFound, Forbidden, Conflict, Invalid."""
        case = await self.whole(actor, case_id)
        instead = await self._duty.standing_in(actor)
        if veil_of(actor, case) is None:
            raise Conflict("这个办件没有对您隐去申请人。", code="case.not_blind")
        if step_at(actor, case, "", tuple(instead)) is None:
            raise Forbidden("只有正在审核这个办件的人，才能查看申请人。", code="case.not_yours")
        if case.rev != rev:
            raise _changed()
        following = unmask(case, by_staff(actor), self._clock(), reason)
        if not await self._repository.replace(following):
            raise _changed()
        form = (await self._catalogue.version(case.item, case.version)).form
        await self._uploads.lift(actor, list(file_ids(form, case.values())))
        return await self._seen(actor, following)

    async def _check_objections(self, case: Case) -> None:
        """A notice is not over while somebody who objected to it has no answer."""
        waiting = await self._objections(case.case_no) if self._objections else 0
        if waiting:
            raise Conflict(f"还有 {waiting} 件公示异议没有答复，答复后才能转下一环节。", code="case.objected")

    async def _check_asked(self, case: Case, act: Act) -> None:
        """Only what the form asks can be corrected, in the version that the case was filed under."""
        fields = (await self._catalogue.version(case.item, case.version)).form.fields()
        if any(key not in fields or fields[key].type == "computed" for key in act.fields):
            raise Invalid([Problem("fields", "field.unknown", "要补正的内容不在表格里，请刷新后重选。")])

    def row(self, actor: Actor, case: Case) -> Row:
        """A case as one line of the list."""
        return self._row(actor, brief_of(case))

    def _rows(self, actor: Actor, cases: list[Brief]) -> tuple[Row, ...]:
        return tuple(self._row(actor, case) for case in cases)

    def _row(self, actor: Actor, case: Brief) -> Row:
        return row_of(actor, case, self._clock(), self._days, self._place)


def _changed() -> Conflict:
    return Conflict("这个办件刚被同事处理过，请刷新后再看。", code="case.changed")


def _elsewhere(at_hers: tuple[StepState, ...]) -> Forbidden:
    """Why somebody cannot act: the case is not at her desk, or a colleague has it in hand."""
    held = next((step for step in at_hers if step.assignee), None)
    if held is not None:
        return Forbidden(f"这个办件在{held.assignee_name}手里，需要时请先改派。", code="case.in_hand")
    if any(step.blind for step in at_hers):
        return Forbidden("盲审的件由系统派给值班的首席代表。", code="case.blind")
    return Forbidden("这个办件不在您的岗位上，只能查看。", code="case.not_yours")


def _as_seen(actor: Actor, case: Case) -> Case:
    """Whoever was rated does not learn by whom (国办发〔2019〕51号): the rating shows to those who supervise alone."""
    supervises = may(actor, "ratings.see", case.areas) and actor.subject not in handlers(case)
    return case if supervises else unrated(case)


def _area(actor: Actor) -> str:
    need(actor, "case.see")
    return actor.area


def _sees_case(actor: Actor, case: Case) -> bool:
    return sees(actor, case.areas, case.departments)


def by_staff(actor: Actor, instead: str = "") -> By:
    """A member of staff as who does something, for a colleague on leave where ``instead`` names one."""
    return By("staff", actor.subject, actor.name, "、".join(actor.departments), instead)
