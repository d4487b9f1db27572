"""The pages of the counter: who is here and for what; what was taken."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING

from handlers.views import desk
from handlers.views.words import day, moment
from models.areas.area import Area
from models.base.errors import Invalid, SaobanError
from models.cases.case import Case
from models.cases.receipt import Receipt
from models.codes.code import Code
from models.counter.intake import Wanted, hall_name
from models.items.item import THEMES
from models.mandates.mandate import Mandate
from qr import grammar

if TYPE_CHECKING:
    from handlers.base import Base

INDENT = "　"


async def counter_page(
    handler: Base, wanted: Wanted, windows: Sequence[Code], error: SaobanError | None,
    doubts: dict[str, str] | None = None, note: str = "",
) -> Page:  # fmt: skip
    """counter.html: everything that was typed, with what is wrong beside it."""
    home = handler.home
    problems = error.problems if isinstance(error, Invalid) else []
    return Page(
        **await desk.frame(handler, "/desk/counter"),
        hall=hall_name(home.counter.hall(handler.actor)),
        wanted=wanted,
        kinds=_kinds(handler),
        windows=[(code.id, code.target.point) for code in windows],
        places=_places(handler),
        doubts=doubts or {},
        note=note,
        fields={problem.field: problem.message for problem in problems},
        refused=error.message if error and not problems else "",
    )


def _kinds(handler: Base) -> list[Page]:
    """Everything that can be taken, by kind; what is several things in one first."""
    offers = [offer for offer in handler.home.catalogue.offers_at() if offer.open]
    bundles = [(offer.id, offer.short) for offer in offers if offer.bundle]
    kinds = [Page(name="一件事", options=bundles)] if bundles else []
    for theme, name in THEMES.items():
        items = [(offer.id, offer.short) for offer in offers if offer.item and offer.item.theme == theme]
        if items:
            kinds.append(Page(name=name, options=items))
    return kinds


def _places(handler: Base) -> list[tuple[str, str]]:
    """The towns of the county with their villages."""
    home = handler.home
    found: list[tuple[str, str]] = []
    for town in home.areas.children(home.county):
        found.append((town.id, town.name))
        found += [
            (village.id, INDENT + village.name)
            for village in home.areas.children(town.id)
            if _is_village(village)
        ]
    return found


def _is_village(area: Area) -> bool:
    return area.level == "village"


def window_of(mandate: Mandate) -> str:
    """The code of the window at which a matter is taken."""
    assert mandate.intake  # noqa: S101 - made at a counter
    return mandate.intake.window


async def taken_page(handler: Base, receipt: Receipt, case: Case) -> Page:
    """counter_taken.html."""
    base = f"/q/{receipt.code}"
    return Page(
        **await desk.frame(handler, "/desk/counter"),
        title=receipt.title,
        case_no=receipt.case_no,
        code=grammar.spoken(receipt.code),
        name=receipt.name,
        taken=f"{receipt.hall}　{receipt.agent}　{moment(receipt.filed_at)}",
        place=handler.home.areas.name_below_county(_town_or_village(case.areas)),
        office=receipt.accepted_by or "、".join(dict.fromkeys(step.office for step in receipt.steps)),
        due=day(receipt.due_on),
        materials=list(receipt.materials),
        children=[Page(name=child.title, note=child.office) for child in receipt.children],
        later=[paper.name for paper in case.owed.outstanding] if case.owed else [],
        qr_href=f"{base}/code.png",
        pdf_href=f"{base}/receipt.pdf",
        receipt_href=base,
    )


def _town_or_village(areas: Sequence[str]) -> str:
    return [area for area in areas if len(area) <= 12][-1]
