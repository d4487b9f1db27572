"""A filing: one submission of a bundle, over the child cases that it made."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.cases.case import Applicant


class Filing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the children have in common. How many of them are done is derived from them, never kept here."""

    id: str
    case_no: str
    receipt: str
    bundle: str
    version: int
    title: str
    areas: tuple[str, ...]
    applicant: Applicant
    children: tuple[str, ...]
    submission_key: str
    digest: str
    filed_at: datetime
    code: str = ""
