"""What may be done with a case at the desk, and what each thing asks for (parts/action.html)."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

from models.base.actor import Actor
from models.base.errors import Conflict, Invalid
from models.cases import flow
from models.cases.case import PAUSES, Case
from models.cases.desk import Seen
from models.cases.owed import PROMISES, Paper
from models.cases.posts import ACTIONS, HANDS, assignable, at_desk, available, backward, step_at
from models.cases.step import StepState
from models.cases.transitions import LONGEST_EXTENSION
from models.forms.form import Form

if TYPE_CHECKING:
    from handlers.base import Base

HOW_PROMISED = {"counter": PROMISES["counter"], "receipt": "请申请人在回执上承诺，承诺后自动受理"}
TONES = {
    "no_aid": "plain",
    "accept_lacking": "plain",
    "receive": "plain",
    "refuse": "refuse",
    "ask": "plain",
    "send_back": "plain",
    "pause": "plain",
    "extend": "plain",
}
NOTES = {
    "settle": "受理并办结，一步完成。",
    "give_aid": "钱先给，材料和手续后补；补齐以后再确认或者追回。",
    "accept_lacking": "先受理，材料后补；补齐以前不能准予。",
    "send_back": "从那个环节起重新办，正在并行办理的环节会一起收回。",
    "pause": "期间不计入承诺时限，结束后请及时恢复。",
}


def actions(
    actor: Actor, seen: Seen, form: Form, failed: str, error: Conflict | Invalid | None, step: str = ""
) -> list[Page]:
    """What this actor may do now, the usual thing first; what was wrong with the one that failed."""
    case, instead = seen.case, tuple(seen.instead)
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    here = step_at(actor, case, step, instead)
    earlier = [(each.key, each.name) for each in backward(case, here)] if here else []
    return [
        _action(
            key, case, form, problems if key == failed else {}, earlier, step if len(case.active) > 1 else ""
        )
        for key in available(actor, case, step, instead)
    ]


def _action(
    key: str, case: Case, form: Form, problems: dict[str, str], earlier: list[tuple[str, str]], step: str
) -> Page:
    optional, seen = {"optional": True}, "申请人会看到。"
    once = f"只能告知一次，请一次写全。{seen}"
    boxes = {
        "ask": [
            _box("fields", "哪些内容要更正", "checks", problems, options=_askable(case, form)),
            _box("note", "还缺什么、怎样补", "textarea", problems, hint=once, **optional),
        ],
        "give_aid": [
            _box("amount", "先行救助多少元", "text", problems, hint=_limit(step_of(case, step))),
            _box("note", "核实的情况", "textarea", problems, **optional),
        ],
        "no_aid": [_box("note", "为什么不先行救助", "textarea", problems, hint=seen)],
        "hand_on": [
            *_amount(case, step, problems),
            _box("note", "审核意见", "textarea", problems, **optional),
        ],
        "accept_lacking": [
            _box("papers", "还缺哪些，可以后补", "boxes", problems, options=_papers(case.lacking)),
            _box("promise", "申请人怎样承诺", "select", problems, options=[*HOW_PROMISED.items()]),
        ],
        "receive": [
            _box(
                "papers",
                "收到了哪些",
                "boxes",
                problems,
                options=_papers(case.owed.outstanding if case.owed else ()),
            ),
        ],
        "settle": [
            _box("result", "办理结果", "textarea", problems, hint=f"例如：证已当面交付。{seen}", **optional)
        ],
        "send_back": [
            _box("to", "退回到", "select", problems, options=earlier),
            _box("note", "退回的原因", "textarea", problems, hint="前面环节的同事会看到。"),
        ],
        "pause": [
            _box("kind", "哪一种特别程序", "select", problems, options=list(PAUSES.items())),
            _box("note", "由谁做、预计多久", "textarea", problems, hint=seen),
        ],
        "extend": [
            _box(
                "days", "延长几个工作日", "text", problems, hint=f"1到{LONGEST_EXTENSION}个，只能延长一次。"
            ),
            _box("reason", "延长的理由", "textarea", problems, hint=seen),
        ],
        "grant": [
            *_amount(case, step, problems),
            _box("result", "办理结果", "textarea", problems, hint=f"例如：12月起发放。{seen}", **optional),
        ],
        "refuse": [_box("reason", "理由和依据", "textarea", problems, hint=f"请写明依据的条款。{seen}")],
    }
    return Page(
        key=key,
        step=step,
        title=ACTIONS[key],
        href=f"/desk/cases/{case.id}/{key}",
        button=ACTIONS[key],
        tone=TONES.get(key, "usual"),
        note=NOTES.get(key, ""),
        problem="",
        fields=boxes.get(key, []),
        open=False,
    )


def again(handler: Base, acts: list[Page], failed: str, error: Conflict | Invalid | None) -> list[Page]:
    """``acts`` as they stand; the one that ``failed`` lies open, with everything that was typed into it still there and
    what was wrong, beside its field where it has one."""
    for act in acts:
        if act.key == failed and error is not None:
            act.open = True
            for box in act.fields:
                _retype(handler, box)
            problems = error.problems if isinstance(error, Invalid) else []
            boxes = {box.name for box in act.fields}
            act.problem = next((each.message for each in problems if each.field not in boxes), "")
    return acts


def _retype(handler: Base, box: Page) -> None:
    if box.kind not in {"checks", "boxes"}:
        box.value = handler.get_body_argument(box.name, box.value)
        return
    box.value = handler.get_body_arguments(box.name)
    box.reasons = {value: handler.get_body_argument(f"{box.name}.{value}", "") for value, _ in box.options}


async def hands(handler: Base, case: Case, failed: str, error: Conflict | Invalid | None) -> list[Page]:
    """What this actor may do about whose hands the case is in."""
    here = next(iter(at_desk(handler.actor, case)), None)
    if here is None:
        return []
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    found = []
    for key in assignable(handler.actor, case, here):
        wrong = problems if key == failed else {}
        boxes = []
        if key == "assign":
            people = await handler.home.desk.colleagues(handler.actor, case, here.key)
            options = [(each.id, each.name) for each in people if each.id != here.assignee]
            if not options:
                continue
            boxes.append(_box("to", "分派给", "select", wrong, options=options))
        if here.assignee:
            boxes.append(
                _box("reason", "为什么", "text", wrong, hint=f"这件现在在{here.assignee_name}手里。")
            )
        found.append(
            Page(key=key, step=here.key, title=HANDS[key], href=f"/desk/cases/{case.id}/{key}", button=HANDS[key],
                 tone="plain", note="", problem="", fields=boxes, open=False)
        )  # fmt: skip
    return again(handler, found, failed, error)


def _box(name: str, label: str, kind: str, problems: dict[str, str], **more: Any) -> Page:
    given = {"value": "", "options": [], "hint": "", "optional": False, "reasons": {}, **more}
    return Page(name=name, label=label, kind=kind, problem=problems.get(name, ""), **given)


def step_of(case: Case, step: str) -> StepState:
    """The step ``step``, or the one that runs."""
    return case.step_of(step) or case.step or case.steps[-1]


def _amount(case: Case, step: str, problems: dict[str, str]) -> list[Page]:
    """The box for an amount, where it matters who decides about how much."""
    here = step_of(case, step)
    if not case.open or not flow.asks_amount(case.steps, here.key):
        return []
    value = str(case.amount or "")
    return [_box("amount", "核定金额（元）", "text", problems, value=value, hint=_limit(here))]


def _limit(step: StepState) -> str:
    return f"整数，最多{step.upto}元。" if step.upto else "整数。金额决定由哪一级审批。"


def _papers(papers: Sequence[Paper]) -> list[tuple[str, str]]:
    return [(paper.code, paper.name) for paper in papers]


def _askable(case: Case, form: Form) -> list[tuple[str, str]]:
    return [
        (key, field.label)
        for key, field in form.fields().items()
        if field.type not in {"notice", "computed"} and (field.type == "file" or case.answer(key) is not None)
    ]
