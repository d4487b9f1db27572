"""A data element (数据项): one thing worth knowing about a household or a person, collected once."""

from __future__ import annotations

from typing import Literal

import msgspec

from models.forms.form import Field, FieldType, Scalar

Sensitivity = Literal[0, 1, 2, 3]
"""0 may be public; 1 ordinary personal data; 2 masked in lists, looks recorded; 3 not collected unless
a statutory duty or a separate consent asks for it, and sealed."""

CHOICES = ("single", "multiple")

STRICT = 3
"""Level 3: off until an administrator names its statutory ground."""

Collect = Literal["always", "asked", "offered", "ground"]
"""Whether it is collected by default. ``always``: no record is whole without it. ``asked``: where it is missing, a
visit asks for it. ``offered``: taken where somebody gives it, never asked for. ``ground``: not at all, until its
statutory ground is named; these are the elements of level 3."""

Derived = Literal["code", "plate", "place", "address", "visits", "income", "consents"]
"""What writes it, so that nobody types it: the registry's own numbering, the slice of plates, where the household
lies, the visits, the incomes, the consents. ``address``: its own parts (``models/checks/derived.py``); somebody writes
it as long as these are not held, and where they say otherwise that is shown."""

Counted = Literal["members", "children"]
"""What it can be counted from; what is written stands, and a difference is shown beside it."""


class Element(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One element. ``key`` is ``person.<name>`` or ``house.<name>`` and never changes; ``codes`` names the
    code list of a single or multiple choice; ``module`` is the module of the registry it belongs to.

    ``lines`` are the lines of duty (``models/roles/lines.py``) that may see it, where these are fewer than those of its
    module. The rules are those of a form's field: ``min`` and ``max`` of numbers and days, "today" for the day or, of
    an integer, the year; lengths, a pattern with its sentence, digits after the point, a unit; the columns of a table.
    ``endless``: "9999-12-31" stands for a day that never comes (长期). ``sealed``: whatever its level, for numbers that
    are sealed everywhere stand in its text.
    """

    key: str
    label: str
    type: FieldType
    codes: str = ""
    sensitivity: Sensitivity = 1
    module: str = ""
    lines: tuple[str, ...] = ()
    collect: Collect = "asked"
    derived: Derived | None = None
    counted: Counted | None = None
    min: Scalar | None = None
    max: Scalar | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    pattern_message: str = ""
    places: int = 2
    unit: str = ""
    max_rows: int = 50
    max_files: int = 6
    endless: bool = False
    sealed: bool = False
    columns: tuple[Field, ...] = ()

    @property
    def strict(self) -> bool:
        return self.sensitivity >= STRICT

    @property
    def readonly(self) -> bool:
        """Whether something else writes it, and nobody may."""
        return self.derived not in {None, "address"}
