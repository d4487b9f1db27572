"""What a scan shows, and how soon every process hears that it no longer holds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from models.base.errors import NotFound
from models.codes.code import Code, Target
from models.doors.door import entry, search, words_of
from models.doors.posters import Posters
from qr import grammar
from tests.models.catalogue import ITEMS
from tests.models.hall import ADMIN, CHEN_CARD, CHEN_HOME, CLERK, NOON, ZHOU_CARD, Hall


@asynccontextmanager
async def following(*halls: Hall) -> AsyncIterator[None]:
    """While each process follows the changes of codes, as the server's jobs do."""
    watches = [_follow(hall) for hall in halls]
    await eventually(lambda: all(watch.live for watch in watches))
    yield
    for watch in watches:
        await watch.stop()


def _follow(hall: Hall):
    def changed(collection: str, operation: str, key: str, document: object) -> None:
        hall.codes.kept.drop(key)
        hall.landings.drop(key)

    watch = hall.database.watch(["codes"], changed, hall.landings.drop_all)
    for kept in (hall.codes.kept, hall.landings.kept):
        kept.is_live = lambda: watch.live
    return watch


async def eventually(true, within: float = 5.0) -> float:
    """How long it took, in seconds."""
    start = time.monotonic()
    while not (found := true()) and time.monotonic() - start < within:
        await asyncio.sleep(0.005)
    assert found
    return time.monotonic() - start


@pytest.mark.gen_test
async def test_a_door_shows_its_plate_whom_to_call_and_what_can_be_done(hall):
    door = await hall.landings.of(hall.codes_of["chen"])
    assert (door.kind, door.state, door.address, door.village) == (
        "D",
        "active",
        "大关镇丘林村三组12号",
        "丘林村",
    )
    assert (door.contact.name, door.contact.phone) == ("王网格", "19900900001")
    assert {line.id for line in door.items} == {"allowance", "enrol", "lamp"}
    assert [(line.id, line.parts) for line in door.bundles] == [("moving", 3)]
    assert door.items[0].href == f"/apply/{door.code}/{door.items[0].id}"


@pytest.mark.gen_test
async def test_a_door_tells_nothing_of_who_lives_behind_it(hall):
    shown = msgspec.json.encode(await hall.landings.of(hall.codes_of["chen"])).decode()
    for secret in ("陈桂兰", "周建国", CHEN_CARD, ZHOU_CARD, "19900000001", CHEN_HOME, "p-chen"):
        assert secret not in shown


@pytest.mark.gen_test
async def test_a_poster_shows_its_one_matter(hall):
    item, bundle = [await hall.landings.of(hall.codes_of[slug]) for slug in ("lamp", "moving")]
    assert ([line.id for line in item.items], item.bundles) == (["lamp"], ())
    assert (bundle.items, bundle.href) == ((), f"/apply/{bundle.code}/moving")


@pytest.mark.gen_test
async def test_a_closed_item_is_not_offered_at_doors(hall):
    await hall.catalogue.set_state(ADMIN, "lamp", "closed")
    door = await hall.landings.of(hall.codes_of["chen"])
    assert {line.id for line in door.items} == {"allowance", "enrol"}
    assert door.bundles == ()


@pytest.mark.parametrize("state", ["suspended", "revoked"])
@pytest.mark.gen_test
async def test_a_plate_that_no_longer_holds_says_so_and_offers_nothing(hall, state):
    await hall.codes.change(CLERK, hall.codes_of["chen"], state, "丢了")
    landing = await hall.landings.of(hall.codes_of["chen"])
    assert (landing.state, landing.items, landing.address) == (state, (), "")
    assert "不要在其他网页填写" in landing.message


@pytest.mark.gen_test
async def test_a_replaced_plate_leads_to_its_successor(hall):
    old = await hall.codes.change(CLERK, hall.codes_of["chen"], "replaced", "字迹不清")
    landing = await hall.landings.of(old.id)
    assert (landing.successor.code, landing.successor.href) == (old.successor, f"/q/{old.successor}")
    assert (await hall.landings.of(old.successor)).address == "大关镇丘林村三组12号"


@pytest.mark.gen_test
async def test_what_was_never_issued_or_opens_no_page_is_not_found(hall):
    certificate = Code(grammar.new("Z"), "Z", ("529901",), Target(), NOON)
    await hall.codes.issue([certificate])
    for code in (grammar.new("D"), certificate.id):
        with pytest.raises(NotFound, match="code.unknown"):
            await hall.landings.of(code)


@pytest.mark.gen_test
async def test_a_suspended_plate_is_refused_by_every_process_within_a_second(hall):
    other = await hall.again()
    door = hall.codes_of["chen"]
    async with following(hall, other):
        for each in (hall, other):
            assert (await each.landings.of(door)).state == "active"
            assert await each.landings.of(door) is await each.landings.of(door)  # from memory
        await hall.codes.change(CLERK, door, "suspended", "丢了")
        start = time.monotonic()
        while (await other.landings.of(door)).state == "active" or (
            await hall.landings.of(door)
        ).state == "active":
            await asyncio.sleep(0.005)
        assert time.monotonic() - start < 1.0


