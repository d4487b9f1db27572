"""Free text: text, textarea, address."""

from __future__ import annotations

import re
import unicodedata

from models.forms.bad import Bad
from models.forms.context import Context
from models.forms.form import Field

LENGTHS = {"text": 200, "textarea": 2000, "address": 200}
"""The most characters (code points) where the form does not say."""

NAME_LENGTH = 50

# Left behind by copying from chat programs and documents; they mean nothing and nobody sees them.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
# Would let one answer reorder the words around it at the desk; or half a character (a lone surrogate), which no
# database and no page can hold.
_ILLEGIBLE = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Unicode's control characters (Cc), and the separators of lines and paragraphs (Zl, Zp).
_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # lines and tabs may stand in longer texts


def check_text(field: Field, raw: object, context: Context) -> str:
    return _bounded(field, line(raw, field.label))


def check_textarea(field: Field, raw: object, context: Context) -> str:
    return _bounded(field, lines(raw, field.label))


def line(raw: object, label: str) -> str:
    """One line of text: NFC, stripped. Rare characters such as 𠮷 and the middle dot of names stay."""
    text = _tidy(raw, label)
    if _BREAKING.search(text):
        raise Bad("text.control", f"“{label}”里有换行或看不见的特殊字符，请删去后重新填写。")
    return text


def lines(raw: object, label: str) -> str:
    """Text of several lines, each ended by a bare line feed."""
    text = _tidy(raw, label).replace("\r\n", "\n").replace("\r", "\n")
    if _CONTROL.search(text):
        raise Bad("text.control", f"“{label}”里有看不见的特殊字符，请删去后重新填写。")
    return text


def name(raw: object, label: str) -> str:
    """A person's name, up to 50 characters."""
    text = line(raw, label)
    if len(text) > NAME_LENGTH:
        raise Bad("too_long", f"“{label}”最多{NAME_LENGTH}个字，请缩短。")
    return text


def _tidy(raw: object, label: str) -> str:
    if not isinstance(raw, str):
        raise Bad("text.form", f"请用文字填写“{label}”。")
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", raw)).strip()
    if _ILLEGIBLE.search(text):
        raise Bad("text.control", f"“{label}”里有无法识别的字符，请删去后重新填写。")
    return text


def _bounded(field: Field, text: str) -> str:
    most = field.max_length if field.max_length is not None else LENGTHS.get(field.type, LENGTHS["text"])
    if len(text) > most:
        raise Bad("too_long", f"“{field.label}”最多{most}个字，现在是{len(text)}个字，请缩短。")
    if not text:
        return text
    if field.min_length is not None and len(text) < field.min_length:
        raise Bad("too_short", f"“{field.label}”至少{field.min_length}个字，请补充。")
    if field.pattern and not re.fullmatch(field.pattern, text):
        raise Bad("pattern", field.pattern_message or f"“{field.label}”的格式不对，请检查后重新填写。")
    return text
