"""Nobody opens what is somebody else's by naming it, and nobody learns by guessing that it is there."""

from __future__ import annotations

import re

import pytest

from models.people.waiting import kind_of
from models.roles.rules import may_review
from qr import grammar
from tests.matrix.answers import DECLARED
from tests.matrix.objects import ACCOUNT, BY_AGENT, CASE, CASE_IN_REVIEW, ENTRIES, SEEN, Entry
from tests.matrix.people import HER_PLACE, PEOPLE, RESIDENTS, Person
from tests.matrix.rules import Rule, Thing, at_its_step, gate, whoever_holds, whose_it_is
from tests.matrix.world import World
from tests.town import Reply

NEXT = str.maketrans("0123456789abcdef", "1234567890bcdefa")

REFERENCES = frozenset({
    "new_case", "review_case", "decide_case", "new_number", "agent_number", "file", "account", "household", "mandate",
    "held", "child", "pairing", "look", "request", "wish", "batch", "report",
    "report_photo",
})  # fmt: skip
"""Words of the world that name what not everybody may know of. Doors, posters and items are public, and a receipt's
code is the key to the receipt."""


def named(entry: Entry) -> frozenset[str]:
    """The references in what an entry sends."""
    sent = {word for part in (entry.query, str(entry.sends)) for word in re.findall(r"\{(\w+)\}", part)}
    words = {entry.thing.fills.get(word, word) for word in sent}
    words |= {
        entry.thing.fills[word] for word in re.findall(r"\{(\w+)\}", entry.path) if word in entry.thing.fills
    }
    return frozenset(words) & REFERENCES


def neighbour(value: str) -> str:
    """The same with its last place counted on by one."""
    return value[:-1] + value[-1].translate(NEXT)


def strangers(entry: Entry) -> list[Person]:
    """Those who may call the verb and may not know of the thing."""
    access, thing = DECLARED[entry.route], entry.thing
    return [
        person
        for person in PEOPLE
        if gate(access, person) is None
        and entry.rule(person, thing) == "refused"
        and (thing.seen is None or not person.is_staff or thing.seen(person, thing) == "refused")
    ]


GUESSED = [entry for entry in ENTRIES if named(entry) and strangers(entry)]


def plain(reply: Reply) -> tuple[int, object, list[str]]:
    """An answer without what is random in every one."""
    return reply.status, reply.body, sorted(set(reply.headers) - {"Date", "Content-Length", "Etag"})


def test_every_kind_of_reference_is_guessed_at():
    assert frozenset().union(*map(named, GUESSED)) >= REFERENCES - {"held"}


@pytest.mark.gen_test(timeout=30)
@pytest.mark.parametrize("entry", GUESSED, ids=lambda entry: entry.name)
async def test_what_is_not_yours_is_refused_as_what_is_not_there(world, entry):
    guess = {word: neighbour(world.words[word]) for word in named(entry)}
    for person in strangers(entry):
        await world.forget_tries()
        there, not_there = await world.ask(entry, person), await world.ask(entry, person, guess)
        assert there.status in (403, 404), person.key
        assert plain(there) == plain(not_there), person.key


@pytest.mark.gen_test(timeout=30)
async def test_no_receipt_is_found_beside_another(world):
    """One wrong character is caught by the check character; the next code, written rightly, is as unknown as any."""
    code = world.words["new_receipt"]
    unknown = plain(await world.town.get(f"/q/{grammar.new('R')}"))
    for place in range(1, 11):
        for other in (neighbour_in(code, place, step) for step in (1, -1)):
            assert plain(await world.town.get(f"/q/{other}")) == unknown
            assert (await world.town.get(f"/q/{other[:-1]}{code[-1]}")).status == 404


def neighbour_in(code: str, place: int, step: int) -> str:
    """The well-formed code that differs by one step in one place."""
    letters = grammar.ALPHABET
    moved = letters[(letters.index(code[place]) + step) % len(letters)]
    body = code[:place] + moved + code[place + 1 : -1]
    return body + grammar.check_character(body)


LEAVE = Thing("leave that she gave 李明", owners=("L2", "another"))
LISTS: tuple[tuple[str, str, Rule, Thing], ...] = (
    ("/desk?view=mine", "new_number", at_its_step, CASE),
    ("/desk?view=mine", "review_number", at_its_step, CASE_IN_REVIEW),
    ("/desk?view=area", "new_number", SEEN, CASE),
    ("/desk?view=lately", "new_number", SEEN, CASE),
    ("/desk/accounts?page=1", "account", whoever_holds("accounts.see"), ACCOUNT),
    ("/my", "new_number", whose_it_is(), CASE),
    ("/my", "agent_number", whose_it_is(), BY_AGENT),
    ("/my/acting", "mandate", whose_it_is(), LEAVE),
)  # fmt: skip
"""Lists, what stands in them for some, and who these are."""


