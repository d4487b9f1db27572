"""One town for all tests of a module: filling a county takes longer than most of these tests.

A test that changes something others could see uses a resident of its own, or puts it back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from tornado.ioloop import IOLoop

from models.database import Database
from tests.conftest import _let_go, _open
from tests.handlers.browser import Browser
from tests.town import Town, settle


@pytest.fixture(scope="module")
def io_loop() -> Iterator[IOLoop]:
    """The loop of the module."""
    asyncio_loop = asyncio.new_event_loop()
    asyncio.set_event_loop(asyncio_loop)
    loop = IOLoop(asyncio_loop=asyncio_loop, make_current=False)
    yield loop
    loop.run_sync(_let_go)
    asyncio.set_event_loop(None)
    loop.close(all_fds=True)


@pytest.fixture(scope="module")
def database(io_loop: IOLoop, mongo_uri: str) -> Iterator[Database]:
    """A database of the module alone."""
    name = "saoban_handlers"
    with MongoClient(mongo_uri) as client:
        for collection in client[name].list_collection_names():
            if not collection.startswith(("_", "system.")):
                client[name][collection].delete_many({})
    database = io_loop.run_sync(lambda: _open(mongo_uri, name))
    yield database
    io_loop.run_sync(database.close)


@pytest.fixture(scope="module")
def town(io_loop: IOLoop, database: Database, keys: Path) -> Iterator[Town]:
    """A running server with the demo county in it."""
    town = io_loop.run_sync(lambda: settle(database, keys))
    yield town
    io_loop.run_sync(town.close)


@pytest.fixture
def browser(town: Town) -> Browser:
    """A browser with scripts off and an empty jar of cookies."""
    return Browser(town.url)
