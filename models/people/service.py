"""People as other slices ask for them. What each asker may see is decided where an actor comes in:
in households for a household's own, in cases for a case's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.base.errors import Conflict, NotFound
from models.people.person import Person, put_value
from models.people.repository import PersonRepository
from models.people.values import Outcome, Source, Value

TRIES = 8
"""How often a change is tried again when others change the same person meanwhile."""


class People:
    def __init__(self, repository: PersonRepository) -> None:
        self._repository = repository

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
        for _ in range(TRIES):
            person = await self.get(person_id)
            changed, outcome = put_value(person, key, Value(value, source, at, by))
            if outcome == "unchanged" or await self._repository.replace(changed, person.rev):
                return outcome
        raise Conflict
