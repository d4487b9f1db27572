"""Processes that keep a record of looking, and the hands of somebody with every right on the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from models.audit.heads import Signer
from models.audit.repository import AuditRepository
from models.audit.service import Audit
from models.audit.verify import Verification
from models.audit.witness import HeadsFile
from models.base.cipher import Cipher
from models.base.keys import Keyring
from server.audit import check

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Watch:
    """A clock that a test moves on."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


class Office:
    """A place where records are kept: makes processes, has the record checked, and tampers with it."""

    tick = timedelta(seconds=1)

    def __init__(self, database, folder):
        self.database = database
        self.entries = database.collection("audit")
        self.signed = database.collection("audit_heads")
        self.heads = folder / "audit" / "heads.jsonl"
        self.keyring = Keyring.fresh()
        self.watch = Watch()
        self.lines = ""
        self._living = []

    async def process(self, **options):
        audit = Audit(
            AuditRepository(self.database), self.keyring, Cipher(self.keyring), self.watch, self.heads,
            lambda area, departments: "·".join((area, *departments)), **options,
        )  # fmt: skip
        await audit.start()
        self._living.append(audit)
        return audit

    async def carry(self, path):
        """Export the signed heads to a file."""
        work = Verification(
            AuditRepository(self.database), Signer(self.keyring), HeadsFile(self.heads), self.watch
        )
        for head in await work.last_heads():
            HeadsFile(path).append(head)
        return path

    async def verify(self, day=None, against=None):
        """(exit status, the last line without the English)."""
        out = StringIO()
        signer = Signer(self.keyring)
        status = await check(self.database, signer, self.heads, day, out, self.watch, against)
        self.lines = out.getvalue()
        return status, self.lines.splitlines()[-1].partition(" / ")[0].partition("/ ")[0]

    async def broken(self, against=None):
        """What the verification names first: (chain, position, what was done)."""
        status, last = await self.verify(against=against)
        assert status == 1, last
        _, _, named = last.partition("：链 ")
        chain, _, rest = named.partition(" 第 ")
        seq, _, kind = rest.partition(" 条")
        return chain, int(seq), kind

    async def ids(self):
        return [row["_id"] async for row in self.entries.find().sort("_id", 1)]

    async def swap(self, one, other, *, keep=("_id",)):
        """Put two entries in each other's place."""
        first, second = [await self.entries.find_one({"_id": each}) for each in (one, other)]
        for mine, theirs in ((first, second), (second, first)):
            row = {**theirs, **{key: mine[key] for key in keep}}
            await self.entries.replace_one({"_id": mine["_id"]}, row)

    async def die(self, audit):
        """The process is killed: nothing is closed, its locks fall."""
        audit._keeper.cancel()
        audit._ledger._writer.cancel()
        audit._alive._mine.close()
        self._living.remove(audit)

    async def close(self):
        for audit in self._living:
            await audit.close()


@pytest.fixture
def office(io_loop, database, tmp_path):
    io_loop.run_sync(lambda: database.ensure(AuditRepository.COLLECTIONS))
    office = Office(database, tmp_path)
    yield office
    io_loop.run_sync(office.close)


@pytest.fixture
def audit(io_loop, office):
    return io_loop.run_sync(office.process)
