"""信息台账 at a desk: looking for people and households, and their pages, module by module."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import registry as views
from models.base.errors import Invalid, SaobanError, TooMany
from models.people.book import Noun
from models.people.edits import Kind
from models.registry.search import Asked, Hits
from models.registry.service import HouseholdView, PersonView, Story
from models.registry.sight import Sheet

HERE = "/desk/registry"
SEE = "registry.see:1"


class SearchPage(Base):
    """Who or what is looked for, and why. The question travels in the body: no name and no number in an address."""

    @staff(may="registry.search", gives=Hits, summary="查找户和人（页面）")
    async def get(self) -> None:
        page = await views.search_page(self, Asked())
        self.respond(Hits("auto", ()), "registry_search.html", draw=lambda _model: page)

    @staff(may="registry.search", reads=Asked, gives=Hits, summary="查找户和人，须写明理由")
    async def post(self) -> None:
        looking.check(self)
        asked = self.read(Asked)
        try:
            hits = await self.home.search.find(self.actor, asked)
        except (Invalid, TooMany) as error:
            if self.wants_json:
                raise
            page = await views.search_page(self, asked, error=error)
            self.respond({}, "registry_search.html", status=status_of(error), draw=lambda _model: page)
            return
        await looking.registry_search(self, hits, asked.reason)
        page = await views.search_page(self, asked, hits)
        self.respond(hits, "registry_search.html", draw=lambda _model: page)


class SheetBase(Base):
    """What pages of households and people share: which sensitive values are shown, which day is looked at."""

    noun: Noun = "household"

    def asked(self) -> tuple[str, str]:
        return self.get_query_argument("show", "")[:80], self.get_query_argument("day", "")[:10]

    async def note(self, sheet: Sheet, show: str) -> None:
        """The look, on record; what was shown whole by its keys."""
        await looking.at_registry(self, "view", (sheet.noun, sheet.id), sheet.whose, shown(sheet, show))

    def refuse(self, error: SaobanError) -> bool:
        """Whether a page can say what is wrong with the question and show today instead."""
        return isinstance(error, Invalid) and not self.wants_json


def shown(sheet: Sheet, show: str) -> Iterable[str]:
    """The sensitive elements that were told whole."""
    for module in sheet.modules:
        for line in module.lines:
            if show and show in {line.key, module.key} and line.source:
                yield line.key


class HouseholdPage(SheetBase):
    """A household: what is known of the house, who belongs to it, what is missing and what contradicts itself."""

    @staff(may=SEE, gives=HouseholdView, query=("show", "day", "done"), summary="户的登记信息，按类别")
    async def get(self, household_id: str) -> None:
        show, day = self.asked()
        problem: SaobanError | None = None
        try:
            found = await self.home.registry.household(self.actor, household_id, show, day)
        except Invalid as error:
            if not self.refuse(error):
                raise
            problem, found = error, await self.home.registry.household(self.actor, household_id)
        await self.note(found.sheet, show)
        findings = await self.home.registry_quality.of_household(self.actor, household_id)
        page = await views.household_page(self, found, findings, show, problem)
        status = status_of(problem) if problem else 200
        self.respond(found, "registry_household.html", status=status, draw=lambda _model: page)


class PersonPage(SheetBase):
    """A person, in the same way."""

    noun: Noun = "person"

    @staff(may=SEE, gives=PersonView, query=("show", "day", "done"), summary="人的登记信息，按类别")
    async def get(self, person_id: str) -> None:
        show, day = self.asked()
        problem: SaobanError | None = None
        try:
            found = await self.home.registry.person(self.actor, person_id, show, day)
        except Invalid as error:
            if not self.refuse(error):
                raise
            problem, found = error, await self.home.registry.person(self.actor, person_id)
        await self.note(found.sheet, show)
        page = await views.person_page(self, found, show, problem)
        status = status_of(problem) if problem else 200
        self.respond(found, "registry_person.html", status=status, draw=lambda _model: page)


class Told(msgspec.Struct, frozen=True):
    """One change as its reader may see it: sensitive values masked."""

    id: str
    kind: Kind
    key: str
    label: str
    at: datetime
    author: str
    before: str
    after: str
    source: str
    ground: str


class Past(msgspec.Struct, frozen=True):
    """A page of the history, the newest first; ``next`` asks for the one after it."""

    changes: tuple[Told, ...]
    next: str


class HistoryBase(SheetBase):
    """Who changed what from what, when, on what ground."""

    async def show_story(self, owner_id: str) -> None:
        key, after = self.get_query_argument("key", "")[:70], self.get_query_argument("after", "")[:80]
        story = await self.home.registry.story(self.actor, self.noun, owner_id, key, after)
        await self._note(story)
        told = Past(tuple(Told(**each) for each in views.told(self, story)), story.next)
        page = await views.history_page(self, story, told.changes, key)
        self.respond(told, "registry_history.html", draw=lambda _model: page)

    async def _note(self, story: Story) -> None:
        keys = dict.fromkeys(each.entry.key for each in story.changes)
        owner = story.owner
        await looking.at_registry(self, "view", (self.noun, owner.id), views.whose(owner), keys)


class HouseholdHistory(HistoryBase):
    """Of a house."""

    @staff(may=SEE, gives=Past, query=("key", "after"), summary="户的变更记录")
    async def get(self, household_id: str) -> None:
        await self.show_story(household_id)


class PersonHistory(HistoryBase):
    """Of a person."""

    noun: Noun = "person"

    @staff(may=SEE, gives=Past, query=("key", "after"), summary="人的变更记录")
    async def get(self, person_id: str) -> None:
        await self.show_story(person_id)


ROUTES = [
    (HERE, SearchPage),
    (rf"{HERE}/households/([0-9]{{18}})", HouseholdPage),
    (rf"{HERE}/households/([0-9]{{18}})/history", HouseholdHistory),
    (rf"{HERE}/people/([0-9a-z-]{{1,50}})", PersonPage),
    (rf"{HERE}/people/([0-9a-z-]{{1,50}})/history", PersonHistory),
]
