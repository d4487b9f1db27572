"""New cases as they come, for desks that are open: a change stream's events, given out by area."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from models.base.actor import Actor
from models.cases.posts import serves

KEPT = 100


class News(msgspec.Struct, frozen=True):
    """One case that came to a desk: nothing personal, only where it lies."""

    id: str
    desks: tuple[str, ...]
    what: str


class Feed:
    """Who listens, and what she may hear."""

    def __init__(self) -> None:
        self._listeners: dict[int, tuple[Actor, asyncio.Queue[News]]] = {}
        self._count = 0

    @contextmanager
    def listen(self, actor: Actor) -> Iterator[asyncio.Queue[News]]:
        """A queue of what comes to this actor's desk. A listener who does not keep up misses the oldest."""
        self._count += 1
        key, queue = self._count, asyncio.Queue[News](KEPT)
        self._listeners[key] = (actor, queue)
        try:
            yield queue
        finally:
            del self._listeners[key]

    def tell(self, news: News) -> None:
        """Hand news to every desk that it concerns."""
        for actor, queue in self._listeners.values():
            if concerns(actor, news):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(news)


def concerns(actor: Actor, news: News) -> bool:
    """Whether a case lies at this actor's desk."""
    return serves(actor, news.desks)
