"""``rotate-keys`` beside real servers that real requests come to: not one of them fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count

import pytest
from pymongo import MongoClient

from tests.server.processes import HOUSE, Server, run

REPAIR = {"fault": "leak", "contact_phone": "13900001111"}


class Day:
    """What goes on at two servers until it is over, and what they answered."""

    def __init__(self, data_dir):
        self.data_dir = data_dir
        self.over = threading.Event()
        self.answers = Counter()

    def ask(self, server, *request):
        status, body = server.call(*request)
        self.answers[status] += 1
        return body

    def log_in(self, server, door):
        who = {key: door["resident"][key] for key in ("name", "id_number")}
        return self.ask(server, "POST", "/login", who)["access_token"]

    def files(self, server, door):
        """A resident who reports one burst pipe after the other, and looks at her matters."""
        token, form = self.log_in(server, door), f"/apply/{door['code']}/water-repair"
        for turn in count():
            sent = {"submission_key": f"{door['code']}-{turn}", "answers": REPAIR}
            self.ask(server, "POST", form, sent, token)
            self.ask(server, "GET", "/my", None, token)
            if self.over.is_set():
                return

    def types(self, server, door):
        """A resident who types, and finds again what she typed."""
        token, form = self.log_in(server, door), f"/apply/{door['code']}/water-repair"
        for turn in count():
            phone = f"138{turn:08d}"
            self.ask(server, "PUT", f"{form}/draft", {"answers": {"contact_phone": phone}}, token)
            assert phone in json.dumps(self.ask(server, "GET", form, None, token))
            if self.over.is_set():
                return

    def reads(self, server):
        """A clerk who opens one case after the other."""
        token = server.staff("clerk.daguan")
        while not self.over.is_set():
            for row in self.ask(server, "GET", "/desk", None, token)["rows"][:5]:
                self.ask(server, "GET", f"/desk/cases/{row['id']}", None, token)

    def killed_rotation(self):
        """``rotate-keys``, killed when it has got somewhere; its lease is over."""
        command = [sys.executable, "-m", "server", "rotate-keys"]
        environment = {**os.environ, "DATA_DIR": str(self.data_dir)}
        process = subprocess.Popen(command, cwd=HOUSE, env=environment, stderr=subprocess.DEVNULL)
        while not self.sealed_under("k2"):
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
        process.wait()
        with self._client() as client:
            client.saoban.rotations.update_one({}, {"$set": {"until": datetime.now(UTC)}})

    def sealed_under(self, key_id):
        """How many cases hold a phone under a key."""
        with self._client() as client:
            query = {"applicant.phone": {"$regex": f"^{key_id}\\."}}
            return client.saoban.cases.count_documents(query)

    def _client(self):
        port = json.loads((self.data_dir / "mongod.json").read_text())["port"]
        return MongoClient("127.0.0.1", port, directConnection=True)


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def county(data_dir):
    return json.loads(run(data_dir, "demo", "--households", "20", "--json").out)


@pytest.fixture
def two(data_dir, county):
    # Three residents at this pace are a flood, which limits are for; here they would keep the load away.
    servers = [Server(data_dir, LIMIT_SCALE="1000"), Server(data_dir, LIMIT_SCALE="1000")]
    yield [server.ready() for server in servers]
    for server in servers:
        server.terminate()


def test_servers_answer_everything_while_keys_change_under_them(two, county, data_dir):
    one, other = two
    day, doors = Day(data_dir), county["doors"]
    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(day.files, one, door) for door in doors[:3]]
        work += [pool.submit(day.types, other, door) for door in doors[3:6]]
        work += [pool.submit(day.reads, server) for server in two]
        try:
            day.killed_rotation()
            again = run(data_dir, "rotate-keys")
        finally:
            day.over.set()
    assert [each.result() for each in work] == [None] * 8
    assert "接着上次的进度，已全部改用密钥 k2" in again.err
    assert day.sealed_under("k1") == 0
    assert set(day.answers) <= {200, 201, 204}, day.answers
    assert day.answers.total() > 100
