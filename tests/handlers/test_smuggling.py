"""Where one request ends and the next begins is never in doubt."""

from __future__ import annotations

import asyncio

import pytest

HEAD = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
HIDDEN = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


async def raw(town, text: str) -> str:
    """What the server says to these very bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", town.port)
    writer.write(text.encode())
    await writer.drain()
    told = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return told.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "framing",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 50\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 1_0\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
    ],
)
@pytest.mark.gen_test
async def test_two_lengths_or_none_that_can_be_read_are_refused(town, framing):
    told = await raw(town, f"{HEAD}{framing}\r\n0\r\n\r\n{HIDDEN}")
    assert told.startswith(("HTTP/1.1 400", "HTTP/1.1 501")) or told == ""
    assert '"ok"' not in told


@pytest.mark.gen_test
async def test_a_header_that_goes_on_over_a_line_brings_no_second_one(town):
    told = await raw(town, f"{HEAD}X-A: b\r\n Content-Length: 50\r\nContent-Length: 2\r\n\r\n{{}}{HIDDEN}")
    assert told.count("HTTP/1.1 ") <= 1
    assert '"ok"' not in told
