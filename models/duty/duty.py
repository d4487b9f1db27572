"""Who is at a desk: rosters of chief representatives (首席代表), leave and who stands in, how cases are dealt out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from models.base.clock import day_of
from models.base.errors import Invalid, Problem

PAIR = 2
"""How many chief representatives a department has on one day."""

LONGEST_SHIFT = 366
LONGEST_LEAVE = 366

Mode = Literal["none", "turns", "random"]

MODES: dict[Mode, str] = {"none": "自己认领", "turns": "轮流派件", "random": "随机派件"}


class Shift(msgspec.Struct, frozen=True):
    """Somebody is chief representative of a department in an area, from ``first`` to ``last`` (ISO dates, both in)."""

    id: str
    area: str
    department: str
    account: str
    name: str
    first: str
    last: str
    by: str
    at: datetime

    def covers(self, day: str) -> bool:
        return self.first <= day <= self.last


class Leave(msgspec.Struct, frozen=True):
    """``account`` is away from ``first`` to ``last`` (ISO dates, both in); ``to`` stands in for her, unless it was ended
    before."""

    id: str
    account: str
    name: str
    to: str
    to_name: str
    first: str
    last: str
    at: datetime
    ended_at: datetime | None = None

    def covers(self, day: str) -> bool:
        return self.ended_at is None and self.first <= day <= self.last


class Dealing(msgspec.Struct, frozen=True):
    """How cases are dealt out at a desk (AREA|ROLE|DEPARTMENT), and who got the last one."""

    id: str
    mode: Mode = "none"
    last: str = ""


class Colleague(msgspec.Struct, frozen=True):
    """Somebody who works at a desk."""

    id: str
    name: str


def check_shift(new: Shift, others: Iterable[Shift], names: Iterable[str]) -> None:
    """Raise Invalid where the days are wrong, somebody is not of the desk, or a day would have more than a pair."""
    problems = _days(new.first, new.last, LONGEST_SHIFT)
    if new.account not in set(names):
        problems.append(Problem("account", "duty.account", "请选择本岗位的审核人员。"))
    near = [each for each in others if each.first <= new.last and new.first <= each.last]
    if any(each.account == new.account for each in near):
        problems.append(Problem("account", "duty.twice", "这个人在这段时间已经排过班。"))
    if not problems and _most_at_once(near, new) >= PAIR:
        problems.append(Problem("first", "duty.pair", f"这段时间里有一天已经排了{PAIR}位首席代表。"))
    if problems:
        raise Invalid(problems)


def check_leave(new: Leave, others: Iterable[Leave], names: Iterable[str], today: date) -> None:
    """Raise Invalid where the days are wrong or past, or the other one does not hold the same right or is away then.
    ``others`` are leaves of either."""
    problems = _days(new.first, new.last, LONGEST_LEAVE)
    if not problems and new.first < today.isoformat():
        problems.append(Problem("first", "leave.past", "开始日期不能早于今天。"))
    if new.to == new.account or new.to not in set(names):
        problems.append(Problem("to", "leave.to", "只能委托给同岗位、有同样权限的同事。"))
    near = [
        each for each in others if each.ended_at is None and each.first <= new.last and new.first <= each.last
    ]
    if any(each.account == new.account for each in near):
        problems.append(Problem("first", "leave.twice", "这段时间您已经委托过，请先结束原来的委托。"))
    if any(each.account == new.to for each in near):
        problems.append(Problem("to", "leave.away", "这位同事那段时间也不在岗，请换一位。"))
    if any(each.to == new.account for each in near):
        problems.append(Problem("first", "leave.chain", "那段时间您正替同事办件，不能再委托出去。"))
    if problems:
        raise Invalid(problems)


def pair_on(shifts: Iterable[Shift], day: str) -> tuple[Shift, ...]:
    """Who is on duty on a day."""
    return tuple(sorted((each for each in shifts if each.covers(day)), key=lambda each: each.account))


def next_of(mode: Mode, candidates: Sequence[Colleague], last: str, below: Callable[[int], int]) -> Colleague:
    """Whose turn it is: after ``last`` in a fixed order, or by chance. ``below(n)`` draws from 0 up to but not n."""
    ordered = sorted(candidates, key=lambda each: each.id)
    if mode == "turns":
        return next((each for each in ordered if each.id > last), ordered[0])
    return ordered[below(len(ordered))]


def _most_at_once(shifts: Sequence[Shift], new: Shift) -> int:
    """The most of ``shifts`` on one day of ``new``: one of them begins on such a day, or it is the first."""
    begins = {new.first, *(each.first for each in shifts if new.first <= each.first <= new.last)}
    return max(sum(each.covers(day) for each in shifts) for day in begins)


def _days(first: str, last: str, longest: int) -> list[Problem]:
    try:
        length = (day_of(last) - day_of(first)).days
    except ValueError:
        return [Problem("first", "date.form", "请填写日期，例如 2026-12-01。")]
    if length < 0:
        return [Problem("last", "date.order", "结束日期不能早于开始日期。")]
    if length >= longest:
        return [Problem("last", "date.long", f"一次最多{longest}天。")]
    return []
