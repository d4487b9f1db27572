"""Draws photographs of invented ID cards: names of every kind, any angle, noise, glare, perspective."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from pathlib import Path

import msgspec
import numpy
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from models.base import idnumber
from qr.fonts import cjk_font

WIDTH, HEIGHT = 1011, 638  # ISO/IEC 7810 ID-1 at 300 dpi
LABEL, INK, PAPER = (46, 92, 160), (22, 22, 26), (226, 236, 240)
SURNAMES = "陈李王赵孙周吴郑冯褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花"
GIVEN = "桂兰明芳秀英伟娜敏静丽强磊军洋勇艳杰娟涛超霞平刚玉梅建国志华文慧晓东海燕春雪松柏子涵梓轩诺依一鸣若曦"
LONG = ("阿卜杜拉·买买提", "古丽娜尔·艾合买提", "迪丽努尔·吐尔逊江", "扎西·多吉", "吉克·阿依木")
NATIONS = ("汉", "苗", "彝", "布依", "侗", "回", "土家", "仡佬", "维吾尔", "藏", "蒙古", "壮", "白", "满")
PLACES = (
    "云岭县大关镇丘林村三组12号",
    "云岭县清溪乡石门村一组7号",
    "云岭县大关镇双河村下坝组35号附2号",
    "云岭县城关街道人民路128号3栋2单元501室",
)


class Card(msgspec.Struct, frozen=True):
    """The truth that a photograph was drawn from."""

    name: str
    sex: str
    nation: str
    birth_date: str
    address: str
    id_number: str


def card(dice: random.Random) -> Card:
    """An invented, checksum-valid person."""
    born = date(1930, 1, 1) + timedelta(days=dice.randrange(33000))
    first17 = f"529901{born:%Y%m%d}{dice.randrange(1000):03d}"
    number = first17 + idnumber.checksum(first17)
    name = dice.choice(LONG) if dice.random() < 0.12 else dice.choice(SURNAMES) + _given(dice)
    return Card(
        name, idnumber.sex(number), dice.choice(NATIONS), born.isoformat(), dice.choice(PLACES), number
    )


def _given(dice: random.Random) -> str:
    return "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))


def front(truth: Card) -> Image.Image:
    """The face of a card, flat and clean."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    for x, y, text in (
        (60, 68, "姓 名"),
        (60, 158, "性 别"),
        (280, 158, "民 族"),
        (60, 243, "出 生"),
        (60, 333, "住 址"),
    ):
        draw.text((x, y), text, fill=LABEL, font=_font(30))
    draw.text((170, 60), truth.name, fill=INK, font=_font(42 if len(truth.name) < 8 else 36))
    draw.text((170, 152), {"1": "男", "2": "女"}[truth.sex], fill=INK, font=_font(38))
    draw.text((390, 152), truth.nation, fill=INK, font=_font(38))
    year, month, day = truth.birth_date.split("-")
    for x, number, unit in ((170, year, "年"), (330, str(int(month)), "月"), (440, str(int(day)), "日")):
        draw.text((x, 238), number, fill=INK, font=_font(38))
        draw.text((x + (105 if unit == "年" else 55), 243), unit, fill=LABEL, font=_font(30))
    for row, start in enumerate(range(0, len(truth.address), 11)):
        draw.text((170, 328 + 52 * row), truth.address[start : start + 11], fill=INK, font=_font(36))
    draw.text((60, 528), "公民身份号码", fill=LABEL, font=_font(30))
    draw.text((330, 520), truth.id_number, fill=INK, font=_font(46))
    draw.rectangle((700, 80, 950, 410), fill=(196, 200, 206))
    draw.ellipse((765, 130, 885, 270), fill=(168, 150, 140))
    return picture


