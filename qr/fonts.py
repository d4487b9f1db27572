"""Where the Chinese font lies, and which characters it has."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import msgspec
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

_PACKAGE = "paperang_p2_fonts_cjk"
_SUFFIXES = {".ttf", ".ttc"}

EMBEDDING = threading.Lock()
"""Held while a font is loaded or embedded. ReportLab keeps one registry of fonts for the process, and cutting
a subset moves a read position inside the shared font: two receipts drawn in two threads would spoil each
other's fonts."""


class FontMissing(LookupError):
    """No usable font where one was expected."""


class FontFile(msgspec.Struct, frozen=True):
    """A TrueType file; ``index`` chooses the face inside a collection (.ttc)."""

    path: str
    index: int = 0


def cjk_font() -> FontFile:
    """The WenQuanYi Micro Hei that the wheel ``paperang-p2-fonts-cjk`` carries, else FontMissing."""
    try:
        folder = Path(str(resources.files(_PACKAGE))) / "fonts"
    except ModuleNotFoundError as error:
        raise FontMissing("找不到中文字体，请安装 paperang-p2-fonts-cjk。") from error
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in _SUFFIXES)
    if not found:
        raise FontMissing("中文字体包里没有字体文件，请重新安装 paperang-p2-fonts-cjk。")
    return FontFile(str(found[0]))


def loaded(font: FontFile) -> TTFont:
    """The font as ReportLab knows it (about 60 ms the first time in a process), else FontMissing."""
    name = f"{font.path}#{font.index}"
    with EMBEDDING:
        if name not in pdfmetrics.getRegisteredFontNames():
            try:
                pdfmetrics.registerFont(TTFont(name, font.path, subfontIndex=font.index))
            except (TTFError, OSError) as error:
                raise FontMissing(f"字体文件无法使用：{Path(font.path).name}。") from error
        return pdfmetrics.getFont(name)


def missing(font: FontFile, text: Iterable[str]) -> tuple[str, ...]:
    """The characters of ``text`` that the font cannot draw, each once, in code point order."""
    glyphs = loaded(font).face.charToGlyph
    return tuple(sorted({character for piece in text for character in piece if ord(character) not in glyphs}))
