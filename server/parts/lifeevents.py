"""Life events: what happens to people and households, and what ends afterwards."""

from __future__ import annotations

import msgspec

from models.lifeevents.following import Follower
from models.lifeevents.gathering import Gathering
from models.lifeevents.repository import LifeEventRepository
from models.lifeevents.service import LifeEvents
from models.lifeevents.undoing import Undoing
from server.parts.ground import Ground
from server.parts.identity import IdentityParts
from server.parts.registry import RegistryParts
from server.parts.work import WorkParts


class LifeEventParts(msgspec.Struct, frozen=True):
    """What handlers and jobs get of it."""

    events: LifeEvents
    undoing: Undoing
    follower: Follower


def build_lifeevents(
    ground: Ground, registry: RegistryParts, identity: IdentityParts, work: WorkParts
) -> LifeEventParts:
    """Above the registry, and above what ends with a life."""
    repository = LifeEventRepository(ground.database, ground.cipher)
    people, households = registry.people, registry.households
    follower = Follower(
        repository, people, identity.sessions, work.receipts.of_subject, identity.mandates.end_of,
        work.reminders.end_of, ground.clock,
    )  # fmt: skip
    gathering = Gathering(
        people, households, registry.areas, ground.elements, ground.limits, registry.vault.sought
    )
    events = LifeEvents(
        repository, gathering, people, households, ground.elements, follower, ground.cipher, ground.clock
    )
    undoing = Undoing(repository, events, people, households, registry.history, registry.codes, ground.clock)
    return LifeEventParts(events, undoing, follower)
