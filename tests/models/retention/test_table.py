"""The table of retention against what there is: every collection, every TTL index, every sweep, the document."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.retention.page import page
from models.retention.rule import HOWS
from models.retention.table import RULES, about_people, rule_of
from server.collections import COLLECTIONS

ROOT = Path(__file__).parents[3]
NAMES = [rule.collection for rule in RULES]


def test_every_collection_has_its_rule_and_every_rule_its_collection():
    assert sorted(NAMES) == sorted(declared.name for declared in COLLECTIONS)


def test_what_the_database_is_said_to_delete_it_deletes():
    deleting = {
        declared.name
        for declared in COLLECTIONS
        if any(each.expire_after is not None for each in declared.indexes)
    }
    assert {rule.collection for rule in RULES if rule.how == "ttl"} == deleting


@pytest.mark.gen_test
async def test_what_is_said_to_be_swept_is_swept(hall):
    assert {rule.collection for rule in RULES if rule.how == "sweep"} == set(hall.retention.collections)


def test_the_document_is_what_the_table_says():
    assert (ROOT / "docs" / "retention.md").read_text("utf-8") == page()


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_every_rule_says_what_how_long_and_why(rule):
    assert all((rule.what, rule.keep, rule.ground, HOWS[rule.how]))
    assert rule_of(rule.collection) is rule


def test_what_names_residents_is_told_to_them():
    told = {rule.collection for rule in about_people()}
    assert told >= {"people", "households", "cases", "drafts", "uploads", "sessions", "audit", "mandates"}
