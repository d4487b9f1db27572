"""The desk of the registry: searching it, keeping households and people, and looking them over."""

from __future__ import annotations

import msgspec

from models.registry.search import Search
from models.registry.service import RegistryDesk
from server.parts.ground import Ground
from server.parts.registry import RegistryParts


class RegistryDeskParts(msgspec.Struct, frozen=True):
    """The services of the desk."""

    desk: RegistryDesk
    search: Search


def build_registry_desk(ground: Ground, registry: RegistryParts) -> RegistryDeskParts:
    """On the registry alone."""
    people, households, areas = registry.people, registry.households, registry.areas
    return RegistryDeskParts(
        desk=RegistryDesk(
            people, households, registry.history, ground.elements, areas, registry.accounts, ground.limits,
            ground.clock,
        ),
        search=Search(people, households, areas, registry.vault, ground.limits),
    )  # fmt: skip
