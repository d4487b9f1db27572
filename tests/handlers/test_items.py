"""The catalogue's desk with scripts off: written by one, let pass by another, seen by a resident."""

from __future__ import annotations

import msgspec
import pytest

from models.items.writing import SECTIONS
from server import container
from tests.handlers.browser import Browser

EDITOR, APPROVER = "reviewer.minzheng", "approver.minzheng"


async def entered(town, username: str) -> Browser:
    browser = Browser(town.url)
    await browser.send(await browser.open("/staff/login"), username=username, password="Yunling-2026")
    return browser


async def state_of(town, slug: str) -> dict:
    return (await town.get(f"/desk/items/{slug}", await town.staff(EDITOR))).body


@pytest.mark.gen_test(timeout=20)
async def test_an_item_is_changed_by_one_and_let_pass_by_another(town):
    writer, reviewer = await entered(town, EDITOR), await entered(town, APPROVER)
    page = await writer.send(await writer.open("/desk/items/elder-card"), "/start")
    assert "草稿：编写中" in page.words
    form = await writer.open("/desk/items/elder-card/edit/basics")
    saved = await writer.send(form, press="do=save", summary="满60周岁，凭证坐车逛公园有优待。")
    assert "已保存" in saved.words
    page = await writer.send(
        await writer.open("/desk/items/elder-card"), "/submit", note="说得更明白", effective_on=""
    )
    assert "已提交，请另一位同事审核" in page.words
    page = await reviewer.open("/desk/items/elder-card")
    assert "满60周岁，凭证坐车逛公园有优待。" in page.words
    page = await reviewer.send(page, "/approve")
    assert "审核通过" in page.words
    matter = await town.get(f"/apply/{town.chen.code}/elder-card", Accept="text/html")
    assert "满60周岁，凭证坐车逛公园有优待。" in matter.body.decode()


@pytest.mark.gen_test(timeout=20)
async def test_a_returned_draft_says_why_beside_the_field(town):
    writer, reviewer = await entered(town, EDITOR), await entered(town, APPROVER)
    await writer.send(await writer.open("/desk/items/temp-relief"), "/start")
    form = await writer.open("/desk/items/temp-relief/edit/basics")
    await writer.send(form, press="do=save", summary="遇到急难可以申请。")
    await writer.send(await writer.open("/desk/items/temp-relief"), "/submit", note="精简")
    page = await reviewer.open("/desk/items/temp-relief")
    empty = await reviewer.send(page, "/send_back")
    assert (empty.status, "请写明哪里要改" in empty.words) == (422, True)
    await reviewer.send(page, "/send_back", **{"remark:summary": "写明找谁"})
    back = await writer.open("/desk/items/temp-relief/edit/basics")
    assert "审核意见：写明找谁" in back.words


@pytest.mark.gen_test(timeout=20)
async def test_what_cannot_be_read_is_told_beside_it_and_nothing_typed_is_lost(town):
    writer = await entered(town, EDITOR)
    await writer.send(await writer.open("/desk/items/disabled-care"), "/start")
    form = await writer.open("/desk/items/disabled-care/edit/basics")
    page = await writer.send(form, press="do=save", promised_days="二十", summary="改过的一句话")
    assert (page.status, "请填整数" in page.words) == (422, True)
    assert dict(page.form("/edit/basics").fields)["promised_days"] == "二十"
    assert dict(page.form("/edit/basics").fields)["summary"] == "改过的一句话"


@pytest.mark.gen_test(timeout=20)
async def test_rows_are_added_moved_and_removed_without_scripts(town):
    writer = await entered(town, EDITOR)
    await writer.send(await writer.open("/desk/items/disabled-living"), "/start")
    first = (await state_of(town, "disabled-living"))["item"]["materials"]
    page = await writer.open("/desk/items/disabled-living/edit/materials")
    page = await writer.send(page, press="do=add:materials")
    at = len(first)
    page = await writer.send(
        page,
        press=f"do=up:materials.{at}",
        **{f"materials.{at}.code": "X9", f"materials.{at}.name": "新材料"},
    )
    assert "还没有保存" in page.words
    await writer.send(page, press="do=save")
    codes = [each["code"] for each in (await state_of(town, "disabled-living"))["item"]["materials"]]
    assert codes == [*(each["code"] for each in first[:-1]), "X9", first[-1]["code"]]


@pytest.mark.gen_test(timeout=20)
async def test_a_condition_is_written_as_a_table(town):
    writer = await entered(town, EDITOR)
    await writer.send(await writer.open("/desk/items/dibao"), "/start")
    page = await writer.open("/desk/items/dibao/edit/situations")
    told = {
        "materials.1.when.0.field": "causes",
        "materials.1.when.0.op": "has",
        "materials.1.when.0.value": "供孩子上学",
    }
    await writer.send(page, press="do=save", **told)
    item = (await state_of(town, "dibao"))["item"]
    assert item["materials"][1]["when"] == {"field": "causes", "op": "has", "value": "study"}
    assert item["materials"][4]["when"] == {"field": "causes", "op": "has", "value": "disability"}


@pytest.mark.gen_test(timeout=20)
async def test_somebody_who_saves_on_an_old_page_is_told_and_keeps_her_text(town):
    writer, other = await entered(town, EDITOR), await entered(town, "admin")
    await writer.send(await writer.open("/desk/items/elder-allowance"), "/start")
    path = "/desk/items/elder-allowance/edit/basics"
    old = await writer.open(path)
    await other.send(await other.open(path), press="do=save", hours="周一至周五")
    page = await writer.send(old, press="do=save", hours="周末也开")
    assert (page.status, "刚被别人改动过" in page.words) == (409, True)
    assert dict(page.form("/edit/basics").fields)["hours"] == "周末也开"


