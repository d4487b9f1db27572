"""What anybody may send how often: one question before each kind of request that costs something or can be guessed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import msgspec

from models.base.actor import Actor
from models.base.clock import Clock
from models.base.errors import TooMany
from models.limits.buckets import Buckets
from models.limits.limit import EDGE, GATHERED, SCANS, Limit
from models.limits.service import Limits
from models.limits.tally import Tally

WHAT_TO_DO = {
    "apply": "提交得太频繁了，您填写的内容都还在。请稍等一会儿再提交；急事请拨打12345或找网格员。",
    "draft": "保存得太频繁了，内容先存在这台设备里，稍后会再存。",
    "upload": "现在上传的人太多，请稍等一会儿再传；也可以先填别的，最后再传照片。",
    "look": "查询得太频繁了，请稍等一会儿再查；也可以扫回执上的二维码，或拨打12345。",
    "miss": "输错编号的次数太多了，请稍等一会儿，照着门牌或回执上的编号再输。",
    "report": "这里刚收到很多次报告，我们会去查看。请稍后再报，急事请拨打12345。",
    "complaint": "刚收到很多投诉，您填写的内容都还在。请过一会儿再提交；急事请拨打12345。",
    "rating": "今天从这台设备或这个窗口收到的评价太多了，请过一会儿再评。急事请拨打12345。",
    "remind": "刚订过很多次提醒，请过一会儿再订；扫回执上的码随时可以查。",
    "sync": "同步得太频繁了，记录都在手机里，稍后会自动再送。",
    "photo": "照片传得太频繁了，稍后会自动接着传。",
    "ticket": "现在提交的人太多，请过一会儿再提交，您填写的内容都还在；急事请拨打12345或找网格员。",
    "scan": "打开得太频繁了，请稍等几秒再扫。",
}
"""The sentence of each refusal; how long to wait is said beside it."""


class Asker(msgspec.Struct, frozen=True):
    """By what a request is counted; what is empty is not counted by. ``pair`` is address and code together, since
    the houses of a village share an address and a code alone can be blocked by anybody."""

    address: str = ""
    who: str = ""
    code: str = ""

    def by(self, name: str) -> str | None:
        """The key under which a limit that ends with ``name`` counts this asker; None where it does not."""
        if name == "global":
            return ""
        if name == "pair":
            return f"{self.address} {self.code}" if self.address and self.code else None
        return {"address": self.address, "who": self.who, "code": self.code}[name] or None


def asker(actor: Actor, address: str, code: str = "") -> Asker:
    """Whoever asks: by card or account where she has logged in, else by her device."""
    who = f"card:{actor.subject}" if actor.subject else f"device:{actor.device}" if actor.device else ""
    return Asker(network_of(address), who, code)


def network_of(address: str) -> str:
    """The address as limits count it: of IPv6 the network (/64), which is one household's or one phone's and has
    more addresses in it than there could be counters."""
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))


class Edge:
    """The limits of ``EDGE``. Each method raises TooMany with what to do; ``scale`` multiplies what is allowed."""

    def __init__(self, limits: Limits, tally: Tally, clock: Clock, scale: int = 1) -> None:
        self._limits = limits
        self._tally = tally
        self._scale = scale
        self._scans = Buckets(SCANS, clock, scale)
        self._rows = {
            action: tuple(limit for limit in EDGE if limit.kind.startswith(f"{action}."))
            for action in WHAT_TO_DO
        }

    async def admit(self, action: str, asked: Asker) -> None:
        """Count one request against every limit of ``action``."""
        if action in GATHERED:
            self.count(action, asked)
            return
        for limit, key, most in self._of(action, asked):
            try:
                await self._limits.hit(limit.kind, key, most=most, per_seconds=limit.per_seconds)
            except TooMany as many:
                raise TooMany(many.retry_after, WHAT_TO_DO[action]) from None

    def count(self, action: str, asked: Asker) -> None:
        """The same for an action that is counted in memory first."""
        refused = 0
        for limit, key, most in self._of(action, asked):
            try:
                self._tally.hit(limit.kind, key, most=most, per_seconds=limit.per_seconds)
            except TooMany as many:
                refused = max(refused, many.retry_after)
        if refused:
            raise TooMany(refused, WHAT_TO_DO[action])

    def check(self, action: str, asked: Asker) -> None:
        """Refuse whoever has used up ``action``; counts nothing."""
        for limit, key, most in self._of(action, asked):
            try:
                self._tally.check(limit.kind, key, most=most)
            except TooMany as many:
                raise TooMany(many.retry_after, WHAT_TO_DO[action]) from None

    def scan(self, address: str) -> None:
        """One scan of a good code."""
        try:
            self._scans.take(network_of(address))
        except TooMany as many:
            raise TooMany(many.retry_after, WHAT_TO_DO["scan"]) from None

    def _of(self, action: str, asked: Asker) -> Iterator[tuple[Limit, str, int]]:
        for limit in self._rows[action]:
            key = asked.by(limit.kind.partition(".")[2])
            if key is not None:
                yield limit, key, limit.most * self._scale
