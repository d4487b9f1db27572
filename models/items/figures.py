"""Before and after (S12): what items asked of people before processes were re-engineered, and what they ask now. Pure.

Papers are those that the applicant has to hand in: not the optional ones, not those that are held already. Before is what
is on record with the item; where nothing is, the first version that was published here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from models.items.item import Figures, Item

OPTIONAL = 1
ONCE = 1


class Compared(msgspec.Struct, frozen=True):
    """One item. ``recorded`` says whether ``before`` is on record, and is not just the first version."""

    slug: str
    name: str
    department: str
    before: Figures
    now: Figures
    recorded: bool


class Sum(msgspec.Struct, frozen=True):
    """All of them. ``once_before`` and ``once`` count the items for which one goes once at most."""

    items: int
    before: Figures
    now: Figures
    once_before: int
    once: int


def figures_of(item: Item) -> Figures:
    """What an item asks."""
    papers = [each for each in item.materials if each.need != OPTIONAL and not each.held]
    return Figures(len(papers), len(item.steps), item.promised_days, item.visits)


def compared(items: Iterable[Item], originals: Mapping[str, Item]) -> tuple[Compared, ...]:
    """Each item beside what it was."""
    return tuple(
        Compared(
            item.id, item.name, item.department, item.before or figures_of(originals.get(item.id, item)),
            figures_of(item), item.before is not None,
        )
        for item in items
    )  # fmt: skip


def summed(rows: Iterable[Compared]) -> Sum:
    """All of them together."""
    listed = list(rows)
    return Sum(
        len(listed),
        _added(each.before for each in listed),
        _added(each.now for each in listed),
        sum(each.before.visits <= ONCE for each in listed),
        sum(each.now.visits <= ONCE for each in listed),
    )


def _added(figures: Iterable[Figures]) -> Figures:
    total = Figures()
    for each in figures:
        total = Figures(
            total.materials + each.materials, total.steps + each.steps, total.days + each.days,
            total.visits + each.visits,
        )  # fmt: skip
    return total


HEADER = [
    "事项编号", "事项", "部门", "材料（前）", "材料（后）", "环节（前）", "环节（后）", "工作日（前）", "工作日（后）",
    "跑几次（前）", "跑几次（后）", "“前”的来源",
]  # fmt: skip


def table_of(rows: Iterable[Compared]) -> list[list[str]]:
    """As a sheet holds it, the sum last."""
    listed = list(rows)
    total = summed(listed)
    body = [
        [each.slug, each.name, each.department, *_pairs(each.before, each.now), source(each)]
        for each in listed
    ]
    return [HEADER, *body, ["", f"合计{total.items}项", "", *_pairs(total.before, total.now), ""]]


def source(row: Compared) -> str:
    """Where the figures of before come from."""
    return "有记录" if row.recorded else "第1版"


def _pairs(before: Figures, now: Figures) -> list[str]:
    pairs = zip(msgspec.structs.astuple(before), msgspec.structs.astuple(now), strict=True)
    return [str(figure) for pair in pairs for figure in pair]
