"""Phones: made known by their app, ended and wiped when they are lost."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.areas.service import Areas
from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Conflict, Invalid, NotFound, Problem
from models.roles.rules import check, may
from models.sessions.service import Sessions
from models.sync.phone import Phone, Wipe, Wiped, checked, skew
from models.sync.phone_repository import PhoneRepository
from models.sync.queue import QueueKeys

MOST, MINE = 500, 20
SEEN_EVERY = 60.0  # seconds
SKEW_STEP = 30_000  # milliseconds: a clock that moved by less says nothing new


class PhoneSaid(msgspec.Struct, frozen=True):
    """What an app says of itself: a label, whether storage is persistent, quota and usage in bytes, its version, and
    its clock."""

    label: str = ""
    persist: bool = False
    quota: int = 0
    usage: int = 0
    app: str = ""
    now: datetime | None = None


class QueueKey(msgspec.Struct, frozen=True):
    """The public key that a queue is sealed to."""

    id: str
    public: str


class Greeting(msgspec.Struct, frozen=True):
    """What an app is told: ``secret`` marks what it exports as its own; ``account`` is the one whose receipts these will
    be, ``name`` and ``place`` stand at the top of the app."""

    id: str
    secret: str
    account: str
    name: str
    place: str
    skew_ms: int
    wipe: bool
    queue_key: QueueKey


class PhoneLine(msgspec.Struct, frozen=True):
    """A phone with how many households are on it."""

    phone: Phone
    carries: int


class Phones:
    """``device`` is always what the request says; a phone belongs to the account that made it known."""

    def __init__(
        self, repository: PhoneRepository, areas: Areas, sessions: Sessions, cipher: Cipher, queue: QueueKeys,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._repository = repository
        self._areas = areas
        self._sessions = sessions
        self._cipher = cipher
        self._queue = queue
        self._clock = clock

    async def refuse_wiped(self, device: str) -> None:
        """Raise Wiped for a phone that is to be wiped, whoever asks from it, and note that it has heard."""
        if device and await self._repository.is_to_be_wiped(device):
            await self._repository.mark_wipe(device, "heard_at", self._clock())
            raise Wiped

    async def greet(self, actor: Actor, device: str, said: PhoneSaid) -> Greeting:
        """Make a phone known, or know it again. Raises Malformed, and Conflict where it is another account's."""
        now = self._clock()
        phone = Phone(
            checked(device), actor.subject, actor.name, self._areas.chain(actor.area), now, now, said.label[:60],
            said.app[:20], skew(said.now, now), said.persist, max(0, said.quota), max(0, said.usage),
        )  # fmt: skip
        kept = await self._repository.keep(phone)
        if kept is None:
            raise Conflict("这台设备上的应用已由别的账号使用，请在应用里重新开始。", code="device.taken")
        key = QueueKey(*self._queue.current)
        return Greeting(
            device, self.secret(actor.subject, device), actor.subject, actor.name,
            self._areas.name_below_county(actor.area), kept.skew_ms, kept.wipe is not None, key,
        )  # fmt: skip

    async def heard(self, actor: Actor, device: str, said_now: datetime | None) -> int:
        """A phone has asked for something; how far its clock is ahead, in milliseconds. Raises Malformed and
        Conflict as ``greet``."""
        now = self._clock()
        phone, ahead = await self._repository.get(checked(device)), skew(said_now, now)
        if phone is None or phone.account != actor.subject:
            await self.greet(actor, device, PhoneSaid(now=said_now))
        elif (now - phone.seen_at).total_seconds() > SEEN_EVERY or (
            said_now is not None and abs(phone.skew_ms - ahead) > SKEW_STEP
        ):
            await self._repository.seen(device, now, ahead if said_now is not None else phone.skew_ms)
        return ahead

    def secret(self, account: str, device: str) -> str:
        """What only this account's app on this device and we know: 64 hex digits."""
        return self._cipher.mac(f"{account}:{device}", "sync.device")

    async def wiped(self, device: str) -> None:
        """A phone says that it is empty. Nothing is told to whoever says so of another one."""
        if await self._repository.is_to_be_wiped(checked(device)):
            await self._repository.mark_wipe(device, "done_at", self._clock())
            await self._repository.forget(device)

    async def is_wiped(self, device: str) -> bool:
        """Whether a phone is to be wiped."""
        return await self._repository.is_to_be_wiped(checked(device))

    async def mine(self, actor: Actor) -> list[PhoneLine]:
        """The actor's own phones, the last heard of first."""
        return await self._lines(await self._repository.of_account(actor.subject, MINE))

    async def in_area(self, actor: Actor) -> list[PhoneLine]:
        """The phones of whoever works in the actor's area. Raises Forbidden for all but administrators."""
        check(actor, "accounts.change", self._areas.chain(actor.area))
        return await self._lines(await self._repository.in_area(actor.area, MOST))

    async def lose(self, actor: Actor, device: str, reason: str) -> Phone:
        """A phone is lost: every session of its account ends, and it is wiped at its next contact. By its worker or her
        administrator; raises NotFound for everybody else, Invalid where nothing is said why, Conflict where it was
        ordered before."""
        phone, reason = await self._repository.get(device), " ".join(reason.split())[:200]
        if phone is None or not self._may_lose(actor, phone):
            raise NotFound("没有找到这台设备。", code="device.unknown")
        if not reason:
            raise Invalid([Problem("reason", "reason.missing", "请写明原因，例如：手机在进城的班车上遗失。")])
        wipe = Wipe(self._clock(), actor.subject, actor.name, reason)
        if not await self._repository.order_wipe(device, wipe):
            raise Conflict("这台设备已经下过清除指令。", code="device.ordered")
        await self._sessions.end_all(phone.account, "owner" if actor.subject == phone.account else "account")
        return msgspec.structs.replace(phone, wipe=wipe)

    async def _lines(self, phones: list[Phone]) -> list[PhoneLine]:
        counts = await self._repository.count_carried([phone.id for phone in phones])
        return [PhoneLine(phone, counts.get(phone.id, 0)) for phone in phones]

    def _may_lose(self, actor: Actor, phone: Phone) -> bool:
        return actor.subject == phone.account or may(actor, "accounts.change", phone.areas)
