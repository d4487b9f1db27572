"""Reported plates: told by anybody, followed by their number, seen by those who may suspend codes there."""

from __future__ import annotations

import asyncio
import io

import msgspec
import pytest
from PIL import Image

from models.base.actor import Actor
from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.platereports.report import KEPT, Telling
from models.platereports.repository import PlateReportRepository
from models.platereports.service import PlateReports

TOLD = Telling("丘林村三组21号", "村口电线杆上", "13900001111", report_key="key-of-a-report")
CLERK = Actor("staff", subject="a1", name="王受理", role="clerk", area="529901101")
VILLAGE = Actor("staff", subject="a2", name="李受理", role="clerk", area="529901101202")
COUNTY = Actor("staff", subject="a3", name="管理员", role="admin", area="529901")
OUTSIDER = Actor("staff", subject="a4", name="孙外人", role="clerk", area="529901102")
APPROVER = Actor("staff", subject="a5", name="赵科长", role="approver", area="529901")
NOWHERE = "D0000000000A"


@pytest.fixture
def reports(io_loop, hall, database):
    io_loop.run_sync(lambda: database.ensure(PlateReportRepository.COLLECTIONS))
    repository = PlateReportRepository(database, hall.cipher)
    return PlateReports(repository, hall.codes, hall.areas, hall.uploads, hall.clock, "529901")


@pytest.fixture
def door(io_loop, hall):
    """The code of 陈桂兰's door, in 大关镇丘林村."""
    return io_loop.run_sync(lambda: hall.codes.door_of("529901101201030012")).id


def told(**changed):
    return msgspec.structs.replace(TOLD, **changed)


async def wrong(reports, hall, code="-", **changed):
    with pytest.raises(Invalid) as refused:
        await reports.tell(hall.anybody, code, told(**changed))
    return [(problem.field, problem.code) for problem in refused.value.problems]


def picture():
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(kept, "JPEG")
    return kept.getvalue()


@pytest.mark.gen_test
async def test_a_report_of_a_known_code_lies_where_its_plate_hangs(reports, hall, door):
    report, new = await reports.tell(hall.anybody, door, TOLD)
    assert (new, report.state, report.code) == (True, "open", door)
    assert report.areas[:3] == ("529901", "529901101", "529901101201")
    assert [each.id for each in await reports.listed(CLERK, "open")] == [report.id]


@pytest.mark.gen_test
@pytest.mark.parametrize("code", ["-", "not a code", NOWHERE, "D7K2", "１２３"])
async def test_a_code_that_is_not_ours_is_reported_to_the_county(reports, hall, code):
    report, _ = await reports.tell(hall.anybody, code, TOLD)
    assert report.areas == ("529901",)
    assert [each.id for each in await reports.listed(COUNTY, "open")] == [report.id]
    assert await reports.listed(CLERK, "open") == []


@pytest.mark.gen_test
async def test_whoever_knows_the_village_says_it_and_it_goes_there(reports, hall):
    await reports.tell(hall.anybody, "-", told(area="529901101202"))
    assert len(await reports.listed(VILLAGE, "open")) == 1
    assert await reports.waiting(CLERK) == 1
    assert await reports.waiting(OUTSIDER) == 0


@pytest.mark.gen_test
async def test_a_plate_that_was_carried_off_is_where_it_was_seen(reports, hall, door):
    report, _ = await reports.tell(hall.anybody, door, told(area="529901102"))
    assert report.areas == ("529901", "529901102")


@pytest.mark.gen_test
async def test_everything_that_is_wrong_is_said_at_once(reports, hall):
    found = await wrong(
        reports, hall, says=" ", where="\u202e", phone="123", area="110101", photos=("0" * 32,)
    )
    assert found == [
        ("says", "required"), ("where", "required"), ("phone", "phone.form"), ("area", "area.unknown"),
        ("photos", "file.unknown"),
    ]  # fmt: skip
    assert await wrong(reports, hall, says="长" * 201) == [("says", "text.long")]
    assert await wrong(reports, hall, report_key="") == [("", "report_key")]


@pytest.mark.gen_test
async def test_twenty_taps_are_one_report(reports, hall, door):
    answers = await asyncio.gather(*(reports.tell(hall.anybody, door, TOLD) for _ in range(20)))
    assert len({report.number for report, _ in answers}) == 1
    assert [new for _, new in answers].count(True) == 1


