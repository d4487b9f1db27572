"""Photos from the grid worker's app, chunk by chunk, each under the SHA-256 of its bytes (docs/sync.md)."""

from __future__ import annotations

from typing import Any

from handlers import edge
from handlers.access import staff
from handlers.files import HARMLESS
from handlers.sync import MAY, SyncBase
from models.base.errors import Malformed
from models.sync.photo import CHUNK, WrongOffset
from models.sync.photos import Progress

OFFSET, LENGTH, COMPLETE = "Upload-Offset", "Upload-Length", "Upload-Complete"


class Photo(SyncBase):
    """One photo of the actor's own."""

    async def head(self, *path: str) -> None:
        """How much of it is there."""
        self._say(await self.home.photos.progress(self.actor, path[0]))

    @staff(may=MAY, media=("image/jpeg",), summary="采集应用：查看传好的照片；HEAD 问已收到多少")
    async def get(self, digest: str) -> None:
        upload, data = await self.home.photos.open(self.actor, digest)
        self.set_header("Content-Type", upload.media_type)
        self.set_header("Content-Security-Policy", HARMLESS)
        self.finish(data)

    @staff(may=MAY, uploads=True, status=(204,), body_limit=CHUNK, summary="采集应用：送照片的下一段")
    async def patch(self, digest: str) -> None:
        await self.home.edge.admit("photo", edge.asked_by(self))
        offset, length = (self._number(name) for name in (OFFSET, LENGTH))
        self._say(await self.home.photos.add(self.actor, digest, offset, length, self.request.body))
        self.set_status(204)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A refused chunk says which is the next one."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, WrongOffset):
            self.set_header(OFFSET, str(error.have))
        super().write_error(status_code, **kwargs)

    def _say(self, progress: Progress) -> None:
        self.set_header(OFFSET, str(progress.have))
        self.set_header(LENGTH, str(progress.length))
        self.set_header(COMPLETE, "?1" if progress.complete else "?0")

    def _number(self, name: str) -> int:
        text = self.request.headers.get(name, "")
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            raise Malformed(f"请求里没有写明 {name}。", code="photo.headers")
        return int(text)


ROUTES = [(r"/grid/photos/([0-9a-f]{64})", Photo)]
