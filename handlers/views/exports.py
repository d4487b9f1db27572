"""The page of exports."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views import desk
from handlers.views.jobs import moment, shown
from models.base.errors import Invalid, SaobanError
from models.exports.kind import KIND, wish_of
from models.exports.wish import Wish
from models.jobs.job import Job
from models.roles.lines import MODULES

if TYPE_CHECKING:
    from handlers.base import Base

Failed = tuple[str, SaobanError, str]
NO_WISH = Wish()


async def desk_page(
    handler: Base, wish: Wish = NO_WISH, error: SaobanError | None = None, failed: Failed | None = None
) -> Page:
    """export.html; what was picked and typed is still there."""
    home, actor = handler.home, handler.actor
    modules = home.exports.modules(actor)
    waiting = await home.exports.waiting(actor)
    mine = [job for job in await home.jobs.mine(actor) if job.kind == KIND]
    told = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    return Page(
        **await desk.frame(handler, "/desk/registry/export"),
        modules=[(module, MODULES[module]) for module in modules],
        areas=desk.within(handler),
        wish=wish,
        problems=told,
        problem=error.message if error and not told else "",
        waiting=[_waiting(handler, job, failed) for job in waiting],
        jobs=[shown(handler, job) for job in mine[:10]],
    )


def _waiting(handler: Base, job: Job, failed: Failed | None) -> Page:
    wish = wish_of(job)
    this = failed if failed and failed[0] == job.id else None
    error = this[1] if this else None
    return Page(
        id=job.id,
        href=f"/desk/registry/export/{job.id}",
        title=job.title,
        by=f"{job.by.name}（{handler.home.areas.full_name(job.by.area)}）",
        at=moment(job.made_at),
        modules="、".join(MODULES[module] for module in wish.modules),
        purpose=wish.purpose,
        households=job.total,
        problem=(error.problems[0].message if isinstance(error, Invalid) else error.message) if error else "",
        reason=this[2] if this else "",
    )
