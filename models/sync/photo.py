"""A photo on its way from a phone: named by the SHA-256 of its bytes, coming in chunks. Pure."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from models.base.errors import Conflict, Invalid, Problem, TooLarge, TooMany

HASH = re.compile(r"[0-9a-f]{64}")
CHUNK = 256 * 1024
LARGEST = 12 * 1024 * 1024
"""Bytes of one request, and of a photo."""

A_DAY, BYTES_A_DAY, AT_ONCE = 200, 1024 * 1024 * 1024, 20
"""Photos and bytes that one worker may begin in a day, and how many may be unfinished at once."""

DAY_S = 86_400


class Photo(msgspec.Struct, frozen=True):
    """``have`` bytes of ``length`` are there; ``file`` is the kept picture once all of them were and it could be opened."""

    hash: str
    account: str
    areas: tuple[str, ...]
    length: int
    have: int
    began_at: datetime
    at: datetime
    file: str = ""
    size: int = 0

    @property
    def complete(self) -> bool:
        return bool(self.file)


class WrongOffset(Conflict):
    """The chunk is not the next one; ``have`` says which is."""

    code = "photo.offset"
    message = "照片的这一段和已收到的接不上，请从已收到的位置继续。"

    def __init__(self, have: int) -> None:
        super().__init__(None, have=have)
        self.have = have


class WrongHash(Invalid):
    """All bytes are there and are not what was announced; they are thrown away."""

    code = "photo.hash"

    def __init__(self) -> None:
        message = "照片在传送中损坏，请重新传这张。"
        super().__init__([Problem("photo", self.code, message)], message)


def check_chunk(photo: Photo | None, offset: int, length: int, size: int) -> None:
    """Raises WrongOffset, TooLarge, or Invalid where the announced length changes under way."""
    have = photo.have if photo else 0
    if length > LARGEST or size > CHUNK:
        raise TooLarge(f"照片不能超过 {LARGEST // 1024 // 1024} MB。")
    if length < 1 or (photo is not None and photo.length != length):
        raise WrongHash
    if offset != have:
        raise WrongOffset(have)
    if offset + size > length:
        raise WrongHash


def check_quota(begun: int, size: int, unfinished: int) -> None:
    """``begun`` photos of ``size`` bytes today, ``unfinished`` of them. Raises TooMany."""
    if unfinished >= AT_ONCE:
        raise TooMany(600, "没有传完的照片太多，请先传完前面的。")
    if begun >= A_DAY or size >= BYTES_A_DAY:
        raise TooMany(DAY_S // 4, "今天传的照片太多，剩下的明天会继续传。")
