"""What has closed, moved or run out meanwhile: a sentence that says how to go on, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.clock import now
from tests.handlers.filing import REPAIR, open_form, submit
from tests.town import settle

HTML = {"Accept": "text/html"}


class Hands:
    """A clock whose hands a test can move."""

    def __init__(self):
        self.ahead = timedelta()

    def __call__(self):
        return now() + self.ahead


@pytest.fixture(scope="module")
def clock():
    return Hands()


@pytest.fixture(scope="module")
def town(io_loop, database, keys, clock):
    """A town whose clock can be moved."""
    town = io_loop.run_sync(lambda: settle(database, keys, clock))
    yield town
    io_loop.run_sync(town.close)


@pytest.fixture(autouse=True)
def back_to_the_present(clock):
    yield
    clock.ahead = timedelta()


async def change_code(town, code, state, **told):
    reply = await town.post(f"/desk/codes/{code}/state", {"state": state, **told}, await town.staff("admin"))
    assert reply.status == 200, reply.body


async def change_item(town, slug, state, **told):
    reply = await town.post(f"/desk/items/{slug}/state", {"state": state, **told}, await town.staff("admin"))
    assert reply.status == 200, reply.body


@pytest.mark.gen_test
async def test_a_suspended_plate_is_410_and_warns_of_false_pages(town):
    await change_code(town, town.li.code, "suspended")
    scan = await town.get(f"/q/{town.li.code}")
    assert (scan.status, scan.body["state"], scan.body["error"]["code"]) == (
        410,
        "suspended",
        "code.suspended",
    )
    assert "不要在其他网页填写" in scan.body["error"]["message"]
    await change_code(town, town.li.code, "active")
    assert (await town.get(f"/q/{town.li.code}")).status == 200


@pytest.mark.gen_test
async def test_a_form_from_a_plate_that_was_suspended_meanwhile_is_410(town):
    opened = await open_form(town, town.li.code, "water-repair")
    await change_code(town, town.li.code, "suspended")
    reply = await submit(town, opened, REPAIR)
    assert (reply.status, reply.body["error"]["code"]) == (410, "code.suspended")
    await change_code(town, town.li.code, "active")
    assert (await submit(town, opened, REPAIR)).status == 201


@pytest.mark.gen_test
async def test_a_replaced_plate_points_to_its_successor(town):
    old, new = town.report.doors[3].code, town.report.doors[4].code
    await change_code(town, old, "replaced", successor=new)
    scan = await town.get(f"/q/{old}")
    assert (scan.status, scan.body["state"]) == (200, "replaced")
    assert scan.body["successor"] == {"code": new, "href": f"/q/{new}"}
    reply = await town.get(f"/apply/{old}/water-repair")
    assert (reply.status, reply.body["error"]["code"]) == (410, "code.replaced")


@pytest.mark.gen_test
async def test_a_revoked_plate_never_comes_back(town):
    code = town.report.doors[5].code
    await change_code(town, code, "revoked")
    again = await town.post(f"/desk/codes/{code}/state", {"state": "active"}, await town.staff("admin"))
    assert (again.status, (await town.get(f"/q/{code}")).status) == (409, 410)


@pytest.mark.gen_test
async def test_a_closed_item_refuses_with_its_notice_and_keeps_the_draft(town):
    path = f"/apply/{town.chen.code}/water-repair"
    device = {"X-Device": "phone-of-chen"}
    typed = {"answers": {"note": "写到一半"}}
    assert (await town.call("PUT", f"{path}/draft", typed, headers=device)).status == 204
    await change_item(town, "water-repair", "closed", notice="水站检修，12月1日恢复。")
    reply = await town.call("GET", path, headers=device)
    assert (reply.status, reply.body["error"]["message"]) == (410, "水站检修，12月1日恢复。")
    assert "water-repair" not in [
        item["id"] for item in (await town.get(f"/q/{town.chen.code}")).body["items"]
    ]
    await change_item(town, "water-repair", "open")
    assert "写到一半" in str((await town.call("GET", path, headers=device)).body)


@pytest.mark.gen_test
async def test_a_code_that_was_never_issued_is_404_and_says_to_enter_nothing(town):
    reply = await town.get("/q/D0000000000G")
    assert reply.status == 404
    assert any("一" <= char <= "鿿" for char in reply.body["error"]["message"])


@pytest.mark.gen_test
async def test_a_typed_code_is_read_forgivingly(town):
    code = town.chen.code
    spaced = f"{code[:4].lower()}-{code[4:8]} {code[8:]}".replace("0", "o").replace("1", "l")
    reply = await town.get(f"/code?code={spaced.replace(' ', '%20')}")
    assert (reply.status, reply.headers["Location"]) == (303, f"/q/{code}")


@pytest.mark.gen_test
async def test_an_expired_token_is_401_for_a_client(town, clock):
    token = await town.l1(town.chen)
    clock.ahead = timedelta(minutes=16)
    reply = await town.get("/my", token)
    assert (reply.status, reply.body["error"]["code"]) == (401, "login.expired")


@pytest.mark.gen_test
async def test_a_browser_with_an_expired_token_is_given_a_new_one_on_the_way(town, clock):
    person = town.chen.resident
    tokens = (await town.post("/login", {"name": person.name, "id_number": person.id_number})).body
    clock.ahead = timedelta(minutes=16)
    cookies = f"access={tokens['access_token']}; refresh={tokens['refresh_token']}"
    page = await town.call("GET", "/my", headers={**HTML, "Cookie": cookies})
    assert page.status == 200
    assert any(line.startswith("access=") for line in page.headers.get_list("Set-Cookie"))


@pytest.mark.gen_test
async def test_a_refresh_token_used_twice_ends_the_session(town, clock):
    person = town.chen.resident
    first = (await town.post("/login", {"name": person.name, "id_number": person.id_number})).body
    second = (await town.post("/login/refresh", {"refresh_token": first["refresh_token"]})).body
    clock.ahead = timedelta(minutes=5)
    stolen = await town.post("/login/refresh", {"refresh_token": first["refresh_token"]})
    after = await town.post("/login/refresh", {"refresh_token": second["refresh_token"]})
    assert (stolen.status, after.status) == (401, 401)


@pytest.mark.gen_test
async def test_a_token_from_a_server_whose_clock_runs_far_ahead_is_not_believed(town, clock):
    clock.ahead = timedelta(minutes=10)
    token = await town.l1(town.chen)
    clock.ahead = timedelta()
    assert (await town.get("/my", token)).status == 401


@pytest.mark.gen_test
async def test_a_little_skew_between_servers_is_forgiven(town, clock):
    clock.ahead = timedelta(seconds=30)
    token = await town.l1(town.chen)
    clock.ahead = timedelta()
    assert (await town.get("/my", token)).status == 200


@pytest.mark.gen_test
async def test_a_submission_sent_again_after_a_day_offline_gives_the_first_receipt(town, clock):
    opened = await open_form(town, town.chen.code, "water-repair")
    first = await submit(town, opened, REPAIR)
    clock.ahead = timedelta(days=1)
    again = await submit(town, opened, REPAIR)
    assert (again.status, again.body) == (200, first.body)


@pytest.mark.gen_test(timeout=20)
async def test_five_wrong_passwords_lock_the_name_and_say_how_long(town, clock):
    replies = [await town.post("/staff/login", {"username": "supervisor", "password": "x"}) for _ in range(6)]
    assert [reply.status for reply in replies] == [401] * 5 + [429]
    assert int(replies[-1].headers["Retry-After"]) == replies[-1].body["error"]["retry_after"] > 0
    clock.ahead = timedelta(minutes=16)
    right = await town.post("/staff/login", {"username": "supervisor", "password": "Yunling-2026"})
    assert right.status == 200
