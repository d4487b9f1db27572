"""The HTML face with scripts off: nothing typed is lost, every problem stands beside its field."""

from __future__ import annotations

import re

import pytest

from tests.handlers.browser import Browser
from tests.handlers.filing import repair
from tests.handlers.test_contract import GIF

GOOD = {"fault": "leak", "contact_phone": "13900001111", "note": "厨房门口，从昨晚开始"}


def beside(page, field):
    """The part of the page that is about one field."""
    found = re.search(rf'data-field="{re.escape(field)}".*?(?=data-field=|</form>)', page.text, re.DOTALL)
    assert found, f"{field} is not on {page.url}"
    return found[0]


async def to_check(browser, town, **typed):
    """From the form of a water repair to the page 核对."""
    page = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    return await browser.send(page, **{**GOOD, **typed})


async def log_in(browser, door, onward="/my"):
    """The walk of two short screens."""
    card = await browser.open(f"/login?next={onward}")
    person = door.resident
    proof = await browser.send(card, "/login", name=person.name, id_number=person.id_number)
    return await browser.send(proof, "/login/confirm", code=door.code, pin=door.pin)


@pytest.mark.gen_test
async def test_an_old_link_to_correct_something_leads_to_the_receipt(town, browser):
    filed = await repair(town)
    page = await browser.open(f"/q/{filed['code']}/supplement")
    assert (page.status, page.url) == (200, f"{town.url}/q/{filed['code']}")


@pytest.mark.gen_test(timeout=20)
async def test_from_the_door_to_the_receipt(town, browser):
    door = await browser.open(f"/q/{town.chen.code}")
    assert f"/apply/{town.chen.code}/water-repair" in door.text
    matter = await browser.open(f"/apply/{town.chen.code}/water-repair")
    assert f"/apply/{town.chen.code}/water-repair/1" in matter.text
    check = await to_check(browser, town)
    assert check.url.endswith("/check")
    assert "厨房门口，从昨晚开始" in check.words
    receipt = await browser.send(check)
    assert receipt.status == 200
    assert re.search(r"/q/R[0-9A-Z]{11}\?new=1$", receipt.url)
    assert re.search(r"529901101\d{12}", receipt.text)


@pytest.mark.gen_test(timeout=20)
async def test_a_second_tap_on_submit_gives_the_same_receipt(town, browser):
    check = await to_check(browser, town)
    first, second = await browser.send(check), await browser.send(check)
    assert second.status == 200
    assert second.url == first.url


@pytest.mark.gen_test
async def test_what_is_wrong_stands_beside_its_field_and_above_all_of_them(town, browser):
    page = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    again = await browser.send(page, contact_phone="12", fault="", note="厨房")
    assert again.status == 422
    assert again.text.count("<title>错误") == 1
    for field in ("contact_phone", "fault"):
        assert "problem" in beside(again, field), field
        assert f'href="#f-{field}"' in again.text


@pytest.mark.gen_test
async def test_what_was_typed_is_still_there_right_or_wrong(town, browser):
    page = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    again = await browser.send(page, contact_phone="12", note="厨房<b>&\"'𠮷", contact_name="桂兰")
    kept = dict(again.form().fields)
    assert (kept["contact_phone"], kept["note"], kept["contact_name"]) == ("12", "厨房<b>&\"'𠮷", "桂兰")
    assert "厨房<b>" not in again.text


@pytest.mark.gen_test
async def test_leaving_and_coming_back_on_the_same_device_finds_everything(town, browser):
    page = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    await browser.send(page, note="停了三天")
    back = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    assert dict(back.form().fields)["note"] == "停了三天"


@pytest.mark.gen_test
async def test_another_device_finds_nothing(town, browser):
    page = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    await browser.send(page, note="停了三天")
    other = await Browser(town.url).open(f"/apply/{town.chen.code}/water-repair/1")
    assert "停了三天" not in other.text


@pytest.mark.gen_test(timeout=20)
async def test_from_l1_a_draft_is_found_on_any_device(town, browser):
    await log_in(browser, town.chen)
    page = await browser.open(f"/apply/{town.chen.code}/elder-card/1")
    await browser.send(page, phone="13912340000")
    other = Browser(town.url)
    await log_in(other, town.chen)
    back = await other.open(f"/apply/{town.chen.code}/elder-card/1")
    assert dict(back.form().fields)["phone"] == "13912340000"


@pytest.mark.gen_test(timeout=20)
async def test_what_was_typed_before_login_is_taken_along(town, browser):
    page = await browser.open(f"/apply/{town.li.code}/water-repair/1")
    await browser.send(page, note="登录前写的")
    await log_in(browser, town.li)
    back = await browser.open(f"/apply/{town.li.code}/water-repair/1")
    assert dict(back.form().fields)["note"] == "登录前写的"


@pytest.mark.gen_test(timeout=20)
async def test_a_page_above_ones_level_leads_through_login_and_back(town, browser):
    asked = await browser.open(f"/apply/{town.chen.code}/elder-allowance/1")
    assert "/login?next=" in asked.url
    person = town.chen.resident
    proof = await browser.send(asked, "/login", name=person.name, id_number=person.id_number)
    form = await browser.send(proof, "/login/confirm", code=town.chen.code, pin=town.chen.pin)
    assert form.url.endswith("/elder-allowance/1")
    assert "陈桂兰" in form.text


