"""Reads the data elements and code lists from ``data/``.

``house.toml`` and ``person.toml`` hold a table per module and in it a line per element; the file's name and
the line's key make the element's key (``person`` + ``phone``). ``codes.toml`` holds a table per code list, ``lists.toml``
what is said of some of them: versions, retired codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from models.elements import lists as code_lists
from models.elements.element import CHOICES, Element
from models.elements.lists import CodeList, Version
from models.forms.form import Field

DATA = Path(__file__).parent / "data"
SUBJECTS = ("house", "person")
T = TypeVar("T")


class Elements(msgspec.Struct, frozen=True):
    """Every element by key and every code list by name, both in the order of the registry. ``code_lists`` has what may
    be chosen now, ``retired`` what only old values still say; ``lists`` has both, and the versions."""

    by_key: dict[str, Element]
    lists: dict[str, CodeList]
    code_lists: dict[str, dict[str, str]]
    retired: dict[str, dict[str, str]]

    def get(self, key: str) -> Element | None:
        """The element called ``key``, or None where the registry has none."""
        return self.by_key.get(key)

    def keys(self) -> tuple[str, ...]:
        return tuple(self.by_key)

    def of_module(self, module: str) -> tuple[Element, ...]:
        """The elements of one module, in order."""
        return tuple(each for each in self.by_key.values() if each.module == module)

    def codes(self, name: str) -> Mapping[str, str]:
        """Code to word of everything that the list called ``name`` ever had; KeyError where there is no such list."""
        return self.lists[name].words

    def translated(self, code: str, given: str, wanted: str) -> str | None:
        """A code of one version of a list in another; None where it has no counterpart there."""
        return code_lists.translated(self.lists, code, given, wanted)


def load_elements(folder: Path = DATA) -> Elements:
    """Reads ``folder``; ValueError, naming the file, when anything in it does not fit."""
    lists = _lists(folder)
    elements: dict[str, Element] = {}
    for subject in SUBJECTS:
        path = folder / f"{subject}.toml"
        for module, lines in _decoded(path, dict[str, dict[str, dict]]).items():
            for name, line in lines.items():
                element = _element(path, subject, module, name, line)
                if element.key in elements:
                    raise ValueError(f"{path.name}: {element.key} is there twice")
                _check(path, element, lists)
                elements[element.key] = element
    current = {name: each.current for name, each in lists.items()}
    return Elements(elements, lists, current, {name: each.retired for name, each in lists.items()})


def _lists(folder: Path) -> dict[str, CodeList]:
    """Every code list; what is said of one has to be said of a list and of codes that exist."""
    words = _decoded(folder / "codes.toml", dict[str, dict[str, str]])
    told = _decoded(folder / "lists.toml", dict[str, Version])
    for name, version in told.items():
        ours, theirs = set(words.get(name, ())), set(words.get(version.replaces, ()))
        named = (version.retired, ours), (version.back, ours), (version.from_, theirs)
        if name not in words or any(not set(codes) <= known for codes, known in named):
            raise ValueError(f"lists.toml: {name}: names a list or a code that codes.toml does not have")
        if not set(version.from_.values()) <= ours or not set(version.back.values()) <= theirs:
            raise ValueError(f"lists.toml: {name}: is mapped to a code that there is not")
    return {name: CodeList(name, codes, told.get(name, Version())) for name, codes in words.items()}


def _decoded(path: Path, shape: type[T]) -> T:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _element(path: Path, subject: str, module: str, name: str, line: dict) -> Element:
    try:
        return msgspec.convert({**line, "key": f"{subject}.{name}", "module": module}, Element)
    except msgspec.ValidationError as error:
        raise ValueError(f"{path.name}: {subject}.{name}: {error}") from error


def _check(path: Path, element: Element, lists: Mapping[str, CodeList]) -> None:
    """A choice names a list that exists, and nothing else names one; a table has columns; level 3 needs a ground."""
    parts: list[Element | Field] = [element, *element.columns]
    for each in parts:
        if (each.type in CHOICES) != bool(each.codes):
            raise ValueError(f"{path.name}: {element.key}: choices have codes and only choices do")
        if each.codes and each.codes not in lists:
            raise ValueError(f"{path.name}: {element.key}: no code list {each.codes}")
    if (element.type == "table") != bool(element.columns):
        raise ValueError(f"{path.name}: {element.key}: a table has columns and only a table does")
    if element.strict != (element.collect == "ground"):
        raise ValueError(f"{path.name}: {element.key}: level 3 and only level 3 waits for its ground")
