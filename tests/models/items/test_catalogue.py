"""The catalogue: published once, frozen for ever, closed and opened without losing anything."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Forbidden, NotFound
from tests.models.catalogue import ALLOWANCE, ENROL, ITEMS
from tests.models.hall import ADMIN, CLERK, changed


async def standing(hall, slug: str) -> dict:
    return await hall.database.collection("items").find_one({"_id": slug})


@pytest.mark.gen_test
async def test_publishing_the_same_content_again_freezes_nothing_new(hall):
    await hall.catalogue.publish()
    await hall.again()
    assert await hall.database.collection("item_versions").count_documents({}) == len(ITEMS) + 1
    assert {offer.version for offer in hall.catalogue.offers()} == {1}


@pytest.mark.gen_test
async def test_many_processes_that_publish_at_once_make_one_version(hall):
    newer = changed(ALLOWANCE, summary="今年起按月发放。")
    others = await asyncio.gather(*(hall.again(newer) for _ in range(4)))
    assert {other.catalogue.offer("allowance").version for other in others} == {2}
    assert await hall.database.collection("item_versions").count_documents({"slug": "allowance"}) == 2


@pytest.mark.gen_test
async def test_a_version_is_never_changed_once_written(hall):
    await hall.again(changed(ALLOWANCE, name="高龄补贴"))
    await hall.again(changed(ALLOWANCE, name="高龄福利"))
    names = [(await hall.catalogue.version("allowance", number)).name for number in (1, 2, 3)]
    assert names == ["高龄津贴", "高龄补贴", "高龄福利"]
    with pytest.raises(NotFound):
        await hall.catalogue.version("allowance", 4)


@pytest.mark.gen_test
async def test_different_contents_published_at_once_both_stand_in_their_own_number(hall):
    contents = [changed(ALLOWANCE, name=name) for name in ("甲", "乙", "丙")]
    await asyncio.gather(*(hall.again(content) for content in contents))
    await hall.catalogue.reload()
    rows = [row async for row in hall.database.collection("item_versions").find({"slug": "allowance"})]
    assert len({row["digest"] for row in rows}) == len(rows) == 4
    assert hall.catalogue.offer("allowance").version == max(row["number"] for row in rows)


@pytest.mark.gen_test
async def test_a_server_of_the_old_release_offers_what_stands_under_its_own_number(hall):
    """While two releases run side by side, a case filed at either keeps the form that it was filed on."""
    await hall.again(changed(ALLOWANCE, name="高龄补贴", level="L1"))
    await hall.catalogue.reload()
    offer = hall.catalogue.offer("allowance")
    assert (offer.version, offer.name, offer.level) == (2, "高龄补贴", "L1")


@pytest.mark.gen_test
async def test_a_bundle_keeps_the_versions_of_its_children(hall):
    await hall.again(changed(ENROL, name="参保登记"))
    old = await hall.catalogue.version("moving", 1)
    assert [part.version for part in old.parts] == [1, 1, 1]
    await hall.catalogue.reload()
    now = hall.catalogue.offer("moving")
    assert (now.version, [part.name for part in now.parts]) == (2, ["高龄津贴", "参保登记", "路灯报修"])


@pytest.mark.gen_test
async def test_closing_says_why_and_opening_lets_in_again(hall):
    await hall.catalogue.set_state(ADMIN, "lamp", "closed", "系统升级，明天再来。")
    offer = hall.catalogue.offer("lamp")
    assert (offer.open, offer.notice) == (False, "系统升级，明天再来。")
    await hall.catalogue.set_state(ADMIN, "lamp", "open")
    assert hall.catalogue.offer("lamp").open


@pytest.mark.gen_test
async def test_a_closed_item_stays_closed_when_a_new_version_is_published(hall):
    await hall.catalogue.set_state(ADMIN, "allowance", "closed", "额度已用完。")
    other = await hall.again(changed(ALLOWANCE, name="高龄补贴"))
    offer = other.catalogue.offer("allowance")
    assert (offer.version, offer.open, offer.notice) == (2, False, "额度已用完。")


@pytest.mark.gen_test
async def test_another_process_hears_of_it_when_it_reloads(hall):
    other = await hall.again()
    await hall.catalogue.set_state(ADMIN, "lamp", "closed")
    await other.catalogue.reload()
    assert not other.catalogue.offer("lamp").open
    assert not other.catalogue.offer("moving").open


@pytest.mark.gen_test
async def test_only_administrators_open_and_close_and_only_what_there_is(hall):
    for actor in (CLERK, hall.chen):
        with pytest.raises(Forbidden):
            await hall.catalogue.set_state(actor, "lamp", "closed")
    with pytest.raises(NotFound):
        await hall.catalogue.set_state(ADMIN, "nothing-like-it", "closed")
    assert (await standing(hall, "lamp"))["state"] == "open"


@pytest.mark.gen_test
async def test_what_is_used_most_comes_first_and_the_unknown_is_not_found(hall):
    popular = {**ITEMS, "lamp": msgspec.structs.replace(ITEMS["lamp"], popular=1)}
    other = await hall.again(popular)
    assert other.catalogue.offers()[0].id == "lamp"
    with pytest.raises(NotFound, match="item.unknown"):
        other.catalogue.offer("nothing-like-it")
