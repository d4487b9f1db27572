"""The basic items of a resident (自治家园十八项): a view over the elements of the registry, no data of its own. Pure but for
reading ``data/home.toml``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from models.elements.answering import UNASKED
from models.elements.element import Element
from models.elements.registry import Elements
from models.record.sheets import Line

DATA = Path(__file__).parent / "data" / "home.toml"


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it is written."""

    title: str
    elements: tuple[str, ...]


class Basics(msgspec.Struct, frozen=True):
    """Which elements, in order."""

    title: str
    elements: tuple[Element, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(each.key for each in self.elements)


class HomeData(msgspec.Struct, frozen=True):
    """What is held of each, in order; ``missing`` the keys of those of which nothing is."""

    title: str
    lines: tuple[Line, ...]
    missing: tuple[str, ...]


NONE = Basics("")


def load_basics(elements: Elements, path: Path = DATA) -> Basics:
    """Raises ValueError, naming the file, for what the registry does not have or a resident could not answer."""
    try:
        written = msgspec.toml.decode(path.read_bytes(), type=Written)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    found = []
    for key in written.elements:
        element = elements.get(key)
        if element is None or not key.startswith("person."):
            raise ValueError(f"{path.name}: {key} is no element of a person")
        if element.strict or element.readonly or element.type in UNASKED:
            raise ValueError(f"{path.name}: {key} is not for a resident to answer")
        found.append(element)
    if len(set(written.elements)) != len(found):
        raise ValueError(f"{path.name}: an element is there twice")
    return Basics(written.title, tuple(found))


def home_data(basics: Basics, lines: dict[str, Line]) -> HomeData:
    """The view; ``lines`` by element key."""
    found = tuple(lines[each.key] for each in basics.elements)
    return HomeData(basics.title, found, tuple(line.key for line in found if not line.source))
