"""Order, interruption, race and update: what a phone may do to a queue, and that nothing is lost and nothing done twice.

Each case is a sentence of docs/sync.md. The server, the database and the phones' protocol are the real ones.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import msgspec
import pytest

from models.sync.receipt import Receipt, digest, verified
from tests.models.sync.phone import envelope, ulid

AREA, STOREYS, CERT, PHONE = "house.floor_area", "house.storeys", "house.forest_cert_no", "person.phone"


def fates(answer: dict) -> dict[str, str]:
    """What became of each element of an answer."""
    return {each["key"]: each["is"] for each in answer.get("elements", ())}


# Once.


@pytest.mark.gen_test
async def test_an_edit_is_recorded_with_its_author_and_the_servers_time(grid, phone):
    home, wang = await grid.home(), await phone()
    answer = await wang.one(wang.edit(home.id, AREA, "120.00"))
    value = (await grid.built.home.households.get(home.id)).value(AREA)
    assert (answer["is"], value.v, value.source, value.by) == (
        "created",
        "120.00",
        "visit",
        await _account(grid),
    )


@pytest.mark.gen_test
async def test_the_same_operation_twice_is_done_once_and_gets_its_first_receipt_again(grid, phone):
    home, wang = await grid.home(), await phone()
    visit = wang.visit(home.id)
    first, second = await wang.one(visit), await wang.one(visit)
    assert (first["is"], second["is"], second["was"]) == ("created", "same", "created")
    assert second["receipt"] == first["receipt"]
    assert await grid.count("visits", household=home.id) == 1


@pytest.mark.gen_test
async def test_the_same_operation_twice_in_one_batch_is_done_once(grid, phone):
    home, wang = await grid.home(), await phone()
    visit = wang.visit(home.id)
    assert [each["is"] for each in await wang.send(visit, visit)] == ["created", "same"]
    assert await grid.count("visits", household=home.id) == 1


@pytest.mark.gen_test
async def test_the_same_operation_from_two_tabs_at_once_is_done_once(grid, phone):
    home, wang = await grid.home(), await phone()
    visit = wang.visit(home.id)
    answers = await asyncio.gather(*(wang.one(visit) for _ in range(5)))
    assert sorted(each["is"] for each in answers) == ["created"] + ["same"] * 4
    assert await grid.count("visits", household=home.id) == 1


@pytest.mark.gen_test
async def test_another_content_under_the_same_id_is_refused_and_nothing_is_overwritten(grid, phone):
    home, wang = await grid.home(), await phone()
    first = wang.edit(home.id, AREA, "120.00")
    second = wang.edit(home.id, AREA, "999.00", id=first["id"])
    await wang.one(first)
    assert (await wang.one(second))["is"] == "different"
    assert await grid.value(home, AREA) == "120.00"


@pytest.mark.gen_test
async def test_under_a_new_id_the_other_content_is_taken(grid, phone):
    home, wang = await grid.home(), await phone()
    first = wang.edit(home.id, CERT, "A1")
    await wang.one(first)
    assert (await wang.one(wang.edit(home.id, CERT, "A2", id=first["id"])))["is"] == "different"
    answer = await wang.one(wang.edit(home.id, CERT, "A2", base=f"@{first['id']}"))
    assert (answer["is"], await grid.value(home, CERT)) == ("created", "A2")


@pytest.mark.gen_test
async def test_an_id_of_a_colleagues_operation_tells_nothing_of_it(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    visit = wang.visit(home.id)
    await wang.one(visit)
    hers = li.visit(home.id, id=visit["id"])
    answer = await li.one(hers)
    assert (answer["is"], "receipt" in answer) == ("different", False)
    asked = await li.call("GET", f"/grid/ops?ids={visit['id']}")
    assert asked.body["ops"][0]["is"] == "unknown"


@pytest.mark.gen_test
async def test_a_text_that_was_damaged_on_the_way_is_refused_and_may_come_again(grid, phone):
    home, wang = await grid.home(), await phone()
    good = wang.visit(home.id)
    damaged = {**good, "text": good["text"].replace("一切都好", "一切都妙")}
    answer = await wang.one(damaged)
    assert (answer["is"], answer["code"]) == ("refused", "op.hash")
    assert (await wang.one(good))["is"] == "created"


# Two at once.


@pytest.mark.gen_test
async def test_disjoint_edits_of_two_phones_merge(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    one, other = wang.edit(home.id, AREA, "120.00"), li.edit(home.id, STOREYS, "3")
    assert [(await wang.one(one))["is"], (await li.one(other))["is"]] == ["created", "created"]
    assert (await grid.value(home, AREA), await grid.value(home, STOREYS)) == ("120.00", 3)


@pytest.mark.gen_test
async def test_the_same_element_edited_twice_shows_mine_theirs_and_base(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    await wang.one(wang.edit(home.id, AREA, "100.00"))
    await wang.pull()
    await li.pull()
    mine, theirs = wang.edit(home.id, AREA, "120.00"), li.edit(home.id, AREA, "130.00")
    await li.one(theirs)
    answer = await wang.one(mine)
    clash = answer["elements"][0]
    assert (answer["is"], clash["is"]) == ("conflict", "conflict")
    assert [clash[side]["v"] for side in ("mine", "theirs", "base")] == ["120.00", "130.00", "100.00"]
    assert [clash[side]["by"] for side in ("mine", "theirs", "base")] == ["王网格", "李网格", "王网格"]
    assert clash["theirs"]["at"] > clash["base"]["at"]
    assert await grid.value(home, AREA) == "130.00"


@pytest.mark.gen_test
async def test_of_an_operation_with_one_conflict_everything_else_is_done(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    edits = [
        {"key": AREA, "value": "120.00", "base": wang.seen(home.id, AREA)},
        {"key": STOREYS, "value": "3", "base": wang.seen(home.id, STOREYS)},
    ]
    await li.one(li.edit(home.id, AREA, "130.00"))
    answer = await wang.one(wang.operation("edit", home.id, edits=edits))
    assert fates(answer) == {AREA: "conflict", STOREYS: "recorded"}
    assert (await grid.value(home, AREA), await grid.value(home, STOREYS)) == ("130.00", 3)


@pytest.mark.gen_test
async def test_a_conflict_is_settled_by_an_edit_of_theirs(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    mine = wang.edit(home.id, AREA, "120.00")
    await li.one(li.edit(home.id, AREA, "130.00"))
    clash = (await wang.one(mine))["elements"][0]
    answer = await wang.one(wang.edit(home.id, AREA, "125.00", base=clash["theirs"]["x"]))
    assert (answer["is"], await grid.value(home, AREA)) == ("created", "125.00")


@pytest.mark.gen_test
async def test_two_who_wrote_the_same_have_no_conflict(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    one, other = wang.edit(home.id, AREA, "120.00"), li.edit(home.id, AREA, "120.00")
    assert [(await wang.one(one))["is"], (await li.one(other))["is"]] == ["created", "created"]


@pytest.mark.gen_test
async def test_six_phones_race_for_one_element_and_one_of_them_wins(grid, phone):
    home, phones = await grid.home(), [await phone() for _ in range(6)]
    ops = [each.edit(home.id, AREA, str(100 + at)) for at, each in enumerate(phones)]
    answers = await asyncio.gather(*(each.one(op) for each, op in zip(phones, ops, strict=True)))
    done = [each["is"] for each in answers]
    assert (done.count("created"), done.count("conflict")) == (1, 5)


@pytest.mark.gen_test
async def test_phones_race_for_different_elements_of_one_household_and_all_win(grid, phone):
    home, phones = await grid.home(), [await phone() for _ in range(4)]
    keys = [AREA, STOREYS, CERT, "house.homestead_cert_no"]
    ops = [each.edit(home.id, key, "7") for each, key in zip(phones, keys, strict=True)]
    answers = await asyncio.gather(*(each.one(op) for each, op in zip(phones, ops, strict=True)))
    assert [each["is"] for each in answers] == ["created"] * 4
    assert [float(await grid.value(home, key)) for key in keys] == [7.0] * 4


@pytest.mark.gen_test
async def test_an_edit_of_a_desk_meanwhile_is_a_conflict_too(grid, phone):
    home, wang = await grid.home(), await phone()
    mine = wang.edit(home.id, AREA, "120.00")
    now = grid.built.home.clock()
    await grid.built.home.households.record(home.id, AREA, "140", "visit", now, "desk")
    assert (await wang.one(mine))["is"] == "conflict"


@pytest.mark.gen_test
async def test_what_a_counter_has_verified_is_not_overwritten_but_proposed_and_credited(grid, phone):
    home, wang = await grid.home(), await phone()
    now = grid.built.home.clock()
    await grid.built.home.households.record(home.id, AREA, "140", "counter", now, "desk")
    await wang.pull()
    answer = await wang.one(wang.edit(home.id, AREA, "120.00"))
    held = (await grid.built.home.households.get(home.id)).held
    assert (answer["is"], fates(answer)) == ("review", {AREA: "proposed"})
    assert held.values[AREA].v == "140"
    assert [(each.value.v, each.name) for each in held.proposals] == [("120.00", "王网格")]


# In any order.


@pytest.mark.gen_test
async def test_an_operation_whose_forerunner_has_not_come_is_held_and_done_when_it_comes(grid, phone):
    home, wang = await grid.home(), await phone()
    first = wang.edit(home.id, AREA, "120.00")
    second = wang.edit(home.id, AREA, "130.00", base=f"@{first['id']}")
    held = await wang.one(second)
    assert (held["is"], held["waits"]) == ("held", [first["id"]])
    assert await grid.value(home, AREA) != "130.00"
    assert (await wang.one(first))["is"] == "created"
    assert await grid.value(home, AREA) == "130.00"
    assert (await wang.one(second))["was"] == "created"


@pytest.mark.gen_test
async def test_a_chain_that_comes_backwards_is_done_from_its_beginning(grid, phone):
    home, wang = await grid.home(), await phone()
    chain = [wang.edit(home.id, CERT, "1")]
    for at in range(2, 6):
        chain.append(wang.edit(home.id, CERT, str(at), base=f"@{chain[-1]['id']}"))
    answers = await wang.send(*reversed(chain))
    assert [each["is"] for each in answers] == ["held"] * 4 + ["created"]
    assert await grid.value(home, CERT) == "5"


@pytest.mark.gen_test
async def test_an_operation_waits_for_all_that_it_names(grid, phone):
    home, wang = await grid.home(), await phone()
    one, two = wang.visit(home.id, "一"), wang.visit(home.id, "二")
    third = wang.visit(home.id, "三", after=[one["id"], two["id"]])
    assert (await wang.one(third))["is"] == "held"
    await wang.one(one)
    assert await grid.count("visits", household=home.id) == 1
    await wang.one(two)
    assert await grid.count("visits", household=home.id) == 3


@pytest.mark.gen_test
async def test_forerunner_and_follower_at_the_same_moment_are_both_done_once(grid, phone):
    for _ in range(5):
        home, wang = await grid.home(), await phone()
        first = wang.visit(home.id, "一")
        second = wang.visit(home.id, "二", after=[first["id"]])
        await asyncio.gather(wang.one(second), wang.one(first))
        assert (await wang.one(second))["was"] == "created"
        assert await grid.count("visits", household=home.id) == 2


@pytest.mark.gen_test
async def test_a_held_operation_that_comes_again_is_still_held_once(grid, phone):
    home, wang = await grid.home(), await phone()
    first = wang.visit(home.id, "一")
    second = wang.visit(home.id, "二", after=[first["id"]])
    assert [(await wang.one(second))["is"] for _ in range(3)] == ["held"] * 3
    await wang.one(first)
    assert await grid.count("visits", household=home.id) == 2


@pytest.mark.gen_test
async def test_an_edit_after_a_conflict_of_the_same_phone_is_a_conflict_too(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    first = wang.edit(home.id, AREA, "120.00")
    second = wang.edit(home.id, AREA, "121.00", base=f"@{first['id']}")
    await li.one(li.edit(home.id, AREA, "130.00"))
    assert [each["is"] for each in await wang.send(first, second)] == ["conflict", "conflict"]
    assert await grid.value(home, AREA) == "130.00"


@pytest.mark.gen_test
async def test_an_older_visit_that_comes_later_does_not_become_the_last_one(grid, phone):
    home, wang = await grid.home(), await phone()
    await wang.one(wang.visit(home.id, "新"))
    await wang.one(wang.visit(home.id, "旧", on="2026-03-01"))
    plan = await grid.built.home.grid_visits.plan(home.id)
    assert plan.on.isoformat() > "2026-03-01"
    assert await grid.count("visits", household=home.id) == 2


# Interrupted.


@pytest.mark.gen_test
async def test_a_batch_whose_answer_was_lost_is_sent_again_and_nothing_is_doubled(grid, phone):
    home, wang = await grid.home(), await phone()
    batch = [wang.visit(home.id, str(at)) for at in range(10)]
    await wang.send(*batch[:6])  # the connection broke: the phone does not know how far it came
    answers = await wang.send(*batch)
    assert [each["is"] for each in answers] == ["same"] * 6 + ["created"] * 4
    assert await grid.count("visits", household=home.id) == 10


@pytest.mark.gen_test
async def test_a_request_that_is_cut_off_in_the_middle_leaves_whole_operations_only(grid, phone):
    home, wang = await grid.home(), await phone()
    batch = [wang.visit(home.id, str(at)) for at in range(20)]
    asking = asyncio.ensure_future(wang.send(*batch))
    await asyncio.sleep(0.05)
    asking.cancel()
    await wang.send(*batch)
    assert await grid.count("visits", household=home.id) == 20
    assert await grid.count("sync_operations", home=home.id) == 20


@pytest.mark.gen_test
async def test_one_bad_operation_in_a_batch_hinders_no_other(grid, phone):
    home, wang = await grid.home(), await phone()
    bad = wang.edit(home.id, STOREYS, "很多")
    answers = await wang.send(wang.visit(home.id), bad, wang.edit(home.id, AREA, "120.00"))
    assert [each["is"] for each in answers] == ["created", "invalid", "created"]


@pytest.mark.gen_test
async def test_an_operation_is_done_whole_or_not_at_all(grid, phone):
    home, wang = await grid.home(), await phone()
    edits = [{"key": AREA, "value": "120.00", "base": wang.seen(home.id, AREA)}]
    answer = await wang.one(wang.visit(home.id, on="2099-01-01", edits=edits))
    assert (answer["is"], answer["problems"][0]["code"]) == ("invalid", "date.future")
    assert await grid.value(home, AREA) != "120.00"
    assert await grid.count("visits", household=home.id) == 0


@pytest.mark.gen_test
async def test_a_first_sync_that_breaks_off_goes_on_where_it_was(grid, phone):
    wang = await phone()
    for _ in range(3):
        await grid.home()
    whole = dict(wang.store)
    wang.store, wang.since = {}, ""
    await wang.pull(pages=1)
    last = await wang.pull()
    assert set(wang.store) >= set(whole)
    assert last["token"]


# Wrong clocks.


@pytest.mark.gen_test
async def test_a_clock_a_day_ahead_changes_nothing_but_is_measured(grid, phone):
    home, wang = await grid.home(), await phone(ahead=timedelta(days=1))
    body = {"now": wang.clock.isoformat(), "ops": [wang.visit(home.id)]}
    reply = await wang.call("POST", "/grid/ops", body)
    visits = await grid.built.database.collection("visits").find({"household": home.id}).to_list(2)
    today = grid.built.home.today().isoformat()
    assert abs(reply.body["skew_ms"] - 86_400_000) < 10_000
    assert (reply.body["ops"][0]["is"], visits[0]["on"]) == ("created", today)
    assert visits[0]["said_at"] - visits[0]["at"] > timedelta(hours=23)


@pytest.mark.gen_test
async def test_a_clock_a_day_behind_does_not_lose_to_what_was_there(grid, phone):
    home, wang = await grid.home(), await phone(ahead=timedelta(days=-1))
    answer = await wang.one(wang.edit(home.id, AREA, "120.00"))
    assert (answer["is"], await grid.value(home, AREA)) == ("created", "120.00")
    assert await grid.value(home, "house.last_visit_on") is None


@pytest.mark.gen_test
async def test_a_clock_that_was_reset_to_1980_makes_operations_that_are_taken(grid, phone):
    home, wang = await grid.home(), await phone(ahead=timedelta(days=-46 * 365))
    answer = await wang.one(wang.visit(home.id))
    visit = await grid.built.database.collection("visits").find_one({"household": home.id})
    assert (answer["is"], visit["on"]) == ("created", grid.built.home.today().isoformat())


@pytest.mark.gen_test
async def test_a_day_that_the_worker_chose_herself_stays(grid, phone):
    home, wang = await grid.home(), await phone(ahead=timedelta(hours=3))
    await wang.one(wang.visit(home.id, on="2026-10-01"))
    visit = await grid.built.database.collection("visits").find_one({"household": home.id})
    assert visit["on"] == "2026-10-01"


# Moved and gone.


@pytest.mark.gen_test
async def test_a_household_that_moved_to_another_grid_is_taken_into_review_and_credited(grid, phone):
    home, wang = await grid.home(), await phone()
    edit = wang.edit(home.id, AREA, "120.00")
    await grid.move_away(home)
    answer = await wang.one(edit)
    held = (await grid.built.home.households.get(home.id)).held
    assert (answer["is"], fates(answer)) == ("review", {AREA: "proposed"})
    assert [(each.value.v, each.name) for each in held.proposals] == [("120.00", "王网格")]
    assert "theirs" not in answer["elements"][0]


@pytest.mark.gen_test
async def test_a_visit_to_a_household_that_moved_is_kept_where_it_lies_now(grid, phone):
    home, wang = await grid.home(), await phone()
    visit = wang.visit(home.id)
    await grid.move_away(home)
    assert (await wang.one(visit))["is"] == "review"
    row = await grid.built.database.collection("visits").find_one({"household": home.id})
    assert (
        row["areas"]
        == (await grid.built.database.collection("households").find_one({"_id": home.id}))["areas"]
    )


@pytest.mark.gen_test
async def test_a_household_that_moved_away_is_gone_from_the_phone_and_its_queue_is_still_taken(grid, phone):
    home, wang = await grid.home(), await phone()
    queued = wang.edit(home.id, AREA, "120.00")
    await grid.move_away(home)
    assert home.id in (await wang.pull())["gone"]
    assert home.id not in wang.store
    assert (await wang.one(queued))["is"] == "review"


@pytest.mark.gen_test
async def test_what_is_gone_is_told_again_until_the_phone_has_heard(grid, phone):
    home, wang = await grid.home(), await phone()
    await grid.move_away(home)
    since = wang.since
    assert home.id in (await wang.pull())["gone"]
    wang.since = since  # the answer was lost
    assert home.id in (await wang.pull())["gone"]


@pytest.mark.gen_test
async def test_a_household_that_was_never_on_the_phone_is_nobodys_to_change(grid, phone):
    home, wang = await grid.home(), await phone()
    await grid.move_away(home)
    stranger = await phone("李网格")
    answer = await stranger.one(stranger.edit(home.id, AREA, "120.00", base=""))
    assert (answer["is"], answer["code"]) == ("refused", "household.unknown")
    del wang


@pytest.mark.gen_test
async def test_a_person_who_moved_to_another_household_is_still_edited(grid, phone):
    home, other, wang = await grid.home(), await grid.home(), await phone()
    person = (await grid.built.home.households.people(home.id))[0]
    edit = wang.edit(home.id, PHONE, "13812345678", of=person.id)
    people = grid.built.database.collection("people")
    await people.update_one({"_id": person.id}, {"$set": {"household": other.id}})
    assert (await wang.one(edit))["is"] == "created"
    assert (await grid.built.registry.people.get(person.id)).phone == "13812345678"


# Updates of the app and the server.


@pytest.mark.gen_test
async def test_a_queue_that_an_older_app_wrote_is_taken_after_the_update(grid, phone):
    home, wang = await grid.home(), await phone()
    told = {
        "v": 1, "id": ulid(wang.clock), "kind": "edit", "device": wang.device, "seq": 1,
        "at": wang.clock.isoformat(), "home": home.id, "key": AREA, "value": "120.00",
        "base": wang.seen(home.id, AREA),
    }  # fmt: skip
    answer = await wang.one(envelope(told["id"], json.dumps(told)))
    assert (answer["is"], await grid.value(home, AREA)) == ("created", "120.00")


@pytest.mark.gen_test
async def test_an_operation_of_a_newer_app_waits_for_the_server_and_is_not_lost(grid, phone):
    home, wang = await grid.home(), await phone()
    op = wang.operation("visit", home.id, v=3, visit={"on": "2026-11-01"})
    answer = await wang.one(op)
    assert (answer["is"], answer["code"]) == ("busy", "op.newer")
    assert answer["retry_after"] > 0


@pytest.mark.gen_test
async def test_fields_that_this_server_does_not_know_are_no_reason_to_refuse(grid, phone):
    home, wang = await grid.home(), await phone()
    assert (await wang.one(wang.visit(home.id, weather="晴")))["is"] == "created"


@pytest.mark.gen_test
async def test_a_kind_that_no_server_knows_is_refused_kept_and_taken_up_when_it_is_known(grid, phone):
    home, wang = await grid.home(), await phone()
    op = wang.operation("person.teleport", home.id)
    answer = await wang.one(op)
    kept = (await wang.call("GET", "/grid/ops?needs=me")).body["ops"]
    assert (answer["is"], answer["code"]) == ("refused", "op.kind")
    assert [each["text"] for each in kept if each["id"] == op["id"]] == [op["text"]]


@pytest.mark.gen_test
async def test_an_element_that_is_not_in_the_list_any_more_is_answered_and_the_rest_is_done(grid, phone):
    home, wang = await grid.home(), await phone()
    edits = [
        {"key": "house.stove_count", "value": "2"},
        {"key": CERT, "value": "A7", "base": wang.seen(home.id, CERT)},
    ]
    answer = await wang.one(wang.operation("edit", home.id, edits=edits))
    assert fates(answer) == {"house.stove_count": "invalid", CERT: "recorded"}


# What cannot be right.


@pytest.mark.gen_test
async def test_an_invalid_value_stays_with_its_author_until_she_has_seen_to_it(grid, phone):
    home, wang = await grid.home(), await phone()
    op = wang.edit(home.id, STOREYS, "很多")
    answer = await wang.one(op)
    assert (answer["is"], bool(answer["elements"][0]["message"])) == ("invalid", True)
    needs = (await wang.call("GET", "/grid/ops?needs=me")).body["ops"]
    assert op["text"] in [each["text"] for each in needs]
    await wang.call("POST", "/grid/ops/seen", {"id": op["id"]})
    needs = (await wang.call("GET", "/grid/ops?needs=me")).body["ops"]
    assert op["id"] not in [each["id"] for each in needs]


@pytest.mark.gen_test
async def test_what_is_open_lies_sealed(grid, phone):
    home, wang = await grid.home(), await phone()
    op = wang.edit(home.id, STOREYS, "很多很多层")
    await wang.one(op)
    row = await grid.built.database.collection("sync_open").find_one({"_id": op["id"]})
    assert "很多" not in json.dumps(row, default=str, ensure_ascii=False)


@pytest.mark.gen_test
async def test_an_id_number_that_is_anothers_is_refused_and_the_rest_is_done(grid, phone):
    home, wang = await grid.home(), await phone()
    person = (await grid.built.home.households.people(home.id))[0]
    taken = grid.town.chen.resident.id_number
    seen = wang.seen(home.id, "person.employer", person.id)
    edits = [
        {"of": person.id, "key": "person.id_no", "value": taken, "base": ""},
        {"of": person.id, "key": "person.employer", "value": "县中学", "base": seen},
    ]
    answer = await wang.one(wang.operation("edit", home.id, edits=edits))
    assert fates(answer) == {"person.id_no": "invalid", "person.employer": "recorded"}
    assert answer["elements"][0]["code"] == "person.id_taken"


@pytest.mark.gen_test
async def test_unchanged_vouches_only_for_what_is_still_as_it_was_seen(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    keys = [key for key in (AREA, "house.structure") if wang.seen(home.id, key)]
    bases = {key: wang.seen(home.id, key) for key in keys}
    op = wang.operation("unchanged", home.id, module="house_resource", bases=bases)
    await li.one(li.edit(home.id, AREA, "130.00"))
    answer = await wang.one(op)
    assert answer["is"] == "created"
    assert fates(answer)[AREA] == "unchanged"
    assert (await grid.built.home.households.get(home.id)).value(AREA).v == "130.00"


# Receipts.


@pytest.mark.gen_test
async def test_a_receipt_is_verified_off_line_and_says_what_was_done(grid, phone):
    home, wang = await grid.home(), await phone()
    op = wang.edit(home.id, AREA, "120.00")
    answer = await wang.one(op)
    keys = (await grid.town.get("/grid/keys")).body
    receipt = msgspec.convert(answer["receipt"], Receipt)
    said = receipt.said()
    assert verified(receipt, keys)
    assert (said.id, said.hash, said.became, said.device) == (op["id"], op["hash"], "created", wang.device)
    assert said.done == digest(answer["elements"])


@pytest.mark.gen_test
async def test_a_receipt_that_was_altered_is_no_receipt(grid, phone):
    home, wang = await grid.home(), await phone()
    receipt = msgspec.convert((await wang.one(wang.visit(home.id)))["receipt"], Receipt)
    keys = (await grid.town.get("/grid/keys")).body
    forged = msgspec.structs.replace(receipt, text=receipt.text.replace("created", "created "))
    assert not verified(forged, keys)
    assert not verified(msgspec.structs.replace(receipt, key="e9"), keys)


# Deltas.


@pytest.mark.gen_test
async def test_a_delta_brings_what_a_colleague_has_changed_and_who_it_was(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    await li.one(li.edit(home.id, AREA, "120.00"))
    page = await wang.pull()
    line = wang.line(home.id, AREA)
    assert (line[1], page["by"][line[4]]) == ("120.00", "李网格")


@pytest.mark.gen_test
async def test_a_delta_brings_a_change_of_a_member_and_a_visit(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    person = (await grid.built.home.households.people(home.id))[0]
    await li.send(li.edit(home.id, PHONE, "13812345678", of=person.id), li.visit(home.id))
    await wang.pull()
    assert wang.line(home.id, PHONE, person.id)[1] == "13812345678"
    assert wang.store[home.id]["l"]["by"] == "李网格"


@pytest.mark.gen_test
async def test_what_was_written_while_the_pages_were_read_is_in_the_next_delta(grid, phone):
    home, wang, li = await grid.home(), await phone(), await phone("李网格")
    wang.since = ""
    reading = asyncio.ensure_future(wang.pull())
    before = ""
    for value in range(10, 20):
        op = li.edit(home.id, CERT, str(value), base=f"@{before}" if before else None)
        assert (await li.one(op))["is"] == "created"
        before = op["id"]
    await reading
    await wang.pull()
    assert wang.line(home.id, CERT)[1] == await grid.value(home, CERT) == "19"


@pytest.mark.gen_test
async def test_a_change_that_was_on_its_way_when_the_token_was_taken_is_not_lost(grid, phone):
    """A transaction writes before the token and is committed after it."""
    home, wang = await grid.home(), await phone()
    households, written, go_on = (
        grid.built.database.collection("households"),
        asyncio.Event(),
        asyncio.Event(),
    )

    async def work(session):
        change = {
            "$set": {"address": "改过的地址"},
            "$inc": {"rev": 1},
            "$currentDate": {"changed": {"$type": "timestamp"}},
        }
        await households.update_one({"_id": home.id}, change, session=session)
        written.set()
        await go_on.wait()

    slow = asyncio.ensure_future(grid.built.database.transaction(work))
    await written.wait()
    await asyncio.sleep(0.1)
    await wang.pull()
    assert wang.store[home.id]["a"] != "改过的地址"
    go_on.set()
    await slow
    await wang.pull()
    assert wang.store[home.id]["a"] == "改过的地址"


@pytest.mark.gen_test
async def test_a_token_of_another_grid_or_of_the_future_begins_anew_and_keeps_the_queue(grid, phone):
    wang = await phone()
    seconds, _, rest = wang.since.partition(".")
    for bad in (f"{int(seconds) + 9000}.{rest}", wang.since[:-2] + "09"):
        reply = await wang.call("GET", f"/grid/sync?since={bad}")
        assert (reply.status, reply.body["error"]["code"]) == (409, "sync.restart")
    assert (await wang.call("GET", "/grid/sync?since=nonsense")).status == 400


# Lost phones.


@pytest.mark.gen_test
async def test_a_lost_phone_is_told_to_wipe_itself_though_its_session_is_over(grid, phone):
    wang = await phone("周网格")
    reply = await wang.call("POST", "/grid/devices", {"device": wang.device, "reason": "在班车上丢了"})
    assert reply.status == 200
    for path in ("/grid/sync", "/grid/elements"):
        told = await wang.call("GET", path)
        assert (told.status, told.body["error"]["code"]) == (410, "device.wipe")
    wang.token = ""
    assert (await wang.call("GET", "/grid/sync")).status == 410
    assert (await wang.call("GET", "/grid/device")).body == {"wipe": True}
    assert (await wang.call("POST", "/grid/device/wiped")).status == 204


@pytest.mark.gen_test
async def test_nothing_that_a_lost_phone_sends_is_taken(grid, phone):
    home, wang = await grid.home(), await phone("吴网格")
    await wang.call("POST", "/grid/devices", {"device": wang.device, "reason": "丢了"})
    body = {"ops": [wang.visit(home.id)]}
    assert (await wang.call("POST", "/grid/ops", body)).status == 410
    assert await grid.count("visits", household=home.id) == 0


@pytest.mark.gen_test
async def test_a_colleague_cannot_wipe_a_phone(grid, phone):
    wang, li = await phone(), await phone("李网格")
    reply = await li.call("POST", "/grid/devices", {"device": wang.device, "reason": "玩笑"})
    assert reply.status == 404
    assert (await wang.call("GET", "/grid/elements")).status == 200


async def _account(grid) -> str:
    username = next(each.username for each in grid.town.report.staff if each.name == "王网格")
    return (await grid.built.home.accounts.by_username(username)).id
