"""Values that follow from others, each with what it was made from and what was missing for it. Pure. Rule group 5.

Nothing here is written over what somebody has said: a difference is shown (``counts.py``), and whoever knows decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Generic, TypeVar

import msgspec

from models.checks.home import HEADS, Home, Who, read_id
from models.forms.parse import number

T = TypeVar("T")

MEMBERS = "person.relation_to_head"
AT_HOME, MATCH, KIND, CODE = (
    "person.at_home", "person.hukou_match", "person.resident_kind", "person.household_code",
)  # fmt: skip
ELSEWHERE = frozenset({"2", "4"})
"""Kinds of person who are registered somewhere else: 流动, 境外."""

CENT = Decimal("0.01")

INCOMES = (
    "house.wage_income", "house.crop_income", "house.livestock_income", "house.forestry_income",
    "house.selfbiz_income", "house.property_income", "house.transfer_income",
)  # fmt: skip
"""What a year's income is made of. Work away from home is a part of the wages, allowances of the transfers."""

TRANSFERS = (
    "house.dibao_income", "house.pension_income", "house.fp_reward_income", "house.eco_income",
    "house.farm_subsidy_income", "house.other_transfer_income",
)  # fmt: skip
COST, TRANSFER, RESIDENTS = "house.production_cost", "house.transfer_income", "house.resident_count"

ADDRESS: tuple[tuple[str, str], ...] = (
    ("house.hamlet_name", ""), ("house.street_name", ""), ("house.door_no", "号"), ("house.estate_name", ""),
    ("house.building_name", ""), ("house.building_no", "幢"), ("house.unit_no", "单元"), ("house.floor_no", "层"),
    ("house.room_no", "室"),
)  # fmt: skip
"""The levels of an address below the group, each with the word that a bare number gets."""


class Derived(msgspec.Struct, Generic[T], frozen=True):
    """A value, the elements that it was made from, and those that it would need besides."""

    value: T
    sources: tuple[str, ...]
    missing: tuple[str, ...] = ()


def registered_count(home: Home) -> Derived[int]:
    """How many are registered here (户籍人数): members who live, but for those whose registration lies elsewhere."""
    here = [who for who in home.living if _is_registered(who, home)]
    return Derived(len(here), (MEMBERS, KIND, CODE))


def resident_count(home: Home) -> Derived[int]:
    """How many live here (常住人数): members who live and are not said to be away."""
    return Derived(sum(who.get(AT_HOME) is not False for who in home.living), (MEMBERS, AT_HOME))


def child_count(home: Home, who: Who, children: frozenset[str]) -> Derived[int] | None:
    """Her children as far as is known: those whom her own list names, or, of the head and the spouse, those of the
    household whose relation is one of ``children``. None where neither says anything."""
    listed = who.get("person.children")
    if isinstance(listed, list) and listed:
        return Derived(len(listed), ("person.children",))
    if who.relation in HEADS | {"10", "11", "12"}:
        found = sum(each.relation in children for each in home.members)
        return Derived(found, (MEMBERS,)) if found else None
    return None


def transfer_income(home: Home) -> Derived[str] | None:
    """The sum of the allowances; None where none is held."""
    return _total(home, TRANSFERS)


def net_income(home: Home) -> Derived[str] | None:
    """Incomes less what the work cost; None where no income is held. Transfers that are told one by one and not as a
    sum are added up."""
    total = _total(home, INCOMES)
    parts = transfer_income(home) if home.amount(TRANSFER) is None else None
    if total is None and parts is None:
        return None
    sources = (*(total.sources if total else ()), *(parts.sources if parts else ()))
    known = sum(((number(each.value) or Decimal(0)) for each in (total, parts) if each), Decimal(0))
    cost = home.amount(COST)
    missing = tuple(
        key for key in (*INCOMES, COST) if home.amount(key) is None and not (parts and key == TRANSFER)
    )
    return Derived(_money(known - (cost or 0)), (*sources, *((COST,) if cost is not None else ())), missing)


def net_income_per_head(home: Home) -> Derived[str] | None:
    """Net income by everybody who lives here, to the cent; None where either is not known."""
    net, people = net_income(home), home.amount(RESIDENTS)
    heads = int(people) if people is not None else resident_count(home).value
    if net is None or heads < 1:
        return None
    source = RESIDENTS if people is not None else MEMBERS
    return Derived(_money(Decimal(net.value) / heads), (*net.sources, source), net.missing)


def std_address(home: Home, place: str) -> Derived[str] | None:
    """The standard address from its levels, ``place`` the name of the smallest area that people call by name
    (云岭县大关镇丘林村三组). None where no level below it is held."""
    parts = [(key, _level(home.text(key), word)) for key, word in ADDRESS if home.get(key)]
    if not parts:
        return None
    return Derived(place + "".join(text for _, text in parts), tuple(key for key, _ in parts))


def sex_and_birth(id_number: str) -> Mapping[str, str]:
    """What an ID number says, as elements; nothing where it cannot be read."""
    found = read_id(id_number)
    if found is None:
        return {}
    born, sex = found
    return {"person.birth_date": born.isoformat(), "person.sex": sex}


def _is_registered(who: Who, home: Home) -> bool:
    code = who.text(CODE)
    return who.text(KIND) not in ELSEWHERE and (not code or not home.id or code == home.id)


def _total(home: Home, keys: tuple[str, ...]) -> Derived[str] | None:
    held = {key: amount for key in keys if (amount := home.amount(key)) is not None}
    if not held:
        return None
    missing = tuple(key for key in keys if key not in held)
    return Derived(_money(sum(held.values(), Decimal(0))), tuple(held), missing)


def _money(amount: Decimal) -> str:
    return str(amount.quantize(CENT, ROUND_HALF_UP))


def _level(text: str, word: str) -> str:
    return f"{text}{word}" if text.isascii() and text[-1:].isdigit() else text


Deriver = Callable[[Home], "Derived[Any] | None"]
OF_HOUSE: dict[str, Deriver] = {
    "house.registered_count": registered_count,
    "house.resident_count": resident_count,
    "house.transfer_income": transfer_income,
    "house.net_income": net_income,
    "house.net_income_per_head": net_income_per_head,
}
"""What can be derived of a house from itself, by element."""
