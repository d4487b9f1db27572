"""Sending text messages: through the county's gateway, or into an outbox page where there is none (demo)."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Unavailable
from models.database import Collection, Database, Index

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 8.0
KEPT_SECONDS = 7 * 86400
MOST = 200  # messages in one page of the outbox

SCHEMA: dict[str, Any] = {
    "bsonType": "object",
    "required": ["_id", "phone", "text", "sent_at"],
    "properties": {
        "_id": {"bsonType": "string"},
        "phone": {"bsonType": "string", "description": "sealed"},
        "text": {"bsonType": "string", "description": "sealed"},
        "sent_at": {"bsonType": "date"},
    },
}


class Message(msgspec.Struct, frozen=True):
    """One message of the demo outbox. Ids sort by time."""

    id: str
    phone: str
    text: str
    sent_at: datetime

    def __repr__(self) -> str:
        return f"Message(id={self.id!r})"


class SmsOutbox:
    """The collection ``sms_outbox``; phones and texts sealed, forgotten after a week."""

    COLLECTIONS = (Collection("sms_outbox", (Index((("sent_at", 1),), expire_after=KEPT_SECONDS),), SCHEMA),)

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._outbox = database.collection("sms_outbox")
        self._cipher = cipher

    async def add(self, message: Message) -> None:
        await self._outbox.insert_one({
            "_id": message.id,
            "phone": self._cipher.seal(message.phone, f"sms.phone:{message.id}"),
            "text": self._cipher.seal(message.text, f"sms.text:{message.id}"),
            "sent_at": message.sent_at,
        })  # fmt: skip

    async def latest(self, limit: int, before: str = "") -> tuple[Message, ...]:
        """Newest first, at most ``limit``; with ``before`` those older than the message of that id."""
        query = {"_id": {"$lt": before}} if before else {}
        limit = max(1, min(limit, MOST))
        found = await self._outbox.find(query).sort("_id", -1).limit(limit).to_list(limit)
        return tuple(self._message(document) for document in found)

    def _message(self, document: dict[str, Any]) -> Message:
        message_id = document["_id"]
        return Message(
            message_id,
            self._cipher.open(document["phone"], f"sms.phone:{message_id}"),
            self._cipher.open(document["text"], f"sms.text:{message_id}"),
            document["sent_at"],
        )


class DemoSms:
    """Delivers nothing: staff read the messages on a page."""

    def __init__(self, outbox: SmsOutbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    async def send(self, phone: str, text: str) -> None:
        """Keep one message."""
        now = self._clock()
        message_id = f"{int(now.timestamp() * 1000):013d}-{secrets.token_hex(6)}"
        await self._outbox.add(Message(message_id, phone, text, now))

    async def latest(self, limit: int, before: str = "") -> tuple[Message, ...]:
        """For the staff page: newest first; page on with the last id as ``before``."""
        return await self._outbox.latest(limit, before)


class HttpSms:
    """A gateway that takes ``POST {"phone", "text"}`` as JSON with a bearer token and answers 2xx for
    accepted."""

    def __init__(
        self, client: AsyncHTTPClient, url: str, token: str, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._client = client
        self._answer_seconds = answer_seconds
        self._url = url
        self._token = token

    async def send(self, phone: str, text: str) -> None:
        """Hand one message over. Raises Unavailable where the gateway refuses or does not answer; it may
        have been sent all the same, so whoever repeats it may repeat the message."""
        request = HTTPRequest(
            self._url,
            method="POST",
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"},
            body=msgspec.json.encode({"phone": phone, "text": text}),
            connect_timeout=CONNECT_SECONDS,
            request_timeout=self._answer_seconds,
            follow_redirects=False,  # never carry a phone number to another host
        )
        try:
            await self._client.fetch(request)
        except (HTTPClientError, OSError):
            raise Unavailable("短信暂时发送不出去，请稍后再试。") from None
