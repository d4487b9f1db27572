"""A plate that is not as it should be, from the wall to the desk and back to whoever reported it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.handlers.test_contract import GIF

TOLD = {"says": "丘林村三组21号", "where": "村口电线杆上", "phone": "13900001111"}
REPORT = {**TOLD, "report_key": "key-of-a-client"}


@pytest.fixture(autouse=True)
def calm(io_loop, town):
    """Reports are few an hour for one address; every test begins anew."""
    io_loop.run_sync(lambda: town.built.database.collection("limits").delete_many({}))


def photo(size=(640, 480)):
    kept = io.BytesIO()
    Image.new("RGB", size, (120, 90, 60)).save(kept, "JPEG")
    return kept.getvalue()


async def told(town, code="", key="key-of-a-client"):
    """One report by a client; its number."""
    reply = await town.post(f"/mismatch/{code or town.chen.code}", {**REPORT, "report_key": key})
    assert reply.status in (200, 201), reply.body
    return reply.body["number"]


async def at_desk(town, number, username="clerk.daguan"):
    """The report of a number as a member of staff opens it."""
    token = await town.staff(username)
    listed = (await town.get("/desk/plates", token)).body["reports"]
    found = next(each for each in listed if each["number"] == number)
    assert not found.get("phone")
    return (await town.get(f"/desk/plates/{found['id']}", token)).body


@pytest.mark.gen_test(timeout=20)
async def test_with_scripts_off_a_plate_is_reported_from_the_door_and_followed_by_its_number(town, browser):
    door = await browser.open(f"/q/{town.chen.code}")
    assert all(sign in door.words for sign in ("127.0.0.1", "网址", "编号", "一致吗"))
    page = await browser.open(f"/mismatch/{town.chen.code}")
    assert "王网格" in page.words
    sent = await browser.send(page, files={"photos.file": ("牌.jpg", photo())}, **TOLD)
    assert "已收到，谢谢您" in sent.words
    number = sent.url.rpartition("/")[2].partition("?")[0]
    later = await browser.open(f"/progress?number={number.lower()}")
    assert "待查看" in later.words
    assert "13900001111" not in later.text


@pytest.mark.gen_test(timeout=20)
async def test_what_was_typed_and_the_photo_are_still_there_after_a_mistake(town, browser):
    page = await browser.open(f"/mismatch/{town.chen.code}")
    files = {"photos.file": ("牌.jpg", photo())}
    again = await browser.send(page, files=files, says="丘林村三组21号", phone="12345", where="")
    assert again.status == 422
    assert "请写牌子在哪里" in again.words
    assert "请填写11位手机号码" in again.words
    held = dict(again.form("mismatch/" + town.chen.code).fields)
    assert (held["says"], held["phone"]) == ("丘林村三组21号", "12345")
    assert "牌.jpg" in again.words
    less = await browser.send(again, press=f"_remove=photos:{held['photos']}")
    assert (less.status, "牌.jpg" in less.words) == (200, False)
    done = await browser.send(less, where="村口", phone="")
    assert "已收到" in done.words


@pytest.mark.gen_test(timeout=20)
async def test_a_file_that_is_no_photo_is_told_beside_the_photos(town, browser):
    page = await browser.open(f"/mismatch/{town.chen.code}")
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    again = await browser.send(page, files={"photos.file": ("牌.svg", svg)}, **TOLD)
    assert (again.status, "这个文件打不开" in again.words) == (422, True)


@pytest.mark.gen_test
@pytest.mark.parametrize("text", ["-", "D0000000000A", "D7K2", "%3Cscript%3E", "%00", "..%2f"])
async def test_a_code_that_is_not_ours_can_be_reported_too(town, browser, text):
    page = await browser.open(f"/mismatch/{text}")
    assert (page.status, "在哪个村" in page.words) == (200, True)
    assert "<script>" not in page.text
    reply = await town.post(f"/mismatch/{text}", {**REPORT, "report_key": f"key-of-{text}"})
    assert reply.status == 201


@pytest.mark.gen_test
async def test_the_page_of_an_unknown_code_leads_to_the_report(town, browser):
    for text in ("D0000000000A", "D7K2"):
        page = await browser.open(f"/q/{text}")
        assert "/mismatch/D" in page.text, text


@pytest.mark.gen_test
async def test_sent_twice_it_is_one_report(town):
    path = f"/mismatch/{town.chen.code}"
    first = await town.post(path, {**REPORT, "report_key": "key-of-two-taps"})
    second = await town.post(path, {**REPORT, "report_key": "key-of-two-taps"})
    assert (first.status, second.status) == (201, 200)
    assert first.body == second.body


@pytest.mark.gen_test(timeout=20)
async def test_a_clerk_goes_there_suspends_the_code_and_closes_it_and_the_reporter_sees_that(town, browser):
    number = await told(town, town.li.code, "key-of-a-false-plate")
    report = await at_desk(town, number)
    assert (report["phone"], report["code"]) == ("13900001111", town.li.code)
    token, path = await town.staff("clerk.daguan"), f"/desk/plates/{report['id']}"
    assert (await town.post(f"{path}/suspend", {"reason": "有人冒用"}, token)).status == 200
    assert (await town.get(f"/q/{town.li.code}")).body["state"] == "suspended"
    seen = await town.post(f"{path}/visited", {"rev": 1, "note": "牌是假的"}, token)
    assert (seen.status, seen.body["state"]) == (200, "visited")
    closed = await town.post(f"{path}/closed", {"rev": 2, "note": "已摘下，已报派出所"}, token)
    assert closed.body["state"] == "closed"
    followed = (await town.get(f"/reports/{number}")).body
    assert [step["state"] for step in followed["steps"]] == ["open", "visited", "closed"]
    assert followed["steps"][-1]["note"] == "已摘下，已报派出所"
    assert "13900001111" not in str(followed)
    await town.home.codes.change(town.home.sessions.actor_of(token), town.li.code, "active", "核对好了")


@pytest.mark.gen_test(timeout=20)
async def test_the_desk_of_another_town_finds_nothing(town):
    number = await told(town, key="key-for-daguan")
    report = await at_desk(town, number)
    token = await town.staff("clerk.qingxi")
    listed = (await town.get("/desk/plates", token)).body["reports"]
    assert number not in [each["number"] for each in listed]
    for method, path in (
        ("GET", ""),
        ("POST", "/closed"),
        ("POST", "/suspend"),
        ("GET", f"/photos/{'0' * 32}"),
    ):
        body = {"rev": 1, "note": "不是我的", "reason": "不是我的"} if method == "POST" else None
        reply = await town.call(method, f"/desk/plates/{report['id']}{path}", body, token)
        assert reply.status == 404, path


@pytest.mark.gen_test(timeout=20)
async def test_what_was_seen_meanwhile_by_somebody_else_is_409_and_nothing_typed_is_lost(town):
    number = await told(town, key="key-of-a-race")
    report = await at_desk(town, number)
    clerk, admin = await town.staff("clerk.daguan"), await town.staff("admin")
    path = f"/desk/plates/{report['id']}/visited"
    assert (await town.post(path, {"rev": 1, "note": "看过了"}, admin)).status == 200
    assert (await town.post(path, {"rev": 1, "note": "我也看过了"}, clerk)).status == 409
    form = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
    page = await town.call("POST", path, "revision=2&note=我又看了".encode(), clerk, form)
    assert (page.status, "刷新后再看" in page.body.decode()) == (409, True)
    page = await town.call("POST", f"/desk/plates/{report['id']}/closed", b"revision=2&note=", clerk, form)
    assert (page.status, "请写明看到了什么" in page.body.decode()) == (422, True)


@pytest.mark.gen_test(timeout=20)
async def test_every_look_at_a_reporters_phone_and_every_change_is_on_record(town):
    number = await told(town, key="key-of-a-look")
    report = await at_desk(town, number)
    await town.post(
        f"/desk/plates/{report['id']}/closed",
        {"rev": 1, "note": "没有问题"},
        await town.staff("clerk.daguan"),
    )
    found = town.built.database.collection("audit").find({"what.id": report["id"]})
    rows = [(row["act"], list(row["what"]["fields"])) async for row in found]
    assert rows == [("view", ["phone"]), ("change", [])]


@pytest.mark.gen_test(timeout=20)
async def test_photos_are_shown_in_a_sandbox_and_to_nobody_outside(town, browser):
    page = await browser.open(f"/mismatch/{town.chen.code}")
    sent = await browser.send(page, files={"photos.file": ("牌.gif", GIF)}, **TOLD)
    report = await at_desk(town, sent.url.rpartition("/")[2].partition("?")[0])
    path = f"/desk/plates/{report['id']}/photos/{report['photos'][0]}"
    shown = await town.get(path, await town.staff("clerk.daguan"))
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert (await town.get(path, await town.staff("approver.minzheng"))).status == 403
    assert (await town.get(path)).status == 401


@pytest.mark.gen_test(timeout=20)
async def test_reports_are_limited_and_say_so_on_the_page_with_everything_typed(town, browser):
    page = await browser.open(f"/mismatch/{town.chen.code}")
    for _ in range(11):
        page = await browser.send(page, says="假牌", where="")
    assert (page.status, page.headers["Retry-After"] != "") == (429, True)
    assert "请稍后再报" in page.words
    assert dict(page.form().fields)["says"] == "假牌"