@pytest.mark.gen_test(timeout=30)
@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: f"{listed[0]} {listed[1]}")
async def test_a_list_names_what_one_may_open_and_nothing_else(world, listed):
    path, word, rule, thing = listed
    access = DECLARED[f"GET {path.partition('?')[0]}"]
    for person in PEOPLE:
        if gate(access, person) is None:
            told = await _pages(world, path, person)
            assert (world.words[word] in told) == (rule(person, thing) == "allowed"), person.key


async def _pages(world: World, path: str, person: Person) -> str:
    """All of a list; only that of accounts has more than one page here."""
    told = ""
    for page in ("page=1", "page=2", "page=3") if "page=1" in path else ("",):
        reply = await world.town.get(path.replace("page=1", page), world.tokens[person.key])
        assert reply.status == 200, person.key
        told += str(reply.body)
    return told


@pytest.mark.gen_test(timeout=30)
async def test_everybody_sees_her_own_sessions_and_whoever_typed_a_card_only_the_one(world):
    seen = {person.key: await _sessions(world, person) for person in PEOPLE if person.key not in SESSIONLESS}
    assert len(seen.pop("L1")) == 1
    every = [each for ids in seen.values() for each in ids]
    assert len(every) == len(set(every))


@pytest.mark.gen_test(timeout=30)
async def test_nobody_ends_another_ones_session(world):
    hers = (await _sessions(world, HERSELF))[0]
    for person in PEOPLE:
        if person is not HERSELF:
            sent = [{"id": each} for each in (hers, neighbour(hers))]
            told = [await world.town.post("/sessions", each, world.tokens[person.key]) for each in sent]
            assert plain(told[0]) == plain(told[1]), person.key
            assert told[0].status in (401, 403, 404), person.key
    assert hers in await _sessions(world, HERSELF)


SESSIONLESS = {"nobody", "agent"}  # who acts for somebody is shown no list
HERSELF = next(person for person in RESIDENTS if person.key == "L2")


async def _sessions(world: World, person: Person) -> list[str]:
    """Ids, the present one first."""
    reply = await world.town.get("/sessions", world.tokens[person.key])
    return [each["id"] for each in sorted(reply.body, key=lambda each: not each["current"])]


@pytest.mark.gen_test(timeout=30)
async def test_what_she_typed_is_hers_alone_and_nobody_writes_over_it(world):
    path, typed = f"/apply/{world.words['door']}/elder-card", "13912345678"
    await _draft(world, HERSELF, path, typed)
    for person in RESIDENTS:
        if person is not HERSELF:
            assert typed not in str((await world.town.get(path, world.tokens[person.key])).body), person.key
            await _draft(world, person, path, "13987654321")
            await world.town.call("DELETE", f"{path}/draft", {}, world.tokens[person.key])
    assert typed in str((await world.town.get(path, world.tokens["L2"])).body)


async def _draft(world: World, person: Person, path: str, phone: str) -> None:
    await world.town.call("PUT", f"{path}/draft", {"answers": {"phone": phone}}, world.tokens[person.key])


@pytest.mark.gen_test(timeout=30)
async def test_who_looked_is_told_to_whom_it_was_about_and_to_nobody_else(world):
    await world.ask(next(entry for entry in ENTRIES if entry.route == "GET /desk/cases/{case}"), CLERK)
    for person in RESIDENTS:
        told = str((await world.town.get("/my/looks", world.tokens[person.key])).body)
        assert (world.words["new_number"] in told) == (person is HERSELF), person.key


CLERK = next(person for person in PEOPLE if person.column.startswith("clerk") and person.standing == "here")


@pytest.mark.gen_test(timeout=30)
async def test_a_correction_is_settled_by_whoever_reviews_it_there_and_by_nobody_else(world):
    sent = {
        "picks": [f"person:{world.words['person']}:{world.words['wish']}"],
        "verdict": "refuse",
        "reason": "不符",
    }
    kind = kind_of(world.town.home.elements, "person.name")
    copied = await world.copy(("people", "registry_changes"))
    for person in PEOPLE:
        if gate(DECLARED["POST /desk/proposals"], person) is None:
            reply = await world.town.post("/desk/proposals", sent, world.tokens[person.key])
            await world.put_back(copied)
            assert bool(reply.body["done"]) == may_review(person.actor, *kind, HER_PLACE), person.key
