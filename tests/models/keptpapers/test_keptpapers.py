"""Kept papers below the handlers: one of a kind, verified once, swept, sealed; and which papers are kept at all."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta

import msgspec
import pytest
from PIL import Image

from models.base.errors import Conflict, Forbidden, LoginNeeded, NotFound
from models.consents.consent import load_purposes
from models.items.catalogue import Standing, item_offer
from models.items.item import Material
from models.keptpapers import asking
from models.keptpapers.paper import Source, fields_of, handed_in, reusable
from models.keptpapers.service import Read
from models.prefill.known import Answer
from tests.models.catalogue import ALLOWANCE, ITEMS
from tests.models.hall import CLERK, NOON, REVIEWER, SUN_CLERK

BORN = ("M16", "出生医学证明")
AREAS = ("529901", "529901101")
LICENCE = Material("M14", "营业执照", source="政府部门核发", field="photo")
LETTER = Material("M06", "委托书", field="photo")
ITEM = msgspec.structs.replace(ALLOWANCE, materials=(LICENCE,))
OFFER = item_offer(ITEM, 1, Standing(ITEM.id, 1, "d"))
KEEP = load_purposes()["keep"]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


def source(case="c1", minutes=0):
    return Source(case, f"no-{case}", "落户", NOON + timedelta(minutes=minutes))


async def keep(hall, files=("f1",), kind=BORN, **told):
    await hall.kept_papers.keep(hall.chen.subject, "p-chen", source(**told), 1, {kind: files})


async def only(hall):
    [paper] = await hall.kept_papers.own(hall.chen)
    return paper


async def verify(hall, paper, staff=CLERK, **read):
    told = Read(**{"issuer": "县妇幼保健院", **read})
    await hall.kept_papers.verify(staff, paper, told, "大关镇", AREAS, ["公安"])


# Which papers.


@pytest.mark.parametrize(
    ("material", "kept"), [(LICENCE, True), (LETTER, False), (Material("M1", "证", field=""), False)]
)
def test_only_what_an_office_has_issued_and_a_picture_shows_is_kept(material, kept):
    assert reusable(material) is kept


def test_what_was_used_again_is_not_handed_in():
    fresh, again = Answer("photo", ["f1"]), Answer("photo", ["f1"], "kept")
    assert handed_in(ITEM, [fresh]) == [LICENCE]
    assert handed_in(ITEM, [again]) == handed_in(ITEM, [Answer("photo", [])]) == []


def test_the_questions_of_a_form_are_known_by_its_own_keys():
    assert fields_of(OFFER) == {"photo": ("M14", "营业执照")}


def test_nothing_is_asked_where_there_is_nothing_to_keep():
    assert asking.ask(KEEP, "own", ("津贴",), {}) is None
    ask = asking.ask(KEEP, "own", ("津贴",), {"photo": "营业执照"})
    assert ask.id == "keep@1"
    assert "营业执照" in ask.text


@pytest.mark.parametrize(("ticked", "kept"), [(("keep@1",), True), ((), False), (("keep@0",), False)])
def test_only_the_present_words_count(ticked, kept):
    given = asking.wished(KEEP, ticked, [(OFFER, (Answer("photo", ["f1"]),))], ("陈桂兰", "own", "L2"), NOON)
    assert bool(given) is kept


@pytest.mark.gen_test
async def test_what_is_entrusted_to_somebody_absent_is_a_matter_and_not_her_papers(hall):
    asked = {
        ground: asking.may_keep(hall.chen, ground)
        for ground in ("", "consent", "present", "counter", "guardian")
    }
    assert asked == {"": True, "consent": False, "present": True, "counter": True, "guardian": True}
    assert not asking.may_keep(hall.resident("陈桂兰", hall.chen.id_number), "")


# What becomes of them.


@pytest.mark.gen_test
async def test_the_last_of_a_kind_stands_whatever_order_they_come_in(hall):
    await keep(hall, ("new",), case="c2", minutes=5)
    await keep(hall, ("old",), case="c1")
    assert (await only(hall)).files == ("new",)
    await keep(hall, ("newest",), case="c3", minutes=9)
    assert (await only(hall)).files == ("newest",)


@pytest.mark.gen_test
async def test_a_desk_that_is_quicker_than_the_worker_takes_nothing_away(hall):
    hall = await hall.again({**ITEMS, ITEM.id: ITEM})
    paper = (await hall.uploads.take(hall.chen, picture(), "执照.jpg")).id
    case = await hall.case(await hall.file(photo=[paper]))
    await hall.act(CLERK, case, "accept")
    await hall.keeping.run_once()
    assert ((await only(hall)).files, (await only(hall)).source.case) == ((paper,), case.id)


@pytest.mark.gen_test
async def test_papers_of_somebody_whom_the_registry_does_not_know_are_kept_all_the_same(hall):
    hall = await hall.again({**ITEMS, ITEM.id: ITEM})
    stranger = msgspec.structs.replace(hall.chen, person="", household="")
    paper = (await hall.uploads.take(stranger, picture(), "执照.jpg")).id
    case = await hall.case(await hall.file(stranger, photo=[paper], born="1939-05-01"))
    assert case.applicant.person == ""
    await hall.keeping.run_once()
    assert (await only(hall)).source.case == case.id


@pytest.mark.gen_test
async def test_two_workers_keep_one(hall):
    await asyncio.gather(*(keep(hall) for _ in range(5)))
    assert await hall.database.collection("kept_materials").count_documents({}) == 1


@pytest.mark.gen_test
async def test_keeping_it_once_more_does_not_undo_a_verification(hall):
    await keep(hall)
    await verify(hall, await only(hall))
    await keep(hall)
    assert (await only(hall)).verified.by == CLERK.name


@pytest.mark.gen_test
async def test_corrected_pictures_are_nobody_s_word(hall):
    await keep(hall)
    await verify(hall, await only(hall), number="X53")
    await hall.kept_papers.renew(hall.chen.subject, "c1", {BORN: ["f2"]})
    paper = await only(hall)
    assert (paper.files, paper.verified, paper.number) == (("f2",), None, "")


@pytest.mark.gen_test
async def test_what_she_deleted_is_not_renewed(hall):
    await keep(hall)
    await hall.kept_papers.delete(hall.chen, (await only(hall)).id)
    await hall.kept_papers.renew(hall.chen.subject, "c1", {BORN: ["f2"]})
    assert await hall.kept_papers.own(hall.chen) == []


@pytest.mark.gen_test
async def test_pictures_that_changed_under_a_desk_are_not_verified(hall):
    await keep(hall)
    seen = await only(hall)
    await hall.kept_papers.renew(hall.chen.subject, "c1", {BORN: ["f2"]})
    with pytest.raises(Conflict, match=r"paper\.renewed"):
        await verify(hall, seen)


@pytest.mark.gen_test
async def test_who_takes_in_or_checks_the_matter_verifies_and_nobody_elsewhere(hall):
    await keep(hall)
    await verify(hall, await only(hall), REVIEWER)
    with pytest.raises(Forbidden):
        await verify(hall, await only(hall), SUN_CLERK)


@pytest.mark.gen_test
async def test_a_date_that_was_verified_is_not_hers_to_change(hall):
    await keep(hall)
    await verify(hall, await only(hall), valid_until="2030-01-01")
    with pytest.raises(Conflict, match=r"paper\.verified"):
        await hall.kept_papers.say_until(hall.chen, (await only(hall)).id, "2031-01-01")
    with pytest.raises(NotFound):
        await hall.kept_papers.say_until(hall.chen, "0" * 30, "2031-01-01")


@pytest.mark.gen_test
async def test_a_card_merely_typed_sees_nothing(hall):
    with pytest.raises(LoginNeeded):
        await hall.kept_papers.own(hall.resident("陈桂兰", hall.chen.id_number))


@pytest.mark.gen_test
async def test_the_number_is_sealed_at_rest(hall):
    await keep(hall)
    await verify(hall, await only(hall), number="X530012345")
    assert (await only(hall)).number == "X530012345"
    assert "X530012345" not in await hall.raw("kept_materials")


@pytest.mark.gen_test
async def test_what_ran_out_ninety_days_ago_is_swept_and_what_holds_stays(hall):
    await keep(hall)
    await keep(hall, ("f2",), ("M14", "营业执照"))
    over = next(paper for paper in await hall.kept_papers.own(hall.chen) if paper.code == "M16")
    await hall.kept_papers.say_until(hall.chen, over.id, "2026-11-10")
    hall.clock.now += timedelta(days=95)
    assert len(await hall.kept_papers.own(hall.chen)) == 2
    await hall.retention.run()
    assert len(await hall.kept_papers.own(hall.chen)) == 2
    hall.clock.now += timedelta(days=5)
    await hall.retention.run()
    assert (await only(hall)).code == "M14"


@pytest.mark.gen_test
async def test_pictures_that_go_with_their_case_take_the_row_along(hall):
    await keep(hall, ("f1", "f2"))
    await hall.kept_papers.drop_files(["f2"])
    assert await hall.kept_papers.own(hall.chen) == []
