"""What somebody asks to have exported, and which elements that is. Pure."""

from __future__ import annotations

import msgspec

from models.base.actor import Actor
from models.elements.answering import UNASKED
from models.elements.element import Element
from models.elements.registry import Elements
from models.roles.lines import MODULES
from models.roles.rules import may_see

PLAIN, SENSITIVE = 1, 2
"""The highest level of elements: without anybody's approval, and with it. What is level 3 never leaves by this door."""

SHORTEST, LONGEST = 4, 200
MOST_MODULES = len(MODULES)


class Wish(msgspec.Struct, frozen=True):
    """An area, modules of the registry, whether what is sensitive in them is wanted whole, and what for."""

    area: str = ""
    modules: tuple[str, ...] = ()
    sensitive: bool = False
    purpose: str = ""

    @property
    def level(self) -> int:
        return SENSITIVE if self.sensitive else PLAIN


def modules_of(actor: Actor, areas: tuple[str, ...], level: int) -> tuple[str, ...]:
    """The modules in which this actor may see elements of ``level``."""
    return tuple(module for module in MODULES if may_see(actor, module, level, areas))


def exported(
    elements: Elements, actor: Actor, areas: tuple[str, ...], wish: Wish
) -> dict[str, tuple[Element, ...]]:
    """The elements of houses and of people that go into the sheets, in the order of the registry."""
    found: dict[str, list[Element]] = {"house": [], "person": []}
    for key, element in elements.by_key.items():
        wanted = element.module in wish.modules and element.sensitivity <= wish.level
        if (
            wanted
            and element.type not in UNASKED
            and may_see(actor, element.module, element.sensitivity, areas)
        ):
            found[key.partition(".")[0]].append(element)
    return {subject: tuple(named) for subject, named in found.items()}
