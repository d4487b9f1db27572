"""What is written beside what follows from the rest: shown with its sources and the difference, never put in its place.
Rule group 5."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from models.checks.derived import OF_HOUSE, child_count, std_address
from models.checks.family import CHILDREN
from models.checks.finding import Finding
from models.checks.home import Home, Who
from models.forms.parse import number

LABELS = {
    "house.registered_count": ("户籍人数", "成员表"),
    "house.resident_count": ("常住人数", "成员表"),
    "house.transfer_income": ("转移性收入", "各项转移性收入之和"),
    "house.net_income": ("家庭纯收入", "各项收入减生产经营支出"),
    "house.net_income_per_head": ("人均纯收入", "纯收入除以常住人数"),
}
ADDRESS = "house.std_address"
COUNT, BOYS, GIRLS = "person.child_count", "person.boy_count", "person.girl_count"


def of_house(home: Home, today: date) -> Iterator[Finding]:
    """Counts and sums of the house that differ from what they are made of."""
    for key, derive in OF_HOUSE.items():
        written = home.amount(key)
        derived = derive(home)
        # Of a sum of which something is missing, only what exceeds what is written says anything.
        if written is None or derived is None or (key.endswith("_count") and not home.members):
            continue
        follows = number(derived.value) or Decimal(0)
        partial = bool(derived.missing) and follows < written
        if follows != written and not partial:
            label, way = LABELS[key]
            told = f"“{label}”登记的是{written:f}，按{way}是{follows:f}，请核对。"
            yield Finding(
                "warn", "count.differs", told, key, "", f"{written:f}", f"{follows:f}", derived.sources
            )
    for who in home.living:
        yield from _children(home, who)
    yield from _address(home)


def _address(home: Home) -> Iterator[Finding]:
    """The address has its own parts in it."""
    written = home.text(ADDRESS)
    parts = std_address(home, "")
    absent = [key for key in (parts.sources if parts and written else ()) if home.text(key) not in written]
    if absent:
        told = "标准地址与门牌号、楼、单元等各级地址不一致，请核对。"
        yield Finding("warn", "address.parts", told, ADDRESS, sources=tuple(absent))


def of_person(who: Who, today: date) -> Iterator[Finding]:
    """Boys and girls make up the children."""
    count, boys, girls = (number(who.get(key)) for key in (COUNT, BOYS, GIRLS))
    if count is not None and boys is not None and girls is not None and boys + girls != count:
        told = f"男孩数加女孩数是{boys + girls:f}，与“现有子女数”{count:f}不一致，请核对。"
        yield Finding(
            "warn", "children.sum", told, COUNT, who.id, f"{count:f}", f"{boys + girls:f}", (BOYS, GIRLS)
        )


def _children(home: Home, who: Who) -> Iterator[Finding]:
    """Some children may live elsewhere, so that only fewer than are known is strange."""
    written, known = number(who.get(COUNT)), child_count(home, who, CHILDREN)
    if written is not None and known is not None and written < known.value:
        told = f"{who.name}的“现有子女数”是{written:f}，登记的子女有{known.value}人，请核对。"
        yield Finding(
            "warn", "children.fewer", told, COUNT, who.id, f"{written:f}", str(known.value), known.sources
        )
