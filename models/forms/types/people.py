"""member: somebody of the household by token, or anybody by name. signature: typed or drawn."""

from __future__ import annotations

import re

from models.forms.bad import Bad
from models.forms.context import Context
from models.forms.form import Field
from models.forms.parse import blank
from models.forms.types.words import name

_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def check_member(field: Field, raw: object, context: Context) -> str | dict[str, str] | None:
    """A token of ``context.members``, or ``{"name": ...}``. A bare text with a Chinese character in it
    is a name too; any other text was meant as a token."""
    if isinstance(raw, str):
        if raw in context.members:
            return raw
        if not _HAN.search(raw):
            raise Bad("member.unknown", f"没有找到“{field.label}”选择的人，请重新选择，或直接填写姓名。")
        raw = {"name": raw}
    return _named(field, raw, "member.form")


def check_signature(field: Field, raw: object, context: Context) -> dict[str, str] | None:
    """``{"name": ...}`` typed, or ``{"file": id}`` drawn, where the file is a picture of this actor's."""
    if isinstance(raw, str):
        raw = {"name": raw}
    drawn: object = raw.get("file") if isinstance(raw, dict) else None
    if blank(drawn):
        return _named(field, raw, "signature.form")
    info = context.files.get(drawn) if isinstance(drawn, str) else None
    if not isinstance(drawn, str) or info is None or not info.media_type.startswith("image/"):
        raise Bad("signature.file", f"没有收到“{field.label}”的手写签名，请重新签名，或输入姓名。")
    return {"file": drawn}


def _named(field: Field, raw: object, code: str) -> dict[str, str] | None:
    if not isinstance(raw, dict):
        raise Bad(code, f"请填写“{field.label}”的姓名。")
    given = name(raw.get("name") or "", field.label)
    return {"name": given} if given else None
