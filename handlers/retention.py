"""Retention at the desk: how long everything is kept, and what the sweeps have taken away."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace as Page

import msgspec

from handlers.access import staff
from handlers.base import Base
from handlers.views import desk as views
from models.base.clock import SHANGHAI
from models.retention.rule import HOWS, Rule, Swept
from models.retention.service import Report
from models.retention.table import RULES, rule_of


class RetentionView(msgspec.Struct, frozen=True):
    """The table, and the newest rows of the report."""

    rules: tuple[Rule, ...]
    swept: tuple[Swept, ...]
    last: datetime | None = None


class Retention(Base):
    """The table of retention and the report of the sweeps."""

    @staff(may="retention.see", gives=RetentionView, summary="保存期限和清理记录")
    async def get(self) -> None:
        report = await self.home.retention.report(self.actor)
        frame = await views.frame(self, "/desk/retention")
        model = RetentionView(RULES, report.rows, report.last)
        self.respond(model, "retention.html", draw=lambda _model: Page(**frame, **_tables(report)))


def _tables(report: Report) -> dict[str, object]:
    return {
        "last": _time(report.last),
        "swept": [
            Page(
                at=_time(row.at), what=rule_of(row.collection).what, count=row.count,
                span=f"{_time(row.first)} 至 {_time(row.last)}" if row.first else "", rule=row.rule,
            )
            for row in report.rows
        ],
        "rules": [
            Page(
                what=rule.what, keep=rule.keep, ground=rule.ground,
                how=HOWS[rule.how] + (f"：{rule.after}" if rule.after else ""),
            )
            for rule in RULES
        ],
    }  # fmt: skip


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""


ROUTES = [(r"/desk/retention", Retention)]
