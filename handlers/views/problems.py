"""The pages of the ledger of problems."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from handlers.views.desk import frame, watermark, within
from handlers.views.rights import fields_of
from handlers.views.words import day, moment, pairs
from models.base.errors import Conflict, SaobanError
from models.problems.problem import SOURCES, STATES, Listed
from models.problems.service import Ledger, Move, Opening, moves_of, overdue
from models.roles.lines import DEPARTMENTS
from models.roles.rules import verbs_of

if TYPE_CHECKING:
    from handlers.base import Base

MOVES = {
    "report": ("报结", "usual", "写明采取了哪些措施、结果怎样。由别人验收。"),
    "claim": ("由我负责", "plain", "认领后只有您能报结。"),
    "strike": ("验收合格，销号", "usual", "写明怎样验收的。"),
    "return": ("退回整改", "refuse", "写明哪里还没有改好。"),
    "postpone": ("延长期限", "plain", "写明延期的理由。"),
    "withdraw": ("撤回", "refuse", "不是问题，或者不归这个单位的，写明理由。"),
}  # fmt: skip
SAID = {
    "open": "挂牌", "claim": "认领", "report": "报结", "strike": "销号", "return": "退回", "postpone": "延期",
    "withdraw": "撤回",
}  # fmt: skip
TONES = {"listed": "waiting", "reported": "moving", "struck": "done", "withdrawn": "quiet"}
VIEWS = (("", "未销号"), ("overdue", "逾期"), ("closed", "已销号、撤回"))
COUNTS = (
    ("listed", "整改中"),
    ("reported", "待验收"),
    ("overdue", "逾期"),
    ("superior", "已报上级"),
    ("struck", "已销号"),
)
DATED = frozenset({"return", "postpone"})
COLUMNS = (
    "问题",
    "来源",
    "责任单位",
    "条线",
    "责任人",
    "挂牌",
    "期限",
    "状态",
    "逾期天数",
    "已报上级",
    "销号",
)
SOURCE_HREFS = {"light": "/desk/lights/", "rating": "/desk/ratings/", "complaint": "/desk/rights/"}


async def list_page(handler: Base, ledger: Ledger, view: str) -> Page:
    """desk_problems.html and desk_problems_print.html."""
    held = verbs_of(handler.actor)
    keeps = "problems.see" in held
    kept = [_line(handler, each) for each in ledger.problems]
    return Page(
        **await frame(handler, "/desk/problems"),
        mine=[_line(handler, each) for each in ledger.mine],
        keeps=keeps,
        opens="problems.open" in held,
        problems=kept,
        counts=[(label, ledger.counts.get(key, 0), key in {"overdue", "superior"}) for key, label in COUNTS],
        filters=[(key, label, key == view) for key, label in VIEWS],
        print_href=f"/desk/problems?view={view}&print=1",
        csv_href=f"/desk/problems/ledger.csv?view={view}",
        more=f"/desk/problems?view={view}&after={ledger.next}" if ledger.next else "",
        heading=dict(VIEWS)[view],
        place=handler.home.areas.full_name(handler.actor.area),
        printed=await watermark(handler),
    )


def problem_of(handler: Base, found: str) -> str:
    """Where a light, a rating or a complaint is put on the ledger; "" for whoever may not."""
    return f"/desk/problems/new?found={quote(found)}" if "problems.open" in verbs_of(handler.actor) else ""


def _line(handler: Base, found: Listed) -> Page:
    late = overdue(found, handler.home.today())
    return Page(
        href=f"/desk/problems/{found.id}", title=found.title, source=SOURCES[found.source],
        office=_office(handler, found), owner=found.owner_name or "待认领", due=day(found.due_on),
        state=STATES[found.state], tone=TONES[found.state], late=f"逾期 {late} 天" if late else "",
        superior=found.superior and found.open, opened=moment(found.opened_at), closed=day(found.closed_on),
    )  # fmt: skip


def row_of(handler: Base, found: Listed) -> tuple[Any, ...]:
    """One row of the CSV. Text that a spreadsheet would take for a formula is told apart by an apostrophe."""
    row = (
        found.title, SOURCES[found.source], handler.home.areas.full_name(found.office), found.department,
        found.owner_name, moment(found.opened_at), found.due_on, STATES[found.state],
        overdue(found, handler.home.today()) or "", "是" if found.superior else "", found.closed_on,
    )  # fmt: skip
    return tuple(f"'{each}" if str(each)[:1] in {"=", "+", "-", "@", "\t"} else each for each in row)


def _office(handler: Base, found: Listed) -> str:
    return f"{handler.home.areas.name_below_county(found.office)}{found.department}"


async def one_page(
    handler: Base, found: Listed, failed: str = "", move: Move | None = None, error: SaobanError | None = None
) -> Page:  # fmt: skip
    """desk_problem.html."""
    line, typed = _line(handler, found), move or Move()
    opener = next((each for each in found.said if each.what == "open"), None)
    href = f"{SOURCE_HREFS[found.source]}{found.ref}" if found.source in SOURCE_HREFS else ""
    return Page(
        **await frame(handler, ""),
        line=line,
        facts=pairs(
            要求=found.what, 责任单位=line.office, 责任人=line.owner, 整改期限=line.due, 销号日期=line.closed,
            挂牌=f"{line.opened} {opener.by.name if opener else ''}",
            报上级=day(found.escalated_on) if line.superior else "",
        ),
        source_href=href,
        said=[Page(at=moment(each.at), who=each.by.name, what=SAID[each.what], text=each.text) for each in found.said],
        actions=[
            _action(handler, found, name, typed if name == failed else Move(), error if name == failed else None)
            for name in moves_of(handler.actor, found)
        ],
        revision=found.rev,
        problem=error.message if isinstance(error, Conflict) else "",
    )  # fmt: skip


def _action(handler: Base, found: Listed, name: str, typed: Move, error: SaobanError | None) -> Page:
    title, tone, hint = MOVES[name]
    problems = fields_of(error)
    boxes = [_box("text", "内容", "textarea", typed.text, problems, hint=hint, optional=name == "claim")]
    if name in DATED:
        proposed = typed.due_on or handler.home.problems.suggested()
        boxes.append(
            _box("due_on", "新的期限", "text", proposed, problems, hint="年-月-日，例如 2026-12-10。")
        )
    return Page(
        key=name, title=title, href=f"/desk/problems/{found.id}/{name}", button=title, tone=tone, note="", problem="",
        step="", fields=boxes,
    )  # fmt: skip


async def new_page(handler: Base, opening: Opening, error: SaobanError | None) -> Page:
    """desk_problem_new.html."""
    problems, actor = fields_of(error), handler.actor
    whole = [] if actor.departments else [("", "整个单位")]
    lines = [*whole, *((each, each) for each in actor.departments or DEPARTMENTS)]
    boxes = [
        _box("title", "什么问题", "text", opening.title, problems, hint="一句话，例如：收件窗口中午没有人。"),
        _box("what", "发现了什么，要改成怎样", "textarea", opening.what, problems, hint="不要写申请人的姓名和证件号。"),
        _box("office", "责任单位", "select", opening.office, problems, options=within(handler)),
        _box("department", "条线", "select", opening.department, problems, options=lines),
        _box("owner", "责任人用户名", "text", opening.owner, problems, hint="不填的，由单位的人认领。", optional=True),
        _box("due_on", "整改期限", "text", opening.due_on, problems, hint="年-月-日，例如 2026-12-10。"),
    ]  # fmt: skip
    kind = opening.found.partition(":")[0]
    act = Page(
        key="new", title="挂牌督办", href=_to(opening), button="挂牌", tone="usual", problem="", step="", fields=boxes,
        note=f"来源：{SOURCES[kind]}" if kind in SOURCES else "",
    )  # fmt: skip
    return Page(**await frame(handler, ""), act=act, wrong=bool(problems), revision=0)


def _to(opening: Opening) -> str:
    return f"/desk/problems/new?found={quote(opening.found)}" if opening.found else "/desk/problems/new"


def _box(name: str, label: str, kind: str, value: str, problems: dict[str, str], **more: Any) -> Page:
    given = {"options": [], "hint": "", "optional": False, **more}
    return Page(name=name, label=label, kind=kind, value=value, problem=problems.get(name, ""), **given)
