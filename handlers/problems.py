"""The ledger of problems at the desk: mine, the area's, one of them, putting one on it, and the list on paper or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import msgspec

from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import problems as views
from models.base.errors import Conflict, Invalid
from models.problems.problem import Listed
from models.problems.service import PRINTED, Ledger, Move, Opening, moves_of

VIEWS = frozenset({"overdue", "closed"})


class Shown(msgspec.Struct, frozen=True):
    """One problem, and what I may do with it."""

    problem: Listed
    moves: tuple[str, ...]


class LedgerPage(Base):
    """What I have to put right; for whoever keeps the ledger, all of her area."""

    @staff(gives=Ledger, query=("view", "after", "print"), summary="问题台账")
    async def get(self) -> None:
        view, paper = self.get_query_argument("view", ""), bool(self.get_query_argument("print", ""))
        view = view if view in VIEWS else ""
        after = self.get_query_argument("after", "")[:60]
        ledger = await self.home.problems.ledger(
            self.actor, view, after, **({"most": PRINTED} if paper else {})
        )
        page = await views.list_page(self, ledger, view)
        template = "desk_problems_print.html" if paper else "desk_problems.html"
        self.respond(ledger, template, draw=lambda _model: page)


class LedgerCsv(Base):
    """The ledger of my area as a table, without what people have written."""

    @staff(may="problems.see", media=("text/csv",), query=("view",), summary="导出问题台账（CSV）")
    async def get(self) -> None:
        view = self.get_query_argument("view", "")
        view = view if view in VIEWS else ""
        ledger = await self.home.problems.ledger(self.actor, view, most=PRINTED)
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="problems.csv"')
        self.write("\ufeff" + _table([views.COLUMNS]))  # the mark by which spreadsheets know UTF-8
        while True:  # page by page, to the last
            self.write(_table([views.row_of(self, each) for each in ledger.problems]))
            if not ledger.next:
                break
            await self.flush()
            ledger = await self.home.problems.ledger(self.actor, view, ledger.next, PRINTED)
        self.finish()


def _table(rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


class NewProblem(Base):
    """Putting a problem on the ledger, by hand or from what it was found by."""

    @staff(may="problems.open", gives=Opening, query=("found",), summary="挂牌督办（页面）")
    async def get(self) -> None:
        opening = await self.home.problems.proposed(self.actor, self.get_query_argument("found", "")[:200])
        page = await views.new_page(self, opening, None)
        self.respond(opening, "desk_problem_new.html", draw=lambda _model: page)

    @staff(
        may="problems.open", reads=Opening, gives=Shown, query=("found",), status=(201,), summary="挂牌督办"
    )
    async def post(self) -> None:
        opening = self._opening()
        try:
            found = await self.home.problems.open(self.actor, opening)
        except Invalid as error:
            if self.wants_json:
                raise
            page = await views.new_page(self, opening, error)
            self.respond({}, "desk_problem_new.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(f"/desk/problems/{found.id}", Shown(found, moves_of(self.actor, found)), status=201)

    def _opening(self) -> Opening:
        """What came; a page says in its address what the problem was found by."""
        opening = self.read(Opening)
        found = self.get_query_argument("found", "")[:200]
        return msgspec.structs.replace(opening, found=found) if found else opening


class OneProblem(Base):
    """One problem with everything that was done about it."""

    @staff(gives=Shown, summary="台账上的一个问题")
    async def get(self, problem_id: str) -> None:
        found = await self.home.problems.get(self.actor, problem_id)
        page = await views.one_page(self, found)
        self.respond(Shown(found, moves_of(self.actor, found)), "desk_problem.html", draw=lambda _model: page)


class ProblemMove(Base):
    """Claim, report, strike off, return, postpone or withdraw."""

    @staff(reads=Move, gives=Shown, summary="问题：claim report strike return postpone withdraw")
    async def post(self, problem_id: str, name: str) -> None:
        move, ledger = self.read(Move), self.home.problems
        try:
            found = await ledger.act(self.actor, problem_id, name, move)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            page = await views.one_page(self, await ledger.get(self.actor, problem_id), name, move, error)
            self.respond({}, "desk_problem.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(f"/desk/problems/{problem_id}", Shown(found, moves_of(self.actor, found)))


ROUTES = [
    (r"/desk/problems", LedgerPage),
    (r"/desk/problems/new", NewProblem),
    (r"/desk/problems/ledger\.csv", LedgerCsv),
    (r"/desk/problems/([0-9a-f]{34})", OneProblem),
    (r"/desk/problems/([0-9a-f]{34})/([a-z_]{1,20})", ProblemMove),
]
