"""Where mandates are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from models.database import Collection, Database, Index
from models.mandates.mandate import GROUND_NAMES, Mandate

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "principal", "agent", "ground", "scope", "given_at", "until", "state", "rev"],
    "properties": {
        "ground": {"enum": list(GROUND_NAMES)},
        "scope": {"enum": ["once", "matter", "until"]},
        "state": {"enum": ["active", "used", "withdrawn"]},
    },
}


class MandatesRepository:
    """The ``mandates`` collection. Nothing is removed before its years are over: who acted for whom stays on record."""

    COLLECTIONS = (
        Collection(
            "mandates",
            indexes=(
                Index((("principal.id", 1), ("given_at", -1)), name="given"),
                Index((("agent.id", 1), ("state", 1), ("given_at", -1)), name="held"),
                Index((("until", 1),), name="over"),
                Index((("due_at", 1),), partial={"due_at": {"$exists": True}}, name="untold"),
            ),
            schema=SCHEMA,
        ),
    )

    def __init__(self, database: Database) -> None:
        self._mandates = database.collection("mandates")

    async def add(self, mandate: Mandate) -> None:
        """Write a new one."""
        await self._mandates.insert_one(_document(mandate))

    async def replace(self, mandate: Mandate) -> bool:
        """Write the next revision; False where somebody was faster."""
        done = await self._mandates.replace_one(
            {"_id": mandate.id, "rev": mandate.rev - 1}, _document(mandate)
        )
        return done.modified_count == 1

    async def get(self, mandate_id: str) -> Mandate | None:
        row = await self._mandates.find_one({"_id": mandate_id})
        return None if row is None else _entity(row)

    async def given_by(self, principal: str, limit: int) -> list[Mandate]:
        """What a resident gave, the newest first."""
        found = (
            await self._mandates.find({"principal.id": principal})
            .sort("given_at", -1)
            .limit(limit)
            .to_list(limit)
        )
        return [_entity(row) for row in found]

    async def held_by(self, agent: str, limit: int) -> list[Mandate]:
        """What somebody holds and has not ended, the newest first."""
        query = {"agent.id": agent, "state": "active"}
        found = await self._mandates.find(query).sort("given_at", -1).limit(limit).to_list(limit)
        return [_entity(row) for row in found]

    async def untold(self, now: datetime, limit: int) -> list[Mandate]:
        """Those with notices that are due, the longest waiting first."""
        query = {"due_at": {"$lte": now, "$exists": True}}
        found = await self._mandates.find(query).sort("due_at", 1).limit(limit).to_list(limit)
        return [_entity(row) for row in found]

    async def over(self, before: str, limit: int) -> list[tuple[str, str]]:
        """Those whose last day was before ``before`` (ISO), the oldest first: id and last day."""
        found = self._mandates.find({"until": {"$lt": before}}, {"until": 1}).sort("until", 1).limit(limit)
        return [(row["_id"], row["until"]) for row in await found.to_list(limit)]

    async def remove(self, ids: Sequence[str]) -> None:
        """Gone for good."""
        if ids:
            await self._mandates.delete_many({"_id": {"$in": list(ids)}})


def _entity(row: dict) -> Mandate:
    row["id"] = row.pop("_id")
    return msgspec.convert(row, Mandate)


def _document(mandate: Mandate) -> dict:
    row = msgspec.to_builtins(mandate, builtin_types=(datetime,))
    row["_id"] = row.pop("id")
    row["state"], row["rev"] = mandate.state, mandate.rev
    return row
