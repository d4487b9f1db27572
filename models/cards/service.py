"""Reading an ID card from a photograph. The picture is never stored: it is gone when the values are there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from concurrent.futures import Executor
from importlib import import_module

from models.base.clock import Clock, local_day
from models.base.errors import Invalid, Problem, TooMany
from models.cards.both import joined
from models.cards.card import NoPicture, Reading, Unreadable, parse
from models.cards.line import Line

READER = "models.cards.reader"
WAITING_MOST = 8
SENTENCES = {
    "card.picture": "这个文件不是能打开的照片，请用手机拍照后再试，或直接填写。",
    "card.none": "照片里没有找到身份证。请在亮处把身份证放平、占满画面再拍一次，或直接填写。",
    "card.part": "身份证没有拍全。请把四个角都拍进画面，手指不要挡住文字，或直接填写。",
    "card.number": "身份证号看不清。请避开反光和阴影，对焦后再拍一次，或直接填写。",
    "card.period": "有效期限看不清。请避开反光和阴影，手指不要挡住最下面一行，再拍一次；也可以不拍这一面。",
    "card.same": "两张照片是身份证的同一面。请一张拍有照片的一面，一张拍有国徽的一面。",
}


class Cards:
    """Reads cards in worker processes, a few at a time."""

    def __init__(self, workers: Executor, nations: Collection[str], clock: Clock) -> None:
        self._workers = workers
        self._nations = tuple(nations)
        self._clock = clock
        self._waiting = 0

    @property
    def in_flight(self) -> int:
        """How many pictures are being read, or wait for it."""
        return self._waiting

    async def read_both(self, one: bytes, other: bytes) -> Reading:
        """What stands on the two sides of a card, whichever is which. Raises as ``read``; the second picture is the field
        "back"."""
        sides = await asyncio.gather(self.read(one), self.read(other, "back"), return_exceptions=True)
        for side in sides:
            if isinstance(side, BaseException):
                raise side
        found = joined(*sides)  # type: ignore[arg-type]
        if found is None:
            raise _refusal("card.same", "back")
        return found

    async def read(self, picture: bytes, field: str = "photo") -> Reading:
        """What stands on the side of a card in ``picture``, front or back. Raises Invalid with a sentence for ``field``
        that says what to do, TooMany."""
        if self._waiting >= WAITING_MOST:
            raise TooMany(10, "现在识别的人太多，请稍等几秒再拍，或直接填写。")
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._workers, lines, picture)
            return parse(found, self._nations, local_day(self._clock()))
        except NoPicture:
            raise _refusal("card.picture", field) from None
        except Unreadable as unreadable:
            raise _refusal(unreadable.code, field) from None
        finally:
            self._waiting -= 1


def lines(picture: bytes) -> list[Line]:
    """In a worker, and only there, the recogniser is loaded: it takes 45 MB, which no server process has to hold.
    Raises NoPicture."""
    found: list[Line] = import_module(READER).lines(picture)
    return found


def _refusal(code: str, field: str) -> Invalid:
    return Invalid([Problem(field, code, SENTENCES[code])], SENTENCES[code])
