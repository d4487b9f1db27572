"""The history of the registry: written with every change of a value, in the same transaction; read by whoever may
see the owner of the value, which is for the caller to have asked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from models.elements.registry import Elements
from models.history.change import Change, due, notices_of
from models.history.repository import HistoryRepository
from models.people.book import Also, Noun
from models.people.edits import Entry
from models.people.registry import COOLING

MOST = 200


class History:
    """``cooling``: how long a changed phone is not good for logging in; people are told."""

    def __init__(
        self, repository: HistoryRepository, elements: Elements, cooling: timedelta = COOLING
    ) -> None:
        self._repository = repository
        self._elements = elements
        self._cooling = cooling

    def writing(self, noun: Noun, owner: str, areas: tuple[str, ...], entries: tuple[Entry, ...]) -> Also:
        """What writes ``entries`` of an owner within a transaction."""
        changes = [self._change(noun, owner, areas, entry) for entry in entries]

        async def also(session: Any) -> None:
            if changes:
                await self._repository.add(changes, session)

        return also

    async def of_owners(self, owners: Sequence[str], limit: int = MOST) -> list[Change]:
        """What became of the elements of some people and houses, the newest first."""
        return await self._repository.of_owners(owners, min(limit, MOST))

    async def of_batch(self, batch: str) -> list[Change]:
        """What was settled with one button."""
        return await self._repository.of_batch(batch, MOST) if batch else []

    def _change(self, noun: Noun, owner: str, areas: tuple[str, ...], entry: Entry) -> Change:
        label = self._elements.by_key[entry.key].label
        notices = notices_of(entry, label, self._cooling)
        return Change(secrets.token_hex(10), noun, owner, areas, entry, notices, due(entry, notices))
