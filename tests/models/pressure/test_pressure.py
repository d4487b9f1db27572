"""Pressure: nothing is asked while it is calm; then a proof or a wait, each good once."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import altcha
import pytest

from models.base.actor import ANONYMOUS, Actor
from models.base.chance import Chance
from models.base.cipher import Cipher
from models.base.clock import now
from models.base.errors import TooMany
from models.base.keys import Keyring
from models.limits.edge import Asker, Edge
from models.limits.limit import CALM
from models.limits.repository import LimitRepository
from models.limits.service import Limits
from models.limits.tally import Tally
from models.pressure.pressure import ALGORITHM, COST, MOST_TRIES, TICKET_LIFE, Pressed
from models.pressure.repository import ProofRepository
from models.pressure.service import Pressure

DOOR, OTHER, KEY = "D7K29M4PX3QT", "D0000000000A", "key-of-chen"
HERE = Asker("10.0.0.7", "", DOOR)
CALM_BY = {limit.kind: limit.most for limit in CALM}


class Watch:
    """A clock that a test moves on."""

    def __init__(self):
        self.now = now()

    def __call__(self):
        return self.now


class Place:
    """One process: ``filed`` are the keys that were filed before."""

    def __init__(self, database, cipher, watch):
        self.watch = watch
        self.filed = set()
        repository = LimitRepository(database)
        self.tally = Tally(repository, cipher, watch)
        edge = Edge(Limits(repository, cipher, watch), self.tally, watch)
        proofs = ProofRepository(database)
        self.pressure = Pressure(self.tally, edge, proofs, cipher, watch, Chance(), self._is_filed)

    async def _is_filed(self, key):
        return key in self.filed

    def crowd(self, code=DOOR, count=CALM_BY["calm.code"]):
        for _ in range(count):
            self.pressure.filed(ANONYMOUS, code)

    async def send(self, key=KEY, proof="", ticket="", actor=ANONYMOUS, asked=HERE):
        """Why it was refused; empty where it passed."""
        try:
            await self.pressure.admit(actor, asked, key, proof, ticket)
        except Pressed as pressed:
            self.asked = pressed.asked
            return pressed.data["reason"]
        return ""


@pytest.fixture
def places(io_loop, database):
    io_loop.run_sync(lambda: database.ensure((*LimitRepository.COLLECTIONS, *ProofRepository.COLLECTIONS)))
    cipher, watch = Cipher(Keyring.fresh()), Watch()
    return tuple(Place(database, cipher, watch) for _ in range(2))


@pytest.fixture
def place(places):
    return places[0]


def solved(challenge):
    """The work done, as a client sends it."""
    given = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(given, altcha.solve_challenge(given)).to_base64()


def changed(proof, **parameters):
    """The same proof with parameters of the sender's own."""
    told = json.loads(base64.b64decode(proof))
    told["challenge"]["parameters"].update(parameters)
    return base64.b64encode(json.dumps(told).encode()).decode()


@pytest.mark.gen_test
async def test_nothing_is_asked_while_it_is_calm(place):
    place.crowd(count=CALM_BY["calm.code"] - 1)
    assert await place.send() == ""


@pytest.mark.gen_test
async def test_above_the_threshold_of_a_code_something_is_asked_at_this_code_alone(place):
    place.crowd()
    assert await place.send() == "asked"
    assert await place.send(asked=Asker("10.0.0.7", "", OTHER)) == ""


@pytest.mark.gen_test
async def test_above_the_threshold_in_all_something_is_asked_everywhere(place):
    for n in range(CALM_BY["calm.global"]):
        place.crowd(f"D{n}", 1)
    assert await place.send(asked=Asker("10.0.0.7", "", OTHER)) == "asked"


@pytest.mark.gen_test
async def test_whoever_has_proved_who_she_is_is_never_asked_and_does_not_press(place):
    proved = Actor("resident", "L2", subject="chen")
    for _ in range(100):
        place.pressure.filed(proved, DOOR)
    assert await place.send() == ""
    place.crowd()
    assert await place.send(actor=proved) == ""


@pytest.mark.gen_test
async def test_a_typed_card_vouches_for_nothing(place):
    place.crowd()
    assert await place.send(actor=Actor("resident", "L1", subject="chen")) == "asked"


@pytest.mark.gen_test
async def test_another_process_hears_of_the_pressure(places):
    here, there = places
    here.crowd(count=CALM_BY["calm.code"])
    await here.tally.settle()
    there.crowd(count=1)
    await there.tally.settle()
    assert await there.send() == "asked"


@pytest.mark.gen_test
async def test_when_the_window_is_over_it_is_calm_again(place):
    place.crowd()
    place.watch.now += timedelta(seconds=CALM[0].per_seconds)
    assert await place.send() == ""


@pytest.mark.gen_test
async def test_what_was_filed_before_is_not_held_up(place):
    place.crowd()
    place.filed.add(KEY)
    assert await place.send() == ""


@pytest.mark.gen_test
async def test_a_solved_challenge_passes_once_and_for_the_same_submission_again(places):
    here, there = places
    here.crowd()
    there.crowd()
    await here.send()
    proof = solved(here.asked.challenge)
    assert await there.send(proof=proof) == ""
    assert await here.send(proof=proof) == ""
    assert await here.send("another-key", proof=proof) == "spent"


