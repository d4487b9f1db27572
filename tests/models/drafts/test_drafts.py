"""Never lose what was typed, and never show it to anybody else."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.actor import Actor
from models.base.errors import Malformed
from models.drafts.draft import owners_of
from tests.models.hall import CHEN_CARD, CLERK, SUN_CARD


async def keep(hall, actor, item="lamp", **answers):
    """Keep answers on the form that lies open before ``actor``."""
    return await hall.drafts.keep(actor, await read(hall, actor, item), answers)


async def read(hall, actor, item="lamp"):
    return await hall.drafts.of(actor, hall.catalogue.offer(item), hall.codes_of["chen"])


def on(actor: Actor, device: str) -> Actor:
    return msgspec.structs.replace(actor, device=device)


@pytest.mark.gen_test
async def test_a_draft_at_l0_is_resumed_on_the_same_device_and_on_no_other(hall):
    await keep(hall, hall.anybody, what="灯不亮")
    assert (await read(hall, hall.anybody)).answers == {"what": "灯不亮"}
    assert (await read(hall, on(hall.anybody, "another-phone"))).answers == {}


@pytest.mark.gen_test
async def test_a_draft_from_l1_on_is_resumed_on_any_device(hall):
    sun = hall.resident("孙外人", SUN_CARD)
    await keep(hall, sun, what="灯不亮")
    assert (await read(hall, on(sun, "another-phone"))).answers == {"what": "灯不亮"}
    assert (await read(hall, hall.li)).answers == {}


@pytest.mark.gen_test
async def test_a_draft_begun_before_login_is_taken_over_and_leaves_the_device(hall):
    before = await keep(hall, on(hall.anybody, "her-phone"), what="灯不亮")
    chen = on(hall.chen, "her-phone")
    kept = await keep(hall, chen, phone="19900000001")
    assert kept.answers == {"what": "灯不亮", "phone": "19900000001"}
    assert kept.submission_key == before.submission_key
    assert (await read(hall, on(hall.anybody, "her-phone"))).answers == {}
    assert (await read(hall, on(hall.chen, "another-phone"))).answers == kept.answers


@pytest.mark.gen_test
async def test_her_own_draft_comes_before_one_that_lies_on_the_device(hall):
    await keep(hall, hall.chen, what="她自己的")
    await keep(hall, on(hall.anybody, "village-tablet"), what="别人的")
    assert (await read(hall, on(hall.chen, "village-tablet"))).answers == {"what": "她自己的"}


@pytest.mark.gen_test
async def test_a_draft_is_never_shown_below_its_level_nor_lost_by_what_is_written_there(hall):
    await keep(hall, hall.chen, item="enrol", phone="19900000001")
    typed = on(hall.resident("陈桂兰", CHEN_CARD), "strangers-phone")
    assert (await read(hall, typed, "enrol")).answers == {}
    assert await hall.drafts.all_of(typed) == []
    await keep(hall, typed, item="enrol", phone="19999999999")
    assert (await read(hall, hall.chen, "enrol")).answers == {"phone": "19900000001"}
    await hall.drafts.drop(typed, "enrol", hall.codes_of["chen"])
    assert len(await hall.drafts.all_of(hall.chen)) == 1


@pytest.mark.gen_test
async def test_what_was_typed_at_l1_is_there_after_proving_more(hall):
    await keep(hall, hall.resident("陈桂兰", CHEN_CARD), item="enrol", phone="19900000001")
    kept = await keep(hall, hall.chen, item="enrol", name="陈桂兰")
    assert (kept.level, kept.answers) == ("L2", {"phone": "19900000001", "name": "陈桂兰"})
    assert len(await hall.drafts.all_of(hall.chen)) == 1


@pytest.mark.gen_test
async def test_pages_that_are_kept_at_the_same_moment_all_arrive(hall):
    draft = await read(hall, hall.chen)
    await asyncio.gather(*(hall.drafts.keep(hall.chen, draft, {f"page{n}": n}, [f"p{n}"]) for n in range(6)))
    kept = await read(hall, hall.chen)
    assert kept.answers == {f"page{n}": n for n in range(6)}
    assert set(kept.done) == {f"p{n}" for n in range(6)}
    assert len(await hall.drafts.all_of(hall.chen)) == 1


@pytest.mark.gen_test
async def test_a_page_that_outlived_its_draft_begins_a_new_one_with_a_new_key(hall):
    draft = await keep(hall, hall.chen, what="灯不亮")
    await hall.drafts.drop(hall.chen, "lamp", hall.codes_of["chen"])
    kept = await hall.drafts.keep(hall.chen, draft, {"phone": "19900000001"})
    assert kept.answers == {"what": "灯不亮", "phone": "19900000001"}
    assert kept.submission_key != draft.submission_key


@pytest.mark.gen_test
async def test_drafts_of_two_doors_are_two(hall):
    await keep(hall, hall.chen, what="灯不亮")
    other = await hall.drafts.of(hall.chen, hall.catalogue.offer("lamp"), hall.codes_of["li"])
    assert (other.answers, other.owner) == ({}, "")


@pytest.mark.gen_test
async def test_the_latest_is_listed_first(hall):
    await keep(hall, hall.chen, what="灯不亮")
    hall.clock.on(minutes=1)
    await keep(hall, hall.chen, item="enrol", phone="1")
    assert [draft.offer for draft in await hall.drafts.all_of(hall.chen)] == ["enrol", "lamp"]


@pytest.mark.gen_test
async def test_a_browser_that_keeps_no_cookie_is_told_so(hall):
    with pytest.raises(Malformed, match="draft.device"):
        await keep(hall, Actor(), what="灯不亮")
    assert await hall.drafts.all_of(Actor()) == []


@pytest.mark.gen_test
async def test_a_draft_past_all_sense_is_refused_and_the_last_good_one_stays(hall):
    await keep(hall, hall.chen, what="灯不亮")
    with pytest.raises(Malformed, match="draft.too_large"):
        await keep(hall, hall.chen, what="长" * 100_000)
    assert (await read(hall, hall.chen)).answers == {"what": "灯不亮"}


@pytest.mark.gen_test
async def test_wrong_answers_rare_characters_and_tables_come_back_as_typed(hall):
    typed = {"what": "𠮷\U0001f600", "phone": "12", "rows": [{"a": None}, {}], "n": 1.5}
    await keep(hall, hall.chen, **typed)
    assert (await read(hall, hall.chen)).answers == typed


@pytest.mark.gen_test
async def test_nothing_that_was_typed_lies_in_the_open(hall):
    await keep(hall, hall.chen, what="灯不亮", phone="19912345678")
    raw = await hall.raw("drafts")
    assert not [secret for secret in ("灯不亮", "19912345678", CHEN_CARD, hall.chen.device) if secret in raw]


@pytest.mark.gen_test
async def test_a_draft_moved_to_another_owner_in_the_database_does_not_open(hall):
    await keep(hall, hall.chen, what="灯不亮")
    drafts = hall.database.collection("drafts")
    row = await drafts.find_one({})
    mine = owners_of(hall.li, hall.cipher.mac(hall.li.device, "device"))[0]
    await drafts.insert_one({**row, "_id": "copied", "owner": mine})
    with pytest.raises(Exception, match="cipher.unreadable"):
        await read(hall, hall.li)


def test_staff_keep_nothing_under_a_card():
    assert owners_of(CLERK, "") == ()
    assert owners_of(CLERK, "mac") == ("device:mac",)
