"""Where households are kept, their sensitive values sealed and of their PIN only a MAC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from models.base.errors import Conflict
from models.database import TICK, TICKS, Collection, Database, Index, Moment, Session, duplicate_key, since
from models.households.household import HEAD, Door, Household, Member, plain_address
from models.people.book import Also, Outrun, nothing, paced
from models.people.repository import CHANGED
from models.people.vault import Vault
from models.people.waiting import AT, DESKS, LAST, ORDER, UNJUDGED, Touched, beyond

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "areas", "address", "members", "values", "proposals", "rev"],
    "properties": {
        "_id": {"bsonType": "string", "pattern": "^[0-9]{18}$"},
        "areas": {"bsonType": "array", "maxItems": 5, "items": {"bsonType": "string"}},  # none where merged
        "address": {"bsonType": "string", "minLength": 1},
        "members": {"bsonType": "array", "maxItems": 99},
        "pin_mac": {"bsonType": "string"},
        "pin_issued_by": {"bsonType": "string"},
        "pin_count": {"bsonType": ["int", "long"], "minimum": 0},
        "state": {"enum": ["merged", "void"]},
        "into": {"bsonType": "string"},
        "rev": {"bsonType": ["int", "long"], "minimum": 0},
    },
}

_HIDDEN = {"pin_mac": 0}
LISTED = {"areas": 1, "address": 1, "address_key": 1, "members": 1}
WAITS = ("desks", AT)
PINS = ("_id", "pin_issued_at", "pin_issued_by", "pin_count")
CHAIN = 8
"""How many merged records in a row lead to the one that stands."""
MOST_PLACES = 20_000


class HouseholdRepository:
    COLLECTIONS = (
        Collection(
            "households",
            (
                Index((("areas", 1), ("_id", 1))),
                Index((("members.person", 1),)),
                Index((("areas", 1), ("pin_issued_at", 1), ("_id", 1))),
                Index((("areas", 1), ("address_key", 1)), name="by_address"),
                Index(((UNJUDGED, 1), ("_id", 1)), partial={UNJUDGED: {"$exists": True}}, name="unjudged"),
                CHANGED,
                DESKS,
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._households = database.collection("households")
        self._vault = vault

    async def of_id(self, household_id: str, session: Session | None = None) -> Household | None:
        """The one of that code, or the one that a merged one leads to; None for one that was taken back."""
        for _ in range(CHAIN):
            document = await self._households.find_one({"_id": household_id}, _HIDDEN, session=session)
            if document is None or document.get("state") == "void":
                return None
            if not document.get("into"):
                return self._read(document)
            household_id = document["into"]
        return None

    async def as_kept(self, household_id: str) -> Household | None:
        """The record itself, merged or taken back as it may be."""
        return self._found(await self._households.find_one({"_id": household_id}, _HIDDEN))

    async def last_code(self, group: str) -> str:
        """The highest code that was ever given out in a group of 14 digits; empty where none was."""
        query = {"_id": {"$gt": group, "$lt": group + ":"}}
        found = await self._households.find(query, {"_id": 1}).sort("_id", -1).limit(1).to_list(1)
        return str(found[0]["_id"]) if found else ""

    async def save(self, household: Household, rev: int | None, session: Session) -> None:
        """Writes it within a transaction, its PIN untouched: as a new one where ``rev`` is None, else over that revision.
        Raises Outrun."""
        row = self._write(household)
        if rev is None:
            if await self._households.find_one({"_id": household.id}, {"_id": 1}, session=session):
                raise Outrun()
            await self._households.insert_one(row, session=session)
            return
        fields = {name: value for name, value in row.items() if name not in (*PINS, "changed")}
        gone = {name: "" for name in (*WAITS, "state", "into") if name not in row}
        change = {"$set": fields, "$currentDate": {"changed": TICKS}, **({"$unset": gone} if gone else {})}
        done = await self._households.update_one({"_id": household.id, "rev": rev}, change, session=session)
        if done.matched_count != 1:
            raise Outrun()

    async def within(self, area: str, household_id: str) -> Household | None:
        """The household, if it lies in ``area``."""
        return self._found(await self._households.find_one({"_id": household_id, "areas": area}, _HIDDEN))

    async def of_person(self, person_id: str) -> Household | None:
        return self._found(await self._households.find_one({"members.person": person_id}, _HIDDEN))

    async def page(self, area: str, after: str, limit: int) -> tuple[Household, ...]:
        """Up to ``limit`` households of ``area`` whose codes come after ``after``, in that order."""
        found = (
            await self._households.find(_inside(area, after), _HIDDEN)
            .sort("_id", 1)
            .limit(limit)
            .to_list(limit)
        )
        return tuple(self._read(document) for document in found)

    async def of_ids(self, area: str, ids: Sequence[str]) -> tuple[Household, ...]:
        """Those of ``ids`` that lie in ``area``, by code."""
        query = {"_id": {"$in": list(ids)}, "areas": area}
        found = await self._households.find(query, _HIDDEN).sort("_id", 1).to_list(len(ids) or 1)
        return tuple(self._read(document) for document in found)

    async def ids(self, area: str, limit: int) -> list[str]:
        """The codes of all households of ``area`` that stand: neither merged nor taken back."""
        standing = _inside(area, "") | {"state": {"$exists": False}}
        found = self._households.find(standing, {"_id": 1}).sort("_id", 1).limit(limit)
        return [document["_id"] for document in await found.to_list(limit)]

    async def changed(self, area: str, moment: Moment, limit: int) -> list[str]:
        """The codes of those of ``area`` of which anything was written after ``moment``."""
        query = {"areas": area, "changed": since(moment)}
        found = await self._households.find(query, {"_id": 1}).limit(limit).to_list(limit)
        return [document["_id"] for document in found]

    async def without_pin(self, area: str, after: str, limit: int) -> tuple[Household, ...]:
        """As ``page``, of those that have no PIN slip."""
        query = _inside(area, after) | {"pin_issued_at": None}
        found = await self._households.find(query, _HIDDEN).sort("_id", 1).limit(limit).to_list(limit)
        return tuple(self._read(document) for document in found)

    async def count(self, area: str) -> tuple[int, int]:
        """How many households lie in ``area``, and how many of them have no PIN slip."""
        without = await self._households.count_documents({"areas": area, "pin_issued_at": None})
        return await self._households.count_documents({"areas": area}), without

    async def plate(self, household_id: str) -> tuple[str, tuple[str, ...]] | None:
        """Address and areas alone; nothing else of the household is even read."""
        document = await self._households.find_one({"_id": household_id}, {"address": 1, "areas": 1})
        return None if document is None else (document["address"], tuple(document["areas"]))

    async def pin_mac(self, household_id: str) -> str:
        """The MAC of the PIN that is out; empty where there is none, or no such household."""
        document = await self._households.find_one({"_id": household_id}, {"pin_mac": 1})
        return (document or {}).get("pin_mac", "")

    async def set_pins(self, macs: Mapping[str, tuple[str, int]], at: datetime, by: str) -> bool:
        """Replaces the PINs of households, each with its MAC over the slip of the count beside it: all of them, or
        none and False where one is gone or has had another slip meanwhile."""
        writes = [
            UpdateOne(
                {"_id": home, "pin_count": count or {"$in": [0, None]}},
                {"$set": {"pin_mac": mac, "pin_issued_at": at, "pin_issued_by": by, "pin_count": count + 1}},
            )
            for home, (mac, count) in macs.items()
        ]

        async def work(session: Session) -> None:
            done = await self._households.bulk_write(writes, session=session)
            if done.matched_count != len(writes):
                raise _Outrun

        try:
            await self._database.transaction(work)
        except _Outrun:
            return False
        return True

    async def doors(self, area: str, starts: Sequence[str], after: str, limit: int) -> list[Door]:
        """Those of ``area`` whose addresses begin with one of ``starts`` (as ``plain_address`` gives them), in the order
        of the addresses, past the key ``after``."""
        begin = [
            {"areas": area, "address_key": {"$gt": max(each, after), "$lt": each + LAST}} for each in starts
        ]
        found = self._households.find({"$or": begin}, LISTED).sort("address_key", 1).limit(limit)
        return [_door(document) for document in await found.to_list(limit)]

    async def addresses(self, ids: Sequence[str]) -> dict[str, str]:
        """What the plates of some households say, by code."""
        found = self._households.find({"_id": {"$in": list(ids)}}, {"address": 1}).limit(len(ids) or 1)
        return {row["_id"]: row["address"] for row in await found.to_list(len(ids) or 1)}

    async def read(self, ids: Sequence[str]) -> list[Household]:
        """Those of ``ids`` that there are, by code."""
        found = (
            self._households.find({"_id": {"$in": list(ids)}}, _HIDDEN).sort("_id", 1).limit(len(ids) or 1)
        )
        return [self._read(document) for document in await found.to_list(len(ids) or 1)]

    async def holding(self, people: Sequence[str], limit: int) -> list[Household]:
        """The households that some people are members of."""
        found = self._households.find({"members.person": {"$in": list(people)}}, _HIDDEN).sort("_id", 1)
        return [self._read(document) for document in await found.limit(limit).to_list(limit)]

    async def unjudged(self, limit: int) -> list[Touched]:
        """Some of those that were written since they were last looked over."""
        found = self._households.find({UNJUDGED: True}, {"rev": 1}).sort("_id", 1).limit(limit)
        return [(row["_id"], row["_id"], row["rev"]) for row in await found.to_list(limit)]

    async def judged(self, touched: Sequence[Touched]) -> None:
        """They were looked over at the revisions that are named; what was written since waits for another look."""
        writes = [
            UpdateOne({"_id": home, "rev": rev}, {"$unset": {UNJUDGED: ""}}) for home, _, rev in touched
        ]
        if writes:
            await self._households.bulk_write(writes, ordered=False)

    async def awaiting(
        self, desks: Sequence[str], after: tuple[datetime, str], limit: int
    ) -> list[Household]:
        """Those with proposals for one of ``desks``, the oldest first, past (since when, id)."""
        found = self._households.find(beyond(desks, after), _HIDDEN).sort(ORDER).limit(limit)
        return [self._read(document) for document in await found.to_list(limit)]

    async def of_codes(self, ids: Sequence[str]) -> list[Household]:
        """Those of ``ids`` that there are, wherever they lie."""
        found = self._households.find({"_id": {"$in": list(ids)}}, _HIDDEN).limit(len(ids) or 1)
        return [self._read(document) for document in await found.to_list(len(ids) or 1)]

    async def grids_of_groups(self, area: str) -> dict[str, str]:
        """The grid of each group of ``area`` whose households are all in one."""
        place = {"group": {"$arrayElemAt": ["$areas", 3]}, "grid": {"$arrayElemAt": ["$areas", 4]}}
        found = await self._database.aggregate(
            "households", [{"$match": _inside(area, "")}, {"$group": {"_id": place}}, {"$limit": MOST_PLACES}]
        )
        grids: dict[str, set[str]] = {}
        for row in found:
            grids.setdefault(row["_id"]["group"], set()).add(row["_id"]["grid"])
        return {group: next(iter(named)) for group, named in grids.items() if len(named) == 1}

    async def founding(self, households: Sequence[Household]) -> Also:
        """What adds new ones within a transaction. Raises Conflict there, where a code was given out meanwhile."""
        documents = [{**row, "pin_mac": ""} async for row in paced(self._write, households)]

        async def also(session: Session) -> None:
            try:
                await self._households.insert_many(documents, session=session)
            except BulkWriteError as error:
                if duplicate_key(error) is None:
                    raise
                raise Conflict from None

        return also if documents else nothing

    async def changing(self, households: Sequence[Household]) -> Also:
        """What writes the next revisions of some within a transaction, as ``change`` does. Raises Conflict there, where
        somebody was faster."""
        writes = [
            UpdateOne({"_id": home.id, "rev": home.rev - 1}, _changed(row))
            for home, row in [(home, self._write(home)) for home in households]
        ]

        async def also(session: Session) -> None:
            done = await self._households.bulk_write(writes, session=session)
            if done.matched_count != len(writes):
                raise Conflict

        return also if writes else nothing

    async def change(
        self, household: Household, rev: int, also: Also | None = None, session: Session | None = None
    ) -> bool:
        """Writes values, proposals and members over the revision ``rev``, the PIN untouched, and with them what
        ``also`` writes, in a transaction of their own or in that of ``session``; False when someone else was faster."""
        change = _changed(self._write(household))

        async def work(session: Session | None) -> bool:
            done = await self._households.update_one(
                {"_id": household.id, "rev": rev}, change, session=session
            )
            if done.matched_count == 1 and also is not None:
                await also(session)
            return done.matched_count == 1

        alone = session is None and also is not None
        return await (self._database.transaction(work) if alone else work(session))

    async def put_new(self, households: Sequence[Household], pin_macs: Mapping[str, str]) -> int:
        """Adds in bulk those whose codes are not there yet; returns how many that were."""
        ids = [household.id for household in households]
        there = await self._households.find({"_id": {"$in": ids}}, {"_id": 1}).to_list(len(ids) or 1)
        known = {document["_id"] for document in there}
        documents = [
            self._write(household) | {"pin_mac": pin_macs.get(household.id, "")}
            for household in households
            if household.id not in known
        ]
        if documents:
            await self._households.insert_many(documents, ordered=False)
        return len(documents)

    def _write(self, household: Household) -> dict[str, Any]:
        return {
            "_id": household.id,
            "areas": list(household.areas),
            "address": household.address,
            "address_key": f"{plain_address(household.address)} {household.id}",  # unique: a page goes on behind one
            UNJUDGED: True,
            "members": [
                {"person": m.person, "name": m.name, "relation": m.relation} for m in household.members
            ],
            "pin_issued_at": household.pin_issued_at,
            "pin_issued_by": household.pin_issued_by,
            "pin_count": household.pin_count,
            "rev": household.rev,
            **{name: getattr(household, name) for name in ("state", "into") if getattr(household, name)},
            "changed": TICK,
            **self._vault.pack(household.id, household.held),
            **self._vault.desks(household.areas, household.held),
        }

    def _found(self, document: dict[str, Any] | None) -> Household | None:
        return None if document is None else self._read(document)

    def _read(self, document: dict[str, Any]) -> Household:
        return Household(
            id=document["_id"],
            areas=tuple(document["areas"]),
            address=document["address"],
            members=tuple(Member(m["person"], m["name"], m["relation"]) for m in document["members"]),
            held=self._vault.unpack(document["_id"], document),
            pin_issued_at=document.get("pin_issued_at"),
            pin_issued_by=document.get("pin_issued_by", ""),
            pin_count=document.get("pin_count", 0),
            rev=document["rev"],
            state=document.get("state", ""),
            into=document.get("into", ""),
        )


def _door(document: dict[str, Any]) -> Door:
    members = document["members"]
    head: dict[str, Any] = next((each for each in members if each["relation"] == HEAD), {})
    return Door(
        document["_id"], tuple(document["areas"]), document["address"], document.get("address_key", ""),
        head.get("name", ""), head.get("person", ""), len(members),
    )  # fmt: skip


class _Outrun(Exception):  # noqa: N818 - it never leaves this module
    """Ends a transaction in which somebody else was faster."""


def _changed(row: dict[str, Any]) -> dict[str, Any]:
    """The update that makes of a household what ``row`` says, its PIN and its place untouched."""
    names = ("address", "address_key", "members", "values", "proposals", "rev", UNJUDGED)
    fields = {name: row[name] for name in names}
    waiting = {name: row[name] for name in WAITS if name in row}
    gone = {name: "" for name in WAITS if name not in row}
    return {
        "$set": fields | waiting, "$currentDate": {"changed": TICKS}, **({"$unset": gone} if gone else {}),
    }  # fmt: skip


def _inside(area: str, after: str) -> dict[str, Any]:
    """Households of ``area`` after ``after``. Codes begin with their village and group, so the bounds keep every plan
    inside the area."""
    within = area[:12] if "G" in area else area
    return {"areas": area, "_id": {"$gt": max(after, within), "$lt": within + ":"}}
