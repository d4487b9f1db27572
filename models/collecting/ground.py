"""The statutory ground (法定依据) on which an element of level 3 is collected. Pure."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

LONGEST = 300
_LAW = re.compile(r"《[^《》]{2,}》|〔[0-9]{4}〕")


class StatutoryGround(msgspec.Struct, frozen=True):
    """What was decided of an element, the ``version``-th time. ``on``: it is collected, for the duty of ``line``, on the
    ground in ``text``; else ``text`` says why it is not any more. ``by`` is the account, ``name`` whose it is."""

    id: str
    key: str
    version: int
    on: bool
    text: str
    line: str
    at: datetime
    by: str
    name: str


def names_law(text: str) -> bool:
    """Whether a ground names a law, or an official paper by its number."""
    return bool(_LAW.search(text))
