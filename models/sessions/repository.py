"""Sessions, one-time codes and WeChat bindings in MongoDB. Rows that are over are removed by TTL indexes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database, Index
from models.sessions.session import OTP_TRIES, Binding, Otp, Session, Why

TEXT, DATE = {"bsonType": "string"}, {"bsonType": "date"}


def _schema(required: tuple[str, ...], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"bsonType": "object", "required": ["_id", *required], "properties": {"_id": TEXT, **properties}}


def _document(entity: msgspec.Struct) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(entity, builtin_types=(datetime,))
    return document


class SessionRepository:
    COLLECTIONS = (
        Collection(
            "sessions",
            (Index((("expires_at", 1),), expire_after=0),),
            _schema(
                ("rank", "subject", "who", "current", "created_at", "expires_at"),
                rank={"enum": ["L1", "L2", "staff"]},
                subject=TEXT, who=TEXT, current=TEXT, previous=TEXT,
                created_at=DATE, expires_at=DATE, ended_at=DATE,
            ),
        ),
    )  # fmt: skip

    def __init__(self, database: Database) -> None:
        self._sessions = database.collection("sessions")

    async def add(self, session: Session) -> None:
        await self._sessions.insert_one(_document(session))

    async def alive(self, session_id: str, now: datetime) -> Session | None:
        """The session, unless it was ended or its time is up."""
        found = await self._sessions.find_one(
            {"_id": session_id, "ended_at": None, "expires_at": {"$gt": now}}
        )
        return msgspec.convert(found, Session) if found else None

    async def replace_current(self, session: Session, current: str) -> bool:
        """Keep ``session`` where its refresh token is still ``current``; False where somebody was faster."""
        changed = _document(session)
        del changed["_id"]
        done = await self._sessions.update_one(
            {"_id": session.id, "current": current, "ended_at": None}, {"$set": changed}
        )
        return bool(done.matched_count)

    async def end(self, session_id: str, now: datetime, why: Why) -> None:
        await self._sessions.update_one(
            {"_id": session_id, "ended_at": None}, {"$set": {"ended_at": now, "ended_why": why}}
        )


class OtpRepository:
    COLLECTIONS = (
        Collection(
            "otps",
            (Index((("expires_at", 1),), expire_after=0),),
            _schema(
                ("mac", "expires_at", "tries"),
                mac=TEXT, expires_at=DATE, tries={"bsonType": ["int", "long"]}, used_at=DATE,
            ),
        ),
    )  # fmt: skip

    def __init__(self, database: Database) -> None:
        self._otps = database.collection("otps")

    async def put(self, otp: Otp) -> None:
        """Keep ``otp`` as the only code of its session."""
        fresh = {
            "$set": {"mac": otp.mac, "expires_at": otp.expires_at, "tries": 0},
            "$unset": {"used_at": ""},
        }
        try:
            await self._otps.update_one({"_id": otp.id}, fresh, upsert=True)
        except DuplicateKeyError:  # two at once: the later one counts
            await self._otps.update_one({"_id": otp.id}, fresh)

    async def count_try(self, session_id: str, now: datetime) -> Otp | None:
        """The code that may be tried, with this try counted; None where there is none (any more)."""
        found = await self._otps.find_one_and_update(
            {"_id": session_id, "used_at": None, "expires_at": {"$gt": now}, "tries": {"$lt": OTP_TRIES}},
            {"$inc": {"tries": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return msgspec.convert(found, Otp) if found else None

    async def use(self, otp: Otp, now: datetime) -> bool:
        """Use ``otp`` up; False where somebody has."""
        done = await self._otps.update_one(
            {"_id": otp.id, "mac": otp.mac, "used_at": None}, {"$set": {"used_at": now}}
        )
        return bool(done.modified_count)


class BindingRepository:
    COLLECTIONS = (
        Collection(
            "wechat_bindings",
            (Index((("subject", 1),)),),
            _schema(
                ("openid", "subject", "who", "bound_at"),
                openid=TEXT, subject=TEXT, who=TEXT, bound_at=DATE,
            ),
        ),
    )  # fmt: skip

    def __init__(self, database: Database) -> None:
        self._bindings = database.collection("wechat_bindings")

    async def put(self, binding: Binding) -> None:
        """Bind, in place of whoever was bound to the same WeChat account."""
        fields = _document(binding)
        del fields["_id"]
        try:
            await self._bindings.update_one({"_id": binding.id}, {"$set": fields}, upsert=True)
        except DuplicateKeyError:  # a double tap
            await self._bindings.update_one({"_id": binding.id}, {"$set": fields})

    async def get(self, binding_id: str) -> Binding | None:
        found = await self._bindings.find_one({"_id": binding_id})
        return msgspec.convert(found, Binding) if found else None

    async def remove(self, binding_id: str, subject: str) -> None:
        await self._bindings.delete_many({"_id": binding_id, "subject": subject})
