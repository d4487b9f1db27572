"""What a form is: sections of fields, conditions on them and rules across them.

Written as data (TOML in ``models/items/data``), frozen with the item's version, read by the engine.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import msgspec

FieldType = Literal[
    "text", "textarea", "integer", "decimal", "money", "date", "month", "yes_no", "single", "multiple",
    "id_number", "credit_code", "phone", "area", "address", "bank_account", "member", "file", "signature",
    "table", "computed", "notice",
]  # fmt: skip

Operator = Literal["eq", "ne", "in", "has", "gt", "ge", "lt", "le", "filled", "empty"]
Scalar = str | int | float | bool


class When(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A condition: either one comparison, or ``all`` / ``any`` / ``not`` of conditions.

    A comparison names a ``field`` and compares its answer with ``value`` (for ``in``: a list), or with
    the answer of the field ``other``. ``has`` asks whether a multiple choice contains ``value``.
    A hidden or unanswered field compares false, except with ``empty`` and ``ne``.
    """

    field: str | None = None
    op: Operator = "eq"
    value: Scalar | tuple[Scalar, ...] | None = None
    other: str | None = None
    all: tuple[When, ...] | None = None
    any: tuple[When, ...] | None = None
    not_: When | None = msgspec.field(default=None, name="not")


class Option(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    value: str
    label: str
    hint: str = ""


class Compute(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A derived answer. ``sum``/``product`` over ``fields``; ``difference``/``ratio`` of the first two;
    ``age`` in whole years of the date ``fields[0]``; ``column_sum`` of ``column`` in the table ``fields[0]``;
    ``count`` of the rows of the table ``fields[0]``."""

    op: Literal["sum", "product", "difference", "ratio", "age", "column_sum", "count"]
    fields: tuple[str, ...]
    column: str = ""


class Commitment(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A promise that stands in for a paper (告知承诺). ``key`` is what it is called wherever the same promise is made;
    ``covers`` says in one sentence what is promised. ``bars`` is all that a breach of it changes: by the kind of breach
    (``models/integrity/data/kinds.toml``) the months for which the promise is not taken and the paper is asked for."""

    key: str
    covers: str
    bars: dict[str, int] = {}


class Field(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One question. ``element`` names the data element that it fills and is filled from
    (``person.phone``), of the person ``subject`` plays in the form ("applicant", "child", "spouse", ...)."""

    key: str
    label: str
    type: FieldType
    required: bool = False
    hint: str = ""
    element: str | None = None
    subject: str = "applicant"
    options: tuple[Option, ...] = ()
    codes: str = ""  # name of a code list, instead of options
    min: Scalar | None = None  # numbers; for dates ISO, or "today", "today-80y", "today+30d"
    max: Scalar | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    pattern_message: str = ""
    places: int = 2  # digits after the point of decimal and money
    unit: str = ""
    show_if: When | None = None
    require_if: When | None = None
    columns: tuple[Field, ...] = ()  # of a table
    min_rows: int = 0
    max_rows: int = 50
    compute: Compute | None = None
    max_files: int = 6
    camera: bool = False
    text: str = ""  # body of a notice; with required=true a notice must be ticked ("我已阅读并同意")
    default: Scalar | None = None
    commitment: Commitment | None = None  # of a yes_no or a notice: saying yes makes this promise
    consent: str = ""  # the purpose under whose consent it is asked, where its element does not say it


class Section(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One page of a form."""

    key: str
    title: str
    fields: tuple[Field, ...]
    hint: str = ""
    show_if: When | None = None


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A rule across fields: where ``when`` holds (or always), ``must`` has to hold too;
    otherwise ``message`` stands beside ``field``."""

    must: When
    field: str
    message: str
    when: When | None = None
    code: str = "rule"


class Form(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, dict=True):
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...] = ()

    def fields(self) -> dict[str, Field]:
        """Every field of every section by its key, in order. The same mapping each time: leave it as it is."""
        return self._by_key

    @cached_property
    def _by_key(self) -> dict[str, Field]:
        return {field.key: field for section in self.sections for field in section.fields}
