"""The pages of files of items, and of figures before and after."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from handlers.views import desk
from models.items.exchange import Report
from models.items.figures import Compared, Sum, source
from models.items.item import THEMES, Figures
from models.roles.lines import DEPARTMENTS

if TYPE_CHECKING:
    from handlers.base import Base

SHOWN_NAMES = 40
WORDS = ("材料（件）", "环节（个）", "工作日", "跑动（次）")


async def import_page(
    handler: Base, report: Report | None = None, *, really: bool = False, problem: str = ""
) -> Page:
    """items_import.html."""
    return Page(
        **await desk.frame(handler, "/desk/items"),
        report=report,
        really=really,
        problem=problem,
        piles=_piles(report) if report else [],
        ready=bool(report and not report.troubles and (report.added or report.changed)),
        themes=list(THEMES.items()),
        departments=list(DEPARTMENTS),
    )


def _piles(report: Report) -> list[Page]:
    words = (
        ("新增", report.added),
        ("有变化", report.changed),
        ("没有变化", report.same),
        ("已有草稿，没有动", report.busy),
    )
    return [
        Page(
            label=label,
            count=len(slugs),
            names="、".join(slugs[:SHOWN_NAMES]) + (" 等" if len(slugs) > SHOWN_NAMES else ""),
        )
        for label, slugs in words
        if slugs
    ]


async def figures_page(
    handler: Base, rows: Sequence[Compared], total: Sum, theme: str, department: str
) -> Page:
    """items_figures.html."""
    return Page(
        **await desk.frame(handler, "/desk/items"),
        rows=[
            Page(href=f"/desk/items/{row.slug}", name=row.name, department=row.department, source=source(row),
                 cells=_cells(row.before, row.now))
            for row in rows
        ],
        total=_cells(total.before, total.now),
        items=total.items,
        once=_share(total.once_before, total.items), once_now=_share(total.once, total.items),
        words=list(WORDS), theme=theme, department=department, themes=list(THEMES.items()),
        departments=list(DEPARTMENTS),
        file_href=f"/desk/catalogue/figures?as=xlsx&theme={quote(theme)}&department={quote(department)}",
    )  # fmt: skip


def _cells(before: Figures, now: Figures) -> list[Page]:
    pairs = zip(msgspec.structs.astuple(before), msgspec.structs.astuple(now), strict=True)
    return [Page(before=was, now=is_, less=is_ < was, more=is_ > was) for was, is_ in pairs]


def _share(part: int, whole: int) -> str:
    return f"{part} 项（{round(100 * part / whole)}%）" if whole else "0 项"
