"""Conditions as people write them in a line: ``causes 含 illness 且 (age 不小于 80 或 非 (has_vehicle 等于 是))``.

What the desk's table of conditions and the cells of a sheet hold. Writing and reading are inverse; anything that a
form's condition can say can be written. Values with spaces or brackets stand in double quotes.
"""

from __future__ import annotations

import re

from models.forms.conditions import NUMERIC
from models.forms.form import Field, Form, Operator, Scalar, When

OPERATORS: dict[Operator, str] = {
    "eq": "等于", "ne": "不等于", "in": "属于", "has": "含", "gt": "大于", "ge": "不小于", "lt": "小于", "le": "不大于",
    "filled": "已填", "empty": "未填",
}  # fmt: skip
_BY_WORD = {word: key for key, word in OPERATORS.items()}
AND, OR, NOT, OTHER = "且", "或", "非", "@"
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[()（）,，]|[^\s()（）,，"]+)')
_BARE = re.compile(r'[^\s()（）,，"@]+')
DEEPEST = 8


def write_when(when: When | None) -> str:
    """A condition as a line; "" for none."""
    return "" if when is None else _written(when, inner=False)


def _written(when: When, inner: bool) -> str:
    parts = [] if when.field is None else [_comparison(when)]
    for joined, word in ((when.all, AND), (when.any, OR)):
        if joined is not None:
            alone = when.field is None and when.not_ is None and (when.all is None or when.any is None)
            text = f" {word} ".join(_written(part, inner=True) for part in joined)
            parts.append(text if alone and not inner else f"({text})")
    if when.not_ is not None:
        parts.append(f"{NOT} ({_written(when.not_, inner=False)})")
    text = f" {AND} ".join(parts)
    return f"({text})" if inner and len(parts) > 1 else text


def _comparison(when: When) -> str:
    word = OPERATORS[when.op]
    if when.op in ("filled", "empty"):
        return f"{when.field} {word}"
    if when.other:
        return f"{when.field} {word} {OTHER}{when.other}"
    if isinstance(when.value, tuple):
        return f"{when.field} {word} ({', '.join(_scalar(each) for each in when.value)})"
    return f"{when.field} {word} {_scalar(when.value)}"


def _scalar(value: Scalar | None) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return str(value)
    text = value or ""
    return text if _BARE.fullmatch(text) and not _looks_other(text) else f'"{_escaped(text)}"'


def _looks_other(text: str) -> bool:
    """Whether a text would be read as something else without quotes."""
    return text in ("是", "否", AND, OR, NOT) or _number(text) is not None


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def read_when(text: str, form: Form | None = None) -> When:
    """The condition that a line says. Labels of options are read as their codes where ``form`` is given. Raises
    ValueError with a sentence."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens).replace(" ", "") != re.sub(r"\s", "", text) and '"' not in text:
        raise ValueError("条件写错了，请照着例子写：字段 等于 值 且 字段 含 值")
    reader = _Reader(tokens, form.fields() if form else {})
    when = reader.joined()
    if reader.rest():
        raise ValueError(f"条件里“{reader.rest()}”多出来了。")
    return when


class _Reader:
    """Reads tokens from the left: 或 binds least, then 且, then 非 and brackets."""

    def __init__(self, tokens: list[str], fields: dict[str, Field]) -> None:
        self._tokens = tokens
        self._at = 0
        self._deep = 0
        self._fields = fields

    def rest(self) -> str:
        return " ".join(self._tokens[self._at :])

    def joined(self) -> When:
        self._deep += 1
        if self._deep > DEEPEST:
            raise ValueError("条件套得太深，请写简单些。")
        parts = [self._both()]
        while self._took(OR):
            parts.append(self._both())
        self._deep -= 1
        return parts[0] if len(parts) == 1 else When(any=tuple(parts))

    def _both(self) -> When:
        parts = [self._one()]
        while self._took(AND):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else When(all=tuple(parts))

    def _one(self) -> When:
        turned = 0
        while self._took(NOT):
            turned += 1
        if turned > DEEPEST:
            raise ValueError("条件套得太深，请写简单些。")
        when = self._plain()
        for _ in range(turned):
            when = When(not_=when)
        return when

    def _plain(self) -> When:
        if self._took("(", "（"):
            inner = self.joined()
            if not self._took(")", "）"):
                raise ValueError("条件里少了右括号。")
            return inner
        return self._compared()

    def _compared(self) -> When:
        field, word = self._next("字段"), self._next("比较")
        if word not in _BY_WORD:
            raise ValueError(f"条件里的“{word[:20]}”不是比较，可用：{'、'.join(_BY_WORD)}。")
        op = _BY_WORD[word]
        if op in ("filled", "empty"):
            return When(field=field, op=op)
        if self._took("(", "（"):
            values = [self._value(field)]
            while self._took(",", "，"):
                values.append(self._value(field))
            if not self._took(")", "）"):
                raise ValueError("条件里少了右括号。")
            return When(field=field, op=op, value=tuple(values))
        if self._tokens[self._at : self._at + 1] and self._tokens[self._at].startswith(OTHER):
            return When(field=field, op=op, other=self._next("字段").removeprefix(OTHER))
        return When(field=field, op=op, value=self._value(field))

    def _value(self, field: str) -> Scalar:
        token = self._next("值")
        if token.startswith('"'):
            return re.sub(r"\\(.)", r"\1", token[1:-1])
        return value_of(token, self._fields.get(field))

    def _took(self, *words: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] in words:
            self._at += 1
            return True
        return False

    def _next(self, what: str) -> str:
        if self._at >= len(self._tokens):
            raise ValueError(f"条件没有写完，后面少了{what}。")
        self._at += 1
        return self._tokens[self._at - 1]


def value_of(text: str, field: Field | None = None) -> Scalar:
    """What a bare word means: 是 and 否, a number, the code of an option by its label, else itself."""
    if field is not None and field.options:
        codes = {option.label: option.value for option in field.options}
        return text if text in codes.values() else codes.get(text, text)
    if text in ("是", "否"):
        return text == "是"
    number = _number(text)
    if number is not None and (field is None or field.type in NUMERIC):
        return number
    return text


def _number(text: str) -> int | float | None:
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", text):
        return int(text)
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,9})\.[0-9]{1,6}", text):
        return float(text)
    return None
