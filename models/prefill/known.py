"""What a form knows before it asks, and where from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from models.forms.form import Field, Form

Source = Literal["plate", "login", "shared", "counter", "visit", "self", "import", "earlier", "kept"]

SOURCE_NAMES: dict[str, str] = {
    "plate": "来自门牌",
    "login": "来自身份证登录",
    "shared": "来自部门共享",
    "counter": "来自窗口核验",
    "visit": "来自网格走访",
    "self": "您本人填报",
    "import": "来自户籍登记",
    "earlier": "来自您以前的办件",
    "kept": "您以前交过的材料",
}

WEAKEST: tuple[Source, ...] = (
    "kept",
    "earlier",
    "import",
    "self",
    "visit",
    "counter",
    "shared",
    "login",
    "plate",
)
"""The least trusted first: what is put together from several values is as good as the worst of them."""

OWN_PAPERS = frozenset({"file", "signature", "member"})
"""Types whose answers belong to the case in which they were given."""

FAMILY = "household"
"""Subject of a family table that the applicant is in herself, in the first row; in any other she is not."""


class Known(msgspec.Struct, frozen=True):
    """One answer that need not be asked."""

    value: Any
    source: Source
    at: datetime | None = None


Facts = Mapping[str, Known]
"""What is known of somebody, by element key."""

CodeLists = Mapping[str, Mapping[str, str]]


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer of a case: the value, where it came from and when, and whether the applicant changed what
    the form knew. ``was`` keeps the known value that she changed."""

    key: str
    value: Any
    source: Source = "self"
    at: datetime | None = None
    changed: bool = False
    was: Any = None


def fill(form: Form, facts: Facts, codes: CodeLists) -> dict[str, Known]:
    """The answers that ``facts`` give to the applicant's questions of ``form``."""
    fields = form.fields()
    asked = {
        key: facts.get(field.element or "") for key, field in fields.items() if field.subject == "applicant"
    }
    return {
        key: fact for key, fact in asked.items() if fact is not None and fits(fields[key], fact.value, codes)
    }


def family_tables(form: Form) -> tuple[Field, ...]:
    """The tables with a row for each member of the household: those whose columns ask for facts of a member."""
    return tuple(field for field in form.fields().values() if field.columns and _family_columns(field))


def fill_family(form: Form, applicant: Facts, others: Sequence[Facts], codes: CodeLists) -> dict[str, Known]:
    """The family tables of ``form``, a row for each member with what is known of her; what is not known, such as
    her income, is left to be asked."""
    known = {}
    for field in family_tables(form):
        members = [applicant, *others] if field.subject == FAMILY else others
        rows = [row for facts in members if (row := _row(field, facts, codes))][: field.max_rows]
        if rows:
            told = [fact for row in rows for fact in row.values()]
            values = [{key: fact.value for key, fact in row.items()} for row in rows]
            known[field.key] = Known(values, _weakest(told), min((f.at for f in told if f.at), default=None))
    return known


def _family_columns(field: Field) -> list[Field]:
    return [
        column
        for column in field.columns
        if column.subject == "member" and (column.element or "").startswith("person.")
    ]


def _row(field: Field, facts: Facts, codes: CodeLists) -> dict[str, Known]:
    found = {column: facts.get(column.element or "") for column in _family_columns(field)}
    return {
        column.key: fact
        for column, fact in found.items()
        if fact is not None and fits(column, fact.value, codes)
    }


def _weakest(facts: Iterable[Known]) -> Source:
    return min((fact.source for fact in facts), key=WEAKEST.index)


def fits(field: Field, value: Any, codes: CodeLists) -> bool:
    """Whether a registry value can stand in ``field``: codes that the field does not offer are left out."""
    if value in (None, "", []) or field.type in OWN_PAPERS:
        return False
    if field.type not in {"single", "multiple"}:
        return True
    offered = {option.value for option in field.options} or set(codes.get(field.codes, ()))
    return offered.issuperset(value if isinstance(value, list) else [value])


def trace(answers: Mapping[str, Any], known: Mapping[str, Known], at: datetime) -> tuple[Answer, ...]:
    """Each answer with its provenance: what agrees with the known value keeps the known source."""
    return tuple(_traced(key, value, known.get(key), at) for key, value in answers.items())


def _traced(key: str, value: Any, fact: Known | None, at: datetime) -> Answer:
    if fact is None:
        return Answer(key, value, at=at)
    if _agrees(value, fact.value):
        return Answer(key, value, fact.source, fact.at or at)
    return Answer(key, value, at=at, changed=True, was=fact.value)


def _agrees(value: Any, known: Any) -> bool:
    """Whether an answer says what was known, and perhaps more: a family table has the known members in its rows, with
    what only the applicant could add beside them."""
    if isinstance(value, list) and isinstance(known, list) and len(value) == len(known):
        return all(map(_agrees, value, known))
    if isinstance(value, dict) and isinstance(known, dict):
        return value.items() >= known.items()
    return bool(value == known)
