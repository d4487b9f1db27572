"""L1 tells nothing: a card that the registry knows and one that it does not get the same answer in the same time.

Times are compared by rank: how often a known card was the slower one of a pair. For two samples of N that is one half
give or take √((2N + 1) / 12N²), whatever else the machine is doing, since the two take turns; four times that is
what a comparison may be off, which happens by chance once in sixteen thousand.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import time
from typing import Any

import pytest

from models.base import idnumber
from server.demo.people import county_people
from tests.handlers.filing import missing, open_form, submit
from tests.town import Reply

ROUNDS = 40
TOLERANCE = 4 * math.sqrt((2 * ROUNDS + 1) / (12 * ROUNDS**2))
GROWN_UP = 2010  # born before; children under 14 are told that a guardian files for them
HOMES = [[each for each in home.people if int(each.id_number[6:10]) < GROWN_UP] for home in county_people(8)]
KNOWN = [each for people in HOMES for each in people]
NEIGHBOURS = [each for people in HOMES[1:] for each in people]


class Side:
    """One kind of card: what was answered, and how long it took."""

    def __init__(self) -> None:
        self.answers: set[str] = set()
        self.seconds: list[float] = []


def stranger(number: int) -> dict[str, str]:
    """A card that is good in form and in no registry."""
    first17 = f"529901{1950 + number % 50}0{1 + number % 9}{10 + number % 18}{900 + number % 90}"
    return {"name": "陈桂芳", "id_number": first17 + idnumber.checksum(first17)}


def resident(number: int) -> dict[str, str]:
    her = KNOWN[number % len(KNOWN)]
    return {"name": her.name, "id_number": her.id_number}


def misnamed(number: int) -> dict[str, str]:
    """The number of somebody who is registered, under a name that is not hers."""
    return {**resident(number), "name": "陈桂芳"}


def neighbour(number: int) -> dict[str, str]:
    """Somebody who is registered, and not behind 陈桂兰's door."""
    her = NEIGHBOURS[number % len(NEIGHBOURS)]
    return {"name": her.name, "id_number": her.id_number}


def slower(known: list[float], unknown: list[float]) -> float:
    """How often a known card took longer than an unknown one, of all pairs; 0.5 where nothing can be told."""
    wins = sum((one > other) + (one == other) / 2 for one in known for other in unknown)
    return wins / (len(known) * len(unknown))


def plain(reply: Any) -> str:
    """An answer without what is random in every one."""
    body = {key: "a token" if key.endswith("_token") else value for key, value in reply.body.items()}
    headers = sorted(set(reply.headers) - {"Date", "Content-Length", "Etag"})
    return f"{reply.status} {body} {headers}"


async def measured(town, prepare, ask, card_of=resident) -> tuple[Side, Side]:
    """Known and unknown cards taking turns, in an order that is drawn."""
    known, unknown = Side(), Side()
    dice = random.Random(1)
    for number in range(-3, ROUNDS):  # the first three warm up
        turns = [(known, card_of(number)), (unknown, stranger(number))]
        dice.shuffle(turns)
        for side, card in turns:
            await town.built.database.collection("limits").delete_many({})
            given = await prepare(card)
            began = time.perf_counter()
            reply = await ask(card, given)
            took = time.perf_counter() - began
            await asyncio.sleep(0.01)  # what goes on behind the answer must not fall into the next one's time
            if number >= 0:
                side.answers.add(plain(reply))
                side.seconds.append(took)
    return known, unknown


def assert_alike(known: Side, unknown: Side) -> None:
    assert known.answers == unknown.answers
    assert slower(known.seconds, unknown.seconds) == pytest.approx(0.5, abs=TOLERANCE)


@pytest.fixture
def l1(town):
    async def enter(card):
        return (await town.post("/login", card)).body["access_token"]

    return enter


async def nothing(card):
    return ""


@pytest.mark.gen_test(timeout=60)
async def test_login_answers_known_and_unknown_cards_alike(town):
    async def ask(card, _):
        return await town.post("/login", card)

    known, unknown = await measured(town, nothing, ask)
    assert len(known.answers) == 1
    assert_alike(known, unknown)


