"""Recognising text on a photograph, in a worker process: the models take a second, and the loop may not wait."""

from __future__ import annotations

import functools
import io
import warnings
from typing import Any

import numpy
from PIL import Image, ImageOps, UnidentifiedImageError
from rapidocr import RapidOCR

from models.cards.card import NoPicture
from models.cards.line import Line

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1280  # a card that fills the picture has then some 30 pixels a character
DETECTED_SIDE = 800  # finding the lines needs less than reading them, and takes most of the time
SHORTEST_SIDE = 200
THREADS = 1  # one core a picture: two in flight do not wait for each other


@functools.cache
def engine() -> RapidOCR:
    """The recogniser of this worker process, loaded at its first picture."""
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTED_SIDE,
        }
    )


def lines(data: bytes) -> list[Line]:
    """Every piece of text on the photograph ``data``. Raises NoPicture."""
    found: Any = engine()(numpy.asarray(upright(data))[:, :, ::-1])
    if found.boxes is None:
        return []
    return [
        Line(text, float(score), tuple((float(x), float(y)) for x, y in box))  # type: ignore[arg-type]
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def upright(data: bytes) -> Image.Image:
    """The picture as it was held, at a size that the recogniser likes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
                if picture.width * picture.height > MOST_PIXELS or min(picture.size) < SHORTEST_SIDE:
                    raise NoPicture
                picture.load()
                turned = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPicture from error
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return turned
