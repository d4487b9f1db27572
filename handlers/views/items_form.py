"""The pages of the form builder: all pages and questions, one page, one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.views import desk
from handlers.views.items_edit import Told, box, field_choices, told, value_choices
from models.base.errors import Conflict, Invalid, Problem
from models.consents.consent import KEEP
from models.elements.element import Element
from models.forms.form import Field, Form, Section
from models.items.bench import Sight
from models.items.building import columns_for, field_at
from models.items.cells import Column
from models.items.columns import FIELD_TYPES, PAGE, SUBJECTS
from models.items.conditions import OPERATORS, write_when

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.items_edit import Written

FOUND = 12
BOXES = frozenset({"title", "element", "label", "type", "key"})
SENSITIVE = {0: "可公开", 1: "一般", 2: "敏感", 3: "严格限制"}


class Asked(msgspec.Struct, frozen=True):
    """What a question's page is asked for."""

    q: str = ""
    saved: bool = False


async def form_page(
    handler: Base, sight: Sight, *, sent: Written | None = None, error: Invalid | Conflict | None = None,
    saved: bool = False,
) -> Page:  # fmt: skip
    """items_form.html."""
    beside_all = told(sight)
    problems = error.problems if isinstance(error, Invalid) else []
    return Page(
        **await desk.frame(handler, "/desk/items"),
        slug=sight.slug,
        title=sight.item.name,
        may="save" in sight.may,
        rev=sight.draft.rev if sight.draft else 0,
        pages=[_page(sight, at, section, beside_all) for at, section in enumerate(sight.item.form.sections)],
        types=list(FIELD_TYPES.items()),
        elements=_elements(handler),
        typed=sent.texts if sent else {},
        at=sent.do.partition(":")[2] if sent else "",
        making=bool(sent and sent.do == "page"),
        problems={each.field: each.message for each in problems},
        problem=error.message if isinstance(error, Conflict) else _elsewhere(problems),
        note=beside_all.findings.get("form", ("", ""))[1],
        saved=saved,
    )


def _elsewhere(problems: Sequence[Problem]) -> str:
    """What is wrong, where it is beside none of the boxes of the page."""
    return next((each.message for each in problems if each.field not in BOXES), "")


def _page(sight: Sight, at: int, section: Section, beside_all: Told) -> Page:
    return Page(
        key=section.key,
        number=at + 1,
        title=section.title,
        href=f"/desk/items/{sight.slug}/form/pages/{section.key}",
        preview=f"/desk/items/{sight.slug}/preview?of=&at={at + 1}",
        when=write_when(section.show_if),
        first=at == 0,
        last=at == len(sight.item.form.sections) - 1,
        finding=_finding(beside_all, f"form.sections.{section.key}"),
        fields=[_line(sight, section, field, beside_all) for field in section.fields],
    )


def _line(sight: Sight, section: Section, field: Field, beside_all: Told) -> Page:
    place = f"form.fields.{field.key}"
    return Page(
        key=field.key,
        label=field.label,
        type=FIELD_TYPES[field.type],
        href=f"/desk/items/{sight.slug}/form/fields/{field.key}",
        required=field.required,
        element=field.element or "",
        when=write_when(field.show_if),
        finding=_finding(beside_all, place),
        remark=next((text for at, text in beside_all.remarks.items() if at.startswith(place)), ""),
    )


def _finding(beside_all: Told, place: str) -> str:
    """The first thing that is wrong at a place or inside it."""
    inside = (
        text for at, (_, text) in beside_all.findings.items() if at == place or at.startswith(f"{place}.")
    )
    return next(inside, "")


def _elements(handler: Base) -> list[tuple[str, str]]:
    return [(key, element.label) for key, element in handler.home.elements.by_key.items()]


async def one_page(
    handler: Base, sight: Sight, section: Section, texts: Mapping[str, str], problems: Sequence[Problem],
    error: Invalid | Conflict | None, *, saved: bool,
) -> Page:  # fmt: skip
    """items_part.html for a page."""
    place = f"form.sections.{section.key}"
    path = f"/desk/items/{sight.slug}/form/pages/{section.key}"
    model = await _part(handler, sight, PAGE[1:], texts, place, problems, error, sight.item.form)
    return Page(
        **model,
        heading=f"页面：{section.title}",
        action=path,
        saved=saved,
        columns=[],
        search=None,
        table="",
        types=[],
    )


