"""The case (办件): one document, one truth. Entities here; transitions are in ``transitions.py``."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.base.actor import Level
from models.cases.owed import Owed, Paper
from models.cases.step import StepState
from models.consents.consent import Consent
from models.items.papers import Papers
from models.mandates.mandate import Ground, Intake
from models.prefill.known import Answer

State = Literal["held", "applied", "asked", "accepted", "granted", "refused", "withdrawn"]

STATE_NAMES: dict[State, str] = {
    "held": "等前面的事项办好",
    "applied": "已提交，等待受理",
    "asked": "需要您补正",
    "accepted": "办理中",
    "granted": "已办结",
    "refused": "不予办理",
    "withdrawn": "已撤回",
}
OPEN: frozenset[State] = frozenset({"held", "applied", "asked", "accepted"})

PauseKind = Literal["hearing", "test", "assessment", "review", "other", "papers"]
PAUSES: dict[PauseKind, str] = {
    "hearing": "听证", "test": "检验、检测", "assessment": "鉴定、评残", "review": "专家评审", "other": "其他法定程序",
}  # fmt: skip
"""What does not count into the time of a decision: administrative licence law art. 45, and what items add to it."""

PAUSE_NAMES: dict[PauseKind, str] = {**PAUSES, "papers": "等补交材料"}
"""Beside those that staff begin, the one that begins by itself when owed papers have not come."""

STARS: dict[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
"""The five levels of GB/T 39734, best first."""


class Applicant(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who applied: the blind index of her ID number from L1, her registry id at L2, nothing at L0.
    ``proof`` is what she had lately shown. ``device`` is the MAC of the device it was filed from. ``phone`` is where
    notices go, sealed at rest. Where somebody acted for her, ``mandate`` is what let them, ``agent`` their name and
    ``ground`` why they might."""

    level: Level
    subject: str = ""
    person: str = ""
    name: str = ""
    phone: str = ""
    proof: str = ""
    device: str = ""
    mandate: str = ""
    agent: str = ""
    ground: Ground | Literal[""] = ""


