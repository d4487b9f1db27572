"""Visits from many phones while the server is killed twice, counted on both sides; and the size of a first sync."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import itertools
import json
import random
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from pymongo import MongoClient

from models.base import idnumber
from models.people.values import Value
from server.container import Container
from server.demo.report import DemoReport, Login
from server.opening import house
from server.settings import Settings
from tests.bench import servers
from tests.bench.table import Row
from tests.models.sync.phone import envelope, ulid

LEAST = 50.0
PHONES, BATCH = 12, 5
KEY = "house.forest_cert_no"
HOMES, MEMBERS = 500, 4
LARGEST_MB = 2.5
SAID = "老人精神很好，药按时吃；屋后边坡有裂缝，已用彩条布盖住，下雨天要再来看。"


class Walker(threading.Thread):
    """One phone: it visits its households in turn, and sends until it has heard."""

    def __init__(self, port: int, token: str, device: str, homes: list[str], until: float) -> None:
        super().__init__(daemon=True)
        self.port, self.token, self.device, self.homes, self.until = port, token, device, homes, until
        self.done: dict[str, str] = {}
        self.wrong: list[Any] = []
        self.resent = 0
        self._last: dict[str, str] = {}
        self._number = itertools.count(1)

    def run(self) -> None:
        walk = itertools.cycle(self.homes)
        while time.monotonic() < self.until:
            batch = [self._visit(next(walk)) for _ in range(BATCH)]
            while batch:
                batch = self._send(batch)

    def _visit(self, home: str) -> dict[str, str]:
        op_id, now = ulid(datetime.now(UTC)), datetime.now(UTC).isoformat()
        base = f"@{self._last[home]}" if home in self._last else ""
        self._last[home] = op_id
        number = next(self._number)
        told = {
            "v": 2, "id": op_id, "kind": "visit", "device": self.device, "seq": number, "at": now, "home": home,
            "visit": {"on": now[:10], "way": 1, "text": SAID, "problems": "屋后边坡有裂缝。"},
            "tasks": [{"text": "联系村委会看边坡"}],
            "edits": [{"key": KEY, "value": f"林证{number}", "base": base}],
        }  # fmt: skip
        return envelope(op_id, json.dumps(told, ensure_ascii=False))

    def _send(self, batch: list[dict[str, str]]) -> list[dict[str, str]]:
        """What is still to be sent of it."""
        try:
            status, body = ask(self.port, "POST", "/grid/ops", self.token, self.device, {"ops": batch})
        except (OSError, http.client.HTTPException):
            self.resent += 1
            time.sleep(0.2)
            return batch
        if status != 200:
            self.resent += 1
            time.sleep(0.2)
            return batch
        answers = {each["id"]: each["is"] for each in body["ops"]}
        self.done |= {op_id: became for op_id, became in answers.items() if became in ("created", "same")}
        left = [op for op in batch if answers[op["id"]] in ("busy", "held")]
        settled = {"created", "same", "busy", "held"}
        self.wrong += [each for each in body["ops"] if each["is"] not in settled]
        return left


def ask(port: int, verb: str, path: str, token: str, device: str, body: Any = None) -> tuple[int, Any]:
    """One request over a connection of its own, as phones far apart make them."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"X-Device": device, "Accept": "application/json", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        line.request(verb, path, json.dumps(body).encode() if body is not None else None, headers)
        reply = line.getresponse()
        return reply.status, json.loads(reply.read() or b"null")
    finally:
        line.close()


def rows(home: Path, seconds: float) -> list[Row]:
    """``seconds`` is how long visits are sent; five minutes is what is asked for."""
    report = servers.demo(home / "visits", 200)
    return [*visits(home / "visits", report, seconds), first_sync(home / "first")]


def visits(home: Path, report: DemoReport, seconds: float) -> list[Row]:
    """Visits from many phones; the server is killed after a third of the time and again after two."""
    port = servers.free_port()
    server = _serve(home, port)
    try:
        until = time.monotonic() + seconds
        walkers = _walkers(port, report, until)
        began = time.monotonic()
        for walker in walkers:
            walker.start()
        for _ in range(2):
            time.sleep(seconds / 3)
            server.kill()
            server.wait()
            server = _serve(home, port)
        for walker in walkers:
            walker.join(seconds + 120)
        took = time.monotonic() - began
        return _counted(home, walkers, took)
    finally:
        server.terminate()
        server.wait()


def _counted(home: Path, walkers: list[Walker], took: float) -> list[Row]:
    told = {op_id for walker in walkers for op_id in walker.done}
    wrong = [each for walker in walkers for each in walker.wrong]
    if wrong:
        raise RuntimeError(f"answers that do not count: {wrong[:2]}")
    with MongoClient(servers.uri(home)) as client:
        there = {row["_id"] for row in client.saoban.visits.find({}, {"_id": 1})}
        tasks = client.saoban.visit_tasks.count_documents({})
        changes = client.saoban.registry_changes.count_documents({"key": KEY})
    lost, extra = len(told - there), len(there - told)
    doubled = max(0, tasks - len(there)) + max(0, changes - len(there))
    rate = len(told) / took
    resent = sum(walker.resent for walker in walkers)
    return [
        Row(
            f"full visits from {len(walkers)} phones for {took:.0f} s, server killed twice", f"{rate:.0f}/s",
            bound=f">= {LEAST:.0f}/s", holds=rate >= LEAST,
        ),
        Row(
            f"of {len(told)} acknowledged ({resent} requests sent again)",
            f"{lost} lost, {doubled + extra} doubled", bound="0, 0", holds=lost == doubled == extra == 0,
        ),
    ]  # fmt: skip


