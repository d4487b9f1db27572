"""What outside clients rely on, as the issue of the main job wrote it down."""

import pytest


@pytest.mark.gen_test
async def test_a_scan_of_chens_door_shows_the_plate_and_what_can_be_done(town):
    door = await town.get(f"/q/{town.chen.code}")
    assert door.status == 200
    assert (door.body["kind"], door.body["state"]) == ("D", "active")
    assert door.body["address"] == "大关镇丘林村三组12号"
    assert door.body["contact"]["name"] == "王网格"
    assert {"id", "name", "level", "href"} <= set(door.body["items"][0])
    assert door.body["bundles"]
