"""The form of one module of a household or a person."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.views.desk import frame
from handlers.views.questions import Desk, messages, question, summary
from models.base.clock import SHANGHAI
from models.base.errors import Invalid, SaobanError
from models.elements.answering import question_of
from models.elements.element import Element
from models.forms.form import Field, Form, Section
from models.people.book import Noun
from models.registry.editing import GROUND, Change, print_of, short
from models.registry.service import Opened
from models.registry.sight import Line, name_of, whose

if TYPE_CHECKING:
    from handlers.base import Base

PLACES: dict[Noun, str] = {"household": "households", "person": "people"}

__all__ = ["field_of", "module_page", "whose"]


def field_of(element: Element) -> Field:
    """The question for an element within the form of its module."""
    return msgspec.structs.replace(question_of(element), key=short(element.key), required=False)


async def module_page(
    handler: Base, opened: Opened, noun: Noun, change: Change | None = None, error: SaobanError | None = None,
    more: str = "",
) -> Page:  # fmt: skip
    """registry_module.html: what is held, and over it what was typed; ``more`` names a table that gets one more row."""
    lines = {line.key: line for line in opened.module.lines}
    fields = tuple(_field(each, lines[each.key]) for each in opened.elements)
    form = Form((Section("s", "", fields),))
    problems = list(error.problems) if isinstance(error, Invalid) else []
    desk = Desk(
        form,
        handler.home.registry.context(),
        frozenset(each.key for each in fields),
        messages(problems),
        rows_more=more,
    )
    stale: Any = error.data.get("fields", ()) if error is not None else ()
    typed = change.changes if change else {}
    here = f"/desk/registry/{PLACES[noun]}/{opened.owner.id}"
    return Page(
        **await frame(handler, ""),
        title=opened.module.name,
        whose=name_of(opened.owner),
        here=here,
        action=f"{here}/modules/{opened.module.key}",
        questions=[
            Page(
                q=question(field, typed.get(element.key, lines[element.key].value), desk),
                key=element.key,
                was="" if lines[element.key].masked else _print(lines[element.key]),
                base=lines[element.key].version,
                now=_now(lines[element.key], element.key in stale),
                stale=element.key in stale,
            )
            for element, field in zip(opened.elements, fields, strict=True)
        ],
        tables=any(each.type == "table" for each in fields),
        ground=change.ground if change else "",
        ground_problem=messages(problems).get(GROUND, ""),
        problems=[
            each if each.field else Page(field=_anchor(each.name), label="", message=each.message)
            for each in summary(form, problems)
        ],
        problem=error.message if error is not None and not problems else "",
    )


def _anchor(name: str) -> str:
    return name if name == GROUND else ""


def _field(element: Element, line: Line) -> Field:
    """With a word beside it where what is held is not shown."""
    field = field_of(element)
    if not line.masked:
        return field
    return msgspec.structs.replace(field, hint=f"现在登记的是 {line.words}，不改就留空。")


def _print(line: Line) -> str:
    return print_of(line.value) if line.source else ""


def _now(line: Line, stale: bool) -> str:
    """What is held, and from whom: 网格走访，王网格，2026-11-02."""
    if not line.source or line.at is None:
        return "现在没有登记" if stale else ""
    words = f"现在登记：{line.words}。" if stale else ""
    who = "，".join(part for part in (line.source_name, line.author) if part)
    return f"{words}{who}，{line.at.astimezone(SHANGHAI):%Y-%m-%d}"
