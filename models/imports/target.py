"""What a column of a sheet can mean: a data element, or where a row belongs. Pure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import msgspec

from models.elements.answering import UNASKED
from models.elements.registry import Elements
from models.roles.lines import MODULES

DATA = Path(__file__).parent / "data"
HOUSEHOLD, VILLAGE, GROUP, GRID = "@household", "@village", "@group", "@grid"
PLACES = {HOUSEHOLD: "户编号（认出同一户）", VILLAGE: "村（居）", GROUP: "村民小组", GRID: "网格"}

FROM_PLACE = {
    "house.household_code": HOUSEHOLD, "person.household_code": HOUSEHOLD, "house.village_code": VILLAGE,
    "house.group_no": GROUP, "house.grid_id": GRID, "house.division_code": "", "house.town_code": "",
}  # fmt: skip
"""Elements that say where a house stands: they follow from its place, and are not taken as values."""

_NOISE = re.compile(r"[\s*＊:：,，.。、/·_\-—\"“”']+")
_BRACKETS = re.compile(r"[（(【\[]([^）)】\]]*)[）)】\]]")


class Target(msgspec.Struct, frozen=True):
    """``key`` is an element's, or one of PLACES; ``label`` what people read and pick by, no two alike."""

    key: str
    label: str


class Targets:
    """Everything that a column may be mapped to, and the heads by which that is guessed."""

    def __init__(self, elements: Elements, aliases: dict[str, str]) -> None:
        self.elements = elements
        taken = [Target(key, label) for key, label in PLACES.items()]
        for key, element in elements.by_key.items():
            if element.type not in UNASKED and key not in FROM_PLACE:
                taken.append(Target(key, f"{MODULES.get(element.module, '')}｜{element.label}"))
        self.all = tuple(taken)
        self.by_key = {target.key: target for target in taken}
        self._by_label = {target.label: target.key for target in taken}
        self._aliases: dict[str, str] = {}
        for target in taken:
            if target.key in elements.by_key:
                self._aliases.setdefault(plain(elements.by_key[target.key].label), target.key)
        for alias, key in aliases.items():
            if key in self.by_key:
                self._aliases[plain(alias)] = key

    def of_label(self, typed: str) -> str:
        """The key of what was picked; empty for nothing. KeyError for what there is not."""
        typed = typed.strip()
        if not typed:
            return ""
        return self._by_label[typed] if typed in self._by_label else self._aliases[plain(typed)]

    def of_head(self, head: str) -> str:
        """What a head most likely means; empty where that cannot be told."""
        return self._aliases.get(plain(head), "")


def load_targets(elements: Elements, folder: Path = DATA) -> Targets:
    """With the aliases of ``aliases.toml``; ValueError where that does not fit."""
    path = folder / "aliases.toml"
    try:
        return Targets(elements, msgspec.toml.decode(path.read_bytes(), type=dict[str, str]))
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def plain(head: str) -> str:
    """A head as it is compared: half width, without spaces, marks and what stands in brackets."""
    text = unicodedata.normalize("NFKC", head)
    return _NOISE.sub("", _BRACKETS.sub("", text)) or _NOISE.sub("", text)


def unit_in(head: str) -> str:
    """The last thing that stands in brackets in a head: 建筑面积（㎡） says ㎡."""
    found = _BRACKETS.findall(head)
    return unicodedata.normalize("NFKC", found[-1]).strip() if found else ""
