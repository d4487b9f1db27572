"""The pages of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views import desk
from handlers.views.jobs import shown
from models.base.errors import Problem
from models.imports.cells import TIMES
from models.imports.draft import Fault
from models.imports.kind import CONFIRMING, KIND
from models.imports.plan import Column
from models.imports.reading import letters
from models.imports.service import LARGEST, SHOWN_FAULTS, Chosen, Looked
from models.imports.words import OURS
from models.jobs.job import Job

if TYPE_CHECKING:
    from handlers.base import Base

WEIGHTS = {"row": ("整行不导入", "refused"), "cell": ("这一格不导入", "waiting"), "note": ("请留意", "quiet")}
COUNTS = (
    ("new", "新增"),
    ("changed", "更新"),
    ("same", "没有变化"),
    ("refused", "不导入"),
    ("waiting", "转审核的项"),
)


async def desk_page(handler: Base, problem: str = "") -> Page:
    """import.html."""
    jobs = [job for job in await handler.home.jobs.mine(handler.actor) if job.kind == KIND]
    return Page(
        **await desk.frame(handler, "/desk/registry/import"),
        problem=problem,
        jobs=[shown(handler, job) for job in jobs[:10]],
        largest=LARGEST >> 20,
        area=handler.home.areas.full_name(handler.actor.area),
    )


async def mapping_page(
    handler: Base,
    looked: Looked,
    chosen: Mapping[tuple[int, int], Chosen] | None = None,
    problems: Sequence[Problem] = (),
) -> Page:
    """import_map.html; what was chosen is still there."""
    told = {problem.field: problem.message for problem in problems}
    sheets = [
        Page(
            title=sheet.title,
            rows=[
                _column(handler, number, column, looked.samples[number][at], chosen, told)
                for at, column in enumerate(sheet.columns)
                if column.head or looked.samples[number][at]
            ],
        )
        for number, sheet in enumerate(looked.plan.sheets)
    ]
    return Page(
        **await desk.frame(handler, "/desk/registry/import"),
        job=shown(handler, looked.job),
        sheets=sheets,
        rows=looked.rows,
        known=looked.known,
        labels=[target.label for target in handler.home.imports.targets.all],
        problems=[Page(field=each.field, label="", message=each.message) for each in problems],
    )


def _column(
    handler: Base, number: int, column: Column, samples: Sequence[str],
    chosen: Mapping[tuple[int, int], Chosen] | None, told: Mapping[str, str],
) -> Page:  # fmt: skip
    imports = handler.home.imports
    target = imports.targets.by_key.get(column.target)
    wish = (chosen or {}).get((number, column.at))
    element = imports.targets.elements.get(column.target)
    editions = imports.words.editions(element.codes) if element and element.codes else ()
    field = f"s{number}.c{column.at}"
    return Page(
        field=field,
        edition_field=f"s{number}.e{column.at}",
        head=letters(column),
        samples="、".join(samples),
        value=wish.target if wish else target.label if target else "",
        problem=told.get(field, ""),
        unit=f"按{column.unit}换算" if column.unit in TIMES else "",
        editions=[("", "自动判断"), (OURS, "旧版代码"), *((each, f"{each}版代码") for each in editions)]
        if editions
        else [],
        edition=wish.edition if wish else column.edition,
    )


async def one_page(handler: Base, job: Job, faults: Sequence[Fault]) -> Page:
    """import_one.html."""
    counts = job.mark.get("written") or job.mark.get("counts") or {}
    if job.state == "done":
        counts = {**counts, "refused": job.mark.get("refused", 0)}
    rows = job.mark.get("faults", len(faults))
    return Page(
        **await desk.frame(handler, "/desk/registry/import"),
        job=shown(handler, job),
        asking=job.state == "asking" and job.stage == CONFIRMING,
        rows=job.mark.get("rows", 0),
        families=job.mark.get("families", 0),
        people=job.mark.get("people", 0),
        counts=[(label, counts.get(key, 0)) for key, label in COUNTS if key in counts],
        ready=bool(counts.get("new", 0) + counts.get("changed", 0)),
        faults=[_fault(fault) for fault in faults],
        fault_count=rows,
        more=max(0, rows - SHOWN_FAULTS),
    )


def _fault(fault: Fault) -> Page:
    words, tone = WEIGHTS[fault.weight]
    return Page(
        sheet=fault.at[0] + 1,
        row=fault.at[1],
        column=fault.column,
        message=fault.message,
        weight=words,
        tone=tone,
    )
