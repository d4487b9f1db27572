"""When a condition holds, over canonical answers and over rubbish."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from models.forms.conditions import every, holds, names, renamed, some
from models.forms.form import Field, When

FIELDS = {
    field.key: field
    for field in (
        Field("age", "年龄", "integer"),
        Field("income", "收入", "money"),
        Field("limit", "限额", "decimal"),
        Field("born", "出生日期", "date"),
        Field("paid", "缴费月份", "month"),
        Field("grade", "残疾等级", "single"),
        Field("kinds", "类别", "multiple"),
        Field("agent", "代办", "yes_no"),
        Field("name", "姓名", "text"),
    )
}
ANSWERS = {
    "age": 80, "income": "900.00", "limit": "1000.00", "born": "1946-01-03", "paid": "2026-01",
    "grade": "2", "kinds": ["a", "b"], "agent": False, "name": "陈桂兰",
}  # fmt: skip


def when(text: str) -> When:
    return msgspec.json.decode(text, type=When)


@pytest.mark.parametrize(
    "text",
    [
        '{"field": "age", "value": 80}',
        '{"field": "age", "value": "80"}',
        '{"field": "age", "op": "in", "value": [79, 80]}',
        '{"field": "income", "op": "lt", "other": "limit"}',  # 900 < 1000, though "9" > "1" as text
        '{"field": "income", "value": 900}',
        '{"field": "born", "op": "le", "value": "today-80y"}',
        '{"field": "born", "op": "gt", "value": "1946-01-02"}',
        '{"field": "paid", "op": "lt", "value": "today"}',
        '{"field": "grade", "op": "le", "value": "10"}',
        '{"field": "grade", "value": 2}',
        '{"field": "grade", "op": "in", "value": ["1", "2"]}',
        '{"field": "kinds", "op": "has", "value": "b"}',
        '{"field": "kinds", "op": "in", "value": ["b", "c"]}',
        '{"field": "kinds", "value": ["b", "a"]}',
        '{"field": "agent", "value": false}',
        '{"field": "agent", "value": "no"}',
        '{"field": "agent", "op": "filled"}',
        '{"field": "name", "op": "ne", "value": "李明"}',
        '{"field": "gone", "op": "empty"}',
        '{"field": "gone", "op": "ne", "value": 1}',
        '{"field": "name", "op": "ne", "other": "gone"}',
        '{"not": {"field": "gone", "value": 1}}',
        '{"any": [{"field": "gone", "value": 1}, {"field": "age", "op": "ge", "value": 60}]}',
        '{"all": []}',
    ],
)
def test_it_holds(text):
    assert holds(when(text), ANSWERS, FIELDS, date(2026, 3, 2))


@pytest.mark.parametrize(
    "text",
    [
        '{"field": "age", "op": "gt", "value": 80}',
        '{"field": "age", "op": "gt", "value": "很多"}',
        '{"field": "gone", "value": 1}',
        '{"field": "gone", "op": "lt", "value": 1}',
        '{"field": "gone", "op": "filled"}',
        '{"field": "gone", "op": "in", "value": [1]}',
        '{"field": "age", "op": "lt", "other": "gone"}',
        '{"field": "kinds", "op": "has", "value": "c"}',
        '{"field": "kinds", "value": "a"}',
        '{"field": "agent", "value": true}',
        '{"field": "agent", "op": "gt", "value": false}',
        '{"any": []}',
        '{"all": [{"field": "age", "value": 80}, {"field": "name", "op": "empty"}]}',
    ],
)
def test_it_does_not_hold(text):
    assert not holds(when(text), ANSWERS, FIELDS, date(2026, 3, 2))


def test_without_a_today_nothing_is_compared_with_it():
    assert not holds(When("born", "le", "today"), ANSWERS, FIELDS)


@pytest.mark.parametrize("rubbish", [{"a": 1}, [[1], {}], float("nan"), 10**400, "\ud800", True])
@pytest.mark.parametrize("op", ["eq", "ne", "in", "has", "gt", "le", "filled", "empty"])
def test_rubbish_among_the_answers_never_raises(op, rubbish):
    for key in FIELDS:
        assert holds(When(key, op, 1), {key: rubbish}, FIELDS, date(2026, 3, 2)) in (True, False)
        assert holds(When(key, op, other="age"), {key: rubbish, "age": 1}, FIELDS) in (True, False)


def test_names_and_renaming_reach_every_branch():
    nested = When(all=(When("a"), When(not_=When("b", other="c"))), any=(When("d"),))
    assert names(nested) == {"a", "b", "c", "d"}
    assert names(renamed(nested, {"a": "x", "c": "y"})) == {"x", "b", "y", "d"}


def test_joining_conditions_knows_that_none_means_always():
    one, two = When("a"), When("b")
    assert every(None, None) is None
    assert every(one, None) == one
    assert some(one, None) is None
    assert some(one, one) == one
    assert some(one, two) == When(any=(one, two))
