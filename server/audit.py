"""``python -m server audit verify [--day D] [--against FILE]``: whether anybody has touched the record of looking.
``python -m server audit export FILE [--day D]``: the signed heads, to be kept elsewhere and verified against.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from models.audit.chain import KIND_NAMES, Broken, Kind
from models.audit.heads import Mark, Signer
from models.audit.repository import AuditRepository
from models.audit.verify import ChainReport, Verification
from models.audit.witness import HeadsFile
from models.base.clock import Clock, now
from models.base.keys import Keyring
from models.database import Database
from server.opening import storage
from server.settings import Settings
from server.supervise import day_of

WHOLE, BROKEN = 0, 1
"""What the command exits with."""

ENGLISH: dict[Kind, str] = {
    "altered": "was altered",
    "removed": "was removed",
    "reordered": "was moved out of its place",
    "foreign": "was put in and is none of ours",
    "head": "has a head whose signature does not fit",
    "witness": "does not agree with the file of heads",
}
MARKS: dict[Mark | None, str] = {
    "opened": "完好，记录中 / intact, going on",
    "running": "完好，记录中 / intact, going on",
    "closed": "完好，已结链 / intact, closed",
    "unclosed": "完好，进程中断后补签 / intact, sealed after its process had died",
    None: "未签名 / not signed",
}


def declare(commands: Any) -> None:
    """Add ``audit verify`` and ``audit export`` to the command line. ``options.day`` is a date or None."""
    audit = commands.add_parser("audit", help="the record of looking")
    works = audit.add_subparsers(dest="audit", required=True)
    check = works.add_parser("verify", help="name the first record that was altered, removed, moved or added")
    check.add_argument(
        "--against", type=_file, help="signed heads that were exported earlier and kept elsewhere"
    )
    export = works.add_parser("export", help="add the signed heads to a file that is kept elsewhere")
    export.add_argument("file", type=Path, help="made where it is missing; lines are only ever added")
    for each in (check, export):
        each.add_argument("--day", type=day_of, help="only this day (Asia/Shanghai), as 2026-03-02")


async def run(settings: Settings, options: argparse.Namespace, out: TextIO = sys.stdout) -> int:
    """Do what the command line says; what to exit with. Raises DatabaseTrouble, KeyFileError and OSError."""
    if options.audit == "export":
        return await export(settings, options.file, options.day, out)
    return await verify(settings, options.day, out, options.against)


async def verify(
    settings: Settings, day: date | None, out: TextIO = sys.stdout, against: Path | None = None
) -> int:
    """Check the record and print a line per chain; 0 when all of it is whole, 1 when not.

    Reads only, and may run beside the server. Raises DatabaseTrouble and KeyFileError.
    """
    signer = Signer(Keyring.load(settings.keys, create=False))
    async with storage(settings) as opened:
        return await check(opened.database, signer, settings.heads_file, day, out, against=against)


async def export(settings: Settings, file: Path, day: date | None, out: TextIO = sys.stdout) -> int:
    """Add to ``file`` the last signed head of every chain, of ``day`` or of all days, that it lacks. Raises
    DatabaseTrouble, KeyFileError and OSError."""
    signer = Signer(Keyring.load(settings.keys, create=False))
    async with storage(settings) as opened:
        work = Verification(AuditRepository(opened.database), signer, HeadsFile(settings.heads_file), now)
        heads = await work.last_heads(day)
    carried = HeadsFile(file)
    carried.prepare()
    known = set(carried.read([at for lines in carried.days().values() for at in lines]))
    fresh = [head for head in heads if head not in known]
    for head in fresh:
        carried.append(head)
    out.write(
        f"已写入 {len(fresh)} 个签名到 {file}，请保存到本系统之外。/ {len(fresh)} heads added: keep them elsewhere.\n"
    )
    return WHOLE


async def check(
    database: Database, signer: Signer, heads: Path, day: date | None, out: TextIO, clock: Clock = now,
    against: Path | None = None,
) -> int:  # fmt: skip
    """``verify`` on an open database."""
    chains = entries = 0
    first: Broken | None = None
    carried = HeadsFile(against) if against else None
    work = Verification(AuditRepository(database), signer, HeadsFile(heads), clock, carried)
    async for report in work.run(day):
        out.write(line(report) + "\n")
        out.flush()
        chains += 1
        entries += report.count
        first = first or report.broken
    if first is None:
        out.write(
            f"合计 {chains} 条链、{entries} 条记录，全部完好。/ {chains} chains, {entries} entries: all intact.\n"
        )
        return WHOLE
    out.write(f"审计记录已被破坏，最先出错的是：{_named(first)}\n")
    return BROKEN


def line(report: ChainReport) -> str:
    """One chain in words."""
    start = f"{report.day}  {report.chain}  {report.count} 条"
    if report.broken is not None:
        return f"{start}  {_named(report.broken)}"
    if report.expired:
        return f"{start}  已过保存期 / past its retention"
    open_end = report.mark in ("opened", "running") and report.count > report.signed
    waiting = f"，末 {report.count - report.signed} 条待签名 / newest not signed yet" if open_end else ""
    after = report.mark == "unclosed" and report.count > report.vouched
    unwitnessed = (
        f"，第 {report.vouched} 条之后仅有补签 / sealed late after {report.vouched}" if after else ""
    )
    return f"{start}  {MARKS[report.mark]}{waiting}{unwitnessed}"


def _named(broken: Broken) -> str:
    return (
        f"链 {broken.chain} 第 {broken.seq} 条{KIND_NAMES[broken.kind]} / "
        f"entry {broken.seq} of chain {broken.chain} {ENGLISH[broken.kind]}"
    )


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"没有这个文件：{text}（no such file）")
    return Path(text)
