"""Change tokens and cursors: where a phone stands, as it carries it about. Pure."""

from __future__ import annotations

import re

import msgspec

from models.base.errors import Malformed
from models.database import Moment

OVERLAP = 90
"""Seconds before a token that are sent once more: a transaction lives sixty at most, and what it wrote bears the time at
which it was written, not the later one at which others could see it."""

_TOKEN = re.compile(r"(\d{1,10})\.(\d{1,10})@([0-9G]{6,15})")


class Token(msgspec.Struct, frozen=True):
    """A cluster time in a grid."""

    moment: Moment
    area: str

    def __str__(self) -> str:
        return f"{self.moment[0]}.{self.moment[1]}@{self.area}"

    @property
    def asks(self) -> Moment:
        """From when on changes are looked for."""
        return max(0, self.moment[0] - OVERLAP), 0


class Cursor(msgspec.Struct, frozen=True):
    """Between two pages: the token that the last page will give, and the last household of the page before."""

    token: Token
    last: str

    def __str__(self) -> str:
        return f"{self.token}~{self.last}"


def token_of(text: str) -> Token:
    """Raises Malformed for what no server ever gave."""
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise Malformed("同步位置不对，请重新同步。", code="sync.token")
    return Token((int(found[1]), int(found[2])), found[3])


def cursor_of(text: str) -> Cursor:
    """Raises Malformed for what no server ever gave."""
    token, _, last = text.partition("~")
    if not re.fullmatch(r"[0-9]{18}", last):
        raise Malformed("同步位置不对，请重新同步。", code="sync.token")
    return Cursor(token_of(token), last)
