from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.errors import NotFound

from .conftest import CHEN, CHEN_HOME, LI_HOME, NOON


@pytest.mark.gen_test
async def test_the_pin_of_the_slip_matches_however_it_is_typed(households):
    pin = await households.issue_pin(CHEN_HOME)
    assert (len(pin), pin.isdigit()) == (8, True)
    for typed in (
        pin,
        f" {pin[:4]} {pin[4:]} ",
        f"{pin[:4]}-{pin[4:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in pin),
    ):
        assert await households.pin_matches(CHEN_HOME, typed)


@pytest.mark.gen_test
async def test_another_pin_household_or_nothing_does_not_match(households):
    pin = await households.issue_pin(CHEN_HOME)
    assert not await households.pin_matches(CHEN_HOME, f"{(int(pin) + 1) % 10**8:08d}")
    assert not await households.pin_matches(LI_HOME, pin)
    assert not await households.pin_matches("529901101201039999", pin)
    assert not await households.pin_matches(CHEN_HOME, "")
    assert not await households.pin_matches("", "")


@pytest.mark.gen_test
async def test_a_new_slip_ends_the_old_one(households):
    old, new = await households.issue_pin(CHEN_HOME), await households.issue_pin(CHEN_HOME)
    assert old == new or not await households.pin_matches(CHEN_HOME, old)
    assert await households.pin_matches(CHEN_HOME, new)


@pytest.mark.gen_test
async def test_only_a_mac_is_kept_and_it_stays_in_the_repository(households, database):
    pin = await households.issue_pin(CHEN_HOME)
    raw = await database.collection("households").find_one({"_id": CHEN_HOME})
    home = await households.for_actor(CHEN, CHEN_HOME)
    assert pin not in str(raw)
    assert raw["pin_mac"] not in repr(home)
    assert home.pin_issued_at == NOON


@pytest.mark.gen_test
async def test_changing_a_value_leaves_the_pin_alone(households):
    pin = await households.issue_pin(CHEN_HOME)
    await households.record(CHEN_HOME, "house.structure", "1", "shared", NOON + timedelta(days=1), "x")
    assert await households.pin_matches(CHEN_HOME, pin)


@pytest.mark.gen_test
async def test_no_slip_for_a_household_that_is_not_there(households):
    with pytest.raises(NotFound):
        await households.issue_pin("529901101201039999")
