"""The desk: what lies before a member of staff, and what she may do with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases.aid import same_cause
from models.cases.case import Brief, By, Case
from models.cases.doing import DOINGS, Act, Doing
from models.cases.listing import Listing, Row, Shown, View, row_of, whose
from models.cases.posts import ACTIONS, check_action, desks_of, sees, step_at
from models.cases.rated import handlers, unrated
from models.cases.repository import CasesRepository
from models.items.service import Catalogue
from models.roles.lines import fellows_of
from models.roles.rules import may, need

PAGE = 50
COUNTED = 1000
LOOKED_BACK = 100


class Desk:
    """Use cases of staff. Everything is fetched through the actor: her area, her role, her departments."""

    def __init__(
        self,
        repository: CasesRepository,
        catalogue: Catalogue,
        clock: Clock,
        days: WorkingDays,
        place: Callable[[str], str],
        objections: Callable[[str], Awaitable[int]] | None = None,
    ) -> None:
        """``objections`` counts those against the notice of a case, by its number, that have not been answered."""
        self._repository = repository
        self._catalogue = catalogue
        self._clock = clock
        self._days = days
        self._place = place
        self._objections = objections

    async def listing(self, actor: Actor, view: View = "mine", after: str = "") -> Listing:
        """What ``shown`` shows, for pages that name nobody."""
        return (await self.shown(actor, view, after)).listing

    async def shown(self, actor: Actor, view: View = "mine", after: str = "") -> Shown:
        """The cases at the actor's desk (``mine``); or of those that she may open, all open ones or the newest."""
        area = _area(actor)
        hers = fellows_of(actor.departments)
        if view == "lately":
            newest = await self._repository.lately(area, hers, PAGE)
            return Shown(Listing(tuple(map(self._row, newest)), 0), whose(newest))
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
        return Shown(listing, whose(cases[:PAGE]))

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

    async def repeats(self, case: Case) -> tuple[Case, ...]:
        """Earlier cases of the same applicant in which the same cause was helped, where the item helps only once in a
        time: for whoever has been let see ``case``."""
        item = (await self._catalogue.version(case.item, case.version)).item
        if item is None or item.once is None or not case.applicant.subject:
            return ()
        others = await self._repository.own(case.applicant.subject, LOOKED_BACK)
        return tuple(other for other in others if same_cause(case, other, item.once))

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
        if action == "hand_on" and step.notice_days:
            await self._check_objections(case)
        item = (await self._catalogue.version(case.item, case.version)).item
        doing = Doing(case, _by(actor), self._clock(), act, step.key, item, self._days)
        following = DOINGS[action](doing)
        if not await self._repository.replace(following, following.rev - case.rev):
            raise Conflict("这个办件刚被同事处理过，请刷新后再看。", code="case.changed")
        return following

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

    def row(self, case: Case) -> Row:
        """A case as one line of the list."""
        return self._row(case.brief())

    def _row(self, case: Brief) -> Row:
        return row_of(case, self._clock(), self._days, self._place)


def _as_seen(actor: Actor, case: Case) -> Case:
    """Whoever was rated does not learn by whom (国办发〔2019〕51号): the rating shows to those who supervise alone."""
    supervises = may(actor, "ratings.see", case.areas) and actor.subject not in handlers(case)
    return case if supervises else unrated(case)


def _area(actor: Actor) -> str:
    need(actor, "case.see")
    return actor.area


def _sees_case(actor: Actor, case: Case) -> bool:
    return sees(actor, case.areas, case.departments)


def _by(actor: Actor) -> By:
    return By("staff", actor.subject, actor.name, "、".join(actor.departments))
