"""The pages on which an item is written: sections of fields and rows, the preview as the phone shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

import msgspec

from handlers.views import desk, forms, questions
from models.base.errors import Conflict, Invalid, Problem
from models.forms.conditions import names
from models.forms.context import Context
from models.forms.engine import visible
from models.forms.form import Field, Form, When
from models.forms.form import Section as FormPage
from models.items.bench import Sight
from models.items.catalogue import Standing, item_offer
from models.items.cells import NO, YES, Column
from models.items.codes import taken_apart
from models.items.columns import CODE_PARTS
from models.items.conditions import OPERATORS
from models.items.item import Item
from models.items.tabled import tabled
from models.items.writing import KEYS, Rows, Section, indexes, is_index, value_at

if TYPE_CHECKING:
    from handlers.base import Base

PART = "part."


class Told(msgspec.Struct, frozen=True):
    """What stands beside the fields: problems of what was typed, the lint of what is kept, what the reviewer said."""

    problems: Mapping[str, str]
    findings: Mapping[str, tuple[str, str]]  # place -> (tone, message)
    remarks: Mapping[str, str]

    def beside(self, place: str, keyed: str) -> dict[str, Any]:
        """What is told at a place; ``keyed`` is the same place by the key of its row."""
        tone, finding = self.findings.get(place) or self.findings.get(keyed) or ("", "")
        return {
            "problem": self.problems.get(place, ""),
            "finding": finding,
            "tone": tone,
            "remark": self.remarks.get(keyed, ""),
        }


def told(sight: Sight, problems: Sequence[Problem] = ()) -> Told:
    """Everything that is said of what is being written, by place; the gravest where there are several."""
    findings: dict[str, tuple[str, str]] = {}
    for each in sight.findings:
        findings.setdefault(each.place, ("refused" if each.severity == "refuse" else "waiting", each.message))
    remarks = {each.place: each.text for each in sight.draft.remarks} if sight.draft else {}
    return Told(questions.messages(problems), findings, remarks)


def condition_places(section: Section, texts: Iterable[str]) -> list[str]:
    """Where the texts of a section hold conditions."""
    names = list(texts)
    found = [column.path for column in section.columns if column.kind == "when"]
    for rows in section.rows:
        paths = [column.path for column in rows.columns if column.kind == "when"]
        found += [f"{rows.path}.{at}.{path}" for at in indexes(names, rows.path) for path in paths]
    return found


async def section_page(
    handler: Base, sight: Sight, section: Section, texts: Mapping[str, str], *, problems: Sequence[Problem] = (),
    error: Invalid | Conflict | None = None, saved: bool = False, unsaved: bool = False,
) -> Page:  # fmt: skip
    """items_edit.html."""
    beside = told(sight, problems)
    return Page(
        **await desk.frame(handler, "/desk/items"),
        title=sight.item.name,
        section=section,
        back=f"/desk/items/{sight.slug}",
        action=f"/desk/items/{sight.slug}/edit/{section.key}",
        may="save" in sight.may,
        rev=sight.draft.rev if sight.draft else 0,
        boxes=[box(column, column.path, texts, beside, sight.item.form) for column in section.columns],
        parts=_parts(section, texts, beside, sight.item),
        groups=[_group(rows, texts, beside, sight.item) for rows in section.rows],
        problems=[Page(field=each.field, label="", message=each.message) for each in problems],
        problem=error.message if isinstance(error, Conflict) else "",
        notes=_notes(section, beside),
        saved=saved,
        unsaved=unsaved,
        fields=field_choices(sight.item.form),
        operators=list(OPERATORS.items()),
        values=value_choices(sight.item.form),
    )


def _parts(section: Section, texts: Mapping[str, str], beside: Told, item: Item) -> list[Page]:
    """The parts from which codes are put together, as they were typed or as they are in the codes that there are."""
    if section.key != "codes":
        return []
    there = taken_apart(item.basic_code, item.code)
    typed = {f"{PART}{name}": text for name, text in there.items()} | dict(texts)
    return [box(column, column.path, typed, beside, item.form) for column in CODE_PARTS]


def _notes(section: Section, beside: Told) -> list[Page]:
    """What is said of a whole list of rows."""
    places = [rows.path for rows in section.rows]
    return [
        Page(tone=tone, message=message)
        for place in places
        if (found := beside.findings.get(place))
        for tone, message in [found]
    ]


def _group(rows: Rows, texts: Mapping[str, str], beside: Told, item: Item) -> Page:
    there = value_at(item, rows.path)
    numbers = indexes(texts, rows.path)
    return Page(
        path=rows.path,
        title=rows.title,
        fixed=rows.fixed,
        rows=[_row(rows, at, numbers, texts, beside, item.form, there) for at in numbers],
    )


def _row(
    rows: Rows,
    at: int,
    numbers: list[int],
    texts: Mapping[str, str],
    beside: Told,
    form: Form,
    there: Sequence[Any],
) -> Page:
    place, key = f"{rows.path}.{at}", KEYS[rows.path]
    was = texts.get(f"{place}.was", "")
    saved = there[int(was)] if is_index(was) and int(was) < len(there) else None
    named = texts.get(f"{place}.{key}") or (getattr(saved, key) if saved is not None else "")
    label = texts.get(f"{place}.name") or (getattr(saved, "name", "") if saved is not None else "") or named
    # The lint counts rows as they were kept, the reviewer goes by keys.
    lint = Told(
        beside.problems,
        {name.replace(f"{rows.path}.{was}.", f"{place}.", 1): each for name, each in beside.findings.items()
         if was and name.startswith(f"{rows.path}.{was}.")},
        beside.remarks,
    )  # fmt: skip
    return Page(
        place=place,
        was=was,
        of=texts.get(f"{place}.of", ""),
        label=label or f"新的{rows.title}",
        remark=beside.remarks.get(f"{rows.path}.{named}", ""),
        first=at == numbers[0],
        last=at == numbers[-1],
        boxes=[
            box(column, f"{place}.{column.path}", texts, lint, form, f"{rows.path}.{named}.{column.path}")
            for column in rows.columns
        ],
    )


def box(
    column: Column, place: str, texts: Mapping[str, str], beside: Told, form: Form, keyed: str = ""
) -> Page:
    """One thing to write, with all that is said of it."""
    value = texts.get(place, "")
    choices = ((YES, YES), (NO, NO)) if column.kind == "yes_no" else column.choices
    return Page(
        name=place,
        id=f"f-{place}",
        label=column.label,
        hint=column.hint,
        kind="choice" if column.kind == "yes_no" else column.kind,
        optional=column.optional,
        options=list(choices),
        value=value,
        table=tabled(value, form) if column.kind == "when" else None,
        lines=max(3, value.count("\n") + 2),
        **beside.beside(place, keyed or place),
    )


def field_choices(form: Form) -> list[tuple[str, str]]:
    """The questions that a condition may read."""
    return [(field.key, f"{field.label}（{field.key}）") for field in form.fields().values()]


def value_choices(form: Form) -> list[tuple[str, str]]:
    """What a condition may compare with: the options of every question, and 是 and 否."""
    offered = [(option.label, field.label) for field in form.fields().values() for option in field.options]
    return [(YES, ""), (NO, ""), *dict(offered).items()]


def preview_page(handler: Base, item: Item, of: str, at: int) -> Page:
    """items_preview.html: the matter, then each page of its form, drawn by the templates that residents see."""
    here = f"/desk/items/{item.id}/preview?of={of}&at="
    context = Context(
        today=handler.home.today(), codes=handler.home.elements.code_lists, areas=handler.home.areas.names()
    )
    pages = item.form.sections
    if not 1 <= at <= len(pages):
        offer = item_offer(item, 0, Standing(item.id, 0, ""))
        return Page(matter=True, **vars(forms.matter(offer, "", f"/desk/items/{item.id}", f"{here}1")))
    section = pages[at - 1]
    shown = visible(item.form, {}, context.today) | {
        each.key for each in section.fields if _from_before(each, section)
    }
    drawn = questions.Desk(item.form, context, frozenset(shown))
    return Page(
        matter=False, title=item.short, address="", section=section, step=at, steps=len(pages) + 1,
        action=f"{here}{at}", draft="", submission_key="", known=[], problems=[], login_href="", saved="", contact=None,
        questions=[_question(field, section, drawn) for field in section.fields],
        facts={"values": {}, "kinds": {key: each.type for key, each in item.form.fields().items()},
               "today": context.today.isoformat()},
        back_href=f"{here}{at - 1}", papers=None,
    )  # fmt: skip


def _question(field: Field, section: FormPage, drawn: questions.Desk) -> Page:
    """A question; one that waits for answers of another page is there, since nobody gives them here."""
    page = questions.question(field, None, drawn)
    if _from_before(field, section):
        page.show_if, page.shown = "", True
    return page


def _from_before(field: Field, section: FormPage) -> bool:
    here = {each.key for each in section.fields}
    conditions: list[When | None] = [field.show_if, section.show_if]
    return any(names(when) - here for when in conditions if when)
