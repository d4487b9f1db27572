"""Who is whose: one head, relations that fit the sex, parents older than their children, spouses who agree. Rule group 3."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.checks.finding import Finding
from models.checks.home import HEADS, Home, Who
from models.checks.identity import SEXES

RELATION = "person.relation_to_head"
HEAD_NAME, HEAD_ID = "house.head_name", "house.head_id_no"
MARITAL, SPOUSE, SPOUSE_NAME = "person.marital", "person.spouse", "person.spouse_name"
UNMARRIED = "10"


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


MEN = _codes(
    "11 20 21 22 23 24 25 26 27 28 29 41 43 46 47 51 53 55 57 61 63 66 71 73 76 78 81 83 85 87 89 93 95"
)
"""GB/T 4761: husbands, sons, grandsons, fathers, brothers and so on."""

WOMEN = _codes(
    "12 30 31 32 33 34 35 36 37 38 39 42 44 45 48 52 54 56 58 62 64 67 72 74 75 77 82 84 86 88 90 94 96"
)

SPOUSES = frozenset({"10", "11", "12"})
CHILDREN = _codes("20 21 22 23 24 25 26 27 29 30 31 32 33 34 35 36 37 39")
"""Sons and daughters, those by adoption and earlier marriages too; not those by marriage to them."""

ADOPTED = frozenset({"27", "37"})
PARENTS = frozenset({"50", "51", "52", "59"})
STEP_PARENTS = frozenset({"57", "58"})
GRANDCHILDREN = _codes("40 41 42 43 44")
GRANDPARENTS = _codes("60 61 62 63 64 69")

YOUNGEST_PARENT = 14
"""Years that a parent is older than her child, or a slip is likely."""


def of_house(home: Home, today: date) -> Iterator[Finding]:
    """What the members' relations say about each other."""
    if not home.members:
        return
    yield from _heads(home)
    for who in home.living:
        yield from _relation(who)
    head = next((each for each in home.living if each.relation in HEADS), None)
    if head is not None:
        yield from _generations(home, head)


def of_person(who: Who, today: date) -> Iterator[Finding]:
    """What is said of her marriage agrees with itself."""
    rows = who.get(SPOUSE)
    named = rows[0].get("name", "") if isinstance(rows, list) and rows and isinstance(rows[0], dict) else ""
    if named and who.get(SPOUSE_NAME) and named != who.text(SPOUSE_NAME):
        told = "“配偶”与“配偶姓名”不是同一个人，请核对。"
        yield Finding("warn", "spouse.differs", told, SPOUSE, who.id, sources=(SPOUSE_NAME,))
    if who.text(MARITAL) == UNMARRIED and (named or who.get(SPOUSE_NAME)):
        told = "婚姻状况是未婚，却登记了配偶，请核对。"
        yield Finding("warn", "marital.spouse", told, MARITAL, who.id, sources=(SPOUSE, SPOUSE_NAME))


def _heads(home: Home) -> Iterator[Finding]:
    heads = [each for each in home.living if each.relation == "02"] or [
        each for each in home.living if each.relation == "01"
    ]
    if not heads:
        if home.living:
            yield Finding("refuse", "head.none", "这户没有户主，请先确定户主。", RELATION)
        return
    for extra in heads[1:]:
        told = f"一户只有一个户主，{heads[0].name}和{extra.name}都登记为户主，请核对。"
        yield Finding("refuse", "head.two", told, RELATION, extra.id)
    yield from _named(home, heads[0])


def _named(home: Home, head: Who) -> Iterator[Finding]:
    """The house names the head whom the members have."""
    written = home.text(HEAD_NAME)
    if written and head.text("person.name") and written != head.text("person.name"):
        yield Finding(
            "warn", "head.name", "户主姓名与成员表里的户主不一致，请核对。", HEAD_NAME,
            held=written, expected=head.name, sources=(RELATION,),
        )  # fmt: skip
    number = head.text("person.id_no")
    if home.get(HEAD_ID) and number and home.text(HEAD_ID) != number:
        told = "户主证件号与成员表里户主的证件号不一致，请核对。"
        yield Finding("warn", "head.id", told, HEAD_ID, sources=("person.id_no",))


def _relation(who: Who) -> Iterator[Finding]:
    sex, relation = who.sex, who.relation
    expected = "1" if relation in MEN else "2" if relation in WOMEN else ""
    if expected and sex in SEXES and sex != expected:
        told = f"{who.name}的性别与“与户主关系”不一致，请核对。"
        yield Finding(
            "warn", "relation.sex", told, RELATION, who.id, SEXES[sex], SEXES[expected], ("person.sex",)
        )
    written = who.text(RELATION)
    if written and relation and written != relation and not {written, relation} <= HEADS:
        told = f"{who.name}的“与户主关系”两处登记不一致，请核对。"
        yield Finding("warn", "relation.differs", told, RELATION, who.id, written, relation)


def _generations(home: Home, head: Who) -> Iterator[Finding]:
    """Parents are older than their children, and grandparents by twice as much."""
    spouse = next((each for each in home.living if each.relation in SPOUSES), None)
    for who in home.living:
        if who.relation in CHILDREN:
            yield from _older(head, who, 1 if who.relation in ADOPTED else YOUNGEST_PARENT, who)
            if spouse is not None and who.relation not in ADOPTED:
                yield from _older(spouse, who, 1, who)
        elif who.relation in PARENTS | STEP_PARENTS:
            yield from _older(who, head, 1 if who.relation in STEP_PARENTS else YOUNGEST_PARENT, who)
        elif who.relation in GRANDCHILDREN:
            yield from _older(head, who, 2 * YOUNGEST_PARENT, who)
        elif who.relation in GRANDPARENTS:
            yield from _older(who, head, 2 * YOUNGEST_PARENT, who)


def _older(elder: Who, younger: Who, years: int, beside: Who) -> Iterator[Finding]:
    if not (elder.born and younger.born):
        return
    apart = younger.born.year - elder.born.year - (
        (younger.born.month, younger.born.day) < (elder.born.month, elder.born.day)
    )  # fmt: skip
    if apart < years:
        gap = f"只大{apart}岁" if apart >= 0 else "更小"
        told = f"{elder.name}登记为{younger.name}的长辈，年龄却{gap}，请核对出生日期和“与户主关系”。"
        code = "parent.younger" if apart < 0 else "parent.young"
        yield Finding("warn", code, told, RELATION, beside.id, sources=("person.birth_date",))
