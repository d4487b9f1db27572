"""Every route × verb × person: allowed, refused or asked to log in, as the declarations, the table of roles and whose a
thing is say together. ``make matrix`` prints what is asserted here."""

from __future__ import annotations

import pytest

from tests.matrix.answers import DECLARED, wanted
from tests.matrix.known import leaks
from tests.matrix.objects import ENTRIES, Entry
from tests.matrix.people import PEOPLE, Person
from tests.matrix.rules import Answer
from tests.matrix.world import World
from tests.town import Reply

ORDER = sorted(ENTRIES, key=lambda entry: entry.ends)


def test_every_route_and_verb_says_what_it_is_about():
    missing = sorted(set(DECLARED) - {entry.route for entry in ENTRIES})
    assert not missing, (
        f"{', '.join(missing)}: no entry in tests/matrix/objects.py. "
        "Add there which thing fills the address and who may have it."
    )


def test_no_entry_outlives_its_route():
    assert {entry.route for entry in ENTRIES} <= set(DECLARED)


@pytest.mark.gen_test(timeout=30)
@pytest.mark.parametrize("entry", ORDER, ids=lambda entry: entry.name)
async def test_everybody_gets_what_the_table_says(world, entry):
    right = wanted(entry)
    if entry.ends:
        await world.log_residents_in()
    refused = [person for person in PEOPLE if right[person.key] != "allowed"]
    before = await world.digest(entry.recorded)
    got = {person.key: await _told(world, entry, person) for person in refused}
    assert await world.digest(entry.recorded) == before, "a refusal has written"
    copied = await world.copy(entry.restores)
    for person in PEOPLE:
        if person not in refused:
            await world.forget_tries()
            got[person.key] = await _told(world, entry, person)
            await world.put_back(copied)
    assert _differing(got, right) == {}


async def _told(world: World, entry: Entry, person: Person) -> str:
    """The answer in a word; in it nothing of anybody that this person may not read."""
    reply = await world.ask(entry, person)
    assert leaks(person, reply.body) == [], person.key
    return _answer(reply)


def _differing(got: dict[str, str], right: dict[str, Answer]) -> dict[str, str]:
    """By whom: what was got in place of what is right."""
    return {key: f"{got[key]} for {right[key]}" for key in right if got[key] != right[key]}


def _answer(reply: Reply) -> str:
    """Let in is also who is told that what she sent is wrong, or that things have moved on; a proof that does not
    hold (``login.refused``) is no refusal of the person."""
    if reply.status == 401:
        told = reply.body["error"] if reply.body else {"required": ""}  # HEAD has no body
        return "login" if "required" in told else "allowed"
    if reply.status in (403, 404):
        return "refused"
    return "allowed" if reply.status < 429 else str(reply.status)
