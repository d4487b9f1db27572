"""Group commit: whoever notes something waits in a queue, and one writer links and inserts all who wait at once.

The chain of a process is linked in memory, so its order needs no lock in the database; while one insert is under
way the next batch gathers. A note counts when a majority of the replica set has it in its journal.

When the database does not answer, those who wait get Unavailable, and so does everybody after them at once, until
what was under way has got through. It is tried again unchanged for as long as that takes: nothing that was linked
is left out, because nobody can know whether it had been written. So there may be a record without a look (it was
refused for want of an answer), and never a look without a record.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

from models.audit.chain import Tail, after, link
from models.audit.entry import KEEP, Entry, Note, day_at, day_of
from models.audit.repository import AuditRepository
from models.audit.seals import Seals
from models.base.clock import SHANGHAI
from models.base.errors import Unavailable
from models.database import as_domain_error

log = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that anybody waits for a commit under way before he is refused."""

GATHER = 0.006
"""Seconds from one commit to the next at least. Whoever comes after a pause is not kept; in a crowd more of them
share a commit, which costs as much for one as for twenty, while their own writes take longer than this."""

AT_ONCE = 500
MOST_WAITING = 5_000
PAUSES = (0.1, 0.3, 1.0, 2.0)

Waiting = tuple[Note, "asyncio.Future[str]"]


class Ledger:
    """The chains of one process. ``process`` is 8 random hex digits; ``grown`` is told of every commit. Make it
    on the loop that uses it."""

    def __init__(
        self,
        repository: AuditRepository,
        seals: Seals,
        process: str,
        *,
        patience: float = PATIENCE,
        keep: timedelta = KEEP,
        grown: Callable[[Tail], None],
    ) -> None:
        self._repository = repository
        self._seals = seals
        self._process = process
        self._patience = patience
        self._keep = keep
        self._grown = grown
        self._queue: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None
        self._closing = False
        self._stalled = False
        self._busy = False
        self._begun = 0
        self._floor = date.min
        self._writer: asyncio.Task[None] | None = None
        self.tail: Tail | None = None
        self.ended: list[Tail] = []
        self.abandoned: list[str] = []

    def start(self) -> None:
        """Begin to write."""
        self._writer = asyncio.create_task(self._write())

    def add(self, note: Note, within: float = 0.0) -> asyncio.Future[str]:
        """Record ``note``; awaited, it gives the id when the entry is durable. Raises Unavailable, at once or
        when awaited: then what was to be recorded must not happen. ``within`` seconds are time to gather more
        for the same commit, where nobody waits."""
        self.check()
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        waiting.add_done_callback(_heard)
        self._queue.append((note, waiting))
        if not within:
            self._wake.set()
        elif self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(within, self._rouse)
        return waiting

    def check(self) -> None:
        """Raise Unavailable where ``add`` would."""
        if self._writer is None or self._closing or self._stalled or len(self._queue) >= MOST_WAITING:
            raise Unavailable

    def _rouse(self) -> None:
        self._alarm = None
        self._wake.set()

    def end_days_before(self, today: date) -> None:
        """Move a chain of an earlier day to ``ended``, once nothing is under way that belongs to it."""
        if self._busy or self._queue:
            return
        self._floor = max(self._floor, today)
        self._turn_to(self._floor)

    async def close(self) -> bool:
        """Write what waits, and stop; False when that did not get through in time."""
        self._closing = True
        self._wake.set()
        if self._writer is None:
            return True
        done, _ = await asyncio.wait({self._writer}, timeout=self._patience)
        if not done:
            self._refuse([])
            self._writer.cancel()
            await asyncio.wait({self._writer})
        if self._alarm is not None:
            self._alarm.cancel()
        return bool(done)

    async def _write(self) -> None:
        clock = asyncio.get_running_loop().time
        last = 0.0
        while not self._closing or self._queue:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                if (pause := last + GATHER - clock()) > 0 and not self._closing:
                    await asyncio.sleep(pause)
                last = clock()
                self._busy = True
                await self._commit(self._take())
                self._busy = False

    def _take(self) -> list[Waiting]:
        """The next of the queue, all of one day."""
        self._floor = max(self._floor, day_at(self._queue[0][0].at))
        taken: list[Waiting] = []
        while self._queue and len(taken) < AT_ONCE and day_at(self._queue[0][0].at) <= self._floor:
            taken.append(self._queue.popleft())
        self._turn_to(self._floor)
        return taken

    def _turn_to(self, day: date) -> None:
        if self.tail is not None and day_of(self.tail.chain) < day:
            self.ended.append(self.tail)
            self.tail = None

    async def _commit(self, batch: list[Waiting]) -> None:
        tail = self.tail or self._begin(self._floor)
        entries: list[Entry] = []
        end = tail
        for note, _ in batch:
            entries.append(link(end, note))
            end = after(entries[-1])
        try:
            await self._until_durable(tail, entries, batch)
        except Exception:
            log.exception("audit chain %s cannot go on; another is begun", tail.chain)
            self.abandoned.append(tail.chain)
            self.tail = None
            _fail(batch)
        else:
            self.tail = end
            self._grown(end)
            for entry, (_, waiting) in zip(entries, batch, strict=True):
                if not waiting.done():
                    waiting.set_result(entry.id)

    async def _until_durable(self, tail: Tail, entries: list[Entry], batch: list[Waiting]) -> None:
        """Try until it has happened. Raises only what will be no better the next time."""
        tries = 0
        while True:
            work = asyncio.ensure_future(self._put(tail, entries))
            done, _ = await asyncio.wait({work}, timeout=self._patience)
            if not done:
                self._refuse(batch)
            try:
                await work
            except Exception as error:
                if not _passing(error):
                    self._stalled = False
                    raise
                if not self._stalled:
                    log.warning("the record of looking cannot be written: %r", error)
                self._refuse(batch)
            else:
                self._stalled = False
                return
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    async def _put(self, tail: Tail, entries: list[Entry]) -> None:
        if tail.seq == 0:  # no chain without a signed beginning: an unsigned one was put in by somebody else
            await self._seals.seal(tail, "opened")
        await self._repository.append(entries)

    def _begin(self, day: date) -> Tail:
        self._begun += 1
        self.tail = Tail(f"{day}.{self._process}-{self._begun}", self._keep_until(day))
        return self.tail

    def _keep_until(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), time.min, SHANGHAI) + self._keep

    def _refuse(self, batch: list[Waiting]) -> None:
        """Tell everybody who waits that it cannot be said whether this is recorded; who comes later hears it
        at once."""
        self._stalled = True
        _fail(batch)
        _fail(self._queue)


def _heard(waiting: asyncio.Future[str]) -> None:
    """Whoever noted something may have failed over something else before he came to await this."""
    if not waiting.cancelled():
        waiting.exception()


def _fail(waiting: Iterable[Waiting]) -> None:
    for _, future in waiting:
        if not future.done():
            future.set_exception(Unavailable())


def _passing(error: Exception) -> bool:
    """Whether the same may succeed later: no database, no majority, no disk space for the heads file."""
    return isinstance(error, (Unavailable, OSError)) or isinstance(as_domain_error(error), Unavailable)
