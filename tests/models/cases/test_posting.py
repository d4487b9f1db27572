"""What of a case is published while its notice hangs."""

from __future__ import annotations

from datetime import UTC, date, datetime

from models.cases.posting import Fact, facts_of, hanging, place_of, posting, running
from models.cases.step import StepState
from models.forms.context import Context
from models.items.load import load_items

TODAY = date(2026, 11, 25)
HOMESTEAD = load_items()["homestead"]


def notice(until="2026-11-30", state="active"):
    return StepState(
        "notice", "村内公示", "自然资源", "reviewer", "town", 5, "notice", state,
        datetime(2026, 11, 24, 17, tzinfo=UTC), notice_days=5, notice_until=until,
    )  # fmt: skip


def test_a_notice_hangs_to_the_end_of_its_last_day():
    assert running([notice(TODAY.isoformat())], TODAY)
    assert not running([notice("2026-11-24")], TODAY)
    assert not running([notice(state="done")], TODAY)


def test_nothing_hangs_where_no_notice_runs():
    assert hanging([notice(state="waiting")]) == ""
    assert hanging([notice()]) == "2026-11-30"


def test_it_names_the_village_and_no_smaller_place():
    assert (
        place_of(["529901", "529901101", "529901101201", "52990110120103", "529901101201G01"])
        == "529901101201"
    )


def test_the_name_is_masked_and_the_day_is_shanghais():
    hung = posting("a" * 20, "农村宅基地审批", "陈桂兰", "丘林村", notice(), ())
    assert (hung.who, hung.since, hung.until) == ("陈*兰", "2026-11-25", "2026-11-30")


def test_only_what_the_item_publishes_is_told():
    answers = {"build_kind": "new", "site_area": "120", "plot_address": "", "bounds": "东至路"}
    declared = next(step for step in HOMESTEAD.steps if step.key == "notice")
    found = facts_of(HOMESTEAD.form, declared.publish, answers, Context(TODAY, {}, {}))
    assert [fact.label for fact in found] == ["要做什么", "用地面积"]
    assert Fact("用地面积", "120平方米") in found


def test_what_an_item_publishes_is_a_question_of_its_form_and_not_sensitive():
    for item in load_items().values():
        fields = item.form.fields()
        for step in item.steps:
            assert set(step.publish) <= set(fields), item.id
            assert not step.publish or (step.notice_days and step.online)
