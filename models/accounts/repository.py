"""Where staff accounts are kept; private phones sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from models.accounts.account import Account
from models.base.cipher import Cipher
from models.database import Collection, Database, Index

MOST = 5_000
"""More accounts than a county has; the longest list."""

SCHEMA = {
    "bsonType": "object",
    "required": ["_id", "username", "name", "role", "area", "areas", "password_hash", "active"],
    "properties": {
        "_id": {"bsonType": "string", "minLength": 1},
        "username": {"bsonType": "string", "minLength": 1},
        "role": {"enum": ["admin", "clerk", "reviewer", "approver", "grid", "supervisor"]},
        "areas": {"bsonType": "array", "minItems": 1, "maxItems": 5},
        "active": {"bsonType": "bool"},
    },
}


class AccountRepository:
    COLLECTIONS = (
        Collection(
            "accounts",
            (
                Index((("username", 1),), unique=True),
                Index((("areas", 1), ("username", 1))),
                Index((("area", 1), ("role", 1), ("active", 1), ("username", 1))),
            ),
            SCHEMA,
        ),
    )

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._accounts = database.collection("accounts")
        self._cipher = cipher

    async def of_id(self, account_id: str) -> Account | None:
        return self._found(await self._accounts.find_one({"_id": account_id}))

    async def of_username(self, username: str) -> Account | None:
        return self._found(await self._accounts.find_one({"username": username}))

    async def working_grid(self, grid: str) -> Account | None:
        """The active worker of a grid, the first by username where there are two."""
        query = {"area": grid, "role": "grid", "active": True}
        found = await self._accounts.find(query).sort("username", 1).limit(1).to_list(1)
        return self._read(found[0]) if found else None

    async def within(self, area: str) -> list[Account]:
        """Every account that works for ``area`` or an area inside it, by username."""
        found = await self._accounts.find({"areas": area}).sort("username", 1).limit(MOST).to_list(MOST)
        return [self._read(document) for document in found]

    async def add(self, account: Account) -> bool:
        """False when the username is taken."""
        try:
            await self._accounts.insert_one(self._write(account))
        except DuplicateKeyError:
            return False
        return True

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
        document = msgspec.to_builtins(account)
        document["_id"] = document.pop("id")
        if account.phone:
            document["phone"] = self._cipher.seal(account.phone, f"account.phone:{account.id}")
        return document

    def _found(self, document: dict[str, Any] | None) -> Account | None:
        return None if document is None else self._read(document)

    def _read(self, document: dict[str, Any]) -> Account:
        document["id"] = document.pop("_id")
        if document["phone"]:
            document["phone"] = self._cipher.open(document["phone"], f"account.phone:{document['id']}")
        return msgspec.convert(document, Account)
