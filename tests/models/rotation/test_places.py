"""The table of sealed places against everything that a town at work has written."""

from __future__ import annotations

import pytest

from models.base.clock import now
from models.rotation.documents import DocumentRepository
from models.rotation.founding import Origin
from models.rotation.places import PLACES
from models.rotation.repository import JobRepository, KeyRepository
from models.rotation.rotation import Rotation
from models.rotation.service import Keys
from models.rotation.walk import sealed_anywhere, sealed_at
from tests.models.rotation.work import busy_day


async def everything(database):
    for name in await DocumentRepository(database).collections():
        for document in await database.collection(name).find({}).to_list(None):
            yield name, document


@pytest.mark.gen_test(timeout=60)
async def test_every_sealed_value_of_a_town_stands_at_a_declared_place(town, database):
    await busy_day(town)
    seen = set()
    async for name, document in everything(database):
        places = [place for place in PLACES if place.collection == name]
        declared = {found.path for found in sealed_at(document, places)}
        assert {path for path, _ in sealed_anywhere(document)} == declared, (name, document["_id"])
        seen |= {name} if declared else set()
    assert seen >= {"people", "households", "cases", "drafts", "accounts", "sessions", "sms_outbox"}


@pytest.mark.gen_test(timeout=60)
async def test_a_town_goes_over_to_the_new_key_without_remainder(town, database, keys):
    await busy_day(town)
    await database.ensure((*KeyRepository.COLLECTIONS, *JobRepository.COLLECTIONS))
    key_ring = await Keys.open(database, now, Origin(keys), serving=False)
    outcome = await Rotation(database, key_ring, PLACES, now, lambda progress: None).run("gm")
    assert (outcome.key, outcome.troubles) == ("s2", ())
    async for _, document in everything(database):
        assert all(sealed.startswith("s2.") for _, sealed in sealed_anywhere(document))
