"""Sessions, one-time codes and WeChat bindings in MongoDB. Rows that are over are removed by TTL indexes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from models.database import Collection, Database, Index
from models.sessions.factor import Factor
from models.sessions.session import OTP_TRIES, Binding, Otp, Session, Why

MOST = 200
"""Living sessions of one person that are listed; ended are all of them, so many at a time."""

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
            (
                Index((("expires_at", 1),), expire_after=0),
                Index((("subject", 1), ("created_at", -1))),
                Index((("ended_at", 1),)),
                Index((("mandate", 1),), partial={"mandate": {"$gt": ""}}, name="of_mandate"),
            ),
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

    async def of_subject(self, subject: str, now: datetime) -> list[Session]:
        """The living sessions of one person or account, the latest first."""
        living = {"subject": subject, "ended_at": None, "expires_at": {"$gt": now}}
        found = await self._sessions.find(living).sort("created_at", -1).limit(MOST).to_list(MOST)
        return [msgspec.convert(document, Session) for document in found]

    async def end_of_subject(self, subject: str, now: datetime, why: Why, but: str = "") -> list[str]:
        """End every session of ``subject`` except ``but``; the ids of those that were alive."""
        alive = {"subject": subject, "ended_at": None, "_id": {"$ne": but}}
        ids: list[str] = []
        while found := await self._sessions.find(alive, {"_id": 1}).limit(MOST).to_list(MOST):
            batch = [document["_id"] for document in found]
            await self._sessions.update_many(
                {"_id": {"$in": batch}, "ended_at": None}, {"$set": {"ended_at": now, "ended_why": why}}
            )
            ids += batch
        return ids

    async def end_all(self, now: datetime, why: Why) -> list[str]:
        """End every session there is; the ids of those that were alive."""
        ids: list[str] = []
        while found := await self._sessions.find({"ended_at": None}, {"_id": 1}).limit(MOST).to_list(MOST):
            batch = [document["_id"] for document in found]
            await self._sessions.update_many(
                {"_id": {"$in": batch}, "ended_at": None}, {"$set": {"ended_at": now, "ended_why": why}}
            )
            ids += batch
        return ids

    async def end_of_mandate(self, mandate: str, now: datetime) -> list[str]:
        """End every session that stands on a mandate; the ids of those that were alive."""
        alive = {"mandate": {"$eq": mandate, "$gt": ""}, "ended_at": None}
        ids = [document["_id"] async for document in self._sessions.find(alive, {"_id": 1})]
        await self._sessions.update_many(
            {"_id": {"$in": ids}, "ended_at": None}, {"$set": {"ended_at": now, "ended_why": "mandate"}}
        )
        return ids

    async def ended_since(self, since: datetime) -> list[str]:
        """The ids of the sessions that ended after ``since``; those that were raised are not among them."""
        query = {"ended_at": {"$gt": since}, "ended_why": {"$ne": "raised"}}
        return [document["_id"] async for document in self._sessions.find(query, {"_id": 1})]


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


class FactorRepository:
    COLLECTIONS = (
        Collection(
            "second_factors",
            (),
            _schema(
                ("secret", "serial", "created_at"),
                secret=TEXT, serial=TEXT, created_at=DATE, confirmed_at=DATE,
                last_step={"bsonType": ["int", "long"]}, recovery={"bsonType": "array", "maxItems": 10},
            ),
        ),
    )  # fmt: skip

    def __init__(self, database: Database) -> None:
        self._factors = database.collection("second_factors")

    async def get(self, account_id: str) -> Factor | None:
        found = await self._factors.find_one({"_id": account_id})
        return msgspec.convert(found, Factor) if found else None

    async def begin(self, factor: Factor) -> bool:
        """Keep ``factor`` in place of one that was never confirmed; False where there is a confirmed one."""
        document = _document(factor)
        try:
            await self._factors.replace_one({"_id": factor.id, "confirmed_at": None}, document, upsert=True)
        except DuplicateKeyError:  # a confirmed one, or a double tap
            done = await self._factors.replace_one({"_id": factor.id, "confirmed_at": None}, document)
            return bool(done.matched_count)
        return True

    async def confirm(self, factor: Factor, step: int, recovery: tuple[str, ...], now: datetime) -> bool:
        """Put ``factor`` into force; False where it was replaced or confirmed meanwhile."""
        done = await self._factors.update_one(
            {"_id": factor.id, "serial": factor.serial, "confirmed_at": None},
            {"$set": {"confirmed_at": now, "last_step": step, "recovery": list(recovery)}},
        )
        return bool(done.modified_count)

    async def take_step(self, factor: Factor, step: int) -> bool:
        """Use up the code of ``step``; False where it, or a later one, was used."""
        done = await self._factors.update_one(
            {"_id": factor.id, "serial": factor.serial, "last_step": {"$lt": step}},
            {"$set": {"last_step": step}},
        )
        return bool(done.modified_count)

    async def take_recovery(self, factor: Factor, mac: str) -> bool:
        """Use up a recovery code; False where it is none, or none any more."""
        done = await self._factors.update_one(
            {"_id": factor.id, "serial": factor.serial, "recovery": mac}, {"$pull": {"recovery": mac}}
        )
        return bool(done.modified_count)

    async def put_recovery(self, account_id: str, recovery: tuple[str, ...]) -> None:
        await self._factors.update_one({"_id": account_id}, {"$set": {"recovery": list(recovery)}})

    async def remove(self, account_id: str) -> bool:
        return bool((await self._factors.delete_one({"_id": account_id})).deleted_count)
