"""What every test stands on: one real mongod for the whole run, and a loop and a database for each test.

Tests are ``@pytest.mark.gen_test async def test_...(database)``, run by pytest-tornado on ``io_loop``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from tornado.ioloop import IOLoop

from models.database import Database
from server.mongod import open_database
from tests.town import Town, settle


@pytest.fixture(scope="session")
def mongo_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A mongod of this run alone, started the way that the server starts it."""
    data_dir: Path = tmp_path_factory.mktemp("mongod")
    # A loop that never becomes the current one: each test has its own.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        mongod = runner.run(open_database(None, data_dir, cache_gb=0.25))
        yield mongod.uri
        runner.run(mongod.close())


@pytest.fixture
def io_loop() -> Iterator[IOLoop]:
    """pytest-tornado's loop, without the calls that Tornado 6 deprecates (warnings are errors here)."""
    asyncio_loop = asyncio.new_event_loop()
    asyncio.set_event_loop(asyncio_loop)
    loop = IOLoop(asyncio_loop=asyncio_loop, make_current=False)
    yield loop
    loop.run_sync(_let_go)
    asyncio.set_event_loop(None)
    loop.close(all_fds=True)


@pytest.fixture(scope="session")
def emptied(mongo_uri: str) -> Iterator[Callable[[], str]]:
    """Empties the test database and says its name. Collections with their rules and indexes stay: dropping
    and making them again would cost each test more than the rest of it."""
    with MongoClient(mongo_uri) as client:

        def empty() -> str:
            for name in client.saoban_test.list_collection_names():
                if not name.startswith(("_", "system.")):
                    client.saoban_test[name].delete_many({})
            return client.saoban_test.name

        yield empty


@pytest.fixture
def database(io_loop: IOLoop, mongo_uri: str, emptied: Callable[[], str]) -> Iterator[Database]:
    """An empty database whose client lives on this test's loop."""
    database = io_loop.run_sync(lambda: _open(mongo_uri, emptied()))
    yield database
    io_loop.run_sync(database.close)


async def _open(uri: str, name: str) -> Database:
    return Database(uri, name)


async def _let_go() -> None:
    """End what a test has left running, so that nothing of it reaches the next one."""
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One key file for the whole run."""
    return tmp_path_factory.mktemp("keys") / "keys.json"


@pytest.fixture
def town(io_loop: IOLoop, database: Database, keys: Path) -> Iterator[Town]:
    """A running server with the demo county in it."""
    town = io_loop.run_sync(lambda: settle(database, keys))
    yield town
    io_loop.run_sync(town.close)
