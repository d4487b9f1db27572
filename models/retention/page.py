"""docs/retention.md, printed from the table."""

from __future__ import annotations

from collections.abc import Iterable

from models.retention.rule import HOWS
from models.retention.table import RULES

_HEAD = """\
# 保存期限

本页由 `python -m models.retention` 从 `models/retention/table.py` 生成，请勿手工修改；
测试保证两者一致，也保证每一个集合都在表里。

每小时由一个进程清理一次（`models/retention/service.py`），每次清理都留记录，用 `python -m server sweep --report`
或在工作台的“保存期限”页查看；`python -m server sweep --dry-run` 只说明会清理什么，不做改动。
备份的保存期限由备份单位另行规定，不应长于本表。

"""


def page() -> str:
    """The whole page, Markdown."""
    rows = [_row(("集合", "内容", "保存多久", "到期怎样处理", "依据")), _row("---" for _ in range(5))]
    for rule in RULES:
        how = HOWS[rule.how] + (f"：{rule.after}" if rule.after else "")
        rows.append(_row((f"`{rule.collection}`", rule.what, rule.keep, how, rule.ground)))
    return _HEAD + "\n".join(rows) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
