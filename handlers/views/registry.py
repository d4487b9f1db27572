"""The pages of the registry at a desk: the search, a household, a person, their history."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from handlers.views.desk import frame
from handlers.views.lifeevents import HOUSEHOLD_KINDS
from models.base.clock import SHANGHAI
from models.base.errors import Invalid, SaobanError
from models.forms.display import masked
from models.lifeevents.order import NAMES
from models.people.edits import Kind
from models.people.person import Standing
from models.people.values import Value
from models.record.sheets import in_words, is_sensitive
from models.registry.findings import Kept
from models.registry.search import REASON, Asked, Hit, Hits
from models.registry.service import HouseholdView, MemberLine, PersonView, Story
from models.registry.sight import SOURCES, Line, Module, Sheet, name_of, noun_of, whose
from models.registry.sought import KINDS
from models.roles.rules import verbs_of
from models.visits.service import SEE as SEE_VISITS
from models.visits.visit import WAYS

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.registry import Told

HERE = "/desk/registry"
PLACES = {"household": "households", "person": "people"}
REASONS = ("窗口办件核对", "上门走访前查看", "处理居民诉求", "核对变更申请", "数据核查")
DONE = {
    "saved": "已保存。",
    "proposed": "已保存。其中更可靠的来源登记过的内容，已提交审核，核定后更新。",
    "unchanged": "已记录：经核对无变化。",
}
SAID: dict[Kind, str] = {
    "recorded": "登记", "proposed": "申请改为", "accepted": "核定", "refused": "未采纳", "withdrawn": "撤回申请",
    "overtaken": "申请已另行核定", "restored": "撤销核定", "confirmed": "核对无变化",
}  # fmt: skip
STANDINGS: dict[Standing, str] = {"left": "已迁出", "dead": "已死亡"}

__all__ = ["history_page", "household_page", "person_page", "search_page", "told", "whose"]


async def search_page(
    handler: Base, asked: Asked, hits: Hits | None = None, error: SaobanError | None = None
) -> Page:
    """registry_search.html."""
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    relations = handler.home.elements.codes("GB/T 4761")
    return Page(
        **await frame(handler, HERE),
        q=asked.q,
        by=asked.by,
        kinds=list(KINDS.items()),
        reason=asked.reason,
        reasons=REASONS,
        problems=problems,
        q_problem=problems.get("q", ""),
        reason_problem=problems.get(REASON, ""),
        problem=error.message if error and not problems else "",
        asked=hits is not None,
        hits=[_hit(each, relations) for each in hits.hits] if hits else [],
        next=hits.next if hits else "",
    )


def _hit(hit: Hit, relations: Any) -> Page:
    person = f"{HERE}/people/{hit.person}" if hit.person else ""
    home = f"{HERE}/households/{hit.household}" if hit.household else ""
    relation = relations.get(hit.relation, "") if hit.person else f"户主，{hit.people}人"
    relation = STANDINGS.get(hit.state, relation)
    return Page(
        name=hit.name or "（没有户主）", href=person or home, relation=relation, id_number=hit.id_number, phone=hit.phone,
        home_href=home, address=hit.address or ("没有所属的户" if hit.person else ""), place=hit.place,
    )  # fmt: skip


async def household_page(
    handler: Base, found: HouseholdView, findings: Sequence[Kept], show: str, problem: SaobanError | None
) -> Page:
    """registry_household.html."""
    here = f"{HERE}/households/{found.sheet.id}"
    return Page(
        **await frame(handler, ""),
        **_common(handler, found.sheet, here, show, found.day, problem),
        place=found.place,
        members=[_member(each, found.day) for each in found.members],
        waits=found.waits + sum(each.waits for each in found.members),
        events=_events(handler, here),
        visit=await _visit(handler, found.sheet.id),
        findings=[
            Page(text=each.text, href=f"{HERE}/people/{each.of}" if each.of else "") for each in findings
        ],
    )


async def person_page(handler: Base, found: PersonView, show: str, problem: SaobanError | None) -> Page:
    """registry_person.html."""
    here = f"{HERE}/people/{found.sheet.id}"
    home = f"{HERE}/households/{found.household}" if found.household else ""
    return Page(
        **await frame(handler, ""),
        **_common(handler, found.sheet, here, show, found.day, problem),
        place=found.place,
        home_href=home,
        address=found.address,
        relation=found.relation,
        standing=STANDINGS.get(found.state, ""),
        waits=found.waits,
    )


def _events(handler: Base, here: str) -> list[Page]:
    """What may be reported of this household, and all that happened to it."""
    kinds = HOUSEHOLD_KINDS if "registry.move" in verbs_of(handler.actor) else ()
    found = [Page(label=NAMES[kind], href=f"{here}/events/{kind}") for kind in kinds]
    return [*found, Page(label="全部人口变动", href=f"{here}/events")]


async def _visit(handler: Base, household: str) -> Page | None:
    """The last visit, for whoever may read visits."""
    plan = await handler.home.grid_visits.plan(household) if SEE_VISITS in verbs_of(handler.actor) else None
    if plan is None:
        return None
    text = f"{plan.on.isoformat()} {plan.by_name}，{WAYS[plan.way]}"
    return Page(text=text, href=f"/desk/visits/{plan.visit}")


def _common(
    handler: Base, sheet: Sheet, here: str, show: str, day: str, problem: SaobanError | None
) -> dict[str, Any]:
    """What both kinds of pages have."""
    held = verbs_of(handler.actor)
    problems = problem.problems if isinstance(problem, Invalid) else []
    return {
        "title": sheet.name,
        "here": here,
        "history_href": f"{here}/history",
        "review_href": "/desk/proposals" if "registry.review" in held else "",
        "done": DONE.get(handler.get_query_argument("done", ""), ""),
        "day": day,
        "day_problem": problems[0].message if problems else "",
        "typed_day": handler.get_query_argument("day", "")[:10],
        "filled": sheet.filled,
        "asked": sheet.asked,
        "modules": [_module(each, here, show, day) for each in sheet.modules],
    }


def _module(module: Module, here: str, show: str, day: str) -> Page:
    hidden = any(each.masked for each in module.lines)
    held = [each for each in module.lines if each.source]
    return Page(
        key=module.key,
        name=module.name,
        filled=module.filled,
        asked=module.asked,
        fresh=_day(module.fresh_at),
        open=show == module.key or any(show == each.key for each in module.lines),
        rows=[_row(each, here, day) for each in module.lines if each.source or each.waits],
        missing="、".join(each.label for each in module.lines if each.asked and not each.source),
        show_href=_link(here, module.key, day, module.key) if hidden and show != module.key else "",
        edit_href=f"{here}/modules/{module.key}" if module.editable and not day else "",
        unchanged_href=f"{here}/modules/{module.key}/unchanged"
        if module.editable and held and not day
        else "",
    )


def _row(line: Line, here: str, day: str) -> Page:
    who = "，".join(part for part in (line.source_name, line.author, _day(line.at)) if part)
    seen = (
        f"，{_day(line.fresh_at)}核对无变化" if line.fresh_at and line.at and line.fresh_at > line.at else ""
    )
    return Page(
        anchor=line.key,
        label=line.label,
        value=line.words,
        source=who + seen,
        waits=line.waits,
        show_href=_link(here, line.key, day, line.key) if line.masked else "",
        history_href=f"{here}/history?key={line.key}",
    )


def _link(here: str, show: str, day: str, anchor: str) -> str:
    asked = {"show": show, **({"day": day} if day else {})}
    return f"{here}?{urlencode(asked)}#{anchor}"


def _member(member: MemberLine, day: str) -> Page:
    at = f"?day={day}" if day else ""
    return Page(
        name=member.name,
        relation=member.relation,
        href=f"{HERE}/people/{member.person}{at}" if member.person else "",
        filled=member.filled,
        asked=member.asked,
        waits=member.waits,
    )


async def history_page(handler: Base, story: Story, changes: Sequence[Told], key: str) -> Page:
    """registry_history.html."""
    owner = story.owner
    here = f"{HERE}/{PLACES[noun_of(owner)]}/{owner.id}"
    element = handler.home.elements.get(key)
    asked = {"key": key, "after": story.next}
    query = urlencode({name: value for name, value in asked.items() if value})
    return Page(
        **await frame(handler, ""),
        name=name_of(owner),
        here=here,
        label=element.label if element else "",
        all_href=f"{here}/history" if key else "",
        rows=[
            Page(
                at=f"{each.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
                author=each.author, label=each.label, said=SAID[each.kind], before=each.before,
                after=each.after, ground=each.ground, source=each.source,
            )
            for each in changes
        ],
        older_href=f"{here}/history?{query}" if story.next else "",
    )  # fmt: skip


def told(handler: Base, story: Story) -> list[dict[str, Any]]:
    """The changes of a page, in words; sensitive values masked."""
    context = handler.home.registry.context()
    found = []
    for change in story.changes:
        entry, element = change.entry, handler.home.elements.by_key[change.entry.key]

        def words(value: Value | None, element: Any = element) -> str:
            if value is None:
                return ""
            hidden = is_sensitive(element)
            return masked(element.type, str(value.v)) if hidden else in_words(element, value.v, context)

        wish = entry.proposal
        after = wish.value if wish is not None and entry.kind != "accepted" else entry.after
        author = story.names.get(entry.by, "") or ("本人" if after and after.source == "self" else "")
        found.append({
            "id": change.id, "kind": entry.kind, "key": entry.key, "label": element.label, "at": entry.at,
            "author": author, "before": words(entry.before), "after": words(after),
            "source": SOURCES[after.source] if after else "", "ground": entry.ground,
        })  # fmt: skip
    return found


def _day(at: Any) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}" if at else ""
