"""The code matrix, with a life event of one matter and one of several."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from qr import pictograms
from qr.svg import svg
from qr.symbol import symbol


def _cell(name: str, note: str, code: str) -> View:
    return View(
        name=name,
        note=note,
        href=f"/q/{code}",
        code=" ".join(code[at : at + 4] for at in (0, 4, 8)),
        picture=pictograms.path("birth"),
        symbol=svg(symbol(f"https://yunling.example/q/{code}")),
    )


ROWS = [
    View(
        name="生儿育女",
        picture=pictograms.path("birth"),
        cells=[_cell("新生儿出生", "8项一次办", "YQQADX4NFYF5")],
    ),
    View(
        name="常办事项",
        picture="",
        cells=[_cell("城乡居民基本医疗保险参保登记", "合作医疗", "S3PF5S3KXP8H")] * 5,
    ),
]

MATRIX_PAGES: list[tuple[str, str, Any]] = [("matrix", "plain", View(rows=ROWS, host="yunling.example"))]
