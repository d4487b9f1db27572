"""Whom to call: the grid worker of the place that a page is about. Her name and work phone are public."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views.words import contact
from models.base.errors import NotFound
from qr import grammar

if TYPE_CHECKING:
    from handlers.home import Home


async def of_code(home: Home, text: str) -> Page | None:
    """The grid worker of a plate; None for posters, and for what is no code of ours."""
    try:
        return contact((await home.landings.of(grammar.read(text))).contact)
    except (NotFound, grammar.BadCode):
        return None


async def of_grid(home: Home, grid: str) -> Page | None:
    """The grid worker of a grid; None where there is none, or no grid."""
    found = await home.accounts.grid_worker_of(grid) if grid else None
    return Page(name=found.name, phone=found.work_phone) if found else None
