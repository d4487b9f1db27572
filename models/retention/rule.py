"""How long one collection is kept, on what ground, and what takes it away. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from models.items.item import Item

How = Literal["ttl", "sweep", "owner", "never"]

HOWS: dict[How, str] = {
    "ttl": "数据库到期自动删除",
    "sweep": "每小时清理任务",
    "owner": "随所属对象一起删除",
    "never": "不自动删除",
}

MANDATE_YEARS = 3
IDENTITY_YEARS = 3
SWEEPS_YEARS = 3


class Rule(msgspec.Struct, frozen=True):
    """``what`` is in ``collection``, kept for ``keep`` on ``ground``. ``people`` says whether it is about people: such
    rows stand in the privacy notice too."""

    collection: str
    what: str
    keep: str
    ground: str
    how: How
    people: bool = False


def kept_years(item: Item) -> int:
    """How many years a case of this item is kept after it has ended."""
    return item.keep_years
