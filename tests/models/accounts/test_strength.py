"""Passwords that somebody would try, and passwords that nobody would."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from models.accounts.account import PASSWORD_LENGTH, password_checks
from models.accounts.strength import CONTEXT, guessable, own_words

CHEN = own_words(username="chen.guilan", name="陈桂兰", id_number="529901194503070021", phone="13800000012")


def test_every_common_password_that_is_long_enough_is_refused():
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= PASSWORD_LENGTH]
    assert len(common) > 1000
    assert [word for word in common if not guessable(word)] == []


@pytest.mark.parametrize(
    "password",
    [
        "1234567890", "qwertyuiop", "aaaaaaaaaaaa", "abcabcabcabc", "woaini1314", "password123", "P@ssw0rd2026",
        "Yunling-2026", "saoban2026", "zhengwu12345", "admin-admin-1", "wanggeyuan1", "1qaz2wsx3edc", "20261125112",
    ],
)  # fmt: skip
def test_what_anybody_would_try_at_an_offices_door_is_refused(password):
    assert guessable(password)


@pytest.mark.parametrize(
    "password",
    ["chen.guilan1", "陈桂兰19450307", "138000000121", "529901194503070021", "chen450307", "CHEN.GUILAN"],
)
def test_what_is_known_of_her_is_no_secret(password):
    assert guessable(password, CHEN)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "水井边的老槐树和三只鹅",
        "Qiulin-village-7",
        "kx7 vq2m p9d",
        "桥头卖豆腐的张二哥家",
        "🦆🌾🏮☔🪁🧵🍋🪿🫖🧶",
    ],
)
def test_what_nobody_would_try_is_taken_whatever_it_is_made_of(password):
    assert not guessable(password, CHEN)
    assert not any(wrong for wrong, *_ in password_checks(password, CHEN))


@settings(deadline=None)
@given(st.text(min_size=10, max_size=200))
def test_no_text_is_too_much_for_the_estimate(password):
    begun = time.perf_counter()
    guessable(password, CHEN)
    assert time.perf_counter() - begun < 1


def test_every_word_of_the_context_is_written_as_it_is_compared():
    assert [word for word in CONTEXT if word != word.lower() or not word.strip()] == []


def test_from_64_to_200_characters_are_taken_and_no_more():
    long = "河边的老水车一圈一圈转到天黑也不停" * 20
    told = {
        size: [code for wrong, _, code, _ in password_checks(long[:size]) if wrong] for size in (64, 200, 201)
    }
    assert told == {64: [], 200: [], 201: ["password.long"]}
