"""Keeping the registry: a short form per module, and one tap for what has not changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers import looking
from handlers.access import staff
from handlers.base import Base
from handlers.errors import status_of
from handlers.views import registry_edit as views
from models.base.errors import Conflict, Invalid, SaobanError
from models.forms.encode import from_pairs
from models.people.book import Noun
from models.registry.editing import Change, differing, short
from models.registry.service import Changed, Opened
from models.registry.sight import Module

HERE = "/desk/registry"
CHANGE = "registry.change"
PLACES: dict[Noun, str] = {"household": "households", "person": "people"}


class ModuleBase(Base):
    """What both kinds of owners share."""

    noun: Noun = "household"

    async def form(self, owner_id: str, module: str) -> None:
        """The module with what is held; what is sensitive stays masked."""
        opened = await self.home.registry.opened(self.actor, self.noun, owner_id, module)
        await self._note("view", opened, ())
        page = await views.module_page(self, opened, self.noun)
        self.respond(opened.module, "registry_module.html", draw=lambda _model: page)

    async def save(self, owner_id: str, module: str) -> None:
        looking.check(self)
        opened = await self.home.registry.opened(self.actor, self.noun, owner_id, module)
        change = self.read(Change) if self.sends_json else self._typed(opened)
        if not self.sends_json and (self._pressed("_add") or self._pressed("_remove")):
            page = await views.module_page(self, opened, self.noun, change, more=self._pressed("_add"))
            self.respond({}, "registry_module.html", draw=lambda _model: page)
            return
        try:
            done = await self.home.registry.change(self.actor, self.noun, owner_id, module, change)
        except (Invalid, Conflict) as error:
            if self.wants_json:
                raise
            await self._again(owner_id, module, change, error)
            return
        await self._note("change", opened, done.touched, change.ground)
        waits = "proposed" in done.outcomes.values()
        self.go(f"{self.href(owner_id)}?done={'proposed' if waits else 'saved'}#{module}", done)

    async def confirm(self, owner_id: str, module: str) -> None:
        looking.check(self)
        opened = await self.home.registry.opened(self.actor, self.noun, owner_id, module)
        done = await self.home.registry.unchanged(self.actor, self.noun, owner_id, module)
        await self._note("change", opened, done.touched, "无变化")
        self.go(f"{self.href(owner_id)}?done=unchanged#{module}", done)

    def href(self, owner_id: str) -> str:
        return f"{HERE}/{PLACES[self.noun]}/{owner_id}"

    def _typed(self, opened: Opened) -> Change:
        """What a browser's form changes, of everything that it sends."""
        fields = {short(each.key): views.field_of(each) for each in opened.elements}
        args = {name: self.get_body_arguments(name) for name in self.request.body_arguments}
        was = {each.key: self.get_body_argument(f"was.{each.key}", "") for each in opened.elements}
        bases = {each.key: self.get_body_argument(f"base.{each.key}", "") for each in opened.elements}
        typed = from_pairs(fields, args)
        _take_away(typed, self._pressed("_remove"))
        changes = differing(opened.elements, typed, was, self.home.registry.context())
        return Change(changes, bases, self.get_body_argument("ground", ""))

    def _pressed(self, name: str) -> str:
        """Which row of which table a button is about, where scripts are off."""
        return self.get_body_argument(name, "")[:60]

    async def _again(self, owner_id: str, module: str, change: Change, error: SaobanError) -> None:
        """The form with everything typed still there, over what is held now."""
        opened = await self.home.registry.opened(self.actor, self.noun, owner_id, module)
        page = await views.module_page(self, opened, self.noun, change, error)
        self.respond({}, "registry_module.html", status=status_of(error), draw=lambda _model: page)

    async def _note(self, act: looking.Act, opened: Opened, keys: Sequence[str], ground: str = "") -> None:
        owner = opened.owner
        await looking.at_registry(self, act, (self.noun, owner.id), views.whose(owner), keys, ground)


def _take_away(typed: dict[str, Any], wanted: str) -> None:
    """One row of a table, named as its button names it (``vehicles.1``)."""
    key, _, row = wanted.partition(".")
    rows = typed.get(key)
    if isinstance(rows, list) and row.isdecimal() and int(row) < len(rows):
        del rows[int(row)]


class HouseholdModule(ModuleBase):
    """A module of a house."""

    @staff(may=CHANGE, gives=Module, summary="登记、更正户的一类信息（页面）")
    async def get(self, household_id: str, module: str) -> None:
        await self.form(household_id, module)

    @staff(may=CHANGE, reads=Change, gives=Changed, status=(200, 303), summary="登记、更正户的一类信息")
    async def post(self, household_id: str, module: str) -> None:
        await self.save(household_id, module)


class PersonModule(ModuleBase):
    """A module of a person."""

    noun: Noun = "person"

    @staff(may=CHANGE, gives=Module, summary="登记、更正人的一类信息（页面）")
    async def get(self, person_id: str, module: str) -> None:
        await self.form(person_id, module)

    @staff(may=CHANGE, reads=Change, gives=Changed, status=(200, 303), summary="登记、更正人的一类信息")
    async def post(self, person_id: str, module: str) -> None:
        await self.save(person_id, module)


class HouseholdUnchanged(ModuleBase):
    """无变化, of a house."""

    @staff(may=CHANGE, gives=Changed, status=(200, 303), summary="户的一类信息经核对无变化")
    async def post(self, household_id: str, module: str) -> None:
        await self.confirm(household_id, module)


class PersonUnchanged(ModuleBase):
    """无变化, of a person."""

    noun: Noun = "person"

    @staff(may=CHANGE, gives=Changed, status=(200, 303), summary="人的一类信息经核对无变化")
    async def post(self, person_id: str, module: str) -> None:
        await self.confirm(person_id, module)


MODULE = "([a-z_]{2,30})"
ROUTES = [
    (rf"{HERE}/households/([0-9]{{18}})/modules/{MODULE}", HouseholdModule),
    (rf"{HERE}/households/([0-9]{{18}})/modules/{MODULE}/unchanged", HouseholdUnchanged),
    (rf"{HERE}/people/([0-9a-z-]{{1,50}})/modules/{MODULE}", PersonModule),
    (rf"{HERE}/people/([0-9a-z-]{{1,50}})/modules/{MODULE}/unchanged", PersonUnchanged),
]
