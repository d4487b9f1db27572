"""What an order makes of the households and people that it touches. Pure; what it wants to know is fetched before.

Nothing is raised: what is wrong is said in ``problems``, all of it at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from models.base.errors import Problem
from models.lifeevents import arriving, families
from models.lifeevents.frame import Drawn, Frame
from models.lifeevents.order import (
    AnyOrder,
    Birth,
    Death,
    HeadChange,
    HouseholdAdd,
    Left,
    Marriage,
    Move,
    PersonAdd,
    Split,
)
from models.lifeevents.scene import Scene, problems

MOST_MEMBERS = 99

_PLANS: Mapping[Any, Any] = {
    HouseholdAdd: arriving.household_add,
    PersonAdd: arriving.person_add,
    Birth: arriving.birth,
    Death: arriving.death,
    Move: arriving.move,
    Left: arriving.left,
    Marriage: families.marriage,
    Split: families.split,
    HeadChange: families.head_change,
}


def draw(order: AnyOrder, scene: Scene, frame: Frame) -> Drawn:
    """The plan of the order. Households are checked as a whole at the end."""
    drawn = _PLANS[type(order)](order, scene, frame)
    found = [*drawn.problems, *drawn.scene.asked]
    if not found:
        for home in drawn.scene.homes:
            if drawn.scene.homes[home] != scene.homes.get(home):
                found += problems(drawn.scene, home, frame.relations)
                if len(drawn.scene.homes[home].members) > MOST_MEMBERS:
                    found.append(Problem("household", "household.members", "一户最多99人，请先分户。"))
    return msgspec.structs.replace(drawn, problems=tuple(found))
