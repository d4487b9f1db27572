"""A county's sheet into the registry, through the server as it is delivered, against what nobody could do without: reading
the file with python-calamine and a bare ``insert_many`` of the very documents that came of it. In turns, in one run."""

from __future__ import annotations

import json
import secrets
import time
from contextlib import closing
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

from openpyxl import Workbook
from pymongo import MongoClient
from python_calamine import CalamineWorkbook

from models.base.idnumber import checksum
from server.demo.report import DemoReport
from tests.bench import servers
from tests.bench.table import Row

HOUSEHOLDS, PEOPLE = 8_328, 30_000
MOST_TIMES, MOST_MB = 4.0, 400
WHO, TOWN = "reviewer.daguan", "大关镇"
VILLAGES, GROUPS = ("丘林村", "双河村", "上坝村", "青龙村"), "一二三四五六"
FAMILY = (("户主", "男"), ("妻", "女"), ("子", "男"), ("女", "女"))
HEADS = (
    "户编号", "村", "组", "网格", "家庭住址", "房屋面积（㎡）", "住房结构", "承包耕地面积（亩）", "姓名", "身份证号码",
    "与户主关系", "性别", "出生日期", "民族", "文化程度", "政治面貌", "婚姻状况", "联系电话", "从业状况", "就读学校",
    "参保类型",
)  # fmt: skip
COLLECTIONS = ("people", "households", "registry_changes")


