"""Two processes on one data directory are one system: a plate suspended at one is refused by the other, what one
acknowledged is never lost by its death, and the last to leave stops the database."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.processes import Server, alive, mongod_of, run

REPAIR = {"fault": "leak", "contact_phone": "13900001111"}


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("county") / "data"


@pytest.fixture(scope="module")
def county(data_dir):
    """The report of a small demonstration."""
    return json.loads(run(data_dir, "demo", "--households", "6", "--json").out)


@pytest.fixture(scope="module")
def two(data_dir, county):
    """Two servers, started at the same moment; whatever lives at the end is ended."""
    servers = [Server(data_dir, LIMIT_SCALE="1000"), Server(data_dir, LIMIT_SCALE="1000")]
    yield [server.ready() for server in servers]
    for server in servers:
        if server.process.poll() is None:
            server.terminate()


def file_repair(server, code, key):
    """(status, receipt code) of a submission under a key of our own."""
    status, body = server.call(
        "POST", f"/apply/{code}/water-repair", {"submission_key": key, "answers": REPAIR}
    )
    return status, body.get("receipt", {}).get("code", "")


def test_a_plate_suspended_at_one_is_refused_by_the_other_within_a_second(two, county):
    one, other = two
    code, clerk = county["doors"][0]["code"], one.staff("admin")
    assert other.call("GET", f"/q/{code}")[0] == 200
    assert one.call("POST", f"/desk/codes/{code}/state", {"state": "suspended"}, clerk)[0] == 200
    assert _within(1.0, lambda: other.call("GET", f"/q/{code}")[0] == 410)
    assert one.call("POST", f"/desk/codes/{code}/state", {"state": "active"}, clerk)[0] == 200
    assert _within(1.0, lambda: other.call("GET", f"/q/{code}")[0] == 200)


def _within(seconds, true):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_a_session_ended_at_one_is_refused_by_the_other_within_a_second(two):
    one, other = two
    token = one.staff("supervisor")
    assert other.call("GET", "/desk", token=token)[0] == 200
    assert one.call("POST", "/logout", {}, token)[0] == 200
    assert _within(1.0, lambda: other.call("GET", "/desk", token=token)[0] == 401)


def test_an_item_closed_at_one_is_closed_at_the_other_within_a_second(two, county):
    one, other = two
    path, admin = f"/apply/{county['doors'][0]['code']}/water-repair", one.staff("admin")
    assert one.call("POST", "/desk/items/water-repair/state", {"state": "closed"}, admin)[0] == 200
    assert _within(1.0, lambda: other.call("GET", path)[0] == 410)
    assert one.call("POST", "/desk/items/water-repair/state", {"state": "open"}, admin)[0] == 200
    assert _within(1.0, lambda: other.call("GET", path)[0] == 200)


def test_a_case_filed_at_one_appears_on_the_desk_of_the_other(two, county):
    one, other = two
    with other.wire() as wire:
        news = other.ask(wire, "GET", "/desk/stream", token=other.staff("clerk.daguan"))
        assert news.headers["Content-Type"] == "text/event-stream"
        assert news.readline() == b": here\n"
        file_repair(one, county["doors"][0]["code"], "key-of-the-news")
        lines = [news.readline() for _ in range(3)]
    assert lines[:2] == [b"\n", b"event: case\n"]
    case = lines[2].decode().removeprefix("data: ").strip()
    assert other.call("GET", f"/desk/cases/{case}", token=other.staff("clerk.daguan"))[0] == 200


def test_no_news_of_daguan_reaches_the_other_town(two, county):
    one, other = two
    with other.wire() as wire:
        news = other.ask(wire, "GET", "/desk/stream", token=other.staff("clerk.qingxi"))
        news.readline()
        file_repair(one, county["doors"][0]["code"], "key-of-no-news")
        ours = next(door["code"] for door in county["doors"] if door["address"].startswith("清溪镇"))
        file_repair(one, ours, "key-of-qingxi")
        lines = [news.readline() for _ in range(3)]
    case = lines[2].decode().removeprefix("data: ").strip()
    place = other.call("GET", f"/desk/cases/{case}", token=other.staff("clerk.qingxi"))[1]["case"]["areas"]
    assert "529901102" in place


def test_numbers_of_two_busy_processes_never_meet(two, county):
    code = county["doors"][0]["code"]
    with ThreadPoolExecutor(8) as pool:
        filed = list(pool.map(lambda n: file_repair(two[n % 2], code, f"key-of-crowd-{n}"), range(40)))
    numbers = [two[0].call("GET", f"/q/{receipt}")[1]["case_no"] for _, receipt in filed]
    assert {status for status, _ in filed} == {201}
    assert len(set(numbers)) == 40


def test_killed_while_submitting_nothing_is_lost_or_doubled(data_dir, two, county):
    victim = Server(data_dir, LIMIT_SCALE="1000").ready()
    code, told, enough = county["doors"][0]["code"], {}, threading.Event()
    with ThreadPoolExecutor(8) as pool:
        for n in range(200):
            pool.submit(_until_it_dies, victim, code, f"key-of-victim-{n}", told, enough)
        enough.wait(20)
        victim.kill()
    assert 20 <= len(told) < 200
    for n in range(200):
        key = f"key-of-victim-{n}"
        status, receipt = file_repair(two[0], code, key)
        assert (status, receipt) == (200, told[key]) if key in told else status in (200, 201)
    assert len({file_repair(two[1], code, f"key-of-victim-{n}")[1] for n in range(200)}) == 200


def _until_it_dies(victim, code, key, told, enough):
    try:
        status, receipt = file_repair(victim, code, key)
    except OSError:
        return
    if status == 201:
        told[key] = receipt
    if len(told) >= 20:
        enough.set()


def test_after_a_kill_the_next_start_finds_everything(data_dir, two, county):
    status, receipt = file_repair(two[0], county["doors"][0]["code"], "key-before-the-kill")
    two[0].kill()
    two[0] = Server(data_dir, LIMIT_SCALE="1000").ready()
    assert (status, two[0].call("GET", f"/q/{receipt}")[0]) == (201, 200)


def test_the_log_names_routes_and_nobody(two, county):
    person, code = county["doors"][0]["resident"], county["doors"][0]["code"]
    two[1].call(
        "POST", "/login?next=/secret-place", {"name": person["name"], "id_number": person["id_number"]}
    )
    two[1].call("GET", f"/q/{code}?s={person['id_number']}")
    two[1].call("GET", f"/static/{person['id_number']}/..%2f..%2fx")
    entries = [json.loads(line) for line in two[1].said().splitlines() if line.startswith("{")]
    assert {"Login", "Scan", "Matter"} <= {entry.get("route") for entry in entries}
    told = two[1].said()
    assert not [
        word for word in (*person.values(), code, "secret-place", REPAIR["contact_phone"]) if word in told
    ]


def test_sigterm_ends_each_cleanly_and_the_last_one_stops_the_database(data_dir, two):
    database = mongod_of(data_dir)
    assert alive(database)
    with two[1].wire() as wire:  # somebody is listening to the news
        two[1].ask(wire, "GET", "/desk/stream", token=two[1].staff("clerk.daguan")).readline()
        assert two[0].terminate() == 0
        assert alive(database)
        assert two[1].call("GET", "/healthz")[0] == 200
        assert two[1].terminate() == 0
    assert not alive(database)
    assert "Traceback" not in two[1].said() + two[0].said()
