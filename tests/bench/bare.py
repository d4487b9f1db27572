"""What the real server is held against: as little Tornado, and Tornado with Motor, as does the same to the wire.

``python -m tests.bench.bare PORT pages FOLDER`` answers ``/NAME`` with the bytes of that file in FOLDER;
``python -m tests.bench.bare PORT inserts FILE URI`` inserts the BSON document in FILE for every POST.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bson import ObjectId, decode
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from tornado.web import Application, RequestHandler

KINDS = {"json": "application/json; charset=utf-8"}
DATABASE = "bench_bare"


class Page(RequestHandler):
    """The same bytes as the real page, from memory."""

    def initialize(self, bodies: dict[str, bytes]) -> None:
        self.bodies = bodies

    def get(self, name: str) -> None:
        self.set_header("Content-Type", KINDS.get(name, "text/html; charset=utf-8"))
        if name == "gzip":
            self.set_header("Content-Encoding", "gzip")
        self.write(self.bodies[name])


class Insert(RequestHandler):
    """The same document as the real submission's, under a new id, with majority concern."""

    def initialize(self, document: dict, into: AsyncIOMotorCollection) -> None:
        self.document = document
        self.into = into

    async def post(self, _path: str) -> None:
        done = await self.into.insert_one({**self.document, "_id": str(ObjectId())})
        self.set_status(201)
        self.write({"id": done.inserted_id})


async def serve(port: int, what: str, where: Path, uri: str = "") -> None:
    """Until it is ended."""
    if what == "pages":
        bodies = {path.name: path.read_bytes() for path in where.iterdir()}
        app = Application([(r"/(\w+)", Page, {"bodies": bodies})])
    else:
        into = AsyncIOMotorClient(uri, w="majority", journal=True)[DATABASE]["cases"]
        given = {"document": decode(where.read_bytes()), "into": into}
        app = Application([(r"/(.*)", Insert, given)])
    app.listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), *sys.argv[4:]))
