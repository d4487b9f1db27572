"""Where people are kept; the only place that knows how their values are sealed at rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from models.base.errors import Conflict
from models.database import TICK, Collection, Database, Index, Moment, Session, duplicate_key, since
from models.people.book import Also, Outrun, nothing, paced
from models.people.person import ID_NUMBER, NAME, PHONE, Contact, Found, Person, plain_name
from models.people.vault import Vault
from models.people.waiting import DESKS, LAST, ORDER, UNJUDGED, Touched, beyond

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "areas", "household", "relation", "id_blind", "values", "proposals", "rev"],
    "properties": {
        "_id": {"bsonType": "string", "minLength": 1},
        "areas": {"bsonType": "array", "items": {"bsonType": "string"}},
        "id_blind": {"bsonType": "string"},
        "values": {"bsonType": "object"},
        "proposals": {"bsonType": "array", "maxItems": 2000},
        "rev": {"bsonType": ["int", "long"], "minimum": 0},
        "state": {"enum": ["left", "dead", "merged", "void"]},
        "former": {"bsonType": "string"},
        "into": {"bsonType": "string"},
    },
}

TOMBS = frozenset({"merged", "void"})
"""Records that stand for nobody any more: their ID number is free."""

CHAIN = 8
"""How many merged records in a row lead to the one that stands."""

CHANGED = Index((("areas", 1), ("changed", 1)), name="changed")
"""By which a phone asks what became different (docs/sync.md)."""

TAKEN = "这个身份证号已登记在另一个人名下，请核对。"
CONTACT = {"household": 1, "phone_since": 1, "state": 1, f"values.{NAME}": 1, f"values.{PHONE}": 1}


LISTED = {
    "areas": 1, "household": 1, "relation": 1, "name_key": 1, "state": 1,
    **{f"values.{key}": 1 for key in (NAME, ID_NUMBER, PHONE)},
}  # fmt: skip


CHANGES = (
    {
        "$match": {
            "$or": [{"ns.coll": {"$nin": ["people", "households"]}}, {"operationType": {"$ne": "insert"}}]
        }
    },
)
"""What follows changes need not hear of people and households that are new: nobody remembers anything of them yet, and an
import brings forty thousand."""


class PersonRepository:
    COLLECTIONS = (
        Collection(
            "people",
            (
                Index((("id_blind", 1),), unique=True, partial={"id_blind": {"$gt": ""}}),
                Index((("areas", 1), ("_id", 1))),
                Index((("household", 1),)),
                Index((("areas", 1), ("name_key", 1)), name="by_name"),
                Index((("into", 1),), partial={"into": {"$gt": ""}}, name="merged"),
                Index(
                    (("phone_blind", 1), ("_id", 1)), partial={"phone_blind": {"$gt": ""}}, name="by_phone"
                ),
                Index(((UNJUDGED, 1), ("_id", 1)), partial={UNJUDGED: {"$exists": True}}, name="unjudged"),
                CHANGED,
                DESKS,
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._people = database.collection("people")
        self._vault = vault

    async def of_id(self, person_id: str, session: Session | None = None) -> Person | None:
        """The one of that id, or whom a merged one leads to; nobody for one that was entered by mistake."""
        for _ in range(CHAIN):
            document = await self._people.find_one({"_id": person_id}, session=session)
            if document is None or document.get("state") == "void":
                return None
            if not document.get("into"):
                return self._read(document)
            person_id = document["into"]
        return None

    async def as_kept(self, person_id: str) -> Person | None:
        """The record itself, merged or taken back as it may be."""
        return self._found(await self._people.find_one({"_id": person_id}))

    async def leading_to(self, person_ids: Sequence[str], limit: int) -> list[str]:
        """Merged records that lead to one of these."""
        query = {"into": {"$in": list(person_ids), "$gt": ""}}
        return [row["_id"] for row in await self._people.find(query, {"_id": 1}).limit(limit).to_list(limit)]

    async def known(self, ids: Sequence[str]) -> dict[str, Person]:
        """By the id that was asked for; merged ones lead to the one that stands."""
        found: dict[str, Person] = {}
        asked = {each: each for each in ids}
        for _ in range(CHAIN):
            if not asked:
                break
            query = {"_id": {"$in": list(set(asked.values()))}, "state": {"$ne": "void"}}
            rows = {row["_id"]: row for row in await self._people.find(query).to_list(len(asked))}
            read = {key: self._read(row) for key, row in rows.items() if not row.get("into")}
            found |= {each: read[at] for each, at in asked.items() if at in read}
            asked = {each: rows[at]["into"] for each, at in asked.items() if at in rows and at not in read}
        return found

    async def save(self, person: Person, rev: int | None, session: Session) -> None:
        """Writes her within a transaction: as a new one where ``rev`` is None, else over that revision. Raises Outrun,
        and Conflict where her ID number is already another person's."""
        row = self._write(person)
        if row["id_blind"]:  # the unique index knows nothing of another key
            other = {**_among(self._vault.sought(person.id_number)), "_id": {"$ne": person.id}}
            if await self._people.find_one(other, {"_id": 1}, session=session):
                raise Conflict(TAKEN, code="person.id_taken")
        if rev is None:
            await self._people.insert_one(row, session=session)
            return
        done = await self._people.replace_one({"_id": person.id, "rev": rev}, row, session=session)
        if done.matched_count != 1:
            raise Outrun()

    async def of_blind(self, sought: Sequence[str]) -> Person | None:
        """The one whose ID number has one of these blind indexes (``Vault.sought``)."""
        return self._found(await self._people.find_one(_among(sought)))

    async def contact_of_blind(self, sought: Sequence[str]) -> Contact | None:
        """Only what matching a login needs of the one with such a blind index; nothing else is opened."""
        document = await self._people.find_one(_among(sought), CONTACT)
        if document is None:
            return None
        held = self._vault.unpack(document["_id"], document)
        name, phone = (held.values.get(key) for key in (NAME, PHONE))
        return Contact(
            document["_id"],
            document["household"],
            name.v if name else "",
            phone.v if phone else "",
            document.get("phone_since"),
            document.get("state", ""),
        )

    async def of_household(self, household: str, session: Session | None = None) -> list[Person]:
        found = self._people.find({"household": household}, session=session).sort("_id", 1).limit(99)
        return [self._read(document) for document in await found.to_list(99)]

    async def changed(self, area: str, moment: Moment, limit: int) -> list[str]:
        """The households of those in ``area`` of whom anything was written after ``moment``."""
        query = {"areas": area, "changed": since(moment)}
        found = await self._people.find(query, {"_id": 0, "household": 1}).limit(limit).to_list(limit)
        return [document["household"] for document in found]

    async def of_households(self, households: Sequence[str], limit: int) -> list[Person]:
        """Everybody who is registered in one of ``households``."""
        found = self._people.find({"household": {"$in": list(households)}}).limit(limit)
        return [self._read(document) for document in await found.to_list(limit)]

    async def named(self, area: str, name: str, after: str, limit: int) -> list[Found]:
        """Those of ``area`` whose names begin with ``name`` (as ``plain_name`` gives it), in the order of their names,
        past the key ``after``; whoever is called exactly so comes first."""
        query = {"areas": area, "name_key": {"$gt": max(name, after), "$lt": name + LAST}}
        found = self._people.find(query, LISTED).sort("name_key", 1).limit(limit)
        return [self._listed(document) for document in await found.to_list(limit)]

    async def by_name(self, area: str, after: str, limit: int) -> list[tuple[str, str]]:
        """Those of ``area`` in the order of their names, past the key ``after``: key and id."""
        query = {"areas": area, "name_key": {"$gt": after}}
        found = self._people.find(query, {"name_key": 1}).sort("name_key", 1).limit(limit)
        return [(row["name_key"], row["_id"]) for row in await found.to_list(limit)]

    async def phoned(self, area: str, sought: Sequence[str], after: str, limit: int) -> list[Found]:
        """Those of ``area`` whose phone has one of these blind indexes, by id, past ``after``."""
        query = {"phone_blind": {"$in": list(sought), "$gt": ""}, "areas": area, "_id": {"$gt": after}}
        found = self._people.find(query, LISTED).sort("_id", 1).limit(limit)
        return [self._listed(document) for document in await found.to_list(limit)]

    async def numbered(self, area: str, sought: Sequence[str]) -> list[Found]:
        """The one of ``area`` whose ID number has one of these blind indexes, if there is one."""
        document = await self._people.find_one(_among(sought) | {"areas": area}, LISTED)
        return [] if document is None else [self._listed(document)]

    async def of_ids(self, ids: Sequence[str]) -> list[Person]:
        """Those of some ids, by id."""
        found = self._people.find({"_id": {"$in": list(ids)}}).sort("_id", 1).limit(len(ids) or 1)
        return [self._read(document) for document in await found.to_list(len(ids) or 1)]

    async def unjudged(self, limit: int) -> list[Touched]:
        """Some of those that were written since they were last looked over."""
        found = self._people.find({UNJUDGED: True}, {"household": 1, "rev": 1}).sort("_id", 1).limit(limit)
        return [(row["_id"], row["household"], row["rev"]) for row in await found.to_list(limit)]

    async def judged(self, touched: Sequence[Touched]) -> None:
        """They were looked over at the revisions that are named; what was written since waits for another look."""
        writes = [
            UpdateOne({"_id": person, "rev": rev}, {"$unset": {UNJUDGED: ""}}) for person, _, rev in touched
        ]
        if writes:
            await self._people.bulk_write(writes, ordered=False)

    async def awaiting(self, desks: Sequence[str], after: tuple[datetime, str], limit: int) -> list[Person]:
        """Those with proposals for one of ``desks``, the oldest first, past (since when, id)."""
        found = self._people.find(beyond(desks, after)).sort(ORDER).limit(limit)
        return [self._read(document) for document in await found.to_list(limit)]

    async def replace(
        self, person: Person, rev: int, also: Also | None = None, session: Session | None = None
    ) -> bool:
        """Writes ``person`` over the revision ``rev``, and with it what ``also`` writes, in a transaction of their own or
        in that of ``session``; False when someone else was faster. Conflict when her ID number is already another
        person's."""
        if person.id_number:  # the unique index knows nothing of another key
            other = {**_among(self._vault.sought(person.id_number)), "_id": {"$ne": person.id}}
            if await self._people.find_one(other, {"_id": 1}, session=session):
                raise Conflict(TAKEN, code="person.id_taken")

        async def work(session: Session | None) -> bool:
            row = self._write(person)
            done = await self._people.replace_one({"_id": person.id, "rev": rev}, row, session=session)
            if done.matched_count == 1 and also is not None:
                await also(session)
            return done.matched_count == 1

        try:
            alone = session is None and also is not None
            return await (self._database.transaction(work) if alone else work(session))
        except DuplicateKeyError as error:
            if duplicate_key(error) != "id_blind_1":
                raise
            raise Conflict(TAKEN, code="person.id_taken") from None

    async def of_numbers(self, numbers: Sequence[str]) -> dict[str, Person]:
        """Those with one of these ID numbers, by number, in one query."""
        sought = {blind: number for number in numbers for blind in self._vault.sought(number)}
        if not sought:
            return {}
        found = await self._people.find(_among(list(sought))).limit(len(sought)).to_list(len(sought))
        return {sought[document["id_blind"]]: self._read(document) for document in found}

    async def founding(self, people: Sequence[Person]) -> Also:
        """What adds new ones within a transaction. Raises Conflict there, where an ID number is taken meanwhile."""
        documents = [document async for document in paced(self._write, people)]

        async def also(session: Session) -> None:
            try:
                await self._people.insert_many(documents, session=session)
            except BulkWriteError as error:
                if duplicate_key(error) is None:
                    raise
                raise Conflict(TAKEN, code="person.id_taken") from None

        return also if documents else nothing

    async def changing(self, people: Sequence[Person]) -> Also:
        """What writes the next revisions of some within a transaction. Raises Conflict there, where somebody was
        faster with one of them."""
        writes = [
            ReplaceOne({"_id": row["_id"], "rev": row["rev"] - 1}, row)
            async for row in paced(self._write, people)
        ]

        async def also(session: Session) -> None:
            try:
                done = await self._people.bulk_write(writes, session=session)
            except BulkWriteError as error:
                if duplicate_key(error) != "id_blind_1":
                    raise
                raise Conflict(TAKEN, code="person.id_taken") from None
            if done.matched_count != len(writes):
                raise Conflict

        return also if writes else nothing

    async def put_new(self, people: Sequence[Person]) -> int:
        """Adds in bulk those whose ids are not there yet; returns how many that were."""
        ids = [person.id for person in people]
        there = await self._people.find({"_id": {"$in": ids}}, {"_id": 1}).to_list(len(ids) or 1)
        known = {document["_id"] for document in there}
        documents = [self._write(person) for person in people if person.id not in known]
        if documents:
            await self._people.insert_many(documents, ordered=False)
        return len(documents)

    def _write(self, person: Person) -> dict[str, Any]:
        return {
            "_id": person.id,
            "areas": list(person.areas),
            "household": person.household,
            "relation": person.relation,
            "id_blind": "" if person.state in TOMBS else self._vault.blind(person.id_number),
            "phone_blind": "" if person.state in TOMBS else self._vault.blind_phone(person.phone),
            "name_key": f"{plain_name(person.name)} {person.id}",  # unique: a page goes on behind one
            UNJUDGED: True,
            "rev": person.rev,
            **{name: getattr(person, name) for name in ("state", "former", "into") if getattr(person, name)},
            "changed": TICK,
            **({"phone_since": person.phone_since} if person.phone_since else {}),
            **self._vault.pack(person.id, person.held),
            **self._vault.desks(person.areas, person.held),
        }

    def _found(self, document: dict[str, Any] | None) -> Person | None:
        return None if document is None else self._read(document)

    def _listed(self, document: dict[str, Any]) -> Found:
        held = self._vault.unpack(document["_id"], document).values
        name, number, phone = (str(held[key].v) if key in held else "" for key in (NAME, ID_NUMBER, PHONE))
        return Found(
            document["_id"], tuple(document["areas"]), document["household"], document["relation"],
            document.get("name_key", ""), name, number, phone, document.get("state", ""),
        )  # fmt: skip

    def _read(self, document: dict[str, Any]) -> Person:
        return Person(
            id=document["_id"],
            areas=tuple(document["areas"]),
            household=document["household"],
            relation=document["relation"],
            id_blind=document["id_blind"],
            held=self._vault.unpack(document["_id"], document),
            phone_since=document.get("phone_since"),
            rev=document["rev"],
            state=document.get("state", ""),
            former=document.get("former", ""),
            into=document.get("into", ""),
        )


def _among(sought: Sequence[str]) -> dict[str, Any]:
    # The second condition lets the partial index answer.
    return {"id_blind": {"$in": list(sought), "$gt": ""}}
