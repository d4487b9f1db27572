"""Checking the whole record: every entry, every signed head, the file of heads outside the database, and a copy of heads
that was carried away (``last_heads``)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from datetime import date, datetime

import msgspec

from models.audit.chain import CHAIN, Broken, Kind, Row, Tail, after, diagnose, follows, genesis, parse_place
from models.audit.heads import FINAL, Head, Mark, Signer
from models.audit.repository import AuditRepository
from models.audit.witness import HeadsFile
from models.base.clock import Clock


class ChainReport(msgspec.Struct, frozen=True):
    """What was found about one chain. ``count`` entries stand there, ``signed`` of them are under a signed head;
    ``mark`` is that of the last head; ``vouched`` counts those that were signed while the process lived."""

    day: str
    chain: str
    count: int
    signed: int = 0
    vouched: int = 0
    mark: Mark | None = None
    expired: bool = False
    broken: Broken | None = None


class _Chain:
    """Follows one chain from its first entry to its last."""

    def __init__(self, chain: str, heads: list[Head], now: datetime) -> None:
        self.chain = chain
        self.heads = heads
        self.hashes = {head.count: head.hash for head in heads}
        self.expired = bool(heads) and all(head.keep_until <= now for head in heads)
        self.tail = Tail(chain, now)
        self.count = 0
        self.misfit: Row | None = None
        self.broken: Broken | None = None

    def feed(self, row: Row) -> None:
        """The next row in the order of ids."""
        self.count += 1
        if self.expired or self.broken or self.misfit:
            return
        if not follows(self.tail, row) or row.entry is None:
            self.misfit = row
            return
        self.tail = after(row.entry)
        if self.hashes.get(self.tail.seq, self.tail.hash) != self.tail.hash:
            self.broken = self._break(self.tail.seq, "altered")  # linked anew up to here

    def end(self) -> None:
        """There are no more rows: compare with the heads."""
        if self.expired or self.broken:
            return
        last = max((head.count for head in self.heads), default=-1)
        final = min((head.count for head in self.heads if head.mark in FINAL), default=None)
        if self.hashes.get(0, genesis(self.chain)) != genesis(self.chain):
            self.broken = self._break(0, "head")
        elif last < 0:
            self.broken = self._break(1, "foreign")
        elif self.tail.seq < last:
            self.broken = self._break(self.tail.seq + 1, "removed")
        elif final is not None and self.tail.seq > final:
            self.broken = self._break(final + 1, "foreign")

    def _break(self, seq: int, kind: Kind) -> Broken:
        return Broken(self.chain, seq, kind)

    def report(self) -> ChainReport:
        marks = sorted(self.heads, key=_extent)
        lived = [head.count for head in self.heads if head.mark != "unclosed"]
        return ChainReport(
            day=self.chain[:10],
            chain=self.chain,
            count=self.count,
            signed=marks[-1].count if marks else 0,
            vouched=max(lived, default=0),
            mark=marks[-1].mark if marks else None,
            expired=self.expired,
            broken=self.broken,
        )


class Verification:
    """Reads everything and changes nothing; safe beside running servers. ``carried`` are heads that were exported
    earlier and kept where nobody of this installation writes: they bind the record even where both the database and
    its own file of heads were cut."""

    def __init__(
        self,
        repository: AuditRepository,
        signer: Signer,
        file: HeadsFile,
        clock: Clock,
        carried: HeadsFile | None = None,
    ) -> None:
        self._repository = repository
        self._signer = signer
        self._file = file
        self._clock = clock
        self._carried = carried

    async def last_heads(self, day: date | None = None) -> list[Head]:
        """The last head of every chain of ``day``, or of all days: as much as has to be carried away to hold the
        record against later. Those whose signature is not ours are left out."""
        prefix = str(day) if day else ""
        offsets = [at for each, lines in self._file.days().items() if day in (None, each) for at in lines]
        heads = [*(head for _, head in await self._repository.heads(prefix)), *self._file.read(offsets)]
        last: dict[str, Head] = {}
        for head in heads:
            if head is not None and self._signer.signed(head):
                last[head.chain] = max(last.get(head.chain, head), head, key=_extent)
        return sorted(last.values(), key=lambda head: head.id)

    async def run(self, day: date | None = None) -> AsyncIterator[ChainReport]:
        """A report for every chain of ``day``, or of all days, in order."""
        lines = await asyncio.to_thread(self._file.days)
        carried = await asyncio.to_thread(self._carried.days) if self._carried else {}
        if day is None:
            if await self._repository.nameless():
                yield _stray("?", "foreign")
            if lines.get(None):
                yield _stray(self._file.path.name, "witness")
            if carried.get(None) and self._carried:
                yield _stray(self._carried.path.name, "witness")
            named = {str(each) for each in (*lines, *carried) if each}
            days = sorted({*await self._repository.days(), *named})
        else:
            days = [str(day)]
        for each in days:
            elsewhere = await asyncio.to_thread(self._read_carried, carried.get(_date(each), []))
            async for report in self._day(each, lines.get(_date(each), []), elsewhere):
                yield report

    def _read_carried(self, offsets: list[int]) -> list[Head | None]:
        return list(self._carried.read(offsets)) if self._carried else []

    async def _day(
        self, day: str, offsets: list[int], carried: list[Head | None]
    ) -> AsyncIterator[ChainReport]:
        # The file is read after the database: a head goes to the file first, so whatever is seen in the
        # database must be in the file by then. Entries are read last, since heads vouch for what is there.
        stored = await self._repository.heads(day)
        if day == str(_date(day)):
            offsets = (await asyncio.to_thread(self._file.days)).get(_date(day), offsets)
        filed = await asyncio.to_thread(lambda: list(self._file.read(offsets)))
        # A head that was carried away has been in the file, so it must be there still.
        faults = self._faults([*stored, *((head.id, head) for head in carried if head)], filed)
        good: dict[str, list[Head]] = {}
        for head in {*(head for _, head in stored), *filed, *carried}:
            if head is not None and self._signer.signed(head):
                good.setdefault(head.chain, []).append(head)
        seen = set()
        async for chain in self._chains(day, good):
            seen.add(chain.chain)
            report = chain.report()
            yield report if report.broken else _with(report, faults.get(chain.chain))
        for name in sorted({*good, *faults} - seen):
            chain = _Chain(name, good.get(name, []), self._clock())
            if name in good:
                chain.end()
            yield _with(chain.report(), chain.broken or faults.get(name))

    async def _chains(self, day: str, good: dict[str, list[Head]]) -> AsyncIterator[_Chain]:
        """Every chain of the day that has entries, followed to its end."""
        chain: _Chain | None = None
        async for row in self._repository.rows(day):
            name = parse_place(row.id)[0] or row.id.partition(":")[0]
            if chain is None or chain.chain != name:
                if chain is not None:
                    yield await self._ended(chain)
                chain = _Chain(name, good.get(name, []), self._clock())
            chain.feed(row)
        if chain is not None:
            yield await self._ended(chain)

    async def _ended(self, chain: _Chain) -> _Chain:
        if not chain.heads:  # begun since the heads were read?
            fresh = [head for _, head in await self._repository.heads(f"{chain.chain}:")]
            chain.heads = [head for head in fresh if head is not None and self._signer.signed(head)]
        if not chain.heads:
            chain.broken = Broken(chain.chain, 1, "foreign")
        elif chain.misfit is not None:
            around = await self._repository.around(chain.chain, chain.tail.seq + 1)
            chain.broken = diagnose(chain.tail, chain.misfit, around)
        else:
            chain.end()
        return chain

    def _faults(
        self, stored: Iterable[tuple[str, Head | None]], filed: list[Head | None]
    ) -> dict[str, Broken]:
        """The first fault among the heads of each chain: one that is not signed, one that the file lacks."""
        faults: dict[str, Broken] = {}
        known = {head for head in filed if head is not None}
        for row_id, head in stored:
            chain = row_id.partition(":")[0]
            if head is None or head.id != row_id or not self._signer.signed(head):
                faults.setdefault(chain, Broken(chain, head.count if head else 0, "head"))
            elif head not in known:
                faults.setdefault(chain, Broken(chain, head.count, "witness"))
        for head in filed:
            if head is None or not self._signer.signed(head):
                chain = head.chain if head and CHAIN.fullmatch(head.chain) else self._file.path.name
                faults.setdefault(chain, Broken(chain, head.count if head else 0, "witness"))
        return faults


def _extent(head: Head) -> tuple[int, bool]:
    """Of two heads of a chain the greater says more."""
    return head.count, head.mark in FINAL


def _with(report: ChainReport, broken: Broken | None) -> ChainReport:
    return msgspec.structs.replace(report, broken=broken)


def _stray(name: str, kind: Kind) -> ChainReport:
    return ChainReport(day="", chain=name, count=0, broken=Broken(name, 0, kind))


def _date(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None