@pytest.mark.gen_test(timeout=20)
async def test_what_was_read_before_a_change_is_never_kept_after_it(hall):
    """Scans without a pause while the plate changes to and fro: each time, the last word wins in both processes."""
    other = await hall.again()
    door = hall.codes_of["chen"]
    stop = asyncio.Event()

    async def scan(each: Hall) -> None:
        while not stop.is_set():
            await each.landings.of(door)
            await asyncio.sleep(0)

    async with following(hall, other):
        scanning = [asyncio.ensure_future(scan(each)) for each in (hall, other) for _ in range(2)]
        for state in ("suspended", "active") * 4 + ("suspended",):
            await hall.codes.change(CLERK, door, state, "")
        await asyncio.sleep(1)
        stop.set()
        await asyncio.gather(*scanning)
        assert [(await each.landings.of(door)).state for each in (hall, other)] == ["suspended", "suspended"]


@pytest.mark.gen_test
async def test_what_was_read_while_a_change_arrived_is_not_kept(hall):
    door = hall.codes_of["chen"]
    hall.landings.kept.is_live = lambda: True
    reading = asyncio.ensure_future(hall.landings.of(door))
    await asyncio.sleep(0)
    hall.landings.drop(door)  # the change is told while the old row is under way
    first = await reading
    assert await hall.landings.of(door) is not first


@pytest.mark.gen_test
async def test_nothing_is_trusted_while_changes_are_not_followed(hall):
    door = hall.codes_of["chen"]
    first = await hall.landings.of(door)
    assert await hall.landings.of(door) is not first
    await hall.again()
    other = await hall.again()
    await other.codes.change(CLERK, door, "suspended", "丢了")
    assert (await hall.landings.of(door)).state == "suspended"


@pytest.mark.gen_test
async def test_a_changed_address_is_shown_after_the_change_was_told(hall):
    hall.landings.kept.is_live = lambda: True
    door = hall.codes_of["chen"]
    await hall.landings.of(door)
    await hall.database.collection("households").update_one(
        {"_id": CHEN_HOME}, {"$set": {"address": "丘林村三组12号之一"}}
    )
    assert (await hall.landings.of(door)).address == "大关镇丘林村三组12号"
    hall.landings.drop_all()
    assert (await hall.landings.of(door)).address == "丘林村三组12号之一"


@pytest.mark.gen_test
async def test_the_front_page_opens_each_matter_from_its_poster(hall):
    items, bundles = await hall.landings.front("529901")
    assert {line.id: line.href for line in items} == {
        slug: f"/apply/{hall.codes_of[slug]}/{slug}" for slug in ("allowance", "enrol", "lamp")
    }
    assert [line.id for line in bundles] == ["moving"]
    await hall.codes.change(ADMIN, hall.codes_of["lamp"], "revoked", "")
    assert "lamp" not in {line.id for line in (await hall.landings.front("529901"))[0]}


def printer(hall: Hall) -> Posters:
    return Posters(hall.codes, hall.catalogue, hall.clock, "529901", grammar.new)


@pytest.mark.gen_test
async def test_what_is_published_later_is_given_one_poster_whichever_process_comes_first(hall):
    stool = msgspec.structs.replace(ITEMS["enrol"], id="stool", name="领凳子", short="领凳子")
    processes = [await hall.again({**ITEMS, "stool": stool}) for _ in range(3)]
    issued = await asyncio.gather(*(printer(each).run_once() for each in processes))
    assert sum(issued) == 1
    front = (await processes[0].landings.front("529901"))[0]
    assert "stool" in [line.id for line in front]
    assert await printer(processes[0]).run_once() == 0


@pytest.mark.gen_test
async def test_a_poster_that_was_revoked_does_not_come_back_by_itself(hall):
    await hall.codes.change(ADMIN, hall.codes_of["lamp"], "revoked", "")
    assert await printer(hall).run_once() == 0
    assert "lamp" not in [line.id for line in (await hall.landings.front("529901"))[0]]


@pytest.mark.gen_test
async def test_search_finds_names_first_then_what_is_alike(hall):
    offers = hall.catalogue.offers()
    lines, words = [entry(offer, "D1") for offer in offers], {offer.id: words_of(offer) for offer in offers}
    assert [line.id for line in search(lines, words, "路灯")] == ["lamp"]
    assert [line.id for line in search(lines, words, "医保 参保")] == ["enrol"]
    assert "allowance" in [line.id for line in search(lines, words, "津贴钱")]
    assert search(lines, words, "飞机") == []
    assert len(search(lines, words, "")) == len(lines)
