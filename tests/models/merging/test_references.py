"""The table of references against everything that a town at work has written: nothing that names a person or a household
is forgotten when two records are made one."""

from __future__ import annotations

from typing import Any

import pytest

from models.drafts.draft import card_owners
from models.merging.references import MOVED, declared
from models.rotation.documents import DocumentRepository
from tests.handlers.life import happened
from tests.matrix.world import prepare
from tests.models.rotation.work import busy_day


def named(value: Any, names: set[str], path: str = ""):
    """The paths at which one of ``names`` stands, lists as ``[]``."""
    if isinstance(value, str):
        if value in names or any(f":{each}:" in f":{value}:" or f" {each}" in value for each in names):
            yield path
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from named(part, names, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for part in value:
            yield from named(part, names, f"{path}.[]")


async def everybody(town, database) -> set[str]:
    """What people and households are called: ids, codes, and the blind index of their numbers."""
    names = set()
    for row in await database.collection("people").find({}, {"_id": 1}).to_list(None):
        person = await town.built.registry.people.as_kept(row["_id"])
        names |= {person.id}
        if person.id_number:
            subject = town.home.sessions.subject(person.id_number)
            names |= {subject, *card_owners(subject)}
    return names | {
        row["_id"] for row in await database.collection("households").find({}, {"_id": 1}).to_list(None)
    }


@pytest.mark.gen_test(timeout=120)
async def test_every_place_that_names_a_person_or_a_household_is_declared(town, database):
    await busy_day(town)
    await happened(town)
    await prepare(town)
    names, forgotten = await everybody(town, database), set()
    for collection in await DocumentRepository(database).collections():
        for row in await database.collection(collection).find({}).to_list(None):
            forgotten |= {(collection, path) for path in named(row, names) if not declared(collection, path)}
    assert forgotten == set()


def test_each_reference_is_found_by_what_it_rewrites():
    assert all(each.find in {path for path, _ in each.sets} for each in MOVED)
