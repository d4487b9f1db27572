"""The pages of reported plates: the form, its number, the list of the desk, one report."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from handlers.views.desk import frame
from handlers.views.words import moment, pairs
from models.areas.service import Areas
from models.base.errors import Conflict, Invalid, NotFound, Problem, SaobanError
from models.codes.code import Code
from models.forms.context import FileInfo
from models.platereports.report import MOST_PHOTOS, NEXT, STATES, Report, State, Telling
from models.platereports.service import LISTED as PAGE
from qr import grammar

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.home import Home

__all__ = ["PAGE", "followed_page", "list_page", "new_key", "plate_page", "report_page"]

LABELS = {
    "says": "牌子上写了什么",
    "where": "牌子在哪里",
    "phone": "您的手机号码",
    "area": "在哪个村（社区）",
    "photos": "照片",
}
CODE_STATES = {"active": "正在使用", "suspended": "已暂停", "replaced": "已更换", "revoked": "已作废"}
DONE = {"visited": "已记下现场情况", "closed": "已办结", "suspend": "已暂停这个码"}


def new_key() -> str:
    """A key for one report, so that a second tap is not a second report."""
    return secrets.token_urlsafe(16)


def report_page(
    home: Home, text: str, told: Telling, contact: Page | None, problems: Sequence[Problem] = (),
    held: Mapping[str, FileInfo] | None = None,
) -> Page:  # fmt: skip
    """plate_report.html: what to be careful of, then three lines to fill in; what was typed is still there."""
    code = _spoken(text)
    wrong = {problem.field: problem.message for problem in problems if problem.field}
    return Page(
        code=code,
        host=urlsplit(home.public_url).netloc,
        contact=contact,
        action=f"/mismatch/{quote(text, safe='')}",
        says=told.says, where=told.where, phone=told.phone, area=told.area, report_key=told.report_key,
        areas=[] if contact else [("", "不清楚"), *villages(home.areas, home.county)],
        photos=_photos(told, held or {}, wrong.get("photos", "")),
        fields=wrong,
        problems=[
            Page(field=each.field, label=LABELS.get(each.field, ""), message=each.message) for each in problems
        ],
    )  # fmt: skip


def _spoken(text: str) -> str:
    """A code as it is printed, where it could be one of ours; what else was typed is not repeated."""
    try:
        return grammar.spoken(grammar.read(text))
    except grammar.BadCode:
        return ""


def villages(areas: Areas, county: str) -> list[tuple[str, str]]:
    """Towns and villages, indented."""
    found = []
    for town in areas.children(county):
        found.append((town.id, town.name))
        found += [
            (village.id, f"　{village.name}")
            for village in areas.children(town.id)
            if village.level == "village"
        ]
    return found


def _photos(told: Telling, held: Mapping[str, FileInfo], problem: str) -> Page:
    """As fields/file.html reads a question."""
    files = [
        Page(
            id=each, name=held[each].name, href=f"/files/{each}", image=held[each].media_type == "image/jpeg"
        )
        for each in told.photos
        if each in held
    ]
    return Page(
        name="photos", files=files, problem=problem, field=Page(camera=True, max_files=MOST_PHOTOS), kept=None
    )


def followed_page(report: Report, fresh: bool) -> Page:
    """plate_followed.html."""
    return Page(
        number=report.number,
        fresh=fresh,
        state_text=STATES[report.state],
        tone={"open": "moving", "visited": "moving", "closed": "done"}[report.state],
        steps=[
            Page(
                name="已收到报告" if entry.state == "open" else STATES[entry.state],
                office=entry.note,
                state="done",
                at=moment(entry.at),
                note="",
            )
            for entry in report.history
        ],
    )


async def list_page(handler: Base, reports: Sequence[Report], state: State, following: str) -> Page:
    """plates.html."""
    areas = handler.home.areas
    return Page(
        **await frame(handler, "/desk/plates"),
        states=list(STATES.items()),
        state=state,
        reports=[
            Page(
                href=f"/desk/plates/{each.id}", number=each.number, at=moment(each.at), says=each.says,
                where=each.where, area=_place(areas, each), code=grammar.spoken(each.code) if each.code else "",
                photos=len(each.photos),
            )
            for each in reports
        ],
        older_href=f"/desk/plates?state={state}&after={following}" if following else "",
    )  # fmt: skip


def _place(areas: Areas, report: Report) -> str:
    innermost = report.areas[-1]
    if len(report.areas) == 1 or not areas.has(innermost):
        return "全县（位置不明）"
    return areas.name_below_county(innermost)


async def plate_page(
    handler: Base, report: Report, *, done: str = "", failed: str = "", typed: str = "",
    error: SaobanError | None = None,
) -> Page:  # fmt: skip
    """plate.html."""
    code = await _code(handler.home, report.code)
    wrong = error.problems[0].message if isinstance(error, Invalid) else ""
    actions = [_move(report, state, failed, typed, wrong) for state in NEXT[report.state]]
    if code is not None and code.state == "active":
        actions.append(_suspend(report, failed, typed, wrong))
    return Page(
        **await frame(handler, ""),
        number=report.number,
        state_text=STATES[report.state],
        facts=pairs(
            牌上写的=report.says,
            挂在哪里=report.where,
            区划=_place(handler.home.areas, report),
            牌上的编号=f"{grammar.spoken(report.code)}（{_code_state(code)}）"
            if report.code
            else "不是我们发的码",
            编号对应的地址=await _address(handler.home, code),
            报告时间=moment(report.at),
            报告人手机=report.phone,
        ),
        code_href=f"/q/{report.code}" if code is not None else "",
        photos=[f"/desk/plates/{report.id}/photos/{each}" for each in report.photos]
        if report.state != "closed"
        else [],
        history=[
            Page(
                at=moment(entry.at),
                who=entry.by_name or "报告人",
                text=_happened(entry.state),
                note=entry.note,
            )
            for entry in report.history
        ],
        actions=actions,
        blocked="这条报告已办结。",
        revision=report.rev,
        done=DONE.get(done, ""),
        problem=error.message if isinstance(error, Conflict) else "",
    )


def _happened(state: State) -> str:
    return "提交报告" if state == "open" else STATES[state]


def _code_state(code: Code | None) -> str:
    return CODE_STATES[code.state] if code is not None else "没有发过这个码"


async def _code(home: Home, code: str) -> Code | None:
    try:
        return await home.codes.get(code) if code else None
    except NotFound:
        return None


async def _address(home: Home, code: Code | None) -> str:
    return await home.applying.address(code) if code is not None else ""


def _move(report: Report, state: State, failed: str, typed: str, wrong: str) -> Page:
    title, hint = {
        "visited": ("已到现场查看", "例如：牌是真的，贴错了一户，已换回。报告人看得到。"),
        "closed": ("办结", "例如：假牌已摘下，已报派出所。报告人看得到；办结后照片不再保留。"),
    }[state]
    at_fault = failed == state
    box = _box("note", "看到了什么、怎样处理", typed if at_fault else "", wrong if at_fault else "", hint)
    tone = "usual" if state == NEXT[report.state][0] else "plain"
    return Page(key=state, title=title, href=f"/desk/plates/{report.id}/{state}", button=title, tone=tone, note="",
                problem="", fields=[box], step="")  # fmt: skip


def _suspend(report: Report, failed: str, typed: str, wrong: str) -> Page:
    at_fault = failed == "suspend"
    box = _box("reason", "原因", typed if at_fault else "", wrong if at_fault else "", "")
    note = "暂停后扫这个码不能办事，并提醒不要填写；核对好了在“打印码单”里恢复或更换。"
    return Page(key="suspend", title="暂停这个码", href=f"/desk/plates/{report.id}/suspend", button="暂停这个码",
                tone="refuse", note=note, problem="", fields=[box], step="")  # fmt: skip


def _box(name: str, label: str, value: str, problem: str, hint: str) -> Page:
    given: dict[str, Any] = {"kind": "textarea", "options": [], "optional": False}
    return Page(name=name, label=label, value=value, problem=problem, hint=hint, **given)
