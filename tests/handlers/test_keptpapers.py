"""Papers handed in once: kept where she wished it, offered at the next matter, verified at a desk, let go of."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from tests.handlers.filing import at_desk, open_form, submit
from tests.handlers.test_contract import upload
from tests.handlers.test_counter import ELSEWHERE
from tests.models.hall import card

pytestmark = pytest.mark.gen_test(timeout=40)
FIRST, NEXT, FIELD = "newborn-hukou", "newborn-medical", "birth_cert_photo"
GIVEN = {
    "notice": True, "signature": {"name": "李明"}, "phone": "13900001111", "bank_account": "6217000000000000001",
    "text": "李小花", "textarea": "没有", "yes_no": False, "date": "2026-11-01", "id_number": "529901202611010019",
    "address": "大关镇双河村一组8号", "integer": 1, "money": "100", "time": "09:00", "month": "2026-11",
}  # fmt: skip


KEYED = {"spouse_id_number": card("52990119860615002"), "spouse_name": "王小燕"}


async def answers(town, opened, token, **given):
    """Good answers to what is required and not known; the papers of ``given`` as they are."""
    told = {}
    soon = (town.home.today() + timedelta(days=5)).isoformat()
    given = {**given, "come_on": soon}
    for field in (each for section in opened["form"]["sections"] for each in section["fields"]):
        key, kind = field["key"], field["type"]
        if key in given or key in KEYED:
            told[key] = given.get(key, KEYED.get(key))
        elif field["required"] and field.get("value") in (None, "", []) and "show_if" not in field:
            if kind == "file":
                told[key] = [(await upload(town, token)).body["id"]]
            else:
                told[key] = GIVEN[kind] if kind in GIVEN else field["options"][0]["value"]
    return told


async def file(town, token, item=FIRST, keep=True, door=None, **given):
    """The receipt of a matter, with or without the wish to keep its papers."""
    opened = await open_form(town, (door or town.li).code, item, token)
    if keep:
        opened = {**opened, "consents": [*opened["consents"], opened["keep"]]}
    reply = await submit(town, opened, await answers(town, opened, token, **given), token)
    assert reply.status == 201, reply.body
    return reply.body["receipt"]


async def kept(town, token, wanted=None):
    """What is kept of her, once the worker has been there."""
    for _ in range(60):
        await town.built.keeping.run_once()
        papers = (await town.get("/my/papers", token)).body["papers"]
        if wanted is None or len(papers) == wanted:
            return papers
        await asyncio.sleep(0.1)
    raise AssertionError(papers)


async def question(town, token, item=NEXT, key=FIELD):
    opened = await open_form(town, town.li.code, item, token)
    fields = [each for section in opened["form"]["sections"] for each in section["fields"]]
    return next(field for field in fields if field["key"] == key)


@pytest.fixture
def li(io_loop, town):
    """李明's token, and nothing kept of him."""
    token = io_loop.run_sync(lambda: town.l2(town.li))
    io_loop.run_sync(lambda: town.built.keeping.run_once())
    io_loop.run_sync(lambda: town.built.database.collection("kept_materials").delete_many({}))
    return token


async def test_nothing_is_kept_that_she_did_not_wish(town, li):
    await file(town, li, keep=False)
    assert await kept(town, li) == []
    assert (await question(town, li)).get("value") in (None, [])


async def test_what_she_wished_is_offered_at_the_next_matter_and_counted(town, li):
    filed = await file(town, li)
    paper = (await kept(town, li, 1))[0]
    assert (paper["name"], paper["case_no"], paper["standing"]) == ("出生医学证明", filed["case_no"], "said")
    asked = await question(town, li)
    assert (asked["value"], asked["source"][:8]) == (paper["files"], "您以前交过的材料")
    again = await file(town, li, NEXT, keep=False)
    receipt = (await town.get(f"/q/{again['code']}", li)).body
    row = next(row for row in receipt["papers"] if row["name"] == "出生医学证明")
    assert (row["origin"], row["words"]) == ("kept", "您以前交过，不用再交")
    assert receipt.get("papers_own", 0) < receipt["papers_asked"]


async def test_what_she_wished_is_kept_although_a_clerk_was_faster_than_the_worker(town, li):
    filed = await file(town, li)
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    told = {"rev": case["rev"]}
    done = await town.post(f"/desk/cases/{case['id']}/take", told, await town.staff("clerk.daguan"))
    assert done.status == 200, done.body
    assert [paper["case_no"] for paper in await kept(town, li, 1)] == [filed["case_no"]]


async def test_a_newer_one_takes_its_place_at_the_desk_and_is_her_own_to_bring(town, li):
    await file(town, li)
    await kept(town, li, 1)
    newer = (await upload(town, li)).body["id"]
    again = await file(town, li, NEXT, keep=True, **{FIELD: [newer]})
    for _ in range(60):
        papers = await kept(town, li, 1)
        if papers[0]["files"] == [newer]:
            break
        await asyncio.sleep(0.1)
    assert (papers[0]["files"], papers[0]["case_no"]) == ([newer], again["case_no"])
    receipt = (await town.get(f"/q/{again['code']}", li)).body
    assert next(row for row in receipt["papers"] if row["name"] == "出生医学证明")["origin"] == "photo"


async def test_nobody_else_is_offered_it(town, li):
    await file(town, li)
    paper = (await kept(town, li, 1))[0]
    chen = await town.l2(town.chen)
    assert (await question(town, chen)).get("value") in (None, [])
    assert (await town.get(f"/files/{paper['files'][0]}", chen)).status == 404
    assert (await town.post(f"/my/papers/{paper['id']}/delete", {}, chen)).status == 404
    stolen = {FIELD: paper["files"]}
    opened = await open_form(town, town.chen.code, NEXT, chen)
    reply = await submit(town, opened, await answers(town, opened, chen, **stolen), chen)
    assert (reply.status, reply.body["error"]["field"]) == (422, FIELD)


