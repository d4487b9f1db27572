"""Answers as people read them, on check pages, at desks and in PDFs. Never raises on an odd value."""

from __future__ import annotations

from collections.abc import Callable

from models.forms.context import Context
from models.forms.form import Field
from models.forms.parse import ENDLESS, blank, day, month, number

UNANSWERED = "未填写"
_UNPRINTED = frozenset({"notice"})


def show(field: Field, value: object, context: Context) -> str:
    """The answer as a Chinese phrase; 未填写 where there is none. Tables become one line per row."""
    if blank(value):
        return UNANSWERED
    shower = _SHOWERS.get(field.type)
    return shower(field, value, context) if shower else str(value)


def table_header(field: Field) -> list[str]:
    """Labels of the columns that ``table_rows`` fills."""
    return [column.label for column in field.columns if column.type not in _UNPRINTED]


def table_rows(field: Field, value: object, context: Context) -> list[list[str]]:
    """Shown cells by row, in the order of the columns; an unanswered cell is empty."""
    columns = [column for column in field.columns if column.type not in _UNPRINTED]
    rows = value if isinstance(value, list) else []
    return [
        ["" if blank(row.get(column.key)) else show(column, row[column.key], context) for column in columns]
        for row in rows
        if isinstance(row, dict)
    ]


def masked(field_type: str, value: str) -> str:
    """What a stranger over the shoulder may see: 5301**********1234, 138****0000, the last four digits of a
    bank account, 陈*兰 (type "name"). Any other type is hidden altogether."""
    if field_type == "id_number" and len(value) > 8:
        return f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}"
    if field_type == "phone" and len(value) >= 11:
        return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
    if field_type == "bank_account" and len(value) > 8:
        return f"{'*' * (len(value) - 4)}{value[-4:]}"
    if field_type == "name" and value:
        return value[0] + "*" if len(value) < 3 else f"{value[0]}{'*' * (len(value) - 2)}{value[-1]}"
    return "****" if value else ""


def _date(field: Field, value: object, context: Context) -> str:
    found = day(value)
    if value == ENDLESS:
        return "长期"
    return f"{found.year}年{found.month}月{found.day}日" if found else str(value)


def _month(field: Field, value: object, context: Context) -> str:
    found = month(value)
    return f"{found.year}年{found.month}月" if found else str(value)


def _amount(field: Field, value: object, context: Context) -> str:
    """Money with separators; other numbers without them, for many are years or numbers of things."""
    found = number(value)
    unit = field.unit or ("元" if field.type == "money" else "")
    if found is None:
        return str(value)
    return f"{found:,f}{unit}" if unit.endswith("元") else f"{found:f}{unit}"


def _truth(field: Field, value: object, context: Context) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _notice(field: Field, value: object, context: Context) -> str:
    return "已阅读并同意" if value is True else UNANSWERED


def _chosen(field: Field, value: object, context: Context) -> str:
    labels = context.words(field)
    codes = value if isinstance(value, list) else [value]
    return "、".join(labels.get(code, code) if isinstance(code, str) else str(code) for code in codes)


def _area(field: Field, value: object, context: Context) -> str:
    return context.areas.get(value, value) if isinstance(value, str) else str(value)


def _member(field: Field, value: object, context: Context) -> str:
    if isinstance(value, dict):
        return str(value.get("name") or UNANSWERED)
    return context.members.get(value, "家庭成员") if isinstance(value, str) else str(value)


def _signature(field: Field, value: object, context: Context) -> str:
    if isinstance(value, dict):
        return str(value["name"]) if value.get("name") else "已手写签名"
    return str(value)


def _files(field: Field, value: object, context: Context) -> str:
    ids = value if isinstance(value, list) else [value]
    known = [context.files[each].name for each in ids if isinstance(each, str) and each in context.files]
    return "、".join(known) if len(known) == len(ids) else f"{len(ids)}个文件"


def _table(field: Field, value: object, context: Context) -> str:
    labels = table_header(field)
    lines = [
        "；".join(f"{label} {cell}" for label, cell in zip(labels, row, strict=True) if cell)
        for row in table_rows(field, value, context)
    ]
    return "\n".join(f"第{index}行：{line}" for index, line in enumerate(lines, 1)) or UNANSWERED


_SHOWERS: dict[str, Callable[[Field, object, Context], str]] = {
    "date": _date,
    "month": _month,
    "integer": _amount,
    "decimal": _amount,
    "money": _amount,
    "computed": _amount,
    "yes_no": _truth,
    "notice": _notice,
    "single": _chosen,
    "multiple": _chosen,
    "area": _area,
    "member": _member,
    "signature": _signature,
    "file": _files,
    "table": _table,
}
