"""What may be done with a case at the desk, and what each thing asks for (parts/action.html)."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import Any

from models.base.actor import Actor
from models.base.errors import Conflict, Invalid
from models.cases.case import Case
from models.cases.desk import ACTIONS, available
from models.forms.form import Form

TONES = {"accept": "usual", "hand_on": "usual", "grant": "usual", "ask": "plain", "refuse": "refuse"}


def actions(
    actor: Actor, case: Case, form: Form, failed: str, error: Conflict | Invalid | None
) -> list[Page]:
    """What this actor may do now, the usual thing first; what was wrong with the one that failed."""
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    return [_action(key, case, form, problems if key == failed else {}) for key in available(actor, case)]


def _action(key: str, case: Case, form: Form, problems: dict[str, str]) -> Page:
    optional, seen = {"optional": True}, "申请人会看到。"
    once = f"只能告知一次，请一次写全。{seen}"
    boxes = {
        "ask": [
            _box("fields", "哪些内容要更正", "checks", problems, options=_askable(case, form)),
            _box("note", "还缺什么、怎样补", "textarea", problems, hint=once, **optional),
        ],
        "hand_on": [_box("note", "审核意见", "textarea", problems, **optional)],
        "grant": [
            _box("result", "办理结果", "textarea", problems, hint=f"例如：12月起发放。{seen}", **optional)
        ],
        "refuse": [_box("reason", "理由和依据", "textarea", problems, hint=f"请写明依据的条款。{seen}")],
    }
    return Page(
        key=key,
        title=ACTIONS[key],
        href=f"/desk/cases/{case.id}/{key}",
        button=ACTIONS[key],
        tone=TONES[key],
        note="",
        problem="",
        fields=boxes.get(key, []),
    )


def _box(name: str, label: str, kind: str, problems: dict[str, str], **more: Any) -> Page:
    given = {"value": "", "options": [], "hint": "", "optional": False, **more}
    return Page(name=name, label=label, kind=kind, problem=problems.get(name, ""), **given)


def _askable(case: Case, form: Form) -> list[tuple[str, str]]:
    return [
        (key, field.label)
        for key, field in form.fields().items()
        if field.type not in {"notice", "computed"} and (field.type == "file" or case.answer(key) is not None)
    ]
