"""Reading photographs of cards in worker processes, with the real recogniser."""

import asyncio
import random
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from models.base.clock import now
from models.base.errors import Invalid, TooMany
from models.cards.service import Cards
from models.elements.registry import load_elements
from tests.models.cards import drawing


@pytest.fixture(scope="module")
def workers():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture
def cards(workers):
    return Cards(workers, load_elements().codes("GB/T 3304").values(), now)


def photo(seed, **how):
    dice = random.Random(seed)
    truth = drawing.card(dice)
    return truth, drawing.jpeg(drawing.photographed(drawing.front(truth), dice, **how))


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("angle", [0, 4, 90, 180, 270])
async def test_a_photographed_card_is_read_whichever_way_it_lies(cards, angle):
    truth, picture = photo(angle + 1, angle=angle)
    reading = await cards.read(picture)
    assert (reading.id_number, reading.name, reading.sex) == (truth.id_number, truth.name, truth.sex)
    assert (reading.birth_date, reading.nation) == (truth.birth_date, truth.nation)


@pytest.mark.gen_test(timeout=60)
async def test_the_back_of_a_card_is_read(cards):
    reading = await cards.read(drawing.jpeg(drawing.back(period="2016.05.12-长期")))
    assert (reading.side, reading.valid_until) == ("back", "9999-12-31")


@pytest.mark.gen_test(timeout=60)
async def test_glare_on_the_number_asks_for_another_picture(cards):
    dice = random.Random(7)
    picture = drawing.glaring(drawing.front(drawing.card(dice)), dice)
    with pytest.raises(Invalid) as refusal:
        await cards.read(drawing.jpeg(picture))
    assert "反光" in refusal.value.message


@pytest.mark.gen_test(timeout=60)
async def test_a_half_covered_card_asks_for_all_four_corners(cards):
    half = drawing.front(drawing.card(random.Random(8))).crop((0, 0, 1011, 300))
    with pytest.raises(Invalid) as refusal:
        await cards.read(drawing.jpeg(half))
    assert "四个角" in refusal.value.message


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("angle", [0, 45, 90, 180, 270])
async def test_a_photographed_back_is_read_whichever_way_it_lies(cards, angle):
    dice = random.Random(angle + 40)
    truth = drawing.card(dice)
    begins, ends = drawing.validity(truth, dice)
    picture = drawing.photographed(drawing.back(period=f"{begins}-{ends}"), dice, angle=angle)
    reading = await cards.read(drawing.jpeg(picture))
    wanted = "9999-12-31" if ends == "长期" else ends.replace(".", "-")
    assert (reading.side, reading.valid_from, reading.valid_until) == (
        "back",
        begins.replace(".", "-"),
        wanted,
    )
    assert "valid_until" not in reading.doubts


@pytest.mark.gen_test(timeout=60)
async def test_both_sides_are_put_together_whichever_came_first(cards):
    truth, front = photo(41, angle=3)
    begins, ends = drawing.validity(truth, random.Random(41))
    reverse = drawing.jpeg(
        drawing.photographed(drawing.back(period=f"{begins}-{ends}"), random.Random(2), angle=4)
    )
    one, other = await cards.read_both(front, reverse), await cards.read_both(reverse, front)
    assert one == other
    assert (one.side, one.id_number, one.valid_from) == ("both", truth.id_number, begins.replace(".", "-"))
    assert "valid_until" not in one.doubts


@pytest.mark.gen_test(timeout=60)
async def test_the_same_side_twice_asks_for_the_other(cards):
    _, front = photo(42, angle=0)
    with pytest.raises(Invalid) as refusal:
        await cards.read_both(front, front)
    assert (refusal.value.problems[0].field, "一张拍有国徽的一面" in refusal.value.message) == ("back", True)


FRONT, BACK = drawing.front(drawing.card(random.Random(21))), drawing.back()
BAD = {
    "a thumb on the number": (drawing.covered(FRONT, (300, 490, 1000, 620)), "card.number"),
    "the left half alone": (FRONT.crop((0, 0, 520, 638)), "card.number"),
    "the number cut off": (FRONT.crop((0, 0, 1011, 450)), "card.part"),
    "a hand over its left half": (drawing.covered(FRONT, (0, 0, 560, 638)), "card.none"),
    "in the dark": (ImageEnhance.Brightness(FRONT).enhance(0.02), "card.none"),
    "out of focus": (FRONT.filter(ImageFilter.GaussianBlur(14)), "card.none"),
    "glare on the period": (drawing.glaring(BACK, random.Random(1), at=(600, 545)), "card.period"),
    "a thumb on the period": (drawing.covered(BACK, (370, 490, 1000, 620)), "card.period"),
    "the foot of the back cut off": (BACK.crop((0, 0, 1011, 400)), "card.part"),
    "a bank card": (drawing.bank_card(), "card.none"),
    "a table": (Image.new("RGB", (1011, 638), (120, 90, 60)), "card.none"),
}


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("what", BAD)
async def test_a_bad_picture_is_told_what_to_do(cards, what):
    picture, code = BAD[what]
    with pytest.raises(Invalid) as refusal:
        await cards.read(drawing.jpeg(picture))
    [problem] = refusal.value.problems
    assert (problem.field, problem.code) == ("photo", code)
    assert re.search("请.*拍", problem.message)


@pytest.mark.gen_test(timeout=60)
async def test_glare_on_the_name_leaves_the_name_to_the_person(cards):
    picture = drawing.glaring(FRONT, random.Random(1), at=(230, 80))
    reading = await cards.read(drawing.jpeg(picture))
    assert (reading.name, reading.doubts) == ("", ("name",))


@pytest.mark.gen_test
@pytest.mark.parametrize("data", [b"", b"MZ not a picture", b"\xff\xd8\xff\xe0 torn"])
async def test_what_is_no_picture_says_so(cards, data):
    with pytest.raises(Invalid) as refusal:
        await cards.read(data)
    assert refusal.value.problems[0].code == "card.picture"


@pytest.mark.gen_test(timeout=60)
async def test_the_loop_goes_on_while_two_cards_are_read(cards):
    pictures = [photo(seed)[1] for seed in (11, 12)]
    await cards.read(pictures[0])  # the models are loaded
    reading = asyncio.gather(*(cards.read(picture) for picture in pictures))
    turns = 0
    while not reading.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert turns > 20  # how long it is blocked at most is measured by tests/bench/cards.py


@pytest.mark.gen_test(timeout=60)
async def test_more_than_can_be_read_soon_are_asked_to_wait(cards):
    picture = photo(13)[1]
    waiting = [asyncio.ensure_future(cards.read(picture)) for _ in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await cards.read(picture)
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
