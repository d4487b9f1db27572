"""Long work of one's own: how far it is, cancelling it, fetching what came out of it."""

from __future__ import annotations

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import jobs as views
from models.audit.entry import What
from models.base.errors import Conflict
from models.jobs.job import STATES, Job, State


class Fetched(msgspec.Struct, frozen=True):
    """The file that came out, at the job's address with ``/result`` behind it."""

    name: str
    size: int
    until: str


class JobView(msgspec.Struct, frozen=True):
    """A job as it stands. ``rate`` is a second's work, ``remaining`` in seconds, None where nothing can be said."""

    id: str
    kind: str
    title: str
    state: State
    state_name: str
    stage: str
    told: str
    done: int
    total: int
    left: int
    rate: float
    remaining: int | None
    href: str
    result: Fetched | None = None


class MyJobs(msgspec.Struct, frozen=True):
    """The newest first."""

    jobs: tuple[JobView, ...]


class JobList(Base):
    """What she has under way, and what was done lately."""

    @staff(gives=MyJobs, summary="我的后台任务")
    async def get(self) -> None:
        jobs = await self.home.jobs.mine(self.actor)
        page = await views.list_page(self, jobs)
        model = MyJobs(tuple(view(self, job) for job in jobs))
        self.respond(model, "jobs.html", draw=lambda _model: page)


class OneJob(Base):
    """One of them. Scripts ask again and again while it goes on; without them the page is loaded anew."""

    @staff(gives=JobView, summary="一个后台任务的进度")
    async def get(self, job_id: str) -> None:
        job = await self.home.jobs.get(self.actor, job_id)
        page = await views.job_page(self, job)
        self.respond(view(self, job), "job.html", draw=lambda _model: page)


class CancelJob(Base):
    """End it. What it has written already stays."""

    @staff(gives=JobView, summary="取消后台任务")
    async def post(self, job_id: str) -> None:
        try:
            job = await self.home.jobs.cancel(self.actor, job_id)
        except Conflict as error:
            if self.wants_json:
                raise
            job = await self.home.jobs.get(self.actor, job_id)
            page = await views.job_page(self, job, error.message)
            self.respond({}, "job.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(self.home.jobs.href(job), view(self, job))


class JobResult(Base):
    """The file that came out, for whoever asked for it, as long as it is kept."""

    @staff(media=(views.XLSX,), summary="下载后台任务的结果")
    async def get(self, job_id: str) -> None:
        job = await self.home.jobs.get(self.actor, job_id)
        data = await self.home.jobs.fetch(job)
        await looking.at_plate(self, "export", What("list", f"{job.kind}:{job.id[:16]}"), reason=job.title)
        name = job.result.name if job.result else "result.xlsx"
        self.set_header("Content-Type", job.result.media if job.result else views.XLSX)
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(data)


def view(handler: Base, job: Job) -> JobView:
    """A job as its asker sees it."""
    result = job.result
    fetched = Fetched(result.name, result.size, result.until.isoformat()) if result else None
    remaining = int(job.remaining.total_seconds()) if job.remaining is not None and job.open else None
    return JobView(
        job.id, job.kind, job.title, job.state, STATES[job.state], job.stage, job.told, job.done, job.total,
        job.left, round(job.rate, 2), remaining, handler.home.jobs.href(job), fetched,
    )  # fmt: skip


ROUTES = [
    (r"/desk/jobs", JobList),
    (r"/desk/jobs/([0-9a-f]{31})", OneJob),
    (r"/desk/jobs/([0-9a-f]{31})/cancel", CancelJob),
    (r"/desk/jobs/([0-9a-f]{31})/result", JobResult),
]