async def test_a_desk_verifies_the_original_and_the_next_matter_says_so(town, li):
    filed = await file(town, li)
    paper = (await kept(town, li, 1))[0]
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    at, clerk = f"/desk/cases/{case['id']}/papers/{paper['id']}", await town.staff("clerk.daguan")
    wrong = await town.post(at, {"issuer": " "}, clerk)
    assert (wrong.status, wrong.body["error"]["field"]) == (422, "issuer")
    read = {"issuer": "云岭县妇幼保健院", "number": "X530012345", "valid_until": ""}
    seen = await town.post(at, read, clerk)
    assert (seen.status, seen.body["standing"]) == (200, "verified")
    assert (await town.get("/my/papers", li)).body["papers"][0]["number"] == "X530012345"
    row = await town.built.database.collection("kept_materials").find_one({"_id": paper["id"]})
    assert "X530012345" not in str(row)
    page = await town.call(
        "GET", f"/apply/{town.li.code}/{NEXT}/1", token=li, headers={"Accept": "text/html"}
    )
    assert "已核验原件" in page.body.decode() or "已核验原件" in await whole_form(town, li)


async def whole_form(town, token):
    """All pages of the next form, as people see them."""
    texts = []
    for number in range(1, 7):
        page = await town.call(
            "GET", f"/apply/{town.li.code}/{NEXT}/{number}", token=token, headers={"Accept": "text/html"}
        )
        texts.append(page.body.decode())
    return "".join(texts)


@pytest.mark.parametrize("username", ["clerk.qingxi", "admin", "supervisor"])
async def test_who_does_not_handle_the_case_verifies_nothing(town, li, username):
    filed = await file(town, li)
    paper = (await kept(town, li, 1))[0]
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    at = f"/desk/cases/{case['id']}/papers/{paper['id']}"
    assert (await town.post(at, {"issuer": "某院"}, await town.staff(username))).status in {403, 404}


async def test_one_that_has_run_out_is_not_used_and_she_is_told(town, li):
    await file(town, li)
    paper = (await kept(town, li, 1))[0]
    at = f"/my/papers/{paper['id']}/until"
    for text in (
        "明年",
        "20260101",
        "2026-W01-4",
    ):  # days are compared as text, so there is one way to write them
        wrong = await town.post(at, {"valid_until": text}, li)
        assert (wrong.status, wrong.body["error"]["field"]) == (422, "valid_until")
    said = await town.post(at, {"valid_until": "2020-01-01"}, li)
    assert said.body["papers"][0]["standing"] == "expired"
    assert (await question(town, li)).get("value") in (None, [])
    assert "已于2020年1月1日过期，请交新的" in await whole_form(town, li)


async def test_deleting_it_lets_go_of_it_and_leaves_the_case_alone(town, li):
    filed = await file(town, li)
    paper = (await kept(town, li, 1))[0]
    assert (await town.post(f"/my/papers/{paper['id']}/delete", {}, li)).body["papers"] == []
    assert (await question(town, li)).get("value") in (None, [])
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    assert paper["files"] in [answer["value"] for answer in case["answers"]]


async def test_taking_the_consent_back_lets_go_of_it_and_warns_no_desk(town, li):
    filed = await file(town, li)
    await kept(town, li, 1)
    case = (await at_desk(town, filed["case_no"], "clerk.daguan"))["case"]
    consents = (await town.get("/my/consents", li)).body["consents"]
    given = next(each for each in consents if each["id"] == "keep" and each["case"] == case["id"])
    assert "下次不用再交" in given["text"]
    assert (await town.post(given["withdraw"], {}, li)).status == 200
    assert await kept(town, li) == []
    page = await town.call(
        "GET",
        f"/desk/cases/{case['id']}",
        token=await town.staff("clerk.daguan"),
        headers={"Accept": "text/html"},
    )
    assert "合规提示" not in page.body.decode()


async def test_it_is_in_the_copy_of_her_data(town, li):
    await file(town, li)
    paper = (await kept(town, li, 1))[0]
    copy = (await town.get("/my/record/download", li)).body
    assert [each["files"] for each in copy["kept_papers"]] == [paper["files"]]


async def test_a_typed_card_alone_is_offered_nothing(town, li):
    await file(town, li)
    await kept(town, li, 1)
    l1 = await town.l1(town.li)
    assert (await town.get("/my/papers", l1)).status == 401
    assert (await question(town, l1, "social-card")).get("value") in (None, [])


async def test_at_a_counter_it_is_offered_and_can_be_looked_at(town, li):
    await file(town, li)
    paper = (await kept(town, li, 1))[0]
    him = town.li.resident
    sent = {"name": him.name, "id_number": him.id_number, "offer": NEXT, "checked": "1"}
    begun = (await town.post("/desk/counter", sent, await town.staff(ELSEWHERE))).body
    opened = await open_form(town, *begun["form"].split("/")[2:], begun["access_token"])
    fields = [each for section in opened["form"]["sections"] for each in section["fields"]]
    assert next(field for field in fields if field["key"] == FIELD)["value"] == paper["files"]
    assert (await town.get(f"/files/{paper['files'][0]}", begun["access_token"])).status == 200


async def test_with_scripts_off_it_is_asked_before_the_button_unticked(town, browser, li):
    browser.cookies["access"] = li
    page = await browser.open(f"/apply/{town.li.code}/{NEXT}/1")
    assert page.status == 200
    mine = await browser.open("/my/papers")
    assert "还没有留存的材料" in mine.words
