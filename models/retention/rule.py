"""How long one collection is kept, on what ground, and what takes it away. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from models.items.item import Item

How = Literal["ttl", "sweep", "owner", "never"]

HOWS: dict[How, str] = {
    "ttl": "到期由数据库自动删除",
    "sweep": "到期由每小时的清理任务处理",
    "owner": "随所属的内容一起处理",
    "never": "长期保存",
}


class Rule(msgspec.Struct, frozen=True):
    """``what`` is in ``collection``, kept for ``keep`` on ``ground``. ``people``: it is about people, and so stands in
    the privacy notice; ``after`` says what is done where that is not deletion."""

    collection: str
    what: str
    keep: str
    ground: str
    how: How
    people: bool = False
    after: str = ""


class Due(msgspec.Struct, frozen=True):
    """What a sweep found or did: how many, and from when to when they are (the times that made them due)."""

    count: int
    first: datetime | None = None
    last: datetime | None = None


NOTHING = Due(0)


class Swept(msgspec.Struct, frozen=True):
    """One row of the report: what a sweep did to one collection, by which rule."""

    id: str
    at: datetime
    collection: str
    rule: str
    count: int
    first: datetime | None = None
    last: datetime | None = None


def kept_years(item: Item) -> int:
    """How many years a case of this item is kept after it has ended."""
    return item.keep_years
