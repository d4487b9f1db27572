"""An uploaded file, and what is done to it before it is kept: sniffed, opened, drawn anew without its metadata."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from datetime import datetime

import msgspec
from PIL import Image, ImageOps

from models.base.actor import Level
from models.files.pdf import redrawn
from models.files.refused import NotWhatItSays

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
TAKEN = ("JPEG", "PNG", "WEBP", "GIF")  # Pillow opens the MPO files of some phones as JPEG


class Claim(msgspec.Struct, frozen=True):
    """A case that a file is part of: where it lies, and the departments that it goes through. It is hidden from the
    desks ``veiled`` (blind review), but for the accounts ``lifted``, which have looked behind the veil."""

    areas: tuple[str, ...]
    departments: tuple[str, ...]
    veiled: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()

    def hides_from(self, account: str, posts: Iterable[str]) -> bool:
        """Whether an account that works at ``posts`` is not to see the file."""
        return account not in self.lifted and not set(self.veiled).isdisjoint(posts)


class Upload(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a file. ``owner`` is as of drafts (card or device), ``level`` the level at which it came, below
    which its owner does not see it again; ``claims`` are the cases that have it."""

    id: str
    owner: str
    name: str
    media_type: str
    size: int
    at: datetime
    level: Level = "L0"
    claims: tuple[Claim, ...] = ()
    claimed: bool = False


def rework(data: bytes, name: str) -> tuple[bytes, str, str]:
    """(bytes, name, media type) as they are kept: pictures re-encoded as JPEG without EXIF and comments, PDFs drawn
    anew without what could act.

    Raises NotWhatItSays with a sentence that says what to do.
    """
    if data.startswith(b"%PDF-"):
        return redrawn(data), _stem(name) + ".pdf", "application/pdf"
    return _picture(data), _stem(name) + ".jpg", "image/jpeg"


def _picture(data: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=TAKEN) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise NotWhatItSays("照片太大，请用手机相机直接拍照后再传。")
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read no larger than it is kept
                upright = _on_paper(ImageOps.exif_transpose(picture))
    except NotWhatItSays:
        raise
    except Exception:  # a decoder that meets a forged file fails in whatever way it likes
        raise NotWhatItSays("这个文件打不开，请上传照片（JPG、PNG）或 PDF 文件。") from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright.info.clear()  # a comment in it would be written again
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85, optimize=False)
    return out.getvalue()


def _on_paper(picture: Image.Image) -> Image.Image:
    """``picture`` without transparency, on white: the ink of a drawn signature is black."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    inked = picture.convert("RGBA")
    paper = Image.new("RGB", inked.size, "white")
    paper.paste(inked, mask=inked.getchannel("A"))
    return paper


def _stem(name: str) -> str:
    """A harmless file name: no path, no control characters, at most 60 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    clean = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*/')
    return clean.strip(". ")[:60] or "材料"
