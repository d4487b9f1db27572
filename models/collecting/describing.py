"""The dictionary as clients read it: the elements that somebody may see or take, with their rules and code lists. Pure;
all of it is plain JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from models.elements.element import Collect, Element
from models.elements.lists import CodeList
from models.elements.registry import Elements
from models.forms.form import Field, FieldType, Scalar
from models.roles.lines import MODULES


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column of a table."""

    key: str
    label: str
    type: FieldType
    required: bool = False
    codes: str = ""
    min: Scalar | None = None
    max: Scalar | None = None
    max_length: int | None = None


class Described(msgspec.Struct, frozen=True, omit_defaults=True):
    """One element. ``takes``: it may be collected by whoever asks; otherwise it may only be read. ``derived`` and
    ``counted`` as in ``models/elements/element.py``; bounds of days may say "today"."""

    key: str
    label: str
    type: FieldType
    module: str
    level: int
    collect: Collect
    takes: bool
    codes: str = ""
    derived: str = ""
    counted: str = ""
    min: Scalar | None = None
    max: Scalar | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    pattern_message: str = ""
    places: int = 2
    unit: str = ""
    max_rows: int = 50
    endless: bool = False
    columns: tuple[Column, ...] = ()


class DescribedCode(msgspec.Struct, frozen=True, omit_defaults=True):
    """``retired``: it is read, and not chosen any more."""

    code: str
    word: str
    retired: bool = False


class DescribedList(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    codes: tuple[DescribedCode, ...]
    title: str = ""
    version: str = ""


class Dictionary(msgspec.Struct, frozen=True):
    """``modules``: key to name, those with anything in them; ``lists``: every code list that an element or a column of
    these names."""

    modules: dict[str, str]
    elements: tuple[Described, ...]
    lists: tuple[DescribedList, ...]


def dictionary(elements: Elements, seen: Collection[str], taken: Collection[str]) -> Dictionary:
    """The elements of ``seen`` in the order of the registry; those of ``taken`` may be collected."""
    listed = [each for each in elements.by_key.values() if each.key in seen]
    modules = dict.fromkeys(each.module for each in listed)
    return Dictionary(
        {key: MODULES[key] for key in modules},
        tuple(_described(each, each.key in taken) for each in listed),
        tuple(_list(elements.lists[name]) for name in _lists(listed)),
    )


def _lists(listed: Iterable[Element]) -> Iterable[str]:
    named = [name for each in listed for name in (each.codes, *(column.codes for column in each.columns))]
    return dict.fromkeys(name for name in named if name)


def _described(element: Element, takes: bool) -> Described:
    return Described(
        element.key, element.label, element.type, element.module, element.sensitivity, element.collect, takes,
        element.codes, element.derived or "", element.counted or "", element.min, element.max, element.min_length,
        element.max_length, element.pattern, element.pattern_message, element.places, element.unit, element.max_rows,
        element.endless, tuple(map(_column, element.columns)),
    )  # fmt: skip


def _column(field: Field) -> Column:
    return Column(
        field.key,
        field.label,
        field.type,
        field.required,
        field.codes,
        field.min,
        field.max,
        field.max_length,
    )


def _list(codes: CodeList) -> DescribedList:
    retired = codes.told.retired
    listed = tuple(DescribedCode(code, word, code in retired) for code, word in codes.words.items())
    return DescribedList(codes.name, listed, codes.told.title, codes.told.version)
