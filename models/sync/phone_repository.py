"""Where phones are kept, and which household each of them carries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from models.database import TICKS, Collection, Database, Index, Moment, Session, since
from models.sync.phone import Phone, Wipe

KEPT_DAYS = 180
DAY = 86_400


class PhoneRepository:
    """The collections ``sync_phones`` and ``sync_carried``."""

    COLLECTIONS = (
        Collection(
            "sync_phones",
            (
                Index((("account", 1), ("seen_at", -1)), name="of_account"),
                Index((("areas", 1), ("seen_at", -1)), name="of_area"),
                Index((("seen_at", 1),), expire_after=2 * 366 * DAY, name="over"),
            ),
        ),
        Collection(
            "sync_carried",
            (
                Index((("device", 1), ("gone", 1), ("household", 1)), name="of_device"),
                Index((("at", 1),), expire_after=KEPT_DAYS * DAY, name="over"),
            ),
        ),
    )

    def __init__(self, database: Database) -> None:
        self._database = database
        self._phones = database.collection("sync_phones")
        self._carried = database.collection("sync_carried")

    async def get(self, device: str) -> Phone | None:
        row = await self._phones.find_one({"_id": device})
        return _phone(row) if row else None

    async def is_to_be_wiped(self, device: str) -> bool:
        """Whether there is an order to wipe a device; one small read."""
        row = await self._phones.find_one({"_id": device}, {"wipe.at": 1})
        return bool(row and row.get("wipe"))

    async def keep(self, phone: Phone) -> Phone | None:
        """Note a phone as it is now; its order to wipe and its beginning stay. None where it is another account's."""
        row = _row(phone)
        device, made = row.pop("_id"), row.pop("made_at")
        row.pop("wipe", None)
        try:
            found = await self._phones.find_one_and_update(
                {"_id": device, "account": phone.account},
                {"$set": row, "$setOnInsert": {"made_at": made}},
                upsert=True, return_document=True,
            )  # fmt: skip
        except DuplicateKeyError:
            return None
        return _phone(found)

    async def seen(self, device: str, at: datetime, skew_ms: int) -> None:
        """A phone was heard of."""
        await self._phones.update_one({"_id": device}, {"$set": {"seen_at": at, "skew_ms": skew_ms}})

    async def of_account(self, account: str, limit: int) -> list[Phone]:
        rows = await self._phones.find({"account": account}).sort("seen_at", -1).limit(limit).to_list(limit)
        return [_phone(row) for row in rows]

    async def in_area(self, area: str, limit: int) -> list[Phone]:
        rows = await self._phones.find({"areas": area}).sort("seen_at", -1).limit(limit).to_list(limit)
        return [_phone(row) for row in rows]

    async def order_wipe(self, device: str, wipe: Wipe) -> bool:
        """Order it; False where that was done before."""
        change = {"$set": {"wipe": _row(wipe)}}
        done = await self._phones.update_one({"_id": device, "wipe": {"$exists": False}}, change)
        return done.modified_count == 1

    async def mark_wipe(self, device: str, field: str, at: datetime) -> None:
        """The order was heard (``heard_at``) or carried out (``done_at``); the first time counts."""
        query = {"_id": device, "wipe.at": {"$exists": True}, f"wipe.{field}": None}
        await self._phones.update_one(query, {"$set": {f"wipe.{field}": at}})

    async def carry(self, device: str, account: str, households: Sequence[str], at: datetime) -> None:
        """These households are on the phone from now on."""
        writes = [
            UpdateOne(
                {"_id": f"{device}:{household}"},
                {"$set": {"device": device, "account": account, "household": household, "at": at},
                 "$unset": {"gone": ""}},
                upsert=True,
            )
            for household in households
        ]  # fmt: skip
        if writes:
            await self._carried.bulk_write(writes, ordered=False)

    async def carried(self, device: str, limit: int) -> list[str]:
        """The households that a phone carries."""
        query = {"device": device, "gone": {"$exists": False}}
        rows = await self._carried.find(query, {"_id": 0, "household": 1}).limit(limit).to_list(limit)
        return [row["household"] for row in rows]

    async def count_carried(self, devices: Sequence[str]) -> dict[str, int]:
        """How many households phones carry, by device."""
        here = {"device": {"$in": list(devices)}, "gone": {"$exists": False}}
        pipeline: list[dict[str, Any]] = [
            {"$match": here},
            {"$group": {"_id": "$device", "count": {"$sum": 1}}},
        ]
        return {row["_id"]: row["count"] for row in await self._database.aggregate("sync_carried", pipeline)}

    async def let_go(self, device: str, households: Sequence[str]) -> None:
        """The phone is told that these are gone; that it had them is known as long as it may still send something."""
        writes = [
            UpdateOne({"_id": f"{device}:{household}"}, {"$currentDate": {"gone": TICKS}})
            for household in households
        ]
        if writes:
            await self._carried.bulk_write(writes, ordered=False)

    async def gone_since(self, device: str, moment: Moment, limit: int) -> list[str]:
        """The households that a phone was told are gone after ``moment``."""
        query = {"device": device, "gone": since(moment)}
        rows = await self._carried.find(query, {"_id": 0, "household": 1}).limit(limit).to_list(limit)
        return [row["household"] for row in rows]

    async def has_carried(
        self, device: str, account: str, household: str, session: Session | None = None
    ) -> bool:
        """Whether a household was ever sent to this phone of the account."""
        query = {"_id": f"{device}:{household}", "account": account}
        return await self._carried.find_one(query, {"_id": 1}, session=session) is not None

    async def forget(self, device: str) -> None:
        """Nothing is on the phone any more."""
        await self._carried.delete_many({"device": device})


def _row(thing: Phone | Wipe) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(thing, builtin_types=(datetime,))
    if "id" in row:
        row["_id"] = row.pop("id")
    return row


def _phone(row: dict[str, Any]) -> Phone:
    row["id"] = row.pop("_id")
    return msgspec.convert(row, Phone)
