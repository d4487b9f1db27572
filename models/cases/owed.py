"""Papers that are owed (容缺): a case accepted without them, on a promise, until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

Over = Literal["stop", "back", "refuse"]

OVERS: dict[Over, str] = {
    "stop": "到期没有补齐的，时限暂停，补齐后接着办",
    "back": "到期没有补齐的，退回申请，需要时可以重新提交",
    "refuse": "到期没有补齐的，不予办理",
}
"""What becomes of a case whose papers have not come in time, as its applicant is told before she promises."""

Promised = Literal["", "counter", "receipt", "aid"]

PROMISES: dict[Promised, str] = {"counter": "当面签了承诺书", "receipt": "在回执上作出承诺"}

HOW_OWED: dict[Promised, str] = {**PROMISES, "aid": "先行救助，手续后补"}


class Paper(msgspec.Struct, frozen=True, omit_defaults=True):
    """A material that may follow later; ``field`` is the question of the form that takes its picture."""

    code: str
    name: str
    field: str = ""
    handed_at: datetime | None = None


class Owed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is still to be brought after the acceptance. ``days`` (working days), ``over`` and ``remind`` (working days
    before the end) are what the item said then; ``due_on`` and ``remind_on`` are ISO dates in Shanghai, empty until the
    promise is given and the clock runs."""

    papers: tuple[Paper, ...]
    days: int
    over: Over
    remind: int = 1
    promised: Promised = ""
    due_on: str = ""
    remind_on: str = ""
    reminded_at: datetime | None = None
    over_at: datetime | None = None

    @property
    def outstanding(self) -> tuple[Paper, ...]:
        """Those that have not come in."""
        return tuple(paper for paper in self.papers if paper.handed_at is None)

    @property
    def offered(self) -> bool:
        """Whether the desk is ready to accept without them and waits for the promise."""
        return not self.due_on

    @property
    def running(self) -> bool:
        """Whether something is owed now."""
        return bool(self.due_on and self.outstanding)


def came_in(owed: Owed | None, papers: Sequence[Paper], at: datetime) -> Owed | None:
    """What is owed when ``papers`` have come with a correction; nothing where they were all that was offered to follow."""
    codes = {paper.code for paper in papers}
    if owed is None or not codes:
        return owed
    if owed.offered:
        left = tuple(paper for paper in owed.papers if paper.code not in codes)
        return msgspec.structs.replace(owed, papers=left) if left else None
    return msgspec.structs.replace(
        owed,
        papers=tuple(
            msgspec.structs.replace(paper, handed_at=paper.handed_at or at) if paper.code in codes else paper
            for paper in owed.papers
        ),
    )
