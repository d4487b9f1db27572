"""A rotation as it goes along, and what came of it. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from models.base.errors import Conflict, Unavailable

Stage = Literal["learning", "sealing", "checking", "done"]

STAGES: dict[Stage, str] = {
    "learning": "等各服务进程取得新密钥",
    "sealing": "重新加密",
    "checking": "核查旧密钥是否还有使用",
    "done": "完成",
}


class Mark(msgspec.Struct, frozen=True):
    """How far one collection has come: everything up to the id ``after`` is done."""

    after: str = ""
    seen: int = 0
    resealed: int = 0
    done: bool = False


class Job(msgspec.Struct, frozen=True):
    """The rotation to the data key ``to``; held by one process until ``until`` unless it says more."""

    id: str = msgspec.field(name="_id")
    holder: str
    until: datetime
    started_at: datetime
    to: str = ""
    marks: dict[str, Mark] = {}
    finished_at: datetime | None = None

    @property
    def resealed(self) -> int:
        """How many values, so far and in all runs of this rotation."""
        return sum(mark.resealed for mark in self.marks.values())


class Progress(msgspec.Struct, frozen=True):
    """What a person sees of it: documents looked at, of how many, and values re-encrypted. ``fresh`` is how
    many of the documents were looked at in this run, for the rate."""

    stage: Stage
    seen: int = 0
    total: int = 0
    fresh: int = 0
    resealed: int = 0
    collection: str = ""


class Trouble(msgspec.Struct, frozen=True, order=True):
    """A document that could not be brought to the new key. ``why``: "unreadable" (the value does not open),
    "undeclared" (a sealed value at a place that no repository declares), "busy" (changed by others at every
    try), "doubled" (its number came to stand in another document too, which has the new index)."""

    collection: str
    id: str
    why: Literal["unreadable", "undeclared", "busy", "doubled"]


class Outcome(msgspec.Struct, frozen=True):
    """What a finished run did. ``resumed``: it went on where an earlier one had stopped."""

    key: str
    resealed: int
    troubles: tuple[Trouble, ...]
    resumed: bool


class RotationBusy(Conflict):
    code = "rotation.busy"
    message = "另一个进程正在轮换密钥，请等它结束后再运行。"


class KeysNotLearnt(Unavailable):
    code = "rotation.not_learnt"
    message = "有服务进程没有取得新密钥，轮换已停下，没有改动数据。请检查这些进程后重新运行。"


class StillUsed(Conflict):
    code = "rotation.still_used"
    message = "旧密钥还有使用，不能停用。"
