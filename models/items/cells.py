"""Cells: one thing to write about an item, shown as text and read from text.

Texts are what people type or what stands in a cell of a sheet; a value that is its default may be left blank.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Literal

import msgspec

from models.forms.form import Form, Option
from models.items.conditions import read_when, write_when

Kind = Literal[
    "text", "long", "lines", "integer", "choice", "yes_no", "when", "scalar", "options", "months", "code"
]
Choices = tuple[tuple[str, str], ...]
MAX_LINES = 60
MAX_TEXT = 4000
MOST_DIGITS = 8
YES, NO = "是", "否"


class Column(msgspec.Struct, frozen=True):
    """One thing to write. ``path`` leads to it inside its entity (``result.name``)."""

    path: str
    label: str
    kind: Kind = "text"
    choices: Choices = ()
    hint: str = ""
    optional: bool = True
    number: bool = False  # a choice whose codes are numbers


class Unread(ValueError):
    """What was typed cannot be; the message is a sentence for whoever typed it."""


def shown(column: Column, value: Any) -> str:
    """``value`` as text."""
    if value is None:
        return ""
    if column.kind == "lines":
        return "\n".join(value)
    if isinstance(value, bool):
        return YES if value else NO
    if column.kind == "when":
        return write_when(value)
    if column.kind == "months":
        return "\n".join(f"{name} {months}" for name, months in value.items())
    if column.kind == "options":
        return "\n".join(_option_line(option) for option in value)
    return str(value)


def read(column: Column, text: str, form: Form | None = None) -> Any:
    """The value that ``text`` says, None where it says nothing. ``form`` holds the questions that conditions read.
    Raises Unread."""
    text = "".join(char for char in text.replace("\r\n", "\n") if _is_text(char)).strip()
    if not text:
        return None
    if len(text) > MAX_TEXT:
        raise Unread(f"请控制在{MAX_TEXT}字以内。")
    if column.kind == "integer":
        return _integer(text)
    if column.kind == "code":
        return re.sub(r"[\s-]", "", text).upper()
    if column.kind == "lines":
        return _lines(text)
    if column.kind == "yes_no":
        return _choice(text, ((YES, YES), (NO, NO))) == YES
    if column.kind == "choice":
        code = _choice(text, column.choices)
        return int(code) if column.number else code
    if column.kind == "when":
        return _when(text, form)
    if column.kind == "months":
        return dict(_months(line) for line in _lines(text))
    if column.kind == "options":
        return tuple(_option(line) for line in _lines(text))
    return text if column.kind == "long" else " ".join(text.split("\n"))


def _is_text(char: str) -> bool:
    return char == "\n" or not unicodedata.category(char).startswith("C")


def _when(text: str, form: Form | None) -> Any:
    try:
        return read_when(text, form)
    except ValueError as error:
        raise Unread(str(error)) from None


def _months(line: str) -> tuple[str, int]:
    """``false.statement 12``: a kind and how many months."""
    name, _, months = line.partition(" ")
    if not months.strip().isascii() or not months.strip().isdigit() or len(months.strip()) > 3:
        raise Unread("一行一种，写成：种类、空格、月数，例如“false.statement 12”。")
    return name, int(months)


def _option_line(option: Option) -> str:
    return f"{option.value} {option.label}" + (f"｜{option.hint}" if option.hint else "")


def _option(line: str) -> Option:
    """``illness 家里有人生病｜可以后补证明``: value, label, hint."""
    value, _, rest = line.partition(" ")
    label, _, hint = rest.strip().partition("｜")
    if not label:
        raise Unread("一行一个选项，写成：值、空格、名称，例如“1 一级”。")
    return Option(value, label.strip(), hint.strip())


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", text):
        raise Unread("请填整数，例如 5。")
    if len(text.lstrip("-")) > MOST_DIGITS:
        raise Unread("这个数太大了。")
    return int(text)


def _lines(text: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in text.split("\n") if line.strip())
    if len(lines) > MAX_LINES:
        raise Unread(f"请控制在{MAX_LINES}行以内。")
    return lines


def _choice(text: str, choices: Choices) -> str:
    """A code, by itself or by its label."""
    for code, label in choices:
        if text in (code, label, f"{code} {label}"):
            return code
    raise Unread(f"没有“{text[:20]}”这一项，可选：{'、'.join(label for _, label in choices[:12])}。")
