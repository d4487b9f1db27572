"""The database away: a clear 503 on both faces, nothing lost, nothing doubled, and on again by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from models.database import Database
from tests.handlers.filing import REPAIR, open_form, submit
from tests.town import settle


class Wire:
    """A wire between the server and its database, which tests may cut, mend, or make swallow the answers."""

    def __init__(self, port: int) -> None:
        self._far = port
        self._ends: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.swallows = False

    async def mend(self) -> None:
        """Carry again, on the port of the first time."""
        self.swallows = False
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Everything breaks, and nothing new gets through."""
        assert self._server
        self._server.close()
        for end in list(self._ends):
            end.close()
        await asyncio.sleep(0.05)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._far)
        self._ends |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer, answers=True))
        self._ends -= {writer, far_writer}

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: bool = False
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if not (answers and self.swallows):
                    writer.write(data)
                    await writer.drain()
        writer.close()


@pytest.fixture(scope="module")
def wire(io_loop, mongo_uri):
    wire = Wire(int(mongo_uri.split(":")[2].split("/")[0]))
    io_loop.run_sync(wire.mend)
    yield wire
    io_loop.run_sync(wire.cut)


@pytest.fixture(scope="module")
def town(io_loop, wire, database, keys):
    """A town at the end of the wire."""
    name = database.collection("cases").database.name
    uri = f"mongodb://127.0.0.1:{wire.port}/?directConnection=true"
    town = io_loop.run_sync(lambda: _settle(uri, name, keys))
    yield town
    io_loop.run_sync(town.close)


async def _settle(uri, name, keys):
    return await settle(Database(uri, name, selection_ms=300), keys)


async def well_again(town):
    """Wait until the server has found its database."""
    for _ in range(100):
        if (await town.get("/healthz")).status == 200:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("not well after 5 s")


@pytest.mark.gen_test(timeout=40)
async def test_while_the_database_is_away_everything_says_so_and_nothing_is_lost(town, wire):
    token = await town.l2(town.chen)
    opened = await open_form(town, town.chen.code, "water-repair", token)
    assert (await town.get(f"/q/{town.chen.code}")).status == 200
    await wire.cut()
    try:
        await everything_is_503(town, opened, token)
    finally:
        await wire.mend()
    await well_again(town)
    filed = await submit(town, opened, REPAIR, token)
    assert filed.status == 201
    assert (await town.get(filed.body["receipt"]["href"])).body["state"] == "applied"


async def everything_is_503(town, opened, token):
    health = await town.get("/healthz")
    assert (health.status, health.body["ok"]) == (503, False)
    sent = {"submission_key": opened["submit"]["submission_key"], "answers": REPAIR}
    for method, path, body in (
        ("GET", f"/apply/{town.chen.code}/water-repair", None),
        ("POST", opened["submit"]["href"], sent),
        ("PUT", opened["draft"], {"answers": {"note": "x"}}),
        ("GET", "/my", None),
        ("POST", "/login/otp", {}),
    ):
        reply = await town.call(method, path, body, token)
        print(path, __import__("time").monotonic())
        assert (reply.status, reply.body["error"]["code"]) == (503, "unavailable"), path
        assert "没有丢失" in reply.body["error"]["message"]
    page = await town.call("GET", f"/apply/{town.chen.code}/water-repair/1", headers={"Accept": "text/html"})
    assert page.status == 503
    assert "没有丢失" in page.body.decode()


@pytest.mark.gen_test(timeout=40)
async def test_a_plate_is_not_served_from_memory_while_nobody_could_tell_of_its_suspension(town, wire):
    await well_again(town)
    await town.get(f"/q/{town.li.code}")
    await wire.cut()
    await asyncio.sleep(1.1)
    try:
        assert (await town.get(f"/q/{town.li.code}")).status == 503
    finally:
        await wire.mend()
    await well_again(town)
    assert (await town.get(f"/q/{town.li.code}")).status == 200


@pytest.mark.gen_test(timeout=40)
async def test_when_the_answer_of_the_database_is_lost_a_retry_finds_the_one_case(town, wire):
    await well_again(town)
    opened = await open_form(town, town.li.code, "water-repair")
    before = await town.built.database.collection("cases").count_documents({})
    wire.swallows = True
    sending = asyncio.ensure_future(submit(town, opened, REPAIR))
    await asyncio.sleep(0.5)
    await wire.cut()
    lost = await sending
    await wire.mend()
    await well_again(town)
    again = await submit(town, opened, REPAIR)
    assert lost.status == 503
    assert again.status in (200, 201)
    assert await town.built.database.collection("cases").count_documents({}) == before + 1
