"""What is wrong with a form itself, in sentences for whoever edits the catalogue."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

import msgspec

from models.forms.conditions import DATED, names
from models.forms.form import Field, Form, When
from models.forms.parse import bound, is_relative, number

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_NUMERIC = frozenset({"integer", "decimal", "money", "computed"})
_CHOOSING = frozenset({"single", "multiple"})


class Fault(msgspec.Struct, frozen=True):
    """One fault. ``kind`` and ``key`` say where: a page or field by its key ("family.income" is a column), a rule by
    its number from 1, or the whole."""

    kind: Literal["页面", "字段", "规则"]
    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key}：{self.sentence}"


def problems_of(
    form: Form, codes: Collection[str] | None = None, elements: Collection[str] | None = None
) -> list[str]:
    """Every fault of a form in a sentence."""
    return [str(fault) for fault in faults_of(form, codes, elements)]


def faults_of(
    form: Form, codes: Collection[str] | None = None, elements: Collection[str] | None = None
) -> list[Fault]:
    """Every fault of a form. ``codes`` and ``elements``: the names that exist; None leaves them unchecked."""
    fields = [field for section in form.sections for field in section.fields]
    found = [Fault("页面", key, "键重复") for key in _repeated([section.key for section in form.sections])]
    found += [Fault("字段", key, "键重复") for key in _repeated([field.key for field in fields])]
    found += _order_faults(form)
    for field in fields:
        found += _field_faults(field, codes, elements)
        found += _column_faults(field, codes, elements)
        found += [Fault("字段", field.key, fault) for fault in _compute_faults(field, fields)]
    return found + _rule_faults(form, fields)


def _repeated(keys: Sequence[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})


def _order_faults(form: Form) -> Iterator[Fault]:
    """Conditions are judged in order, so they may only read what stands before them."""
    every = {field.key: field for section in form.sections for field in section.fields}
    earlier: dict[str, Field] = {}
    for section in form.sections:
        yield from _when_faults("页面", section.key, section.show_if, earlier, every)
        for field in section.fields:
            for when in (field.show_if, field.require_if):
                yield from _when_faults("字段", field.key, when, earlier, every)
            earlier[field.key] = field


def when_faults(when: When | None, form: Form) -> list[str]:
    """What is wrong with a condition outside the form, of a material or a step, which reads the whole form."""
    fields = form.fields()
    return [fault.sentence for fault in _when_faults("规则", "", when, fields, fields)]


def _when_faults(
    kind: Literal["页面", "字段", "规则"],
    key: str,
    when: When | None,
    earlier: dict[str, Field],
    every: dict[str, Field],
) -> Iterator[Fault]:
    for name in sorted(names(when)):
        if name not in every:
            yield Fault(kind, key, f"条件里的字段 {name} 不存在")
        elif name not in earlier:
            yield Fault(kind, key, f"条件里的字段 {name} 在它后面，判断时还没有回答")
    if when is not None:
        yield from (Fault(kind, key, fault) for fault in _shape_faults(when, every))


def _shape_faults(when: When, fields: dict[str, Field]) -> Iterator[str]:
    for part in (*(when.all or ()), *(when.any or ()), *((when.not_,) if when.not_ else ())):
        yield from _shape_faults(part, fields)
    if when.field is None:
        if when.all is None and when.any is None and when.not_ is None:
            yield "条件是空的"
        return
    if when.op not in ("filled", "empty") and when.value is None and when.other is None:
        yield f"条件 {when.field} {when.op} 没有写要比较的值"
    field = fields.get(when.field)
    if field is not None and field.type in _CHOOSING and field.options and when.value is not None:
        offered = {option.value for option in field.options}
        wanted = when.value if isinstance(when.value, tuple) else (when.value,)
        for value in wanted:
            if when.op in ("eq", "ne", "in", "has") and str(value) not in offered:
                yield f"条件里的 {when.field} 没有选项 {value}"


def _field_faults(
    field: Field, codes: Collection[str] | None, elements: Collection[str] | None, place: str = ""
) -> list[Fault]:
    checks = [
        (not _KEY.fullmatch(field.key), "键只能用小写字母、数字和下划线，以字母开头"),
        (not field.label.strip(), "没有名称"),
        (field.type in _CHOOSING and not field.options and not field.codes, "没有选项，也没有代码表"),
        (bool(_repeated([option.value for option in field.options])), "选项的值重复"),
        (
            codes is not None and bool(field.codes) and field.codes not in (codes or ()),
            f"代码表 {field.codes} 不存在",
        ),
        (
            elements is not None and bool(field.element) and field.element not in (elements or ()),
            f"数据项 {field.element} 不存在",
        ),
        (field.type == "table" and not field.columns, "表格没有列"),
        (field.type != "table" and bool(field.columns), "只有表格可以有列"),
        (field.min_rows > field.max_rows, "最少行数大于最多行数"),
        (not 0 <= field.places <= 10, "小数位数应在0到10之间"),
        (not _is_regex(field.pattern), f"正则表达式写错了：{field.pattern}"),
        ((field.type == "computed") != (field.compute is not None), "计算字段必须且只有它可以写计算方法"),
        (not _are_bounds(field), "最小值或最大值写错了"),
    ]
    return [Fault("字段", f"{place}{field.key}", sentence) for wrong, sentence in checks if wrong]


def _is_regex(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _are_bounds(field: Field) -> bool:
    given = [value for value in (field.min, field.max) if value is not None]
    if field.type in _NUMERIC:
        return all(number(value) is not None for value in given)
    if field.type in DATED:
        return all(is_relative(value) or bound(value, None) is not None for value in given)
    return not given


def _column_faults(
    table: Field, codes: Collection[str] | None, elements: Collection[str] | None
) -> Iterator[Fault]:
    for key in _repeated([column.key for column in table.columns]):
        yield Fault("字段", table.key, f"列的键重复：{key}")
    every = {column.key: column for column in table.columns}
    earlier: dict[str, Field] = {}
    for column in table.columns:
        place = f"{table.key}."
        if column.type == "table":
            yield Fault("字段", f"{place}{column.key}", "表格里不能再放表格")
        yield from _field_faults(column, codes, elements, place)
        for when in (column.show_if, column.require_if):
            yield from _when_faults("字段", f"{place}{column.key}", when, earlier, every)
        for fault in _compute_faults(column, table.columns):
            yield Fault("字段", f"{place}{column.key}", fault)
        earlier[column.key] = column


def _compute_faults(field: Field, fields: Sequence[Field]) -> Iterator[str]:
    """``fields`` are those it stands among, in order."""
    rule = field.compute
    if rule is None:
        return
    every = {each.key: each for each in fields}
    earlier = {each.key for each in fields[: list(every).index(field.key)]} if field.key in every else set()
    if len(rule.fields) < (2 if rule.op in ("difference", "ratio") else 1):
        yield f"计算方法 {rule.op} 缺少字段"
    for name in rule.fields:
        if name not in every:
            yield f"计算用到的字段 {name} 不存在"
        elif name not in earlier:
            yield f"计算用到的字段 {name} 在它后面"
    source = every.get(rule.fields[0]) if rule.fields else None
    if source is not None and rule.op in ("column_sum", "count") and source.type != "table":
        yield f"计算方法 {rule.op} 只能用于表格"
    elif (
        source is not None and rule.op == "column_sum" and rule.column not in {c.key for c in source.columns}
    ):
        yield f"表格 {source.key} 没有列 {rule.column}"


def _rule_faults(form: Form, fields: Sequence[Field]) -> list[Fault]:
    every = {field.key: field for field in fields}
    found = []
    for index, rule in enumerate(form.rules, 1):
        if rule.field not in every:
            found.append(Fault("规则", str(index), f"字段 {rule.field} 不存在"))
        for when in (rule.must, rule.when):
            found += _when_faults("规则", str(index), when, every, every)
    return found
