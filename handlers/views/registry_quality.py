"""The pages of 信息质量: sums by place, households that lack something, contradictions."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from handlers.views.desk import frame
from models.base.clock import SHANGHAI
from models.base.errors import Invalid, SaobanError
from models.registry.findings import STATES, Kept
from models.registry.quality import FindingsPage, LackingPage, PlaceRow, Quality
from models.roles.lines import MODULES
from models.roles.rules import verbs_of

if TYPE_CHECKING:
    from handlers.base import Base

QUALITY, LACKING, CONTRADICTIONS = (
    "/desk/registry/quality",
    "/desk/registry/lacking",
    "/desk/registry/contradictions",
)
DONE = {"explain": "已记录说明。", "reopen": "已退回，重新列入待核对。"}


async def quality_page(handler: Base, found: Quality) -> Page:
    """registry_quality.html."""
    parent = handler.home.areas.get(found.area).parent
    up = parent if parent and found.area != handler.actor.area else ""
    return Page(
        **await frame(handler, QUALITY),
        name=found.name,
        up_href=f"{QUALITY}?area={up}" if up else "",
        since=found.stale_before,
        households=found.whole.households,
        people=found.whole.people,
        findings=found.whole.findings,
        findings_href=f"{CONTRADICTIONS}?area={found.area}",
        modules=[
            Page(
                name=found.modules[each.module],
                asked=each.asked,
                filled=each.filled,
                share=_share(each.filled, each.asked),
                stale=each.stale,
                lacking_href=_lacking(found.area, each.module, "") if found.lists else "",
                stale_href=_lacking(found.area, each.module, "stale") if found.lists else "",
            )
            for each in found.whole.modules
        ],
        places=[_place(each) for each in found.places if each.households],
    )


def _place(row: PlaceRow) -> Page:
    asked = sum(each.asked for each in row.modules)
    filled = sum(each.filled for each in row.modules)
    return Page(
        name=row.name,
        href=f"{QUALITY}?area={row.area}",
        households=row.households,
        people=row.people,
        share=_share(filled, asked),
        stale=sum(each.stale for each in row.modules),
        findings=row.findings,
        findings_href=f"{CONTRADICTIONS}?area={row.area}",
    )


def _share(filled: int, asked: int) -> str:
    return f"{filled * 100 // asked}%" if asked else "—"


def _lacking(area: str, module: str, what: str) -> str:
    return f"{LACKING}?{urlencode({'area': area, 'module': module, **({'what': what} if what else {})})}"


async def lacking_page(handler: Base, found: LackingPage) -> Page:
    """registry_lacking.html."""
    asked = {"area": found.area, "module": found.module, "what": found.what, "after": found.next}
    query = urlencode({name: value for name, value in asked.items() if value})
    return Page(
        **await frame(handler, ""),
        name=found.name,
        back_href=f"{QUALITY}?area={found.area}",
        module=MODULES[found.module],
        stale=found.what == "stale",
        rows=[
            Page(
                href=f"/desk/registry/households/{each.household}#{found.module}",
                address=each.address,
                text=f"{each.stale} 项超过一年没有核对"
                if found.what
                else f"已登记 {each.filled}/{each.asked}",
            )
            for each in found.rows
        ],
        older_href=f"{LACKING}?{query}" if found.next else "",
    )


async def findings_page(
    handler: Base, found: FindingsPage, failed: str = "", said: str = "", error: SaobanError | None = None
) -> Page:
    """registry_findings.html."""
    problems = error.problems if isinstance(error, Invalid) else []
    asked = {"area": found.area, "state": found.state, "after": found.next}
    may = "registry.change" in verbs_of(handler.actor)
    return Page(
        **await frame(handler, CONTRADICTIONS),
        name=found.name,
        done=DONE.get(handler.get_query_argument("done", ""), ""),
        filters=[
            (f"{CONTRADICTIONS}?{urlencode({'area': found.area, 'state': key})}", label, key == found.state)
            for key, label in STATES.items()
        ],
        rows=[
            _finding(each, failed, said, problems[0].message if problems else "", may) for each in found.rows
        ],
        problem=error.message if error and not problems else "",
        problems=[Page(field=f"said-{failed}", message=each.message) for each in problems],
        older_href=f"{CONTRADICTIONS}?{urlencode(asked)}" if found.next else "",
    )


def _finding(kept: Kept, failed: str, said: str, problem: str, may: bool) -> Page:
    mine = kept.id == failed
    return Page(
        id=kept.id,
        address=kept.address,
        href=where(kept),
        text=kept.text,
        since=f"{kept.found_at.astimezone(SHANGHAI):%Y-%m-%d}",
        state=STATES[kept.state],
        said=f"{kept.by_name}：{kept.said}" if kept.said else "",
        explain_href=f"{CONTRADICTIONS}/{kept.id}/explain" if may and kept.state == "open" else "",
        reopen_href=f"{CONTRADICTIONS}/{kept.id}/reopen" if may and kept.state == "explained" else "",
        typed=said if mine else "",
        problem=problem if mine else "",
    )


def where(kept: Kept) -> str:
    """The page on which it is mended."""
    return f"/desk/registry/households/{kept.household}"
