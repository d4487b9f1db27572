"""Processes that draw and read pictures beside the loop. One that dies (killed for its memory, say) costs the work that
it held and nothing else: the next piece of work starts new ones."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from io import BytesIO
from multiprocessing import get_context
from typing import Any

PARENT_SECONDS = 1.0
"""How often a worker looks whether its server still lives."""


class Workers(Executor):
    """A process pool that mends itself. Processes are started at the first work that needs them. ``seconds`` and
    ``megabytes`` are what a piece of work may take: a forged file keeps a decoder busy, or makes it swell, for as
    long as it likes, and no exception reaches it there, so its process ends."""

    def __init__(self, most: int, *, seconds: float = 0.0, megabytes: int = 0) -> None:
        self._most = most
        self._seconds = seconds
        self._megabytes = megabytes
        self._pool = self._new()

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """As of Executor. Work that a dying process held raises BrokenProcessPool."""
        if self._seconds:
            function, given = within, (self._seconds, function, *given)
        try:
            return self._pool.submit(function, *given, **named)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False)
            self._pool = self._new()
            return self._pool.submit(function, *given, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _new(self) -> ProcessPoolExecutor:
        begun = (os.getpid(), self._megabytes)
        return ProcessPoolExecutor(self._most, get_context("spawn"), initializer=_begin, initargs=begun)


def _begin(parent: int, megabytes: int) -> None:
    """In a new process: no longer than the server lives, and no more memory than that, if it is bounded."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if megabytes:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _end_with(parent: int) -> None:
    """A server that was killed closes nothing, and its workers would wait for work for ever."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os._exit(1)


def within(seconds: float, function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """In a worker: ``function(...)``; the process ends where it takes longer."""
    signal.setitimer(signal.ITIMER_REAL, seconds)  # SIGALRM, for which nobody listens
    try:
        return function(*given, **named)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def drawer(workers: Workers) -> Callable[..., Any]:
    """``await draw(function, *args, font)``: what the function of ``qr`` writes, drawn in a worker."""

    async def draw(function: Callable[..., Any], *args: Any) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(workers, drawn, function, *args)

    return draw


def drawn(function: Callable[..., Any], *args: Any) -> bytes:
    """In a worker: ``function(*args, out, font)`` of ``qr``, and the bytes that it wrote. The font comes last."""
    out = BytesIO()
    *given, font = args
    function(*given, out, font)
    return out.getvalue()
