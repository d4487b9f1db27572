"""Thousands of walks at random through everything that can happen to a case: papers that follow, urgent aid, hands, blind
reviews, batches undone, the sweep. Whatever is refused changes nothing; what is done is explained by its event."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base.actor import Actor
from models.base.errors import SaobanError
from models.calendar.working_days import WorkingDays
from models.cases import aid, assigning, flow, tolerance, transitions, veil
from models.cases.batch import made, undo
from models.cases.case import By, Case
from models.cases.due import promise_of, resumed
from models.cases.owed import Owed
from models.cases.posts import STEP_VERBS, at_desk, steps_at
from models.cases.submission import taken_by
from models.cases.timeline import timeline
from models.items.item import Item, Material, Tolerance, Urgent
from models.roles.rules import may
from tests.models.cases.test_flow import BOTH, CHEN, PHONED, SIGNED, filed, step
from tests.models.catalogue import ALLOWANCE
from tests.models.hall import NOON

DAYS = WorkingDays()
TOWN, COUNTY = "529901101", "529901"
PEOPLE = (
    Actor("staff", subject="s1", name="王受理", role="clerk", area=TOWN),
    Actor("staff", subject="s2", name="何审核", role="reviewer", area=TOWN),
    Actor("staff", subject="s3", name="柏首席", role="reviewer", area=TOWN),
    Actor("staff", subject="s4", name="郑镇长", role="approver", area=TOWN),
    Actor("staff", subject="s5", name="赵科长", role="approver", area=COUNTY, departments=("民政",)),
)
PAPERS = (Material("P1", "近照", 2, field="photo"), Material("P2", "四邻意见", 2))
URGENT = Urgent(PHONED, 24, 10, 2)
FIRST = step("accept", "accept", "clerk")
LAST = step("approve", "approve", "approver", tier="county")


def declared(*steps, **more) -> Item:
    return msgspec.structs.replace(ALLOWANCE, steps=(FIRST, *steps), materials=PAPERS, **more)


ITEMS = {
    "back": declared(step("one"), LAST, tolerance=Tolerance(5, "back", 1)),
    "refuse": declared(step("one"), *BOTH, LAST, tolerance=Tolerance(3, "refuse", 1)),
    "stop": declared(step("one", blind=True), SIGNED, LAST, tolerance=Tolerance(5, "stop", 2)),
    "urgent": declared(
        step("aid", "aid", "approver", upto=2500, when=PHONED), step("one"),
        step("town", "approve", "approver", upto=2500), msgspec.structs.replace(LAST, above=2500), urgent=URGENT,
    ),
}  # fmt: skip


def _owed(case: Case, item: Item, codes: list[str]) -> Owed:
    return tolerance.owed_of(tolerance.chosen(case, codes), item.tolerance or Tolerance(5))


DONE_BY_STAFF = {
    "accept": lambda c, i, by, at, key, n: transitions.accept(c, by, at, promise_of(DAYS, c, at)),
    "lack": lambda c, i, by, at, key, n: tolerance.accept_lacking(
        c, by, at, _owed(c, i, ["P1", "P2"][: n % 3]), "counter", DAYS
    ),
    "offer": lambda c, i, by, at, key, n: tolerance.offer(c, by, at, _owed(c, i, ["P1"])),
    "receive": lambda c, i, by, at, key, n: tolerance.come_in(c, by, at, ["P1", "P2"][: n % 3], DAYS),
    "give": lambda c, i, by, at, key, n: aid.give(c, by, at, n * 900, "", URGENT, DAYS, key),
    "decline": lambda c, i, by, at, key, n: aid.decline(c, by, at, "不急", DAYS, key),
    "hand_on": lambda c, i, by, at, key, n: transitions.hand_on(
        c, by, at, "", key, n * 900, flow.reconsider(c.steps, i.steps, taken_by(i, c.values(), at, n * 900))
    ),
    "send_back": lambda c, i, by, at, key, n: transitions.send_back(c, by, at, "one", "重来", key),
    "pause": lambda c, i, by, at, key, n: transitions.pause(c, by, at, "test", "检测"),
    "resume": lambda c, i, by, at, key, n: transitions.resume(c, by, at, *resumed(DAYS, c, at)),
    "ask": lambda c, i, by, at, key, n: transitions.ask(c, by, at, {}, "补照片"),
    "give_back": lambda c, i, by, at, key, n: assigning.give_back(c, by, at, key, "回避"),
    "grant": lambda c, i, by, at, key, n: transitions.decide(c, by, at, "granted", "", "", key, n * 900),
    "refuse": lambda c, i, by, at, key, n: transitions.decide(c, by, at, "refused", "不符", ""),
    "unmask": lambda c, i, by, at, key, n: veil.unmask(c, by, at, "核对"),
}
OTHERS = {
    "promise": lambda c, i, at: tolerance.promised(c, CHEN, at, DAYS),
    "bring": lambda c, i, at: tolerance.come_in(c, CHEN, at, ["P1", "P2"], DAYS),
    "supply": lambda c, i, at: transitions.supply(c, CHEN, at, (), c.due_on, 1),
    "withdraw": lambda c, i, at: transitions.withdraw(c, CHEN, at, ""),
    "sweep": lambda c, i, at: tolerance.tended(c, at),
}
LIKELY = (
    ["accept"] * 3 + ["hand_on"] * 8 + ["grant"] * 6 + ["give"] * 3 + ["lack"] * 2 + ["deal"] * 4
    + ["sweep"] * 2 + ["bring", "undo"]
)  # fmt: skip
MOVE = st.tuples(
    st.sampled_from([*DONE_BY_STAFF, *OTHERS, *LIKELY]), st.integers(0, 4), st.integers(0, 4),
    st.integers(1, 90),
)  # fmt: skip


@settings(max_examples=700, deadline=None)
@given(st.sampled_from(sorted(ITEMS)), st.lists(MOVE, max_size=36))
def test_no_walk_loses_a_case_or_decides_without_the_right(name, walk):
    item, at = ITEMS[name], NOON
    case, before = filed(item), None
    for act, who, n, hours in walk:
        at += timedelta(hours=hours)
        actor = _somebody(case, act, who)
        try:
            following = _moved(case, before, item, act, actor, n, at)
        except SaobanError:
            continue
        if following is not None:
            _stands(case, following, actor, act, at)
            before, case = case, following


def _somebody(case: Case, act: str, who: int) -> Actor:
    """Mostly one of those before whom the case lies, so that walks get on; sometimes anybody."""
    able = [each for each in PEOPLE if (at_desk if act == "deal" else steps_at)(each, case)]
    return able[who % len(able)] if able and who else PEOPLE[who]


def _moved(
    case: Case, before: Case | None, item: Item, act: str, actor: Actor, n: int, at: datetime
) -> Case | None:
    by = By("staff", actor.subject, actor.name)
    if act in OTHERS:
        return OTHERS[act](case, item, at)
    if act == "deal":
        free = [step for step in case.active if actor.subject not in assigning.barred(case, step)]
        return assigning.deal(case, at, free[0].key, actor.subject, actor.name) if free else None
    if act == "undo":
        return undo(case, by, at, made(before, case)) if before is not None else None
    mine = steps_at(actor, case)
    if not mine:
        return None  # the desk lets nobody act who has no step there
    return DONE_BY_STAFF[act](case, item, by, at, mine[n % len(mine)].key, n)


def _stands(before: Case, case: Case, actor: Actor, act: str, at: datetime) -> None:
    last = case.events[-1]
    assert case.rev == len(case.events) == last.rev > before.rev
    assert case.events[: before.rev] == before.events, "the past stays as it was"
    assert bool(case.active) == case.open == bool(case.desks)
    assert case.open or (case.tend_at is None and case.paused is None)
    assert (case.decision is not None) == (case.state in {"granted", "refused"})
    assert all(step.stood >= 0 for step in case.steps)
    assert len({message.id for message in case.outbox}) == len(case.outbox)
    assert case.accepted_at is not None or case.state not in {"accepted", "granted"}
    _right(before, case, actor, act)
    _papers(case)
    _clocks(case, at)
    if act not in {"send_back", "undo"}:
        for was, now in zip(before.steps, case.steps, strict=True):
            assert (was.state, now.state) not in {
                ("done", "active"),
                ("done", "waiting"),
                ("active", "waiting"),
            }


def _right(before: Case, case: Case, actor: Actor, act: str) -> None:
    """A grant comes from somebody who may decide at a step of hers; without anybody's hand nothing is ever granted."""
    if case.state == "granted":
        hers = [step for step in steps_at(actor, before) if STEP_VERBS[step.kind] == "case.decide"]
        assert hers
        assert all(may(actor, "case.decide", case.areas, step.department) for step in hers)
        assert all(not step.upto or case.amount <= step.upto for step in hers)
    if act == "sweep":
        assert case.state in {"accepted", "withdrawn", "refused"}
    for each in before.steps:
        if each.blind and each.state == "active" and act in {"hand_on", "send_back"}:
            assert each.assignee == actor.subject != (before.accepted_by and before.accepted_by.id)


def _papers(case: Case) -> None:
    owed = case.owed
    if owed is not None and owed.running:
        assert case.state != "granted"
        assert case.aid is not None or owed.promised in {"counter", "receipt"}
        assert not case.open or case.tend_at is not None or owed.over_at or case.paused or case.asked_now


def _clocks(case: Case, at: datetime) -> None:
    line = timeline(case, at)
    for span in (line.promise, line.acceptance, *line.steps):
        if span is not None:
            assert line.stood(span, at, DAYS) >= 0
            assert span.end is None or span.end >= span.begin
    entered = [span.key for span in line.steps]
    assert len(entered) == len(set(entered)), "no step is entered twice without an end between"
    running = {span.key.partition(".")[0] for span in line.steps if span.end is None}
    assert running == {step.key for step in case.active}, "the events alone say which steps run"
