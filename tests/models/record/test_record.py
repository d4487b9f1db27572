"""我的信息: how far she sees, what she may ask for, and that nothing more trusted is overwritten."""

from __future__ import annotations

import msgspec
import pytest

from models.base.errors import Forbidden, Invalid, LoginNeeded, NotFound
from models.people.person import PHONE
from models.sessions.proofs import may_record
from tests.models.hall import LI_HOME

pytestmark = pytest.mark.gen_test(timeout=20)

ADDRESS = "person.residence_address"


def proved(actor, proof):
    return msgspec.structs.replace(actor, proof=proof)


def lines(sheet):
    return {line.key: line for module in sheet.modules for line in module.lines}


async def sheets(hall, actor, shown=""):
    return {sheet.of: sheet for sheet in await hall.record.of(actor, shown)}


async def test_she_sees_each_value_with_its_source_and_date_and_numbers_masked(hall):
    phone = lines((await sheets(hall, hall.chen))["me"])[PHONE]
    assert (phone.words, phone.value, phone.masked) == ("199****0001", None, True)
    assert (phone.source_name, phone.at.year) == ("来自户籍登记", 2026)


async def test_shown_is_one_line_or_all_of_them(hall):
    one = lines((await sheets(hall, hall.chen, "me:person.phone"))["me"])
    assert (one[PHONE].words, one["person.id_no"].masked) == ("19900000001", True)
    everything = lines((await sheets(hall, hall.chen, "all"))["me"])
    assert not any(line.masked for line in everything.values())


async def test_the_head_sees_the_house_and_of_her_grown_son_only_what_is_ordinary(hall):
    seen = await sheets(hall, hall.chen, "all")
    assert lines(seen["house"])["house.structure"].words
    son = lines(seen["p-zhou"])
    assert "person.name" in son
    assert not {"person.id_no", "person.health", PHONE} & set(son)  # 2, 3, and a number
    assert not any(line.correctable for line in son.values())


async def test_a_parent_sees_a_small_child_whole_and_a_child_of_fourteen_no_longer(hall, kin):
    await kin.child()
    assert lines((await sheets(hall, hall.li, "all"))["p-child"])["person.id_no"].value
    hall.clock.on(days=2)
    assert "person.id_no" not in lines((await sheets(hall, hall.li, "all"))["p-child"])


async def test_a_child_sees_no_values_of_the_house(hall, kin):
    child = await kin.child()
    seen = await sheets(hall, hall.resident("李子轩", child.id_number, "p-child", LI_HOME))
    assert "house" not in seen


@pytest.mark.parametrize("level", ["L0", "L1"])
async def test_below_l2_there_is_nothing_to_see(hall, level):
    with pytest.raises(LoginNeeded):
        await hall.record.of(msgspec.structs.replace(hall.chen, level=level))


async def test_who_acts_for_her_sees_nothing_of_it(hall, kin):
    with pytest.raises(Forbidden):
        await hall.record.of(kin.acting(await kin.leave()))


async def test_a_correction_of_what_others_registered_waits_beside_the_value(hall):
    outcome = await hall.record.correct(hall.chen, "me", "person.name", "陈桂蓝", "打错了字")
    line = lines((await sheets(hall, hall.chen))["me"])["person.name"]
    assert (outcome, line.words) == ("proposed", "陈桂兰")
    assert [(wish.words, wish.reason, wish.mine) for wish in line.wishes] == [("陈桂蓝", "打错了字", True)]


async def test_a_new_phone_is_recorded_with_the_pin_slip_and_waits_with_a_code(hall):
    with_code = await hall.record.correct(proved(hall.chen, "otp"), "me", PHONE, "13900001111", "")
    assert (with_code, (await hall.people.get("p-chen")).phone) == ("proposed", "19900000001")
    with_slip = await hall.record.correct(proved(hall.chen, "pin"), "me", PHONE, "139 0000 2222", "")
    assert (with_slip, (await hall.people.get("p-chen")).phone) == ("recorded", "13900002222")


async def test_who_has_no_phone_may_ask_for_one_but_not_give_herself_one_by_a_code(hall):
    line = lines((await sheets(hall, hall.li))["me"])[PHONE]
    assert (line.words, line.correctable) == ("", True)
    assert await hall.record.correct(proved(hall.li, "wechat"), "me", PHONE, "13900001111", "") == "proposed"


async def test_a_value_that_cannot_be_is_refused_beside_its_field(hall):
    with pytest.raises(Invalid) as caught:
        await hall.record.correct(hall.chen, "me", PHONE, "123", "理" * 201)
    assert [each.field for each in caught.value.problems] == ["value", "reason"]


async def test_asking_for_what_is_there_is_told_so(hall):
    with pytest.raises(Invalid) as caught:
        await hall.record.correct(hall.chen, "me", PHONE, "19900000001", "")
    assert caught.value.problems[0].code == "record.same"


@pytest.mark.parametrize("of", ["p-li", "p-zhou", "nobody"])
async def test_what_is_not_hers_cannot_be_corrected(hall, of):
    with pytest.raises(NotFound):
        await hall.record.correct(hall.chen, of, "person.name", "别人", "")


@pytest.mark.parametrize("key", ["person.employer", "person.shoe_size", "house.structure"])
async def test_what_is_not_there_cannot_be_corrected(hall, key):
    with pytest.raises(NotFound):
        await hall.record.correct(hall.chen, "me", key, "1", "")


async def test_she_takes_her_own_wish_back_and_nobody_else_s(hall, kin):
    await hall.record.correct(hall.chen, "house", "house.structure", "1", "")
    [wish] = lines((await sheets(hall, hall.chen))["house"])["house.structure"].wishes
    with pytest.raises(NotFound):
        await hall.record.take_back(kin.zhou, "house", wish.id)
    hall.clock.on(seconds=1)
    await hall.record.take_back(hall.chen, "house", wish.id)
    assert lines((await sheets(hall, hall.chen))["house"])["house.structure"].wishes == ()
    assert [each.entry.kind for each in await hall.history.of_owners([hall.chen.household])] == [
        "withdrawn",
        "proposed",
    ]


async def test_her_reason_lies_sealed(hall):
    await hall.record.correct(hall.chen, "me", "person.name", "陈桂蓝", "户口本上是这个")
    assert "户口本上" not in await hall.raw("people")
    assert "户口本上" not in await hall.raw("registry_changes")


def test_nobody_declares_who_she_is_or_what_she_was_granted():
    assert not any(
        may_record(key, "pin")
        for key in ("person.id_no", "person.name", "person.dibao", "house.poverty_kind")
    )
