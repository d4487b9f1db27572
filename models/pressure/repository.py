"""Which proofs and tickets have been used, until they would have expired anyway."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database, Index

SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": ["_id", "by", "expires_at"],
    "properties": {
        "_id": {"bsonType": "string"},
        "by": {"bsonType": "string"},
        "expires_at": {"bsonType": "date"},
    },
    "additionalProperties": False,
}


class ProofRepository:
    """The ``proofs`` collection."""

    COLLECTIONS = (Collection("proofs", (Index((("expires_at", 1),), expire_after=0),), SCHEMA),)

    def __init__(self, database: Database) -> None:
        self._proofs = database.collection("proofs")

    async def spend(self, proof: str, by: str, expires_at: datetime) -> bool:
        """Note that ``by`` (the MAC of a submission's key) has used it; False where another had already. The same
        submission may come again, as it may after a lost answer."""
        try:
            await self._proofs.insert_one({"_id": proof, "by": by, "expires_at": expires_at})
        except DuplicateKeyError:
            return await self._proofs.find_one({"_id": proof, "by": by}, {"_id": 1}) is not None
        return True
