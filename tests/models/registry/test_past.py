"""A household as it stood on a day: whoever moved in, out, or was taken back by mistake, and what was known of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from models.households.household import Member
from models.lifeevents.event import Event, Roll, Standings
from models.registry.day import members_before

HOME, OTHER = "529901101201030012", "529901101202010008"
CHEN, ZHOU, BABY = (
    Member("p-chen", "陈桂兰", "02"),
    Member("p-zhou", "周建国", "22"),
    Member("p-baby", "周一诺", "48"),
)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
FAMILY = (CHEN, ZHOU)


def rolls(*members: Member, home: str = HOME) -> Standings:
    return Standings((Roll(home, "丘林村三组12号", (), members),))


def event(at: datetime, before: Standings, after: Standings, **more) -> Event:
    return Event(
        "op-of-the-test-1",
        "person.birth",
        (),
        at,
        "",
        "a",
        "王",
        "visit",
        "",
        (HOME,),
        (),
        before,
        after,
        **more,
    )


BIRTH = event(MONDAY, rolls(CHEN, ZHOU), rolls(CHEN, ZHOU, BABY))


def test_before_a_birth_the_child_was_not_there_and_after_it_she_is():
    now = (CHEN, ZHOU, BABY)
    assert members_before(now, [BIRTH], HOME, MONDAY) == FAMILY
    assert members_before(now, [BIRTH], HOME, MONDAY + DAY) == now


def test_of_several_events_the_first_after_the_day_says_how_it_stood():
    left = event(MONDAY + 5 * DAY, rolls(CHEN, ZHOU, BABY), rolls(CHEN, BABY))
    now = (CHEN, BABY)
    for order in ([BIRTH, left], [left, BIRTH]):
        assert members_before(now, order, HOME, MONDAY) == FAMILY
        assert members_before(now, order, HOME, MONDAY + DAY) == (CHEN, ZHOU, BABY)
        assert members_before(now, order, HOME, MONDAY + 6 * DAY) == now


def test_what_waited_for_a_second_look_counts_from_that_look():
    confirmed = msgspec.structs.replace(BIRTH, settled_at=MONDAY + 4 * DAY)
    assert members_before((CHEN, ZHOU, BABY), [confirmed], HOME, MONDAY + 2 * DAY) == FAMILY
    waiting = msgspec.structs.replace(BIRTH, state="waiting")
    assert members_before(FAMILY, [waiting], HOME, MONDAY) == FAMILY


def test_what_was_taken_back_stood_for_as_long_as_it_stood():
    undone = msgspec.structs.replace(BIRTH, state="undone", settled_at=MONDAY + 3 * DAY)
    assert members_before(FAMILY, [undone], HOME, MONDAY + 2 * DAY) == (CHEN, ZHOU, BABY)
    assert members_before(FAMILY, [undone], HOME, MONDAY) == FAMILY
    assert members_before(FAMILY, [undone], HOME, MONDAY + 4 * DAY) == FAMILY


def test_a_household_that_was_not_there_yet_had_nobody():
    founded = event(MONDAY, rolls(CHEN, ZHOU, home=OTHER), rolls(CHEN))
    assert members_before((CHEN,), [founded], HOME, MONDAY) == ()


@pytest.mark.gen_test(timeout=30)
async def test_a_birth_that_is_reported_is_missing_on_the_day_before(town):
    code = await town.home.codes.get(town.chen.code)
    home, desk = code.target.household, await town.staff("clerk.daguan")
    people = await town.home.households.people(home)
    mother = next(each.id for each in people if each.name == "王婷")
    order = {
        "kind": "person.birth", "op": "op-of-the-day-before-1", "household": home, "relation": "48", "mother": mother,
        "newcomer": {"name": "周小满", "sex": "2"}, "paper": "birth", "on": town.home.today().isoformat(),
    }  # fmt: skip
    reported = await town.post("/desk/registry/events", order, desk)
    assert reported.status == 201, reported.body
    path = f"/desk/registry/households/{home}"
    yesterday = (town.home.today() - DAY).isoformat()
    now, then = [(await town.get(each, desk)).body["members"] for each in (path, f"{path}?day={yesterday}")]
    assert "周小满" in [each["name"] for each in now]
    assert "周小满" not in [each["name"] for each in then]
    assert {each["name"] for each in then} <= {each["name"] for each in now}
