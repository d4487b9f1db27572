"""People as other slices ask for them. What each asker may see is decided where an actor comes in:
in households for a household's own, in cases for a case's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from models.base.errors import NotFound
from models.people.book import Book, Recorder
from models.people.edits import Edit, Given, take
from models.people.person import Person, edited
from models.people.repository import PersonRepository
from models.people.values import Held, Outcome, Source, Value


class People:
    def __init__(self, repository: PersonRepository, recorder: Recorder) -> None:
        self._repository = repository
        self._book = Book("person", self.get, edited, repository.replace, recorder)

    async def by_id_number(self, sought: Sequence[str]) -> Person | None:
        """The person whose ID number has one of the blind indexes ``sought`` (``Vault.sought``); None when the registry
        has none."""
        return await self._repository.of_blind(sought)

    async def get(self, person_id: str) -> Person:
        """NotFound when there is no such person."""
        person = await self._repository.of_id(person_id)
        if person is None:
            raise NotFound("没有找到这个人的登记信息，请联系网格员核对。", code="person.unknown")
        return person

    async def of_household(self, household_id: str) -> list[Person]:
        """Everybody who is registered in a household, in one query."""
        return await self._repository.of_household(household_id)

    def value(self, person: Person, key: str) -> Value | None:
        """What ``person`` holds for the element ``key``, with its source, time and author."""
        return person.value(key)

    async def record(
        self, person_id: str, key: str, value: Any, source: Source, at: datetime, by: str
    ) -> Outcome:
        """Takes a value in by the order of trust.

        "recorded": it is the value now. "proposed": a more trusted one stands, and this waits for review.
        "unchanged": it says what is held already, or is older. NotFound for an unknown person; Conflict
        when others never stop changing her, or when the ID number is someone else's.
        """
        given = Given(key, Value(value, source, at, by))
        return (await self.take(person_id, (given,), at))[0]

    async def take(self, person_id: str, given: Sequence[Given], at: datetime) -> tuple[Outcome, ...]:
        """Takes several values in at once, all or none; outcomes and errors of ``record``."""
        return (await self._book.edit(person_id, lambda held: take(held, given, at))).outcomes

    async def edit(self, person_id: str, edit: Callable[[Held], Edit]) -> Edit:
        """Does ``edit`` (``models/people/edits.py``) to what is held of her; whether the actor may is for the caller
        to have asked. Raises what it raises, and as ``record`` does."""
        return await self._book.edit(person_id, edit)

    async def awaiting(self, desks: Sequence[str], after: tuple[datetime, str], limit: int) -> list[Person]:
        """Those to whom a change is proposed that one of ``desks`` (``models/people/waiting.py``) may settle, the
        longest waiting first, past the position (since when, id)."""
        return await self._repository.awaiting(desks, after, limit)
