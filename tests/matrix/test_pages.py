"""Pages say what JSON says: the same people are let in, refused or sent to log in, and nothing more is told them."""

from __future__ import annotations

import pytest

from tests.matrix.answers import wanted
from tests.matrix.known import HERS, leaks
from tests.matrix.objects import ENTRIES
from tests.matrix.people import PEOPLE, RESIDENTS, Person
from tests.matrix.rules import Answer
from tests.town import Reply

PAGES = [entry for entry in ENTRIES if entry.verb == "GET" and not entry.head]
FORMS = [entry for entry in ENTRIES if entry.verb == "POST" and not entry.ends]
READERS = [person for person in PEOPLE if person.standing in ("", "here", "other line", "elsewhere")]
REFUSALS = (400, 401, 403, 404, 409, 422)
LOGINS = ("/login?", "/staff/login?")


@pytest.mark.gen_test(timeout=30)
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.name)
async def test_a_page_is_for_whom_its_json_is(world, entry):
    right = wanted(entry, page=True)
    got = {}
    for person in READERS:
        reply = await world.ask(entry, person, face="text/html")
        assert leaks(person, reply.body) == [], person.key
        got[person.key] = _answer(reply)
    differing = {key: f"{got[key]} for {right[key]}" for key in got if got[key] != right[key]}
    assert differing == {}


@pytest.mark.gen_test(timeout=30)
@pytest.mark.parametrize("entry", FORMS, ids=lambda entry: entry.name)
async def test_an_empty_form_is_answered_and_refused_to_whom_its_json_is(world, entry):
    right, copied = wanted(entry), await world.copy(entry.restores)
    for person in READERS:
        await world.forget_tries()
        reply = await world.ask(entry, person, face="text/html", form=b"")
        assert leaks(person, reply.body) == [], person.key
        assert _answer(reply) in ("allowed", "refused", "login"), person.key
        assert right[person.key] == "allowed" or reply.status in REFUSALS, person.key
        await world.put_back(copied)


def _answer(reply: Reply) -> Answer | str:
    if reply.status in (302, 303) and reply.headers["Location"].startswith(LOGINS):
        return "login"
    if reply.status in (403, 404):
        return "refused"
    return "allowed" if reply.status < 429 else str(reply.status)


def person(key: str) -> Person:
    return next(each for each in RESIDENTS if each.key == key)


def test_a_leak_is_noticed_and_what_is_ones_own_is_none():
    told = {"members": [{"phone": HERS.people[1].phone, "id_number": HERS.head.id_number}]}
    assert leaks(person("L2"), told) == leaks(person("agent"), str(told).encode()) == []
    assert leaks(person("L1"), told) == [HERS.people[1].phone]
    assert leaks(person("another"), told) == [HERS.people[1].phone, HERS.head.id_number]
    assert leaks(person("L2"), HERS.pin) == [HERS.pin]
