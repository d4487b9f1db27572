"""Where changes of the registry are kept, what is sensitive in them sealed. Nothing is ever removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.base.errors import Conflict
from models.database import Collection, Database, Index, Session
from models.history.change import Change
from models.people.book import Ground, Noun, Owner
from models.people.edits import Entry
from models.people.values import Held
from models.people.vault import Vault

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "noun", "owner", "areas", "kind", "key", "at", "by"],
    "properties": {
        "noun": {"enum": ["person", "household"]},
        "kind": {
            "enum": [
                "recorded",
                "proposed",
                "accepted",
                "refused",
                "withdrawn",
                "overtaken",
                "restored",
                "confirmed",
            ]  # fmt: skip
        },
        "areas": {"bsonType": "array"},
        "at": {"bsonType": "date"},
    },
}


Position = tuple[datetime, str]
"""A place in the history, newest first: time and id of the change that stands there."""


class HistoryRepository:
    """The ``registry_changes`` collection."""

    COLLECTIONS = (
        Collection(
            "registry_changes",
            indexes=(
                Index((("owner", 1), ("at", -1), ("_id", -1)), name="of_owner"),
                Index((("owner", 1), ("key", 1), ("at", -1), ("_id", -1)), name="of_element"),
                Index((("areas", 1), ("at", -1), ("_id", -1)), name="of_area"),
                Index((("batch", 1), ("_id", 1)), partial={"batch": {"$gt": ""}}, name="of_batch"),
                Index((("undoes", 1),), unique=True, partial={"undoes": {"$gt": ""}}, name="undone_once"),
                Index((("due_at", 1),), partial={"due_at": {"$exists": True}}, name="untold"),
            ),
            schema=SCHEMA,
        ),
    )

    def __init__(self, database: Database, vault: Vault, cipher: Cipher) -> None:
        self._changes = database.collection("registry_changes")
        self._vault = vault
        self._cipher = cipher

    async def add(self, changes: Sequence[Change], session: Session) -> None:
        """Write new ones within a transaction; what they undo is not told any more. Raises Conflict where it was
        undone before."""
        try:
            await self._changes.insert_many([self._document(change) for change in changes], session=session)
        except DuplicateKeyError:
            raise Conflict("这项处理已经撤销过了。", code="change.undone") from None
        undone = [change.entry.undoes for change in changes if change.entry.undoes]
        if undone:
            await self._changes.update_many(
                {"_id": {"$in": undone}}, {"$unset": {"due_at": ""}}, session=session
            )

    def founded(self, change_id: str, noun: Noun, owner: Owner, ground: Ground) -> dict[str, Any]:
        """The row that says how a new owner came by everything that it holds: ``key`` is a list here, which its index
        takes as it takes one."""
        packed = self._vault.pack(change_id, Held(owner.held.values))
        row: dict[str, Any] = {
            "_id": change_id, "noun": noun, "owner": owner.id, "areas": list(owner.areas), "kind": "recorded",
            "key": list(owner.held.values), "at": ground.at, "by": ground.by, "afters": packed["values"],
        }  # fmt: skip
        if ground.text:
            row["ground"] = self._cipher.seal(ground.text, f"ground:{change_id}")
        return {**row, "batch": ground.batch} if ground.batch else row

    async def add_rows(self, rows: Sequence[dict[str, Any]], session: Session) -> None:
        """Write rows of ``founded`` within a transaction."""
        await self._changes.insert_many(list(rows), session=session)

    async def of_owners(self, owners: Sequence[str], limit: int) -> list[Change]:
        """What became of some owners' elements, the newest first."""
        query = {"owner": {"$in": list(owners)}}
        found = self._changes.find(query).sort([("at", -1), ("_id", -1)]).limit(limit)
        return [each for row in await found.to_list(limit) for each in self._entities(row)][:limit]

    async def before(self, owners: Sequence[str], key: str, position: Position, limit: int) -> list[Change]:
        """As ``of_owners``, of one element or (for no ``key``) of all, those that come after ``position`` in it."""
        at, last = position
        past = [{"at": {"$lt": at}}, {"_id": {"$lt": last}}]
        query: dict[str, Any] = {"owner": {"$in": list(owners)}, "at": {"$lte": at}, "$or": past}
        found = self._changes.find(query | ({"key": key} if key else {})).sort([("at", -1), ("_id", -1)])
        rows = await found.limit(limit).to_list(limit)
        told = [each for row in rows for each in self._entities(row) if not key or each.entry.key == key]
        return [each for each in told if (each.entry.at, each.id) < position][:limit]

    async def since(self, owners: Sequence[str], moment: datetime, limit: int) -> list[Change]:
        """What became of some owners' elements after ``moment``, the newest first."""
        query = {"owner": {"$in": list(owners)}, "at": {"$gt": moment}}
        found = self._changes.find(query).sort([("at", -1), ("_id", -1)]).limit(limit)
        return [each for row in await found.to_list(limit) for each in self._entities(row)][:limit]

    async def of_element(self, owner: str, key: str, limit: int) -> list[Change]:
        """What became of one element of an owner, the newest first."""
        found = self._changes.find({"owner": owner, "key": key}).sort([("at", -1), ("_id", -1)]).limit(limit)
        return [self._entity(row) for row in await found.to_list(limit)]

    async def of_batch(self, batch: str, limit: int) -> list[Change]:
        """What was settled with one button."""
        query = {"batch": {"$eq": batch, "$gt": ""}}  # the second lets the partial index answer
        found = await self._changes.find(query).sort("_id", 1).limit(limit).to_list(limit)
        return [each for row in found for each in self._entities(row)][:limit]

    async def untold(self, now: datetime, limit: int) -> list[Change]:
        """Those with notices that are due, the longest waiting first."""
        query = {"due_at": {"$lte": now, "$exists": True}}
        return [
            self._entity(row)
            for row in await self._changes.find(query).sort("due_at", 1).limit(limit).to_list(limit)
        ]

    async def postpone(self, change: Change, until: datetime) -> bool:
        """Keep its notices for one sender until then; False where another has them, or they are not due any more."""
        done = await self._changes.update_one(
            {"_id": change.id, "due_at": change.due_at}, {"$set": {"due_at": until}}
        )
        return done.modified_count == 1

    async def told(self, change: Change, until: datetime, at: datetime) -> None:
        """They went out, or never will."""
        notices = [
            msgspec.to_builtins(msgspec.structs.replace(notice, sent_at=at), builtin_types=(datetime,))
            for notice in change.notices
        ]
        await self._changes.update_one(
            {"_id": change.id, "due_at": until}, {"$set": {"notices": notices}, "$unset": {"due_at": ""}}
        )

    def _document(self, change: Change) -> dict[str, Any]:
        entry, vault = change.entry, self._vault
        row: dict[str, Any] = {
            "_id": change.id, "noun": change.noun, "owner": change.owner, "areas": list(change.areas),
            "kind": entry.kind, "key": entry.key, "at": entry.at, "by": entry.by,
        }  # fmt: skip
        for name, value in (("before", entry.before), ("after", entry.after)):
            if value is not None:
                row[name] = vault.pack_value(change.id, entry.key, value)
        if entry.proposal is not None:
            row["proposal"] = vault.pack_proposal(change.id, entry.proposal)
        if entry.ground:
            row["ground"] = self._cipher.seal(entry.ground, f"ground:{change.id}")
        for name, text in (("batch", entry.batch), ("undoes", entry.undoes)):
            if text:
                row[name] = text
        if change.notices:
            row["notices"] = msgspec.to_builtins(change.notices, builtin_types=(datetime,))
        if change.due_at is not None:
            row["due_at"] = change.due_at
        return row

    def _entities(self, row: dict[str, Any]) -> list[Change]:
        """The change that a row tells, or those of a row of ``founded``, in the order in which rows come: the greatest
        id first."""
        if "afters" not in row:
            return [self._entity(row)]
        ground = self._cipher.open(row["ground"], f"ground:{row['_id']}") if "ground" in row else ""
        values = self._vault.unpack(row["_id"], {"values": row["afters"]}).values
        return [
            Change(
                f"{row['_id']}.{number:04d}", row["noun"], row["owner"], tuple(row["areas"]),
                Entry("recorded", key, row["at"], row["by"], None, values[key], None, ground, row.get("batch", "")),
            )
            for number, key in reversed(list(enumerate(row["key"])))
        ]  # fmt: skip

    def _entity(self, row: dict[str, Any]) -> Change:
        change_id, key, vault = row["_id"], row["key"], self._vault
        before, after = (
            vault.unpack_value(change_id, key, row[name]) if name in row else None
            for name in ("before", "after")
        )
        entry = Entry(
            row["kind"], key, row["at"], row["by"], before, after,
            vault.unpack_proposal(change_id, row["proposal"]) if "proposal" in row else None,
            self._cipher.open(row["ground"], f"ground:{change_id}") if "ground" in row else "",
            row.get("batch", ""), row.get("undoes", ""),
        )  # fmt: skip
        told: dict[str, Any] = {
            name: row[name] for name in ("noun", "owner", "areas", "notices", "due_at") if name in row
        }
        return msgspec.convert({"id": change_id, "entry": entry, **told}, Change)
