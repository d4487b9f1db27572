"""The poster of the code matrix: every symbol reads back from paper, and every pictogram is drawn."""

from __future__ import annotations

from io import BytesIO

import numpy
import pypdfium2
import pytest

from models.doors.matrix import OFTEN
from models.items.item import EVENTS, THEMES
from qr.fonts import cjk_font
from qr.grammar import new, spoken, url
from qr.layout import A4_WIDTH
from qr.pictograms import PICTOGRAMS, SIDE, commands, path
from qr.poster import FOOTING, SIZES, Pocket, Poster, Section, poster
from tests.qr.reading import decoded, pages, words

PUBLIC_URL = "https://saoban.example.gov.cn"


def pocket(name: str = "新生儿出生", note: str = "8项一次办", picture: str = "birth") -> Pocket:
    code = new("Y")
    return Pocket(code, url(PUBLIC_URL, code), name, note, picture)


def of(*sections: Section) -> Poster:
    return Poster("云岭县政务服务", "saoban.example.gov.cn", sections)


def printed(model: Poster, size: str = "A4"):
    out = BytesIO()
    return poster(model, size, out, cjk_font()), out.getvalue()


FULL = of(
    Section("一件事", tuple(pocket(picture=event) for event in EVENTS) + tuple(pocket() for _ in range(5))),
    Section(
        "常办事项", tuple(pocket("供水报修", "供水服务", theme) for theme in list(THEMES)[:12]), wide=False
    ),
)


@pytest.mark.parametrize("size", sorted(SIZES))
def test_every_symbol_of_a_full_poster_reads_back_from_one_page(size):
    report, written = printed(FULL, size)
    read = [text for page in pages(written) for text in decoded(page)]
    assert sorted(read) == sorted(each.url for section in FULL.sections for each in section.pockets)
    assert (report.pages, report.symbols) == (1, 27)
    assert (report.missing_characters, report.shortened) == ((), ())


def test_code_name_and_note_stand_on_each_card_and_who_runs_it_at_the_head():
    card = pocket()
    text = words(printed(of(Section("一件事", (card,))))[1])
    for part in (spoken(card.code), card.name, card.note, "云岭县政务服务", "saoban.example.gov.cn", FOOTING):
        assert part.replace(" ", "") in text


def test_an_a3_poster_is_a_page_of_that_size():
    (page,) = pypdfium2.PdfDocument(BytesIO(printed(FULL, "A3")[1]))
    width, height = (round(each / 72 * 25.4) for each in page.get_size())
    assert (width, height) == (297, 420)
    assert width > A4_WIDTH


def test_what_does_not_fit_goes_on_another_page_and_none_is_lost():
    many = tuple(pocket() for _ in range(40))
    report, written = printed(of(Section("一件事", many)))
    assert report.pages == 2
    assert {text for page in pages(written) for text in decoded(page)} == {each.url for each in many}


def test_a_name_that_is_too_long_is_reported():
    endless = pocket("高效办成" * 30)
    assert printed(of(Section("一件事", (endless,))))[0].shortened == (endless.name,)


def test_every_event_and_theme_has_a_pictogram_of_its_own():
    assert {*EVENTS, *THEMES} <= set(PICTOGRAMS)
    assert OFTEN not in PICTOGRAMS
    assert len(set(PICTOGRAMS.values())) == len(PICTOGRAMS)


@pytest.mark.parametrize("name", sorted(PICTOGRAMS))
def test_a_pictogram_stays_in_its_square_and_begins_each_stroke_somewhere(name):
    found = list(commands(name))
    assert found[0][0] == "M"
    assert all(0 <= number <= SIDE for _, numbers in found for number in numbers)
    assert path(name).startswith("M")


def test_pictograms_leave_ink_on_the_paper():
    bare = numpy.asarray(pages(printed(of(Section("一件事", (pocket(picture="home"),))))[1])[0])
    other = numpy.asarray(pages(printed(of(Section("一件事", (pocket(picture="army"),))))[1])[0])
    assert (bare != other).sum() > 500