@pytest.mark.gen_test
async def test_a_challenge_is_no_harder_than_it_says_and_never_trivial(place):
    for _ in range(20):
        parameters = place.pressure.ask(KEY).challenge["parameters"]
        assert (parameters["algorithm"], parameters["cost"]) == (ALGORITHM, COST)
    proof = json.loads(base64.b64decode(solved(place.pressure.ask(KEY).challenge)))
    assert 400 <= proof["solution"]["counter"] < MOST_TRIES == parameters["data"]["most"]


@pytest.mark.gen_test
async def test_a_challenge_that_was_made_easier_is_forged(place):
    place.crowd()
    await place.send()
    proof = solved(place.asked.challenge)
    for easier in ({"cost": 1}, {"keyPrefix": ""}, {"expiresAt": 9_999_999_999}, {"keySignature": None}):
        assert await place.send(proof=changed(proof, **easier)) == "forged", easier


@pytest.mark.gen_test
async def test_an_easy_challenge_is_refused_even_where_we_signed_it_ourselves(place):
    place.crowd()
    until = place.watch.now + timedelta(minutes=5)
    for cost, algorithm, expires_at in (
        (COST - 1, ALGORITHM, until),
        (COST, "SHA-256", until),
        (COST, ALGORITHM, None),
    ):
        easy = altcha.create_challenge(
            algorithm, cost, counter=1, expires_at=expires_at, hmac_secret=place.pressure._secret
        )
        assert await place.send(proof=solved(easy.to_dict())) == "easy"


@pytest.mark.gen_test
async def test_a_challenge_expires(place):
    place.crowd()
    await place.send()
    proof = solved(place.asked.challenge)
    place.crowd()
    place.watch.now += timedelta(minutes=21)
    place.crowd()
    assert await place.send(proof=proof) == "expired"


@pytest.mark.gen_test
async def test_a_challenge_signed_by_somebody_else_is_forged(place):
    place.crowd()
    theirs = altcha.create_challenge(
        ALGORITHM, COST, counter=5, expires_at=place.watch.now + timedelta(minutes=5), hmac_secret="theirs"
    )
    assert await place.send(proof=solved(theirs.to_dict())) == "forged"


@pytest.mark.gen_test
async def test_a_challenge_without_its_solution_is_forged(place):
    place.crowd()
    await place.send()
    for key in ("", "00" * 32, None, 5, "陈"):
        told = {"challenge": place.asked.challenge, "solution": {"counter": 500, "derivedKey": key}}
        assert await place.send(proof=base64.b64encode(json.dumps(told).encode()).decode()) == "forged"


@pytest.mark.gen_test
@pytest.mark.parametrize("proof", [
    "x", "陈桂兰", "e30=", "W10=", "bnVsbA==", "A" * 5000, base64.b64encode(b"[" * 2000).decode(),
    base64.b64encode(b'{"challenge": 5, "solution": {}}').decode(),
    base64.b64encode(b'{"challenge": {"parameters": []}, "solution": {"counter": 1, "derivedKey": ""}}').decode(),
    base64.b64encode(b'{"challenge": {"parameters": {"algorithm": {}, "nonce": 1, "salt": [], "cost": "x"}, "signature": 7},'
                     b' "solution": {"counter": {}, "derivedKey": []}}').decode(),
], ids=lambda proof: proof[:20])  # fmt: skip
async def test_noise_is_no_proof(place, proof):
    place.crowd()
    assert await place.send(proof=proof) == "forged"


@pytest.mark.gen_test
async def test_a_ticket_becomes_good_after_the_wait(place):
    place.crowd()
    assert await place.send() == "asked"
    ticket = place.asked.ticket
    assert await place.send(ticket=ticket) == "early"
    assert (place.asked.ticket, place.asked.wait) == (ticket, 20)
    place.watch.now += timedelta(seconds=12)
    assert await place.send(ticket=ticket) == "early"
    assert (place.asked.ticket, place.asked.wait) == (ticket, 8)
    place.watch.now += timedelta(seconds=8)
    assert await place.send(ticket=ticket) == ""


@pytest.mark.gen_test
async def test_a_ticket_is_for_one_submission(place):
    place.crowd()
    ticket = place.pressure.ask(KEY).ticket
    place.watch.now += timedelta(seconds=20)
    assert await place.send("another-key", ticket=ticket) == "forged"
    assert await place.send(ticket=ticket) == ""


@pytest.mark.gen_test
async def test_a_ticket_expires_and_nobody_writes_one_for_himself(place):
    place.crowd()
    ticket = place.pressure.ask(KEY).ticket
    since, _, mac = ticket.partition(".")
    for forged in (
        f"{int(since) - 60_000}.{mac}",
        f"{since}.{'0' * 64}",
        "x",
        f"{since}.{mac.upper()}",
        "9" * 13 + "." + mac,
    ):
        assert await place.send(ticket=forged) == "forged", forged
    place.watch.now += TICKET_LIFE
    place.crowd()
    assert await place.send(ticket=ticket) == "expired"


@pytest.mark.gen_test(timeout=20)
async def test_hoarded_tickets_do_not_open_the_door_to_a_flood(place):
    place.crowd()
    tickets = {f"key-{n}": place.pressure.ask(f"key-{n}").ticket for n in range(70)}
    place.watch.now += timedelta(seconds=20)
    passed = 0
    for key, ticket in tickets.items():
        try:
            passed += await place.send(key, ticket=ticket) == ""
        except TooMany:
            break
    assert passed == 60
