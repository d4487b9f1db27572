"""The bill of materials: what is there, all of it, in the form that scanners read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from server.bom import bill
from tests.asvs.verdicts import ROOT


@pytest.fixture(scope="module")
def document() -> dict:
    return json.loads(bill(now=datetime(2026, 11, 25, tzinfo=UTC)))


def test_it_lists_everything_that_the_server_was_told_to_run_on(document):
    pinned = re.findall(r"^([a-z][a-z0-9-]*)==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    there = {each["name"]: each["version"] for each in document["components"]}
    assert len(pinned) > 20
    assert {name: there.get(name) for name, _ in pinned} == dict(pinned)


def test_it_lists_what_those_need_in_turn(document):
    edges = {each["ref"]: each["dependsOn"] for each in document["dependencies"]}
    cryptography = next(ref for ref in edges if ref.startswith("pkg:pypi/cryptography@"))
    assert any(ref.startswith("pkg:pypi/cffi@") for ref in edges[cryptography])
    known = {each["bom-ref"] for each in document["components"]}
    assert {ref for needed in edges.values() for ref in needed} <= known == set(edges)


def test_it_says_whose_it_is_and_of_when(document):
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["name"] == "saoban"
    assert document["metadata"]["timestamp"] == "2026-11-25T00:00:00Z"
    licensed = [each for each in document["components"] if each.get("licenses")]
    assert len(licensed) > len(document["components"]) / 2


def test_the_command_prints_it_without_a_database():
    printed = subprocess.run(
        [sys.executable, "-m", "server", "bom"], cwd=ROOT, capture_output=True, check=True, timeout=60
    )
    assert json.loads(printed.stdout)["components"]