@pytest.mark.gen_test(timeout=20)
async def test_rows_of_a_table_are_added_and_removed_by_buttons(town, browser):
    await log_in(browser, town.chen)
    page = await find_page(browser, f"/apply/{town.chen.code}/dibao", "members.0.name")
    more = await browser.send(
        page, press="_add=members", members__0__name="周建国", members__0__income="1200"
    )
    assert "members.1.name" in more.text
    two = await browser.send(more, press="_add=members", members__1__name="何秀芳")
    less = await browser.send(two, press="_remove=members.0")
    kept = dict(less.form().fields)
    assert kept["members.0.name"] == "何秀芳"
    assert "周建国" not in less.text


async def find_page(browser, base, name):
    """The page of a form that asks for ``name``."""
    for number in range(1, 12):
        page = await browser.open(f"{base}/{number}")
        if f'name="{name}"' in page.text:
            return page
    raise AssertionError(f"nobody asks for {name}")


@pytest.mark.gen_test(timeout=20)
async def test_a_photo_is_taken_in_by_the_page_itself_and_can_be_removed(town, browser):
    page = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    check = await browser.send(page, files={"photos.file": ("tap.gif", GIF)}, **GOOD)
    assert check.url.endswith("/check")
    back = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    kept = [value for name, value in back.form().fields if name == "photos" and value]
    assert len(kept) == 1
    assert (await browser.open(f"/files/{kept[0]}")).headers["Content-Type"] == "image/jpeg"
    without = await browser.send(back, press=f"_remove=photos:{kept[0]}")
    assert not [value for name, value in without.form().fields if name == "photos" and value]


@pytest.mark.gen_test(timeout=20)
@pytest.mark.parametrize(
    "data", [b"MZ no picture", b"\xff\xd8\xff" + b"0" * (11 << 20)], ids=["program", "11 MB"]
)
async def test_a_bad_photo_is_told_beside_its_field_and_nothing_else_is_lost(town, browser, data):
    page = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    again = await browser.send(page, files={"photos.file": ("tap.jpg", data)}, **GOOD)
    assert again.status == 422
    assert "problem" in beside(again, "photos")
    assert dict(again.form().fields)["note"] == GOOD["note"]


@pytest.mark.gen_test(timeout=20)
async def test_a_draft_that_has_expired_meanwhile_is_told_on_the_page_of_answers(town, browser):
    check = await to_check(browser, town)
    await town.built.database.collection("drafts").delete_many({})
    told = await browser.send(check)
    assert told.status == 422
    assert "草稿已过期" in told.words


@pytest.mark.gen_test
async def test_a_wrong_card_is_told_beside_the_number_with_everything_kept(town, browser):
    card = await browser.open("/login?next=/my")
    again = await browser.send(card, "/login", name="陈桂兰", id_number="529901194303080021")
    assert again.status == 422
    kept = dict(again.form("/login").fields)
    assert (kept["name"], kept["id_number"], kept["next"]) == ("陈桂兰", "529901194303080021", "/my")


@pytest.mark.gen_test(timeout=20)
async def test_a_wrong_pin_says_what_to_do_and_nothing_about_the_card(town, browser):
    told = []
    for name, number in (
        (town.li.resident.name, town.li.resident.id_number),
        ("王小明", "110101199003074258"),
    ):
        person = Browser(town.url)
        card = await person.open("/login?next=/my")
        proof = await person.send(card, "/login", name=name, id_number=number)
        again = await person.send(proof, "/login/confirm", code=town.li.code, pin="00000000")
        told.append((again.status, re.findall(r"核对没有通过</h2><p>(.*?)</p>", again.text)))
    assert told[0] == told[1]
    assert told[0][0] == 422
    assert told[0][1]


@pytest.mark.gen_test(timeout=20)
async def test_staff_decide_by_forms_alone(town, browser):
    receipt = await browser.send(await to_check(browser, town))
    number = re.search(r"529901101\d{12}", receipt.text)[0]
    clerk = Browser(town.url)
    login = await clerk.open("/staff/login")
    await clerk.send(login, "/staff/login", username="clerk.daguan", password="Yunling-2026")
    case = await clerk.open(f"/desk?number={number}")
    taken = await clerk.send(case, "/accept")
    assert taken.url.endswith("?done=accept")
    stale = await clerk.send(case, "/accept")
    assert stale.status == 409


@pytest.mark.gen_test(timeout=20)
async def test_logging_out_leaves_nothing_on_the_device(town, browser):
    await log_in(browser, town.chen)
    page = await browser.open("/my")
    await browser.send(page, "/logout")
    assert not browser.cookies.get("access")
    assert not browser.cookies.get("refresh")
    assert "/login" in (await browser.open("/my")).url


@pytest.mark.gen_test
async def test_the_large_version_is_remembered_on_every_page(town, browser):
    await browser.open(f"/elder?on=1&next=/q/{town.chen.code}")
    for path in (f"/q/{town.chen.code}", "/", "/login"):
        assert re.search(r'<html[^>]*class="[^"]*elder', (await browser.open(path)).text), path
