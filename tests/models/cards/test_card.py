"""Putting a card together from lines: at any angle, with what is missing said."""

from datetime import date

import pytest

from models.cards.card import Line, Unreadable, parse

TODAY = date(2026, 11, 22)
NATIONS = ("汉族", "维吾尔族", "彝族")
CHEN = "529901194303080022"


def line(text, x, y, score=0.99, width=None):
    w = width or 30 * len(text)
    return Line(text, score, ((x, y), (x + w, y), (x + w, y + 40), (x, y + 40)))


def card_of_chen(**changed):
    texts = {
        "name": "姓名陈桂兰",
        "sex": "性别女",
        "nation": "民族汉",
        "birth": "出生1943年3月8日",
        "number": CHEN,
        **changed,
    }
    return [
        line(texts["name"], 60, 60),
        line(texts["sex"], 60, 150),
        line(texts["nation"], 280, 150),
        line(texts["birth"], 60, 240),
        line("住址云岭县大关镇丘林村三", 60, 330),
        line("组12号", 170, 380),
        line("公民身份号码", 60, 530),
        line(texts["number"], 330, 530),
    ]


def turned(lines):
    """The same picture held upside down."""
    return [
        Line(each.text, each.score, tuple((1000 - x, 640 - y) for x, y in each.corners)) for each in lines
    ]


def test_a_whole_card_is_read():
    chen = parse(card_of_chen(), NATIONS, TODAY)
    assert (chen.name, chen.sex, chen.nation, chen.birth_date) == ("陈桂兰", "2", "汉", "1943-03-08")
    assert (chen.address, chen.id_number, chen.doubts) == ("云岭县大关镇丘林村三组12号", CHEN, ())


def test_a_card_upside_down_is_the_same_card():
    assert parse(turned(card_of_chen()), NATIONS, TODAY) == parse(card_of_chen(), NATIONS, TODAY)


def test_a_minority_name_keeps_its_dot_whichever_dot_was_read():
    assert parse(card_of_chen(name="姓名阿卜杜拉•买买提"), NATIONS, TODAY).name == "阿卜杜拉·买买提"


def test_a_birth_date_that_contradicts_the_number_is_a_doubt_and_the_number_is_believed():
    reading = parse(card_of_chen(birth="出生1948年3月8日"), NATIONS, TODAY)
    assert (reading.birth_date, reading.doubts) == ("1943-03-08", ("birth_date",))


def test_a_number_whose_check_character_fails_is_a_doubt_and_not_believed():
    reading = parse(card_of_chen(number="529901194303080023"), NATIONS, TODAY)
    assert "id_number" in reading.doubts
    assert reading.birth_date == "1943-03-08"


def test_letters_that_look_like_digits_are_read_as_digits():
    assert parse(card_of_chen(number="5299O1l94303080022"), NATIONS, TODAY).id_number == CHEN


def test_a_nation_that_does_not_exist_is_left_to_the_person():
    reading = parse(card_of_chen(nation="民族汊"), NATIONS, TODAY)
    assert (reading.nation, "nation" in reading.doubts) == ("", True)


def test_an_uncertain_line_is_a_doubt():
    lines = [line("姓名陈桂兰", 60, 60, score=0.4), *card_of_chen()[1:]]
    assert parse(lines, NATIONS, TODAY).doubts == ("name",)


def test_a_card_without_a_readable_label_of_the_address_still_gives_the_address():
    lines = [
        each if "住址" not in each.text else line("云岭县大关镇丘林村三", 170, 330) for each in card_of_chen()
    ]
    assert parse(lines, NATIONS, TODAY).address == "云岭县大关镇丘林村三组12号"


def test_the_back_gives_the_period_of_validity():
    back = [
        line("签发机关", 220, 440),
        line("云岭县公安局", 390, 440),
        line("有效期限", 220, 520),
        line("2016.05.12-2036.05.12", 390, 520),
    ]
    reading = parse(back, NATIONS, TODAY)
    assert (reading.side, reading.valid_from, reading.valid_until) == ("back", "2016-05-12", "2036-05-12")
    assert reading.issued_by == "云岭县公安局"


def test_a_card_valid_for_ever_says_so():
    back = [line("签发机关云岭县公安局", 220, 440), line("有效期限2016.05.12-长期", 220, 520)]
    assert parse(back, NATIONS, TODAY).valid_until == "9999-12-31"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "card.none"),
        ([line("农家乐欢迎您", 10, 10), line("土鸡每只80元", 10, 60)], "card.none"),
        (card_of_chen()[:5], "card.part"),
        ([*card_of_chen()[:7], line("5299****0022", 330, 530)], "card.number"),
    ],
)
def test_what_is_no_card_or_not_all_of_one_says_which(lines, code):
    with pytest.raises(Unreadable) as refusal:
        parse(lines, NATIONS, TODAY)
    assert refusal.value.code == code