@pytest.mark.gen_test(timeout=60)
async def test_asking_for_a_code_answers_known_and_unknown_cards_alike(town, l1):
    async def ask(_, token):
        return await town.post("/login/otp", {}, token)

    assert_alike(*await measured(town, l1, ask))


@pytest.mark.gen_test(timeout=60)
async def test_a_wrong_pin_answers_known_and_unknown_cards_alike(town, l1):
    async def ask(_, token):
        return await town.post("/login/confirm", {"code": town.chen.code, "pin": "00000000"}, token)

    assert_alike(*await measured(town, l1, ask))


@pytest.mark.gen_test(timeout=60)
async def test_a_wrong_code_answers_known_and_unknown_cards_alike(town, l1):
    async def ask(_, token):
        return await town.post("/login/confirm", {"otp": "000000"}, token)

    assert_alike(*await measured(town, l1, ask))


@pytest.mark.gen_test(timeout=60)
async def test_a_wrong_code_after_one_was_sent_answers_known_and_unknown_cards_alike(town, l1):
    async def sent(card):
        token = await l1(card)
        assert (await town.post("/login/otp", {}, token)).status == 202
        await asyncio.sleep(0.05)  # it is on its way
        return token

    async def ask(_, token):
        return await town.post("/login/confirm", {"otp": "000000"}, token)

    assert_alike(*await measured(town, sent, ask))


@pytest.mark.gen_test(timeout=60)
async def test_somebody_elses_right_pin_answers_known_and_unknown_cards_alike(town, l1):
    async def ask(_, token):
        return await town.post("/login/confirm", {"code": town.chen.code, "pin": town.chen.pin}, token)

    assert_alike(*await measured(town, l1, ask, neighbour))


@pytest.mark.gen_test(timeout=60)
async def test_a_known_number_under_another_name_is_as_unknown_as_any(town, l1):
    async def ask(_, token):
        return await town.post("/login/confirm", {"code": town.chen.code, "pin": town.chen.pin}, token)

    assert_alike(*await measured(town, l1, ask, misnamed))


@pytest.mark.gen_test(timeout=60)
async def test_a_form_at_l1_opens_for_known_and_unknown_cards_alike(town, l1):
    async def ask(_, token):
        opened = await town.get(f"/apply/{town.chen.code}/elder-card", token)
        fields = [field for section in opened.body["form"]["sections"] for field in section["fields"]]
        told = [[field["key"], "value" in field, field.get("source")] for field in fields]
        return Reply(opened.status, {"fields": told}, opened.headers)

    known, unknown = await measured(town, l1, ask)
    assert len(known.answers) == 1
    assert_alike(known, unknown)


@pytest.mark.gen_test(timeout=60)
async def test_filing_at_l1_answers_known_and_unknown_cards_alike(town, l1):
    doors = itertools.cycle(town.report.doors)  # so many from one would be a crowd

    async def filled(card):
        token = await l1(card)
        opened = await open_form(town, next(doors).code, "water-install", token)
        return token, opened, missing(opened)

    async def ask(_, filled):
        token, opened, answers = filled
        filed = await submit(town, opened, answers, token)
        return Reply(filed.status, {"receipt": sorted(filed.body.get("receipt", filed.body))}, filed.headers)

    known, unknown = await measured(town, filled, ask)
    assert [answer[:3] for answer in known.answers] == ["201"]
    assert_alike(known, unknown)


@pytest.mark.gen_test(timeout=60)
async def test_asking_for_a_grid_worker_answers_known_and_unknown_cards_alike(town, l1):
    async def ask(card, token):
        code = (await town.post("/login/pairing", {}, token)).body["code"]
        return await town.post("/login/confirm", {"pairing": code}, token)

    assert_alike(*await measured(town, l1, ask))


def test_the_comparison_notices_half_a_millisecond():
    dice = random.Random(7)
    noise = [[dice.gauss(0.005, 0.0005) for _ in range(ROUNDS)] for _ in range(2)]
    assert slower(*noise) == pytest.approx(0.5, abs=TOLERANCE)
    late = [each + 0.0005 for each in noise[0]]
    assert slower(late, noise[1]) > 0.5 + TOLERANCE
