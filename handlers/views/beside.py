"""The other matters of a case's bundle, as its desk sees them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page

from handlers.views.desk import AT_DESK
from models.cases.case import Case
from models.items.offices import office


def bundle(case: Case, beside: Sequence[Case]) -> Page | None:
    """How far the other matters of its bundle are, and what those before it have brought: no more of them than that."""
    if not beside:
        return None
    return Page(
        brought=[
            Page(label=each.title, value=f"{each.result or '已准予'}（{each.case_no}）")
            for each in case.brought
        ],
        others=[
            Page(
                name=each.title,
                state=AT_DESK[each.state],
                office=_office(each),
                waits=each.id in case.after,
            )
            for each in beside
        ],
    )


def _office(case: Case) -> str:
    step = case.step or case.steps[-1]
    return office(step.department, step.tier)
