"""The desk of the registry: searching it, keeping households and people, and looking them over."""

from __future__ import annotations

import msgspec

from models.lifeevents.service import LifeEvents
from models.registry.judging import Judging
from models.registry.past import Past
from models.registry.quality import RegistryQuality
from models.registry.reach import Reach
from models.registry.repository import FindingRepository, MarkRepository
from models.registry.search import Search
from models.registry.service import RegistryDesk
from server.parts.ground import Ground
from server.parts.registry import RegistryParts


class RegistryDeskParts(msgspec.Struct, frozen=True):
    """The services of the desk."""

    desk: RegistryDesk
    search: Search
    quality: RegistryQuality
    judging: Judging


def build_registry_desk(ground: Ground, registry: RegistryParts, life: LifeEvents) -> RegistryDeskParts:
    """On the registry, and what happens to households and people."""
    people, households, areas = registry.people, registry.households, registry.areas
    reach = Reach(people, households, registry.collecting, ground.elements, areas, ground.clock)
    past = Past(people, registry.history, life, ground.clock)
    marks, kept = MarkRepository(ground.database), FindingRepository(ground.database, ground.cipher)
    return RegistryDeskParts(
        desk=RegistryDesk(
            people, households, registry.history, reach, past, ground.elements, registry.accounts, ground.limits,
            ground.clock,
        ),
        search=Search(people, households, areas, registry.vault, ground.limits),
        quality=RegistryQuality(marks, kept, areas, ground.elements, ground.clock),
        judging=Judging(people, households, marks, kept, ground.elements, ground.clock),
    )  # fmt: skip
