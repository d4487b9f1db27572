"""``python -m server supervise sweep`` and ``... replay --from D``: put lights up, and check those that stand."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from typing import Any, TextIO

from models.problems.service import Problems
from models.supervision.service import Supervision

SAME, OTHER = 0, 1
"""What ``replay`` exits with."""
SHOWN = 20


def declare(commands: Any) -> None:
    """Add ``supervise`` to the command line. ``options.since`` is a date."""
    parser = commands.add_parser("supervise", help="the lights of supervision")
    works = parser.add_subparsers(dest="work", required=True)
    works.add_parser("sweep", help="judge what has moved and put up new lights")
    replay = works.add_parser(
        "replay", help="judge past days anew and compare with the lights that were put up"
    )
    replay.add_argument(
        "--from", dest="since", type=day_of, required=True, help="as 2026-03-02 (Asia/Shanghai)"
    )


async def supervise(
    work: Supervision, problems: Problems, options: argparse.Namespace, out: TextIO = sys.stdout
) -> int:
    """Do what was asked for, and say what came of it."""
    if options.work == "sweep":
        out.write(f"新亮灯 {await work.sweep()} 条。/ new lights\n")
        out.write(f"逾期问题报上级 {await problems.escalate()} 个。/ overdue problems escalated\n")
        return SAME
    told = await work.replay(options.since)
    out.write(
        f"重放 {told.days} 天、{told.cases} 件，应亮灯 {told.lights} 条。/ days, cases and lights replayed\n"
    )
    for words, ids in (("应有而没有 / missing", told.missing), ("多出 / surplus", told.surplus)):
        for each in ids[:SHOWN]:
            out.write(f"{words}: {each}\n")
        if len(ids) > SHOWN:
            out.write(f"{words}: …（共 {len(ids)} 条）\n")
    same = not told.missing and not told.surplus
    out.write("与记录一致。/ the same lights\n" if same else "与记录不一致。/ not the same lights\n")
    return SAME if same else OTHER


def day_of(text: str) -> date:
    """A day as typed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"不是日期：{text}（a date looks like 2026-03-02）") from None
