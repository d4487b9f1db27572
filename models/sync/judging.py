"""Whether a worker may say what she says of an element, and whether it can be right. Pure."""

from __future__ import annotations

from typing import Any

from models.base.errors import Problem
from models.elements.answering import checked
from models.elements.registry import Elements
from models.forms.context import Context
from models.sync.merging import Judge, Owner

SPACES = {"household": "house.", "person": "person."}


def judge_for(taken: frozenset[str], elements: Elements, context: Context) -> Judge:
    """Asks for one worker, of whom ``taken`` are the elements that she collects."""

    def judge(owner: Owner, key: str, value: Any) -> tuple[Any, Problem | None]:
        element = elements.get(key)
        if element is None or not key.startswith(SPACES[owner.noun]) or key not in taken:
            return None, Problem(key, "element.unknown", "这一项不能在这里填写，或者不在您的采集范围内。")
        canonical, problems = checked(element, value, context)
        return canonical, (Problem(key, problems[0].code, problems[0].message) if problems else None)

    return judge
