"""The three sides of a conflict, completed for somebody who has to choose: what the base said, and who wrote what."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from models.accounts.service import Accounts
from models.history.service import History
from models.people.values import Value
from models.sync.answer import ElementAnswer, Side
from models.sync.merging import Clash, Merged
from models.sync.versions import Versions
from models.sync.wire import SOURCES


class Sides:
    """Reads the history and the names behind accounts."""

    def __init__(self, history: History, accounts: Accounts, versions: Versions) -> None:
        self._history = history
        self._accounts = accounts
        self._versions = versions

    async def completed(self, merged: Merged) -> tuple[ElementAnswer, ...]:
        """The answers of ``merged``, each conflict with its base (where the history still has it) and with names."""
        bases = {(clash.of, clash.key): await self._base(clash) for clash in merged.clashes}
        answers = [
            msgspec.structs.replace(answer, base=bases.get((answer.of, answer.key)))
            for answer in merged.answers
        ]
        return await self._named(answers)

    async def _base(self, clash: Clash) -> Side | None:
        if not clash.seen:
            return None
        for change in await self._history.of_element(clash.owner, clash.key):
            for value in (change.entry.after, change.entry.before):
                if value is not None and self._versions.of(clash.owner, clash.key, value) == clash.seen:
                    return _side(value, clash.seen)
        return None

    async def _named(self, answers: Sequence[ElementAnswer]) -> tuple[ElementAnswer, ...]:
        sides = [side for each in answers for side in (each.theirs, each.base) if side is not None]
        names = await self._accounts.names({side.by for side in sides})

        def named(side: Side | None) -> Side | None:
            if side is None:
                return None
            return msgspec.structs.replace(side, by=names.get(side.by) or SOURCES[side.source])

        return tuple(
            msgspec.structs.replace(each, theirs=named(each.theirs), base=named(each.base))
            for each in answers
        )


def _side(value: Value, x: str) -> Side:
    return Side(value.v, value.source, value.at, value.by, x)
