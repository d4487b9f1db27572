"""A draft that was submitted is gone, though nobody waited for that."""

from __future__ import annotations

import asyncio

import pytest


async def typed(hall, actor, **answers):
    """Keep answers on the form that lies open before ``actor``."""
    return await hall.drafts.keep(actor, await opened(hall, actor), answers)


async def opened(hall, actor):
    return await hall.drafts.of(actor, hall.catalogue.offer("lamp"), hall.codes_of["chen"])


@pytest.mark.gen_test
async def test_a_submitted_draft_is_not_seen_again(hall):
    before = await typed(hall, hall.chen, what="灯不亮")
    hall.drafts.done(hall.chen, "lamp", hall.codes_of["chen"])
    after = await opened(hall, hall.chen)
    assert after.answers == {}
    assert after.submission_key != before.submission_key
    assert await hall.drafts.all_of(hall.chen) == []


@pytest.mark.gen_test
async def test_other_drafts_stay(hall):
    await typed(hall, hall.chen, what="灯不亮")
    await typed(hall, hall.li, what="灯不亮")
    hall.drafts.done(hall.chen, "lamp", hall.codes_of["chen"])
    await hall.drafts.settle()
    assert (await opened(hall, hall.li)).answers == {"what": "灯不亮"}


@pytest.mark.gen_test
async def test_many_are_forgotten_together(hall):
    await typed(hall, hall.chen, what="灯不亮")
    await typed(hall, hall.li, what="灯不亮")
    for actor in (hall.chen, hall.li, hall.chen):
        hall.drafts.done(actor, "lamp", hall.codes_of["chen"])
    await asyncio.gather(hall.drafts.settle(), hall.drafts.settle())
    assert await hall.drafts.all_of(hall.chen) == await hall.drafts.all_of(hall.li) == []


@pytest.mark.gen_test
async def test_what_is_begun_after_the_submission_is_something_new(hall):
    hall.drafts.done(hall.chen, "lamp", hall.codes_of["chen"])
    await typed(hall, hall.chen, what="又不亮了")
    await hall.drafts.settle()
    assert (await opened(hall, hall.chen)).answers == {"what": "又不亮了"}
