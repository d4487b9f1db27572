"""The pages of PIN slips: an area's list, what would stop working, one household."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views.desk import frame, within
from handlers.views.words import day, moment
from models.base.clock import local_day
from models.base.errors import Invalid, NotFound, SaobanError
from models.households.household import Household
from models.slips.slip import Board, Line, Order
from qr import grammar

if TYPE_CHECKING:
    from handlers.base import Base

HERE = "/desk/pins"


async def board_page(
    handler: Base, board: Board, order: Order | None = None, error: SaobanError | None = None
) -> Page:
    """pins.html."""
    chosen = set(order.doors) if order else set()
    batch = min(board.without, board.most)
    return Page(
        **await frame(handler, HERE),
        areas=within(handler),
        area=board.area,
        total=board.total,
        out=board.total - board.without,
        without=board.without,
        batch=batch,
        more=board.without - batch,
        most=board.most,
        rows=[_row(line, line.code in chosen) for line in board.lines],
        next_href=f"{HERE}?area={board.area}&after={board.next}" if board.next else "",
        first_href=f"{HERE}?area={board.area}" if handler.get_query_argument("after", "") else "",
        problem=_sentence(error),
    )


async def confirm_page(
    handler: Base, order: Order, lines: Sequence[Line], error: SaobanError | None = None
) -> Page:
    """pins_confirm.html."""
    ending = [line for line in lines if line.out]
    return Page(
        **await frame(handler, HERE),
        area=order.area,
        which=order.which,
        doors=[line.code for line in lines],
        count=len(lines),
        ending=[_row(line) for line in ending],
        reason=order.reason,
        problem=_sentence(error) if isinstance(error, Invalid) else "",
    )


async def one_page(
    handler: Base, line: Line, home: Household, reason: str = "", error: SaobanError | None = None
) -> Page:
    """pins_one.html."""
    return Page(
        **await frame(handler, HERE),
        row=_row(line),
        by=await _who(handler, home.pin_issued_by),
        at=moment(line.issued_at),
        reason=reason,
        field=_sentence(error) if isinstance(error, Invalid) else "",
        problem=_sentence(error) if error and not isinstance(error, Invalid) else "",
        back_href=f"{HERE}?area={home.areas[3]}",
    )


def slip_sentence(home: Household) -> str:
    """What a resident reads of her household's slip; nothing where none is out."""
    if home.pin_issued_at is None:
        return ""
    on = day(local_day(home.pin_issued_at).isoformat())
    return f"您家的密码单于{on}{'换发' if home.pin_count > 1 else '发放'}。"


def _row(line: Line, chosen: bool = False) -> Page:
    return Page(
        href=f"/desk/households/{line.household}/pin",
        address=line.address,
        code=line.code,
        spoken=grammar.spoken(line.code) if line.code else "",
        since=day(local_day(line.issued_at).isoformat()) if line.issued_at else "",
        count=line.count,
        chosen=chosen,
    )


async def _who(handler: Base, account: str) -> str:
    try:
        return (await handler.home.accounts.badge(account)).name if account else ""
    except NotFound:
        return ""


def _sentence(error: SaobanError | None) -> str:
    if error is None:
        return ""
    return error.problems[0].message if isinstance(error, Invalid) else error.message
