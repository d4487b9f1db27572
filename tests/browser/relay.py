"""A line between the browser and the server that a test may turn to another server, or cut in the middle of an answer."""

from __future__ import annotations

import asyncio
import contextlib
import threading

from tornado.testing import bind_unused_port


class Relay:
    """Listens on ``port`` and hands every connection on to ``target``. ``swallow``: how many answers to requests that begin
    with these bytes still get lost on the way back, after the server has done what was asked."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.swallow = 0
        self.marked = b"POST /grid/ops "
        self._socket, self.port = bind_unused_port()
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def turn(self, target: int) -> None:
        """From now on to another server; what is open is cut."""
        self.target = target
        self._loop.call_soon_threadsafe(self._cut)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, sock=self._socket))
        self._loop.run_forever()
        server.close()
        self._cut()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def _cut(self) -> None:
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, to = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self._writers |= {writer, to}
        lose = asyncio.Event()
        await asyncio.gather(self._up(reader, to, lose), self._down(there, writer, lose))
        self._writers -= {writer, to}

    async def _up(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, lose: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(65536):
                if self.swallow and chunk.startswith(self.marked):
                    self.swallow -= 1
                    lose.set()
                to.write(chunk)
                await to.drain()
        to.close()

    async def _down(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, lose: asyncio.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await there.read(65536):
                if lose.is_set():
                    break
                writer.write(chunk)
                await writer.drain()
        writer.close()
