"""Ratings without a database: figures that point at nobody, words that tell nobody, reasons that go with their level."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base.errors import Conflict, Invalid
from models.cases.case import By
from models.ratings import rating as moves
from models.ratings.figures import SMALL, lines, veil
from models.ratings.rating import Rating, opened, week_of
from models.ratings.reasons import load_reasons
from models.ratings.scrub import scrub

NOW = datetime(2026, 11, 4, 4, tzinfo=UTC)
CLERK, INSPECTOR = By("staff", "a-clerk", "李办事"), By("staff", "a-insp", "周监督")


def rating(level=2):
    found = Rating(
        "r1", "case:1", "case", "allowance", "高龄津贴", ("529901",), ("529901|clerk",), "民政", level, "2026-11", NOW,
        phone="13900001111",
    )  # fmt: skip
    return opened(found, "2026-11-25")


def test_what_is_small_is_not_told_nor_what_gives_it_away():
    assert veil([10, 3, 0, 7, 20]) == (10, None, 0, None, 20)
    assert veil([10, 0, 20]) == (10, 0, 20)
    assert veil([2, 0, 0]) == (None, 0, 0)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_no_small_number_is_shown_or_left_over_by_subtraction(numbers):
    shown = veil(numbers)
    assert not any(each is not None and 0 < each < SMALL for each in shown)
    hidden = [number for number, each in zip(numbers, shown, strict=True) if each is None]
    rest = [each for each in shown if each]
    if hidden and rest:
        assert len(hidden) >= 2
        assert sum(hidden) >= SMALL


def test_the_share_of_the_satisfied_is_a_bound_where_the_others_are_few():
    (line,) = lines({"2026-11": [20, 0, 0, 1, 0]})
    assert (line.total, line.satisfied, line.at_least) == (21, 80, True)
    (line,) = lines({"2026-11": [30, 5, 5, 5, 5]})
    assert (line.total, line.satisfied, line.at_least) == (50, 80, False)


def test_a_month_of_four_is_not_told_and_the_next_smallest_goes_with_it():
    told = lines({"2026-11": [4, 0, 0, 0, 0], "2026-10": [9, 0, 0, 0, 0], "2026-09": [30, 0, 0, 0, 0]})
    assert [each.total for each in told] == [None, None, 30]


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("我叫陈桂兰，等了一上午", "我叫***，等了一上午"),
        ("打13900001111找我儿子周建国", "打***找我儿子***"),
        ("身份证532923194005120029也不认", "身份证***也不认"),
        ("1 3 9 0 0 0 0 1 1 1 1 是我的", "*** 是我的"),
        ("回执R7K2 9M4P X3QT一直没动", "回执***一直没动"),
        ("我家三组12号，11月3日去的，星期三又去", "我家***，***去的，***又去"),
        ("３号窗口说没网", "3号窗口说没网"),
    ],
)  # fmt: skip
def test_words_lose_what_tells_who_wrote_them(typed, left):
    assert scrub(typed, {"陈桂兰", "周建国", "1"}) == left


@given(
    st.text(max_size=600),
    st.sampled_from(["陈桂兰", "13900001111", "532923194005120029"]),
    st.integers(0, 500),
)
def test_wherever_it_stands_it_goes(text, secret, at):
    assert secret not in scrub(text[:at] + secret + text[at:], {"陈桂兰"})


def test_reasons_go_with_their_level():
    reasons = load_reasons()
    assert reasons.check(1, ("money", "slow")) == ("slow", "money")
    for wrong in ((5, ("rude",)), (2, ("none",)), (0, ()), (6, ())):
        with pytest.raises(Invalid):
            reasons.check(*wrong)


@pytest.mark.parametrize("broken", ["", "reasons = 3", "[[reasons]]\nkey = 'a'\ntext = 'b'\nlevels = [6]"])
def test_a_file_of_reasons_that_is_wrong_names_itself(tmp_path, broken):
    path = tmp_path / "reasons.toml"
    path.write_text(broken)
    with pytest.raises(ValueError, match="reasons.toml"):
        load_reasons(path)


def test_only_the_two_lowest_levels_open_anything_and_a_phone_is_kept_for_a_call_alone():
    assert [opened(rating(level), "2026-11-25").state for level in (5, 4, 3, 2, 1)] == [
        *["kept"] * 3,
        *["open"] * 2,
    ]
    assert (rating(3).phone, rating(2).phone) == ("", "13900001111")


def test_put_right_called_back_and_over():
    told = moves.answer(rating(), CLERK, NOW, "已补派一人")
    done = moves.call_back(told, INSPECTOR, NOW, "satisfied", "电话回访，说好了", "2026-12-20")
    assert (told.state, done.state, done.phone, done.involved) == ("answered", "closed", "", {"a-clerk"})


def test_who_is_not_satisfied_has_it_put_right_once_more():
    found = rating()
    for state in ("open", "closed"):
        found = moves.answer(found, CLERK, NOW, "改了")
        found = moves.call_back(found, INSPECTOR, NOW, "unsatisfied", "还是那样", "2026-12-20")
        assert found.state == state


def test_an_appeal_that_is_right_takes_it_out_of_the_figures_and_one_that_is_not_can_be_made_once():
    appealed = moves.appeal(rating(), CLERK, NOW, "评的是邮局")
    upheld = moves.uphold(appealed, INSPECTOR, NOW, "属实")
    assert (upheld.state, upheld.counted) == ("set_aside", False)
    rejected = moves.reject(appealed, INSPECTOR, NOW, "就是本窗口", "2026-12-01")
    assert (rejected.state, rejected.counted, rejected.due_on) == ("open", True, "2026-12-01")
    with pytest.raises(Conflict):
        moves.appeal(rejected, CLERK, NOW, "再申诉")


@pytest.mark.parametrize("move", [moves.answer, moves.appeal])
def test_saying_nothing_is_no_answer(move):
    with pytest.raises(Invalid):
        move(rating(), CLERK, NOW, "  ")


def test_nothing_is_done_about_a_good_rating():
    with pytest.raises(Conflict):
        moves.answer(rating(5), CLERK, NOW, "谢谢")


def test_the_week_hides_the_day():
    assert {week_of(f"2026-11-{day}") for day in range(23, 30)} == {"2026-11-23"}
