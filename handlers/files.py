"""Uploads by scripts and clients, and reading them again."""

from __future__ import annotations

import msgspec

from handlers import cookies, edge, looking
from handlers.access import anyone
from handlers.base import Base
from models.base.errors import Malformed, NotFound
from models.files.file import Upload

UPLOAD_LIMIT = 32 * 1024 * 1024
HARMLESS = "default-src 'none'; frame-ancestors 'none'; sandbox"


class Taken(msgspec.Struct, frozen=True):
    """A file that was kept; its id goes into the answers."""

    id: str
    name: str
    size: int
    href: str


class Files(Base):
    """One file in a multipart body, under any name."""

    @anyone(
        acting=True,
        uploads=True,
        gives=Taken,
        status=(201,),
        summary="上传照片或PDF",
        body_limit=UPLOAD_LIMIT,
    )
    async def post(self) -> None:
        cookies.device_of(self)
        files = [file for group in self.request.files.values() for file in group]
        if len(files) != 1 or not files[0].body:
            raise Malformed("请选择一个文件再上传。", code="file.missing")
        await self.home.edge.admit("upload", edge.asked_by(self))
        upload = await self.home.uploads.take(self.actor, files[0].body, files[0].filename)
        self.respond(Taken(upload.id, upload.name, upload.size, f"/files/{upload.id}"), status=201)


class File(Base):
    """The bytes, in a sandbox where nothing in them can run."""

    @anyone(acting=True, media=("image/jpeg", "application/pdf"), summary="查看文件")
    async def get(self, file_id: str) -> None:
        upload, data = await self._found(file_id)
        if self.actor.is_staff or self.actor.mandate:
            await looking.at_material(self, file_id, upload.owner)
        self.set_header("Content-Type", upload.media_type)
        self.set_header("Content-Security-Policy", HARMLESS)
        kind = "inline" if upload.media_type.startswith("image/") else "attachment"
        self.set_header(
            "Content-Disposition", f'{kind}; filename="{upload.id[:8]}{_ending(upload.media_type)}"'
        )
        self.finish(data)

    async def _found(self, file_id: str) -> tuple[Upload, bytes]:
        """Hers, of a case before a desk, or a paper kept from before of whom somebody acts for. Raises NotFound."""
        try:
            return await self.home.uploads.open(self.actor, file_id)
        except NotFound:
            if not await self.home.kept_papers.opens(self.actor, file_id):
                raise
            return await self.home.uploads.fetch(file_id)


def _ending(media_type: str) -> str:
    return {"image/jpeg": ".jpg", "application/pdf": ".pdf"}.get(media_type, "")


ROUTES = [(r"/files", Files), (r"/files/([0-9a-f]{32})", File)]
