"""How a file is to be read: which column of which sheet means what. Pure."""

from __future__ import annotations

import hashlib

import msgspec

MOST_COLUMNS = 200


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """One column, counted from 0. ``target`` is empty where it is not taken; ``unit`` is what its numbers are in,
    ``edition`` which edition of a standard its codes are of."""

    at: int
    head: str
    target: str = ""
    unit: str = ""
    edition: str = ""


class SheetPlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """One sheet, its first row of data counted from 0."""

    title: str
    first: int
    columns: tuple[Column, ...]

    @property
    def taken(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.target)


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """The sheets of a file, those without a column that is taken among them."""

    sheets: tuple[SheetPlan, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """Everything that is taken, each once."""
        return tuple(dict.fromkeys(column.target for sheet in self.sheets for column in sheet.taken))

    @property
    def template(self) -> str:
        """The same for files with the same heads in the same order, whatever is in them and however they are mapped."""
        heads = [[column.head for column in sheet.columns] for sheet in self.sheets]
        return hashlib.sha256(msgspec.json.encode(heads)).hexdigest()[:32]


class Peek(msgspec.Struct, frozen=True):
    """What a first look at a file shows: a suggested plan, how many rows there are, and of each column of each sheet
    the first few things that stand in it."""

    plan: Plan
    rows: int
    samples: tuple[tuple[tuple[str, ...], ...], ...]
