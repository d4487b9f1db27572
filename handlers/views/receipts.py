"""The pages of a receipt: what its code opens, its paper, and the questions asked anew."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace as Page
from typing import Any

from handlers.views.questions import Desk, messages, question, summary
from handlers.views.ratings import choices, why
from handlers.views.words import TONES, day, due, moment
from models.base.errors import Problem
from models.cases.case import STARS, Case
from models.cases.owed import OVERS
from models.cases.receipt import Receipt, StepView
from models.forms.display import show
from models.forms.form import Field, Form
from models.ratings.reasons import Reasons
from qr import document, grammar

OVER = frozenset({"granted", "refused", "withdrawn"})
COMPLAINTS = "12345"
STEP_STATES = {"done": "done", "active": "current", "waiting": "todo", "skipped": "todo"}


def receipt_page(
    receipt: Receipt, reasons: Reasons, *, fresh: bool = False, rated: bool = False, contact: Page | None = None,
    wrong: Problem | None = None, typed: Any = None,
) -> Page:  # fmt: skip
    """receipt.html. ``rated``: just now. ``wrong`` is what is wrong with the rating that was ``typed`` (RatingGiven)."""
    base = f"/q/{receipt.code}"
    rows = [
        Page(label="申请人", value=receipt.name or "未留姓名"),
        Page(label="提交时间", value=moment(receipt.filed_at)),
    ]
    if receipt.hall:
        rows[1:1] = [Page(label="窗口受理", value=f"{receipt.hall}　{receipt.agent}")]
    elif receipt.agent:
        rows[1:1] = [
            Page(label="代办人", value=receipt.agent),
            Page(label="代办依据", value=receipt.ground),
        ]
    return Page(
        fresh=fresh,
        case_no=receipt.case_no,
        code=grammar.spoken(receipt.code),
        title=receipt.title,
        state_text=_state(receipt),
        address="",
        accepted_by=receipt.accepted_by or (receipt.steps[0].office if receipt.steps else ""),
        complaint_phone=COMPLAINTS,
        tone=TONES[receipt.state],
        due=_due(receipt),
        money=_money(receipt),
        paused=receipt.paused,
        extended=receipt.extended,
        broken=receipt.broken,
        go_on=receipt.go_on,
        owed=_owed(receipt),
        todo=_todo(receipt),
        steps=[] if receipt.children else [_step(step, receipt.state) for step in receipt.steps],
        children=[
            Page(
                name=child.title,
                state_text=child.state_name,
                tone=TONES[child.state],
                href=child.href,
                due="" if child.state in OVER else due(child.due_on),
                withdraw_href=child.withdraw,
            )
            for child in receipt.children
        ],
        done_count=receipt.done,
        lead=receipt.lead,
        handed=receipt.handed,
        papers=_papers(receipt),
        within=receipt.within,
        result=_result(receipt),
        rows=rows,
        masked=not receipt.holder,
        login_href=f"/login?next={base}",
        qr_href=f"{base}/code.png",
        pdf_href=f"{base}/receipt.pdf",
        rating=_rating(receipt, reasons, wrong, typed, rated=rated),
        withdraw_href=receipt.withdraw,
        remind_href=f"{base}/remind" if receipt.withdraw or (receipt.children and receipt.holder) else "",
        filled_href=f"{base}/form" if receipt.holder and not receipt.children else "",
        contact=contact,
    )


def _state(receipt: Receipt) -> str:
    """In words; a bundle counts its children below."""
    if not receipt.children:
        return receipt.state_name
    return (
        "全部办结"
        if receipt.done == receipt.total
        else "需要您补正"
        if receipt.state == "asked"
        else "办理中"
    )


def _papers(receipt: Receipt) -> Page:
    """As in parts/papers.html, without what each is checked against: it has been handed in."""
    rows = [
        Page(name=row.name, origin=row.origin, words=row.words, note="", unsure=False,
             wanted="")
        for row in receipt.papers
    ]  # fmt: skip
    return Page(rows=rows, asked=receipt.papers_asked, own=receipt.papers_own)


def _todo(receipt: Receipt) -> Page | None:
    if receipt.state != "asked":
        return None
    if receipt.children:
        child = next(child for child in receipt.children if child.state == "asked")
        return Page(text=f"“{child.title}”需要您补正。", href=child.href, button="去看看")
    text = receipt.asked_note or "有内容需要更正。"
    return Page(text=text, href=receipt.supplement, button="现在补正")


def _due(receipt: Receipt) -> str:
    if receipt.outcome or receipt.state in {"granted", "withdrawn"}:
        return ""
    if receipt.urgent_by:
        return f"情况紧急，{moment(receipt.urgent_by)}前决定是否先行救助"
    return due(receipt.due_on)


def _money(receipt: Receipt) -> str:
    """What was given and has to come back."""
    told = [f"已先行救助{receipt.aid}元"] if receipt.aid else []
    told += [f"核定{receipt.amount}元"] if receipt.amount else []
    told += [f"需要退回{receipt.reclaim}元，请到受理单位办理"] if receipt.reclaim else []
    return "，".join(told)


def _owed(receipt: Receipt) -> Page | None:
    """The papers that may follow: what she is to promise, or to bring."""
    if not receipt.promise and not receipt.hand_in:
        return None
    return Page(
        papers=[
            f"{each.name}（{moment(each.handed_at)}已交）" if each.handed_at else each.name
            for each in receipt.owed
        ],
        until=day(receipt.owed_until),
        over=receipt.owed_over,
        promise=receipt.promise,
        hand_in=receipt.hand_in,
    )


def _step(step: StepView, state: str) -> Page:
    shown = STEP_STATES[step.state]
    if state == "refused" and step.state == "done" and step.at is not None:
        shown = "done"
    note = step_note(step)
    return Page(
        name=step.name,
        office=step.office,
        state=shown,
        at=moment(step.at) if shown != "todo" else "",
        note=note,
    )


def step_note(step: StepView) -> str:
    """What happens at a step that is not over, by when, and what is left to her."""
    if not step.does:
        return ""
    until = f"{day(step.due_on)}前完成。" if step.due_on else ""
    return f"{step.does}。{until}{step.hers}"


def _result(receipt: Receipt) -> Page | None:
    if not receipt.outcome:
        return None
    granted = receipt.outcome == "granted"
    return Page(
        text=receipt.result or ("已准予办理。" if granted else "未予办理。"),
        reason=receipt.reason,
        remedies=""
        if granted
        else "向本级人民政府申请行政复议，或向人民法院提起行政诉讼；也可拨打12345咨询。",
        files=[],
    )


def _rating(
    receipt: Receipt, reasons: Reasons, wrong: Problem | None, typed: Any, *, rated: bool
) -> Page | None:
    if not receipt.rating and not receipt.rate:
        return None
    done = (
        f"您的评价：{STARS[receipt.rating]}。谢谢！"
        if receipt.rating
        else "评价已收到，谢谢！"
        if rated
        else ""
    )
    told = {wrong.field: wrong.message} if wrong else {}
    return Page(
        action=receipt.rate,
        choices=choices(),
        done=done,
        problem=told.get("stars", ""),
        why=why(reasons, typed.reasons if typed else (), told.get("reasons", "")),
        stars=str(typed.stars) if typed else "",
        words=typed.words if typed else "",
    )


def receipt_sheet(receipt: Receipt, office: str, public_url: str) -> document.ReceiptSheet:
    """回执单, ready to print."""
    rows = (
        ("事项", receipt.title),
        ("申请人", receipt.name or "未留姓名"),
        *_agent(receipt),
        ("受理机关", receipt.accepted_by or "、".join(dict.fromkeys(step.office for step in receipt.steps))),
        ("收件日期", moment(receipt.filed_at)),
        ("承诺办结日", day(receipt.due_on)),
        ("当前状态", receipt.state_name),
        *((("办理环节", "；".join(map(_on_paper, receipt.steps))),) if not receipt.children else ()),
    )
    parts = tuple(f"{child.title}（{child.office}，{child.case_no}）" for child in receipt.children)
    return document.ReceiptSheet(
        office=office,
        title="受理回执单",
        case_no=receipt.case_no,
        code=receipt.code,
        url=grammar.url(public_url, receipt.code),
        rows=rows,
        materials=parts or receipt.materials,
        notes=(
            f"监督投诉电话：{COMPLAINTS}",
            "扫上面的二维码，随时查看办到了哪一步。",
            "本回执不收取任何费用。",
        ),
    )


def _on_paper(step: StepView) -> str:
    until = f"，{day(step.due_on)}前" if step.due_on else "，已完成" if step.state == "done" else ""
    return f"{step.name}（{step.office}{until}）"


def filled_page(case: Case, receipt: Receipt, form: Form, context: Any) -> Page:
    """filled.html: what she filled in, on paper."""
    given = case.values()
    sections = [
        Page(
            title=section.title,
            rows=[
                Page(label=field.label, value=show(field, given[field.key], context))
                for field in section.fields
                if field.key in given and field.type not in {"notice", "file", "signature"}
            ],
        )
        for section in form.sections
    ]
    return Page(
        title=case.title,
        case_no=case.case_no,
        filed=moment(case.filed_at),
        taken=f"{receipt.hall}{receipt.agent}收件" if receipt.hall else "",
        due="" if receipt.outcome else due(receipt.due_on),
        sections=[section for section in sections if section.rows],
        papers=[Page(name=paper.name, words=paper.words) for paper in receipt.papers],
        steps=[_step(step, receipt.state) for step in receipt.steps],
        back_href=f"/q/{case.receipt}",
    )


def papers_page(
    case: Case, form: Form, wanted: Mapping[str, Field], context: Any, raw: dict[str, Any], problems: list[Any],
    contact: Page | None,
) -> Page:  # fmt: skip
    """papers.html: pictures of what is owed."""
    assert case.owed  # noqa: S101 - the handler has looked
    desk = Desk(form, context, frozenset(form.fields()), messages(problems))
    return Page(
        title=case.title,
        case_no=case.case_no,
        until=day(case.owed.due_on),
        over=OVERS[case.owed.over],
        questions=[question(field, raw.get(key), desk) for key, field in wanted.items()],
        by_hand=[paper.name for paper in case.owed.outstanding if paper.field not in wanted],
        problems=summary(form, problems),
        action=f"/q/{case.receipt}/papers",
        back_href=f"/q/{case.receipt}",
        facts={"values": {}, "kinds": {key: field.type for key, field in wanted.items()},
               "today": context.today.isoformat()},
        contact=contact,
    )  # fmt: skip


def _agent(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    """Who handed it in for her, or took it at a counter."""
    if receipt.hall:
        return (("收件窗口", f"{receipt.hall}　收件人 {receipt.agent}"),)
    return (("代办人", f"{receipt.agent}（{receipt.ground}）"),) if receipt.agent else ()


def supplement_page(
    case: Case, form: Form, context: Any, raw: dict[str, Any], problems: list[Any], contact: Page | None
) -> Page:
    """supplement.html: the questions that were asked for anew."""
    assert case.asked  # noqa: S101 - the service has checked the state
    wanted = case.asked.fields or dict.fromkeys(form.fields(), "")
    desk = Desk(form, context, frozenset(form.fields()), messages(problems))
    questions = [question(field, raw.get(key), desk) for key, field in form.fields().items() if key in wanted]
    return Page(
        title=case.title,
        case_no=case.case_no,
        reason=case.asked.note,
        asked_by=f"{case.asked.by.office or '受理机关'} {moment(case.asked.at)}",
        until="",
        questions=questions,
        notes=wanted,
        problems=summary(form, problems),
        action=f"/q/{case.receipt}/supplement",
        back_href=f"/q/{case.receipt}",
        submission_key="",
        facts={"values": {}, "kinds": {key: field.type for key, field in form.fields().items()},
               "today": context.today.isoformat()},
        contact=contact,
    )  # fmt: skip
