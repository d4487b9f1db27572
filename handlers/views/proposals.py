"""The page of proposed changes at a desk."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from handlers.views.desk import frame
from handlers.views.words import moment
from models.base.clock import SHANGHAI
from models.base.errors import Invalid, SaobanError
from models.record.review import REASON, Listing, Row, Settled

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.proposals import Verdicts

HERE = "/desk/proposals"


async def list_page(
    handler: Base,
    listing: Listing,
    settled: Settled | None = None,
    typed: Verdicts | None = None,
    error: SaobanError | None = None,
) -> Page:
    """proposals.html."""
    area, module = (handler.get_query_argument(name, "")[:80] for name in ("area", "module"))
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    filters = {"area": area, "module": module}
    return Page(
        **await frame(handler, HERE),
        rows=[_row(row, typed) for row in listing.rows],
        areas=_villages(handler),
        area=area,
        modules=[("", "全部类别"), *listing.modules.items()],
        module=module,
        action=_address(filters),
        undo_action=_address(filters, f"{HERE}/undo"),
        older_href=_address({**filters, "after": listing.next}) if listing.next else "",
        batch=settled.batch if settled and settled.done else "",
        done=_done(settled),
        failed=list(dict.fromkeys(each.message for each in settled.failed)) if settled else [],
        problem=error.message if error and not problems else "",
        problems=problems,
        reason=typed.reason if typed else "",
        reason_problem=problems.get(REASON, ""),
    )


def _done(settled: Settled | None) -> str:
    if settled is None or not settled.done:
        return ""
    return (
        f"已处理 {len(settled.done)} 项。" if settled.batch else f"已撤销 {len(settled.done)} 项，恢复原样。"
    )


def _row(row: Row, typed: Verdicts | None) -> Page:
    return Page(
        pick=row.pick,
        ticked=bool(typed and row.pick in typed.picks),
        name=row.name,
        place=row.place,
        label=row.label,
        held=row.held,
        held_source=f"{row.held_source} {row.held_at.astimezone(SHANGHAI):%Y-%m-%d}" if row.held_at else "",
        wanted=row.wanted,
        source="，".join(part for part in (row.author, row.source, moment(row.at)) if part),
        reason=row.reason,
        own=row.own,
    )


def _address(given: dict[str, str], path: str = HERE) -> str:
    kept = {name: value for name, value in given.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def _villages(handler: Base) -> list[tuple[str, str]]:
    """The actor's area, and the towns and villages in it."""
    areas: Any = handler.home.areas
    root = areas.get(handler.actor.area)
    found = [("", f"{root.name}（全部）")]

    def put(code: str, depth: int) -> None:
        for child in areas.children(code):
            if child.level in {"town", "village"}:
                found.append((child.id, "　" * depth + child.name))
                put(child.id, depth + 1)

    put(root.id, 0)
    return found
