"""An element as a question of its own: the value that somebody gives for it, checked as a form would. Pure."""

from __future__ import annotations

from models.base.errors import Problem
from models.elements.element import Element
from models.forms.context import Context
from models.forms.engine import clean
from models.forms.form import Field, FieldType, Form, Section

VALUE = "value"
"""Key of the question."""

UNASKED: frozenset[FieldType] = frozenset({"file", "signature", "member", "table", "computed", "notice"})
"""Types whose answers belong to the form in which they were given."""


def question_of(element: Element) -> Field:
    """The question that asks for ``element``, and for nothing else."""
    return Field(VALUE, element.label, element.type, required=True, codes=element.codes, element=element.key)


def checked(element: Element, raw: object, context: Context) -> tuple[object, list[Problem]]:
    """The canonical value of ``raw``, and what is wrong with it."""
    if element.type in UNASKED:
        return None, [Problem(VALUE, "field.type", f"“{element.label}”不能在这里填写，请联系网格员。")]
    form = Form((Section("s", "", (question_of(element),)),))
    cleaned = clean(form, {VALUE: raw}, context)
    return cleaned.answers.get(VALUE), cleaned.problems
