"""date, kept as YYYY-MM-DD, and month, kept as YYYY-MM."""

from __future__ import annotations

from datetime import date

from models.forms.bad import Bad
from models.forms.context import Context
from models.forms.form import Field
from models.forms.parse import bound, day, month


def check_date(field: Field, raw: object, context: Context) -> str:
    value = day(raw)
    if value is None:
        raise Bad("date.form", f"“{field.label}”请填写真实的日期，例如 2026-01-03 或 2026年1月3日。")
    least, most = bound(field.min, context.today), bound(field.max, context.today)
    if least and value < least:
        raise Bad("date.before", f"“{field.label}”不能早于{_day_words(least)}，请检查。")
    if most and value > most:
        raise Bad("date.after", f"“{field.label}”不能晚于{_day_words(most)}，请检查。")
    return value.isoformat()


def check_month(field: Field, raw: object, context: Context) -> str:
    value = month(raw)
    if value is None:
        raise Bad("month.form", f"“{field.label}”请填写年份和月份，例如 2026-01 或 2026年1月。")
    least, most = bound(field.min, context.today), bound(field.max, context.today)
    if least and value < least.replace(day=1):
        raise Bad("date.before", f"“{field.label}”不能早于{least.year}年{least.month}月，请检查。")
    if most and value > most:
        raise Bad("date.after", f"“{field.label}”不能晚于{most.year}年{most.month}月，请检查。")
    return value.isoformat()[:7]


def _day_words(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
