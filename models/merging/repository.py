"""Where merges are kept, and the one transaction over everything that names either record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.base.cipher import Cipher
from models.base.errors import Conflict
from models.database import Collection, Database, Index, Session, duplicate_key
from models.merging.merge import Merge, Moved, Plate
from models.merging.references import MOVED, Name, Reference
from models.people.book import Also, Outrun

SEALED = ("ground", "reason")
MOST = 2000
"""Documents of one kind that one merge rewrites."""

PLATES = 50
SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "noun", "winner", "loser", "areas", "at", "by", "rev"],
    "properties": {
        "noun": {"enum": ["person", "household"]},
        "areas": {"bsonType": "array", "minItems": 1},
        "state": {"enum": ["undone"]},
        "rev": {"bsonType": ["int", "long"], "minimum": 0},
    },
}

Called = Mapping[Name, str]
"""What somebody is called, of the names that references go by; a name that she does not have is left out."""


class MergeRepository:
    """The ``merges`` collection."""

    COLLECTIONS = (
        Collection(
            "merges",
            (Index((("areas", 1), ("at", -1), ("_id", -1)), name="of_area"),),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._merges = database.collection("merges")
        self._codes = database.collection("codes")
        self._cipher = cipher

    async def add(
        self, merge: Merge, alsos: Sequence[Also], renamed: Sequence[tuple[Called, Called]], home: str = ""
    ) -> Merge:
        """Write a merge with everything that comes with it. ``renamed``: who was called what, and is called what from
        now on. ``home``: the group of a household whose plates are to lead to the winner. Gives the one that is kept under
        this id. Raises Outrun, Conflict where there is too much to rewrite."""
        written = merge

        async def work(session: Session) -> None:
            nonlocal written
            moved = [
                each for was, now in renamed for reference in MOVED
                if (each := await self._move(reference, was, now, session))
            ]  # fmt: skip
            plates = await self._replate(merge, home, session) if home else ()
            written = msgspec.structs.replace(merge, moved=tuple(moved), plates=tuple(plates))
            await self._merges.insert_one(self._document(written), session=session)
            for also in alsos:
                await also(session)

        try:
            await self._database.transaction(work)
        except DuplicateKeyError as error:
            if duplicate_key(error) == "_id_" and (kept := await self.get(merge.id)) is not None:
                return kept
            raise Outrun() from None
        return written

    async def undo(self, merge: Merge, alsos: Sequence[Also]) -> None:
        """Write the next revision of a merge, and back what it rewrote. Raises Outrun."""

        async def work(session: Session) -> None:
            which = {"_id": merge.id, "rev": merge.rev - 1}
            done = await self._merges.replace_one(which, self._document(merge), session=session)
            if done.matched_count != 1:
                raise Outrun()
            for each in merge.moved:
                await self._write(each, each.now, each.was, session)
            for also in alsos:  # first, so that a household stands again before its plate names it
                await also(session)
            for plate in reversed(merge.plates):
                await self._unplate(plate, session)

        await self._database.transaction(work)

    async def get(self, merge_id: str) -> Merge | None:
        row = await self._merges.find_one({"_id": merge_id})
        return None if row is None else self._entity(row)

    async def in_area(self, area: str, limit: int) -> list[Merge]:
        """The latest merges of an area."""
        found = self._merges.find({"areas": area}).sort([("at", -1), ("_id", -1)]).limit(limit)
        return [self._entity(row) for row in await found.to_list(limit)]

    async def plates_as_left(self, merge: Merge) -> bool:
        """Whether the plates that a merge changed are still as it left them."""
        ids = [plate.code for plate in merge.plates]
        rows = {
            row["_id"]: row for row in await self._codes.find({"_id": {"$in": ids}}).to_list(len(ids) or 1)
        }
        return all(rows.get(plate.code, {}).get("rev") == plate.rev for plate in merge.plates)

    async def _move(self, reference: Reference, was: Called, now: Called, session: Session) -> Moved | None:
        """Let what one reference finds by the old name say the new one."""
        if reference.by not in was or all(was.get(name) == now.get(name) for _, name in reference.sets):
            return None
        collection, query = (
            self._database.collection(reference.collection),
            {reference.find: was[reference.by]},
        )
        fields = dict.fromkeys(("_id", *reference.unique), 1)
        rows = await collection.find(query, fields, session=session).limit(MOST + 1).to_list(MOST + 1)
        if len(rows) > MOST:
            raise Conflict("名下的记录太多，不能在这里合并，请联系管理员。", code="merge.most")
        if reference.unique:
            rows = await self._without_doubles(reference, rows, now, session)
        if not rows:
            return None
        sets = [(path, name) for path, name in reference.sets if name in was and name in now]
        moved = Moved(
            reference.collection, tuple(row["_id"] for row in rows), {path: was[name] for path, name in sets},
            {path: now[name] for path, name in sets}, reference.counted,
        )  # fmt: skip
        await self._write(moved, moved.was, moved.now, session)
        return moved

    async def _without_doubles(
        self, reference: Reference, rows: list[dict[str, Any]], now: Called, session: Session
    ) -> list[dict[str, Any]]:
        """Those whose like the new name does not have already."""
        if reference.by not in now:
            return []
        collection = self._database.collection(reference.collection)
        theirs = collection.find(
            {reference.find: now[reference.by]}, dict.fromkeys(reference.unique, 1), session=session
        )
        there = {
            tuple(row.get(key) for key in reference.unique) for row in await theirs.limit(MOST).to_list(MOST)
        }
        return [row for row in rows if tuple(row.get(key) for key in reference.unique) not in there]

    async def _write(
        self, moved: Moved, said: Mapping[str, str], says: Mapping[str, str], session: Session
    ) -> None:
        """Each path by itself: a matter that was filed by card alone names no record, and does not afterwards."""
        collection = self._database.collection(moved.collection)
        for path, name in said.items():
            query = {"_id": {"$in": list(moved.ids)}, path: name}
            await collection.update_many(query, {"$set": {path: says[path]}}, session=session)
        if moved.counted:
            await collection.update_many(
                {"_id": {"$in": list(moved.ids)}}, {"$inc": {"rev": 1}}, session=session
            )

    async def _replate(self, merge: Merge, group: str, session: Session) -> list[Plate]:
        """Plates of the other house lead to the winner's, or name the winner where it has none."""
        query = {"areas": group, "kind": "D", "target.household": {"$in": [merge.loser, merge.winner]}}
        rows = await self._codes.find(query, session=session).limit(PLATES).to_list(PLATES)
        winners = [
            row["_id"]
            for row in rows
            if row["target"]["household"] == merge.winner and row["state"] == "active"
        ]
        areas = list(merge.after.rolls[0].areas)
        living = winners[0] if winners else ""
        plates = []
        for row in sorted(rows, key=lambda each: str(each["state"])):  # the active one before suspended ones
            if row["target"]["household"] != merge.loser or row["state"] not in {"active", "suspended"}:
                continue
            change: dict[str, Any] = {
                "changed_at": merge.at,
                "changed_by": merge.by,
                "reason": "重复登记合并",
            }
            if living:
                change |= {"state": "replaced", "successor": living}
            else:
                change |= {"target.household": merge.winner, "areas": areas}
                living = row["_id"] if row["state"] == "active" else ""
            await self._codes.update_one(
                {"_id": row["_id"]}, {"$set": change, "$inc": {"rev": 1}}, session=session
            )
            plates.append(
                Plate(
                    row["_id"], row["state"], row.get("successor", ""), merge.loser, tuple(row["areas"]),
                    row["rev"] + 1,
                )
            )  # fmt: skip
        return plates

    async def _unplate(self, plate: Plate, session: Session) -> None:
        back: dict[str, Any] = {
            "state": plate.state, "target.household": plate.household, "areas": list(plate.areas),
            "successor": plate.successor, "reason": "",
        }  # fmt: skip
        which = {"_id": plate.code, "rev": plate.rev}
        done = await self._codes.update_one(which, {"$set": back, "$inc": {"rev": 1}}, session=session)
        if done.matched_count != 1:
            raise Outrun()

    def _document(self, merge: Merge) -> dict[str, Any]:
        row: dict[str, Any] = msgspec.to_builtins(merge, builtin_types=(datetime,))
        row["_id"] = row.pop("id")
        row["rev"] = merge.rev
        row["moved"] = [_flat(each) for each in row.get("moved", ())]
        for name in SEALED:
            if row.get(name):
                row[name] = self._cipher.seal(row[name], f"merge.{name}:{merge.id}")
        return row

    def _entity(self, row: dict[str, Any]) -> Merge:
        row = {**row, "id": row["_id"], "moved": [_nested(each) for each in row.get("moved", ())]}
        del row["_id"]
        for name in SEALED:
            if row.get(name):
                row[name] = self._cipher.open(row[name], f"merge.{name}:{row['id']}")
        return msgspec.convert(row, Merge)


def _flat(moved: dict[str, Any]) -> dict[str, Any]:
    """Paths have dots, which names of fields should not: pairs instead."""
    return {**moved, "was": list(moved["was"].items()), "now": list(moved["now"].items())}


def _nested(moved: dict[str, Any]) -> dict[str, Any]:
    return {**moved, "was": dict(moved["was"]), "now": dict(moved["now"])}
