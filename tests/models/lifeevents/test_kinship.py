"""Who everybody is to a new head, and where that does not follow."""

from __future__ import annotations

from datetime import date

import pytest

from models.households.household import HEAD
from models.lifeevents.kinship import Kin, agrees, towards

MAN, WOMAN = "1", "2"
FATHER, MOTHER = Kin(HEAD, MAN, date(1950, 1, 1)), Kin(HEAD, WOMAN, date(1952, 1, 1))
WIFE, HUSBAND = Kin("12", WOMAN), Kin("11", MAN)
SON, YOUNGER = Kin("22", MAN, date(1975, 5, 1)), Kin("20", MAN, date(1978, 5, 1))
DAUGHTER = Kin("32", WOMAN, date(1976, 5, 1))


@pytest.mark.parametrize(
    ("new", "other", "head", "expected"),
    [
        (WIFE, FATHER, FATHER, "11"),  # the old head becomes her husband
        (WIFE, SON, FATHER, "22"),  # their son stays a son
        (WIFE, Kin("51", MAN), FATHER, "53"),  # his father is her father-in-law
        (HUSBAND, Kin("52", WOMAN), MOTHER, "56"),  # her mother is his mother-in-law
        (SON, FATHER, FATHER, "51"),
        (SON, WIFE, FATHER, "52"),
        (SON, YOUNGER, FATHER, "73"),
        (YOUNGER, SON, FATHER, "71"),
        (SON, DAUGHTER, FATHER, "77"),
        (DAUGHTER, SON, FATHER, "71"),
        (SON, Kin("51", MAN), FATHER, "61"),  # the father's father
        (SON, Kin("52", WOMAN), MOTHER, "64"),  # the mother's mother
        (Kin("51", MAN), FATHER, FATHER, "20"),
        (Kin("51", MAN), Kin("52", WOMAN), FATHER, "12"),
        (Kin("52", WOMAN), WIFE, FATHER, "38"),
        (Kin("51", MAN), SON, FATHER, "41"),
        (Kin("51", MAN), DAUGHTER, MOTHER, "44"),
        (Kin("38", WOMAN), FATHER, FATHER, "53"),
        (Kin("28", MAN), WIFE, FATHER, "56"),
        (Kin("41", MAN), FATHER, FATHER, "61"),
        (Kin("43", MAN), MOTHER, MOTHER, "64"),
        (Kin("73", MAN), FATHER, FATHER, "71"),
        (Kin("71", MAN), MOTHER, MOTHER, "77"),
        (Kin("27", MAN), FATHER, FATHER, "57"),
    ],
)
def test_it_follows_who_somebody_is_to_the_new_head(new, other, head, expected):
    assert towards(new, other, head) == expected


@pytest.mark.parametrize(
    ("new", "other"),
    [
        (SON, Kin("38", WOMAN)),  # his wife, or his brother's
        (SON, Kin("41", MAN)),  # his son, or a nephew
        (SON, Kin("20", MAN)),  # a brother: nobody knows who is older
        (Kin("38", WOMAN), SON),
        (Kin("99", MAN), SON),
        (SON, Kin("71", MAN)),
    ],
)
def test_where_two_answers_are_possible_none_is_given(new, other):
    assert towards(new, other, FATHER) == ""


def test_a_relation_agrees_with_the_sex_or_with_one_that_nobody_knows():
    assert agrees("11", MAN)
    assert agrees("11", "")
    assert agrees("10", WOMAN)
    assert not agrees("11", WOMAN)
    assert not agrees("32", MAN)
