"""GB 11643, checked against python-stdnum where it knows better."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from models.base import idnumber

TODAY = date(2026, 3, 2)

births = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
first17s = st.builds(
    lambda division, born, sequence: f"{division:06d}{born:%Y%m%d}{sequence:03d}",
    st.integers(0, 999999),
    births,
    st.integers(0, 999),
)


@given(first17s)
def test_every_number_with_its_check_character_is_accepted_whatever_its_division(first17):
    idnumber.check(first17 + idnumber.checksum(first17), TODAY)


@given(first17s)
def test_check_character_is_that_of_the_standard(first17):
    assert idnumber.checksum(first17) == ric.calc_check_digit(first17 + "0")


@given(first17s, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_never_accepted(first17, place, step):
    wrong = str((int(first17[place]) + step) % 10)
    changed = first17[:place] + wrong + first17[place + 1 :] + idnumber.checksum(first17)
    with pytest.raises(ValueError, match=r"id_number\.(checksum|birth_date)"):
        idnumber.check(changed, TODAY)


@given(first17s, st.integers(0, 15))
def test_two_neighbours_swapped_are_never_accepted(first17, place):
    swapped = first17[:place] + first17[place + 1] + first17[place] + first17[place + 2 :]
    if swapped != first17:
        with pytest.raises(ValueError, match=r"id_number\.(checksum|birth_date)"):
            idnumber.check(swapped + idnumber.checksum(first17), TODAY)


@given(first17s)
def test_birth_date_and_sex_are_read_from_the_number(first17):
    assert f"{idnumber.birth_date(first17 + '0'):%Y%m%d}" == first17[6:14]
    assert idnumber.sex(first17 + "0") == ("1" if int(first17[16]) % 2 else "2")


@given(st.text())
def test_any_text_is_normalised_and_either_accepted_or_refused_with_a_code(text):
    normal = idnumber.normalise(text)
    assert idnumber.normalise(normal) == normal
    with pytest.raises(ValueError, match=r"^id_number\.[a-z_]+$"):
        idnumber.check(normal, TODAY)


def test_full_width_digits_spaces_and_a_small_x_are_forgiven():
    assert idnumber.normalise(" １１０１０５ 19491231 002x ") == "11010519491231002X"
    assert idnumber.normalise("110105-19491231-002×") == "11010519491231002X"
    idnumber.check("11010519491231002X", TODAY)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "id_number.length"),
        ("110105491231002", "id_number.length"),  # the 15 digits of before 1999
        ("1101051949123100XX", "id_number.form"),
        ("A1010519491231002X", "id_number.form"),
        ("110105194902310023", "id_number.birth_date"),
        ("110105202603030023", "id_number.birth_date"),  # born tomorrow
        ("110105174912310023", "id_number.birth_date"),
        ("110105194912310021", "id_number.checksum"),
    ],
)
def test_what_is_wrong_is_named_by_its_code(text, code):
    with pytest.raises(ValueError) as refusal:
        idnumber.check(text, TODAY)
    assert refusal.value.args == (code,)


def test_someone_born_today_has_a_valid_number():
    first17 = "53060020260302001"
    idnumber.check(first17 + idnumber.checksum(first17), TODAY)


def test_checksum_of_what_is_not_seventeen_digits_is_refused():
    with pytest.raises(ValueError, match="id_number.form"):
        idnumber.checksum("1234")
