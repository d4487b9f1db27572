"""The pages of long work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views import desk
from models.base.clock import SHANGHAI
from models.jobs.job import STATES, Job

if TYPE_CHECKING:
    from handlers.base import Base

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {"ready": "moving", "asking": "waiting", "done": "done", "failed": "refused", "cancelled": "quiet"}


async def list_page(handler: Base, jobs: Sequence[Job]) -> Page:
    """jobs.html."""
    return Page(**await desk.frame(handler, "/desk/jobs"), jobs=[shown(handler, job) for job in jobs])


async def job_page(handler: Base, job: Job, problem: str = "") -> Page:
    """job.html."""
    return Page(**await desk.frame(handler, "/desk/jobs"), job=shown(handler, job), problem=problem)


def shown(handler: Base, job: Job) -> Page:
    """A job as parts/job.html shows it."""
    jobs, now = handler.home.jobs, handler.home.clock()
    fetchable = job.result is not None and job.result.until > now
    return Page(
        id=job.id,
        href=jobs.href(job),
        at=f"/desk/jobs/{job.id}",
        kind=jobs.label(job),
        title=job.title,
        state=STATES[job.state],
        tone=TONES[job.state],
        told=job.told,
        open=job.open,
        moving=job.state == "ready",
        done=job.done,
        total=job.total,
        percent=int(job.done * 100 / job.total) if job.total else 0,
        pace=pace(job),
        made=moment(job.made_at),
        ended=moment(job.ended_at),
        result=f"/desk/jobs/{job.id}/result" if fetchable else "",
        until=moment(job.result.until) if job.result and fetchable else "",
        size=told_size(job.result.size) if job.result and fetchable else "",
    )


def pace(job: Job) -> str:
    """How much is left, and how long that will take."""
    if job.state != "ready" or not job.total or job.remaining is None or not job.left:
        return ""
    return f"还剩{lasting(job.remaining)}"


def lasting(span: timedelta) -> str:
    """About how long, in words: 不到1分钟, 约3分钟, 约2小时."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return "不到1分钟"
    return f"约{round(seconds / 60)}分钟" if seconds < 5400 else f"约{round(seconds / 3600)}小时"


def moment(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""


def told_size(size: int) -> str:
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{max(1, size >> 10)} KB"
