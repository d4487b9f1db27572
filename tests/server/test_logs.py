"""What the log says of a request, and what it must not say."""

from __future__ import annotations

import asyncio
import json
import logging
from io import BytesIO

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from server.logs import AccessLog, Libraries


class Page(RequestHandler):
    def get(self, _name: str) -> None:
        self.write("好")


async def logged(*paths: str) -> list[dict]:
    """The lines of the log after all ``paths`` were fetched."""
    out = BytesIO()
    log = AccessLog(out)
    app = Application([(r"/q/(.*)", Page)], log_function=log.note)
    socket, port = bind_unused_port()
    server = HTTPServer(app)
    server.add_sockets([socket])
    client = AsyncHTTPClient(force_instance=True)
    fetched = (client.fetch(f"http://127.0.0.1:{port}{path}", raise_error=False) for path in paths)
    await asyncio.gather(*fetched)
    await asyncio.sleep(0.01)
    server.stop()
    await server.close_all_connections()
    client.close()
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.gen_test
async def test_a_request_is_one_line_with_its_route_and_status():
    (line,) = await logged("/q/D4K79XQ2M1PT")
    assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "GET", "Page", 200)
    assert line["timestamp"].endswith("Z")


@pytest.mark.gen_test
async def test_neither_path_nor_arguments_are_logged():
    told = json.dumps(await logged("/q/chen?name=guilan"))
    assert "chen" not in told
    assert "guilan" not in told


@pytest.mark.gen_test
async def test_requests_that_finish_together_are_all_logged():
    lines = await logged(*(f"/q/{n}" for n in range(10)), "/nowhere")
    assert sorted(line["status"] for line in lines) == [200] * 10 + [404]


def test_a_library_cannot_be_made_to_forge_a_line():
    forged = logging.LogRecord("tornado", 30, "", 0, "bad %s", ('"}\n{"event":"login","ok":true',), None)
    (line,) = Libraries().format(forged).splitlines()
    told = json.loads(line)
    assert (told["library"], told["level"]) == ("tornado", "warning")
    assert told["event"].startswith('bad "}')
    assert told["timestamp"].endswith("Z")
