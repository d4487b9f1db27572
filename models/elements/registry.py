"""Reads the data elements and code lists from ``data/``.

``house.toml`` and ``person.toml`` hold a table per module and in it a line per element; the file's name and
the line's key make the element's key (``person`` + ``phone``). ``codes.toml`` holds a table per code list.
Codes are stored, never their words, so a list only ever grows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from models.elements.element import Element

DATA = Path(__file__).parent / "data"
SUBJECTS = ("house", "person")
CHOICES = ("single", "multiple")
T = TypeVar("T")


class Elements(msgspec.Struct, frozen=True):
    """Every element by key and every code list by name, both in the order of the registry."""

    by_key: dict[str, Element]
    code_lists: dict[str, dict[str, str]]

    def get(self, key: str) -> Element | None:
        """The element called ``key``, or None where the registry has none."""
        return self.by_key.get(key)

    def keys(self) -> tuple[str, ...]:
        return tuple(self.by_key)

    def codes(self, name: str) -> dict[str, str]:
        """Code to word of the list called ``name``; KeyError where there is no such list."""
        return self.code_lists[name]


def load_elements(folder: Path = DATA) -> Elements:
    """Reads ``folder``; ValueError, naming the file, when anything in it does not fit."""
    lists = _decoded(folder / "codes.toml", dict[str, dict[str, str]])
    elements: dict[str, Element] = {}
    for subject in SUBJECTS:
        path = folder / f"{subject}.toml"
        for module, lines in _decoded(path, dict[str, dict[str, dict]]).items():
            for name, line in lines.items():
                element = _element(path, subject, module, name, line)
                if element.key in elements:
                    raise ValueError(f"{path.name}: {element.key} is there twice")
                _check_codes(path, element, lists)
                elements[element.key] = element
    return Elements(elements, lists)


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


def _check_codes(path: Path, element: Element, lists: dict[str, dict[str, str]]) -> None:
    """A choice names a list that exists; nothing else names one."""
    if (element.type in CHOICES) != bool(element.codes):
        raise ValueError(f"{path.name}: {element.key}: choices have codes and only choices do")
    if element.codes and element.codes not in lists:
        raise ValueError(f"{path.name}: {element.key}: no code list {element.codes}")
