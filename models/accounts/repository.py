"""Where staff accounts are kept; private phones and ID numbers sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from pymongo.errors import DuplicateKeyError

from models.accounts.account import Account
from models.base.cipher import Cipher
from models.database import Collection, Database, Index, duplicate_key

MOST = 5_000
"""More accounts than a county has; the longest list."""

SEALED = ("phone", "id_number")
ID_KIND = "account.id_number"
IN_USE = ("active", "suspended")

Taken = Literal["username", "staff_no", "id_number"]
"""Which of the things that one account has alone is another's already."""

TAKEN: dict[str, Taken] = {"username": "username", "staff_no": "staff_no", "id_number": "id_number"}
"""By the name of the unique index that says so."""

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "username", "name", "role", "area", "areas", "password_hash", "state", "rev"],
    "properties": {
        "_id": {"bsonType": "string", "minLength": 1},
        "username": {"bsonType": "string"},
        "role": {"enum": ["admin", "clerk", "reviewer", "approver", "grid", "supervisor"]},
        "areas": {"bsonType": "array", "minItems": 1, "maxItems": 5},
        "state": {"enum": ["applied", "active", "suspended", "closed", "refused"]},
        "id_blind": {"bsonType": "string"},
        "holder": {"bsonType": "string"},
        "history": {"bsonType": "array", "maxItems": 1000},
        "rev": {"bsonType": ["int", "long"], "minimum": 0},
    },
}


