"""The pages of 我的信息: the sheets, one correction, the print."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import Any
from urllib.parse import quote

from handlers.views.questions import Desk, messages, question, summary
from handlers.views.words import moment
from models.base.clock import SHANGHAI
from models.base.errors import Problem
from models.elements.answering import VALUE, question_of
from models.forms.form import Form, Section
from models.record.basics import HomeData
from models.record.copying import Copy
from models.record.service import REASON, Asking
from models.record.sheets import Line, Outcome, Sheet, is_sensitive

DONE = {
    "recorded": "已更新。",
    "proposed": "已提交更正申请。工作人员核实后会更新，并发短信告诉您；在这里也能看到结果。",
    "unchanged": "这项内容已经是这样登记的。",
    "back": "已撤回您的申请。",
}
STANDINGS = {"self": "本人", "house": "本户", "ward": "未满14周岁的孩子", "other": "家庭成员"}
NOTES = {
    "other": "家人的证件号、电话等，由本人或监护人查看和更正。",
    "ward": "您是登记的监护人，可以代孩子查看和更正。",
}


def record_page(sheets: Sequence[Sheet], show: str, done: str) -> Page:
    """record.html."""
    return Page(sheets=[_sheet(sheet, show) for sheet in sheets], done=done)


def _sheet(sheet: Sheet, show: str) -> Page:
    return Page(
        title=sheet.name,
        standing=_standing(sheet),
        note=NOTES.get(sheet.standing, ""),
        open=sheet.standing == "self" or show.startswith(f"{sheet.of}:"),
        modules=[
            Page(name=each.name, rows=[_row(sheet, line) for line in each.lines]) for each in sheet.modules
        ],
    )


def _standing(sheet: Sheet) -> str:
    return "，".join(part for part in (STANDINGS[sheet.standing], _relation(sheet)) if part)


def _relation(sheet: Sheet) -> str:
    return f"与户主关系：{sheet.relation}" if sheet.relation and sheet.standing != "house" else ""


def _row(sheet: Sheet, line: Line) -> Page:
    here = f"{sheet.of}:{line.key}"
    return Page(
        anchor=f"{sheet.of}-{line.key}",
        label=line.label,
        value=line.words,
        source=_source(line),
        show_href=f"/my/record?show={quote(here, safe=':')}#{sheet.of}-{line.key}" if line.masked else "",
        correct_href=f"/my/record/correct/{sheet.of}/{line.key}" if line.correctable else "",
        correct_text="申请更正" if line.source else "登记",
        wishes=[
            Page(
                of=sheet.of,
                id=wish.id,
                mine=wish.mine,
                text=f"{'您' if wish.mine else '有人'} {_date(wish.at)} 申请改为“{wish.words}”，待核实",
                reason=wish.reason,
            )
            for wish in line.wishes
        ],
        outcome=_outcome(line.outcome),
    )


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    why = f"，理由：{outcome.reason}" if outcome.reason else ""
    return f"您 {_date(outcome.asked_at)} 申请改为“{outcome.words}”：{_date(outcome.at)}{outcome.state}{why}"


def _source(line: Line) -> str:
    return f"{line.source_name} {line.at.astimezone(SHANGHAI):%Y-%m-%d}" if line.at else ""


def _date(at: Any) -> str:
    there = at.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日"


def home_page(data: HomeData) -> Page:
    """home_data.html: what is missing first, for that is what she came for."""
    rows = [
        Page(row=_row(Sheet("me", "self", "", "", ()), line), missing=not line.source) for line in data.lines
    ]
    return Page(
        title=data.title,
        known=len(data.lines) - len(data.missing),
        count=len(data.lines),
        missing=[each.row for each in rows if each.missing],
        held=[each.row for each in rows if not each.missing],
    )


def correct_page(
    asking: Asking, typed: Any = None, reason: str = "", problems: Sequence[Problem] = ()
) -> Page:
    """record_correct.html: one question, with what is held in it unless that is sensitive."""
    field, element = question_of(asking.element), asking.element
    told = messages(problems)
    held = asking.held.v if asking.held and not is_sensitive(element) else None
    desk = Desk(Form((Section("s", "", (field,)),)), asking.context, frozenset({VALUE}), told)
    return Page(
        label=element.label,
        whose=asking.reach.name,
        action=f"/my/record/correct/{asking.reach.of}/{element.key}",
        held=bool(asking.held),
        q=question(field, typed if problems else held, desk),
        reason=reason,
        reason_problem=told.get(REASON, ""),
        problems=[
            each if each.field else Page(field=REASON, label="", message=each.message)
            for each in summary(desk.form, problems)
        ],
    )


def print_page(copy: Copy) -> Page:
    """record_print.html."""
    return Page(
        office=copy.office,
        made=moment(copy.made_at),
        sheets=[_sheet(sheet, "") for sheet in copy.sheets],
        cases=[
            Page(case_no=each.case_no, title=each.title, state=each.state_name, at=moment(each.filed_at))
            for each in copy.cases
        ],
        leaves=[
            Page(
                agent=each.agent,
                principal=each.principal,
                text=f"{each.scope}，到{each.until}",
                state=each.state,
            )
            for each in (*copy.mandates_given, *copy.mandates_held)
        ],
        consents=[
            Page(at=moment(each.given_at), text=each.text, state="已撤回" if each.withdrawn_at else "有效")
            for each in copy.consents
        ],
        looks=[
            Page(
                at=moment(each.at),
                who=f"{each.office}{each.role_name}",
                text=f"{each.act_name}{each.noun_name}",
                ground=each.ground_text or each.ground_name,
            )
            for each in copy.looks
        ],
    )
