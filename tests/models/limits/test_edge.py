"""What anybody may send how often: by card or device, by code, by both, by address, in all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.actor import ANONYMOUS, Actor
from models.base.cipher import Cipher
from models.base.errors import TooMany
from models.base.keys import Keyring
from models.limits.buckets import Buckets
from models.limits.edge import WHAT_TO_DO, Asker, Edge, asker, network_of
from models.limits.limit import EDGE, GATHERED, SCANS, Limit
from models.limits.repository import LimitRepository
from models.limits.service import Limits

CHEN = Actor("resident", "L2", subject="blind-of-chen", device="her phone")
BY = {"who", "code", "pair", "address", "global"}


@pytest.fixture
def edge(tallies, database, watch):
    return Edge(Limits(LimitRepository(database), Cipher(Keyring.fresh()), watch), tallies[0], watch)


async def passed(edge, action, askers):
    """How many pass, and what the first that did not was told."""
    count = 0
    for each in askers:
        try:
            await edge.admit(action, each)
        except TooMany as many:
            return count, many
        count += 1
    return count, None


def test_every_limit_has_its_reason_its_sentence_and_a_way_to_count():
    for limit in EDGE:
        action, _, by = limit.kind.partition(".")
        assert by in BY, limit
        assert action in WHAT_TO_DO, limit
        assert len(limit.why) > 10, limit
    assert {limit.kind.partition(".")[0] for limit in EDGE} >= GATHERED - {"calm"}


def test_an_address_alone_is_always_given_more_than_whoever_is_behind_it():
    most = {limit.kind: limit.most / limit.per_seconds for limit in EDGE}
    for kind, pace in most.items():
        action, _, by = kind.partition(".")
        if by in {"who", "pair"}:
            assert most[f"{action}.address"] > pace, kind
        if by != "global":
            assert most[f"{action}.global"] > pace, kind


@pytest.mark.gen_test
async def test_one_card_is_stopped_and_told_what_to_do(edge):
    asked = asker(CHEN, "10.0.0.7", "D7")
    count, many = await passed(edge, "apply", [asked] * 100)
    assert (count, many.message) == (60, WHAT_TO_DO["apply"])
    assert 0 < many.retry_after <= 600


@pytest.mark.gen_test
async def test_her_neighbour_behind_the_same_address_is_not(edge):
    await passed(edge, "apply", [asker(CHEN, "10.0.0.7", "D7")] * 100)
    assert (await passed(edge, "apply", [Asker("10.0.0.7", "device:li", "D8")]))[0] == 1


@pytest.mark.gen_test
async def test_whoever_throws_her_device_away_each_time_is_counted_by_address_and_code(edge):
    devices = [Asker("10.0.0.7", f"device:{n}", "D7") for n in range(200)]
    assert (await passed(edge, "apply", devices))[0] == 120


@pytest.mark.gen_test
async def test_who_keeps_no_device_is_counted_all_the_same(edge):
    assert (await passed(edge, "apply", [asker(ANONYMOUS, "10.0.0.7", "D7")] * 200))[0] == 120


@pytest.mark.gen_test
async def test_many_addresses_that_flood_one_code_are_stopped_at_the_code(edge):
    crowd = [Asker(f"10.0.{n // 250}.{n % 250}", "", "D7") for n in range(400)]
    assert (await passed(edge, "apply", crowd))[0] == 300


@pytest.mark.gen_test(timeout=20)
async def test_reports_are_counted_in_the_database_at_once(edge, database):
    count, many = await passed(edge, "report", [asker(CHEN, "10.0.0.7", "D7")] * 12)
    assert (count, many.message) == (10, WHAT_TO_DO["report"])
    assert await database.collection("limits").count_documents({}) == 4


@pytest.mark.gen_test
async def test_a_larger_county_scales_them(tallies, database, watch):
    limits = Limits(LimitRepository(database), Cipher(Keyring.fresh()), watch)
    edge = Edge(limits, tallies[0], watch, scale=2)
    assert (await passed(edge, "apply", [asker(CHEN, "10.0.0.7", "D7")] * 150))[0] == 120


@pytest.mark.gen_test
async def test_a_guesser_is_refused_and_so_is_what_he_would_have_found(edge):
    him = Asker("10.0.0.7", "device:his")
    for _ in range(60):
        edge.count("miss", him)
    with pytest.raises(TooMany):
        edge.check("miss", him)
    edge.check("miss", Asker("10.0.0.7", "device:hers"))


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.7", "10.0.0.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80::/64"), ("", ""), ("a:b:nonsense", "a:b:nonsense"),
    ],
)  # fmt: skip
def test_of_ipv6_the_network_is_counted(address, counted):
    assert network_of(address) == counted


def test_a_bucket_runs_dry_and_fills_again(watch):
    buckets = Buckets(Limit("scan.address", 60, 60, ""), watch)
    for _ in range(60):
        buckets.take("10.0.0.7")
    with pytest.raises(TooMany) as told:
        buckets.take("10.0.0.7")
    assert told.value.retry_after == 1
    buckets.take("10.0.0.8")
    watch.now += timedelta(seconds=2)
    buckets.take("10.0.0.7")
    buckets.take("10.0.0.7")
    with pytest.raises(TooMany):
        buckets.take("10.0.0.7")


def test_buckets_are_bounded(watch):
    buckets = Buckets(SCANS, watch, most_keys=5)
    for n in range(500):
        buckets.take(str(n))
    assert len(buckets._buckets) == 5


def test_a_clock_that_goes_back_empties_no_bucket(watch):
    buckets = Buckets(Limit("scan.address", 2, 60, ""), watch)
    buckets.take("10.0.0.7")
    watch.now -= timedelta(hours=1)
    buckets.take("10.0.0.7")