def back(office: str = "云岭县公安局", period: str = "2016.05.12-2036.05.12") -> Image.Image:
    """The other side: issuing office and period."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (238, 226, 220))
    draw = ImageDraw.Draw(picture)
    draw.text((330, 80), "中华人民共和国", fill=INK, font=_font(52))
    draw.text((330, 180), "居民身份证", fill=INK, font=_font(70))
    for y, label, value in ((440, "签发机关", office), (520, "有效期限", period)):
        draw.text((220, y), label, fill=LABEL, font=_font(34))
        draw.text((390, y), value, fill=INK, font=_font(36))
    return picture


def validity(truth: Card, dice: random.Random, *, until: date = date(2060, 1, 1)) -> tuple[str, str]:
    """The period of a card of this person's, as it is printed, issued at an age that fits it and ending before
    ``until``; 长期 from 46 years on."""
    born = date.fromisoformat(truth.birth_date)
    oldest = max(0, min(70, until.year - born.year - 21))
    issued = _in_years(born, dice.randrange(oldest + 1)) + timedelta(days=dice.randrange(1, 300))
    age = issued.year - born.year - ((issued.month, issued.day) < (born.month, born.day))
    start = f"{issued:%Y.%m.%d}"
    if age >= 46:
        return start, "长期"
    return start, f"{_in_years(issued, 5 if age < 16 else 10 if age < 26 else 20):%Y.%m.%d}"


def _in_years(start: date, years: int) -> date:
    return start.replace(
        year=start.year + years, day=28 if (start.month, start.day) == (2, 29) else start.day
    )


def bank_card() -> Image.Image:
    """What people hold up by mistake: of the same size, with a number and a date on it."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (30, 60, 120))
    draw = ImageDraw.Draw(picture)
    for y, size, text in (
        (60, 50, "云岭农村商业银行"),
        (330, 60, "6217 0012 3456 7890 123"),
        (450, 36, "有效期 12/29"),
    ):
        draw.text((60, y), text, fill="white", font=_font(size))
    return picture


def covered(picture: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """A thumb, or whatever lies on the card."""
    hidden = picture.copy()
    ImageDraw.Draw(hidden).rounded_rectangle(box, 40, fill=(205, 160, 140))
    return hidden


def photographed(picture: Image.Image, dice: random.Random, *, angle: float | None = None) -> Image.Image:
    """The card on a table as a phone sees it: tilted, in perspective, noisy, unevenly lit."""
    turned = angle if angle is not None else dice.choice((0, 0, 0, 90, 180, 270)) + dice.uniform(-9, 9)
    size = (1500, 1500)
    table = Image.new("RGB", size, tuple(dice.randrange(50, 120) for _ in range(3)))
    scale = dice.uniform(0.85, 1.2)
    small = picture.resize((int(WIDTH * scale), int(HEIGHT * scale)), Image.Resampling.BICUBIC)
    mask = Image.new("L", small.size, 255)
    lying = small.rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste(lying, _centred(lying, size), mask.rotate(turned, expand=True))
    seen = table.transform(size, Image.Transform.PERSPECTIVE, _perspective(dice), Image.Resampling.BICUBIC)
    seen = seen.filter(ImageFilter.GaussianBlur(dice.uniform(0, 1.2)))
    seen = ImageEnhance.Brightness(seen).enhance(dice.uniform(0.7, 1.2))
    noise = numpy.random.default_rng(dice.randrange(2**32)).normal(0, dice.uniform(2, 10), (*size, 3))
    return Image.fromarray(numpy.clip(numpy.asarray(seen, dtype=float) + noise, 0, 255).astype("uint8"))


def glaring(picture: Image.Image, dice: random.Random, at: tuple[int, int] = (520, 545)) -> Image.Image:
    """A lamp reflected on the number, or where it is said."""
    light = Image.new("L", picture.size, 0)
    x, y = at
    ImageDraw.Draw(light).ellipse((x - 260, y - 70, x + 260, y + 70), fill=255)
    white = Image.new("RGB", picture.size, (255, 255, 255))
    return Image.composite(white, picture, light.filter(ImageFilter.GaussianBlur(dice.uniform(8, 12))))


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _centred(piece: Image.Image, size: tuple[int, int]) -> tuple[int, int]:
    return ((size[0] - piece.width) // 2, (size[1] - piece.height) // 2)


def _perspective(dice: random.Random) -> tuple[float, ...]:
    """Eight coefficients of a slight keystone."""
    return (1 + dice.uniform(-0.04, 0.04), dice.uniform(-0.05, 0.05), dice.uniform(-30, 30),
            dice.uniform(-0.05, 0.05), 1 + dice.uniform(-0.04, 0.04), dice.uniform(-30, 30),
            dice.uniform(-4e-5, 4e-5), dice.uniform(-4e-5, 4e-5))  # fmt: skip


def _font(size: int) -> ImageFont.FreeTypeFont:
    found = cjk_font()
    return ImageFont.truetype(str(Path(found.path)), size, index=found.index)
