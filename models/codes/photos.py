"""A plate read from an ordinary photograph, for phones that cannot read it themselves. The picture is stored nowhere."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor

from models.base.errors import Invalid, Problem, TooMany
from models.codes.sight import NoPicture, texts
from qr import grammar

WAITING_MOST = 8
SENTENCES = {
    "plate.picture": "这个文件不是能打开的照片，请用手机拍照后再试，或输入码下方的12位字符。",
    "plate.none": "照片里没有找到门牌上的码。请把码拍得大一些、正一些，避开反光再拍一次，或输入码下方的12位字符。",
    "plate.other": "照片里的码不是门牌上的码。请对准门牌再拍一次，或输入码下方的12位字符。",
}


class PlatePhotos:
    """Reads them in a worker process, a few at a time."""

    def __init__(self, workers: Executor) -> None:
        self._workers = workers
        self._waiting = 0

    async def code(self, picture: bytes) -> str:
        """The code of the plate on ``picture``. Raises Invalid with a sentence for ``photo``, TooMany."""
        if self._waiting >= WAITING_MOST:
            raise TooMany(10, "现在识别的人太多，请稍等几秒再拍，或输入码下方的12位字符。")
        self._waiting += 1
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._workers, texts, picture)
        except NoPicture:
            raise _refusal("plate.picture") from None
        finally:
            self._waiting -= 1
        doors = [code for text in found if (code := _door(text))]
        if not doors:
            raise _refusal("plate.other" if found else "plate.none")
        return doors[0]


def _door(text: str) -> str:
    """The code that a symbol's text means; empty where it is no plate of ours."""
    try:
        code = grammar.read(text)
    except grammar.BadCode:
        return ""
    return code if code[0] == "D" else ""


def _refusal(code: str) -> Invalid:
    return Invalid([Problem("photo", code, SENTENCES[code])], SENTENCES[code])
