"""The server is killed with SIGKILL while a phone sends: what was acknowledged is there, what was not is sent again, and
nothing is there twice."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPException

import pytest

from tests.models.sync.phone import envelope, ulid
from tests.server.processes import Server, run

DEVICE = "a-phone-that-is-sending-now"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("county") / "data"


@pytest.fixture(scope="module")
def wang(data_dir):
    """王网格's log-in in a small demonstration."""
    told = json.loads(run(data_dir, "demo", "--households", "4", "--json").out)
    return next(each for each in told["staff"] if each["name"] == "王网格")


def ask(server, method, path, token, body=None):
    """One request of the phone; (status, JSON)."""
    with server.wire() as wire:
        headers = {
            "X-Device": DEVICE, "Authorization": f"Bearer {token}", "Accept": "application/json",
            "Content-Type": "application/json",
        }  # fmt: skip
        wire.request(method, path, None if body is None else json.dumps(body), headers)
        answer = wire.getresponse()
        return answer.status, json.loads(answer.read())


def visits_to(home, count):
    """A queue of visits, each with a number of its own."""
    queue = []
    for number in range(count):
        now = datetime.now(UTC)
        told = {
            "v": 2, "id": ulid(now), "kind": "visit", "device": DEVICE, "seq": number + 1, "at": now.isoformat(),
            "home": home, "visit": {"on": now.date().isoformat(), "text": f"第{number}次"},
        }  # fmt: skip
        queue.append(envelope(told["id"], json.dumps(told, ensure_ascii=False)))
    return queue


def test_nothing_is_lost_and_nothing_doubled_by_a_kill_in_the_middle(data_dir, wang):
    server, heard = Server(data_dir).ready(), []
    token = server.staff(wang["username"])
    home = ask(server, "GET", "/grid/sync", token)[1]["homes"][0]["h"]
    queue = visits_to(home, 200)

    def send():
        for start in range(0, len(queue), 20):
            with suppress(OSError, HTTPException):
                heard.extend(
                    ask(server, "POST", "/grid/ops", token, {"ops": queue[start : start + 20]})[1]["ops"]
                )

    sending = threading.Thread(target=send)
    sending.start()
    while len(heard) < 40:
        time.sleep(0.01)
    server.kill()
    sending.join()
    assert 40 <= len(heard) < 200
    server = Server(data_dir).ready()
    try:
        again = []
        for start in range(0, len(queue), 20):
            again += ask(server, "POST", "/grid/ops", token, {"ops": queue[start : start + 20]})[1]["ops"]
        acknowledged = {each["id"] for each in heard if each["is"] == "created"}
        repeated = {each["id"] for each in again if each["is"] == "same"}
        assert {each["is"] for each in again} == {"created", "same"}
        assert acknowledged <= repeated
        assert listed(server, token) == {each["id"] for each in queue}
    finally:
        server.terminate()


def listed(server, token):
    """The ids of all visits of the grid, each of them once."""
    ids, after = [], ""
    while True:
        page = ask(server, "GET", f"/desk/visits?after={after}", token)[1]["visits"]
        ids += [each["id"] for each in page["visits"]]
        after = page["next"]
        if not after:
            assert len(ids) == len(set(ids))
            return set(ids)
