"""schemathesis calls every operation as everybody: each answer is as described, none is a 500, and none tells anything of
anybody that the caller may not read."""

from __future__ import annotations

import asyncio

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from models.cases.posts import ACTIONS
from tests.matrix.known import leaks
from tests.matrix.people import RESIDENTS, Person, staff

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
ENDLESS = {"/desk/stream"}
ENDING = {"/logout", "/acting/end"}
FEW = settings(
    max_examples=6, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
ROLES = {person.actor.role: person for person in reversed(list(staff())) if person.standing == "here"}
CALLERS = (*sorted(RESIDENTS, key=lambda person: person.key == "L2"), *ROLES.values())
"""Every resident, and each role in 陈桂兰's area at the widest tier that it has; 陈桂兰 last of the residents, who may end
the others' sessions."""


@pytest.fixture(scope="module")
def operations(io_loop, world):
    """What there is to call, and what addresses of the prepared world are made of."""
    document = io_loop.run_sync(lambda: world.town.get("/openapi.json")).body
    every = [result.ok() for result in schemathesis.openapi.from_dict(document).get_all_operations()]
    return [each for each in every if each.path not in ENDLESS | ENDING]


@pytest.fixture(scope="module")
def real(world):
    words = world.words
    cases = ("new", "review", "decide", "agent")
    return {
        "code": [words["door"], world.town.item("elder-card"), *(words[f"{name}_receipt"] for name in cases)],
        "slug": ["elder-card", "water-repair", "elder-allowance"],
        "case": [words[f"{name}_case"] for name in cases], "action": list(ACTIONS), "page": ["1", "2"],
        **{name: [words[name]] for name in ("file", "household", "account", "mandate")},
    }  # fmt: skip


@pytest.mark.parametrize("person", CALLERS, ids=lambda person: person.key)
def test_every_answer_is_as_described(io_loop, world, operations, real, person):
    io_loop.run_sync(world.forget_tries)
    io_loop.run_sync(lambda: _beside_the_loop(_try_all, operations, world, real, person), timeout=90)


async def _beside_the_loop(work, *args):
    await asyncio.get_running_loop().run_in_executor(None, work, *args)


def _try_all(operations, world, real, person):
    token = world.tokens[person.key]
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    for operation in operations:
        _try(operation, world.town.url, headers, real, person)


def _try(operation, url, headers, real, person: Person):
    @FEW
    @given(case=operation.as_strategy(), data=st.data())
    def answers_as_described(case, data):
        if case.path_parameters and data.draw(st.booleans()):
            for name in set(case.path_parameters) & set(real):
                case.path_parameters[name] = data.draw(st.sampled_from(real[name]))
        answer = case.call_and_validate(
            base_url=url, headers=headers, checks=CHECKS, timeout=20, allow_redirects=False
        )
        assert leaks(person, answer.content) == []

    answers_as_described()
