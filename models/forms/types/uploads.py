"""file: ids of uploads that belong to whoever is asking."""

from __future__ import annotations

from models.forms.bad import Bad
from models.forms.context import Context
from models.forms.form import Field
from models.forms.parse import blank


def check_file(field: Field, raw: object, context: Context) -> list[str]:
    """Upload ids, each once, in the order given."""
    values = [raw] if isinstance(raw, str) else raw
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Bad("file.form", f"请重新上传“{field.label}”。")
    ids = list(dict.fromkeys(value.strip() for value in values if not blank(value)))
    if len(ids) > field.max_files:
        raise Bad("file.too_many", f"“{field.label}”最多上传{field.max_files}个文件，请删去多余的。")
    if any(each not in context.files for each in ids):
        raise Bad("file.unknown", f"“{field.label}”有文件没有上传成功，请重新上传。")
    return ids