@pytest.mark.gen_test(timeout=20)
async def test_a_withdrawn_item_tells_those_who_come(town):
    writer = await entered(town, "admin")
    page = await writer.open("/desk/items/water-install")
    blank = await writer.send(page, "/withdraw", notice="系统停用", reason="")
    assert (blank.status, "系统停用" in blank.text) == (422, True)
    page = await writer.send(blank, "/withdraw", notice="请到供水公司办理。", reason="改由企业办理")
    assert "已停办" in page.words
    matter = await town.get(f"/apply/{town.chen.code}/water-install", Accept="text/html")
    assert "请到供水公司办理。" in matter.body.decode()
    await writer.send(await writer.open("/desk/items/water-install"), "/reopen")


@pytest.mark.gen_test(timeout=20)
async def test_the_list_finds_by_words_and_state_and_begins_something_new(town):
    writer = await entered(town, EDITOR)
    page = await writer.open("/desk/items?q=低保&state=open")
    assert "最低生活保障审核确认" in page.words
    assert "临时救助" not in page.words.partition("新建事项")[0]
    wrong = await writer.send(
        page, "/desk/items", id="坏编号", name="助浴服务", theme="relief", department="民政"
    )
    assert (wrong.status, "助浴服务" in wrong.text) == (422, True)
    page = await writer.send(wrong, "/desk/items", id="bath-help")
    assert page.url.endswith("/desk/items/bath-help")


@pytest.mark.gen_test(timeout=20)
async def test_every_page_of_every_form_is_previewed_as_residents_see_it(town):
    writer = await entered(town, "admin")
    for offer in town.home.catalogue.offers():
        if offer.item is None:
            continue
        for at in range(len(offer.item.form.sections) + 1):
            page = await writer.open(f"/desk/items/{offer.id}/preview?at={at}")
            assert page.status == 200, page.url
            assert (offer.item.form.sections[at - 1].title if at else offer.name) in page.words


@pytest.mark.gen_test(timeout=20)
async def test_every_section_of_every_item_opens(town):
    token = await town.staff("admin")
    for offer in town.home.catalogue.offers():
        for section in SECTIONS if offer.item else ():
            path = f"/desk/items/{offer.id}/edit/{section}"
            reply = await town.get(path, token, Accept="text/html")
            assert reply.status == 200, path


@pytest.mark.gen_test(timeout=30)
async def test_a_server_that_starts_anew_offers_what_was_published_at_the_desk(town):
    """Another container on the same database, with the files of the release beside it."""
    writer, reviewer = await entered(town, EDITOR), await entered(town, APPROVER)
    await writer.send(await writer.open("/desk/items/marriage-booking"), "/start")
    form = await writer.open("/desk/items/marriage-booking/edit/basics")
    await writer.send(form, press="do=save", summary="约好时间，带身份证来。")
    await writer.send(await writer.open("/desk/items/marriage-booking"), "/submit", note="精简")
    await reviewer.send(await reviewer.open("/desk/items/marriage-booking"), "/approve")
    settings = msgspec.structs.replace(town.settings, data_dir=town.settings.data_dir / "again")
    again = await container.build(settings, town.built.database, town.home.clock)
    offer = again.home.catalogue.offer("marriage-booking")
    assert (offer.version, offer.summary) == (2, "约好时间，带身份证来。")
    await again.home.audit.close()
    await again.close_sessions()


@pytest.mark.gen_test(timeout=30)
async def test_what_people_often_ask_is_answered_on_the_page_of_the_matter(town):
    writer, reviewer = await entered(town, EDITOR), await entered(town, APPROVER)
    await writer.send(await writer.open("/desk/items/funeral-aid"), "/start")
    page = await writer.open("/desk/items/funeral-aid/edit/questions")
    page = await writer.send(page, press="do=add:questions")
    told = {"questions.0.question": "能代办吗？", "questions.0.answer": "可以，带上委托书。"}
    await writer.send(page, press="do=save", **told)
    await writer.send(await writer.open("/desk/items/funeral-aid"), "/submit", note="补问答")
    await reviewer.send(await reviewer.open("/desk/items/funeral-aid"), "/approve")
    matter = await town.get(f"/apply/{town.chen.code}/funeral-aid", Accept="text/html")
    assert "可以，带上委托书。" in matter.body.decode()


@pytest.mark.gen_test(timeout=20)
async def test_codes_are_put_together_of_their_parts(town):
    writer = await entered(town, "admin")
    await writer.send(await writer.open("/desk/items/road-dig"), "/start")
    page = await writer.open("/desk/items/road-dig/edit/codes")
    parts = {
        "part.origin": "00",
        "part.department": "17",
        "part.main": "021",
        "part.credit": "11529901MB0Q22340X",
    }
    wrong = await writer.send(page, press="do=compose", **parts)
    assert (wrong.status, "统一社会信用代码" in wrong.words) == (422, True)
    good = await writer.send(wrong, press="do=compose", **{"part.credit": ""})
    assert dict(good.form("/edit/codes").fields)["basic_code"] == "000117021000"
    await writer.send(good, press="do=save")
    assert (await town.get("/desk/items/road-dig", await town.staff("admin"))).body["item"][
        "basic_code"
    ] == "000117021000"
