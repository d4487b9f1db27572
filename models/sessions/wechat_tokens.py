"""Where the token of the mini program is kept, and who is fetching the next one."""

from __future__ import annotations

from datetime import datetime

import msgspec
from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database
from models.sessions.wechat_token import NEVER, KeptToken

TEXT, DATE = {"bsonType": "string"}, {"bsonType": "date"}


class WeChatTokenRepository:
    """One row a mini program, by its app id."""

    COLLECTIONS = (
        Collection(
            "wechat_tokens",
            schema={
                "bsonType": "object",
                "required": ["_id", "token", "expires_at", "rev"],
                "properties": {
                    "_id": TEXT,
                    "token": TEXT,
                    "expires_at": DATE,
                    "lease": TEXT,
                    "lease_until": DATE,
                },
            },
        ),
    )

    def __init__(self, database: Database) -> None:
        self._tokens = database.collection("wechat_tokens")

    async def get(self, appid: str) -> KeptToken:
        """The row, as it is; an empty one where there is none yet."""
        found = await self._tokens.find_one({"_id": appid})
        return msgspec.convert(found, KeptToken) if found else KeptToken(appid)

    async def lease(self, kept: KeptToken, holder: str, now: datetime, until: datetime) -> bool:
        """Take on to fetch what follows ``kept``; False where somebody else does, or has done it."""
        claim = {"lease": holder, "lease_until": until}
        free = {"_id": kept.id, "rev": kept.rev, "lease_until": {"$not": {"$gt": now}}}
        if (await self._tokens.update_one(free, {"$set": claim})).matched_count:
            return True
        if kept.rev:
            return False
        first = {"_id": kept.id, "token": "", "expires_at": NEVER, "rev": 0, **claim}
        try:
            await self._tokens.insert_one(first)
        except DuplicateKeyError:
            return False
        return True

    async def put(self, appid: str, holder: str, token: str, expires_at: datetime) -> None:
        """Keep what was fetched. One who took so long that somebody else has taken over changes nothing."""
        change = {"$set": {"token": token, "expires_at": expires_at}, "$inc": {"rev": 1}}
        await self._tokens.update_one(
            {"_id": appid, "lease": holder}, {**change, "$unset": {"lease": "", "lease_until": ""}}
        )

    async def release(self, appid: str, holder: str) -> None:
        """Give up fetching."""
        await self._tokens.update_one(
            {"_id": appid, "lease": holder}, {"$unset": {"lease": "", "lease_until": ""}}
        )

    async def spoil(self, kept: KeptToken) -> None:
        """WeChat does not take this one any more; one that was fetched since is left alone."""
        await self._tokens.update_one({"_id": kept.id, "rev": kept.rev}, {"$set": {"expires_at": NEVER}})
