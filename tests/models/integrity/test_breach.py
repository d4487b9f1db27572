"""Breaches without a database: nothing stands before its person was told and had her days, and nobody decides on her own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base.clock import local_day
from models.base.errors import Conflict, Invalid, SaobanError
from models.cases.case import By
from models.forms.form import Commitment
from models.integrity import breach as moves
from models.integrity.breach import ENDED, Breach, months_after
from models.integrity.kinds import load_kinds
from models.integrity.standing import bars
from models.items.load import load_items

NOW = datetime(2026, 11, 4, 4, tzinfo=UTC)
HE, ZHAO, CHEN = (
    By("staff", "a-he", "何审核"),
    By("staff", "a-zhao", "赵科长"),
    By("resident", "s-chen", "陈桂兰"),
)
KINDS = load_kinds()
KIND = KINDS["false.statement"]
PREMISES = Commitment("premises", "我有权使用这个地方", {"false.statement": 6})


def recorded(**changes):
    found = Breach(
        "b1", "c1", "5299", "个体户登记", "shop", ("529901",), "市场监管", "s-chen", "p-chen", "陈桂兰", "commit",
        "premises", "我有权使用这个地方", "false.statement", "房子是别人的", "村委会来函", HE.id, NOW,
    )  # fmt: skip
    return msgspec.structs.replace(found, **changes)


def standing():
    served = moves.serve(recorded(), HE, NOW, "短信告知", "2026-11-18")
    return moves.confirm(served, ZHAO, NOW + timedelta(days=15), "没有异议，核实属实", KIND)


def test_it_stands_after_her_days_are_over_for_as_long_as_its_kind_says():
    found = standing()
    assert (found.stood_on, found.repair_from, found.until) == ("2026-11-19", "2027-02-19", "2027-11-19")
    assert found.counts_on(date(2027, 11, 19))
    assert not found.counts_on(date(2027, 11, 20))
    assert found.over_on(date(2027, 11, 20))


def test_nothing_stands_before_her_days_are_over():
    served = moves.serve(recorded(), HE, NOW, "短信告知", "2026-11-18")
    with pytest.raises(Conflict, match="breach.early"):
        moves.confirm(served, ZHAO, NOW + timedelta(days=14), "等不及了", KIND)
    with pytest.raises(Conflict):
        moves.confirm(recorded(), ZHAO, NOW, "还没告知", KIND)


def test_she_objects_on_her_last_day_and_not_after_it():
    served = moves.serve(recorded(), HE, NOW, "短信告知", "2026-11-18")
    assert moves.object_to(served, CHEN, NOW + timedelta(days=14), "房子是我的").state == "objected"
    with pytest.raises(Conflict, match="breach.late"):
        moves.object_to(served, CHEN, NOW + timedelta(days=15), "房子是我的")


def test_who_recorded_it_decides_on_nothing():
    served = moves.serve(recorded(), HE, NOW, "短信告知", "2026-11-18")
    objected = moves.object_to(served, CHEN, NOW, "房子是我的")
    with pytest.raises(Conflict, match="breach.own"):
        moves.uphold(objected, HE, NOW, "我说了算", KIND)
    with pytest.raises(Conflict, match="breach.own"):
        moves.drop(objected, HE, NOW, "算了")
    assert moves.drop(objected, ZHAO, NOW, "房产证已核对").state == "dropped"


def test_repair_is_asked_for_from_its_day_on_and_ends_it():
    with pytest.raises(Conflict, match="breach.early"):
        moves.ask_repair(standing(), CHEN, datetime(2027, 2, 18, 4, tzinfo=UTC), "补了证明")
    asked = moves.ask_repair(standing(), CHEN, datetime(2027, 2, 19, 4, tzinfo=UTC), "补了证明")
    again = moves.refuse_repair(asked, ZHAO, datetime(2027, 2, 20, 4, tzinfo=UTC), "还差租赁合同")
    assert (again.state, again.counts_on(date(2027, 3, 1))) == ("standing", True)
    done = moves.repair(asked, ZHAO, datetime(2027, 2, 20, 4, tzinfo=UTC), "已核实")
    assert not done.counts_on(date(2027, 2, 20))


def test_saying_nothing_is_refused():
    with pytest.raises(Invalid):
        moves.serve(recorded(), HE, NOW, "  \n ", "2026-11-18")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [(date(2026, 8, 31), 6, date(2027, 2, 28)), (date(2026, 12, 1), 1, date(2027, 1, 1)),
     (date(2027, 11, 30), 3, date(2028, 2, 29))],
)  # fmt: skip
def test_months_end_on_a_day_that_there_is(day, months, later):
    assert months_after(day, months) == later


def test_a_breach_bars_the_same_promise_for_what_the_form_says_and_nothing_else():
    asked = {"premises": PREMISES, "health": Commitment("health", "我身体健康", {"false.statement": 6})}
    told = bars([standing()], asked, KINDS, date(2027, 5, 18))
    assert list(told) == ["premises"]
    assert "2027年5月19日前" in told["premises"]
    assert bars([standing()], asked, KINDS, date(2027, 5, 19)) == {}


def test_a_kind_that_the_form_does_not_name_changes_nothing():
    mild = msgspec.structs.replace(standing(), kind="unfulfilled")
    assert bars([mild], {"premises": PREMISES}, KINDS, date(2026, 12, 1)) == {}
    assert bars([recorded()], {"premises": PREMISES}, KINDS, date(2026, 12, 1)) == {}


def test_items_name_kinds_that_there_are_and_ask_for_proof_of_who_promises():
    asking = [(item, field.commitment) for item in load_items().values()
              for field in item.form.fields().values() if field.commitment]  # fmt: skip
    assert asking
    for item, commitment in asking:
        assert item.level == "L2", item.id
        assert set(commitment.bars) <= set(KINDS), item.id


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("serve", "object", "confirm", "uphold", "drop", "ask_repair", "repair", "refuse_repair")),
        st.sampled_from((HE, ZHAO, CHEN)), st.integers(0, 200),
    ),
    max_size=14,
)  # fmt: skip


@given(STEPS)
def test_whatever_is_tried_it_stands_only_after_service_and_another_officer_and_ends_for_good(steps):
    found, now = recorded(), NOW
    for name, by, days in steps:
        now += timedelta(days=days)
        try:
            following = _tried(found, name, by, now)
        except SaobanError:
            continue
        assert found.state not in ENDED
        assert following.rev == found.rev + 1
        assert len(following.said) == len(found.said) + 1
        found = following
    done = [each.what for each in found.said]
    if found.stood_on:
        assert done[0] == "serve"
        decided = next(each for each in found.said if each.what in {"confirm", "uphold"})
        assert decided.by.id != found.recorded_by
        assert "object" in done or local_day(decided.at).isoformat() > found.object_by


def _tried(found, name, by, at):
    match name:
        case "serve":
            return moves.serve(found, by, at, "送达", (local_day(at) + timedelta(days=14)).isoformat())
        case "object":
            return moves.object_to(found, by, at, "理由")
        case "confirm":
            return moves.confirm(found, by, at, "依据", KIND)
        case "uphold":
            return moves.uphold(found, by, at, "依据", KIND)
    return getattr(moves, name)(found, by, at, "依据")
