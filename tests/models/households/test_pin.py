from __future__ import annotations

from datetime import timedelta

import pytest

from models.base.errors import Forbidden

from .conftest import CHEN, CHEN_HOME, LI_HOME, NOON, SUN, ZHAO


async def issued(households, *homes):
    """New PINs for households, in force."""
    news = households.new_pins(await households.of_ids(ZHAO, homes))
    assert await households.keep_pins(news, ZHAO.subject)
    return [new.pin for new in news]


@pytest.mark.gen_test
async def test_the_pin_of_the_slip_matches_however_it_is_typed(households):
    [pin] = await issued(households, CHEN_HOME)
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
    [pin] = await issued(households, CHEN_HOME)
    assert not await households.pin_matches(CHEN_HOME, f"{(int(pin) + 1) % 10**8:08d}")
    assert not await households.pin_matches(LI_HOME, pin)
    assert not await households.pin_matches("529901101201039999", pin)
    assert not await households.pin_matches(CHEN_HOME, "")
    assert not await households.pin_matches("", "")


@pytest.mark.gen_test
async def test_a_new_slip_ends_the_old_one(households):
    [old], [new] = await issued(households, CHEN_HOME), await issued(households, CHEN_HOME)
    assert old == new or not await households.pin_matches(CHEN_HOME, old)
    assert await households.pin_matches(CHEN_HOME, new)


@pytest.mark.gen_test
async def test_only_a_mac_is_kept_and_it_stays_in_the_repository(households, database):
    [pin] = await issued(households, CHEN_HOME)
    raw = await database.collection("households").find_one({"_id": CHEN_HOME})
    home = await households.for_actor(CHEN, CHEN_HOME)
    assert pin not in str(raw)
    assert raw["pin_mac"] not in repr(home)
    assert home.pin_issued_at == NOON


@pytest.mark.gen_test
async def test_changing_a_value_leaves_the_pin_alone(households):
    [pin] = await issued(households, CHEN_HOME)
    await households.record(CHEN_HOME, "house.structure", "1", "shared", NOON + timedelta(days=1), "x")
    assert await households.pin_matches(CHEN_HOME, pin)


@pytest.mark.gen_test
async def test_who_made_it_and_the_how_manieth_it_is_are_kept(households):
    await issued(households, CHEN_HOME)
    await issued(households, CHEN_HOME)
    home = await households.for_actor(CHEN, CHEN_HOME)
    assert (home.pin_issued_by, home.pin_count) == (ZHAO.subject, 2)


@pytest.mark.gen_test
async def test_a_pin_that_was_drawn_and_not_kept_counts_for_nothing(households):
    [pin] = await issued(households, CHEN_HOME)
    [new] = households.new_pins(await households.of_ids(ZHAO, [CHEN_HOME]))
    assert await households.pin_matches(CHEN_HOME, pin)
    assert not await households.pin_matches(CHEN_HOME, new.pin)
    assert new.pin not in repr(new)


@pytest.mark.gen_test
async def test_of_two_who_print_at_once_one_wins_and_the_other_changes_nothing(households):
    homes = await households.of_ids(ZHAO, [CHEN_HOME, LI_HOME])
    first, second = households.new_pins(homes), households.new_pins(homes[:1])
    assert await households.keep_pins(second, "a-1")
    assert not await households.keep_pins(first, "a-2")
    assert await households.pin_matches(CHEN_HOME, second[0].pin)
    assert not await households.pin_matches(LI_HOME, first[1].pin)


@pytest.mark.gen_test
async def test_households_outside_ones_area_are_not_found(households):
    assert await households.of_ids(SUN, [CHEN_HOME, LI_HOME]) == []
    with pytest.raises(Forbidden):
        await households.slips_in(SUN, "529901101201")
    await issued(households, CHEN_HOME)
    assert await households.slips_in(ZHAO, "529901101") == (2, 1)
    assert [home.id for home in await households.without_slip(ZHAO, "529901101", "", 9)] == [LI_HOME]
