"""A server killed (-9) in the middle of an import: another goes on, and every row is there once."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from pymongo import MongoClient

from tests.bench.importing import HEADS, sheet
from tests.server.processes import Server, run

HOUSEHOLDS, PEOPLE, SALT = 900, 3000, 7
CLERK = "reviewer.daguan"
EDGE = "saoban-killed"


@pytest.fixture
def data_dir(tmp_path):
    home = tmp_path / "data"
    run(home, "demo", "--households", "2", "--json")
    return home


def bring(server: Server, token: str, data: bytes) -> dict[str, Any]:
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'.encode()
    told = {
        "Authorization": f"Bearer {token}", "Accept": "application/json",
        "Content-Type": f"multipart/form-data; boundary={EDGE}",
    }  # fmt: skip
    body = head + data + f"\r\n--{EDGE}--\r\n".encode()
    with server.wire() as wire:
        wire.request("POST", "/desk/registry/import", body, told)
        answer = wire.getresponse()
        assert answer.status == 201
        return dict(json.loads(answer.read()))


def until(server: Server, token: str, href: str, enough: Any) -> dict[str, Any]:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        job = server.call("GET", href, token=token)[1]["job"]
        assert job["state"] not in {"failed", "cancelled"}, job
        if enough(job):
            return dict(job)
        time.sleep(0.02)
    raise AssertionError(f"not in time: {job}")


def test_killed_in_the_middle_nothing_is_lost_and_nothing_is_there_twice(data_dir):
    first, second = Server(data_dir, LIMIT_SCALE="1000").ready(), Server(data_dir, LIMIT_SCALE="1000").ready()
    try:
        token = second.staff(CLERK)
        brought = bring(second, token, sheet(SALT, HOUSEHOLDS, PEOPLE))
        href = f"/desk/registry/import/{brought['job']['id']}"
        columns = {f"s0.c{at}": head for at, head in enumerate(HEADS)}
        assert second.call("POST", href, {"columns": columns}, token)[0] == 200
        until(second, token, href, lambda job: job["state"] == "asking")
        second.call("POST", f"{href}/confirm", {}, token)
        until(second, token, href, lambda job: job["stage"] == "writing" and job["done"] >= 2)
        with MongoClient(_uri(data_dir)) as mongo:
            holder = mongo.saoban.jobs.find_one({"_id": brought["job"]["id"]})
            assert holder is not None
            first.kill()
            second.kill()
            half = mongo.saoban.people.count_documents({"areas": "529901101"})
            third = Server(data_dir, LIMIT_SCALE="1000").ready()
            token = third.staff(CLERK)
            over = until(third, token, href, lambda job: job["state"] == "done")
            assert 0 < half < PEOPLE
            assert f"新增{PEOPLE}行" in over["told"]
            made = mongo.saoban.registry_changes
            batch = {"batch": brought["job"]["id"]}
            assert made.count_documents({**batch, "noun": "person"}) == PEOPLE
            assert made.count_documents({**batch, "noun": "household"}) == HOUSEHOLDS
            owners = [row["owner"] for row in made.find(batch, {"owner": 1})]
            assert len(set(owners)) == PEOPLE + HOUSEHOLDS
            assert mongo.saoban.people.count_documents({"_id": {"$in": owners}}) == PEOPLE
            living = list(mongo.saoban.households.find({"_id": {"$in": owners}}, {"members": 1}))
            assert sum(len(home["members"]) for home in living) == PEOPLE
            assert third.terminate() == 0
    finally:
        for server in (first, second):
            if server.process.poll() is None:
                server.kill()


def _uri(data_dir: Any) -> str:
    told = json.loads((data_dir / "mongod.json").read_text())
    return f"mongodb://127.0.0.1:{told['port']}/?replicaSet=rs0"
