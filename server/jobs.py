"""What goes on beside requests: following changes, draining outboxes, sweeping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from pymongo.errors import PyMongoError

from models.base.errors import SaobanError
from models.cases.feed import News
from models.cases.repository import CHANGES
from models.database import as_domain_error
from models.people.repository import CHANGES as NOT_NEW
from models.rotation.key import BEAT_SECONDS
from server.container import Container

DRAIN_SECONDS = 1.5
DEAL_SECONDS = 1.0
JOB_SECONDS = 0.5
REMIND_SECONDS = 5.0
JUDGE_SECONDS = 1.0
SETTLE_SECONDS = 0.3
TALLY_SECONDS = 0.5
SWEEP_SECONDS = 3600
SUPERVISE_SECONDS = 60
RECOUNT_SECONDS = 10
PUBLISH_SECONDS = 30
REVIVE_SECONDS = 3
WATCHED = ("codes", "households", "accounts", "items", "cases", "people", "sessions", "areas", "calendar")


class Jobs:
    """The background work of one process. ``start`` returns when changes are being followed."""

    def __init__(self, container: Container, revive: Callable[[], Awaitable[None]] | None = None) -> None:
        """``revive`` starts an embedded mongod again that has died (killed for its memory, say)."""
        self._container = container
        self._revive = revive
        self._home = container.home
        self._tasks: list[asyncio.Task[None]] = []
        self._watch = container.database.watch(WATCHED, self._changed, self._gap, (*CHANGES, *NOT_NEW))
        for kept in (self._home.codes.kept, self._home.landings.kept, *container.prefill.kept):
            kept.is_live = lambda: self._watch.live
        self._works = self._listed()

    def _listed(self) -> tuple[tuple[float, Callable[[], Awaitable[Any]]], ...]:
        """What is done again and again, with the seconds between."""
        built, home = self._container, self._home
        return (
            (DRAIN_SECONDS, built.drain.run_once),
            (DRAIN_SECONDS, built.telling.run_once),
            (DRAIN_SECONDS, built.following.run_once),
            (DRAIN_SECONDS, built.tending.run_once),
            (DEAL_SECONDS, built.dealing.run_once),
            (DRAIN_SECONDS, built.rights_work.run_once),
            (DRAIN_SECONDS, built.outcomes.run_once),
            (REMIND_SECONDS, built.life_following.run_once),
            (DRAIN_SECONDS, built.keeping.run_once),
            (JUDGE_SECONDS, built.judging.run_once),
            (DRAIN_SECONDS, built.hearing.run_once),
            (JOB_SECONDS, built.runner.run_once),
            (REMIND_SECONDS, home.reminders.run_once),
            (DRAIN_SECONDS, built.breach_telling.run_once),
            (SETTLE_SECONDS, home.drafts.settle),
            (TALLY_SECONDS, built.tally.settle),
            (BEAT_SECONDS, built.keys.refresh),
            (SWEEP_SECONDS, home.retention.run),
            (SUPERVISE_SECONDS, home.supervision.sweep),
            (SUPERVISE_SECONDS, home.problems.escalate),
            (PUBLISH_SECONDS, home.editing.publish_due),
            (PUBLISH_SECONDS, built.posters.run_once),
            (RECOUNT_SECONDS, built.recounting.run_once),
        )

    async def once(self) -> None:
        """Everything, once and one after the other: for a clock that is moved by hand, under which waiting says
        nothing."""
        for _, work in self._works:
            await work()

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(_every(seconds, work)) for seconds, work in self._works]
        if self._revive is not None:
            self._tasks.append(asyncio.create_task(_every(REVIVE_SECONDS, self._look_after)))

    async def stop(self) -> None:
        """End, and wait for the end."""
        await self._watch.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(PyMongoError):  # the database may have gone first
            await self._home.drafts.settle()
            await self._container.tally.settle()

    async def _look_after(self) -> None:
        """See to the embedded mongod where changes no longer come; while they do, it lives."""
        if self._revive is not None and not self._watch.live:
            await self._revive()

    async def _changed(
        self, collection: str, operation: str, key: Any, document: dict[str, Any] | None
    ) -> None:
        if collection == "codes":
            self._home.codes.kept.drop(str(key))
            self._home.landings.drop(str(key))
        elif collection == "cases":
            self._case(operation, document)
        elif collection == "sessions":
            if document and document.get("ended_at") and document.get("ended_why") != "raised":
                self._home.sessions.ended(str(key))
        elif collection == "people":
            self._container.prefill.forget_person(str(key))
        elif collection == "households":
            await self._household(operation, str(key))
        else:
            await self._reread(collection)

    async def _household(self, operation: str, household: str) -> None:
        self._container.prefill.forget_household(household)
        door = await self._home.codes.door_of(household) if operation != "insert" else None
        if door:
            self._home.landings.drop(door.id)

    def _case(self, operation: str, document: dict[str, Any] | None) -> None:
        if document and operation == "insert":
            self._container.prefill.filed(document["applicant"].get("person", ""))
        elif document and any(each.get("withdrawn_at") for each in document.get("consents", ())):
            self._container.prefill.forget_person(document["applicant"].get("person", ""))
        if not document or not document.get("open") or document.get("state") == "asked":
            return
        news = News(
            id=document["_id"],
            desks=tuple(document.get("desks", ())),
            what=operation,
        )
        self._home.feed.tell(news)

    async def _reread(self, collection: str) -> None:
        if collection == "items":
            await self._home.catalogue.reload()
        elif collection == "areas":
            await self._home.areas.reload()
        elif collection == "calendar":
            await self._home.calendar.reload()
            return
        self._home.landings.drop_all()

    async def _gap(self) -> None:
        """Changes may have been missed: believe nothing that is remembered."""
        await self._home.sessions.catch_up()
        self._container.prefill.forget_all()
        await self._home.areas.reload()
        await self._home.calendar.reload()
        await self._home.catalogue.reload()
        self._home.codes.kept.drop_all()
        self._home.landings.drop_all()


async def _every(seconds: float, work: Callable[[], Awaitable[Any]]) -> None:
    """Do ``work`` again and again; what goes wrong is logged and tried again at the next turn."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            job = getattr(work, "__qualname__", "job")
            held = error if isinstance(error, SaobanError) else as_domain_error(error)
            if held is None:
                structlog.get_logger().exception("job.failed", job=job)
            else:
                structlog.get_logger().warning("job.held", job=job, code=held.code)
