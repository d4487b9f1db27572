"""What a form knows before it asks, and where from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from models.forms.form import Field, Form

Source = Literal["plate", "login", "shared", "counter", "visit", "self", "import", "earlier"]

SOURCE_NAMES: dict[str, str] = {
    "plate": "来自门牌",
    "login": "来自身份证登录",
    "shared": "来自部门共享",
    "counter": "来自窗口核验",
    "visit": "来自网格走访",
    "self": "您本人填报",
    "import": "来自户籍登记",
    "earlier": "来自您以前的办件",
}


class Known(msgspec.Struct, frozen=True):
    """One answer that need not be asked."""

    value: Any
    source: Source
    at: datetime | None = None


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer of a case: the value, where it came from and when, and whether the applicant changed what
    the form knew. ``was`` keeps the known value that she changed."""

    key: str
    value: Any
    source: Source = "self"
    at: datetime | None = None
    changed: bool = False
    was: Any = None


def fill(form: Form, facts: Mapping[str, Known]) -> dict[str, Known]:
    """The answers that ``facts`` (by element key) give to the applicant's questions of ``form``."""
    known: dict[str, Known] = {}
    for key, field in form.fields().items():
        fact = facts.get(field.element or "")
        if fact is not None and field.subject == "applicant" and fits(field, fact.value):
            known[key] = fact
    return known


def fits(field: Field, value: Any) -> bool:
    """Whether a registry value can stand in ``field``: codes that the field does not offer are left out."""
    if value in (None, "", []):
        return False
    if field.type == "single" and field.options:
        return value in {option.value for option in field.options}
    return True


def trace(answers: Mapping[str, Any], known: Mapping[str, Known], at: datetime) -> tuple[Answer, ...]:
    """Each answer with its provenance: what equals the known value keeps the known source."""
    return tuple(_traced(key, value, known.get(key), at) for key, value in answers.items())


def _traced(key: str, value: Any, fact: Known | None, at: datetime) -> Answer:
    if fact is None:
        return Answer(key, value, at=at)
    if fact.value == value:
        return Answer(key, value, fact.source, fact.at or at)
    return Answer(key, value, at=at, changed=True, was=fact.value)
