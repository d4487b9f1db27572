"""Cells of sheets that we write: whatever was typed in them, none is a formula."""

from __future__ import annotations

from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a sheet program may take for a formula at the start of a cell (OWASP, CSV Injection)."""


def safe(page: Any, value: Any) -> Any:
    """A cell in which nothing is a formula, whatever it begins with."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith(FORMULAS):
        return text
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    return cell


def bold(page: Any, text: str) -> Any:
    """A head."""
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    return cell
