"""Whether a worker may say what she says of an element, and whether it can be right. Pure."""

from __future__ import annotations

from typing import Any

from models.base.actor import Actor
from models.base.errors import Problem
from models.elements.answering import checked
from models.elements.registry import Elements
from models.forms.context import Context
from models.roles.rules import may_see
from models.sync.merging import Judge, Owner

SPACES = {"household": "house.", "person": "person."}
DERIVED = frozenset({"house.last_visit_on"})
"""What follows from visits, and is typed by nobody."""


def judge_for(actor: Actor, elements: Elements, context: Context, mine: tuple[str, ...]) -> Judge:
    """Asks for one worker; ``mine`` is the chain of her own grid, by which she is asked of what lies elsewhere by now."""

    def judge(owner: Owner, key: str, value: Any) -> tuple[Any, Problem | None]:
        element = elements.get(key)
        areas = mine if owner.elsewhere else owner.thing.areas
        if (
            element is None
            or not key.startswith(SPACES[owner.noun])
            or key in DERIVED
            or not may_see(actor, element.module, element.sensitivity, areas)
        ):
            return None, Problem(key, "element.unknown", "这一项不能在这里填写，或者不在您的采集范围内。")
        canonical, problems = checked(element, value, context)
        return canonical, (Problem(key, problems[0].code, problems[0].message) if problems else None)

    return judge
