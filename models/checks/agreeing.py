"""Answers that contradict each other within one house or person, and hazards that ask for a look. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from models.checks.finding import Finding
from models.checks.home import Home, Who
from models.forms.parse import number

BUSINESS = (
    "house.biz_name", "house.biz_kind", "house.uscc", "house.biz_owner_name", "house.biz_industry", "house.biz_address",
)  # fmt: skip
POVERTY, MONITOR = "house.poverty_kind", "house.monitor_kind"
MONITORED = {"3": "1", "4": "2", "5": "3"}
"""Kinds of household (C17) that are monitored, and as what."""

GRADE, SAFE = "house.safety_grade", "house.safe_housing"
FARMLAND, PADDY, DRYLAND = "house.farmland_mu", "house.paddy_mu", "house.dryland_mu"
RECTIFY = "house.rectify_status"
TRUTHS = (
    "house.illegal_storey", "house.structure_altered", "house.electric_hazard",
)  # fmt: skip
DEGREES = ("house.crack", "house.settlement", "house.tilt")


def of_house(home: Home, today: date) -> Iterator[Finding]:
    """What the house says here and denies there."""
    yield from _denied(home)
    yield from _land(home)
    yield from _poor(home)
    yield from _dangerous(home)


def of_person(who: Who, today: date) -> Iterator[Finding]:
    """What is said of her here and denied there."""
    if who.get("person.died_on") and who.get("person.at_home") is True:
        yield Finding("warn", "died.at_home", "已登记死亡，却仍登记在家，请核对。", "person.at_home", who.id)
    if who.get("person.edu_aid") is False and who.get("person.edu_aid_kinds"):
        told = "登记为不享受教育资助，却选了资助类型，请核对。"
        yield Finding("warn", "denied", told, "person.edu_aid", who.id, sources=("person.edu_aid_kinds",))
    if who.get("person.veteran_benefit") is False and who.get("person.veteran_benefit_kind"):
        told = "登记为不是优抚对象，却选了优抚类别，请核对。"
        yield Finding(
            "warn", "denied", told, "person.veteran_benefit", who.id, sources=("person.veteran_benefit_kind",)
        )
    if who.get("person.in_school") is True and who.get("person.dropout") is True:
        told = "登记为在校，又登记为辍学，请核对。"
        yield Finding("warn", "denied", told, "person.in_school", who.id, sources=("person.dropout",))
    if (number(who.get("person.temp_aid_times")) or 0) > 1:
        told = f"{who.name}今年已有多次临时救助；同一事由一年只救助一次，请核对事由。"
        yield Finding("remind", "aid.again", told, "person.temp_aid_times", who.id)


def _denied(home: Home) -> Iterator[Finding]:
    told = [key for key in BUSINESS if home.get(key)]
    if home.get("house.has_business") is False and told:
        yield _denial("house.has_business", "登记为没有经营主体，却填了经营主体的信息，请核对。", tuple(told))
    if home.get("house.rented_out") is False and home.get("house.tenants"):
        yield _denial("house.rented_out", "登记为没有出租，却登记了承租人，请核对。", ("house.tenants",))
    if home.get("house.risk_cleared") is False and home.get("house.risk_cleared_on"):
        yield _denial(
            "house.risk_cleared", "风险没有消除，却填了消除时间，请核对。", ("house.risk_cleared_on",)
        )
    if home.get("house.vacant_flag") is True and (home.amount("house.resident_count") or 0) > 0:
        yield _denial(
            "house.vacant_flag", "登记为有户无人，常住人数却不是0，请核对。", ("house.resident_count",)
        )


def _denial(key: str, told: str, sources: tuple[str, ...]) -> Finding:
    return Finding("warn", "denied", told, key, sources=sources)


def _land(home: Home) -> Iterator[Finding]:
    """Paddy and dry land are parts of the land that was contracted."""
    whole = home.amount(FARMLAND)
    parts = sum((home.amount(key) or Decimal(0) for key in (PADDY, DRYLAND)), Decimal(0))
    if whole is not None and parts > whole:
        told = f"水田加旱地是{parts:f}亩，超过了承包耕地面积{whole:f}亩，请核对。"
        yield Finding(
            "refuse", "land.parts", told, FARMLAND, "", f"{whole:f}", f"{parts:f}", (PADDY, DRYLAND)
        )
    migrant, wage = home.amount("house.migrant_income"), home.amount("house.wage_income")
    if migrant is not None and wage is not None and migrant > wage:
        told = "务工收入是工资性收入的一部分，不应比它多，请核对。"
        yield Finding("warn", "income.part", told, "house.migrant_income", sources=("house.wage_income",))


def _poor(home: Home) -> Iterator[Finding]:
    kind, monitored = home.text(POVERTY), home.text(MONITOR)
    if monitored and kind in MONITORED and MONITORED[kind] != monitored:
        told = "“户类型”与“监测对象类型”不一致，请核对。"
        yield Finding("warn", "poverty.kinds", told, MONITOR, sources=(POVERTY,))
    if home.text(GRADE) in {"C", "D"} and home.get(SAFE) is True:
        told = f"房屋鉴定为{home.text(GRADE)}级危房，却登记为住房安全，请核对。"
        yield Finding("warn", "housing.grade", told, SAFE, sources=(GRADE,))


def _dangerous(home: Home) -> Iterator[Finding]:
    hazards = [key for key in TRUTHS if home.get(key) is True]
    hazards += [key for key in DEGREES if home.text(key) in {"1", "2"}]
    if home.text(RECTIFY) == "0" and hazards:
        told = "登记了隐患，整改状态却是“无隐患”，请核对。"
        yield Finding("warn", "hazard.denied", told, RECTIFY, sources=tuple(hazards))
    if home.text("house.heating_kind") == "1":
        told = "用煤炉取暖，请当面提醒防一氧化碳中毒，查看烟道和通风。"
        yield Finding("remind", "heating.coal", told, "house.heating_kind")