@pytest.mark.gen_test
async def test_the_phone_is_sealed_where_it_lies_and_in_no_list_and_no_repr(reports, hall, door, database):
    report, _ = await reports.tell(hall.anybody, door, TOLD)
    row = await database.collection("plate_reports").find_one({"_id": report.id})
    assert "13900001111" not in str(row)
    assert "13900001111" not in repr(report) + repr(TOLD)
    assert (await reports.open(CLERK, report.id)).phone == "13900001111"


@pytest.mark.gen_test
async def test_whoever_has_the_number_follows_it_however_it_is_typed(reports, hall, door):
    report, _ = await reports.tell(hall.anybody, door, TOLD)
    spaced = f" {report.number[:5].lower()}-{report.number[5:]} "
    assert (await reports.follow(spaced)).id == report.id
    for number in ("", "0" * 10, "x" * 500, "$where"):
        with pytest.raises(NotFound):
            await reports.follow(number)


@pytest.mark.gen_test
async def test_nobody_elsewhere_and_nobody_without_the_duty_sees_it(reports, hall, door):
    report, _ = await reports.tell(hall.anybody, door, TOLD)
    for actor in (OUTSIDER, VILLAGE):
        with pytest.raises(NotFound):
            await reports.open(actor, report.id)
        with pytest.raises(NotFound):
            await reports.move(actor, report.id, 1, "closed", "不是我的")
    for actor in (APPROVER, hall.chen, hall.anybody):
        with pytest.raises(Forbidden):
            await reports.open(actor, report.id)
        with pytest.raises(Forbidden):
            await reports.listed(actor, "open")


@pytest.mark.gen_test
async def test_seen_then_closed_with_what_was_found(reports, hall, door):
    report, _ = await reports.tell(hall.anybody, door, TOLD)
    seen = await reports.move(CLERK, report.id, 1, "visited", "牌是真的，贴错了一户")
    done = await reports.move(CLERK, report.id, seen.rev, "closed", "已换回")
    assert [(entry.state, entry.note) for entry in done.history] == [
        ("open", ""), ("visited", "牌是真的，贴错了一户"), ("closed", "已换回"),
    ]  # fmt: skip
    assert done.forget_at == done.history[-1].at + KEPT
    with pytest.raises(Conflict):
        await reports.move(CLERK, report.id, done.rev, "visited", "又去了一次")


@pytest.mark.gen_test
async def test_of_two_clerks_one_is_told_that_the_other_was_faster(reports, hall, door):
    report, _ = await reports.tell(hall.anybody, door, TOLD)
    moves = [reports.move(actor, report.id, 1, "closed", "已摘下") for actor in (CLERK, COUNTY)]
    answers = await asyncio.gather(*moves, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Report"]


@pytest.mark.gen_test
async def test_closing_without_a_word_is_refused(reports, hall, door):
    report, _ = await reports.tell(hall.anybody, door, TOLD)
    with pytest.raises(Invalid) as refused:
        await reports.move(CLERK, report.id, 1, "closed", " ")
    assert refused.value.problems[0].field == "note"


@pytest.mark.gen_test(timeout=20)
async def test_a_photo_is_seen_by_those_who_go_there_and_goes_when_it_is_closed(
    reports, hall, door, database
):
    photo = await hall.uploads.take(hall.anybody, picture(), "牌.jpg")
    report, _ = await reports.tell(hall.anybody, door, told(photos=(photo.id,)))
    assert (await reports.photo(CLERK, report.id, photo.id))[:3] == b"\xff\xd8\xff"
    for actor, file in ((OUTSIDER, photo.id), (CLERK, "0" * 32)):
        with pytest.raises(NotFound):
            await reports.photo(actor, report.id, file)
    uploads = database.collection("uploads")
    assert (await uploads.find_one({"_id": photo.id}))["claimed"] is True
    await reports.move(CLERK, report.id, 1, "closed", "假牌已摘下")
    assert (await uploads.find_one({"_id": photo.id}))["claimed"] is False


@pytest.mark.gen_test(timeout=20)
async def test_somebody_elses_photo_is_no_photo_of_hers(reports, hall):
    photo = await hall.uploads.take(hall.li, picture(), "牌.jpg")
    assert await wrong(reports, hall, photos=(photo.id,)) == [("photos", "file.unknown")]


@pytest.mark.gen_test(timeout=20)
async def test_long_lists_come_in_pages_the_oldest_first(reports, hall, door):
    for n in range(53):
        await reports.tell(hall.anybody, door, told(report_key=f"key-number-{n}"))
    first = await reports.listed(CLERK, "open")
    rest = await reports.listed(CLERK, "open", first[-1].id)
    assert (len(first), len(rest)) == (50, 3)
    assert [each.id for each in (*first, *rest)] == sorted(each.id for each in (*first, *rest))
