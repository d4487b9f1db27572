"""The fixed cast: 陈桂兰 of 丘林村三组12号 and 李明 of 双河村一组8号, with their families. Pure."""

from __future__ import annotations

from datetime import date

from server.demo.families import (
    DAUGHTER,
    GRANDSON,
    HEAD,
    IN_LAW,
    MAN,
    MARRIED,
    MOTHER,
    SON,
    SPOUSE,
    WIDOWED,
    WOMAN,
    Draft,
    Family,
)

GREAT_GRANDDAUGHTER, GRANDSONS_WIFE, ELDEST_SON = "48", "45", "22"

_CHEN: Family = (
    Draft("陈桂兰", WOMAN, HEAD, birth=date(1943, 3, 8), marital=WIDOWED),
    Draft("周建国", MAN, ELDEST_SON, birth=date(1968, 10, 2), marital=MARRIED),
    Draft("何秀芳", WOMAN, IN_LAW, birth=date(1970, 1, 19), marital=MARRIED),
    Draft("周浩", MAN, GRANDSON, birth=date(1996, 6, 11), marital=MARRIED),
    Draft("王婷", WOMAN, GRANDSONS_WIFE, birth=date(1998, 9, 23), marital=MARRIED),
    Draft("周一诺", WOMAN, GREAT_GRANDDAUGHTER, birth=date(2026, 5, 20), phone=False),
)

_LI: Family = (
    Draft("李明", MAN, HEAD, birth=date(1985, 6, 15), marital=MARRIED),
    Draft("赵丽", WOMAN, SPOUSE, birth=date(1987, 11, 3), marital=MARRIED),
    Draft("李子轩", MAN, SON, birth=date(2014, 4, 27), phone=False),
    Draft("李欣怡", WOMAN, DAUGHTER, birth=date(2019, 12, 9), phone=False),
    Draft("张玉珍", WOMAN, MOTHER, birth=date(1956, 8, 30), marital=WIDOWED),
)

CAST: tuple[tuple[str, Family], ...] = (("four_generations", _CHEN), ("three_generations", _LI))
"""Kind and people of the households number 0 and 1."""

GRID_WORKER = ("529901101201G01", "王网格")
APPROVER = ("民政", "赵科长")
OUTSIDER = ("529901102", "孙外人")
"""Staff of the cast: the worker of 陈桂兰's grid; the county's approver for civil affairs; the clerk of the
other town, who must see nothing of her."""