class AccountRepository:
    COLLECTIONS = (
        Collection(
            "accounts",
            (
                Index((("username", 1),), unique=True, partial={"username": {"$gt": ""}}, name="username"),
                Index((("staff_no", 1),), unique=True, partial={"staff_no": {"$gt": ""}}, name="staff_no"),
                # The blind index again, but only while the account is in use: one account a person.
                Index((("holder", 1),), unique=True, partial={"holder": {"$gt": ""}}, name="id_number"),
                Index((("id_blind", 1),)),
                Index((("areas", 1), ("state", 1), ("username", 1))),
                Index((("area", 1), ("role", 1), ("state", 1), ("username", 1))),
                Index((("forget_at", 1),), expire_after=0),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._accounts = database.collection("accounts")
        self._cipher = cipher

    async def of_id(self, account_id: str) -> Account | None:
        return self._found(await self._accounts.find_one({"_id": account_id}))

    async def names(self, ids: Sequence[str]) -> dict[str, str]:
        """What the owners of some accounts are called, by account."""
        found = self._accounts.find({"_id": {"$in": list(ids)}}, {"name": 1}).limit(len(ids) or 1)
        return {row["_id"]: row["name"] for row in await found.to_list(len(ids) or 1)}

    async def of_username(self, username: str) -> Account | None:
        if not username:
            return None
        # The second condition lets the partial index answer.
        return self._found(await self._accounts.find_one({"username": {"$eq": username, "$gt": ""}}))

    async def working_grid(self, grid: str) -> Account | None:
        """The active worker of a grid, the first by username where there are two."""
        query = {"area": grid, "role": "grid", "state": "active"}
        found = await self._accounts.find(query).sort("username", 1).limit(1).to_list(1)
        return self._read(found[0]) if found else None

    async def working_in(self, areas: Sequence[str], roles: Sequence[str]) -> list[Account]:
        """The active accounts of ``roles`` that work for one of ``areas`` itself."""
        query = {"area": {"$in": list(areas)}, "role": {"$in": list(roles)}, "state": "active"}
        found = await self._accounts.find(query).limit(MOST).to_list(MOST)
        return [self._read(document) for document in found]

    async def within(self, area: str) -> list[Account]:
        """Every account, in use or not any more, that works for ``area`` or an area inside it, by username."""
        query = {"areas": area, "state": {"$in": [*IN_USE, "closed"]}}
        found = await self._accounts.find(query).sort("username", 1).limit(MOST).to_list(MOST)
        return [self._read(document) for document in found]

    async def applications_within(self, area: str) -> list[Account]:
        """Every application for ``area`` or an area inside it that waits for a decision, the oldest first."""
        query = {"areas": area, "state": "applied"}
        found = await self._accounts.find(query).sort("forget_at", 1).limit(MOST).to_list(MOST)
        return [self._read(document) for document in found]

    async def count_applications(self, area: str) -> int:
        """How many applications for ``area`` or an area inside it wait for a decision."""
        return int(await self._accounts.count_documents({"areas": area, "state": "applied"}, limit=MOST))

    async def doubled(self, accounts: Sequence[Account]) -> set[str]:
        """The ids of those whose ID number stands in another account or application that is not over."""
        numbers = {blind: each.id_number for each in accounts for blind in self._sought(each.id_number)}
        query = {"id_blind": {"$in": [*numbers]}, "state": {"$in": [*IN_USE, "applied"]}}
        found = self._accounts.find(query, {"id_blind": 1})
        times = Counter([numbers[document["id_blind"]] async for document in found])
        return {account.id for account in accounts if times[account.id_number] > 1}

    async def add(self, account: Account) -> Taken | None:
        """Adds the account; what of it is another's already, where it could not."""
        if await self._holds_another(account):
            return "id_number"
        try:
            await self._accounts.insert_one(self._write(account))
        except DuplicateKeyError as error:
            return _taken(error)
        return None

    async def replace(self, account: Account, rev: int) -> Taken | bool:
        """Keeps ``account`` where it still stands at ``rev``; False where somebody was faster, or what of it
        is another's already."""
        if await self._holds_another(account):
            return "id_number"
        try:
            done = await self._accounts.replace_one({"_id": account.id, "rev": rev}, self._write(account))
        except DuplicateKeyError as error:
            return _taken(error)
        return bool(done.matched_count)

    async def put_new(self, accounts: Sequence[Account]) -> int:
        """Adds in bulk those whose ids are not there yet; returns how many that were."""
        ids = [account.id for account in accounts]
        there = await self._accounts.find({"_id": {"$in": ids}}, {"_id": 1}).to_list(len(ids) or 1)
        known = {document["_id"] for document in there}
        documents = [self._write(account) for account in accounts if account.id not in known]
        if documents:
            await self._accounts.insert_many(documents, ordered=False)
        return len(documents)

    def _write(self, account: Account) -> dict[str, Any]:
        document: dict[str, Any] = msgspec.to_builtins(account, builtin_types=(datetime,))
        document["_id"] = document.pop("id")
        document["id_blind"] = self._blind(account.id_number)
        document["holder"] = document["id_blind"] if account.state in IN_USE else ""
        for field in SEALED:
            if document[field]:
                document[field] = self._cipher.seal(document[field], f"account.{field}:{account.id}")
        return document

    async def _holds_another(self, account: Account) -> bool:
        """Whether somebody with this ID number has another account in use: the unique index sees one key alone."""
        if account.state not in IN_USE or not account.id_number:
            return False
        query = {"holder": {"$in": self._sought(account.id_number), "$gt": ""}, "_id": {"$ne": account.id}}
        return await self._accounts.find_one(query, {"_id": 1}) is not None

    def _blind(self, id_number: str) -> str:
        return self._cipher.index(id_number, ID_KIND) if id_number else ""

    def _sought(self, id_number: str) -> list[str]:
        return self._cipher.indexes(id_number, ID_KIND) if id_number else []

    def _found(self, document: dict[str, Any] | None) -> Account | None:
        return None if document is None else self._read(document)

    def _read(self, document: dict[str, Any]) -> Account:
        document["id"] = document.pop("_id")
        for field in SEALED:
            if document.get(field):
                document[field] = self._cipher.open(document[field], f"account.{field}:{document['id']}")
        return msgspec.convert(document, Account)


def _taken(error: DuplicateKeyError) -> Taken:
    return TAKEN.get(duplicate_key(error) or "", "username")
