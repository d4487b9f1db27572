"""The database of this installation and everything on it, open as long as a command needs them, closed in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from models.database import Database
from server import container
from server.container import Container
from server.mongod import Mongod, open_database
from server.settings import Settings


class Storage(msgspec.Struct, frozen=True):
    """The database, and its mongod where that is ours."""

    mongod: Mongod
    database: Database


@asynccontextmanager
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    """Raises DatabaseTrouble where it cannot be had."""
    mongod = await open_database(settings.mongo_uri or None, settings.data_dir)
    try:
        database = Database(mongod.uri, settings.mongo_db, max_pool=settings.mongo_pool)
        try:
            yield Storage(mongod, database)
        finally:
            await database.close()
    finally:
        await mongod.close()


@asynccontextmanager
async def house(settings: Settings) -> AsyncIterator[Container]:
    """Everything, without serving. Raises DatabaseTrouble and KeyFileError."""
    async with storage(settings) as opened:
        built = await container.build(settings, opened.database)
        try:
            yield built
        finally:
            await built.close()
