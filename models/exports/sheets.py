"""The file of an export. Runs in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import msgspec
from openpyxl import Workbook

from models.base.sheet import bold, safe

HOUSES, PEOPLE = "户", "人"
WIDTH = 16
LONGEST_ON_PAPER = 200

Table = list[list[Any]]


class Part(msgspec.Struct, frozen=True):
    """The rows of some households."""

    houses: Table
    people: Table


_PART = msgspec.msgpack.Decoder(Part)


def write_export(parts: Sequence[bytes], heads: dict[str, list[str]], mark: str) -> bytes:
    """A sheet of houses and one of people, as far as they have heads; ``mark`` stands over each of them, and on every
    page that is printed of it."""
    book = Workbook(write_only=True)
    pages = {title: _page(book, title, names, mark) for title, names in heads.items() if names}
    for body in parts:
        part = _PART.decode(body)
        for title, rows in ((HOUSES, part.houses), (PEOPLE, part.people)):
            for row in rows if title in pages else ():
                pages[title].append([safe(pages[title], each) for each in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _page(book: Workbook, title: str, names: list[str], mark: str) -> Any:
    page = book.create_sheet(title)
    page.freeze_panes = "C3"
    for letter in "ABCD":
        page.column_dimensions[letter].width = WIDTH
    printed = mark.replace("&", "&&")[:LONGEST_ON_PAPER]
    page.oddHeader.center.text = printed
    page.oddFooter.center.text = printed
    page.append([bold(page, mark)])
    page.append([bold(page, name) for name in names])
    return page
