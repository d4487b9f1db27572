"""The pages of the desk that answers requests about residents' own data: list, one request, what may be answered."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.views.desk import AT_DESK, frame, left
from handlers.views.problems import problem_of
from handlers.views.rights import TONES, RequestView, answer_page, fields_of, look_words, request_view
from handlers.views.words import day, moment, pairs
from models.audit.service import Look
from models.base.errors import Conflict, SaobanError
from models.rights.desk import Given, Listing, Opened, Row
from models.rights.request import STATE_NAMES, Request

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.home import Home

DONE = {"answer": "已答复", "refuse": "已作出不予支持的答复"}
VIEWS = [("open", "待答复"), ("done", "已答复")]


class DeskRequest(msgspec.Struct, frozen=True):
    """A request at the desk. ``grounds`` are those on which it may be refused; ``actions`` what may be done now."""

    request: RequestView
    name: str
    phone: str
    named: str
    place: str
    look: Look | None
    case_no: str
    case_title: str
    rev: int
    grounds: dict[str, str]
    suggested: str
    actions: tuple[str, ...]


def desk_view(home: Home, opened: Opened) -> DeskRequest:
    """For a JSON client at the desk."""
    request, case = opened.request, opened.case
    grounds = {key: ground.name for key, ground in home.rights_rules.for_kind(request.kind).items()}
    return DeskRequest(
        request_view(home, request), request.whose.name, request.phone, request.about.named,
        home.areas.full_name(request.areas[-1]) if home.areas.has(request.areas[-1]) else "",
        opened.look, request.about.case_no, case.title if case else "", request.rev, grounds, opened.suggested,
        ("answer", "refuse") if request.open else (),
    )  # fmt: skip


async def list_page(handler: Base, listing: Listing, view: str) -> Page:
    """desk_rights.html."""
    older = f"/desk/rights?view={view}&after={listing.next}" if listing.next else ""
    return Page(
        **await frame(handler, "/desk/rights"),
        view=view,
        views=VIEWS,
        rows=[_row(row) for row in listing.rows],
        waiting=listing.waiting,
        older_href=older,
    )


def _row(row: Row) -> Page:
    return Page(
        href=f"/desk/rights/{row.id}",
        number=row.number,
        kind=row.kind_name,
        place=row.place,
        state_text=STATE_NAMES[row.state],  # type: ignore[index]
        light=row.light,
        left=left(row.days_left) if row.state == "open" else "已答复",
    )


async def request_page(
    handler: Base, opened: Opened, *, done: str = "", failed: str = "", typed: Given | None = None,
    error: SaobanError | None = None,
) -> Page:  # fmt: skip
    """desk_right.html."""
    home, request, case = handler.home, opened.request, opened.case
    view = desk_view(home, opened)
    overdue = home.days.between(home.today(), date.fromisoformat(request.due_on)) if request.open else 0
    return Page(
        **await frame(handler, ""),
        kind=view.request.kind_name,
        number=request.number,
        state_text=view.request.state_name,
        tone=TONES[request.state],
        left=left(overdue) if request.open else "",
        light="red" if overdue < 0 else "none",
        facts=pairs(
            请求人=request.whose.name or "没有留姓名", 联系手机=request.phone, 所在区划=view.place, 关于=view.request.about,
            投诉对象=request.about.named, 有关办件=f"{case.title} {case.case_no} {AT_DESK[case.state]}" if case else "",
            提交时间=moment(request.filed_at), 答复期限=day(request.due_on), 内容=request.text,
        ),
        look=look_words(opened.look) if opened.look else None,
        answer=answer_page(view.request.answer, view.request.erased, named=True),
        actions=[_action(key, view, typed if key == failed else None, error if key == failed else None)
                 for key in view.actions],
        list_href=problem_of(handler, f"complaint:{request.id}") if _upheld(request) else "",
        revision=request.rev,
        done=done,
        problem=error.message if isinstance(error, Conflict) else "",
    )  # fmt: skip


def _upheld(request: Request) -> bool:
    """Whether an office has something to put right: a complaint that was answered and not refused."""
    return request.kind == "complaint" and request.state == "answered"


ACTION_WORDS = {"answer": ("答复", "usual"), "refuse": ("不予支持", "refuse")}
ERASE_NOTE = (
    "答复后，请求人没填完的草稿和没有用上的文件会马上删除，不能恢复；不能删除的部分会向请求人说明依据。"
)


def _action(key: str, view: DeskRequest, typed: Given | None, error: SaobanError | None) -> Page:
    title, tone = ACTION_WORDS[key]
    told, problems = typed or Given(0, ground=view.suggested), fields_of(error)
    boxes = [
        _box("text", "答复内容", "textarea", problems, told.text, hint="请求人会看到，请写明事实和结论。")
    ]
    if key == "refuse":
        options = [("", "请选择"), *view.grounds.items()]
        boxes.insert(0, _box("ground", "依据", "select", problems, told.ground, options=options))
    erases = key == "answer" and view.request.kind == "delete"
    return Page(
        key=key,
        step="",
        title=title,
        href=f"/desk/rights/{view.request.id}/{key}",
        button=title,
        tone=tone,
        note=ERASE_NOTE if erases else "",
        problem="",
        fields=boxes,
    )


def _box(name: str, label: str, kind: str, problems: dict[str, str], value: str, **more: Any) -> Page:
    given = {"options": [], "hint": "", "optional": False, **more}
    return Page(name=name, label=label, kind=kind, problem=problems.get(name, ""), value=value, **given)
