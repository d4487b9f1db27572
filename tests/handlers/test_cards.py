"""Photographing the card on the login page: read, confirmed, forgotten; scripts off."""

from __future__ import annotations

import random

import pytest

from handlers.cards import BODY_LIMIT, PICTURE_LIMIT
from tests.handlers.browser import Browser, _multipart
from tests.models.cards import drawing


def picture(seed=3, side="front"):
    dice = random.Random(seed)
    truth = drawing.card(dice)
    drawn = drawing.front(truth) if side == "front" else drawing.back()
    return truth, drawing.jpeg(drawing.photographed(drawn, dice, angle=2))


async def read(town, data, name="photo"):
    body, headers = _multipart([], {name: ("card.jpg", data)})
    return await town.call("POST", "/login/card", body, headers={**headers, "X-Device": "phone-1"})


@pytest.mark.gen_test(timeout=60)
async def test_a_client_is_given_everything_that_stands_on_the_front(town):
    truth, data = picture()
    reply = await read(town, data)
    assert reply.status == 200, reply.body
    told = reply.body
    assert (told["side"], told["name"], told["id_number"]) == ("front", truth.name, truth.id_number)
    assert (told["birth_date"], told["sex"]) == (truth.birth_date, truth.sex)


@pytest.mark.gen_test(timeout=60)
async def test_a_client_is_given_the_validity_from_the_back(town):
    told = (await read(town, picture(side="back")[1])).body
    assert (told["side"], told["valid_from"], told["valid_until"]) == ("back", "2016-05-12", "2036-05-12")


@pytest.mark.gen_test(timeout=60)
async def test_a_client_may_send_both_sides_at_once(town):
    truth, front = picture()
    body, headers = _multipart([], {"back": ("a.jpg", front), "photo": ("b.jpg", picture(side="back")[1])})
    reply = await town.call("POST", "/login/card", body, headers={**headers, "X-Device": "phone-1"})
    told = reply.body
    assert (reply.status, told["side"], told["id_number"]) == (200, "both", truth.id_number)
    assert told["valid_until"] == "2036-05-12"


@pytest.mark.gen_test(timeout=60)
async def test_an_expired_card_is_told_as_such_and_logs_in_all_the_same(town, browser):
    truth, front = picture()
    over = drawing.jpeg(drawing.back(period="2003.05.12-2023.05.12"))
    told = (await read(town, over)).body
    assert (told["expired"], "已经过期" in told["note"]) == (True, True)
    page = await browser.send(
        await browser.open("/login"),
        "/login/card",
        files={"photo": ("c.jpg", front), "back": ("d.jpg", over)},
    )
    assert "有效期限：2003年5月12日至2023年5月12日" in page.words
    assert "已经过期。登录不受影响" in page.words
    page = await browser.send(page, "/login", name=truth.name, id_number=truth.id_number)
    assert "确认是您本人" in page.words


@pytest.mark.gen_test(timeout=60)
async def test_a_back_that_cannot_be_read_is_told_beside_its_own_field(town, browser):
    hidden = drawing.jpeg(drawing.covered(drawing.back(), (370, 490, 1000, 620)))
    page = await browser.send(
        await browser.open("/login"),
        "/login/card",
        files={"photo": ("c.jpg", picture()[1]), "back": ("d.jpg", hidden)},
    )
    assert (page.status, 'id="f-back-problem"' in page.text) == (422, True)
    assert "也可以不拍这一面" in page.words


@pytest.mark.gen_test(timeout=60)
async def test_the_page_comes_back_filled_in_and_says_that_the_photo_is_gone(town, browser):
    truth, data = picture()
    page = await browser.send(
        await browser.open("/login?next=/my"), "/login/card", files={"photo": ("card.jpg", data)}
    )
    fields = dict(page.form("/login").fields)
    assert (fields["name"], fields["id_number"], fields["next"]) == (truth.name, truth.id_number, "/my")
    assert "照片已经删除，没有保存" in page.words


@pytest.mark.gen_test(timeout=60)
async def test_what_was_read_logs_nobody_in_before_it_is_confirmed(town, browser):
    truth, data = picture()
    page = await browser.send(await browser.open("/login"), "/login/card", files={"photo": ("c.jpg", data)})
    assert "access" not in browser.cookies
    page = await browser.send(page, "/login", name=truth.name)
    assert "确认是您本人" in page.words


@pytest.mark.gen_test(timeout=60)
async def test_no_trace_of_the_picture_is_kept(town, browser):
    await read(town, picture()[1])
    for name in ("uploads", "files.files", "files.chunks", "drafts"):
        assert await town.built.database.collection(name).find_one({}) is None, name


@pytest.mark.gen_test(timeout=60)
async def test_a_page_marks_what_was_hard_to_read(town, browser):
    truth, _ = picture()
    wrong = drawing.Card(
        truth.name, truth.sex, truth.nation, truth.birth_date, truth.address, "52990119430308123X"
    )
    page = await browser.send(
        await browser.open("/login"),
        "/login/card",
        files={"photo": ("c.jpg", drawing.jpeg(drawing.front(wrong)))},
    )
    assert "这一项没有拍清楚" in page.words


@pytest.mark.gen_test(timeout=60)
async def test_the_back_on_the_page_asks_for_the_front(town, browser):
    page = await browser.send(
        await browser.open("/login"), "/login/card", files={"photo": ("c.jpg", picture(side="back")[1])}
    )
    assert (page.status, "请拍有照片的一面" in page.words) == (422, True)


@pytest.mark.gen_test(timeout=60)
async def test_a_picture_without_a_card_says_what_to_do(town):
    blank = drawing.jpeg(drawing.Image.new("RGB", (800, 600), (120, 90, 60)))
    reply = await read(town, blank)
    assert (reply.status, reply.body["error"]["field"]) == (422, "photo")
    assert "占满画面" in reply.body["error"]["message"]


@pytest.mark.gen_test
@pytest.mark.parametrize("data", [b"MZ not a picture", b"%PDF-1.7 no", b"\xff\xd8\xff torn"])
async def test_what_is_no_picture_says_so(town, data):
    reply = await read(town, data)
    assert (reply.status, reply.body["error"]["fields"][0]["code"]) == (422, "card.picture")


@pytest.mark.gen_test
async def test_without_a_picture_the_page_asks_for_one(town, browser):
    page = await browser.send(await browser.open("/login"), "/login/card")
    assert (page.status, "请先拍一张身份证的照片" in page.words) == (400, True)


@pytest.mark.gen_test
@pytest.mark.parametrize("size", [PICTURE_LIMIT + 1, BODY_LIMIT])
async def test_more_than_ten_megabytes_are_too_large(town, size):
    reply = await read(town, b"\xff" * size)
    assert (reply.status, reply.body["error"]["code"]) == (413, "too_large")


@pytest.mark.gen_test
async def test_reading_is_limited_by_address_with_the_form_still_there(town):
    browser = Browser(town.url)
    page = await browser.open("/login")
    limits = town.built.database.collection("limits")
    for _ in range(61):
        page = await browser.send(page, "/login/card", files={"photo": ("c.jpg", b"no picture")})
    assert page.status == 429
    assert page.form("/login").fields
    await limits.delete_many({})


@pytest.mark.gen_test
async def test_the_address_of_the_photo_form_leads_back_to_the_login_page(town):
    reply = await town.get("/login/card")
    assert (reply.status, reply.headers["Location"]) == (303, "/login")
