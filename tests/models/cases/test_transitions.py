"""How a case moves, without a database: each step by itself, and thousands of walks at random."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base.errors import Conflict, Invalid, SaobanError
from models.calendar.working_days import WorkingDays
from models.cases import flow, transitions
from models.cases.case import Applicant, By, Case, Number
from models.cases.submission import Ticket, new_case
from models.items.catalogue import Standing, item_offer
from models.prefill.known import Answer
from tests.models.catalogue import ALLOWANCE, ITEMS, LAMP
from tests.models.hall import NOON

CHEN, WANG = By("resident", "b1", "陈桂兰"), By("staff", "a1", "李办事", "民政")


def fresh(item=ALLOWANCE, phone: str = "19900000001") -> Case:
    applicant = Applicant("L2", "b1", "p1", "陈桂兰", phone)
    ticket = Ticket("key-of-chen", "d", NOON, ("529901", "529901101"), "D1", applicant)
    offer = item_offer(item, 1, Standing(item.id, 1, "d"))
    number = Number("529901101", "20261104", 1)
    return new_case(offer, (Answer("phone", phone),), ticket, number, "R1", (), WorkingDays())


def accepted(item=ALLOWANCE) -> Case:
    return transitions.accept(fresh(item), WANG, NOON, "2026-11-18")


def at_last_step() -> Case:
    return transitions.hand_on(accepted(), WANG, NOON, "")


def granted() -> Case:
    return transitions.decide(at_last_step(), WANG, NOON, "granted", "", "每月80元")


def test_acceptance_starts_the_promise_and_opens_the_next_step():
    case = accepted()
    assert (case.state, case.due_on, case.accepted_by) == ("accepted", "2026-11-18", WANG)
    assert [step.state for step in case.steps] == ["done", "active", "waiting", "waiting"]
    assert case.desks[:2] == ("529901101|reviewer|民政", "529901101|reviewer")
    assert case.desks[2:] == ("529901101|reviewer|民政?", "529901101|reviewer?")


def test_nothing_is_accepted_twice():
    with pytest.raises(Conflict, match="case.state"):
        transitions.accept(accepted(), WANG, NOON, "2026-11-18")


def test_a_matter_of_one_step_is_decided_where_it_was_accepted():
    case = transitions.decide(accepted(LAMP), WANG, NOON, "granted", "", "已修好")
    assert (case.state, [step.state for step in case.steps]) == ("granted", ["done"])


def test_nothing_is_granted_before_it_was_accepted_or_with_steps_left():
    for case in (fresh(), fresh(LAMP), accepted()):
        with pytest.raises(Conflict, match="case.steps_left"):
            transitions.decide(case, WANG, NOON, "granted", "", "")


def test_a_grant_closes_the_steps_of_issuing_with_it():
    case = granted()
    assert (case.state, case.open, case.desks, case.step) == ("granted", False, (), None)
    assert {step.state for step in case.steps} == {"done"}


@pytest.mark.parametrize("reason", ["", "   ", "\n\t", "\x00", "\u200b\ufeff"])
def test_a_refusal_without_a_reason_is_refused(reason):
    with pytest.raises(Invalid) as caught:
        transitions.decide(accepted(), WANG, NOON, "refused", reason, "")
    assert caught.value.problems[0].field == "reason"


def test_a_refusal_with_a_reason_may_come_at_any_step_and_skips_the_rest():
    for case in (fresh(), accepted(), at_last_step()):
        refused = transitions.decide(case, WANG, NOON, "refused", "户籍不在本县", "")
        assert refused.decision is not None
        assert (refused.state, refused.decision.reason) == ("refused", "户籍不在本县")
        assert "skipped" in {step.state for step in refused.steps}


def test_the_last_step_is_decided_and_not_handed_on():
    with pytest.raises(Conflict, match="case.last_step"):
        transitions.hand_on(at_last_step(), WANG, NOON, "")


def test_asking_happens_once_in_a_case_even_after_the_answer():
    asked = transitions.ask(fresh(), WANG, NOON, {"phone": "号码少一位"}, "")
    supplied = transitions.supply(asked, CHEN, NOON, (Answer("phone", "19900000002"),), "2026-11-20")
    for case in (supplied, transitions.accept(supplied, WANG, NOON, "2026-11-20")):
        with pytest.raises(Conflict, match="case.asked_already"):
            transitions.ask(case, WANG, NOON, {"phone": ""}, "")


def test_asking_for_nothing_is_refused():
    with pytest.raises(Invalid):
        transitions.ask(fresh(), WANG, NOON, {}, " \x00 ")


def test_a_supplement_goes_back_to_where_it_was_asked_for():
    before = transitions.ask(fresh(), WANG, NOON, {"phone": ""}, "")
    later = transitions.ask(accepted(), WANG, NOON, {"phone": ""}, "")
    states = [transitions.supply(case, CHEN, NOON, (), "2026-11-20").state for case in (before, later)]
    assert states == ["applied", "accepted"]


def test_a_withdrawn_case_has_no_step_that_anybody_did_for_it():
    case = transitions.withdraw(accepted(), CHEN, NOON, "不办了")
    assert [step.state for step in case.steps] == ["done", "skipped", "skipped", "skipped"]
    assert (case.state, case.open, case.decision) == ("withdrawn", False, None)


def test_what_is_closed_cannot_be_withdrawn_asked_or_decided_again():
    for act in (
        lambda case: transitions.withdraw(case, CHEN, NOON, ""),
        lambda case: transitions.ask(case, WANG, NOON, {"phone": ""}, ""),
        lambda case: transitions.decide(case, WANG, NOON, "refused", "理由", ""),
        lambda case: transitions.supply(case, CHEN, NOON, (), "2026-11-20"),
    ):
        with pytest.raises(Conflict):
            act(granted())


def test_a_rating_is_given_once_and_only_after_the_decision():
    with pytest.raises(Conflict, match="rating.early"):
        transitions.rate(at_last_step(), CHEN, NOON, 5, "")
    rated = transitions.rate(granted(), CHEN, NOON, 4, "很快")
    assert rated.rating is not None
    assert (rated.rating.stars, rated.rating.words) == (4, "很快")
    with pytest.raises(Conflict, match="rating.done"):
        transitions.rate(rated, CHEN, NOON, 5, "")


@pytest.mark.parametrize("stars", [0, 6, -1, 100])
def test_a_rating_has_five_levels(stars):
    with pytest.raises(Invalid):
        transitions.rate(granted(), CHEN, NOON, stars, "")


def test_a_withdrawn_case_is_not_rated():
    with pytest.raises(Conflict):
        transitions.rate(transitions.withdraw(fresh(), CHEN, NOON, ""), CHEN, NOON, 5, "")


def test_notes_are_one_line_of_bounded_length_with_their_rare_characters():
    case = transitions.hand_on(accepted(), WANG, NOON, "𠮷祥\r\n路\x00\ue000" + "长" * 600)
    assert case.steps[1].note.startswith("𠮷祥 路 \ue000长")
    assert len(case.steps[1].note) == transitions.LONGEST_NOTE


def test_each_change_that_the_applicant_should_hear_of_leaves_one_notice():
    case = granted()
    assert [message.id.rpartition(":")[2] for message in case.outbox] == ["1", "2", "4"]
    assert fresh(phone="").outbox == ()


ACTS = {
    "accept": lambda case, at: transitions.accept(case, WANG, at, "2026-11-18"),
    "ask": lambda case, at: transitions.ask(case, WANG, at, {"phone": "少一位"}, ""),
    "supply": lambda case, at: transitions.supply(case, CHEN, at, (Answer("phone", "1"),), "2026-11-25"),
    "hand_on": lambda case, at: transitions.hand_on(case, WANG, at, "已核对"),
    "grant": lambda case, at: transitions.decide(case, WANG, at, "granted", "", "已发放"),
    "refuse": lambda case, at: transitions.decide(case, WANG, at, "refused", "不符合条件", ""),
    "refuse_silently": lambda case, at: transitions.decide(case, WANG, at, "refused", " ", ""),
    "withdraw": lambda case, at: transitions.withdraw(case, CHEN, at, ""),
    "rate": lambda case, at: transitions.rate(case, CHEN, at, 3, ""),
}
STATE_AFTER = {
    "applied": {"applied"}, "accepted": {"accepted"}, "asked": {"asked"}, "supplied": {"applied", "accepted"},
    "handed_on": {"accepted"}, "granted": {"granted"}, "refused": {"refused"}, "withdrawn": {"withdrawn"},
    "rated": {"granted", "refused"},
}  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(ITEMS.values())), st.lists(st.sampled_from(list(ACTS)), max_size=14))
def test_no_walk_leads_a_case_astray(item, walk):
    case, at = fresh(item), NOON
    for name in walk:
        at += timedelta(hours=1)
        try:
            following = ACTS[name](case, at)
        except SaobanError:
            continue  # refused: nothing has changed, for cases are frozen
        _stands(case, following)
        case = following


def _stands(before: Case, case: Case) -> None:
    assert case.rev == before.rev + 1 == len(case.events) == case.events[-1].rev
    assert case.events[:-1] == before.events
    assert case.state in STATE_AFTER[case.events[-1].what]
    assert case.open == (case.state in {"applied", "asked", "accepted"})
    assert (case.decision is not None) == (case.state in {"granted", "refused"})
    assert case.open or case.decision or case.events[-1].what == "withdrawn"
    active = [step for step in case.steps if step.state == "active"]
    assert len(active) == (1 if case.open else 0)
    assert case.desks == (flow.places(case.steps, case.areas) if case.open else ())
    assert sum(event.what == "asked" for event in case.events) <= 1
    assert len({message.id for message in case.outbox}) == len(case.outbox)
