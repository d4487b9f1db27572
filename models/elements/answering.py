"""An element as a question of its own: the value that somebody gives for it, checked as a form would. Pure."""

from __future__ import annotations

from models.base.errors import Problem
from models.elements.element import Element
from models.forms.context import Context
from models.forms.engine import clean
from models.forms.form import Field, FieldType, Form, Section
from models.forms.parse import ENDLESS, is_endless

VALUE = "value"
"""Key of the question."""

BOUND: frozenset[FieldType] = frozenset({"file", "signature", "member", "computed", "notice"})
"""Types whose answers belong to the form, or the visit, in which they were given."""

UNASKED: frozenset[FieldType] = BOUND | {"table"}
"""Types that a resident is not asked for one by one."""


def question_of(element: Element) -> Field:
    """The question that asks for ``element``, and for nothing else."""
    return Field(
        VALUE, element.label, element.type, required=True, codes=element.codes, element=element.key,
        min=element.min, max=element.max, min_length=element.min_length, max_length=element.max_length,
        pattern=element.pattern, pattern_message=element.pattern_message, places=element.places, unit=element.unit,
        columns=element.columns, max_rows=element.max_rows, max_files=element.max_files,
    )  # fmt: skip


def checked(element: Element, raw: object, context: Context) -> tuple[object, list[Problem]]:
    """The canonical value of ``raw``, and what is wrong with it."""
    if element.type in BOUND:
        return None, [Problem(VALUE, "field.type", f"“{element.label}”不能在这里填写，请联系网格员。")]
    if element.endless and is_endless(raw):
        return ENDLESS, []
    form = Form((Section("s", "", (question_of(element),)),))
    cleaned = clean(form, {VALUE: raw}, context)
    return cleaned.answers.get(VALUE), cleaned.problems
