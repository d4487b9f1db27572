"""Files of items at the desk: what one may take out, what a file would bring, and drafts from it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from models.base.errors import Forbidden, Invalid
from models.items.exchange import Exchange, read_items, write_items
from models.items.figures import compared, figures_of, summed, table_of
from models.items.item import Figures
from models.items.starting import NewItem, begun
from tests.models.catalogue import ALLOWANCE, ENROL, ITEMS
from tests.models.hall import CLERK
from tests.models.items.desk import ADMIN, COUNTY, ELSEWHERE, HE, ZHAO, ItemsDesk, whole

NEW = whole(begun(NewItem("bath-help", "助浴服务", "relief", "民政")), summary="上门洗澡。")


@pytest.fixture
def desk(hall) -> ItemsDesk:
    return ItemsDesk(hall)


@pytest.fixture
def exchange(desk):
    with ThreadPoolExecutor(1) as workers:
        yield Exchange(desk.bench, desk.editing, workers, COUNTY)


@pytest.mark.gen_test
async def test_each_takes_out_the_items_of_her_lines(desk, exchange):
    everything = read_items(await exchange.export(ADMIN, "xlsx")).items
    assert {item.id for item in everything} == set(ITEMS)
    hers = read_items(await exchange.export(ELSEWHERE, "json")).items
    assert [item.id for item in hers] == ["enrol"]
    assert [
        each.id for each in read_items(await exchange.export(ADMIN, "json", department="民政")).items
    ] == ["allowance"]
    with pytest.raises(Forbidden):
        await exchange.export(CLERK, "json")


@pytest.mark.gen_test
async def test_a_dry_run_tells_everything_and_makes_nothing(desk, exchange):
    changed = whole(ALLOWANCE, promised_days=90)
    report = await exchange.take(HE, write_items([changed, NEW]), really=False)
    assert (report.added, report.changed, report.taken) == (("bath-help",), ("allowance",), False)
    assert ("事项", 2, "承诺办结时限") in [(each.sheet, each.row, each.column) for each in report.notes]
    assert await desk.bench.worked_on() == frozenset()


@pytest.mark.gen_test
async def test_what_is_new_or_different_becomes_drafts_and_the_rest_is_left(desk, exchange):
    await desk.editing.start(ADMIN, "enrol")
    data = write_items([whole(ALLOWANCE), ENROL, ITEMS["lamp"], NEW])
    report = await exchange.take(ADMIN, data, really=True)
    assert (report.taken, report.added, report.changed) == (True, ("bath-help",), ("allowance",))
    assert (report.busy, report.same) == (("enrol",), ("lamp",))
    draft = (await desk.see()).draft
    assert (draft.item, draft.base, draft.author.name) == (whole(ALLOWANCE), 1, "管理员")


@pytest.mark.gen_test
async def test_an_imported_draft_goes_the_same_way_as_a_written_one(desk, exchange):
    await exchange.take(HE, write_items([NEW]), really=True)
    draft = (await desk.see("bath-help")).draft
    draft = await desk.editing.submit(HE, "bath-help", draft.rev, "", "导入")
    assert (await desk.editing.approve(ZHAO, "bath-help", draft.rev)).version == 1


@pytest.mark.gen_test
async def test_with_one_thing_wrong_nothing_is_taken(desk, exchange):
    foreign = msgspec.structs.replace(ENROL, name="医保缴费")
    report = await exchange.take(HE, write_items([NEW, foreign]), really=True)
    assert (report.taken, [(each.sheet, each.row) for each in report.troubles]) == (False, [("事项", 3)])
    assert await desk.bench.worked_on() == frozenset()


@pytest.mark.gen_test
async def test_an_item_of_another_line_is_not_taken_over_by_renaming_its_department(desk, exchange):
    stolen = msgspec.structs.replace(ENROL, department="民政")
    report = await exchange.take(HE, write_items([stolen]), really=True)
    assert report.troubles
    assert "医保" in report.troubles[0].message


@pytest.mark.gen_test
async def test_an_item_is_not_called_as_a_bundle_is(desk, exchange):
    report = await exchange.take(HE, write_items([msgspec.structs.replace(NEW, id="moving")]), really=True)
    assert (report.taken, [each.column for each in report.troubles]) == (False, ["事项编号"])
    assert await desk.bench.worked_on() == frozenset()


@pytest.mark.gen_test
async def test_no_file_and_no_right_are_refused(exchange):
    with pytest.raises(Invalid):
        await exchange.take(HE, b"not a file", really=True)
    with pytest.raises(Forbidden):
        await exchange.take(ZHAO, write_items([NEW]), really=False)


@pytest.mark.gen_test(timeout=60)
async def test_five_hundred_items_are_taken_in(desk, exchange):
    many = [msgspec.structs.replace(NEW, id=f"bath-{at}", name=f"助浴服务{at}") for at in range(500)]
    report = await exchange.take(HE, write_items(many), really=True)
    assert (report.taken, len(report.added), report.troubles) == (True, 500, ())
    assert len(await desk.bench.worked_on()) == 500
    again = await exchange.take(HE, write_items(many), really=True)
    assert (len(again.busy), again.added) == (500, ())


@pytest.mark.gen_test
async def test_before_is_what_is_on_record_or_the_first_version(desk, exchange):
    before = {"materials": 9, "steps": 8, "days": 40, "visits": 2}
    await desk.publish(whole(ALLOWANCE, before=before, promised_days=10))
    rows = {row.slug: row for row in await exchange.figures(ADMIN)}
    assert (rows["allowance"].recorded, rows["allowance"].before) == (True, Figures(9, 8, 40, 2))
    assert rows["allowance"].now == Figures(0, 4, 10, 0)
    assert (rows["lamp"].recorded, rows["lamp"].before) == (False, figures_of(ITEMS["lamp"]))


@pytest.mark.gen_test
async def test_a_shorter_second_version_is_held_against_the_first(desk, exchange):
    await desk.publish(whole(ALLOWANCE, promised_days=10))
    await desk.publish(whole(ALLOWANCE, promised_days=10, steps=msgspec.to_builtins(ALLOWANCE.steps)[:3]))
    row = next(row for row in await exchange.figures(HE) if row.slug == "allowance")
    assert (row.before.steps, row.now.steps) == (4, 3)
    assert [each.slug for each in await exchange.figures(ELSEWHERE)] == ["enrol"]


def test_the_sum_is_that_of_its_rows_and_counts_who_goes_once():
    twice = whole(ALLOWANCE, before={"materials": 5, "steps": 6, "days": 30, "visits": 3})
    rows = compared([twice, ENROL], {})
    total = summed(rows)
    assert (total.before, total.now) == (Figures(5, 8, 33, 3), Figures(0, 6, 13, 0))
    assert (total.items, total.once_before, total.once) == (2, 1, 2)
    assert table_of(rows)[-1][1:] == ["合计2项", "", "5", "0", "8", "6", "33", "13", "3", "0", ""]


def test_papers_that_are_held_or_optional_are_not_counted():
    papers = [
        {"code": "A", "name": "甲", "field": "photo"}, {"code": "B", "name": "乙", "held": "form"},
        {"code": "C", "name": "丙", "need": 1, "field": "photo"}, {"code": "D", "name": "丁", "need": 2, "field": "photo"},
    ]  # fmt: skip
    item = msgspec.convert(msgspec.to_builtins(ALLOWANCE) | {"materials": papers}, type(ALLOWANCE))
    assert figures_of(item).materials == 2