class By(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who did something: ``kind`` "resident", "staff" or "system". ``instead`` is the colleague on leave for whom she
    did it, by name."""

    kind: Literal["resident", "staff", "system"]
    id: str = ""
    name: str = ""
    office: str = ""
    instead: str = ""


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened. ``rev`` is the revision that it made."""

    at: datetime
    what: str
    by: By
    rev: int
    note: str = ""
    data: dict[str, Any] = {}


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is missing, told once: form fields to correct and why, each."""

    at: datetime
    by: By
    fields: dict[str, str]
    note: str = ""
    supplied_at: datetime | None = None


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """``reclaim`` is how much of what was given beforehand has to come back, in yuan."""

    outcome: Literal["granted", "refused"]
    at: datetime
    by: By
    reason: str = ""
    result: str = ""
    reclaim: int = 0


class Aid(msgspec.Struct, frozen=True, omit_defaults=True):
    """Urgent aid that was given first, in yuan; 0 where it was found not to be urgent."""

    at: datetime
    by: By
    amount: int = 0


class Pause(msgspec.Struct, frozen=True, omit_defaults=True):
    """A special procedure (特别程序) for which the clock stands still (administrative licence law art. 45)."""

    kind: PauseKind
    at: datetime
    by: By
    note: str = ""


class Extension(msgspec.Struct, frozen=True, omit_defaults=True):
    """The promise made longer, once, with the reason that the applicant is told (art. 42)."""

    days: int
    at: datetime
    by: By
    reason: str


class Rating(msgspec.Struct, frozen=True, omit_defaults=True):
    """``reasons`` are keys of ``models/ratings/reasons.py``."""

    stars: int
    at: datetime
    words: str = ""
    reasons: tuple[str, ...] = ()


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One outbox entry: a notice that follows from a change, sent at least once by the drain."""

    id: str
    to: Literal["applicant"]
    text: str
    due_at: datetime
    tries: int = 0
    sent_at: datetime | None = None


class Number(msgspec.Struct, frozen=True):
    """A case number in its parts: town code (9 digits), day (YYYYMMDD), running number from 1."""

    town: str
    day: str
    seq: int

    def __str__(self) -> str:
        return f"{self.town}{self.day}{self.seq:04d}"


class Brief(msgspec.Struct, frozen=True):
    """As much of a case as one line of a list shows. No answer is read for it, and nothing unsealed. ``whose`` are
    the person and the blind index of the applicant, as far as they are known, for the record of looking; ``blind`` the
    desks that are not to know whose it is, unless ``accepted_by`` is of them; ``assignee`` who has it in hand, by name."""

    id: str
    case_no: str
    title: str
    areas: tuple[str, ...]
    state: State
    due_on: str
    promised_days: int
    filed_at: datetime
    applicant: str
    step: str
    departments: tuple[str, ...] = ()
    whose: tuple[str, ...] = ()
    urgent_by: datetime | None = None
    rev: int = 1
    blind: tuple[str, ...] = ()
    accepted_by: str = ""
    assignee: str = ""


class Brought(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a case before this one in its bundle came to: its matter, its number, and the result in words."""

    title: str
    case_no: str
    result: str = ""


class Case(msgspec.Struct, frozen=True):
    """A case. ``desks`` says at whose desks it lies and in whose hands (``flow.places``); ``areas`` is the whole chain of
    the place that it is about. ``due_on`` is an ISO date in Shanghai; ``sealed`` the keys of the answers that are
    encrypted at rest; ``materials`` the names of the papers that were handed in with it, ``papers`` all that were asked
    for, with where each came from.

    Inside a bundle a case may need what another one brings about: it is ``held`` until the cases ``after`` are granted,
    and those name it in ``leads``. ``broken`` is the title of one that was not,
    ``brought`` what they came to when all were. What has to be done about that is due
    at ``follow_at``.

    ``lacking`` are the papers that did not come with it and that the item lets follow later, ``owed`` those that it was
    accepted without. What has to be done about them without anybody's hand is due at ``tend_at``. ``urgent_by`` is by when
    an urgent one has to be decided on, ``aid`` what was given then; ``amount`` is what was assessed, in yuan.

    ``consents`` are those that its sensitive answers rest on, kept with it whatever becomes of their texts. Once it has
    ended it is kept until ``keep_until``; then its people are taken out of it (``emptied_at``). ``intake`` is the counter
    that took it in (窗口受理), by the clerk who is the applicant's ``agent``."""

    id: str
    number: Number
    receipt: str
    item: str
    version: int
    title: str
    areas: tuple[str, ...]
    applicant: Applicant
    answers: tuple[Answer, ...]
    steps: tuple[StepState, ...]
    promised_days: int
    submission_key: str
    digest: str
    filed_at: datetime
    due_on: str
    sealed: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    papers: Papers = Papers()
    state: State = "applied"
    open: bool = True
    desks: tuple[str, ...] = ()
    code: str = ""
    filing: str = ""
    accepted_at: datetime | None = None
    accepted_by: By | None = None
    asked: Asked | None = None
    paused: Pause | None = None
    extension: Extension | None = None
    decision: Decision | None = None
    rating: Rating | None = None
    events: tuple[Event, ...] = ()
    outbox: tuple[Message, ...] = ()
    after: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    broken: str = ""
    brought: tuple[Brought, ...] = ()
    follow_at: datetime | None = None
    lacking: tuple[Paper, ...] = ()
    owed: Owed | None = None
    tend_at: datetime | None = None
    urgent_by: datetime | None = None
    aid: Aid | None = None
    amount: int = 0
    consents: tuple[Consent, ...] = ()
    intake: Intake | None = None
    keep_years: int = 10
    keep_until: datetime | None = None
    emptied_at: datetime | None = None
    rev: int = 1

    @property
    def case_no(self) -> str:
        return str(self.number)

    @property
    def active(self) -> tuple[StepState, ...]:
        """The steps that the case is in, side by side where there are several."""
        return tuple(step for step in self.steps if step.state == "active")

    @property
    def step(self) -> StepState | None:
        """The step that the case is in, if it is open; the first of them where several run."""
        return next((step for step in self.steps if step.state == "active"), None)

    def step_of(self, key: str) -> StepState | None:
        """The step ``key``, if it runs."""
        return next((step for step in self.active if step.key == key), None)

    @property
    def urgent_now(self) -> bool:
        """Whether its clock counts hours: it is urgent, and nobody has decided about aid yet."""
        return self.urgent_by is not None and self.aid is None

    @property
    def asked_now(self) -> bool:
        """Whether the clock stands still because the applicant is asked."""
        return self.state == "asked"

    @property
    def asked_for(self) -> frozenset[str]:
        """The keys of the answers that the applicant was told to correct; none where she was told in words alone."""
        return frozenset(self.asked.fields) if self.asked else frozenset()

    @property
    def departments(self) -> tuple[str, ...]:
        """The departments that the case goes through, step by step."""
        return tuple(step.department for step in self.steps)

    def answer(self, key: str) -> Any:
        """The answer to one question, or None."""
        return next((answer.value for answer in self.answers if answer.key == key), None)

    def values(self) -> dict[str, Any]:
        """All answers by key, without their provenance."""
        return {answer.key: answer.value for answer in self.answers}
