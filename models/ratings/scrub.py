"""What somebody wrote about an office, as the office may read it: without what tells who wrote it. Pure.

Numbers, codes and dates go by their form; names and addresses because the case has them. A story that only one person
can tell stays one: that is why whoever rates is told that the office will read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from models.audit.entry import HIDDEN, hide

PIECE = 160  # hide() cuts beyond 200
SHORTEST, SHORTEST_ASCII = 2, 4

_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}[Xx]?")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}(?![0-9A-Za-z])")
_DAY = re.compile(
    r"(?:\d{2,4}[年./-])?\d{1,2}(?:月|[./-])\d{1,2}[日号]?|(?:上|这|本)?(?:周|星期|礼拜)[一二三四五六日天]"
)
_DOOR = re.compile(r"(?:[\d一二三四五六七八九十]+组)?\d+号(?!窗|楼|线|台)")
_CALLED = re.compile(r"((?:我|本人)(?:名)?叫|姓名[是为：:]?\s*)[\u4e00-\u9fff·]{2,4}")
_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)}


def scrub(text: str, private: Iterable[str] = ()) -> str:
    """``text`` without the ``private`` words, and without numbers, codes, house numbers and days."""
    text = text.translate(_FULL_WIDTH)
    for word in sorted({each.strip() for each in private}, key=len, reverse=True):
        if len(word) >= (SHORTEST_ASCII if word.isascii() else SHORTEST):
            text = text.replace(word, HIDDEN)
    for form in (_DAY, _CODE, _NUMBER, _DOOR):
        text = form.sub(HIDDEN, text)
    text = _CALLED.sub(rf"\1{HIDDEN}", text)
    return "".join(hide(text[at : at + PIECE]) for at in range(0, len(text), PIECE))


def strings(value: Any) -> Iterable[str]:
    """Every text in an answer, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from strings(each)
