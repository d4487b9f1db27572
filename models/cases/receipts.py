"""Following a matter: who may see a receipt, and what its holder may still do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock, local_day
from models.base.errors import Conflict, Forbidden, Invalid, LoginNeeded, NotFound, Problem
from models.calendar.working_days import WorkingDays
from models.cases import flow, tolerance, transitions
from models.cases.case import Applicant, By, Case, State
from models.cases.following import planned, release
from models.cases.plan import due_dates
from models.cases.receipt import Receipt, of_case, of_filing
from models.cases.repository import CasesRepository
from models.cases.submission import by_applicant, self_contained, taken_by
from models.cases.veil import claims_of
from models.files.service import Uploads
from models.forms.context import Context
from models.forms.engine import Cleaned, clean
from models.forms.form import Form
from models.items.item import Item
from models.prefill.known import Answer

LISTED = 50


class Handled(msgspec.Struct, frozen=True):
    """A case as whoever answers for it knows it: ``handlers`` are the accounts that have done something to it."""

    case_no: str
    title: str
    state: State
    open: bool
    areas: tuple[str, ...]
    handlers: tuple[str, ...]


class Receipts:
    """Use cases of whoever follows a matter."""

    def __init__(
        self,
        repository: CasesRepository,
        uploads: Uploads,
        cipher: Cipher,
        clock: Clock,
        days: WorkingDays,
    ) -> None:
        self._repository = repository
        self._uploads = uploads
        self._cipher = cipher
        self._clock = clock
        self._days = days

    async def view(self, actor: Actor, code: str) -> Receipt:
        """The receipt with this code, of a case or of a bundle. Raises NotFound."""
        case = await self._repository.for_receipt(code)
        if case is not None:
            return await self._of_case(actor, case)
        filing = await self._repository.filing_for_receipt(code)
        if filing is None:
            raise NotFound("没有查到这张回执，请核对编号。", code="code.unknown")
        holder = self._is_applicant(actor, filing.applicant)
        cases = await self._repository.of_filings([filing.id])
        return of_filing(filing, cases, holder=holder, due=planned(cases, self._days))

    async def taken(self, clerk: Actor, code: str) -> tuple[Receipt, Case]:
        """What was taken at the clerk's own hall, with its (first) case. Raises NotFound for all else."""
        case = await self._repository.for_receipt(code)
        filing = None if case else await self._repository.filing_for_receipt(code)
        cases = [case] if case else await self._repository.of_filings([filing.id]) if filing else []
        if not cases or cases[0].intake is None or cases[0].intake.hall != clerk.area or not clerk.is_staff:
            raise NotFound("这张回执不是在本大厅收的件。", code="code.unknown")
        if filing:
            return of_filing(filing, cases, holder=False), cases[0]
        receipt = of_case(cases[0], holder=False, plan=due_dates(cases[0], self._days))
        return receipt, cases[0]

    async def by_number(self, actor: Actor, text: str) -> Receipt:
        """The receipt behind a case number, for those who log in as its applicant: numbers run on, so a number
        alone must not open anything."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            raise LoginNeeded("L2", "办件编号要登录后才能查。没有登录，请输入回执上的12位码。")
        case = await self._repository.for_number("".join(text.split())[:40])
        if case is None or not self._is_applicant(actor, case.applicant):
            raise NotFound("您名下没有这个编号的办件，请核对后再试。", code="case.unknown")
        return await self._of_case(actor, case)

    async def own(self, actor: Actor) -> list[Receipt]:
        """The cases and bundles of a resident, newest first. Needs L2: what was filed is not what was typed now."""
        if actor.kind != "resident" or not actor.reaches("L2"):
            raise LoginNeeded("L2")
        if actor.mandate:
            raise Forbidden("代办时看不到本人的其他办件。", code="mandate.acting")
        cases = await self._repository.own(actor.subject, LISTED)
        filings = await self._repository.own_filings(actor.subject, LISTED)
        children = await self._repository.of_filings([filing.id for filing in filings])
        views = [
            of_case(case, holder=True, plan=due_dates(case, self._days)) for case in cases if not case.filing
        ]
        for filing in filings:
            hers = [case for case in children if case.filing == filing.id]
            views.append(of_filing(filing, hers, holder=True, due=planned(hers, self._days)))
        return sorted(views, key=lambda view: view.filed_at, reverse=True)

    async def handled(self, text: str) -> Handled | None:
        """What an office needs to know of a case to answer for it, by its receipt's code or its number: for complaints and
        requests about one's own data, on nobody's behalf. Nothing of it may be shown to whoever typed the number."""
        case = await self._repository.for_receipt(text) or await self._repository.for_number(text)
        if case is None:
            filing = await self._repository.filing_for_receipt(text)
            children = await self._repository.of_filings([filing.id]) if filing else []
            case = children[0] if children else None
        if case is None:
            return None
        staff = dict.fromkeys(each.by.id for each in case.events if each.by.kind == "staff")
        return Handled(case.case_no, case.title, case.state, case.open, case.areas, tuple(staff))

    async def held(self, actor: Actor, code: str) -> tuple[str, list[Case]]:
        """(title, cases) of a receipt, of a bundle's too, for whoever may act on it. Raises as ``holds``."""
        filing = await self._repository.filing_for_receipt(code)
        if filing is None:
            case = await self.holds(actor, code)
            return case.title, [case]
        if filing.applicant.level != "L0" and not self._is_applicant(actor, filing.applicant):
            raise LoginNeeded(filing.applicant.level, "这项操作要由申请人本人登录后办理。")
        return filing.title, await self._repository.of_filings([filing.id])

    async def of_subject(self, subject: str) -> list[Case]:
        """Somebody's latest cases, for whoever settles what follows from a change in her life."""
        return await self._repository.own(subject, LISTED)

    async def of_ids(self, ids: Sequence[str]) -> list[Case]:
        """Cases as they stand, for who tells of them on somebody's standing wish."""
        return await self._repository.of_ids(ids)

    async def holds(self, actor: Actor, code: str) -> Case:
        """The case for acts that holding the receipt is enough for (rating, supplementing what needed no login):
        its applicant, or at L0 whoever has the code."""
        case = await self._repository.for_receipt(code)
        if case is None:
            raise NotFound("没有查到这张回执，请核对编号。", code="code.unknown")
        if case.applicant.level != "L0" and not self._is_applicant(actor, case.applicant):
            raise LoginNeeded(case.applicant.level, "这项操作要由申请人本人登录后办理。")
        return case

    async def rate(
        self, actor: Actor, code: str, stars: int, words: str, reasons: tuple[str, ...] = ()
    ) -> Receipt:
        """Rate a decided case, once; ``reasons`` as ``models/ratings`` has checked them. Raises Conflict, Invalid,
        LoginNeeded, Forbidden."""
        case = await self.holds(actor, code)
        if actor.is_staff:
            raise Forbidden("评价要由办事的人自己来，工作人员不能代评。", code="rating.staff")
        rated = transitions.rate(case, _by(actor, case), self._clock(), stars, words, reasons)
        receipt = await self._write(actor, rated)
        return msgspec.structs.replace(receipt, rating=stars, rate="")

    async def go_on(self, actor: Actor, code: str) -> Receipt:
        """Go on with a case whose forerunner in its bundle failed. Raises Conflict where it does not wait for that."""
        case = await self.holds(actor, code)
        if case.state != "held" or not case.broken:
            raise Conflict("这件事现在不需要选择。", code="case.state")
        at = self._clock()
        due_on = self._days.add(local_day(at), case.promised_days).isoformat()
        return await self._write(actor, release(case, _by(actor, case), at, due_on))

    async def promise(self, actor: Actor, code: str) -> Receipt:
        """Promise to bring what is lacking, whereupon the case is accepted. Raises Conflict where nothing is offered."""
        case = await self.holds(actor, code)
        return await self._write(
            actor, tolerance.promised(case, _by(actor, case), self._clock(), self._days), revisions=2
        )

    async def hand_in(
        self, actor: Actor, code: str, item: Item, posted: Mapping[str, Any], context: Context
    ) -> Receipt:
        """Bring papers that are owed, as pictures: of those fields alone. Raises Invalid, Conflict, Forbidden."""
        case = await self.holds(actor, code)
        if case.owed is None or not case.owed.running:
            raise Conflict("这件事现在不欠材料。", code="case.state")
        papers = {paper.field: paper for paper in case.owed.outstanding}
        if set(posted) - set(papers):
            raise Forbidden("只能补交还欠的材料。", code="supplement.other")
        cleaned = clean(item.form, {**case.values(), **posted}, context)
        problems = [problem for problem in cleaned.problems if problem.field in posted]
        if problems:
            raise Invalid(problems)
        brought = {key: cleaned.answers[key] for key in posted if cleaned.answers.get(key)}
        if not brought:
            first = next(iter(papers), "")
            raise Invalid([Problem(first, "required", "请至少上传一份欠着的材料。")])
        at = self._clock()
        await self._claim(case, item.form, brought)
        answers = tuple(Answer(key, value, at=at, changed=True) for key, value in brought.items())
        codes = [papers[key].code for key in brought]
        by = _by(actor, case)
        following = tolerance.come_in(case, by, at, codes, self._days, answers)
        return await self._write(actor, following, following.rev - case.rev)

    async def withdraw(self, actor: Actor, code: str, note: str) -> Receipt:
        """Take an open case back."""
        case = await self.holds(actor, code)
        return await self._write(actor, transitions.withdraw(case, _by(actor, case), self._clock(), note))

    async def supply(
        self, actor: Actor, code: str, item: Item, posted: Mapping[str, Any], context: Context
    ) -> Receipt:
        """Correct what was asked for, and only that, of a case of ``item`` in its version. Raises Invalid with the
        problems of those fields; Forbidden for a field that nobody asked about."""
        form = item.form
        case = await self.holds(actor, code)
        if case.state != "asked" or case.asked is None:
            raise Conflict("这件事现在不需要补正。", code="case.state")
        wanted = set(case.asked.fields) or set(form.fields())
        if set(posted) - wanted:
            raise Forbidden("只能更正被要求补正的内容。", code="supplement.other")
        cleaned = _corrected(case, form, posted, wanted, context)
        at = self._clock()
        values = self_contained(form, cleaned.answers, context.members)
        answers = _renewed(case, form, {key: values[key] for key in posted if key in values}, values, at)
        await self._claim(case, form, {key: values.get(key) for key in posted})
        due_on, stood = self._resumed(case, local_day(at))
        now = case.values() | {answer.key: answer.value for answer in answers}
        taken = flow.reconsider(case.steps, item.steps, taken_by(item, now, at, case.amount))
        supplied = transitions.supply(case, _by(actor, case), at, answers, due_on, stood, taken)
        return await self._write(actor, supplied)

    async def _claim(self, case: Case, form: Form, brought: Mapping[str, Any]) -> None:
        for files, veiled in claims_of(form, brought, case.steps, case.areas):
            await self._uploads.claim(files, case.areas, case.departments, veiled)

    def _resumed(self, case: Case, today: date) -> tuple[str, int]:
        """The due date moved by the working days for which the clock stood still, and how many these are."""
        assert case.asked  # noqa: S101 - checked by the caller
        stood = max(0, self._days.between(local_day(case.asked.at), today))
        return self._days.add(date.fromisoformat(case.due_on), stood).isoformat(), stood

    async def _write(self, actor: Actor, case: Case, revisions: int = 1) -> Receipt:
        if not await self._repository.replace(case, revisions):
            raise Conflict()
        return await self._of_case(actor, case)

    async def _of_case(self, actor: Actor, case: Case) -> Receipt:
        filing = await self._repository.filing(case.filing) if case.filing else None
        holder = self._is_applicant(actor, case.applicant)
        return of_case(case, holder=holder, filing=filing, plan=due_dates(case, self._days))

    def _is_applicant(self, actor: Actor, applicant: Applicant) -> bool:
        """The same card at the level of the case; or, for what was filed without a card, the same device. An agent
        counts as the applicant of what was filed under her mandate, and of nothing else."""
        if actor.mandate:
            return applicant.mandate == actor.mandate
        if applicant.subject:
            return applicant.subject == actor.subject and actor.reaches(applicant.level)
        return bool(actor.device) and applicant.device == self._cipher.mac(actor.device, "device")


