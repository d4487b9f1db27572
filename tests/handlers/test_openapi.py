"""The description of the interface is whole; ``tests/matrix/test_openapi.py`` holds every answer to it."""

from __future__ import annotations

import pytest

from handlers.openapi import declared, path_of
from server.app import ROUTES


@pytest.fixture(scope="module")
def document(io_loop, town):
    return io_loop.run_sync(lambda: town.get("/openapi.json")).body


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
