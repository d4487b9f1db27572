"""One piece of long work as it goes along. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from models.audit.entry import Who
from models.base.actor import Actor, Role
from models.base.errors import Conflict, NotFound

State = Literal["ready", "asking", "done", "failed", "cancelled"]

STATES: dict[State, str] = {
    "ready": "进行中",
    "asking": "等人确认",
    "done": "已完成",
    "failed": "没有完成",
    "cancelled": "已取消",
}

SMOOTHING = 0.3
"""How much the newest step says of the rate; the rest is what was known before."""


class Asker(msgspec.Struct, frozen=True):
    """Who asked for it, as she stood when she did: what a step may see and change is decided by this."""

    id: str
    name: str
    role: Role
    area: str
    departments: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        return Actor(
            "staff",
            subject=self.id,
            name=self.name,
            role=self.role,
            area=self.area,
            departments=self.departments,
        )

    @property
    def who(self) -> Who:
        """As the record of looking names her."""
        return Who("staff", self.id, self.name, self.role, self.area, self.departments)


class Result(msgspec.Struct, frozen=True):
    """A file to be fetched until ``until``."""

    name: str
    media: str
    size: int
    until: datetime


class Job(msgspec.Struct, frozen=True, omit_defaults=True):
    """One job. ``kind`` names who does its steps; ``given`` is what it was asked with and never personal; ``mark`` how
    far it has come, as its kind understands that. ``key`` is the sealed key of its files and parts.

    ``done`` of ``total`` at ``rate`` a second, in the present ``stage``; ``told`` is a sentence for whoever looks.
    Held by the process ``holder`` until ``until``; taken the next time from ``run_at`` on; ``tries`` counts how often it
    was taken since it last came on. While ``state`` is "asking", ``asks`` names the verb of whoever has to answer, empty
    for the asker herself."""

    id: str
    kind: str
    title: str
    by: Asker
    areas: tuple[str, ...]
    made_at: datetime
    key: str
    state: State = "ready"
    stage: str = ""
    given: dict[str, Any] = {}
    mark: dict[str, Any] = {}
    done: int = 0
    total: int = 0
    rate: float = 0.0
    told: str = ""
    holder: str = ""
    until: datetime | None = None
    run_at: datetime | None = None
    tries: int = 0
    asks: str = ""
    ended_at: datetime | None = None
    result: Result | None = None
    purge_at: datetime | None = None
    forget_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state in {"ready", "asking"}

    @property
    def left(self) -> int:
        return max(0, self.total - self.done)

    @property
    def remaining(self) -> timedelta | None:
        """How long the present stage will take yet; None where nothing can be said."""
        return timedelta(seconds=self.left / self.rate) if self.rate > 0 and self.total else None


class Progress(msgspec.Struct, frozen=True):
    """What a step has brought about. ``total`` and ``told`` stay as they were where nothing is said of them."""

    mark: dict[str, Any]
    done: int
    total: int | None = None
    stage: str | None = None
    told: str | None = None
    state: State = "ready"
    asks: str = ""
    result: Result | None = None


class UnknownJob(NotFound):
    """No such job, or not yours: one answer for both."""

    code = "job.unknown"
    message = "没有找到这个任务，或者它不是您的。"


class NotOpen(Conflict):
    code = "job.over"
    message = "这个任务已经结束，不能再改。"


class Lost(Exception):  # noqa: N818 - it never leaves this slice
    """The job was cancelled, or another process holds it: what was to be written with it must not be."""


def advanced(job: Job, made: Progress, seconds: float, now: datetime) -> Job:
    """``job`` after a step that took ``seconds``."""
    stage = job.stage if made.stage is None else made.stage
    gained = made.done - job.done if stage == job.stage else 0
    rate = 0.0 if stage != job.stage else job.rate
    if gained > 0 and seconds > 0:
        rate = gained / seconds if not rate else rate * (1 - SMOOTHING) + gained / seconds * SMOOTHING
    over = made.state not in {"ready", "asking"}
    return msgspec.structs.replace(
        job,
        state=made.state,
        stage=stage,
        mark=made.mark,
        done=made.done,
        total=job.total if made.total is None else made.total,
        told=job.told if made.told is None else made.told,
        rate=rate,
        tries=0,
        asks=made.asks,
        run_at=now if made.state == "ready" else None,
        ended_at=now if over else None,
        purge_at=job.purge_at if not over else made.result.until if made.result else now,
        result=made.result or job.result,
    )
