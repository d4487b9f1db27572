"""The stage of a scripted day: a server of its own on the loopback interface, whose clock is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime

import msgspec
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from models.database import Database
from server import container
from server.app import App
from server.container import Container
from server.demo.day.hands import Hands
from server.demo.day.line import Line
from server.jobs import Jobs
from server.settings import Settings

ALL = 1_000_000
"""Everybody sends from one address, and weeks pass within minutes: limits by address are not what is shown."""


class Stage(msgspec.Struct, frozen=True):
    """``jobs`` are what goes on beside requests; they are done when the script says so."""

    built: Container
    hands: Hands
    line: Line
    jobs: Jobs

    def is_working(self, day: date) -> bool:
        """Whether offices work on ``day``."""
        return self.built.home.days.is_working(day)


@asynccontextmanager
async def stage(settings: Settings, database: Database, begin: datetime) -> AsyncIterator[Stage]:
    """Everything, served, at the time ``begin``."""
    hands = Hands(begin)
    built = await container.build(msgspec.structs.replace(settings, limit_scale=ALL), database, hands)
    try:
        await built.home.audit.start()
        (socket,) = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(App(built, quiet=True))
        server.add_sockets([socket])
        line, jobs = Line(f"http://127.0.0.1:{socket.getsockname()[1]}"), Jobs(built)
        try:
            yield Stage(built, hands, line, jobs)
        finally:
            line.close()
            await jobs.stop()
            server.stop()
            await server.close_all_connections()
            await built.home.audit.close()
    finally:
        await built.close()
