"""Which lights a case deserves: rules over events, without a database. And judging day by day gives what judging at the
end gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base.clock import local_day
from models.calendar.working_days import WorkingDays
from models.cases import transitions
from models.supervision.judge import FAR, judge
from models.supervision.rule import load_rules
from tests.models.cases.test_flow import CHEN, HE, WANG, ZHAO, filed, item, step

RULES, DAYS = load_rules(), WorkingDays()
SURVEY = step("survey", days=3)


def at(day: int, hour: int = 4) -> datetime:
    """Of November 2026; the 4th is a Wednesday. 4 o'clock is noon in Shanghai."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def lights(case, when, level=None):
    found = judge(case, RULES, when, DAYS).findings
    return [(each.rule, each.level, each.raised_on) for each in found if level in {None, each.level}]


def accepted(*steps, when=4):
    return transitions.accept(filed(item(*steps)), WANG, at(when), "2026-11-18")


def test_what_is_accepted_within_five_days_gets_no_light():
    assert lights(accepted(SURVEY), at(4, 6)) == []


def test_not_accepting_warns_on_the_fourth_day_and_is_yellow_on_the_sixth():
    case = filed(item())
    assert lights(case, at(9)) == []
    assert lights(case, at(10)) == [("accept.late", "warning", "2026-11-10")]
    assert ("accept.late", "yellow", "2026-11-12") in lights(case, at(12))
    assert ("accept.late", "red", "2026-11-19") in lights(case, at(19))


def test_a_minute_before_midnight_is_still_in_time_in_shanghai():
    case = filed(item())
    assert lights(case, datetime(2026, 11, 11, 15, 59, tzinfo=UTC), "yellow") == []
    assert lights(case, datetime(2026, 11, 11, 16, 0, tzinfo=UTC), "yellow") != []


def test_a_step_past_its_days_is_yellow_and_three_days_later_red():
    case = accepted(SURVEY, step("review", days=5))
    assert lights(case, at(9), "yellow") == []
    assert lights(case, at(10), "yellow") == [("step.late", "yellow", "2026-11-10")]
    assert ("step.late", "red", "2026-11-13") in lights(case, at(13))


def test_the_step_before_the_county_is_watched_as_passing_up():
    late = lights(accepted(SURVEY), at(10), "yellow")
    assert late == [("handover.late", "yellow", "2026-11-10")]


def test_asking_the_applicant_stops_the_clock():
    case = transitions.ask(accepted(SURVEY, step("review")), HE, at(5), {}, "补照片")
    assert lights(case, at(16)) == []
    case = transitions.supply(case, CHEN, at(16), (), "2026-11-27", 7)
    assert lights(case, at(18), "yellow") == []
    assert lights(case, at(19), "yellow") == [("step.late", "yellow", "2026-11-19")]


def test_a_special_procedure_stops_it_too():
    case = transitions.pause(accepted(SURVEY, step("review")), HE, at(5), "hearing", "听证")
    assert lights(case, at(25)) == []


def test_weekends_do_not_count():
    case = accepted(SURVEY, step("review"), when=6)  # a Friday
    assert lights(case, at(11), "yellow") == []
    assert lights(case, at(12), "yellow") == [("step.late", "yellow", "2026-11-12")]


def test_the_promise_is_watched_as_a_whole_and_an_extension_counts():
    case = accepted(step("review"))
    assert ("promise.late", "yellow", "2026-11-19") in lights(case, at(19))
    longer = transitions.extend(case, ZHAO, at(17), 5, "需复核", "2026-11-25")
    assert [each for each in lights(longer, at(19), "yellow") if each[0] == "promise.late"] == []


def test_a_light_that_was_deserved_stays_deserved_when_the_step_is_done_late():
    case = transitions.hand_on(accepted(SURVEY, step("review")), HE, at(12), "")
    assert ("step.late", "yellow", "2026-11-10") in lights(case, at(25))


def test_going_back_and_forth_a_third_time_is_noticed():
    case = accepted(SURVEY, step("review"))
    for hour in (1, 2, 3):
        case = transitions.hand_on(case, HE, at(5, hour), "")
        case = transitions.send_back(case, HE, at(5, hour), "survey", "重看")
    assert ("returned.often", "yellow", "2026-11-05") in lights(case, at(5, 5))