def sheet(salt: int, households: int = HOUSEHOLDS, people: int = PEOPLE) -> bytes:
    """As many households and people; ``salt`` makes them others each time."""
    book = Workbook(write_only=True)
    page = book.create_sheet("人口台账")
    page.append(HEADS)
    for number in range(people):
        house, place = number % households, number // households
        relation, sex = FAMILY[place]
        village, group = VILLAGES[house % 4], GROUPS[house // 4 % 6]
        born = f"{1950 + place * 12 + house % 10}{house % 12 + 1:02d}{house % 27 + 1:02d}"
        first = (
            f"{530000 + salt * 100 + house // 270 % 100}{born}{(house // 10 % 50) * 2 + (sex == '男'):03d}"
        )
        page.append([
            f"{salt}-{house}", village, f"{group}组", "第一网格" if group in "一二三" else "第二网格",
            f"{TOWN}{village}{group}组{house}号", 60 + house % 200, "砖混",
            house % 90 / 10, f"新{house % 997}{relation}", first + checksum(first), relation, sex,
            f"{born[:4]}年{int(born[4:6])}月{int(born[6:])}日", "汉族", "初中", "群众", "已婚" if place < 2 else "未婚",
            f"199{salt:02d}{number:06d}", "农民" if place < 2 else "学生", "", "城乡居民",
        ])  # fmt: skip
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rows(home: Path, server: servers.Server, report: DemoReport, rounds: int) -> list[Row]:
    """Ours and bare, in turns; the ratio is the median of the rounds' own ratios."""
    client = Client(server, report)
    ours: list[float] = []
    strict: list[float] = []
    whole: list[float] = []
    least: list[float] = []
    peak = 0.0
    with MongoClient(servers.uri(home)) as mongo:
        before = client.memory()
        for turn in range(rounds):
            data = sheet(turn)
            began = time.monotonic()
            job, most = client.run(data)
            ours.append(time.monotonic() - began)
            peak = max(peak, most)
            documents = {name: _made_by(mongo.saoban, name, job) for name in COLLECTIONS}
            reading = _read(data)
            people, homes, changes = (_insert(mongo, documents[name]) for name in COLLECTIONS)
            least.append(reading + people + homes)
            strict.append(ours[-1] / least[-1])
            whole.append(ours[-1] / (least[-1] + changes))
    rate = f"{HOUSEHOLDS} households, {PEOPLE} people: {median(ours):.1f} s"
    return [
        Row(
            "import, the whole job, against people and houses", rate, f"{median(least):.1f} s", median(strict),
            f"<= {MOST_TIMES:.1f}", median(strict) <= MOST_TIMES,
        ),
        Row("import, with its history among the bare documents", rate, "", median(whole)),
        Row(
            "memory while importing, server and workers", f"{before:.0f} MB before, {peak:.0f} MB at most",
            bound=f"<= {MOST_MB} MB", holds=peak <= MOST_MB,
        ),
    ]  # fmt: skip


def _read(data: bytes) -> float:
    began = time.monotonic()
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    count = sum(1 for _ in book.get_sheet_by_index(0).iter_rows())
    assert count == PEOPLE + 1
    return time.monotonic() - began


def _insert(mongo: MongoClient[dict[str, Any]], documents: list[dict[str, Any]]) -> float:
    """Into a collection with no index but that of ids: nothing could be barer."""
    bare = mongo.get_database("bench_bare", write_concern=mongo.saoban.write_concern).get_collection("bare")
    bare.drop()
    began = time.monotonic()
    bare.insert_many(documents)
    return time.monotonic() - began


def _made_by(database: Any, name: str, job: dict[str, Any]) -> list[dict[str, Any]]:
    """What an import has written."""
    batch = [row["owner"] for row in database.registry_changes.find({"batch": job["id"]}, {"owner": 1})]
    query = {"batch": job["id"]} if name == "registry_changes" else {"_id": {"$in": batch}}
    return list(database[name].find(query))


class Client:
    """Somebody at the desk, as a program."""

    def __init__(self, server: servers.Server, report: DemoReport) -> None:
        self._server = server
        password = next(each.password for each in report.staff if each.username == WHO)
        sent = json.dumps({"username": WHO, "password": password}).encode()
        told = self._call("POST", "/staff/login", sent, "application/json")
        self._token = told["access_token"]

    def run(self, data: bytes) -> tuple[dict[str, Any], float]:
        """Bring the file, map it as guessed, let it be looked through, confirm; the job at its end, and the most memory
        that server and workers had on the way."""
        brought = self._bring(data)
        href = f"/desk/registry/import/{brought['job']['id']}"
        labels = {
            f"s0.c{column['at']}": column.get("target", "")
            for column in brought["plan"]["sheets"][0]["columns"]
        }
        self._call("POST", href, json.dumps({"columns": self._labels(labels)}).encode(), "application/json")
        first = self._until(href, {"asking"})
        self._call("POST", f"{href}/confirm", b"{}", "application/json")
        second = self._until(href, {"done"})
        job = self._call("GET", href)["job"]
        if f"新增{PEOPLE}行" not in job["told"]:
            raise RuntimeError(job["told"])
        return job, max(first, second)

    def _labels(self, keys: dict[str, str]) -> dict[str, str]:
        """Heads name targets as well as their labels do."""
        return {field: (HEADS[int(field.rpartition("c")[2])] if key else "") for field, key in keys.items()}

    def _until(self, href: str, states: set[str]) -> float:
        peak = 0.0
        while True:
            job = self._call("GET", href)["job"]
            peak = max(peak, self.memory())
            if job["state"] in states:
                return peak
            if job["state"] != "ready":
                raise RuntimeError(job["told"])
            time.sleep(0.25)

    def memory(self) -> float:
        """Megabytes of the server and of the workers that it has started (not of its mongod)."""
        return self._server.rss_mb() + sum(_rss(pid) for pid in _workers(self._server.process.pid))

    def _bring(self, data: bytes) -> dict[str, Any]:
        edge = secrets.token_hex(8)
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="bench.xlsx"\r\n\r\n'.encode()
        )
        body = head + data + f"\r\n--{edge}--\r\n".encode()
        return self._call("POST", "/desk/registry/import", body, f"multipart/form-data; boundary={edge}")

    def _call(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> dict[str, Any]:
        told = {"Accept": "application/json"}
        if kind:
            told["Content-Type"] = kind
        if getattr(self, "_token", ""):
            told["Authorization"] = f"Bearer {self._token}"
        with closing(HTTPConnection("127.0.0.1", self._server.port, timeout=120)) as line:
            line.request(method, path, body, told)
            answer = line.getresponse()
            said = json.loads(answer.read())
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {said}")
        return dict(said)


def _workers(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text().rpartition(")")[2].split()
                name = (entry / "comm").read_text().strip()
            except OSError:
                continue
            if int(told[1]) == parent and name.startswith("python"):
                found.append(int(entry.name))
    return found


def _rss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
