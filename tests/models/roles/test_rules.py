"""Who may do what: the table asked, from inside and outside area and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.base.actor import ANONYMOUS, Actor
from models.base.errors import Forbidden
from models.items.load import load_items
from models.roles.lines import BASIC, DEPARTMENTS, LINES, MODULES, line_of
from models.roles.page import page
from models.roles.rules import check, may, may_see, tiers_of, verbs_of
from models.roles.table import GRANTS, ROLES, VERBS

COUNTY, TOWN, VILLAGE = "529901", "529901101", "529901101201"
GRID = VILLAGE + "G01"
HOME = (COUNTY, TOWN, VILLAGE, VILLAGE + "03", GRID)
ELSEWHERE = (COUNTY, "529901102", "529901102201")


def staff(role, area, *departments):
    return Actor("staff", subject=f"a-{role}", name="某人", role=role, area=area, departments=departments)


ZHAO = staff("approver", COUNTY, "民政")
WANG = staff("grid", GRID)
SUN = staff("clerk", "529901102")
EVERYBODY = [staff(role, area) for role in ROLES for area in (COUNTY, TOWN, VILLAGE, GRID)]


def test_an_approver_decides_what_her_line_does_in_her_area():
    assert may(ZHAO, "case.decide", HOME, "民政")
    assert not may(ZHAO, "case.decide", HOME, "残联")
    assert not may(ZHAO, "case.decide", ("530000",), "民政")


def test_departments_of_one_line_work_for_each_other():
    assert may(ZHAO, "case.see", HOME, "老龄")
    assert line_of("老龄") == "民政"
    assert line_of("没有这个部门") == "没有这个部门"


def test_who_names_no_department_serves_every_line_of_the_area():
    general = staff("clerk", TOWN)
    assert may(general, "case.accept", HOME, "民政")
    assert may(general, "case.accept", HOME, "医保")
    assert not may(general, "case.accept", ELSEWHERE, "民政")


def test_nothing_is_held_above_the_own_area():
    assert not may(staff("admin", TOWN), "accounts.approve", (COUNTY,))
    assert may(staff("admin", TOWN), "accounts.approve", (COUNTY, TOWN))


def test_a_role_at_a_tier_where_it_has_no_work_may_do_nothing():
    assert verbs_of(staff("admin", VILLAGE)) == frozenset()
    assert verbs_of(staff("grid", TOWN)) == frozenset()
    assert tiers_of("grid") == {"grid"}


@pytest.mark.parametrize("verb", [verb.key for verb in VERBS])
def test_who_is_no_staff_or_has_no_role_yet_may_do_nothing(verb):
    resident = Actor("resident", level="L2", subject="s", person="chen", area=VILLAGE, role="clerk")
    enrolling = Actor("staff", subject="a-new", name="新人")
    broken = Actor("staff", subject="a-odd", role="admin", area="云岭县")
    assert not any(
        may(actor, verb, (*HOME, "云岭县", "")) for actor in (ANONYMOUS, resident, enrolling, broken)
    )


def test_level_3_is_for_the_line_that_is_named_and_authorised():
    assert may_see(staff("reviewer", COUNTY, "残联"), "person_health", 3, HOME)
    assert not may_see(staff("reviewer", COUNTY, "残联"), "person_special", 3, HOME)
    assert not may_see(staff("reviewer", TOWN), "person_health", 3, HOME)
    assert not may_see(staff("clerk", TOWN, "残联"), "person_health", 3, HOME)
    assert not may_see(staff("reviewer", "529901102", "残联"), "person_health", 3, HOME)


def test_level_3_of_no_module_opens_to_a_general_account():
    seen = [(one, module) for one in EVERYBODY for module in MODULES if may_see(one, module, 3, HOME)]
    assert seen == []


def test_a_line_sees_its_own_modules_and_the_grid_worker_all_of_her_grid():
    forester = staff("reviewer", COUNTY, "林业")
    assert may_see(forester, "house_resource", 2, HOME)
    assert not may_see(forester, "person_health", 1, HOME)
    assert all(may_see(WANG, module, 2, HOME) for module in MODULES)
    assert not may_see(WANG, "person_basic", 0, ELSEWHERE)


def test_who_runs_accounts_reads_nobody_s_data():
    reading = {
        "case.see",
        "registry.search",
        "registry.see:1",
        "registry.see:2",
        "registry.see:3",
        "audit.see",
    }
    assert not verbs_of(staff("admin", COUNTY)) & reading


def test_who_supervises_changes_nothing_but_lights_ratings_and_the_ledger():
    hers = {"lights.decide", "ratings.callback", "ratings.decide", "problems.open", "problems.check"}
    others = verbs_of(staff("supervisor", COUNTY)) - hers
    assert {verb.rpartition(".")[2] for verb in others} == {"see", "ask"}


def test_nobody_both_asks_for_an_account_and_looks_into_the_audit():
    assert not [role for role in ROLES if {"accounts.approve", "audit.see"} <= verbs_of(staff(role, COUNTY))]


def test_a_refusal_says_what_was_refused():
    with pytest.raises(Forbidden, match="forbidden") as refusal:
        check(SUN, "case.decide", ELSEWHERE)
    assert "作出决定" in refusal.value.message
    with pytest.raises(Forbidden) as refusal:
        check(SUN, "case.see", HOME)
    assert refusal.value.code == "area.not_yours"
    check(SUN, "case.see", ELSEWHERE, "民政")


def test_a_verb_or_module_that_nobody_wrote_down_is_a_mistake_and_no_refusal():
    with pytest.raises(KeyError):
        may(ZHAO, "case.destroy", HOME)
    with pytest.raises(KeyError):
        may_see(ZHAO, "person_secrets", 1, HOME)


def test_the_table_names_only_what_there_is_and_every_verb_has_a_holder():
    keys = [verb.key for verb in VERBS]
    granted = {verb for grant in GRANTS for verb in grant.verbs}
    assert len(keys) == len(set(keys))
    assert granted == set(keys)
    assert {grant.role for grant in GRANTS} == set(ROLES)


def test_lines_name_only_modules_of_the_dictionary_and_no_department_twice():
    assert {module for line in LINES for module in (*line.modules, *line.restricted)} <= set(MODULES)
    assert len(DEPARTMENTS) == len(set(DEPARTMENTS)) == sum(len(line.departments) for line in LINES)
    assert all(set(line.restricted) <= set(line.modules) for line in LINES)
    assert set(BASIC) <= set(MODULES)


def test_every_department_of_the_catalogue_is_of_a_line():
    named = {step.department for item in load_items().values() for step in item.steps}
    assert named <= set(DEPARTMENTS)


def test_every_step_of_the_catalogue_can_be_done_by_the_role_that_it_names():
    verbs = {"accept": "accept", "review": "review", "survey": "review", "notice": "review"}
    verbs |= {"approve": "decide", "issue": "issue", "aid": "decide"}
    areas = {"county": COUNTY, "town": TOWN, "village": VILLAGE}
    for item in load_items().values():
        for step in item.steps:
            actor = staff(step.role, areas[step.tier], step.department)
            assert may(actor, f"case.{verbs[step.kind]}", HOME, step.department), (item.id, step.key)


def test_the_page_says_what_the_table_says():
    written = (Path(__file__).parents[3] / "docs" / "roles.md").read_text(encoding="utf-8")
    assert written == page(), "print it anew: python -m models.roles > docs/roles.md"
