"""What the registry of the demonstration knows of people and houses beyond name and number. Pure.

Values are encoded as form fields encode them: codes of the code lists, ISO dates, decimals as text.
"""

from __future__ import annotations

import random
from typing import Any

from server.demo.county import Site
from server.demo.families import MARRIED, WOMAN, Family
from server.demo.names import SCHOOLS

Facts = dict[str, Any]

YEAR = 2026
"""The year for which medical insurance was paid."""


def facts_of_person(
    chance: random.Random, site: Site, drafts: Family, place: int, age: int, id_number: str
) -> Facts:
    """Facts of the person at ``place`` among ``drafts`` by element key; only what there is to say."""
    draft = drafts[place]
    facts: Facts = {"person.medical_ins_kind": "1", "person.medical_ins_year": YEAR}
    facts |= _schooling(site, age) if age < 22 else _work(chance, age)
    if age < 16:
        facts["person.guardian_name"] = drafts[0].name if place else draft.name
    if age >= 65 and len(drafts) > 1:
        facts["person.emergency_contact"] = drafts[1 if place == 0 else 0].name
    if age >= 80:
        facts["person.self_care"] = chance.choices(("1", "2", "3"), (7, 2, 1))[0]
    if age >= 60 and len(drafts) == 1 and chance.random() < 0.4:
        facts |= {"person.dibao": "2", "person.dibao_no": f"DB{id_number[6:14]}{chance.randrange(10**6):06d}"}
    if draft.trait == "disabled":
        facts |= _disability(chance, id_number)
    if draft.trait == "pregnant":
        facts["person.due_on"] = f"{YEAR}-{chance.randrange(9, 13):02d}-{chance.randrange(1, 29):02d}"
    if draft.sex == WOMAN and draft.marital == MARRIED and age < 50:
        facts["person.child_count"] = sum(other.relation in ("20", "30") for other in drafts)
    return facts


def _schooling(site: Site, age: int) -> Facts:
    bounds = ((3, "0"), (6, "1"), (12, "2"), (15, "3"), (18, "4"), (22, "7"))
    stage = next(stage for below, stage in bounds if age < below)
    facts: Facts = {"person.school_stage": stage}
    if stage != "0":
        facts["person.school_name"] = SCHOOLS[stage].format(town=site.town, village=site.village)
        facts["person.employment"] = "31"
    if age >= 16:
        facts["person.education"] = "70" if stage == "4" else "60"
    return facts


def _work(chance: random.Random, age: int) -> Facts:
    working = chance.choices(("27", "24", "54", "51"), (6, 3, 1, 1))[0]
    schooling = ("90", "80", "70") if age >= 60 else ("80", "70", "60", "30", "20")
    retired = age >= 60
    return {
        "person.education": chance.choice(schooling),
        "person.political": chance.choices(("13", "01"), (12, 1))[0],
        "person.employment": "27" if retired else working,
        "person.labor_skill": "4" if age >= 75 else "3" if retired else chance.choice("112"),
        "person.pension_kind": "5" if retired else "1",
    }


def _disability(chance: random.Random, id_number: str) -> Facts:
    """A disability certificate's number is the ID number, the kind and the grade (GB/T 26341)."""
    kind, grade = chance.choice("1244456"), chance.choice("1234")
    return {
        "person.health": "60",
        "person.disability_kind": [kind],
        "person.disability_grade": grade,
        "person.disability_cert_no": f"{id_number}{kind}{grade}",
        "person.disability_cert_until": f"{YEAR + chance.randrange(1, 10)}-06-30",
    }


def facts_of_house(chance: random.Random, kind: str, site: Site, head: Facts, size: int) -> Facts:
    """Facts of the house that ``size`` people live in; ``head`` are the facts of its head."""
    floor = chance.randrange(60, 260)
    facts: Facts = {
        "house.division_code": site.areas[0],
        "house.town_code": site.areas[1],
        "house.village_code": site.areas[2],
        "house.group_no": site.areas[3][-2:],
        "house.std_address": site.address,
        "house.door_no": site.door_no,
        "house.head_name": head["person.name"],
        "house.head_id_no": head["person.id_no"],
        "house.head_phone": head["person.phone"],
        "house.hukou_no": f"{chance.randrange(10**9):09d}",
        "house.household_kind": "1",
        "house.registered_count": size,
        "house.resident_count": size,
        "house.owner_name": head["person.name"],
        "house.ownership_kind": "1",
        "house.floor_area": str(floor),
        "house.storeys": chance.choice((1, 2, 2, 3)),
        "house.structure": chance.choices("1234", (2, 6, 3, 1))[0],
        "house.built_year": chance.randrange(1978, 2025),
        "house.homestead_area": str(chance.randrange(80, 201)),
        "house.farmland_mu": f"{chance.randrange(10, 120) / 10:.1f}",
        "house.water_source": chance.choices("124", (5, 4, 1))[0],
        "house.water_account": f"GS{site.code[6:]}",
        "house.power_account": f"GD{site.code[6:]}",
        "house.poverty_kind": chance.choices("126", (16, 3, 1))[0],
        "house.safety_grade": chance.choices("AB0", (6, 2, 2))[0],
    }
    if kind == "single_elder":
        facts["house.main_income_source"] = "6"
    return facts
