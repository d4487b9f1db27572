"""People as other slices ask for them. What each asker may see is decided where an actor comes in:
in households for a household's own, in cases for a case's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from models.base.errors import NotFound
from models.database import Moment
from models.people.book import Also, Book, Ground, Recorder, Within, Write
from models.people.edits import Edit, Given, take
from models.people.person import Found, Person, edited, plain_name
from models.people.repository import PersonRepository
from models.people.values import Held, Outcome, Source, Value
from models.people.waiting import Touched

MOST_MEMBERS = 99
MOST_NAMES = 50
"""People in one household."""


class People:
    def __init__(self, repository: PersonRepository, recorder: Recorder) -> None:
        self._repository = repository
        self._recorder = recorder
        self._book = Book("person", self.get, edited, repository.replace, recorder)

    async def by_id_number(self, sought: Sequence[str]) -> Person | None:
        """The person whose ID number has one of the blind indexes ``sought`` (``Vault.sought``); None when the registry
        has none."""
        return await self._repository.of_blind(sought)

    async def get(self, person_id: str, within: Within = None) -> Person:
        """NotFound when there is no such person."""
        person = await self._repository.of_id(person_id, within)
        if person is None:
            raise NotFound("没有找到这个人的登记信息，请联系网格员核对。", code="person.unknown")
        return person

    async def of_household(self, household_id: str, within: Within = None) -> list[Person]:
        """Everybody who is registered in a household, in one query."""
        return await self._repository.of_household(household_id, within)

    async def changed(self, area: str, moment: Moment, limit: int) -> list[str]:
        """The households of those in ``area`` of whom anything was written after ``moment``."""
        return await self._repository.changed(area, moment, limit)

    async def by_id_numbers(self, numbers: Sequence[str]) -> dict[str, Person]:
        """The people with these ID numbers (18 characters, normalised), by number, in one query."""
        return await self._repository.of_numbers(numbers)

    async def founding(self, people: Sequence[Person], ground: Ground) -> Also:
        """What brings new people into the registry within a transaction, with the history of their values. Whoever
        calls has leave to, and has looked that none of them is there: the unique index has the last word, by
        Conflict."""
        added, told = (
            await self._repository.founding(people),
            await self._recorder.founding("person", people, ground),
        )

        async def also(session: Any) -> None:
            await added(session)
            await told(session)

        return also

    async def changing(self, edits: Sequence[tuple[Person, Edit]], ground: Ground) -> Also:
        """What writes edits to many people within a transaction: each person as she was read, changed where that is
        wanted beside her values, and the edit to them. Raises Conflict there, where somebody was faster."""
        after = [edited(person, edit) for person, edit in edits]
        added = await self._repository.changing(after)
        told = await self._recorder.changing("person", edits, ground)

        async def also(session: Any) -> None:
            await added(session)
            await told(session)

        return also

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

    async def of_households(self, household_ids: Sequence[str]) -> list[Person]:
        """Everybody who is registered in one of at most 200 households, in one query."""
        return await self._repository.of_households(household_ids, len(household_ids) * MOST_MEMBERS)

    async def named(self, area: str, name: str, after: str, limit: int) -> list[Found]:
        """People of an area whose names begin with ``name``, for whoever may look for people there."""
        return await self._repository.named(area, plain_name(name), after, limit)

    async def phoned(self, area: str, sought: Sequence[str], after: str, limit: int) -> list[Found]:
        """People of an area by the blind indexes of a phone (``Vault.sought_phone``)."""
        return await self._repository.phoned(area, sought, after, limit)

    async def numbered(self, area: str, sought: Sequence[str]) -> list[Found]:
        """The person of an area by the blind indexes of her ID number (``Vault.sought``)."""
        return await self._repository.numbered(area, sought)

    async def of_ids(self, ids: Sequence[str]) -> list[Person]:
        """People by their ids, in one query; those that are gone are left out."""
        return await self._repository.of_ids(ids)

    async def by_name(self, area: str, after: str, limit: int) -> list[tuple[str, str]]:
        """A stretch of an area's people in the order of their names: where each stands (``name_key``), and her id."""
        return await self._repository.by_name(area, after, limit)

    async def names_of(self, person_id: str) -> tuple[str, ...]:
        """Every id under which somebody is on record: her own, and those of merged records that lead to it."""
        names, found = [person_id], [person_id] if person_id else []
        while found and len(names) < MOST_NAMES:
            found = await self._repository.leading_to(found, MOST_NAMES)
            names += found
        return tuple(names)

    async def as_kept(self, person_id: str) -> Person | None:
        """The record itself, merged or taken back as it may be; None where there never was one."""
        return await self._repository.as_kept(person_id)

    async def unjudged(self, limit: int) -> list[Touched]:
        """Some of those that were written since the rules last looked them over."""
        return await self._repository.unjudged(limit)

    async def judged(self, touched: Sequence[Touched]) -> None:
        """The rules have looked them over."""
        await self._repository.judged(touched)

    async def edit(self, person_id: str, edit: Callable[[Held], Edit]) -> Edit:
        """Does ``edit`` (``models/people/edits.py``) to what is held of her; whether the actor may is for the caller
        to have asked. Raises what it raises, and as ``record`` does."""
        return await self._book.edit(person_id, edit)

    async def known(self, ids: Sequence[str]) -> dict[str, Person]:
        """Those of some people who are on record, by the id that was asked for; merged records lead to theirs."""
        return await self._repository.known(ids)

    def writing(self, writes: Sequence[Write[Person]]) -> Also:
        """What writes some people whole, with their history, within a transaction over more than one of them: for what
        moves within the registry, and says nothing of level 3 that is not held already. Raises
        there Outrun where one was changed meanwhile, Conflict where an ID number is somebody else's."""

        async def also(session: Any) -> None:
            for each in writes:
                await self._repository.save(each.owner, each.rev, session)
                her = each.owner
                await self._recorder.moving("person", her.id, her.areas, each.entries)(session)

        return also

    async def edit_within(self, session: Within, person: Person, done: Edit) -> None:
        """``Book.edit_within``: writes ``done`` of a person who was read in the same transaction."""
        await self._book.edit_within(session, person, done)

    async def awaiting(self, desks: Sequence[str], after: tuple[datetime, str], limit: int) -> list[Person]:
        """Those to whom a change is proposed that one of ``desks`` (``models/people/waiting.py``) may settle, the
        longest waiting first, past the position (since when, id)."""
        return await self._repository.awaiting(desks, after, limit)
