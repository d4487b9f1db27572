"""Steps as items declare them: side by side, conditional, signed by several, sent back, standing still. And thousands of
walks at random through declared flows: no case is lost, no step is entered twice, and every event explains its state."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base.errors import Conflict, Invalid, SaobanError
from models.calendar.working_days import WorkingDays
from models.cases import flow, transitions
from models.cases.case import Applicant, By, Case, Number
from models.cases.submission import Ticket, new_case
from models.forms.form import When
from models.items.catalogue import Standing, item_offer
from models.items.item import Item, Step
from models.prefill.known import Answer
from tests.models.catalogue import ALLOWANCE
from tests.models.hall import NOON

CHEN = By("resident", "b1", "陈桂兰")
WANG, HE, ZHAO = (
    By("staff", key, name) for key, name in (("a1", "王受理"), ("a2", "何审核"), ("a3", "赵科长"))
)
PHONED = When(field="phone", op="filled")
SILENT = When(field="phone", op="empty")


def step(key: str, kind: str = "review", role: str = "reviewer", department: str = "民政", **more) -> Step:
    return Step(key=key, name=key, department=department, role=role, kind=kind, **more)


def item(*steps: Step) -> Item:
    first = step("accept", "accept", "clerk")
    last = step("approve", "approve", "approver", tier="county")
    return msgspec.structs.replace(ALLOWANCE, steps=(first, *steps, last))


def filed(of: Item) -> Case:
    applicant = Applicant("L2", "b1", "p1", "陈桂兰", "19900000001")
    ticket = Ticket("key-of-chen", "d", NOON, ("529901", "529901101", "529901101201"), "D1", applicant)
    offer = item_offer(of, 1, Standing(of.id, 1, "d"))
    answers = (Answer("phone", "19900000001"),)
    return new_case(offer, answers, ticket, Number("529901101", "20261104", 1), "R1", (), WorkingDays())


def accepted(*steps: Step) -> Case:
    return transitions.accept(filed(item(*steps)), WANG, NOON, "2026-11-18")


def states(case: Case) -> dict[str, str]:
    return {each.key: each.state for each in case.steps}


BOTH = (step("water", department="供水", stage="joint"), step("land", department="自然资源", stage="joint"))
EITHER = tuple(msgspec.structs.replace(each, join="any") for each in BOTH)
SIGNED = step("sign", signers=2)
NOTICE = step("notice", "notice", notice_days=7)


def test_steps_of_one_stage_begin_together_and_lie_at_both_desks():
    case = accepted(*BOTH)
    assert [each.key for each in case.active] == ["water", "land"]
    assert {"529901101|reviewer|供水", "529901101|reviewer|自然资源"} < set(case.desks)


def test_a_stage_of_all_is_over_with_its_last_branch():
    case = transitions.hand_on(accepted(*BOTH), HE, NOON, "", "water")
    assert states(case)["approve"] == "waiting"
    case = transitions.hand_on(case, HE, NOON, "", "land")
    assert [each.key for each in case.active] == ["approve"]


def test_a_stage_of_any_is_over_with_its_first_branch():
    case = transitions.hand_on(accepted(*EITHER), HE, NOON, "", "land")
    assert states(case) == {"accept": "done", "water": "skipped", "land": "done", "approve": "active"}


def test_of_two_branches_one_must_be_named():
    with pytest.raises(Conflict, match="case.step"):
        transitions.hand_on(accepted(*BOTH), HE, NOON, "")


def test_a_branch_that_is_done_cannot_be_handed_on_again():
    case = transitions.hand_on(accepted(*BOTH), HE, NOON, "", "water")
    with pytest.raises(Conflict, match="case.step"):
        transitions.hand_on(case, HE, NOON, "", "water")


def test_a_step_whose_condition_fails_is_passed_over():
    case = accepted(step("asked", when=SILENT), step("called", when=PHONED))
    assert (states(case)["asked"], states(case)["called"]) == ("skipped", "active")


def test_a_stage_of_which_nothing_is_taken_is_passed_over_whole():
    none = tuple(msgspec.structs.replace(each, when=SILENT) for each in BOTH)
    assert [each.key for each in accepted(*none).active] == ["approve"]


def test_a_corrected_answer_chooses_the_steps_to_come_and_not_those_that_were():
    declared = item(step("first", when=PHONED), step("second", when=SILENT)).steps
    case = accepted(step("first", when=PHONED), step("second", when=SILENT))
    after = flow.reconsider(case.steps, declared, lambda each: each.when != PHONED)
    assert {each.key: each.state for each in after}["first"] == "active"  # it has begun
    assert {each.key: each.state for each in after}["second"] == "waiting"


def test_two_people_have_to_sign_and_one_cannot_sign_for_two():
    once = transitions.hand_on(accepted(SIGNED), HE, NOON, "同意")
    assert (once.events[-1].what, [each.key for each in once.active]) == ("signed", ["sign"])
    with pytest.raises(Conflict, match="case.signed_already"):
        transitions.hand_on(once, HE, NOON, "")
    assert [each.key for each in transitions.hand_on(once, ZHAO, NOON, "").active] == ["approve"]


def test_a_public_notice_cannot_be_cut_short():
    case = accepted(NOTICE)
    assert case.active[0].notice_until == "2026-11-11"
    with pytest.raises(Conflict, match="case.notice_running"):
        transitions.hand_on(case, HE, NOON + timedelta(days=7), "")
    assert transitions.hand_on(case, HE, NOON + timedelta(days=8), "").active[0].key == "approve"


def test_a_return_takes_the_case_back_and_everything_from_there_is_done_again():
    case = accepted(step("survey"), step("review"))
    case = transitions.hand_on(transitions.hand_on(case, HE, NOON, ""), HE, NOON, "")
    case = transitions.send_back(case, ZHAO, NOON, "survey", "面积不对")
    assert states(case) == {"accept": "done", "survey": "active", "review": "waiting", "approve": "waiting"}


def test_a_return_from_one_branch_calls_the_others_back():
    case = transitions.hand_on(accepted(step("survey"), *BOTH), HE, NOON, "")
    case = transitions.send_back(case, HE, NOON, "survey", "现场与图纸不符", "water")
    assert [each.key for each in case.active] == ["survey"]
    assert case.events[-1].data == {
        "step": "water", "to": "survey", "called_back": ["land"], "ended": ["water", "land"], "began": ["survey"],
    }  # fmt: skip
    again = transitions.hand_on(case, HE, NOON, "")
    assert [each.key for each in again.active] == ["water", "land"]


def test_a_return_past_a_stage_of_any_opens_its_other_branch_again():
    case = transitions.hand_on(accepted(step("survey"), *EITHER), HE, NOON, "")
    case = transitions.hand_on(case, HE, NOON, "", "land")
    case = transitions.send_back(case, ZHAO, NOON, "survey", "重看")
    case = transitions.hand_on(case, HE, NOON, "")
    assert [each.key for each in case.active] == ["water", "land"]


def test_a_return_undoes_what_a_branch_beside_had_finished():
    case = transitions.hand_on(accepted(step("survey"), *BOTH), HE, NOON, "")
    case = transitions.hand_on(case, HE, NOON, "已看", "land")
    case = transitions.send_back(case, HE, NOON, "survey", "重看", "water")
    assert (states(case)["land"], case.steps[3].note) == ("waiting", "")


@pytest.mark.parametrize(
    ("to", "note"), [("accept", "再受理"), ("approve", "向前"), ("nowhere", "没有"), ("survey", "  ")]
)
def test_a_return_goes_to_an_earlier_step_with_a_reason_or_not_at_all(to, note):
    case = transitions.hand_on(accepted(step("survey")), HE, NOON, "")
    with pytest.raises(Invalid):
        transitions.send_back(case, ZHAO, NOON, to, note)


def test_a_special_procedure_stops_the_clock_and_every_act_but_its_end():
    case = transitions.pause(accepted(step("review")), HE, NOON, "hearing", "12月1日听证")
    for act in (
        lambda: transitions.hand_on(case, HE, NOON, ""),
        lambda: transitions.decide(case, ZHAO, NOON, "refused", "理由", ""),
        lambda: transitions.ask(case, HE, NOON, {}, "补"),
        lambda: transitions.pause(case, HE, NOON, "test", "再停"),
    ):
        with pytest.raises(Conflict):
            act()
    after = transitions.resume(case, HE, NOON, "2026-11-25", 5)
    assert (after.paused, after.due_on, after.active[0].stood) == (None, "2026-11-25", 5)


def test_a_promise_is_extended_once_with_a_reason_and_within_the_law():
    for days, reason in ((0, "理由"), (11, "理由"), (5, " ")):
        with pytest.raises(Invalid):
            transitions.extend(accepted(), ZHAO, NOON, days, reason, "2026-12-02")
    case = transitions.extend(accepted(), ZHAO, NOON, 10, "需现场复核", "2026-12-02")
    assert (case.due_on, case.extension.days) == ("2026-12-02", 10)
    with pytest.raises(Conflict, match="case.extended_already"):
        transitions.extend(case, ZHAO, NOON, 1, "再延", "2026-12-03")


def test_what_has_no_step_but_the_acceptance_is_settled_on_the_spot():
    issue = step("issue", "issue", "clerk")
    alone = msgspec.structs.replace(
        ALLOWANCE, steps=(step("accept", "accept", "clerk"), issue), promised_days=0
    )
    case = transitions.settle(filed(alone), WANG, NOON, "证已交付", "2026-11-04")
    assert (case.state, case.accepted_by, set(states(case).values())) == ("granted", WANG, {"done"})
    with pytest.raises(Conflict, match="case.steps_left"):
        transitions.settle(filed(item()), WANG, NOON, "", "2026-11-04")


def test_a_case_of_a_place_without_a_town_lies_at_the_county():
    steps = flow.lay_out(item().steps, lambda _: True, NOON)
    assert flow.desks(steps, ("529901",)) == ("529901|clerk|民政", "529901|clerk")


ACTS = {
    "accept": lambda case, by, key, at: transitions.accept(case, by, at, "2026-11-18"),
    "hand_on": lambda case, by, key, at: transitions.hand_on(case, by, at, "", key),
    "back": lambda case, by, key, at: transitions.send_back(case, by, at, "one", "重来", key),
    "pause": lambda case, by, key, at: transitions.pause(case, by, at, "test", "检测"),
    "resume": lambda case, by, key, at: transitions.resume(case, by, at, "2026-11-30", 2),
    "extend": lambda case, by, key, at: transitions.extend(case, by, at, 3, "理由", "2026-12-01"),
    "ask": lambda case, by, key, at: transitions.ask(case, by, at, {"phone": "少一位"}, ""),
    "supply": lambda case, by, key, at: transitions.supply(case, CHEN, at, (), "2026-11-30", 1),
    "grant": lambda case, by, key, at: transitions.decide(case, by, at, "granted", "", "", key),
    "refuse": lambda case, by, key, at: transitions.decide(case, by, at, "refused", "不符", ""),
    "withdraw": lambda case, by, key, at: transitions.withdraw(case, CHEN, at, ""),
}
FLOWS = {
    "plain": (step("one"), step("two")),
    "joint": (step("one"), *BOTH),
    "either": (step("one"), *EITHER, step("two")),
    "signed": (step("one", signers=2), NOTICE),
    "choosy": (step("one", when=PHONED), step("two", when=SILENT), *BOTH),
}
MOVE = st.tuples(
    st.sampled_from([*ACTS, "hand_on", "hand_on", "hand_on", "accept"]), st.sampled_from([WANG, HE, ZHAO]),
    st.integers(0, 3), st.integers(1, 200),
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(sorted(FLOWS)), st.lists(MOVE, max_size=24))
def test_no_walk_through_any_flow_loses_a_case(name, walk):
    case, at = filed(item(*FLOWS[name])), NOON
    for act, by, which, hours in walk:
        at += timedelta(hours=hours)
        running = case.active
        key = running[which % len(running)].key if running else ""
        try:
            following = ACTS[act](case, by, key, at)
        except SaobanError:
            continue  # refused: nothing has changed, for cases are frozen
        stands(case, following)
        case = following


def stands(before: Case, case: Case) -> None:
    assert case.rev == before.rev + 1 == len(case.events) == case.events[-1].rev
    assert bool(case.active) == case.open, "an open case has a step that runs, a closed one has none"
    assert bool(case.desks) == case.open
    assert case.open or case.paused is None
    for was, now in zip(before.steps, case.steps, strict=True):
        if case.events[-1].what != "sent_back":  # the one act that opens a step again
            assert (was.state, now.state) not in {
                ("done", "active"),
                ("done", "waiting"),
                ("active", "waiting"),
            }
        assert now.stood >= 0
        assert now.started_at is not None or now.state in {"waiting", "skipped"} or not case.open
    first = min((n for n, each in enumerate(case.steps) if each.state == "active"), default=len(case.steps))
    stage = case.steps[first].stage if case.open else ""
    for n, each in enumerate(case.steps[:first]):
        assert each.state in {"done", "skipped"} or not case.open, f"step {n} was left behind"
    for each in case.steps[first:]:
        assert each.state in {"waiting", "skipped"} or each.stage == stage or not case.open
    if case.events[-1].what == "granted":
        assert all(
            each.state in {"done", "skipped"}
            for each in before.steps
            if each.state != "active" and each.kind != "issue"
        )
