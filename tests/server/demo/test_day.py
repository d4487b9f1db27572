"""A scripted day in small: two weeks, a handful of cases, everything through the public interface."""

from __future__ import annotations

import asyncio
import io
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

import pytest

from models.base.clock import SHANGHAI, local_day
from models.database import Database
from models.supervision.service import Replayed
from server import container
from server.__main__ import _filled
from server.demo.day.hands import Hands
from server.demo.day.plan import Script, visits
from server.demo.day.play import DayTrouble, play
from server.demo.day.run import Told
from server.installation import Installation
from server.settings import Settings

SCRIPT = Script(cases=24, seed=7, until=date(2026, 11, 25), weeks=2)
ITEMS = ("elder-allowance", "water-repair", "dibao", "social-card")


def working(day: date) -> bool:
    return day.weekday() < 5


def planned(script: Script):
    return visits(script, 8, ITEMS, ("newborn",), working)


def test_the_same_seed_plans_the_same_weeks_and_another_seed_others():
    again = Script(cases=24, seed=8, until=SCRIPT.until, weeks=2)
    assert planned(SCRIPT) == planned(SCRIPT)
    assert planned(SCRIPT) != planned(again)


def test_visits_come_in_order_within_the_weeks_and_fewer_on_days_off():
    many = planned(Script(cases=3000, seed=1, until=SCRIPT.until, weeks=2))
    days = [each.at.astimezone(SHANGHAI).date() for each in many]
    assert [each.at for each in many] == sorted(each.at for each in many)
    assert (days[0], days[-1]) == (SCRIPT.begin, SCRIPT.until - timedelta(days=1))
    assert days.count(date(2026, 11, 14)) < days.count(date(2026, 11, 13)) / 2  # a Saturday


def test_a_clock_that_is_moved_by_hand_never_goes_back():
    hands = Hands(datetime(2026, 11, 2, 9, tzinfo=SHANGHAI))
    hands.move(datetime(2026, 11, 2, 8, tzinfo=SHANGHAI))
    assert hands() == datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)


class Played(NamedTuple):
    """What a script came to, what lies in the database after it, and what a second script is told."""

    told: Told
    cases: list[dict]
    again: Replayed
    refused: str


@pytest.fixture(scope="module")
def played(mongo_uri, keys):
    """The script, played once for all tests."""
    with asyncio.Runner() as runner:
        return runner.run(_played(mongo_uri, keys))


async def _played(mongo_uri, keys):
    settings = Settings(port=0, key_file=keys, data_dir=keys.parent / "played")
    name = "saoban_day"
    first, second, third = (Database(mongo_uri, name) for _ in range(3))
    await Installation.mark_demo(first, 8)
    told = await play(settings, first, partial(_filled, 8), SCRIPT, io.StringIO())
    rows = await second.collection("cases").find({}).to_list(None)
    built = await container.build(settings, second, Hands(datetime(2026, 11, 24, 23, 56, tzinfo=SHANGHAI)))
    again = await built.home.supervision.replay(SCRIPT.begin)
    await built.close()
    with pytest.raises(DayTrouble) as refused:
        await play(settings, third, partial(_filled, 8), SCRIPT, io.StringIO())
    await third.close()
    return Played(told, rows, again, str(refused.value))


def test_it_leaves_matters_in_several_states_dated_when_they_would_have_been(played):
    assert len(played.cases) >= played.told.filed >= 12
    assert {"granted", "accepted"} <= {row["state"] for row in played.cases}
    assert all(SCRIPT.begin <= local_day(row["filed_at"]) < SCRIPT.until for row in played.cases)
    times = [[event["at"] for event in row["events"]] for row in played.cases]
    assert all(each == sorted(each) for each in times)


def test_staff_have_acted_and_residents_have_rated(played):
    assert sum(played.told.acts.values()) > played.told.filed
    assert sum(played.told.ratings.values()) > 0


def test_its_lights_are_those_that_a_replay_gives_again(played):
    assert (played.again.missing, played.again.surplus) == ((), ())
    assert (played.again.days, played.again.lights > 0) == (14, True)


def test_it_is_not_played_over_matters_that_are_there(played):
    assert "已经有办件" in played.refused


def test_the_same_seed_plays_the_same_days(mongo_uri, keys):
    with asyncio.Runner() as runner:
        once, again = (runner.run(_short(mongo_uri, keys, f"saoban_day_{n}")) for n in (1, 2))
    assert once == again
    assert once.filed > 0


async def _short(mongo_uri, keys, name):
    database = Database(mongo_uri, name)
    await Installation.mark_demo(database, 4)
    settings = Settings(port=0, key_file=keys, data_dir=keys.parent / name)
    script = Script(cases=8, seed=3, until=date(2026, 11, 25), weeks=1)
    return await play(settings, database, partial(_filled, 4), script, io.StringIO())
