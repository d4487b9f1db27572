"""A data element (数据项): one thing worth knowing about a household or a person, collected once."""

from __future__ import annotations

from typing import Literal

import msgspec

from models.forms.form import FieldType

Sensitivity = Literal[0, 1, 2, 3]
"""0 may be public; 1 ordinary personal data; 2 masked in lists, looks recorded; 3 not collected unless
a statutory duty or a separate consent asks for it, and sealed."""


class Element(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One element. ``key`` is ``person.<name>`` or ``house.<name>`` and never changes; ``codes`` names the
    code list of a single or multiple choice; ``module`` is the module of the registry it belongs to."""

    key: str
    label: str
    type: FieldType
    codes: str = ""
    sensitivity: Sensitivity = 1
    module: str = ""
