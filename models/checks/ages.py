"""What an age brings: reminders for whoever keeps the record, never a decision. Rule group 6. The thresholds of elderly
allowances are each county's own; here is when somebody should look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from models.checks.finding import Finding
from models.checks.home import Who
from models.forms.parse import age

PENSION, SCHOOL, MILITARY = "person.pension_kind", "person.in_school", "person.military_status"
ALLOWANCE, GUARDIAN, DROPOUT = "person.elder_allowance", "person.guardian_name", "person.dropout"
CONSENTING, WORKING, GROWN, RETIRED, EXAMINED = 14, 16, 18, 60, 65
ALLOWANCES = (70, 80, 90, 100)


def of_person(who: Who, today: date) -> Iterator[Finding]:
    """What is due to her at her age."""
    born = who.born
    years = age(born, today) if born and who.here else None
    if born is None or years is None:
        return
    if years < CONSENTING and not who.get(GUARDIAN):
        yield _due(who, "age.guardian", GUARDIAN, "未满14周岁，收集信息须监护人同意，请登记监护人。")
    if years < WORKING and who.get(DROPOUT) is True:
        yield _due(who, "age.dropout", DROPOUT, "未满16周岁却已辍学，请联系学校和镇（街道）劝返复学。")
    if WORKING <= years < RETIRED and _unpensioned(who, years):
        yield _due(
            who, "age.pension", PENSION, "已满16周岁且不在校，可以参加城乡居民养老保险，请核实是否参保。"
        )
    if today.year - born.year == GROWN and who.sex == "1" and who.text(MILITARY) in {"", "0"}:
        yield _due(who, "age.military", MILITARY, "今年年满18周岁，应在9月30日前办理兵役登记，请核实。")
    yield from _old(who, years)


def _old(who: Who, years: int) -> Iterator[Finding]:
    if years >= RETIRED and who.text(PENSION) != "5":
        yield _due(who, "age.retired", PENSION, "已满60周岁，请核实是否已领取养老待遇、办理老年人优待证。")
    if years == EXAMINED:  # said in the year that it begins; no element tells when she was examined
        told = "已满65周岁，从今年起每年可以免费体检一次，请提醒家庭医生安排。"
        yield _due(who, "age.exam", "person.family_doctor", told)
    reached = [threshold for threshold in ALLOWANCES if years >= threshold]
    if reached and who.get(ALLOWANCE) is not True:
        told = f"已满{reached[-1]}周岁，请核实是否符合本地高龄津贴条件、是否已领取。"
        yield _due(who, "age.allowance", ALLOWANCE, told)


def _unpensioned(who: Who, years: int) -> bool:
    """Out of school and not insured: whoever says so, or, in the year that it begins, says nothing."""
    if who.get(SCHOOL) is True:
        return False
    return who.text(PENSION) == "0" or (years == WORKING and not who.get(PENSION))


def _due(who: Who, code: str, key: str, told: str) -> Finding:
    return Finding("remind", code, f"{who.name}{told}", key, who.id, sources=("person.birth_date",))
