"""The pages of the integrity register: hers, and the desk's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from handlers.views.desk import frame
from handlers.views.rights import fields_of, problems_of
from handlers.views.words import day, moment, pairs
from models.base.errors import Conflict, Invalid, SaobanError
from models.cases.declared import Declared
from models.integrity.breach import STATES, Breach
from models.integrity.desk import Charge, Chargeable, Listing, moves_of
from models.integrity.kinds import OBJECTION_DAYS

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.home import Home

OWN_MOVES = {
    "object": ("提出异议", "写明您为什么不认可，有什么可以证明。由登记人以外的工作人员核实。"),
    "ask_repair": ("申请信用修复", "写明您怎样改正的，例如补交了什么、改好了什么。"),
}  # fmt: skip
DONE = {"object": "异议已提交，请等核实结果。", "ask_repair": "申请已提交，请等审核结果。"}
MOVES = {
    "serve": ("登记送达", "usual", "本人没有手机号或短信没有送到的，写明当面、邮寄或留置送达的时间和方式。"),
    "confirm": ("认定", "usual", "异议期已过、本人没有提出异议的，写明认定依据，本人会看到。"),
    "uphold": ("维持认定", "usual", "写明对异议核实的情况和依据，本人会看到。"),
    "drop": ("撤销", "refuse", "写明撤销的理由，本人会看到。"),
    "repair": ("通过修复", "usual", "写明核实的情况，本人会看到。"),
    "refuse_repair": ("不通过修复", "refuse", "写明还差什么，本人会看到，改好后可以再申请。"),
}  # fmt: skip
SAID = {move: title for move, (title, _, _) in MOVES.items()} | {
    "serve": "告知", "object": "本人提出异议", "ask_repair": "本人申请修复",
}  # fmt: skip
NOTE = f"登记后系统会短信告知本人，本人有{OBJECTION_DAYS}个工作日提出异议，由您以外的人决定。"
TONES = {
    "noticed": "waiting", "served": "waiting", "objected": "moving", "standing": "refused", "repairing": "moving",
    "repaired": "done", "dropped": "done",
}  # fmt: skip


class SaidView(msgspec.Struct, frozen=True):
    """One thing that was said or done about it."""

    at: datetime
    what: str
    who: str
    text: str


class BreachView(msgspec.Struct, frozen=True):
    """A record as its person reads it: what, why, by what that is known, until when, and what she may do (``moves``)."""

    id: str
    title: str
    case_no: str
    covers: str
    kind: str
    basis: str
    ground: str
    evidence: str
    state: str
    state_name: str
    at: datetime
    object_by: str
    until: str
    repair_from: str
    over: bool
    said: tuple[SaidView, ...]
    moves: tuple[str, ...]
    rev: int


class DeskBreach(msgspec.Struct, frozen=True):
    """A record at the desk. A line of the list has no ``breach`` in it: it names nobody."""

    id: str
    title: str
    case_no: str
    kind: str
    state: str
    state_name: str
    place: str
    at: datetime
    object_by: str
    moves: tuple[str, ...] = ()
    breach: BreachView | None = None
    name: str = ""
    case: str = ""


def breach_view(home: Home, found: Breach, *, own: bool = True) -> BreachView:
    """For whoever it is about; at the desk inside what staff get. She reads which office, never which person."""
    kind = home.integrity.kinds[found.kind]
    over = found.over_on(home.today())
    return BreachView(
        found.id, found.title, found.case_no, found.covers, kind.name, kind.basis, found.ground, found.evidence,
        found.state, "已到期" if over else STATES[found.state], found.at, found.object_by, found.until,
        found.repair_from, over,
        tuple(SaidView(each.at, SAID[each.what], _who(each, own=own), each.text) for each in found.said),
        home.integrity.moves_of(found) if own else (), found.rev,
    )  # fmt: skip


def _who(said: Any, *, own: bool) -> str:
    if not own or said.by.kind != "staff":
        return str(said.by.name)
    return said.by.office or "办理部门"


def desk_line(home: Home, found: Breach) -> DeskBreach:
    """One line of the list."""
    return DeskBreach(
        found.id, found.title, found.case_no, home.integrity.kinds[found.kind].name, found.state,
        "已到期" if found.over_on(home.today()) else STATES[found.state],
        home.areas.name_below_county(found.areas[-1]), found.at, found.object_by,
    )  # fmt: skip


def desk_view(handler: Base, found: Breach) -> DeskBreach:
    """One record, whole."""
    return msgspec.structs.replace(
        desk_line(handler.home, found), moves=moves_of(handler.actor, found), name=found.name, case=found.case,
        breach=breach_view(handler.home, found, own=False),
    )  # fmt: skip


def mine_page(declared: Sequence[Declared], breaches: Sequence[BreachView]) -> Page:
    """my_integrity.html."""
    return Page(
        breaches=[
            Page(href=f"/my/integrity/{each.id}", title=each.title, kind=each.kind, state_text=each.state_name,
                 tone="quiet" if each.over else TONES[each.state], note=_note(each))
            for each in breaches
        ],
        declared=[
            Page(title=each.title, label=each.label, words=each.words, href=f"/q/{each.receipt}",
                 at=moment(each.at), stands_in=bool(each.promise))
            for each in declared
        ],
    )  # fmt: skip


def _note(view: BreachView) -> str:
    if view.state == "served":
        return f"{day(view.object_by)}前可以提出异议"
    return f"有效到{day(view.until)}" if view.until and view.state in {"standing", "repairing"} else ""


def own_page(
    view: BreachView, done: str = "", failed: str = "", typed: str = "", error: SaobanError | None = None
) -> Page:
    """my_breach.html."""
    return Page(
        title=view.title, kind=view.kind, state_text=view.state_name, done=done, note=_note(view),
        tone="quiet" if view.over else TONES[view.state], facts=_facts(view), said=_said(view),
        actions=[_own_action(view, move, typed if move == failed else "", error if move == failed else None)
                 for move in view.moves],
        revision=view.rev, problems=problems_of(error),
        repair_from=day(view.repair_from) if view.state == "standing" and not view.moves and not view.over else "",
    )  # fmt: skip


def _own_action(view: BreachView, move: str, typed: str, error: SaobanError | None) -> Page:
    title, hint = OWN_MOVES[move]
    return Page(
        href=f"/my/integrity/{view.id}/{move}", title=title, button=f"提交{title.removeprefix('提出').removeprefix('申请')}",
        box={"name": "text", "label": "您想说明的", "hint": hint, "value": typed,
             "problem": fields_of(error).get("text", ""), "optional": False},
    )  # fmt: skip


def _facts(view: BreachView) -> list[Page]:
    return pairs(
        办件=f"{view.title} {view.case_no}", 承诺的内容=view.covers, 违背了什么=view.ground, 凭什么认定=view.evidence,
        种类=f"{view.kind}（{view.basis}）", 登记时间=moment(view.at), 异议期限=day(view.object_by), 有效期=day(view.until),
    )  # fmt: skip


def _said(view: BreachView) -> list[Page]:
    return [Page(at=moment(each.at), who=each.who, what=each.what, text=each.text) for each in view.said]


async def list_page(handler: Base, listing: Listing, *, decided: bool) -> Page:
    """desk_breaches.html."""
    view = "decided" if decided else ""
    lines = [desk_line(handler.home, each) for each in listing.breaches]
    return Page(
        **await frame(handler, "/desk/integrity"),
        decided=decided,
        rows=[
            Page(href=f"/desk/integrity/{each.id}", title=each.title, kind=each.kind, case_no=each.case_no,
                 state_text=each.state_name, tone=TONES[each.state], place=each.place, at=moment(each.at),
                 note=f"异议期到{day(each.object_by)}" if each.state == "served" else "")
            for each in lines
        ],
        older_href=f"/desk/integrity?view={view}&after={quote(listing.next)}" if listing.next else "",
    )  # fmt: skip


async def desk_page(
    handler: Base, found: Breach, failed: str = "", typed: str = "", error: SaobanError | None = None
) -> Page:
    """desk_breach.html."""
    view = desk_view(handler, found)
    whole = view.breach or breach_view(handler.home, found, own=False)
    own = handler.actor.subject == found.recorded_by
    return Page(
        **await frame(handler, ""),
        title=view.title, kind=view.kind, state_text=view.state_name, tone=TONES[found.state], name=found.name,
        case_href=f"/desk/cases/{found.case}", case_no=found.case_no, place=view.place, facts=_facts(whole)[1:],
        said=_said(whole), revision=found.rev,
        own="您登记的记录，要由别人核实和决定。" if own and found.state in {"served", "objected", "repairing"} else "",
        actions=[_action(found, move, typed if move == failed else "", error if move == failed else None)
                 for move in view.moves],
        problem=error.message if isinstance(error, Conflict) else "",
    )  # fmt: skip


def _action(found: Breach, move: str, typed: str, error: SaobanError | None) -> Page:
    title, tone, hint = MOVES[move]
    box = Page(name="text", label="内容", kind="textarea", value=typed, options=[], hint=hint, optional=False,
               problem=fields_of(error).get("text", ""))  # fmt: skip
    return Page(
        key=move, title=title, href=f"/desk/integrity/{found.id}/{move}", button=title, tone=tone, note="", problem="",
        step="", fields=[box],
    )  # fmt: skip


async def new_page(handler: Base, opened: Chargeable, typed: Charge, error: Invalid | None) -> Page:
    """desk_breach_new.html."""
    problems = fields_of(error)
    kinds = [("", "请选择"), *((key, kind.name) for key, kind in handler.home.integrity_desk.kinds.items())]
    said = [("", "请选择"), *((each.field, f"{each.label}：{each.words[:40]}") for each in opened.declared)]
    boxes = [
        _box("field", "违背的是哪一项", "select", typed.field, problems, options=said),
        _box("kind", "失信的种类", "select", typed.kind, problems, options=kinds),
        _box(
            "ground",
            "违背了什么",
            "textarea",
            typed.ground,
            problems,
            hint="写事实：承诺了什么，实际是什么。本人会看到。",
        ),
        _box(
            "evidence",
            "凭什么认定",
            "textarea",
            typed.evidence,
            problems,
            hint="核查记录、照片、来函等，写明日期。",
        ),
    ]
    act = Page(
        key="new", title="登记失信", href=f"/desk/integrity/of/{opened.case}", button="登记并告知本人", tone="refuse",
        note=NOTE, problem="", step="", fields=boxes,
    )  # fmt: skip
    return Page(
        **await frame(handler, ""), title=opened.title, case_no=opened.case_no, declared=opened.declared,
        case_href=f"/desk/cases/{opened.case}", act=act, revision=0, wrong=bool(problems),
    )  # fmt: skip


def _box(name: str, label: str, kind: str, value: str, problems: dict[str, str], **more: Any) -> Page:
    given = {"options": [], "hint": "", "optional": False, **more}
    return Page(name=name, label=label, kind=kind, value=value, problem=problems.get(name, ""), **given)
