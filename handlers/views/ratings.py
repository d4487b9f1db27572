"""The pages of ratings: a window's five faces, the published figures, the desk's list and one rating."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

from handlers.views.desk import frame
from handlers.views.plates import villages
from handlers.views.problems import problem_of
from handlers.views.words import day, moment
from models.base.errors import Conflict, Invalid, Problem
from models.cases.case import STARS
from models.ratings.figures import SMALL, Line
from models.ratings.publishing import Published
from models.ratings.rating import POOR, RESULTS, STATES
from models.ratings.reasons import Reasons
from models.ratings.service import Listing, Move, Task, Watched
from models.ratings.visits import Visited, Window
from qr import grammar

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.home import Home

MOVES = {
    "answer": ("提交整改结果", "整改情况", "写明查到了什么、改了什么、怎样不再发生。不要猜是谁评的。"),
    "appeal": ("提出申诉", "申诉理由", "写明为什么是错评或恶意差评，只能申诉一次。"),
    "call_back": ("记录回访", "回访情况", "写明回访时间、方式和对方说的情况。"),
    "uphold": ("申诉成立，不计入统计", "核实情况", "写明核实的情况和依据。评价保留，不删除。"),
    "reject": ("申诉不成立，继续整改", "核实情况", "写明核实的情况和依据。"),
}
SAID = {
    "answer": "整改", "appeal": "申诉", "call_back": "回访", "uphold": "申诉成立", "reject": "申诉不成立",
}  # fmt: skip
LABELS = {"stars": "您满意吗", "reasons": "原因", "phone": "手机号码", "ticket": "页面"}
GROUPS = ("满意的地方", "不满意的地方")


def choices() -> list[tuple[str, str]]:
    """The five faces, best first."""
    return [(str(stars), label) for stars, label in STARS.items()]


def why(reasons: Reasons, ticked: Sequence[str], problem: str) -> Page:
    """parts/reasons.html: what may be ticked, the good beside the bad."""
    good = [(each.key, each.text) for each in reasons.all if 5 in each.levels]
    poor = [(each.key, each.text) for each in reasons.all if 5 not in each.levels]
    return Page(groups=[(GROUPS[0], good), (GROUPS[1], poor)], ticked=list(ticked), problem=problem)


def visit_page(
    home: Home, window: Window, visited: Visited, *, problems: Sequence[Problem] = (), done: bool = False
) -> Page:
    """visit.html; what was typed is still there."""
    wrong = {each.field: each.message for each in problems if each.field}
    return Page(
        name=window.name,
        code=grammar.spoken(window.code),
        action=f"/visit/{window.code}",
        ticket=window.ticket,
        done=done,
        choices=choices(),
        why=why(home.ratings.reasons, visited.reasons, wrong.get("reasons", "")),
        stars=str(visited.stars),
        words=visited.words,
        phone=visited.phone,
        fields=wrong,
        problems=[
            Page(field=each.field if each.field != "ticket" else "", label=LABELS.get(each.field, ""), message=each.message)
            for each in problems
        ],
    )  # fmt: skip


def figures_page(home: Home, published: Published) -> Page:
    """ratings.html."""
    names = {offer.id: offer.short for offer in home.catalogue.offers()}
    here = f"/ratings?area={published.area}"
    county = home.areas.get(home.county)
    return Page(
        place=published.area_name,
        item=_item(names, published.item) if published.item else "",
        whole_href=here,
        area=published.area,
        areas=[(county.id, county.name), *((value, f"　{label}") for value, label in villages(home.areas, home.county))],
        levels=list(STARS.values()),
        small=SMALL,
        months=[_line(each, _month(each.key), "") for each in published.months],
        items=[
            _line(each, _item(names, each.key), f"{here}&item={each.key}" if each.key else "")
            for each in published.items
        ],
    )  # fmt: skip


def _line(line: Line, label: str, href: str) -> Page:
    few = f"少于{SMALL}或不公开"
    share = "" if line.satisfied is None else f"{'不低于' if line.at_least else ''}{line.satisfied}%"
    return Page(
        label=label,
        href=href,
        told=line.total is not None,
        total=few if line.total is None else line.total,
        cells=["*" if count is None else count for count in line.counts],
        share=share or "*",
    )


def _item(names: dict[str, str], item: str) -> str:
    return names.get(item, item) if item else "窗口服务（现场评价）"


def _month(month: str) -> str:
    year, _, number = month.partition("-")
    return f"{year}年{int(number)}月"


async def list_page(handler: Base, listing: Listing, state: str) -> Page:
    """desk_ratings.html."""
    return Page(
        **await frame(handler, "/desk/ratings"),
        supervising=handler.home.ratings.supervising(handler.actor),
        tasks=[_task(each) for each in listing.tasks],
        ratings=[_watched(handler, each) for each in listing.ratings],
        filters=[("", "全部待办", not state), *((key, word, key == state) for key, word in STATES.items())],
        more=f"/desk/ratings?state={state}&after={listing.next}" if listing.next else "",
    )


async def one_page(
    handler: Base, seen: Task | Watched, failed: str = "", move: Move | None = None,
    error: Conflict | Invalid | None = None,
) -> Page:  # fmt: skip
    """desk_rating.html."""
    whole = isinstance(seen, Watched)
    line = _watched(handler, seen) if isinstance(seen, Watched) else _task(seen)
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    typed = move or Move()
    return Page(
        **await frame(handler, ""),
        line=line,
        whole=whole,
        said=_said(seen),
        actions=[
            _action(line.href, name, typed if name == failed else Move(), problems if name == failed else {})
            for name in seen.moves
        ],
        list_href=_ledger(handler, seen),
        revision=seen.rating.rev if isinstance(seen, Watched) else seen.rev,
        problem=error.message if isinstance(error, Conflict) else "",
    )


def _ledger(handler: Base, seen: Task | Watched) -> str:
    """Where a poor rating is put on the ledger of problems."""
    poor = isinstance(seen, Watched) and seen.rating.level in POOR
    return problem_of(handler, f"rating:{seen.rating.id}") if poor and isinstance(seen, Watched) else ""


def _said(seen: Task | Watched) -> list[Page]:
    if isinstance(seen, Task):
        return [Page(at="", who=each.who, what=SAID[each.what], text=each.text) for each in seen.said]
    return [
        Page(
            at=moment(each.at),
            who=each.by.name,
            what=SAID[each.what],
            text="，".join(part for part in (RESULTS.get(each.result, ""), each.text) if part),  # type: ignore[call-overload]
        )
        for each in seen.rating.said
    ]


def _task(task: Task) -> Page:
    return Page(
        href=f"/desk/ratings/{task.id}", title=task.title, month=_month(task.month), level=task.level_name,
        tone="refused" if task.level in POOR else "quiet", reasons=list(task.reasons), words=task.words,
        state=STATES[task.state] + ("（再次整改）" if task.again and task.state == "open" else ""),
        due=day(task.answer_by) if task.state == "open" else "", overdue=task.overdue,
    )  # fmt: skip


def _watched(handler: Base, watched: Watched) -> Page:
    rating = watched.rating
    return Page(
        href=f"/desk/ratings/{rating.id}", title=rating.title, month=moment(rating.at), level=STARS[rating.level],
        tone="refused" if rating.level in POOR else "quiet",
        reasons=list(handler.home.ratings.reasons.words(rating.reasons)), words=rating.words,
        state=STATES[rating.state], due=day(rating.due_on) if rating.state == "open" else "",
        overdue=watched.overdue, place=handler.home.areas.full_name(rating.hall), department=rating.department,
        case_no=rating.case_no, case_href=f"/desk/cases/{rating.case}" if rating.case else "", phone=rating.phone,
    )  # fmt: skip


def _action(href: str, name: str, typed: Move, problems: dict[str, str]) -> Page:
    title, label, hint = MOVES[name]
    box = Page(name="text", label=label, kind="textarea", value=typed.text, options=[], hint=hint,
               problem=problems.get("text", ""), optional=False)  # fmt: skip
    fields: list[Any] = [box]
    if name == "call_back":
        asked = Page(name="result", label="回访结果", kind="select", value=typed.result,
                     options=[("", "请选择"), *RESULTS.items()], hint="", problem=problems.get("result", ""),
                     optional=False)  # fmt: skip
        fields.insert(0, asked)
    tone = "plain" if name in {"appeal", "reject"} else "usual"
    return Page(key=name, title=title, href=f"{href}/{name}", button=title, tone=tone, note="", problem="",
                fields=fields, step="")  # fmt: skip
