"""Every search and every list of the registry's desk is answered by an index, however many people there are."""

from __future__ import annotations

import pytest

from models.people.waiting import LAST, UNJUDGED

pytestmark = pytest.mark.gen_test(timeout=20)

TOWN, GROUP, HOME = "529901101", "52990110120103", "529901101201030012"


async def plan(hall, collection, query, sort=None):
    found = hall.database.collection(collection).find(query)
    told = await (found.sort(sort) if sort else found).explain()
    return str(told["queryPlanner"]["winningPlan"])


@pytest.mark.parametrize(
    ("collection", "query", "sort"),
    [
        ("people", {"areas": TOWN, "name_key": {"$gt": "陈", "$lt": "陈" + LAST}}, [("name_key", 1)]),
        ("people", {"phone_blind": {"$in": ["k1:0"], "$gt": ""}, "areas": TOWN, "_id": {"$gt": ""}}, [("_id", 1)]),
        ("people", {"id_blind": {"$in": ["k1:0"], "$gt": ""}, "areas": TOWN}, None),
        ("people", {UNJUDGED: True}, [("_id", 1)]),
        ("people", {"household": {"$in": [HOME]}}, None),
        ("households", {UNJUDGED: True}, [("_id", 1)]),
        ("households", {"members.person": {"$in": ["p-chen"]}}, [("_id", 1)]),
        ("registry_marks", {"areas": GROUP, "_id": {"$gt": ""}}, [("_id", 1)]),
        ("registry_sums", {"areas": TOWN}, [("_id", 1)]),
        ("registry_findings", {"household": HOME}, [("_id", 1)]),
    ],
)  # fmt: skip
async def test_it_is_answered_by_an_index_and_sorted_by_it_or_by_few(hall, desk, collection, query, sort):
    told = await plan(hall, collection, query, sort)
    assert "IXSCAN" in told
    assert "COLLSCAN" not in told
    if collection == "people" and sort == [("name_key", 1)]:
        assert "'SORT'" not in told


async def test_doors_of_several_groups_are_merged_in_their_order(hall, desk):
    begin = "大关镇丘林村三组12号", "大关镇双河村一组"
    starts = [{"areas": TOWN, "address_key": {"$gt": each, "$lt": each + LAST}} for each in begin]
    told = await plan(hall, "households", {"$or": starts}, [("address_key", 1)])
    assert "SORT_MERGE" in told
    assert "COLLSCAN" not in told
