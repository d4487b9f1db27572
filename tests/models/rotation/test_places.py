"""The table of sealed places against everything that a town at work has written."""

from __future__ import annotations

import pytest

from models.base.cipher import INDEX
from models.base.clock import now
from models.rotation.documents import DocumentRepository
from models.rotation.founding import Origin
from models.rotation.places import INDEXES, PLACES
from models.rotation.repository import JobRepository, KeyRepository
from models.rotation.rotation import Rotation
from models.rotation.service import Keys
from models.rotation.walk import sealed_anywhere, sealed_at
from tests.handlers.test_accounts import HER_ID, apply, do, opened
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
    assert seen >= {"people", "households", "cases", "drafts", "accounts", "sessions", "sms_outbox", "rights"}


@pytest.mark.gen_test(timeout=60)
async def test_a_town_goes_over_to_the_new_key_without_remainder(town, database, keys):
    await busy_day(town)
    await database.ensure((*KeyRepository.COLLECTIONS, *JobRepository.COLLECTIONS))
    key_ring = await Keys.open(database, now, Origin(keys), serving=False)
    outcome = await Rotation(database, key_ring, PLACES, now, lambda progress: None).run("gm")
    assert (outcome.key, outcome.troubles) == ("s2", ())
    async for _, document in everything(database):
        assert all(sealed.startswith("s2.") for _, sealed in sealed_anywhere(document))


@pytest.mark.gen_test(timeout=60)
async def test_people_and_accounts_are_found_by_indexes_of_the_new_key_alone(town, database, keys):
    account = await opened(town, HER_ID)
    await database.ensure((*KeyRepository.COLLECTIONS, *JobRepository.COLLECTIONS))
    key_ring = await Keys.open(database, now, Origin(keys), serving=False)
    await Rotation(database, key_ring, PLACES, now, lambda progress: None).run("aes")
    for place in INDEXES:
        found = [
            document.get(place.path)
            async for name, document in everything(database)
            if name == place.collection
        ]
        assert any(found), place
        assert {INDEX.fullmatch(each)[1] for each in found if each} == {"k2"}
    assert (await town.get("/my", await town.l2(town.chen))).status == 200
    again = await do(town, await apply(town, id_number=HER_ID), "approve")
    assert (again.status, again.body["error"]["code"], account["state"]) == (
        409,
        "account.id_taken",
        "active",
    )
