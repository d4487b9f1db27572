"""Where life events are kept, and the one transaction that writes each with everything that it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.database import Collection, Database, Index, Session, duplicate_key
from models.lifeevents.event import Event
from models.people.book import Also, Outrun

SEALED = ("ground", "detail", "order", "reason")
SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "kind", "areas", "at", "on", "by", "author", "source", "mac", "rev"],
    "properties": {
        "areas": {"bsonType": "array", "minItems": 1, "items": {"bsonType": "string"}},
        "state": {"enum": ["waiting", "refused", "undone"]},
        "at": {"bsonType": "date"},
        "rev": {"bsonType": ["int", "long"], "minimum": 0},
    },
}


class LifeEventRepository:
    """The ``life_events`` collection."""

    COLLECTIONS = (
        Collection(
            "life_events",
            (
                Index((("areas", 1), ("at", -1), ("_id", -1)), name="of_area"),
                Index((("households", 1), ("at", -1), ("_id", -1)), name="of_household"),
                Index((("people", 1), ("at", -1), ("_id", -1)), name="of_person"),
                Index(
                    (("areas", 1), ("state", 1), ("at", 1), ("_id", 1)),
                    partial={"state": "waiting"}, name="waiting",
                ),
                Index((("follow_at", 1),), partial={"follow_at": {"$exists": True}}, name="to_follow"),
            ),
            SCHEMA,
        ),
    )  # fmt: skip

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._events = database.collection("life_events")
        self._cipher = cipher

    async def add(self, event: Event, alsos: Sequence[Also] = ()) -> Event:
        """Write a new event and everything that comes with it, or nothing. Gives the one that is kept under this id,
        which is another one where the operation was done before. Raises Outrun, and what ``alsos`` raise."""

        async def work(session: Session) -> None:
            await self._events.insert_one(self._document(event), session=session)
            for also in alsos:
                await also(session)

        try:
            await self._database.transaction(work)
        except DuplicateKeyError as error:
            if duplicate_key(error) == "_id_" and (kept := await self.get(event.id)) is not None:
                return kept
            raise Outrun() from None  # a code or an ID number that somebody else took in the same moment
        return event

    async def replace(self, event: Event, alsos: Sequence[Also] = ()) -> None:
        """Write the next revision of an event, and everything that comes with it. Raises Outrun."""

        async def work(session: Session) -> None:
            which = {"_id": event.id, "rev": event.rev - 1}
            done = await self._events.replace_one(which, self._document(event), session=session)
            if done.matched_count != 1:
                raise Outrun()
            for also in alsos:
                await also(session)

        await self._database.transaction(work)

    async def get(self, event_id: str) -> Event | None:
        row = await self._events.find_one({"_id": event_id})
        return None if row is None else self._entity(row)

    async def in_area(self, area: str, before: tuple[datetime, str], limit: int) -> list[Event]:
        """What happened in an area, the latest first, before the position (when, id)."""
        return await self._listed({"areas": area}, before, limit)

    async def of_household(self, household: str, before: tuple[datetime, str], limit: int) -> list[Event]:
        """What happened to a household, the latest first."""
        return await self._listed({"households": household}, before, limit)

    async def of_person(self, person: str, before: tuple[datetime, str], limit: int) -> list[Event]:
        """What happened to a person, the latest first."""
        return await self._listed({"people": person}, before, limit)

    async def waiting(self, area: str, limit: int) -> list[Event]:
        """What waits in an area for a second look, the longest waiting first."""
        query = {"areas": area, "state": "waiting"}
        found = self._events.find(query).sort([("at", 1), ("_id", 1)]).limit(limit)
        return [self._entity(row) for row in await found.to_list(limit)]

    async def count_waiting(self, area: str, most: int) -> int:
        return int(await self._events.count_documents({"areas": area, "state": "waiting"}, limit=most))

    async def to_follow(self, now: datetime, limit: int) -> list[Event]:
        """Those after which something is still to be ended."""
        query = {"follow_at": {"$lte": now, "$exists": True}}
        return [self._entity(row) for row in await self._events.find(query).limit(limit).to_list(limit)]

    async def _listed(self, which: dict[str, Any], before: tuple[datetime, str], limit: int) -> list[Event]:
        at, last = before
        query = {**which, "at": {"$lte": at}, "$or": [{"at": {"$lt": at}}, {"_id": {"$lt": last}}]}
        found = self._events.find(query).sort([("at", -1), ("_id", -1)]).limit(limit)
        return [self._entity(row) for row in await found.to_list(limit)]

    def _document(self, event: Event) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(event, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        row["rev"] = event.rev
        for name in SEALED:
            if row.get(name):
                row[name] = self._cipher.seal(row[name], f"lifeevent.{name}:{event.id}")
        return row

    def _entity(self, row: dict[str, Any]) -> Event:
        row = {**row, "id": row["_id"]}
        del row["_id"]
        for name in SEALED:
            if row.get(name):
                row[name] = self._cipher.open(row[name], f"lifeevent.{name}:{row['id']}")
        return msgspec.convert(row, Event)
