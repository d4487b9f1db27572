"""A phone with the app on it: whose it is, when it was last heard of, and whether it is to be wiped. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from models.base.errors import Conflict, Gone, Malformed

DEVICE = re.compile(r"[A-Za-z0-9_-]{22,64}")

SKEWED = timedelta(minutes=2)
"""Past that a phone's clock is called wrong."""


class Wipe(msgspec.Struct, frozen=True):
    """The order to delete everything, by whom and why; ``heard_at`` when the phone was told, ``done_at`` when it said that
    it was done."""

    at: datetime
    by: str
    by_name: str
    reason: str = ""
    heard_at: datetime | None = None
    done_at: datetime | None = None


class Phone(msgspec.Struct, frozen=True):
    """``id`` is the random id that the app made; ``areas`` the chain that its account works in; ``skew_ms`` how far its
    clock is ahead of ours; ``quota`` and ``usage`` are the browser's, in bytes; ``persist`` whether it promised not to
    evict what is stored."""

    id: str
    account: str
    name: str
    areas: tuple[str, ...]
    made_at: datetime
    seen_at: datetime
    label: str = ""
    app: str = ""
    skew_ms: int = 0
    persist: bool = False
    quota: int = 0
    usage: int = 0
    wipe: Wipe | None = None


class Wiped(Gone):
    """Whatever a lost phone asks, it hears this."""

    code = "device.wipe"
    message = "这台设备已被停用，本机保存的内容要立即清除。"


class Restart(Conflict):
    """A change token that says nothing here: the phone begins a first sync."""

    code = "sync.restart"
    message = "网格有变动，需要重新同步一次。未送达的记录不受影响。"


def checked(device: str) -> str:
    """The device id that a request must carry. Raises Malformed."""
    if not DEVICE.fullmatch(device):
        raise Malformed("请求里没有设备编号，请更新应用后再试。", code="device.missing")
    return device


def skew(said: datetime | None, now: datetime) -> int:
    """Milliseconds by which a phone's clock is ahead; 0 where it says nothing."""
    return round((said - now).total_seconds() * 1000) if said is not None else 0
