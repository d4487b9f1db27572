"""The pages of a batch: what will happen, and what did."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views.desk import frame
from models.base.errors import Invalid
from models.cases.batch import BATCHED
from models.cases.batches import Outcome, Prospect

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.batch import Wanted


async def confirm_page(
    handler: Base, wanted: Wanted, rows: Sequence[Prospect], invalid: Invalid | None = None
) -> Page:
    """batch.html."""
    able = [row for row in rows if not row.why]
    people = await handler.home.duty.equals(handler.actor) if wanted.action == "assign" else ()
    return Page(
        **await frame(handler, "/desk"),
        title=BATCHED.get(wanted.action, "批量办理"),
        action=wanted.action,
        able=[_row(row) for row in able],
        unable=[_row(row) for row in rows if row.why],
        to=wanted.to,
        to_name=next((each.name for each in people if each.id == wanted.to), ""),
        note=wanted.note,
        reason=wanted.reason,
        problem=invalid.problems[0].message if invalid else "",
    )


async def done_page(handler: Base, outcome: Outcome, problem: str = "", *, undone: bool = False) -> Page:
    """batch_done.html."""
    what = BATCHED[outcome.action]
    return Page(
        **await frame(handler, "/desk"),
        title=f"已撤销 {len(outcome.done)} 件" if undone else f"“{what}”已办 {len(outcome.done)} 件",
        done=[_row(row) for row in outcome.done],
        failed=[_row(row) for row in outcome.failed],
        undo=f"/desk/batch/{outcome.batch}/undo" if outcome.undoable else "",
        problem=problem,
    )


def _row(row: Prospect) -> Page:
    return Page(
        pick=f"{row.id}:{row.rev}", href=f"/desk/cases/{row.id}", case_no=row.case_no, title=row.title,
        place=row.place, why=row.why,
    )  # fmt: skip
