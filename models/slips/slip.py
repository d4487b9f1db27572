"""PIN slips (密码单) as the desk works with them: which households have one out, and what is to be printed. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from models.base.errors import Conflict
from models.households.household import Household, NewPin

MOST = 60
"""Households in one print: as many letters as one person folds and seals in an hour."""

LONGEST_REASON = 200


class Line(msgspec.Struct, frozen=True):
    """One household at the desk; ``code`` is its plate, empty where none hangs; ``issued_at`` when the slip that is
    out was made, ``count`` how many there have been."""

    household: str
    address: str
    code: str
    issued_at: datetime | None = None
    count: int = 0

    @property
    def out(self) -> bool:
        return self.issued_at is not None


class Board(msgspec.Struct, frozen=True):
    """An area: how many households there are, how many ``without`` a slip, and a page of them in the order of their
    codes. ``next`` goes into ``after``; ``most`` is how many one print takes."""

    area: str
    total: int
    without: int
    lines: tuple[Line, ...]
    next: str = ""
    most: int = MOST


class Order(msgspec.Struct, frozen=True):
    """What to print: those of ``area`` that are ``without`` a slip, the first ``MOST`` of them, or the ``chosen``
    plates ``doors``. ``replacing`` says how many slips that are out will stop working: it must be right, so that
    nobody ends one unawares; then ``reason`` is asked for too."""

    area: str = ""
    which: Literal["without", "chosen"] = "without"
    doors: tuple[str, ...] = ()
    replacing: int = 0
    reason: str = ""


class Letter(msgspec.Struct, frozen=True):
    """One to print: the household as it was, and the PIN that is to be its own."""

    line: Line
    home: Household
    new: NewPin


class Batch(msgspec.Struct, frozen=True):
    """Letters whose PINs are good for nothing yet (``Slips.keep``)."""

    letters: tuple[Letter, ...]
    reason: str = ""


class SlipsOut(Conflict):
    """Some of them have a slip already, which the new one would end: to be confirmed. ``lines`` are those."""

    code = "pins.confirm"

    def __init__(self, lines: tuple[Line, ...]) -> None:
        super().__init__(
            f"其中 {len(lines)} 户已经有密码单。换发以后旧口令马上作废，请确认并写明原因。",
            replacing=len(lines),
        )
        self.lines = lines
