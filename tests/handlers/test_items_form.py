"""The form builder with scripts off: a form is built, bound, ordered and previewed."""

from __future__ import annotations

import pytest

from tests.handlers.test_items import EDITOR, entered, state_of


async def form_of(town, slug: str) -> dict:
    sections = (await state_of(town, slug))["item"]["form"]["sections"]
    return {page["key"]: [field["key"] for field in page["fields"]] for page in sections}


@pytest.fixture(scope="module")
def writer(io_loop, town):
    """何编写 at her desk, with something new begun."""
    return io_loop.run_sync(lambda: _begun(town), timeout=30)


async def _begun(town):
    writer = await entered(town, EDITOR)
    page = await writer.open("/desk/items")
    await writer.send(page, "/desk/items", id="bath-help", name="助浴服务", theme="relief", department="民政")
    return writer


@pytest.mark.gen_test(timeout=20)
async def test_a_page_and_a_bound_question_are_added_and_shown(town, writer):
    page = await writer.open("/desk/items/bath-help/form")
    page = await writer.send(page, "/form", press="do=page", title="上门时间", key="visit")
    assert "上门时间" in page.words
    page = await writer.send(page, "/form", press="do=field:page.visit", element="person.disability_grade")
    assert "已保存" not in page.words
    assert page.url.endswith("/form/fields/disability_grade")
    assert (await form_of(town, "bath-help"))["visit"] == ["disability_grade"]
    preview = await writer.open("/desk/items/bath-help/preview?at=2")
    assert "残疾等级" in preview.words
    assert 'class="preview"' in preview.text


@pytest.mark.gen_test(timeout=20)
async def test_a_choice_shows_another_question_and_the_preview_knows(town, writer):
    page = await writer.open("/desk/items/bath-help/form")
    await writer.send(page, "/form", press="do=page", title="怎样上门", key="how")
    page = await writer.open("/desk/items/bath-help/form")
    page = await writer.send(
        page, "/form", press="do=field:page.how", label="要不要接送", type="single", key="pick_up"
    )
    page = await writer.send(
        page, "/fields/pick_up", press="do=save", options="yes 要接送\nno 不用", required="是"
    )
    assert "已保存" in page.words
    page = await writer.open("/desk/items/bath-help/form")
    page = await writer.send(
        page, "/form", press="do=field:page.how", label="到哪里接", type="text", key="where"
    )
    told = {"show_if.0.field": "pick_up", "show_if.0.op": "eq", "show_if.0.value": "要接送"}
    await writer.send(page, "/fields/where", press="do=save", **told)
    form = (await state_of(town, "bath-help"))["item"]["form"]
    where = next(field for page in form["sections"] for field in page["fields"] if field["key"] == "where")
    assert where["show_if"] == {"field": "pick_up", "value": "yes"}
    assert "要接送" in (await writer.open("/desk/items/bath-help/preview?at=3")).words


@pytest.mark.gen_test(timeout=20)
async def test_questions_and_pages_are_moved_and_removed(town, writer):
    page = await writer.open("/desk/items/bath-help/form")
    page = await writer.send(page, "/form", press="do=page", title="临时的一页", key="spare")
    page = await writer.send(page, "/form", press="do=up:field.id_number")
    assert (await form_of(town, "bath-help"))["applicant"][:2] == ["id_number", "name"]
    page = await writer.send(page, "/form", press="do=down:field.id_number")
    page = await writer.send(page, "/form", press="do=remove:page.spare")
    assert "spare" not in await form_of(town, "bath-help")
    assert (await form_of(town, "bath-help"))["applicant"][:2] == ["name", "id_number"]


@pytest.mark.gen_test(timeout=20)
async def test_what_is_wrong_is_told_beside_its_box_and_stays_typed(town, writer):
    page = await writer.open("/desk/items/bath-help/form/fields/phone")
    page = await writer.send(
        page, "/fields/phone", press="do=save", label="手机号码", hint="写常用的", **{"type": ""}
    )
    assert (page.status, "请选择类型" in page.words) == (422, True)
    assert dict(page.form("/fields/phone").fields)["hint"] == "写常用的"
    page = await writer.open("/desk/items/bath-help/form")
    page = await writer.send(
        page, "/form", press="do=field:page.applicant", element="person.nothing", label="没有的"
    )
    assert (page.status, "没有这个数据项" in page.words, "没有的" in page.text) == (422, True, True)


@pytest.mark.gen_test(timeout=20)
async def test_an_element_is_looked_for_and_bound(town, writer):
    page = await writer.open("/desk/items/bath-help/form")
    await writer.send(
        page, "/form", press="do=field:page.applicant", label="性别", type="text", key="sex_typed"
    )
    page = await writer.open("/desk/items/bath-help/form/fields/sex_typed?q=性别")
    assert "person.sex" in page.words
    await writer.send(page, "/fields/sex_typed", press="do=bind:person.sex")
    form = (await state_of(town, "bath-help"))["item"]["form"]
    field = next(each for each in form["sections"][0]["fields"] if each["key"] == "sex_typed")
    assert (field["element"], field["type"]) == ("person.sex", "single")


@pytest.mark.gen_test(timeout=20)
async def test_a_table_gets_columns(town, writer):
    page = await writer.open("/desk/items/bath-help/form")
    page = await writer.send(
        page, "/form", press="do=field:page.applicant", label="要洗澡的人", type="table", key="bathers"
    )
    page = await writer.send(page, "/form", press="do=field:field.bathers", label="姓名", type="text")
    assert page.url.endswith("/form/fields/bathers.question_1")
    page = await writer.send(page, "/fields/bathers.question_1", press="do=save", label="姓名", required="是")
    assert "已保存" in page.words
    form = (await state_of(town, "bath-help"))["item"]["form"]
    table = next(each for each in form["sections"][0]["fields"] if each["key"] == "bathers")
    assert [(each["label"], each["type"], each["required"]) for each in table["columns"]] == [
        ("姓名", "text", True)
    ]


@pytest.mark.gen_test(timeout=20)
async def test_a_form_is_built_by_json_as_well(town):
    token = await town.staff(EDITOR)
    rev = (await town.get("/desk/items/bath-help/form", token)).body["rev"]
    sent = {"rev": rev, "do": "page", "texts": {"title": "从接口来", "key": "from_json"}}
    built = await town.post("/desk/items/bath-help/form", sent, token)
    assert (built.status, built.body["rev"]) == (200, rev + 1)
    stale = await town.post("/desk/items/bath-help/form", sent, token)
    assert (stale.status, stale.body["error"]["code"]) == (409, "conflict")
    gone = await town.post("/desk/items/bath-help/form/pages/nowhere", {"rev": rev + 1, "texts": {}}, token)
    assert gone.status == 404