def _walkers(port: int, report: DemoReport, until: float) -> list[Walker]:
    found: list[Walker] = []
    for worker in (each for each in report.staff if each.role == "grid"):
        if len(found) == PHONES:
            break
        token = _login(port, worker)
        device = f"{worker.username.replace('.', '-'):x<24}"
        homes = [each["h"] for each in _everything(port, token, device)]
        if homes:
            found.append(Walker(port, token, device, homes, until))
    return found


def _everything(port: int, token: str, device: str) -> list[dict[str, Any]]:
    homes: list[dict[str, Any]] = []
    after = ""
    while True:
        _, page = ask(port, "GET", f"/grid/sync?after={after}", token, device)
        homes += page.get("homes", ())
        after = page.get("after", "")
        if not after:
            return homes


def _login(port: int, worker: Login) -> str:
    body = {"username": worker.username, "password": worker.password}
    return str(ask(port, "POST", "/staff/login", "", "", body)[1]["access_token"])


def _serve(home: Path, port: int) -> subprocess.Popen[bytes]:
    process, log = servers.process(home, port, ["server"])
    servers.wait(process, f"http://127.0.0.1:{port}/healthz", log)
    return process


def first_sync(home: Path) -> Row:
    """A grid of 500 households and 2,000 people, as its worker's phone gets it for the first time."""
    report = servers.demo(home, 60)
    worker = next(each for each in report.staff if each.name == "王网格")
    code = report.doors[0].code
    asyncio.run(_settle(home, code))
    with servers.real(home) as server:
        token, device = _login(server.port, worker), "x" * 24
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"X-Device": device, "Accept": "application/json", "Authorization": f"Bearer {token}",
                   "Accept-Encoding": "gzip"}  # fmt: skip
        size = homes = people = values = 0
        path, after = "/grid/elements", "-"
        began = time.monotonic()
        while after:
            line.request("GET", path, None, headers)
            reply = line.getresponse()
            raw = reply.read()
            size += len(raw)
            page = json.loads(gzip.decompress(raw) if reply.getheader("Content-Encoding") == "gzip" else raw)
            for each in page.get("homes", ()):
                homes += 1
                people += len(each.get("m", ()))
                values += len(each.get("v", ())) + sum(len(m.get("v", ())) for m in each.get("m", ()))
            after = page.get("after", "") if path != "/grid/elements" else "-"
            path = f"/grid/sync?after={after if after != '-' else ''}"
        took = time.monotonic() - began
        line.close()
    return Row(
        f"first sync: {homes} households, {people} people, {values} values, dictionary included ({took:.1f} s)",
        f"{size / 1e6:.2f} MB", bound=f"<= {LARGEST_MB} MB", holds=size <= LARGEST_MB * 1e6 and homes >= HOMES,
    )  # fmt: skip


async def _settle(home: Path, code: str) -> None:
    settings = Settings(data_dir=home / "data", port=0)
    async with house(settings) as built:
        await _fill(built, code)


async def _fill(built: Container, code: str) -> None:
    """Households as the demonstration has them, all of them in one grid, each person with a number of her own."""
    chance, parts = random.Random(7), built.registry
    target = (await built.home.codes.get(code)).target.household
    place = await built.home.households.get(target)
    areas = place.areas
    ids = [row["_id"] async for row in built.database.collection("households").find({}, {"_id": 1})]
    models = await built.home.households.read(ids[:60])
    for number in range(HOMES - 1):
        model = models[number % len(models)]
        home_id = f"{place.id[:14]}{2000 + number}"
        family = await built.home.households.people(model.id)
        while len(family) < MEMBERS:
            family.append(family[-1])
        people = []
        for at, person in enumerate(family[:MEMBERS]):
            born = f"{chance.randrange(1940, 2015)}{chance.randrange(1, 13):02d}{chance.randrange(1, 28):02d}"
            first = f"529901{born}{chance.randrange(1000):03d}"
            told = {
                "person.id_no": first + idnumber.checksum(first),
                "person.phone": f"13{chance.randrange(10**9):09d}",
                "person.name": person.name[:1] + chr(0x4E00 + chance.randrange(3000)) + chr(0x4E00 + chance.randrange(3000)),
            }  # fmt: skip
            now = built.home.clock()
            values = {**person.held.values, **{key: Value(v, "import", now) for key, v in told.items()}}
            held = msgspec.structs.replace(person.held, values=values)
            people.append(
                msgspec.structs.replace(
                    person, id=f"{number:020x}{at:04x}", areas=areas, household=home_id, held=held
                )
            )
        members = tuple(
            msgspec.structs.replace(model.members[min(at, len(model.members) - 1)], person=person.id, name=person.name)
            for at, person in enumerate(people)
        )  # fmt: skip
        await parts.people_repository.put_new(people)
        copied = msgspec.structs.replace(model, id=home_id, areas=areas, members=members)
        await parts.household_repository.put_new([copied], {})
