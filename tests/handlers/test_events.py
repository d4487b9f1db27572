"""What whoever watches over the system is told, and what the log must not say."""

from __future__ import annotations

import json

import pytest
from structlog.testing import capture_logs


def of_event(lines, event):
    return [line for line in lines if line["event"] == event]


@pytest.fixture
def heard():
    """The lines of our log while the test runs."""
    with capture_logs() as lines:
        yield lines


@pytest.mark.gen_test
async def test_a_log_in_of_staff_is_told_whether_it_succeeds_or_not(town, heard):
    for password in ("wrong-password", "Yunling-2026"):
        await town.post("/staff/login", {"username": "clerk.qingxi", "password": password})
    failed, passed = of_event(heard, "login")
    assert (failed["how"], failed["ok"], failed["code"]) == ("password", False, "login.refused")
    assert (passed["how"], passed["ok"]) == ("password", True)
    assert failed["who"] == passed["who"]
    assert failed["source"] == passed["source"] != ""


@pytest.mark.gen_test
async def test_each_step_of_a_residents_log_in_is_told(town, heard):
    token = await town.l1(town.li)
    await town.post("/login/confirm", {"pin": "00000000", "code": town.li.code}, token)
    await town.post("/login/confirm", {"pin": town.li.pin, "code": town.li.code}, token)
    steps = [(line["how"], line["ok"]) for line in of_event(heard, "login")]
    assert steps == [("card", True), ("pin", False), ("pin", True)]


@pytest.mark.gen_test
async def test_the_log_names_nobody_and_no_secret(town, heard):
    person = town.li.resident
    token = await town.l1(town.li)
    await town.post("/login/confirm", {"pin": town.li.pin, "code": town.li.code}, token)
    await town.post("/staff/login", {"username": "clerk.qingxi", "password": "a-word-not-to-be-kept"})
    told = json.dumps(heard, ensure_ascii=False)
    for secret in (
        person.name,
        person.id_number,
        town.li.pin,
        "a-word-not-to-be-kept",
        token,
        "clerk.qingxi",
        "127.0.0.1",
    ):
        assert secret not in told


@pytest.mark.gen_test
async def test_what_somebody_may_not_do_is_told_with_who_tried(town, heard):
    token = await town.staff("grid.shuanghe1")
    await town.post("/desk/items/elder-card/state", {"state": "closed", "notice": "x"}, token)
    (line,) = of_event(heard, "refused")
    assert (line["status"], line["ok"]) == ("403", False)
    assert line["who"] == town.home.sessions.actor_of(token).subject


@pytest.mark.gen_test
async def test_what_is_not_ones_own_is_told_too(town, heard):
    token = await town.l2(town.li)
    await town.get("/files/" + "0" * 32, token)
    (line,) = of_event(heard, "refused")
    assert (line["status"], line["code"]) == ("404", "file.unknown")


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/login", b"{", {}, "400"),
        ("/login", b"{}", {"Origin": "https://evil.example"}, "403"),
        ("/login", b"name=x", {"Content-Type": "application/x-www-form-urlencoded"}, "403"),
        ("/login/refresh", b'{"refresh_token":"x"}', {}, "401"),
    ],
)
@pytest.mark.gen_test
async def test_going_round_the_rules_is_told(town, heard, path, body, headers, status):
    await town.call("POST", path, body, headers=headers)
    (line,) = of_event(heard, "refused")
    assert line["status"] == status
    assert line["id"]


@pytest.mark.gen_test
async def test_somebody_who_only_lost_her_way_is_not_told_of(town, heard):
    for path in ("/nowhere", "/my", "/desk", "/q/D0000000000"):
        await town.get(path)
    assert of_event(heard, "refused") == []


@pytest.mark.gen_test
async def test_logging_out_is_told(town, heard):
    await town.post("/logout", {}, await town.l1(town.li))
    assert len(of_event(heard, "logout")) == 1
