"""Several cases at once (批量), and taking that back. Pure.

Undoing is one more revision, never a deletion: it may be done for ten minutes by whoever did it, as long as nothing has
followed in the case, and corrects what the applicant was told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from models.base.errors import Conflict
from models.cases import flow
from models.cases.case import By, Case, State
from models.cases.owed import Owed
from models.cases.transitions import revised, say

BATCHED = {"accept": "受理", "hand_on": "通过，转下一环节", "take": "我来办", "assign": "分派给同事"}
"""What may be done with several cases at once: nothing that asks for words about one of them."""

MOST = 50
PATIENCE = timedelta(minutes=10)


class Before(msgspec.Struct, frozen=True, omit_defaults=True):
    """As much of a case as an act of a batch may change, as it was."""

    state: State
    steps: flow.Steps
    due_on: str
    accepted_at: datetime | None = None
    accepted_by: By | None = None
    owed: Owed | None = None


class Made(msgspec.Struct, frozen=True):
    """One case of a batch: the revision that the batch made, and what was before."""

    case: str
    case_no: str
    rev: int
    before: Before


class Batch(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody did with several cases at once."""

    id: str
    by: str
    action: str
    at: datetime
    made: tuple[Made, ...]
    undone_at: datetime | None = None

    def undoable(self, now: datetime) -> bool:
        """Whether it may still be taken back, as far as time goes."""
        return self.undone_at is None and bool(self.made) and now - self.at <= PATIENCE


def made(before: Case, after: Case) -> Made:
    """What a batch remembers of one of its cases."""
    kept = Before(
        before.state, before.steps, before.due_on, before.accepted_at, before.accepted_by, before.owed
    )
    return Made(after.id, after.case_no, after.rev, kept)


def undo(case: Case, by: By, at: datetime, did: Made) -> Case:
    """The case as it was before the act of a batch. Raises Conflict where something has followed."""
    if case.rev != did.rev or not case.open:
        raise Conflict("这件后来又有人处理过，不能撤销。", code="batch.followed")
    told = any(message.id == f"{case.id}:{did.rev}" for message in case.outbox)
    text = f"更正：您申请的“{case.title}”刚才的受理通知有误，以后面的通知为准。"
    before = did.before
    return revised(
        case, at, "undone", by, data={"undone": did.rev},
        state=before.state, steps=before.steps, due_on=before.due_on,
        accepted_at=before.accepted_at, accepted_by=before.accepted_by, owed=before.owed,
        outbox=say(case, at, text) if told else case.outbox,
    )  # fmt: skip
