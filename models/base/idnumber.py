"""Citizen identity numbers, GB 11643: 6 division + 8 birth date + 3 sequence + 1 check character.

The division is never looked up: codes of abolished counties live on in the cards of those born there.
"""

from __future__ import annotations

import re
import string
from datetime import date
from typing import Literal

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
LENGTH = 18
EARLIEST_YEAR = 1850
"""Nobody in today's registers was born before it; an earlier year is a slip of the finger."""

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
# Character by character, so that what is normal already stays as it is.
_PLAIN = str.maketrans(
    {chr(0xFF01 + offset): chr(0x21 + offset).upper() for offset in range(94)}
    | dict(zip(string.ascii_lowercase, string.ascii_uppercase, strict=True))
    | {"×": "X"}
)
_PADDING = re.compile(r"[\s\-\u200b\u2060\ufeff]+")


def normalise(text: str) -> str:
    """Upper case, half width, without spaces and hyphens; ``×``, typed for want of an X, becomes X."""
    return _PADDING.sub("", text.translate(_PLAIN))


def checksum(first17: str) -> str:
    """The check character of 17 digits. Raises ValueError on anything else."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError("id_number.form")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_CHARACTERS[total % 11]


def birth_date(id_number: str) -> date:
    """The day in digits 7 to 14. Raises ValueError("id_number.birth_date") if there is no such day."""
    try:
        return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    except ValueError as error:
        raise ValueError("id_number.birth_date") from error


def sex(id_number: str) -> Literal["1", "2"]:
    """GB/T 2261.1: "1" male (the 17th digit is odd), "2" female."""
    return "1" if int(id_number[16]) % 2 else "2"


def check(text: str, today: date) -> None:
    """Refuse what is not a normalised number of somebody born by ``today``.

    Raises ValueError whose only argument is a code: ``id_number.length``, ``id_number.form``,
    ``id_number.birth_date`` or ``id_number.checksum``, in this order.
    """
    if len(text) != LENGTH:
        raise ValueError("id_number.length")
    if not _SHAPE.fullmatch(text):
        raise ValueError("id_number.form")
    born = birth_date(text)
    if born > today or born.year < EARLIEST_YEAR:
        raise ValueError("id_number.birth_date")
    if checksum(text[:17]) != text[17]:
        raise ValueError("id_number.checksum")
