"""The history of the registry: written with every change of a value, in the same transaction; read by whoever may
see the owner of the value, which is for the caller to have asked. Nothing becomes history that may not be collected."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from models.base.errors import Forbidden
from models.elements.registry import Elements
from models.history.change import Change, due, notices_of
from models.history.repository import HistoryRepository, Position
from models.people.book import Also, Ground, Noun, Owner, nothing, paced
from models.people.edits import Edit, Entry, takes_in
from models.people.registry import COOLING

MOST = 200


FIRST = datetime(9999, 1, 1, tzinfo=UTC), ""
"""Before the newest."""


class HistoryPage(msgspec.Struct, frozen=True):
    """Some changes, the newest first; ``next`` asks for those before them, empty at the end."""

    changes: tuple[Change, ...]
    next: str = ""


class Grounds(Protocol):
    """Whoever knows which elements of level 3 are collected; ``models/collecting`` implements it."""

    async def check(self, keys: Iterable[str]) -> None:
        """Raises Forbidden where one of ``keys`` may not be collected."""


class History:
    """``cooling``: how long a changed phone is not good for logging in; people are told. Without ``grounds`` nothing of
    level 3 is collected."""

    def __init__(
        self, repository: HistoryRepository, elements: Elements, cooling: timedelta = COOLING,
        grounds: Grounds | None = None,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._elements = elements
        self._cooling = cooling
        self._grounds = grounds

    def writing(self, noun: Noun, owner: str, areas: tuple[str, ...], entries: tuple[Entry, ...]) -> Also:
        """What writes ``entries`` of an owner within a transaction; it raises Forbidden, and nothing is written, where
        they take something in that is not collected."""
        changes = [self._change(noun, owner, areas, entry) for entry in entries]
        strict = self._strict(entry.key for entry in entries if takes_in(entry))
        return self._writing(changes, strict)

    def moving(self, noun: Noun, owner: str, areas: tuple[str, ...], entries: tuple[Entry, ...]) -> Also:
        """The same of what goes from one owner to another (two records of one person made one): what is held goes along,
        collected or not, for nothing new is taken."""
        return self._writing([self._change(noun, owner, areas, entry) for entry in entries])

    def _writing(self, changes: Sequence[Change], strict: Sequence[str] = ()) -> Also:
        async def also(session: Any) -> None:
            await self._check(strict)
            if changes:
                await self._repository.add(changes, session)

        return also

    async def founding(self, noun: Noun, owners: Sequence[Owner], ground: Ground) -> Also:
        """What writes, within a transaction, how new owners came by everything that they hold: one row for each of
        them, read as an entry for each value. It raises as what ``writing`` gives."""
        strict = self._strict(key for owner in owners for key in owner.held.values)
        rows = [
            row
            async for row in paced(
                lambda owner: self._repository.founded(self._new_id(), noun, owner, ground), owners
            )
        ]

        async def also(session: Any) -> None:
            await self._check(strict)
            await self._repository.add_rows(rows, session)

        return also if rows else nothing

    async def changing(self, noun: Noun, edits: Sequence[tuple[Owner, Edit]], ground: Ground) -> Also:
        """The same of edits to many owners."""
        strict = self._strict(entry.key for _, edit in edits for entry in edit.entries if takes_in(entry))
        changes = [
            self._change(
                noun,
                owner.id,
                owner.areas,
                msgspec.structs.replace(entry, ground=ground.text, batch=ground.batch),
            )
            for owner, edit in edits
            for entry in edit.entries
        ]
        return self._writing(changes, strict) if changes else nothing

    async def of_owners(self, owners: Sequence[str], limit: int = MOST) -> list[Change]:
        """What became of the elements of some people and houses, the newest first."""
        return await self._repository.of_owners(owners, min(limit, MOST))

    async def page(
        self, owners: Sequence[str], key: str = "", after: str = "", limit: int = 50
    ) -> HistoryPage:
        """A page of it, of one element or of all; ``after`` is where the page before said that it goes on."""
        limit = min(limit, MOST)
        found = await self._repository.before(owners, key, _position(after), limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        return HistoryPage(tuple(found[:limit]), f"{last.entry.at.isoformat()}~{last.id}" if last else "")

    async def since(self, owners: Sequence[str], moment: datetime, limit: int) -> list[Change]:
        """Everything after ``moment``, the newest first, at most ``limit``."""
        return await self._repository.since(owners, moment, limit)

    async def of_element(self, owner: str, key: str, limit: int = 50) -> list[Change]:
        """What became of one element of a person or house, the newest first."""
        return await self._repository.of_element(owner, key, min(limit, MOST))

    async def of_batch(self, batch: str, limit: int = MOST) -> list[Change]:
        """What was settled with one button."""
        return await self._repository.of_batch(batch, limit) if batch else []

    def _strict(self, keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(key for key in dict.fromkeys(keys) if self._elements.by_key[key].strict)

    async def _check(self, keys: Sequence[str]) -> None:
        if not keys:
            return
        if self._grounds is None:
            raise Forbidden(code="element.off", keys=tuple(keys))
        await self._grounds.check(keys)

    def _change(self, noun: Noun, owner: str, areas: tuple[str, ...], entry: Entry) -> Change:
        label = self._elements.by_key[entry.key].label
        notices = notices_of(entry, label, self._cooling)
        return Change(self._new_id(), noun, owner, areas, entry, notices, due(entry, notices))

    def _new_id(self) -> str:
        return secrets.token_hex(10)


def _position(after: str) -> Position:
    """The place behind which a page goes on; the newest for what cannot be read."""
    at, _, last = after.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return FIRST
    return (moment, last) if moment.tzinfo else FIRST
