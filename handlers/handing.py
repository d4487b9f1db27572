"""Handing out the results of bundles, once for all their matters: the desk of the department that leads."""

from __future__ import annotations

import re
from datetime import datetime
from types import SimpleNamespace as Page
from typing import Any

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views.desk import frame
from handlers.views.words import moment
from models.base.errors import Conflict, Invalid
from models.cases.handing import WAYS
from models.cases.handout import Given, Parcel, Ready

REVISION = re.compile(r"[0-9]{1,9}")


class Waiting(msgspec.Struct, frozen=True):
    """Bundles that are over and not yet handed out."""

    rows: tuple[Ready, ...]


class ResultView(msgspec.Struct, frozen=True):
    title: str
    case_no: str
    result: str


class ParcelView(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is handed out together; ``way`` and ``where`` as the applicant wants it, then as it was done."""

    id: str
    case_no: str
    title: str
    state: str
    rev: int
    name: str
    results: tuple[ResultView, ...]
    way: str
    where: str = ""
    handed_at: datetime | None = None
    handed_way: str = ""
    note: str = ""


class Handing(Base):
    """What waits to be handed out."""

    @staff(may="case.issue", gives=Waiting, summary="一件事出件列表")
    async def get(self) -> None:
        rows = await self.home.hand_out.ready(self.actor)
        page = Page(
            **await frame(self, "/desk/handing"),
            rows=[
                Page(
                    href=f"/desk/handing/{row.id}", title=row.title, case_no=row.case_no, department=row.department,
                    at=f"{moment(row.ready_at)}全部办完", results=row.results,
                )
                for row in rows
            ],
        )  # fmt: skip
        self.respond(Waiting(rows), "handing.html", draw=lambda _model: page)


class OneParcel(Base):
    """The results of one bundle, and how they are handed out."""

    @staff(may="case.issue", gives=ParcelView, query=("done",), summary="一件事出件：打开")
    async def get(self, filing_id: str) -> None:
        parcel = await self.home.hand_out.get(self.actor, filing_id)
        await self._looked(parcel)
        page = await self._page(parcel, done=self.get_query_argument("done", "") == "1")
        self.respond(_view(parcel), "handing_one.html", draw=lambda _model: page)

    @staff(may="case.issue", reads=Given, gives=ParcelView, summary="一件事一次出件")
    async def post(self, filing_id: str) -> None:
        given = self.read(Given) if self.sends_json else self._form()
        looking.check(self)
        try:
            parcel = await self.home.hand_out.hand(self.actor, filing_id, given)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            parcel = await self.home.hand_out.get(self.actor, filing_id)
            await self._looked(parcel)
            page = await self._page(parcel, given, error)
            self.respond({}, "handing_one.html", status=status_of(error), draw=lambda _model: page)
            return
        await self._looked(parcel)
        self.go(f"/desk/handing/{filing_id}?done=1", _view(parcel))

    async def _looked(self, parcel: Parcel) -> None:
        applicant = parcel.filing.applicant
        await looking.at_list(self, "handing", (applicant.person, applicant.subject))

    def _form(self) -> Given:
        revision = self.get_body_argument("rev", "")
        return Given(
            rev=int(revision) if REVISION.fullmatch(revision) else 0,  # 0 is older than any
            way=self.get_body_argument("way", ""),
            note=self.get_body_argument("note", ""),
        )

    async def _page(
        self, parcel: Parcel, typed: Given | None = None, error: Any = None, *, done: bool = False
    ) -> Page:
        filing = parcel.filing
        told = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
        return Page(
            **await frame(self, "/desk/handing"),
            title=filing.title,
            case_no=filing.case_no,
            name=filing.applicant.name,
            results=[
                Page(label=title, value=f"{result}（{number}）") for title, number, result in parcel.results
            ],
            way=parcel.way,
            where=parcel.where,
            handed=f"{moment(filing.handed.at)} {filing.handed.way} {filing.handed.note}"
            if filing.handed
            else "",
            ways=WAYS,
            chosen=typed.way if typed else parcel.way,
            note=typed.note if typed else "",
            rev=filing.rev,
            action=f"/desk/handing/{filing.id}",
            problems=told,
            problem=error.message if isinstance(error, Conflict) else "",
            done=done,
        )


def _view(parcel: Parcel) -> ParcelView:
    filing, handed = parcel.filing, parcel.filing.handed
    return ParcelView(
        id=filing.id,
        case_no=filing.case_no,
        title=filing.title,
        state=filing.state,
        rev=filing.rev,
        name=filing.applicant.name,
        results=tuple(ResultView(*each) for each in parcel.results),
        way=parcel.way,
        where=parcel.where,
        handed_at=handed.at if handed else None,
        handed_way=handed.way if handed else "",
        note=handed.note if handed else "",
    )


ROUTES = [
    (r"/desk/handing", Handing),
    (r"/desk/handing/(R[0-9A-Z]{11})", OneParcel),
]
