"""The back of the card: period and office, over or not, and whether they fit the front."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from models.cards.back import fits
from models.cards.both import joined
from models.cards.card import Unreadable, parse
from tests.models.cards.test_card import NATIONS, TODAY, card_of_chen, line, turned


def back(period="2016.05.12-2036.05.12", office="云岭县公安局"):
    return [
        line("中华人民共和国", 330, 80), line("居民身份证", 330, 180), line("签发机关", 220, 440),
        line(office, 390, 440), line("有效期限", 220, 520), line(period, 390, 520),
    ]  # fmt: skip


def read(*lines):
    return parse(list(lines), NATIONS, TODAY)


def test_a_card_that_is_over_says_so_and_what_follows():
    reading = read(*back(f"2006.05.12-{TODAY.year - 1}.05.12"))
    assert reading.expired
    assert "已经过期。登录不受影响" in reading.note


@pytest.mark.parametrize(("days", "expired", "words"), [(-1, True, "已经过期"), (0, False, "快到期了"),
                                                        (90, False, "快到期了"), (91, False, "")])  # fmt: skip
def test_the_last_day_counts_and_three_months_before_it_one_is_told(days, expired, words):
    last = date.fromordinal(TODAY.toordinal() + days)
    start = last.replace(year=last.year - 20)
    reading = read(*back(f"{start:%Y.%m.%d}-{last:%Y.%m.%d}"))
    assert (reading.expired, words in reading.note, bool(reading.note)) == (expired, True, bool(words))


@pytest.mark.parametrize("period", ["2016.05.12-2036.05.12", "20160512-20360512", "2016.05.12一2036.05.12"])
def test_the_period_is_read_however_the_dots_and_the_dash_came_out(period):
    assert (read(*back(period)).valid_from, read(*back(period)).valid_until) == ("2016-05-12", "2036-05-12")


def test_a_period_in_two_pieces_is_put_together_whichever_way_the_card_lies():
    pieces = [*back()[:5], line("2016.05.12-", 390, 520), line("2036.05.12", 390, 560)]
    for lying in (pieces, turned(pieces)):
        assert read(*lying).valid_until == "2036-05-12"


@pytest.mark.parametrize(
    ("period", "doubt"),
    [("2016.05.12-2037.05.12", "valid_until"), ("2016.05.12-2036.06.12", "valid_until"),
     ("2016.13.12-2036.05.12", "valid_from"), ("2016.05.12-2036.05.42", "valid_until"),
     ("2099.05.12-2119.05.12", "valid_from")],
)  # fmt: skip
def test_a_period_that_no_card_has_is_a_doubt(period, doubt):
    assert doubt in read(*back(period)).doubts


def test_an_office_that_was_not_read_is_a_doubt_and_the_period_stands():
    reading = read(*back(office="云岭县公"))
    assert (reading.issued_by, reading.doubts, reading.valid_until) == ("", ("issued_by",), "2036-05-12")


@pytest.mark.parametrize(
    ("lines", "code"),
    [(back()[:5], "card.period"), (back("2016.0"), "card.period"), (back()[:2], "card.part")],
)  # fmt: skip
def test_a_back_whose_period_is_hidden_says_so(lines, code):
    with pytest.raises(Unreadable) as refusal:
        read(*lines)
    assert refusal.value.code == code


def test_front_and_back_are_one_card_in_either_order():
    front, reverse = read(*card_of_chen()), read(*back("1996.05.12-长期"))
    both = joined(front, reverse)
    assert both == joined(reverse, front)
    assert (both.side, both.id_number, both.valid_until, both.doubts) == (
        "both",
        front.id_number,
        "9999-12-31",
        (),
    )


def test_the_same_side_twice_is_no_card():
    front, reverse = read(*card_of_chen()), read(*back())
    assert joined(front, front) is None
    assert joined(reverse, reverse) is None


def test_a_period_that_nobody_of_her_age_is_given_is_a_doubt():
    both = joined(read(*card_of_chen()), read(*back("2016.05.12-2036.05.12")))
    assert both.doubts == ("valid_until",)
    unsure = msgspec.structs.replace(read(*card_of_chen()), doubts=("birth_date",))
    assert joined(unsure, read(*back())).doubts == ("birth_date",)


@pytest.mark.parametrize(
    ("born", "begins", "ends", "so"),
    [("2010-05-13", "2026-05-12", "2031-05-12", True), ("2010-05-12", "2026-05-12", "2031-05-12", False),
     ("2010-05-12", "2026-05-12", "2036-05-12", True), ("2000-05-12", "2026-05-11", "2036-05-11", True),
     ("2000-05-12", "2026-05-12", "2046-05-12", True), ("1980-05-13", "2026-05-12", "2046-05-12", True),
     ("1980-05-12", "2026-05-12", "9999-12-31", True), ("1980-05-13", "2026-05-12", "9999-12-31", False)],
)  # fmt: skip
def test_how_long_a_card_is_given_goes_by_age(born, begins, ends, so):
    assert fits(born, begins, ends) is so
