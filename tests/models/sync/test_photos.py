"""Photos come in chunks under the hash of their bytes; interrupted, twice, damaged, too many."""

from __future__ import annotations

import hashlib
import io
import os

import pytest
from PIL import Image

CHUNK = 256 * 1024


def picture(sides: int = 700) -> bytes:
    """A photo with a camera's metadata in it, too large for one chunk."""
    drawn = Image.frombytes("RGB", (sides, sides), os.urandom(sides * sides * 3))
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


async def chunk(phone, data: bytes, offset: int, *, size: int = CHUNK, digest: str = "", length: int = 0):
    """Send the bytes from ``offset`` on."""
    digest = digest or hashlib.sha256(data).hexdigest()
    told = {
        "Upload-Offset": str(offset), "Upload-Length": str(length or len(data)),
        "Content-Type": "application/octet-stream",
    }  # fmt: skip
    return await phone.call("PATCH", f"/grid/photos/{digest}", data[offset : offset + size], **told)


async def sent(phone, data: bytes) -> str:
    """Send all of it; its hash."""
    for offset in range(0, len(data), CHUNK):
        assert (await chunk(phone, data, offset)).status == 204
    return hashlib.sha256(data).hexdigest()


@pytest.mark.gen_test
async def test_a_photo_comes_in_chunks_and_is_kept_without_what_the_camera_wrote(phone):
    wang, data = await phone(), picture()
    digest = await sent(wang, data)
    head = await wang.call("HEAD", f"/grid/photos/{digest}")
    kept = (await wang.call("GET", f"/grid/photos/{digest}")).body
    assert (head.headers["Upload-Complete"], head.headers["Upload-Offset"]) == ("?1", str(len(data)))
    assert b"SecretCamera" in data
    assert b"SecretCamera" not in kept
    assert Image.open(io.BytesIO(kept)).size == (700, 700)


@pytest.mark.gen_test
async def test_after_an_interruption_it_goes_on_where_it_was(phone):
    wang, data = await phone(), picture()
    await chunk(wang, data, 0)
    digest = hashlib.sha256(data).hexdigest()
    have = int((await wang.call("HEAD", f"/grid/photos/{digest}")).headers["Upload-Offset"])
    assert have == CHUNK
    skipped = await chunk(wang, data, have + 1)
    assert (skipped.status, skipped.headers["Upload-Offset"]) == (409, str(CHUNK))
    again = await chunk(wang, data, 0)
    assert (again.status, again.headers["Upload-Offset"]) == (204, str(CHUNK))


@pytest.mark.gen_test
async def test_the_same_photo_twice_is_kept_once(grid, phone):
    wang, data = await phone(), picture()
    digest = await sent(wang, data)
    assert await sent(wang, data) == digest
    assert await grid.count("sync_photos", hash=digest) == 1
    assert await grid.count("sync_chunks", photo={"$regex": digest}) == 0


@pytest.mark.gen_test
async def test_bytes_that_are_not_what_was_announced_begin_anew(phone):
    wang, data = await phone(), picture()
    other = hashlib.sha256(b"another").hexdigest()
    for offset in range(0, len(data), CHUNK):
        last = await chunk(wang, data, offset, digest=other)
    assert (last.status, last.body["error"]["code"]) == (422, "photo.hash")
    assert (await wang.call("HEAD", f"/grid/photos/{other}")).status == 404


@pytest.mark.gen_test
async def test_what_is_no_picture_is_refused(phone):
    wang = await phone()
    last = await chunk(wang, b"MZ this is a program", 0)
    assert (last.status, last.body["error"]["code"]) == (422, "file.kind")


@pytest.mark.gen_test
async def test_a_photo_of_a_colleague_does_not_exist(phone):
    wang, li, data = await phone(), await phone("李网格"), picture()
    digest = await sent(wang, data)
    assert (await li.call("HEAD", f"/grid/photos/{digest}")).status == 404
    assert (await li.call("GET", f"/grid/photos/{digest}")).status == 404


@pytest.mark.gen_test
async def test_one_that_is_too_large_is_refused_before_it_comes(phone):
    wang = await phone()
    assert (await chunk(wang, b"x" * 100, 0, length=13 * 1024 * 1024)).status == 413


@pytest.mark.gen_test
async def test_a_visit_may_come_before_its_photo_and_the_desk_sees_it_when_it_is_there(grid, phone):
    home, wang, data = await grid.home(), await phone(), picture()
    visit = wang.visit(home.id, visit={"photos": [hashlib.sha256(data).hexdigest()]})
    assert (await wang.one(visit))["is"] == "created"
    desk = await grid.town.staff("reviewer.daguan")
    assert (await grid.town.get(f"/desk/visits/{visit['id']}/photos/0", desk)).status == 404
    await sent(wang, data)
    shown = await grid.town.get(f"/desk/visits/{visit['id']}/photos/0", desk)
    assert (shown.status, shown.headers["Content-Type"]) == (200, "image/jpeg")
