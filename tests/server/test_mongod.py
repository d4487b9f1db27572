"""The embedded mongod: started, shared, adopted, revived, stopped; and what it says when it cannot be."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pymongo import MongoClient

from server.mongod import DatabaseTrouble, Mongod, open_database
from server.mongod_process import find_binary

ROOT = Path(__file__).parents[2]

SERVER = """
import asyncio, signal, sys
from pathlib import Path
from server.mongod import open_database

async def main():
    mongod = await open_database(None, Path(sys.argv[1]), cache_gb=0.25)
    print(mongod.uri, flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await mongod.close()

asyncio.run(main())
"""


class Server:
    """Another process that uses the database of a data directory."""

    def __init__(self, data_dir: Path) -> None:
        command = [sys.executable, "-c", SERVER, str(data_dir)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.uri = self._process.stdout.readline().strip()

    def end(self, how: signal.Signals) -> int:
        self._process.send_signal(how)
        self._process.stdout.close()
        return self._process.wait(20)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Mongod]]:
    """Opens the database of ``tmp_path`` in this process; nothing that it opened outlives the test."""
    opened: list[Mongod] = []

    def open_one() -> Mongod:
        opened.append(asyncio.run(open_database(None, tmp_path, cache_gb=0.25)))
        return opened[-1]

    yield open_one
    for mongod in opened:
        asyncio.run(mongod.close())


def pid(data_dir: Path) -> int:
    return json.loads((data_dir / "mongod.json").read_text())["pid"]


def lives(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0]
    except FileNotFoundError:
        return False


def kill_mongod(data_dir: Path) -> None:
    victim = pid(data_dir)
    os.kill(victim, signal.SIGKILL)
    while lives(victim):
        time.sleep(0.01)


def write(uri: str, key: str) -> None:
    with MongoClient(uri, w="majority", serverSelectionTimeoutMS=5000) as client:
        client.town.people.insert_one({"_id": key})


def people(uri: str) -> set[str]:
    with MongoClient(uri, serverSelectionTimeoutMS=5000) as client:
        return {row["_id"] for row in client.town.people.find()}


@contextmanager
def stranger(files: Path, port: int) -> Iterator[None]:
    """A mongod that has nothing to do with us, and is no replica set."""
    files.mkdir()
    command = [find_binary(), "--dbpath", files, "--port", str(port), "--bind_ip", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with MongoClient("127.0.0.1", port, directConnection=True) as client:
        client.admin.command("ping")
    yield
    process.terminate()
    process.wait(20)


def test_it_starts_writable_and_a_clean_stop_leaves_no_process(
    start: Callable[[], Mongod], tmp_path: Path
) -> None:
    mongod = start()
    write(mongod.uri, "陈桂兰")
    process = pid(tmp_path)
    assert lives(process)
    asyncio.run(mongod.close())
    assert not lives(process)


def test_it_comes_back_on_the_same_port_with_everything_within_four_seconds(
    start: Callable[[], Mongod],
) -> None:
    first = start()
    write(first.uri, "陈桂兰")
    asyncio.run(first.close())
    began = time.monotonic()
    second = start()
    assert time.monotonic() - began < 4
    assert second.uri == first.uri
    assert people(second.uri) == {"陈桂兰"}


def test_a_second_process_joins_and_the_last_to_leave_stops_it(
    start: Callable[[], Mongod], tmp_path: Path
) -> None:
    first = start()
    second = Server(tmp_path)
    process = pid(tmp_path)
    assert second.uri == first.uri
    asyncio.run(first.close())
    write(second.uri, "李明")
    assert second.end(signal.SIGTERM) == 0
    assert not lives(process)


def test_two_processes_that_start_at_once_share_one(start: Callable[[], Mongod], tmp_path: Path) -> None:
    async def both() -> tuple[Mongod, Mongod]:
        return await asyncio.gather(open_database(None, tmp_path), open_database(None, tmp_path))

    first, second = asyncio.run(both())
    assert first.uri == second.uri
    asyncio.run(first.close())
    assert lives(pid(tmp_path))
    asyncio.run(second.close())


def test_the_mongod_of_a_killed_server_is_adopted_and_stopped_by_its_heir(
    start: Callable[[], Mongod], tmp_path: Path
) -> None:
    server = Server(tmp_path)
    write(server.uri, "陈桂兰")
    server.end(signal.SIGKILL)
    orphan = pid(tmp_path)
    assert lives(orphan)
    heir = start()
    assert (heir.uri, pid(tmp_path)) == (server.uri, orphan)
    assert people(heir.uri) == {"陈桂兰"}
    asyncio.run(heir.close())
    assert not lives(orphan)


def test_after_everything_was_killed_nothing_acknowledged_is_lost(
    start: Callable[[], Mongod], tmp_path: Path
) -> None:
    server = Server(tmp_path)
    write(server.uri, "陈桂兰")
    server.end(signal.SIGKILL)
    kill_mongod(tmp_path)
    assert people(start().uri) == {"陈桂兰"}


def test_it_moves_when_its_port_was_taken_meanwhile(start: Callable[[], Mongod], tmp_path: Path) -> None:
    first = start()
    write(first.uri, "陈桂兰")
    asyncio.run(first.close())
    port = json.loads((tmp_path / "mongod.json").read_text())["port"]
    with stranger(tmp_path / "stranger", port):
        second = start()
        assert second.uri != first.uri
        write(second.uri, "李明")
        assert people(second.uri) == {"陈桂兰", "李明"}


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"port": "x"}'])
def test_a_torn_state_file_is_no_obstacle(start: Callable[[], Mongod], tmp_path: Path, torn: str) -> None:
    (tmp_path / "mongod.json").write_text(torn)
    write(start().uri, "陈桂兰")


def test_a_mongod_that_died_under_a_running_server_is_revived_on_its_port(
    start: Callable[[], Mongod], tmp_path: Path
) -> None:
    mongod = start()
    write(mongod.uri, "陈桂兰")
    kill_mongod(tmp_path)
    asyncio.run(mongod.revive())
    assert people(mongod.uri) == {"陈桂兰"}
    alive = pid(tmp_path)
    asyncio.run(mongod.revive())
    assert pid(tmp_path) == alive


def test_a_start_that_is_interrupted_leaves_no_process(tmp_path: Path) -> None:
    async def interrupted() -> None:
        starting = asyncio.create_task(open_database(None, tmp_path, cache_gb=0.25))
        while not (tmp_path / "mongod.json").exists():
            await asyncio.sleep(0.01)
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting

    asyncio.run(interrupted())
    assert pid(tmp_path) is None


def test_a_given_uri_is_used_and_nothing_is_started(mongo_uri: str, tmp_path: Path) -> None:
    mongod = asyncio.run(open_database(mongo_uri, tmp_path))
    asyncio.run(mongod.close())
    assert mongod.uri == mongo_uri
    assert list(tmp_path.iterdir()) == []
    write(mongo_uri, "王网格")


@pytest.mark.parametrize("uri", ["localhost:27017", "mongodb://", "mongodb://a:b:c/", "http://10.0.0.1/"])
def test_a_malformed_uri_is_told_in_a_sentence(tmp_path: Path, uri: str) -> None:
    with pytest.raises(DatabaseTrouble, match="MONGO_URI 写错了"):
        asyncio.run(open_database(uri, tmp_path))


def test_a_uri_where_nobody_answers_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(DatabaseTrouble, match="连不上数据库 mongodb://127.0.0.1:9/") as caught:
        asyncio.run(open_database("mongodb://saoban:s3cret@127.0.0.1:9/?replicaSet=rs0", tmp_path))
    assert "s3cret" not in str(caught.value)


def test_a_database_that_is_no_replica_set_is_told(start: Callable[[], Mongod], tmp_path: Path) -> None:
    asyncio.run(start().close())
    port = json.loads((tmp_path / "mongod.json").read_text())["port"]
    with stranger(tmp_path / "stranger", port), pytest.raises(DatabaseTrouble, match="不是副本集"):
        asyncio.run(open_database(f"mongodb://127.0.0.1:{port}/", tmp_path))


def test_a_data_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a directory")
    with pytest.raises(DatabaseTrouble, match="不能使用"):
        asyncio.run(open_database(None, tmp_path / "data"))


def test_too_little_space_on_the_disk_is_told_before_anything_is_started(tmp_path: Path) -> None:
    with pytest.raises(DatabaseTrouble, match="磁盘已满"):
        asyncio.run(open_database(None, tmp_path, least_free=1 << 60))
    assert not (tmp_path / "mongod.json").exists()


def test_a_machine_without_any_mongod_is_told_without_a_traceback(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys; from pathlib import Path\n"
        "from server.mongod import DatabaseTrouble, open_database\n"
        "sys.path[:] = [path for path in sys.path if 'site-packages' not in path]  # the wheel is gone\n"
        "try: asyncio.run(open_database(None, Path(sys.argv[1])))\n"
        "except DatabaseTrouble as trouble: sys.exit(str(trouble))\n"
    )
    command = [sys.executable, "-X", "utf8", "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": ""}, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert done.stderr.startswith("这台机器上没有可运行的 mongod")
    assert "Traceback" not in done.stderr
