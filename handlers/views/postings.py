"""The pages of public notices."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views.plates import villages
from handlers.views.rights import fields_of, problems_of
from handlers.views.words import day
from models.base.errors import SaobanError
from models.cases.posted import Board
from models.cases.posting import Posting
from models.rights.asking import Objection

if TYPE_CHECKING:
    from handlers.home import Home


def board_page(home: Home, board: Board) -> Page:
    """postings.html."""
    county = home.areas.get(home.county)
    towns = [(value, f"　{label}") for value, label in villages(home.areas, home.county)]
    return Page(
        place=board.area_name,
        area=board.area,
        areas=[(county.id, county.name), *towns],
        postings=[_line(each) for each in board.postings],
        older_href=f"/notices?area={board.area}&after={board.next}" if board.next else "",
    )


def posting_page(
    home: Home, posting: Posting, typed: Objection, error: SaobanError | None, *, asks_phone: bool
) -> Page:
    """posting.html."""
    return Page(
        line=_line(posting),
        facts=[(each.label, each.words) for each in posting.facts],
        action=f"/notices/{posting.id}",
        typed=typed,
        asks_phone=asks_phone,
        days=home.rights_rules.objection_days,
        problems=problems_of(error),
        fields=fields_of(error),
    )


def _line(posting: Posting) -> Page:
    return Page(
        href=f"/notices/{posting.id}",
        title=posting.title,
        who=posting.who,
        place=posting.place,
        since=day(posting.since),
        until=day(posting.until),
    )
