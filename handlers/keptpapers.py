"""Papers handed in once (留存材料): hers to see, to date and to delete; a desk's to hold against the original."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace as Page

import msgspec

from handlers import looking
from handlers.access import resident, staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import desk as desk_views
from handlers.views.forms import kept_words
from handlers.views.words import day, moment
from models.base.errors import Conflict, Invalid, NotFound, SaobanError
from models.cases.case import Case
from models.keptpapers.paper import KeptPaper, Standing, files_in
from models.keptpapers.service import Read


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """One kept paper: what it is, from which case, whether it can be used again and on whose word. ``files`` are the
    ids of its pictures."""

    id: str
    code: str
    name: str
    case_no: str
    case_title: str
    handed_in_at: datetime
    standing: Standing
    files: tuple[str, ...]
    issuer: str = ""
    number: str = ""
    valid_until: str = ""
    verified_by: str = ""
    verified_at: datetime | None = None


class Mine(msgspec.Struct, frozen=True):
    papers: tuple[Kept, ...]


class Until(msgspec.Struct, frozen=True):
    """ISO date, the last day on which it holds; empty for one that holds for good."""

    valid_until: str = ""


class MyPapersBase(Base):
    """The one page of them."""

    async def show(
        self, *, done: str = "", wrong: str = "", typed: str = "", error: SaobanError | None = None
    ) -> None:
        papers = await self.home.kept_papers.own(self.actor)
        today = self.home.kept_papers.today
        model = Mine(tuple(view(paper, today) for paper in papers))
        told = error.problems[0].message if isinstance(error, Invalid) else error.message if error else ""
        page = Page(
            papers=[_line(each, *((told, typed) if each.id == wrong else ("", ""))) for each in model.papers],
            done=done,
        )
        self.respond(model, "kept.html", status=status_of(error) if error else 200, draw=lambda _model: page)


class MyPapers(MyPapersBase):
    """What need not be handed in again."""

    @resident("L2", gives=Mine, query=("done",), summary="我的材料")
    async def get(self) -> None:
        words = {"deleted": "已删除，下次办事要重新交", "said": "有效期已记下"}
        await self.show(done=words.get(self.get_query_argument("done", ""), ""))


class MyPaperDeleted(MyPapersBase):
    """Keeping one no longer."""

    @resident("L2", gives=Mine, summary="删除一份留存的材料")
    async def post(self, paper_id: str) -> None:
        looking.check(self)
        await self.home.kept_papers.delete(self.actor, paper_id)
        await looking.own_paper(self, paper_id)
        if self.wants_json:
            await self.show()
            return
        self.redirect("/my/papers?done=deleted", status=303)


class MyPaperUntil(MyPapersBase):
    """Until when one holds, as she says herself."""

    @resident("L2", reads=Until, gives=Mine, summary="填写留存材料的有效期")
    async def post(self, paper_id: str) -> None:
        typed = self.read(Until).valid_until
        try:
            await self.home.kept_papers.say_until(self.actor, paper_id, typed)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self.show(wrong=paper_id, typed=typed, error=error)
            return
        if self.wants_json:
            await self.show()
            return
        self.redirect("/my/papers?done=said", status=303)


class Verify(Base):
    """A paper of a case, held against its original."""

    @staff(may="case.see", gives=Kept, summary="核验一份材料的原件")
    async def get(self, case_id: str, paper_id: str) -> None:
        case, paper = await self._found(case_id, paper_id)
        await looking.at_paper(self, "view", case, paper)
        await self._show(case, paper, Read(paper.issuer, paper.number, paper.valid_until))

    @staff(may="case.see", reads=Read, gives=Kept, summary="核验一份材料的原件：记录")
    async def post(self, case_id: str, paper_id: str) -> None:
        case, paper = await self._found(case_id, paper_id)
        read, home = self.read(Read), self.home
        looking.check(self)
        office = home.areas.name_below_county(self.actor.area)
        try:
            await home.kept_papers.verify(self.actor, paper, read, office, case.areas, case.departments)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await looking.at_paper(self, "view", case, paper)
            await self._show(case, paper, read, error)
            return
        await looking.at_paper(self, "change", case, paper)
        _, now = await self._found(case_id, paper_id)
        self.go(f"/desk/cases/{case_id}", view(now, home.kept_papers.today))

    async def _found(self, case_id: str, paper_id: str) -> tuple[Case, KeptPaper]:
        case = await self.home.desk.get(self.actor, case_id)
        files = {file for answer in case.answers for file in files_in(answer.value)}
        papers = await self.home.kept_papers.of_files(case.applicant.subject, files)
        found = next((paper for paper in papers if paper.id == paper_id), None)
        if found is None:
            raise NotFound("这件事里没有这份留存的材料。", code="paper.unknown")
        return case, found

    async def _show(
        self, case: Case, paper: KeptPaper, typed: Read, error: SaobanError | None = None
    ) -> None:
        infos = await self.home.kept_papers.infos([paper])
        model = view(paper, self.home.kept_papers.today)
        page = Page(
            **await desk_views.frame(self, ""),
            name=paper.name,
            case_no=case.case_no,
            back_href=f"/desk/cases/{case.id}",
            action=f"/desk/cases/{case.id}/papers/{paper.id}",
            words=kept_words(paper, model.standing, used=True).partition("，这次")[0],
            files=[
                Page(href=f"/files/{file}", image=info.media_type.startswith("image/"), name=info.name)
                for file, info in infos.items()
            ],
            typed=typed,
            fields={each.field: each.message for each in error.problems}
            if isinstance(error, Invalid)
            else {},
            problem=error.message if error else "",
        )
        status = status_of(error) if error else 200
        self.respond(model, "kept_verify.html", status=status, draw=lambda _model: page)


def view(paper: KeptPaper, today: str) -> Kept:
    """One as JSON has it."""
    seen = paper.verified
    return Kept(
        paper.id, paper.code, paper.name, paper.source.case_no, paper.source.title, paper.source.at,
        paper.standing(today), paper.files, paper.issuer, paper.number, paper.valid_until,
        f"{seen.office} {seen.by}" if seen else "", seen.at if seen else None,
    )  # fmt: skip


def _line(each: Kept, problem: str, typed: str) -> Page:
    """One on her page."""
    words = {
        "verified": f"{each.verified_by}已核验原件（{moment(each.verified_at)}）",
        "said": "自述，还没有工作人员核验过原件",
        "expired": f"已于{day(each.valid_until)}过期，下次要交新的",
    }
    return Page(
        id=each.id,
        name=each.name,
        source=f"{moment(each.handed_in_at)}办“{each.case_title}”时交的（{each.case_no}）",
        tone={"verified": "done", "said": "waiting", "expired": "refused"}[each.standing],
        state=words[each.standing],
        rows=[
            (label, value) for label, value in (("发证单位", each.issuer), ("证件号码", each.number)) if value
        ],
        until=typed or each.valid_until,
        fixed=bool(each.verified_by),
        files=[f"/files/{file}" for file in each.files],
        problem=problem,
    )


ROUTES = [
    (r"/my/papers", MyPapers),
    (r"/my/papers/([0-9a-f]{30})/delete", MyPaperDeleted),
    (r"/my/papers/([0-9a-f]{30})/until", MyPaperUntil),
    (r"/desk/cases/([0-9a-f]{1,40})/papers/([0-9a-f]{30})", Verify),
]
