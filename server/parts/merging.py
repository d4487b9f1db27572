"""Merging: finding what is on record twice, making one of it, undoing that."""

from __future__ import annotations

import msgspec

from models.base.clock import local_day
from models.forms.context import Context
from models.merging.likely import Duplicates
from models.merging.repository import MergeRepository
from models.merging.service import Merging
from models.merging.undoing import Unmerging
from server.parts.ground import Ground
from server.parts.identity import IdentityParts
from server.parts.registry import RegistryParts


class MergingParts(msgspec.Struct, frozen=True):
    """What handlers get of it."""

    merging: Merging
    unmerging: Unmerging
    duplicates: Duplicates


def build_merging(ground: Ground, registry: RegistryParts, identity: IdentityParts) -> MergingParts:
    """Above everything that names people and households."""
    repository = MergeRepository(ground.database, ground.cipher)
    people, households, elements = registry.people, registry.households, ground.elements

    def context() -> Context:
        return Context(local_day(ground.clock()), elements.code_lists, registry.areas.names())

    merging = Merging(
        repository, people, households, elements, registry.collecting, context, identity.sessions.subject,
        identity.sessions.end_all, ground.cipher, ground.clock,
    )  # fmt: skip
    unmerging = Unmerging(repository, merging, people, households, registry.history, elements, ground.clock)
    return MergingParts(merging, unmerging, Duplicates(people, households))
