"""``python -m server sweep``: sweep now what has been kept long enough; ``--dry-run`` only says what that would be,
``--report`` what was swept. Servers do it every hour by themselves."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TextIO

from models.base.clock import SHANGHAI
from models.retention.rule import Swept
from models.retention.service import Retention
from models.retention.table import rule_of


def declare(commands: Any) -> None:
    """Add ``sweep`` to the command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "sweep", help="delete or empty what has been kept long enough"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="only say what would be done")
    what.add_argument("--report", action="store_true", help="say what was done")


async def sweep(retention: Retention, options: argparse.Namespace, out: TextIO = sys.stdout) -> None:
    """Do what was asked for, and say what came of it."""
    if options.report:
        report = await retention.reported()
        out.write(f"上一次清理：{_time(report.last) or '还没有过'}\n")
        _lines(report.rows, out)
    elif options.dry_run:
        due = await retention.due()
        out.write("现在会清理（没有改动）：\n" if due else "现在没有到期的内容。\n")
        _lines(due, out)
    else:
        done = await retention.run()
        if done is None:
            out.write("另一个进程正在清理，没有重复做。\n")
            return
        out.write("已清理：\n" if done else "没有到期的内容。\n")
        _lines(done, out)


def _lines(rows: Sequence[Swept], out: TextIO) -> None:
    for row in rows:
        span = f"{_time(row.first)} 至 {_time(row.last)}" if row.first else ""
        out.write(
            f"{_time(row.at)}  {row.collection}（{rule_of(row.collection).what}）{row.count} 条  {span}  规则：{row.rule}\n"
        )


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
