"""The description of the interface is true: schemathesis calls every operation as everybody and checks the answers."""

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

from handlers.openapi import declared, path_of
from server.app import ROUTES
from tests.handlers.filing import allowance, at_desk

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
ENDLESS = {"/desk/stream"}
ENDING = {"/logout"}
FEW = settings(
    max_examples=6, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def document(io_loop, town):
    return io_loop.run_sync(lambda: town.get("/openapi.json")).body


@pytest.fixture(scope="module")
def people(io_loop, town):
    """Tokens by who holds them, and what the addresses of 陈桂兰's things are made of."""
    return io_loop.run_sync(lambda: _people(town), timeout=20)


async def _people(town):
    resident = await town.l2(town.chen)
    filed = await allowance(town, resident)
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]["id"]
    tokens = {"nobody": "", "resident": resident, "clerk": await town.staff("clerk.daguan")}
    real = {
        "code": [town.chen.code, filed["code"], town.item("elder-card")], "slug": ["elder-card", "water-repair"],
        "case": [case], "action": ["accept", "ask", "grant"], "page": ["1", "2"],
    }  # fmt: skip
    return tokens, real


def test_every_route_and_verb_is_described(document):
    described = {
        (path, verb) for path, verbs in document["paths"].items() for verb in verbs if verb != "parameters"
    }
    assert described == {
        (path_of(pattern), verb) for pattern, target in ROUTES for verb, _ in declared(target)
    }


def test_whatever_needs_a_login_says_so(document):
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if verb != "parameters" and path.startswith("/desk"):
                assert {} not in operation["security"], path
                assert "工作人员" in operation["description"]


def test_every_operation_has_a_name_of_its_own_and_a_summary(document):
    operations = [
        op for verbs in document["paths"].values() for verb, op in verbs.items() if verb != "parameters"
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in operations)


def test_the_shapes_of_the_contract_are_in_it(document):
    schemas = {name.rpartition(".")[2]: schema for name, schema in document["components"]["schemas"].items()}
    assert {"Landing", "Receipt", "Opening", "Submitted", "Tokens", "ErrorReply"} <= set(schemas)
    assert set(schemas["ReceiptView"]["required"]) == {"code", "href", "case_no", "due_on"}


@pytest.mark.parametrize("who", ["nobody", "resident", "clerk"])
def test_every_answer_is_as_described(io_loop, town, document, people, who):
    tokens, real = people
    headers = {
        "Accept": "application/json",
        **({"Authorization": f"Bearer {tokens[who]}"} if tokens[who] else {}),
    }
    schema = schemathesis.openapi.from_dict(document)
    operations = [result.ok() for result in schema.get_all_operations()]
    wanted = [each for each in operations if each.path not in ENDLESS | ENDING]
    io_loop.run_sync(lambda: _beside_the_loop(_try_all, wanted, town.url, headers, real), timeout=60)


async def _beside_the_loop(work, *args):
    await asyncio.get_running_loop().run_in_executor(None, work, *args)


def _try_all(operations, url, headers, real):
    for operation in operations:
        _try(operation, url, headers, real)


def _try(operation, url, headers, real):
    @FEW
    @given(case=operation.as_strategy(), data=st.data())
    def answers_as_described(case, data):
        if case.path_parameters and data.draw(st.booleans()):
            for name in set(case.path_parameters) & set(real):
                case.path_parameters[name] = data.draw(st.sampled_from(real[name]))
        case.call_and_validate(
            base_url=url, headers=headers, checks=CHECKS, timeout=20, allow_redirects=False
        )

    answers_as_described()
