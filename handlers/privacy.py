"""The privacy notice: who does what with one's data, why, for how long, and what one may ask."""

from __future__ import annotations

from types import SimpleNamespace as Page

import msgspec

from handlers.access import anyone
from handlers.base import Base
from handlers.views.words import day
from models.base.errors import NotFound
from models.privacy.notice import Notice, Section
from models.retention.rule import HOWS
from models.retention.table import about_people


class Kept(msgspec.Struct, frozen=True):
    """How long something about people is kept, and what becomes of it."""

    what: str
    keep: str
    then: str
    ground: str


class NoticeView(msgspec.Struct, frozen=True):
    """The notice of a version, with the table of retention as it is now; ``current`` is the number in force."""

    number: int
    since: str
    current: int
    summary: str
    sections: tuple[Section, ...]
    kept: tuple[Kept, ...]


class Privacy(Base):
    """The notice in force, or an earlier one."""

    @anyone(acting=True, gives=NoticeView, query=("version", "print"), summary="隐私说明")
    async def get(self) -> None:
        notice = self._version(self.get_query_argument("version", ""))
        told = notice.said_by(self.home.office, self.home.public_url)
        model = NoticeView(
            told.number, told.since, self.home.notices[-1].number, told.summary, told.sections, _kept()
        )
        self.respond(model, "privacy.html", draw=self._page)

    def _version(self, text: str) -> Notice:
        if not text:
            return self.home.notices[-1]
        found = next((each for each in self.home.notices if str(each.number) == text), None)
        if found is None:
            raise NotFound("没有这个版本的隐私说明。", code="privacy.version")
        return found

    def _page(self, model: NoticeView) -> Page:
        return _page(model, self.home.notices, bool(self.get_query_argument("print", "")))


def _kept() -> tuple[Kept, ...]:
    return tuple(
        Kept(rule.what, rule.keep, rule.after or HOWS[rule.how], rule.ground) for rule in about_people()
    )


def _page(model: NoticeView, notices: tuple[Notice, ...], to_print: bool) -> Page:
    """privacy.html."""
    return Page(
        number=model.number,
        since=day(model.since),
        old=model.number != model.current,
        print=to_print,
        summary=model.summary,
        sections=model.sections,
        kept=model.kept,
        versions=[
            Page(
                href=f"/privacy?version={each.number}", text=f"第{each.number}版（{day(each.since)}起）",
                here=each.number == model.number,
            )
            for each in reversed(notices)
        ],
    )  # fmt: skip


ROUTES = [(r"/privacy", Privacy)]
