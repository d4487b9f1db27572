"""What a code or number in a complaint stands for: where it lies, and who has worked on it."""

from __future__ import annotations

import msgspec

from models.base.errors import Invalid, NotFound, Problem
from models.cases.receipts import Receipts
from models.codes.service import Codes
from qr import grammar

CASE_DIGITS = range(18, 25)


class Place(msgspec.Struct, frozen=True):
    """``areas`` empty where the text did not say; ``handlers`` the accounts of those who worked on the case."""

    areas: tuple[str, ...] = ()
    case_no: str = ""
    code: str = ""
    handlers: tuple[str, ...] = ()


class Places:
    """Reads what people copy from plates and receipts."""

    def __init__(self, codes: Codes, receipts: Receipts) -> None:
        self._codes = codes
        self._receipts = receipts

    async def of(self, text: str) -> Place:
        """Raises Invalid for a code that is none. Numbers of cases run on, so whether there is one is not told."""
        plain = "".join(text.split())[:100]
        if not plain:
            return Place()
        if plain.isascii() and plain.isdecimal() and len(plain) in CASE_DIGITS:
            return await self._case(plain) or Place(case_no=plain)
        try:
            code = grammar.read(plain)
            if code[0] == "R":
                return await self._case(code) or _unknown()
            row = await self._codes.get(code)
        except grammar.BadCode as bad:
            raise Invalid([Problem("code", f"code.{bad.reason}", bad.message)]) from None
        except NotFound:
            return _unknown()
        return Place(row.areas, code=code)

    async def _case(self, text: str) -> Place | None:
        found = await self._receipts.handled(text)
        return None if found is None else Place(found.areas, found.case_no, handlers=found.handlers)


def _unknown() -> Place:
    raise Invalid([Problem("code", "code.unknown", "没有查到这个编号。不清楚的话可以不填。")])
