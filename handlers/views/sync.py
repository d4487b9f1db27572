"""The desk's pages of the grid app: a queue that is brought in, phones."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views.desk import frame
from handlers.views.rights import fields_of
from handlers.views.words import moment
from models.base.errors import SaobanError
from models.sync.answer import Answer, Became
from models.sync.bringing import Brought
from models.sync.phone import SKEWED, Phone
from models.sync.phones import PhoneLine

if TYPE_CHECKING:
    from handlers.base import Base

BECAME: dict[Became, tuple[str, str]] = {
    "created": ("已入库", "done"), "same": ("早已送达", "done"), "review": ("待审核", "moving"),
    "conflict": ("有冲突，请本人在手机上选定", "waiting"), "invalid": ("有误，请本人在手机上更正", "refused"),
    "held": ("等前一条记录", "waiting"), "different": ("编号重复，未入库", "refused"),
    "busy": ("系统忙，请过一会儿再导入", "waiting"), "refused": ("没有入库", "refused"),
}  # fmt: skip


async def bring_page(handler: Base, brought: Brought | None = None, error: SaobanError | None = None) -> Page:
    """desk_sync.html."""
    ops = brought.ops if brought else ()
    counts: dict[Became, int] = {}
    for each in ops:
        counts[each.became] = counts.get(each.became, 0) + 1
    return Page(
        **await frame(handler, "/desk/sync"),
        brought=brought,
        made=moment(brought.made) if brought else "",
        counts=[(*BECAME[became], count) for became, count in counts.items()],
        lines=[_answer(each) for each in ops if each.became not in ("created", "same")],
        problem=fields_of(error).get("file", "") or (error.message if error else ""),
    )


def _answer(each: Answer) -> Page:
    label, tone = BECAME[each.became]
    said = [problem.message for problem in each.problems]
    said += [element.message for element in each.elements if element.message]
    return Page(id=each.id, label=label, tone=tone, said=each.message or "；".join(dict.fromkeys(said)))


async def phones_page(
    handler: Base, lines: list[PhoneLine], here: str, failed: str = "", error: SaobanError | None = None
) -> Page:
    """desk_phones.html; ``failed`` is the phone whose loss could not be reported."""
    return Page(
        **await frame(handler, here),
        here=here,
        mine=here == "/grid/devices",
        lines=[
            _phone(line, fields_of(error).get("reason", "") if line.phone.id == failed else "")
            for line in lines
        ],
        problem=error.message if error is not None and not fields_of(error) else "",
    )


def _phone(line: PhoneLine, problem: str) -> Page:
    phone = line.phone
    tone, state = _state(phone)
    skewed = abs(phone.skew_ms) > SKEWED.total_seconds() * 1000
    return Page(
        id=phone.id, name=phone.name, label=phone.label or "未命名的手机", seen=moment(phone.seen_at),
        carries=line.carries, tone=tone, state=state, problem=problem, ordered=phone.wipe is not None,
        ordered_by=f"{moment(phone.wipe.at)} {phone.wipe.by_name}：{phone.wipe.reason}" if phone.wipe else "",
        clock="手机时间不准" if skewed else "", evictable=not phone.persist,
    )  # fmt: skip


def _state(phone: Phone) -> tuple[str, str]:
    wipe = phone.wipe
    if wipe is None:
        return "done", "在用"
    if wipe.done_at is not None:
        return "done", f"已清除（{moment(wipe.done_at)}）"
    if wipe.heard_at is not None:
        return "moving", f"已收到清除指令（{moment(wipe.heard_at)}）"
    return "waiting", "等它下次联网时清除"
