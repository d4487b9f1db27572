"""Uploads: drawn anew without what they carried along, and shown to nobody else."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib

import msgspec
import pytest
from PIL import Image

from models.base.actor import Actor
from models.base.errors import Malformed, NotFound, TooLarge, TooMany
from models.files.file import LONGEST_SIDE, MOST_PIXELS, rework
from models.files.refused import NotWhatItSays
from models.files.service import KEPT_DAYS, MOST_AN_HOUR, file_ids
from tests.models.catalogue import ALLOWANCE
from tests.models.hall import CHEN_CARD, CLERK, SUN_CLERK, WANG


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **details) -> bytes:
    out = io.BytesIO()
    Image.new(details.pop("mode", "RGB"), size, details.pop("color", "red")).save(out, kind, **details)
    return out.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "手机厂商"
    exif.get_ifd(0x8825)[2] = (25.0, 6.0, 30.5)  # where she lives
    return picture(exif=exif)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


def pdf(pages: int) -> bytes:
    out = io.BytesIO()
    sheets = [Image.new("RGB", (10, 10)) for _ in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def test_a_photo_loses_its_exif_and_stands_upright():
    data, name, media_type = rework(with_exif(), "IMG_0001.JPG")
    kept = Image.open(io.BytesIO(data))
    assert (dict(kept.getexif()), kept.size, name, media_type) == ({}, (40, 60), "IMG_0001.jpg", "image/jpeg")


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_every_kind_of_picture_becomes_a_jpeg(kind):
    data, name, media_type = rework(picture(kind), f"证明.{kind.lower()}")
    assert (data[:3], name, media_type) == (b"\xff\xd8\xff", "证明.jpg", "image/jpeg")


def test_the_ink_of_a_drawn_signature_is_black_on_white():
    out = io.BytesIO()
    drawn = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    drawn.putpixel((10, 10), (0, 0, 0, 255))
    drawn.save(out, "PNG")
    kept = Image.open(io.BytesIO(rework(out.getvalue(), "签名.png")[0])).convert("L")
    assert kept.getpixel((0, 0)) > 240
    assert kept.getpixel((10, 10)) < 120


def test_a_large_photo_is_made_as_small_as_it_may_be():
    data, _, _ = rework(picture(size=(4000, 1000)), "大.jpg")
    assert Image.open(io.BytesIO(data)).size == (LONGEST_SIDE, LONGEST_SIDE // 4)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello, I am a photo",
        b"<svg onload=alert(1)>",
        b"PK\x03\x04zip",
        picture()[:200],
        picture("BMP"),
        b"%PDF-1.7 no",
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(data):
    with pytest.raises(NotWhatItSays) as caught:
        rework(data, "照片.jpg")
    assert caught.value.problems[0].code == "file.kind"


@pytest.mark.parametrize("size", [(8000, 6000), (30_000, 30_000), (100_000, 100_000)])
def test_a_pixel_bomb_is_refused_before_it_goes_off(size):
    assert size[0] * size[1] > MOST_PIXELS
    with pytest.raises(NotWhatItSays):
        rework(bomb(*size), "小.png")


def test_a_pdf_has_a_page_and_not_too_many():
    assert rework(pdf(2), "授权书.PDF")[1:] == ("授权书.pdf", "application/pdf")
    with pytest.raises(NotWhatItSays):
        rework(pdf(61), "太厚.pdf")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"), ("C:\\照片\\身份证.png", "身份证.jpg"), ("", "材料.jpg"),
        ("a\x00b\r\n.jpg", "ab.jpg"), ("长" * 300 + ".jpg", "长" * 60 + ".jpg"), ("...", "材料.jpg"),
    ],
)  # fmt: skip
def test_a_name_is_harmless(given, kept):
    assert rework(picture(), given)[1] == kept


@pytest.mark.gen_test
async def test_a_file_is_there_for_whoever_uploaded_it_and_not_found_by_others(hall):
    upload = await hall.uploads.take(hall.chen, picture(), "身份证.jpg")
    assert (await hall.uploads.open(hall.chen, upload.id))[1][:3] == b"\xff\xd8\xff"
    typed = msgspec.structs.replace(hall.resident("陈桂兰", CHEN_CARD), device="strangers-phone")
    for actor in (hall.li, hall.anybody, typed, CLERK, WANG, Actor()):
        with pytest.raises(NotFound, match="file.unknown"):
            await hall.uploads.open(actor, upload.id)
        assert await hall.uploads.infos(actor, [upload.id]) == {}


@pytest.mark.gen_test
async def test_a_file_uploaded_before_login_is_hers_after_it_on_the_same_device(hall):
    phone = msgspec.structs.replace(hall.anybody, device="her-phone")
    upload = await hall.uploads.take(phone, picture(), "照片.jpg")
    assert upload.id in await hall.uploads.infos(
        msgspec.structs.replace(hall.chen, device="her-phone"), [upload.id]
    )


@pytest.mark.gen_test
async def test_staff_see_the_papers_of_their_areas_cases_and_of_no_other(hall):
    upload = await hall.uploads.take(hall.chen, picture(), "近照.jpg")
    case = await hall.case(await hall.file(photo=[upload.id]))
    for actor in (CLERK, WANG):
        assert (await hall.uploads.open(actor, upload.id))[0].id == upload.id
        assert upload.id in await hall.uploads.of_case(actor, case.values(), ALLOWANCE.form)
    with pytest.raises(NotFound):
        await hall.uploads.open(SUN_CLERK, upload.id)
    assert await hall.uploads.of_case(SUN_CLERK, case.values(), ALLOWANCE.form) == {}
    assert await hall.uploads.of_case(hall.li, case.values(), ALLOWANCE.form) == {}


@pytest.mark.gen_test
async def test_a_paper_of_two_cases_is_seen_by_the_staff_of_both(hall):
    upload = await hall.uploads.take(hall.chen, picture(), "近照.jpg")
    await hall.file(photo=[upload.id])
    await hall.file(door="li", key="key-of-chen-2", photo=[upload.id])
    other = msgspec.structs.replace(CLERK, area="529901101202")
    for actor in (WANG, other):
        assert (await hall.uploads.open(actor, upload.id))[0].id == upload.id


@pytest.mark.gen_test
async def test_what_no_case_claimed_is_swept_and_what_one_did_is_kept(hall):
    lost = await hall.uploads.take(hall.chen, picture(), "多余.jpg")
    kept = await hall.uploads.take(hall.chen, picture(), "近照.jpg")
    await hall.file(photo=[kept.id])
    assert await hall.uploads.sweep() == 0
    hall.clock.on(days=KEPT_DAYS + 1)
    assert await hall.uploads.sweep() == 1
    with pytest.raises(NotFound):
        await hall.uploads.open(hall.chen, lost.id)
    assert (await hall.uploads.open(hall.chen, kept.id))[1]
    assert await hall.database.collection("files.files").count_documents({}) == 1


@pytest.mark.gen_test
async def test_a_file_too_large_or_from_nowhere_is_refused_unread(hall):
    with pytest.raises(TooLarge):
        await hall.uploads.take(hall.chen, b"x" * (10 * 1024 * 1024 + 1), "大.jpg")
    with pytest.raises(Malformed, match="draft.device"):
        await hall.uploads.take(Actor(), picture(), "照片.jpg")


@pytest.mark.gen_test
async def test_a_person_uploads_so_many_an_hour_and_then_waits(hall):
    rows = [
        {
            "_id": f"f{n}",
            "owner": f"card:{hall.chen.subject}:L2",
            "at": hall.clock(),
            "claimed": False,
            "claims": [],
        }
        for n in range(MOST_AN_HOUR)
    ]
    await hall.database.collection("uploads").insert_many(rows)
    with pytest.raises(TooMany) as caught:
        await hall.uploads.take(hall.chen, picture(), "照片.jpg")
    assert caught.value.retry_after == 3600
    hall.clock.on(hours=2)
    await hall.uploads.take(hall.chen, picture(), "照片.jpg")


@pytest.mark.gen_test
async def test_uploads_of_many_at_once_all_arrive(hall):
    done = await asyncio.gather(*(hall.uploads.take(hall.chen, picture(), f"{n}.jpg") for n in range(6)))
    assert len(await hall.uploads.infos(hall.chen, [upload.id for upload in done])) == 6


def test_ids_are_found_in_files_and_signatures_and_nowhere_else():
    answers = {"photo": ["f1", 2, None], "name": ["f9"], "family": {"file": "f8"}}
    assert list(file_ids(ALLOWANCE.form, answers)) == ["f1"]