async def one_field(
    handler: Base, sight: Sight, path: str, field: Field, texts: Mapping[str, str], problems: Sequence[Problem],
    error: Invalid | Conflict | None, asked: Asked,
) -> Page:  # fmt: skip
    """items_part.html for a question."""
    here = f"/desk/items/{sight.slug}/form/fields/{path}"
    columns = tuple(_chosen(handler, column) for column in columns_for(field.type))
    form = beside(sight.item.form, path)
    model = await _part(handler, sight, columns, texts, f"form.fields.{path}", problems, error, form)
    searched = (
        Page(q=asked.q, found=_search(handler, asked.q), bound=field.element or "")
        if "." not in path
        else None
    )
    rows = [
        Page(key=f"{path}.{each.key}", label=each.label, type=FIELD_TYPES[each.type],
             href=f"/desk/items/{sight.slug}/form/fields/{path}.{each.key}")
        for each in field.columns
    ]  # fmt: skip
    return Page(
        **model, heading=f"问题：{field.label}", action=here, saved=asked.saved, columns=rows, search=searched,
        table=path if field.type == "table" else "", types=list(FIELD_TYPES.items()),
    )  # fmt: skip


async def _part(
    handler: Base, sight: Sight, columns: Sequence[Column], texts: Mapping[str, str], place: str,
    problems: Sequence[Problem], error: Invalid | Conflict | None, form: Form,
) -> dict[str, Any]:  # fmt: skip
    beside_all = told(sight, problems)
    own = Told(
        beside_all.problems,
        {
            at.removeprefix(f"{place}."): each
            for at, each in beside_all.findings.items()
            if at.startswith(f"{place}.")
        },
        {
            at.removeprefix(f"{place}."): text
            for at, text in beside_all.remarks.items()
            if at.startswith(f"{place}.")
        },
    )
    whole = beside_all.findings.get(place)
    return {
        **await desk.frame(handler, "/desk/items"),
        "title": sight.item.name,
        "back": f"/desk/items/{sight.slug}/form",
        "form_href": f"/desk/items/{sight.slug}/form",
        "may": "save" in sight.may,
        "rev": sight.draft.rev if sight.draft else 0,
        "boxes": [box(column, column.path, texts, own, form) for column in columns],
        "problems": [Page(field=each.field, label="", message=each.message) for each in problems],
        "problem": error.message if isinstance(error, Conflict) else "",
        "note": whole[1] if whole else "",
        "remark": beside_all.remarks.get(place, ""),
        "fields": field_choices(form),
        "operators": list(OPERATORS.items()),
        "values": value_choices(form),
    }


def _chosen(handler: Base, column: Column) -> Column:
    """Subjects, code lists and purposes of consents are chosen from what there is."""
    if column.path == "subject":
        return msgspec.structs.replace(column, kind="choice", choices=SUBJECTS)
    if column.path == "consent":
        purposes = handler.home.consents.purposes.items()
        asked = tuple((key, purpose.title) for key, purpose in purposes if key != KEEP)
        return msgspec.structs.replace(column, kind="choice", choices=asked)
    if column.path == "codes":
        names = tuple((name, name) for name in handler.home.elements.code_lists)
        return msgspec.structs.replace(column, kind="choice", choices=names)
    return column


def beside(form: Form, path: str) -> Form:
    """The questions that a question's conditions may read: of a column, those of its table."""
    key, _, column = path.partition(".")
    table = field_at(form, key) if column else None
    return Form((Section("row", "", table.columns),)) if table else form


def _search(handler: Base, query: str) -> list[Page]:
    """Elements whose label or key holds every word."""
    words = query.split()
    if not words:
        return []
    found = [
        each
        for each in handler.home.elements.by_key.values()
        if all(word in f"{each.label} {each.key}" for word in words)
    ]
    return [_element(each) for each in found[:FOUND]]


def _element(element: Element) -> Page:
    return Page(
        key=element.key, label=element.label, type=FIELD_TYPES[element.type],
        sensitivity=SENSITIVE[element.sensitivity],
    )  # fmt: skip