def _corrected(
    case: Case, form: Form, posted: Mapping[str, Any], wanted: set[str], context: Context
) -> Cleaned:
    """The whole form with the corrections in it. Raises Invalid with what is still wrong or missing of that which
    was asked for; what was filed before any new rule is nobody's fault now."""
    cleaned = clean(form, {**case.values(), **posted}, context)
    problems = [problem for problem in cleaned.problems if problem.field.split(".")[0] in wanted]
    settled = {problem.field for problem in problems} | cleaned.answers.keys()
    fields = form.fields()
    missing = [
        key for key in wanted if key in cleaned.visible and key not in settled and key in case.asked_for
    ]
    problems += [
        Problem(key, "required", f"请补充“{fields[key].label}”，这是要求您更正的内容。") for key in missing
    ]
    if problems:
        raise Invalid(problems)
    return cleaned


def _renewed(
    case: Case, form: Form, corrected: Mapping[str, Any], values: Mapping[str, Any], at: datetime
) -> tuple[Answer, ...]:
    """The answers that are other now: those that were corrected, and what is computed from them."""
    computed = {
        key: values[key] for key, field in form.fields().items() if field.type == "computed" and key in values
    }
    before = case.values()
    return tuple(
        Answer(key, value, at=at, changed=True, was=before.get(key))
        for key, value in {**corrected, **computed}.items()
        if value != before.get(key)
    )


def _by(actor: Actor, case: Case) -> By:
    return by_applicant(actor.subject, actor.name or case.applicant.name, actor.agent)
