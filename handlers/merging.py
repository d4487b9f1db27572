"""重复登记: what is likely on record twice, side by side, made one, and undone.

JSON: ``POST /desk/registry/merges`` takes ``models/merging/merge.py``'s Order and gives the merge.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import merging as views
from models.audit.entry import MOST_WHOSE
from models.base.errors import Conflict, Invalid, Malformed, NotFound, SaobanError
from models.lifeevents.event import Standings
from models.merging.likely import Found
from models.merging.merge import Merge, Order
from models.merging.service import Comparison
from models.people.book import Noun

HERE = "/desk/registry/merges"
ID = r"([0-9A-Za-z_-]{16,64})"


class Lately(msgspec.Struct, frozen=True):
    """A merge as lists name it."""

    id: str
    noun: Noun
    winner: str
    loser: str
    at: datetime
    author: str
    state: str


class Shown(msgspec.Struct, frozen=True):
    """A merge as it is shown: how many references were rewritten, and whether it may still be undone."""

    id: str
    noun: Noun
    winner: str
    loser: str
    at: datetime
    author: str
    state: str
    ground: str
    before: Standings
    after: Standings
    moved: dict[str, int]
    undone_by: str
    undone_at: datetime | None
    reason: str


class Bench(msgspec.Struct, frozen=True):
    """What one stretch of the area has, and the latest merges."""

    found: Found
    lately: list[Lately]


class Reason(msgspec.Struct, frozen=True):
    """Why it is undone."""

    reason: str = ""


class MergingBase(Base):
    """What these verbs share."""

    async def _compared(self, comparison: Comparison) -> None:
        for at in range(0, len(comparison.whose), MOST_WHOSE):
            await looking.at_list(self, "duplicates", comparison.whose[at : at + MOST_WHOSE])

    async def _done(self, act: looking.Act, merge: Merge, reason: str = "") -> Shown:
        await looking.at_merge(self, act, merge, reason)
        return shown_of(merge)


class Merges(MergingBase):
    """What is likely on record twice in my area, and what was made one."""

    @staff(may="registry.merge", gives=Bench, query=("noun", "after"), summary="可能重复的登记")
    async def get(self) -> None:
        noun = noun_of(self.get_query_argument("noun", "person"))
        found = await self.home.duplicates.search(
            self.actor, noun, self.get_query_argument("after", "")[:200]
        )
        lately = await self.home.merging.in_area(self.actor)
        if found.whose:
            await looking.at_list(self, "duplicates", found.whose[:MOST_WHOSE])
        model = Bench(found, [lately_of(each) for each in lately])
        page = await views.list_page(self, noun, model)
        self.respond(model, "registry_merges.html", draw=lambda _model: page)

    @staff(may="registry.merge", reads=Order, gives=Shown, status=(201,), summary="合并两条登记")
    async def post(self) -> None:
        looking.check(self)
        order = self.read(Order)
        merge = await self.home.merging.merge(self.actor, order)
        self.respond(await self._done("change", merge, order.ground), status=201)


class Pair(MergingBase):
    """Two records side by side; whoever is named first is the one that stays."""

    @staff(may="registry.merge", gives=Comparison, summary="两条登记并排核对")
    async def get(self, noun: str, winner: str, loser: str) -> None:
        comparison = await self.home.merging.compare(self.actor, noun_of(noun), winner, loser)
        await self._compared(comparison)
        page = await views.pair_page(self, comparison, {"op": [secrets.token_hex(16)]})
        self.respond(comparison, "registry_pair.html", draw=lambda _model: page)

    @staff(may="registry.merge", gives=Shown, summary="合并并排核对的两条登记（页面）")
    async def post(self, noun: str, winner: str, loser: str) -> None:
        looking.check(self)
        typed = {name: self.get_body_arguments(name) for name in self.request.body_arguments}
        kind = noun_of(noun)
        try:
            merge = await self.home.merging.merge(self.actor, order_of(kind, winner, loser, typed))
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            await self._again(kind, winner, loser, typed, error)
            return
        self.go(f"{HERE}/{merge.id}", await self._done("change", merge, merge.ground))

    async def _again(
        self, noun: Noun, winner: str, loser: str, typed: dict[str, list[str]], error: SaobanError
    ) -> None:
        comparison = await self.home.merging.compare(self.actor, noun, winner, loser)
        await self._compared(comparison)
        page = await views.pair_page(self, comparison, typed, error)
        self.respond({}, "registry_pair.html", status=status_of(error), draw=lambda _model: page)


class OneMerge(MergingBase):
    """One merge, and undoing it."""

    @staff(may="registry.merge", gives=Shown, summary="一次合并")
    async def get(self, merge_id: str) -> None:
        merge = await self.home.merging.get(self.actor, merge_id)
        shown = await self._done("view", merge)
        page = await views.one_page(self, merge)
        self.respond(shown, "registry_merge.html", draw=lambda _model: page)


class UndoMerge(MergingBase):
    """Both records stand again, as far as nothing has changed since."""

    @staff(may="registry.merge", reads=Reason, gives=Shown, summary="撤销合并")
    async def post(self, merge_id: str) -> None:
        looking.check(self)
        reason = self.read(Reason).reason
        try:
            merge = await self.home.unmerging.undo(self.actor, merge_id, reason)
        except (Conflict, Invalid) as error:
            if self.wants_json:
                raise
            page = await views.one_page(
                self, await self.home.merging.get(self.actor, merge_id), reason, error
            )
            self.respond({}, "registry_merge.html", status=status_of(error), draw=lambda _model: page)
            return
        self.go(f"{HERE}/{merge_id}", await self._done("change", merge, reason))


def noun_of(text: str) -> Noun:
    """Raises NotFound for what cannot be merged."""
    if text not in {"person", "household"}:
        raise NotFound()
    return text  # type: ignore[return-value]


def lately_of(merge: Merge) -> Lately:
    return Lately(merge.id, merge.noun, merge.winner, merge.loser, merge.at, merge.author, merge.state)


def shown_of(merge: Merge) -> Shown:
    moved: dict[str, int] = {}
    for each in merge.moved:
        moved[each.collection] = moved.get(each.collection, 0) + len(each.ids)
    if merge.plates:
        moved["codes"] = len(merge.plates)
    return Shown(
        merge.id, merge.noun, merge.winner, merge.loser, merge.at, merge.author, merge.state, merge.ground,
        merge.before, merge.after, moved, merge.undone_by, merge.undone_at, merge.reason,
    )  # fmt: skip


def order_of(noun: Noun, winner: str, loser: str, typed: dict[str, list[str]]) -> Order:
    """The order that a page has sent. Raises Malformed."""
    said = {name: values[-1].strip() for name, values in typed.items()}
    picks = {name.removeprefix("pick."): value for name, value in said.items() if name.startswith("pick.")}
    relations = {
        name.removeprefix("relations."): value
        for name, value in said.items()
        if name.startswith("relations.") and value
    }
    sent = {
        "op": said.get("op", ""), "noun": noun, "winner": winner, "loser": loser, "picks": picks,
        "relations": relations, "ground": said.get("ground", ""),
    }  # fmt: skip
    try:
        return msgspec.convert(sent, Order)
    except msgspec.ValidationError as error:
        raise Malformed(detail=str(error)[:200]) from None


OWNER, OTHER = r"([0-9a-z-]{1,50})", r"([0-9a-z-]{2,50})"
ROUTES = [
    (HERE, Merges),
    (rf"{HERE}/{ID}", OneMerge),
    (rf"{HERE}/{ID}/undo", UndoMerge),
    (rf"{HERE}/(person|household)/{OWNER}/{OTHER}", Pair),
]
