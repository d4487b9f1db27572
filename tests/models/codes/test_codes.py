"""Codes: what each state leads to, who may change it, and one living plate a household."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.codes.code import Code, Target, change
from qr import grammar
from tests.models.hall import ADMIN, CHEN_HOME, CLERK, NOON, REVIEWER, SUN_CLERK, WANG

NOWHERE = msgspec.structs.replace(CLERK, area="")


def plate(state: str = "active") -> Code:
    return Code("D00000000000", "D", ("529901",), Target(household=CHEN_HOME), NOON, state=state)


@pytest.mark.parametrize(
    ("before", "after"),
    [("active", "suspended"), ("active", "revoked"), ("suspended", "active"), ("suspended", "replaced")],
)
def test_a_code_goes_where_its_state_leads(before, after):
    following = change(plate(before), after, at=NOON, by="a1", reason="丢了")
    assert (following.state, following.rev, following.changed_by, following.reason) == (
        after,
        2,
        "a1",
        "丢了",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("active", "active"),
        ("replaced", "active"),
        ("revoked", "active"),
        ("revoked", "suspended"),
        ("replaced", "revoked"),
    ],
)
def test_a_code_that_was_replaced_or_revoked_never_comes_back(before, after):
    with pytest.raises(Conflict, match="code.state"):
        change(plate(before), after, at=NOON, by="a1")


@pytest.mark.gen_test
async def test_a_code_that_was_never_issued_is_unknown(hall):
    with pytest.raises(NotFound, match="code.unknown"):
        await hall.codes.get(grammar.new("D"))


@pytest.mark.parametrize("actor", [WANG, REVIEWER, SUN_CLERK, NOWHERE])
@pytest.mark.gen_test
async def test_only_clerks_and_administrators_of_its_area_change_a_code(hall, actor):
    with pytest.raises(Forbidden):
        await hall.codes.change(actor, hall.codes_of["chen"], "suspended", "")
    with pytest.raises(Forbidden):
        await hall.codes.change(hall.chen, hall.codes_of["chen"], "suspended", "")
    assert (await hall.codes.get(hall.codes_of["chen"])).state == "active"


@pytest.mark.gen_test
async def test_two_who_change_a_code_at_once_do_not_both_win(hall):
    other = await hall.again()
    done = await asyncio.gather(
        hall.codes.change(CLERK, hall.codes_of["chen"], "suspended", "丢了"),
        other.codes.change(ADMIN, hall.codes_of["chen"], "revoked", "拆了"),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in done) == 1


@pytest.mark.gen_test
async def test_replacing_a_plate_issues_the_new_one_in_the_same_moment(hall):
    old = await hall.codes.change(CLERK, hall.codes_of["chen"], "replaced", "字迹不清")
    new = await hall.codes.get(old.successor)
    assert (new.state, new.target, new.areas) == ("active", old.target, old.areas)
    assert (await hall.codes.door_of(CHEN_HOME)).id == new.id


@pytest.mark.gen_test
async def test_a_plate_replaced_by_two_at_once_has_one_successor(hall):
    done = await asyncio.gather(
        *(hall.codes.change(CLERK, hall.codes_of["chen"], "replaced", "") for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Conflict) for each in done) == 3
    assert await hall.database.collection("codes").count_documents({"target.household": CHEN_HOME}) == 2


@pytest.mark.parametrize("successor", ["allowance", "chen", "nobody"])
@pytest.mark.gen_test
async def test_a_successor_is_another_living_code_of_the_same_kind(hall, successor):
    named = hall.codes_of.get(successor) or grammar.new("D")
    with pytest.raises(Invalid) as caught:
        await hall.codes.change(CLERK, hall.codes_of["chen"], "replaced", "", named)
    assert caught.value.problems[0].field == "successor"


@pytest.mark.gen_test
async def test_a_suspended_plate_does_not_come_back_beside_a_living_one(hall):
    await hall.codes.change(CLERK, hall.codes_of["chen"], "suspended", "丢了")
    row = await hall.codes.get(hall.codes_of["chen"])
    await hall.codes.issue([Code(grammar.new("D"), "D", row.areas, row.target, NOON)])
    with pytest.raises(Conflict):
        await hall.codes.change(CLERK, hall.codes_of["chen"], "active", "找到了")


@pytest.mark.gen_test
async def test_a_household_has_one_living_plate_whatever_two_printers_do(hall):
    row = await hall.codes.get(hall.codes_of["chen"])
    copies = [Code(grammar.new("D"), "D", row.areas, row.target, NOON) for _ in range(3)]
    assert sum(await asyncio.gather(*(hall.codes.issue([copy]) for copy in copies))) == 0
    assert await hall.codes.issue([]) == 0


@pytest.mark.gen_test
async def test_codes_are_listed_within_ones_own_area_page_by_page(hall):
    found = await hall.codes.in_area(CLERK, "529901101", "D")
    assert {code.id for code in found} == {hall.codes_of["chen"], hall.codes_of["li"]}
    rest = await hall.codes.in_area(CLERK, "529901101", "D", after=found[0].id)
    assert [code.id for code in rest] == [found[1].id]
    for actor in (SUN_CLERK, NOWHERE, hall.chen):
        with pytest.raises(Forbidden):
            await hall.codes.in_area(actor, "529901101", "D")


@pytest.mark.gen_test
async def test_each_matter_is_opened_from_its_widest_poster(hall):
    await hall.codes.issue([Code(grammar.new("S"), "S", ("529901", "529901101"), Target(item="lamp"), NOON)])
    posters = await hall.codes.posters("529901")
    assert posters == {slug: hall.codes_of[slug] for slug in ("allowance", "enrol", "lamp", "moving")}
