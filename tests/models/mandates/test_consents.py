"""Consent of whoever acts for somebody: a guardian decides for a small child, an agent passes on what she said."""

from __future__ import annotations

import msgspec
import pytest

from models.base.errors import Forbidden
from tests.models.hall import LI_HOME, NOON, card

SMALL = card("52990120180105001")


async def guarding(hall, kin):
    """李明 acting for his son, and the son."""
    child = await kin.child(SMALL)
    mandate = await hall.mandates.guard(hall.li, child.id)
    own = hall.resident("李子轩", SMALL, "p-child", LI_HOME)
    return msgspec.structs.replace(own, mandate=mandate.id, agent="李明"), own


def enrol(hall):
    return {"name": "李子轩", "id_number": SMALL, "phone": "19900000001"}


async def file(hall, actor, ticked):
    return await hall.applying.submit(
        actor, hall.codes_of["li"], "enrol", "key-of-child", enrol(hall), ticked
    )


@pytest.mark.gen_test
async def test_a_guardian_consents_for_a_child_in_words_of_his_own(hall, kin):
    acting, _ = await guarding(hall, kin)
    opened = await hall.applying.open(acting, hall.codes_of["li"], "enrol")
    (asked,) = hall.applying.could_ask(acting, opened)
    assert asked.text.startswith("我是孩子的监护人")
    (given,) = (await hall.case(await file(hall, acting, [asked.id]))).consents
    assert (given.id, given.by, given.capacity, given.at) == ("child", "李明", "guardian", NOON)


@pytest.mark.gen_test
async def test_without_the_guardians_tick_nothing_is_filed_for_a_child(hall, kin):
    acting, _ = await guarding(hall, kin)
    with pytest.raises(Exception, match="invalid"):
        await file(hall, acting, [])


@pytest.mark.gen_test
async def test_the_guardian_takes_it_back_for_the_child(hall, kin):
    acting, _ = await guarding(hall, kin)
    case = await hall.case(await file(hall, acting, ["child@1"]))
    (listed,) = await hall.agreements.own(acting)
    assert listed.id == case.id
    taken = await hall.agreements.withdraw(acting, case.id, "child")
    assert taken.consents[0].withdrawn_at == NOON


@pytest.mark.gen_test
async def test_a_child_cannot_give_the_guardians_consent_herself(hall, kin):
    _, child = await guarding(hall, kin)
    with pytest.raises(Forbidden) as caught:
        await file(hall, child, ["child@1"])
    assert caught.value.code == "consent.guardian"


@pytest.mark.gen_test
async def test_an_agent_passes_on_what_she_agreed_to_and_has_no_say_afterwards(hall, kin):
    acting = kin.acting(await kin.leave("until"))
    case = await hall.case(await hall.file(acting))
    assert (case.consents[0].by, case.consents[0].capacity) == ("周建国", "agent")
    for attempt in (hall.agreements.own(acting), hall.agreements.withdraw(acting, case.id, "bank")):
        with pytest.raises(Forbidden):
            await attempt
    assert (await hall.agreements.own(hall.chen))[0].id == case.id


@pytest.mark.gen_test
async def test_a_child_cannot_send_an_agent(hall, kin):
    await kin.child(SMALL)
    own = hall.resident("李子轩", SMALL, "p-child", LI_HOME)
    given = await hall.mandates.give(own, "周建国", kin.zhou.id_number, "until", (), "2026-12-01")
    acting = msgspec.structs.replace(own, mandate=given.id, agent="周建国")
    for attempt in (
        hall.applying.open(acting, hall.codes_of["li"], "enrol"),
        file(hall, acting, hall.agreed),
    ):
        with pytest.raises(Forbidden) as caught:
            await attempt
        assert caught.value.code == "consent.guardian"