def test_a_matter_of_weeks_that_was_clicked_through_in_minutes_is_noticed():
    case = transitions.hand_on(accepted(SURVEY), HE, at(4) + timedelta(minutes=2), "")
    case = transitions.decide(case, ZHAO, at(4) + timedelta(minutes=4), "granted", "", "")
    assert ("rushed", "yellow", "2026-11-04") in lights(case, at(4, 6))


def test_a_refusal_without_a_reason_is_red():
    case = transitions.decide(accepted(SURVEY), ZHAO, at(5), "refused", "房屋不在本县", "")
    assert lights(case, at(6)) == []
    silent = msgspec.structs.replace(case.events[-1], note=" ")
    case = msgspec.structs.replace(case, events=(*case.events[:-1], silent))
    assert lights(case, at(6)) == [("refused.silent", "red", "2026-11-05")]


@pytest.mark.parametrize(
    ("trigger", "key"),
    [
        ("符合条件不受理", "accept.late"), ("超过承诺时限", "promise.late"), ("环节超时", "step.late"),
        ("转报上级超时", "handover.late"), ("不予受理、不批未说明理由", "refused.silent"), ("不按规定网上审批", "rushed"),
        ("不按规定网上审批", "offline"), ("擅自收费", "charged"), ("其他", "other"),
    ],
)  # fmt: skip
def test_every_trigger_of_the_county_s_rules_has_its_own(trigger, key):
    assert key in {rule.key for rule in RULES}, trigger


def test_what_no_event_shows_is_never_found_by_judging():
    by_hand = {rule.key for rule in RULES if rule.watches == "hand"}
    assert by_hand == {"charged", "offline", "other"}
    assert not by_hand & {found[0] for found in lights(filed(item()), at(28))}


def test_it_says_when_to_look_again_and_nothing_comes_before_that():
    case = accepted(SURVEY, step("review"))
    verdict = judge(case, RULES, at(4, 6), DAYS)
    before = datetime.combine(verdict.again_on, datetime.min.time(), UTC) - timedelta(hours=10)
    assert judge(case, RULES, before, DAYS).findings == verdict.findings
    assert len(judge(case, RULES, before + timedelta(days=1), DAYS).findings) > len(verdict.findings)


def test_a_closed_case_is_not_looked_at_again():
    case = transitions.withdraw(accepted(SURVEY), CHEN, at(5), "")
    assert judge(case, RULES, at(5), DAYS).again_on == FAR


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("hbpra"), st.integers(1, 90)), max_size=8), st.integers(0, 30))
def test_what_was_deserved_on_any_day_is_found_again_by_judging_that_day(walk, later):
    case, now = accepted(SURVEY, step("review", days=2)), at(4)
    acts = {
        "h": lambda: transitions.hand_on(case, HE, now, ""),
        "b": lambda: transitions.send_back(case, HE, now, "survey", "重看"),
        "p": lambda: transitions.pause(case, HE, now, "test", "检测"),
        "r": lambda: transitions.resume(case, HE, now, "2026-12-30", 1),
        "a": lambda: transitions.ask(case, HE, now, {}, "补"),
    }
    seen, whole = set(), []
    for act, hours in walk:
        now += timedelta(hours=hours)
        try:
            case = acts[act]()
        except Exception:  # refused: nothing has changed
            continue
        whole.append((now, judge(case, RULES, now, DAYS).findings))
    for moment, findings in whole:
        again = judge(
            case, RULES, moment, DAYS
        ).findings  # with the events of later days there, but not looked at
        assert set(again) == set(findings)
        seen |= set(findings)
    today = local_day(now + timedelta(days=later)).isoformat()
    assert all(date.fromisoformat(each.raised_on) and each.raised_on <= today for each in seen)


@pytest.mark.parametrize("broken", ["", "rules = 3", "[[rules]]\nkey = 'a'"])
def test_a_file_of_rules_that_is_wrong_names_itself(tmp_path, broken):
    path = tmp_path / "rules.toml"
    path.write_text(broken)
    with pytest.raises(ValueError, match="rules.toml"):
        load_rules(path)
