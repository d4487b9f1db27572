"""What goes on beside requests: following changes, draining outboxes, sweeping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from models.base.errors import SaobanError
from models.cases.feed import News
from server.container import Container

DRAIN_SECONDS = 1.5
SWEEP_SECONDS = 3600
WATCHED = ("codes", "households", "accounts", "items", "cases", "people", "sessions", "areas")


class Jobs:
    """The background work of one process. ``start`` returns when changes are being followed."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._home = container.home
        self._tasks: list[asyncio.Task[None]] = []
        self._watch = container.database.watch(WATCHED, self._changed, self._gap)
        self._home.landings.is_live = lambda: self._watch.live

    def start(self) -> None:
        """Begin."""
        self._tasks = [
            asyncio.create_task(_every(DRAIN_SECONDS, self._container.drain.run_once)),
            asyncio.create_task(_every(SWEEP_SECONDS, self._container.uploads.sweep)),
        ]

    async def stop(self) -> None:
        """End, and wait for the end."""
        await self._watch.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _changed(
        self, collection: str, operation: str, key: Any, document: dict[str, Any] | None
    ) -> None:
        if collection == "codes":
            self._home.landings.drop(str(key))
        elif collection == "cases":
            self._case(operation, document)
        elif collection == "sessions":
            if document and document.get("ended_at") and document.get("ended_why") != "raised":
                self._home.sessions.ended(str(key))
        elif collection == "people":
            self._container.prefill.forget(str(key))
        else:
            await self._reread(collection)

    def _case(self, operation: str, document: dict[str, Any] | None) -> None:
        if not document or not document.get("open") or document.get("state") == "asked":
            return
        news = News(
            id=document["_id"],
            areas=tuple(document["areas"]),
            queue=document.get("queue", ""),
            department=document.get("department", ""),
            what=operation,
        )
        self._home.feed.tell(news)

    async def _reread(self, collection: str) -> None:
        if collection == "items":
            await self._home.catalogue.reload()
            self._container.cases.learn_fields(self._home.catalogue.offers())
        elif collection == "areas":
            await self._home.areas.reload()
        elif collection == "households":
            self._container.prefill.forget()
        self._home.landings.drop_all()

    async def _gap(self) -> None:
        """Changes may have been missed: believe nothing that is remembered."""
        self._container.prefill.forget()
        await self._home.areas.reload()
        await self._home.catalogue.reload()
        self._home.landings.drop_all()


async def _every(seconds: float, work: Callable[[], Awaitable[Any]]) -> None:
    """Do ``work`` again and again; what goes wrong is logged and tried again at the next turn."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except SaobanError as error:
            structlog.get_logger().warning("job.held", code=error.code)
        except Exception:
            structlog.get_logger().exception("job.failed", job=getattr(work, "__qualname__", "job"))
