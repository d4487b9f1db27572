"""The hall, and beside it the job that looks households over and the desk that reads what it finds."""

from __future__ import annotations

import pytest

from models.registry.judging import Judging
from models.registry.quality import RegistryQuality
from models.registry.repository import FindingRepository, MarkRepository


class Desk:
    """What these tests ask of the registry's desk. ``again`` is the job in a second process."""

    def __init__(self, hall) -> None:
        self.marks = MarkRepository(hall.database)
        self.kept = FindingRepository(hall.database, hall.cipher)
        self.quality = RegistryQuality(self.marks, self.kept, hall.areas, hall.elements, hall.clock)
        self.judging, self.again = (
            Judging(hall.people, hall.households, self.marks, self.kept, hall.elements, hall.clock)
            for _ in range(2)
        )


@pytest.fixture
def desk(io_loop, hall) -> Desk:
    async def opened() -> Desk:
        await hall.database.ensure((*MarkRepository.COLLECTIONS, *FindingRepository.COLLECTIONS))
        found = Desk(hall)
        await found.judging.run_once()
        return found

    return io_loop.run_sync(opened)
