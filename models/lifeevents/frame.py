"""What plans are given and what they give. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from models.base.errors import Problem
from models.households.household import Household
from models.lifeevents.scene import Scene
from models.people.values import Source, Value

Said = Mapping[tuple[str, str], Mapping[str, Any]]
"""Values by noun and id of their owner, and by the key of the element."""


class Frame(msgspec.Struct, frozen=True):
    """What plans need besides the scene: the day, the words of relations, whom the order names (``who``, ``partner``:
    person ids, empty for nobody found), and the ids of what is new."""

    today: date
    on: date
    relations: Mapping[str, str]
    at: datetime
    by: str
    author: str
    source: Source
    who: str = ""
    partner: str = ""
    new_person: str = ""
    new_home: Household | None = None

    def value(self, v: Any) -> Value:
        """Something as the registry holds it from now on."""
        return Value(v, self.source, self.at, self.by)


class Drawn(msgspec.Struct, frozen=True):
    """A scene as it would stand, ``said`` values by (noun, id), and what hinders it."""

    scene: Scene
    said: Said = {}
    problems: tuple[Problem, ...] = ()


def refused(scene: Scene, field: str, code: str, message: str) -> Drawn:
    return Drawn(scene, problems=(Problem(field, code, message),))


def future() -> Problem:
    return Problem("on", "date.future", "日期不能晚于今天，请核对。")
