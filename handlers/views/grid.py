"""The grid worker's pages, and the manifest of his app."""

from __future__ import annotations

from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

from handlers.views import desk
from models.base.errors import Invalid, SaobanError

if TYPE_CHECKING:
    from handlers.base import Base
    from handlers.grid import Doors


def manifest(office: str) -> dict[str, Any]:
    """The members of the manifest that browsers read."""
    return {
        "id": "/grid/",
        "name": f"{office} 网格员",
        "short_name": "网格员",
        "lang": "zh-CN",
        "start_url": "/grid/",
        "scope": "/grid/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [
            {"src": "/static/icons/grid-app.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {
                "src": "/static/icons/grid-app.svg",
                "sizes": "any",
                "type": "image/svg+xml",
                "purpose": "maskable",
            },
        ],
    }


def href(household: str) -> str:
    """Where a household is read and changed without scripts."""
    return f"/desk/registry/households/{household}"


async def list_page(handler: Base, listing: Doors, error: SaobanError | None, code: str) -> Page:
    """grid_list.html."""
    fields = (
        {problem.field: problem.message for problem in error.problems} if isinstance(error, Invalid) else {}
    )
    return Page(
        **await desk.frame(handler, "/grid/"),
        place=listing.place,
        doors=listing.doors,
        next_href=f"/grid/?after={listing.after}" if listing.after else "",
        code=code[:60],
        fields=fields,
        refused=error.message if error and not fields else "",
    )
