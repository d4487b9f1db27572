"""Problems without a database: struck off by another than who put it right, and never without having been put right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base.errors import Conflict, Invalid, SaobanError
from models.cases.case import By
from models.problems import problem as moves
from models.problems.problem import Listed

NOW = datetime(2026, 11, 4, 4, tzinfo=UTC)
LI, ZHOU, HE = By("staff", "a-li", "李办事"), By("staff", "a-zhou", "周监督"), By("staff", "a-he", "何审核")


def listed(**changes):
    found = Listed(
        "p1",
        "inspection",
        "",
        "窗口中午没有人",
        "安排轮班",
        ("529901", "529901101"),
        "",
        "2026-11-25",
        ZHOU.id,
        NOW,
    )
    return msgspec.structs.replace(found, **changes)


def test_it_is_reported_by_the_office_and_struck_off_by_another():
    reported = moves.report(listed(), LI, NOW, "已排好轮班表")
    struck = moves.strike(reported, ZHOU, NOW, "到现场看过两次")
    assert (struck.state, struck.closed_on, [said.what for said in struck.said]) == (
        "struck", "2026-11-04", ["report", "strike"],
    )  # fmt: skip


@pytest.mark.parametrize("move", [moves.strike, moves.withdraw])
def test_who_answers_for_it_closes_nothing(move):
    reported = moves.report(listed(), LI, NOW, "已排好轮班表")
    with pytest.raises(Conflict, match="problem.own"):
        move(reported, LI, NOW, "我看可以")


def test_what_is_not_put_right_comes_back_with_another_day():
    late = listed(superior=True, escalated_on="2026-11-26")
    reported = moves.report(late, LI, NOW, "已排好轮班表")
    again = moves.send_back(reported, ZHOU, NOW, "周三中午还是没人", "2026-12-01")
    assert (again.state, again.due_on, again.superior, again.escalated_on) == (
        "listed",
        "2026-12-01",
        False,
        "",
    )


def test_a_day_lies_ahead_and_within_a_year():
    for wrong in ("2026-11-04", "2025-12-01", "2028-01-01", "明天", ""):
        with pytest.raises(Invalid):
            moves.later_day(wrong, NOW)
    with pytest.raises(Invalid):
        moves.postpone(listed(), ZHOU, NOW, "等装修", "2026-11-25")
    assert moves.postpone(listed(), ZHOU, NOW, "等装修", "2026-12-05").due_on == "2026-12-05"


def test_it_is_claimed_once():
    hers = moves.claim(listed(), LI, NOW, "")
    assert (hers.owner, hers.owner_name) == ("a-li", "李办事")
    with pytest.raises(Conflict, match="problem.owned"):
        moves.claim(hers, HE, NOW, "")


def test_it_is_overdue_from_the_day_after_and_only_while_nothing_is_done():
    assert not listed().overdue_on(date(2026, 11, 25))
    assert listed().overdue_on(date(2026, 11, 26))
    assert not moves.report(listed(), LI, NOW, "好了").overdue_on(date(2026, 11, 26))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("claim", "report", "strike", "return", "postpone", "withdraw")),
        st.sampled_from((LI, ZHOU, HE)), st.integers(0, 20),
    ),
    max_size=12,
)  # fmt: skip


@given(STEPS)
def test_whatever_is_tried_it_is_struck_off_once_after_a_report_of_somebody_else(steps):
    found, now = listed(), NOW
    for name, by, days in steps:
        now += timedelta(days=days)
        try:
            following = _tried(found, name, by, now)
        except SaobanError:
            continue
        assert found.open
        assert (following.rev, len(following.said)) == (found.rev + 1, len(found.said) + 1)
        found = following
    if found.state == "struck":
        *before, last = found.said
        assert before[-1].what == "report"
        assert last.by.id not in {each.by.id for each in before if each.what in {"claim", "report"}}
    assert bool(found.closed_on) == (not found.open)


def _tried(found, name, by, at):
    if name in {"return", "postpone"}:
        later = (at + timedelta(days=30)).date().isoformat()
        return {"return": moves.send_back, "postpone": moves.postpone}[name](found, by, at, "理由", later)
    return getattr(moves, name)(found, by, at, "措施")
