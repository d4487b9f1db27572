"""What outside clients rely on, as the issue of the main job wrote it down, sentence by sentence."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.handlers.filing import REPAIR, allowance, decide, missing, open_form, repair, submit

TOKENS = {"access_token", "refresh_token", "level", "expires_in"}


@pytest.mark.gen_test
async def test_a_scan_of_chens_door_shows_the_plate_and_what_can_be_done(town):
    door = await town.get(f"/q/{town.chen.code}")
    assert door.status == 200
    assert (door.body["kind"], door.body["code"], door.body["state"]) == ("D", town.chen.code, "active")
    assert door.body["address"] == "大关镇丘林村三组12号"
    assert door.body["contact"]["name"] == "王网格"
    assert {"id", "name", "level", "href"} <= set(door.body["items"][0])
    assert {"id", "name", "href"} <= set(door.body["bundles"][0])


@pytest.mark.gen_test
async def test_a_door_names_nobody_who_lives_there(town):
    door = await town.get(f"/q/{town.chen.code}")
    text = str(door.body)
    person = town.chen.resident
    assert not [
        secret for secret in (person.name, person.id_number, person.phone, town.chen.pin) if secret in text
    ]


@pytest.mark.gen_test
async def test_a_poster_leads_to_its_one_matter(town):
    poster = await town.get(f"/q/{town.item('elder-allowance')}")
    assert (poster.body["kind"], poster.body["state"]) == ("S", "active")
    assert [item["id"] for item in poster.body["items"]] == ["elder-allowance"]


@pytest.mark.gen_test
async def test_every_href_of_a_door_opens_a_form_or_asks_for_its_level(town):
    door = await town.get(f"/q/{town.chen.code}")
    for item in [*door.body["items"], *door.body["bundles"]]:
        reply = await town.get(item["href"])
        assert reply.status == (200 if item["level"] == "L0" else 401), item


@pytest.mark.gen_test
async def test_a_form_says_its_questions_and_where_to_send_the_answers(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    form, send = opened["form"], opened["submit"]
    assert {"id", "version", "title", "sections"} <= set(form)
    fields = {field["key"]: field for field in form["sections"][0]["fields"]}
    assert {"key", "label", "type", "required"} <= set(fields["fault"])
    assert fields["std_address"]["value"] == "大关镇丘林村三组12号"
    assert fields["std_address"]["source"]
    assert (send["method"], send["href"]) == ("POST", f"/apply/{town.chen.code}/water-repair")
    assert len(send["submission_key"]) >= 16


@pytest.mark.gen_test
async def test_below_the_level_of_an_item_the_answer_says_what_is_required_and_where_to_log_in(town):
    for token in ("", await town.l1(town.chen)):
        reply = await town.get(f"/apply/{town.chen.code}/elder-allowance", token)
        error = reply.body["error"]
        assert (reply.status, error["code"], error["required"]) == (401, "login.level", "L2")
        assert error["login"]["href"].startswith("/login")


@pytest.mark.gen_test
async def test_logging_in_with_a_card_gives_l1(town):
    person = town.chen.resident
    reply = await town.post("/login", {"name": person.name, "id_number": person.id_number})
    assert reply.status == 200
    assert set(reply.body) >= TOKENS
    assert (reply.body["level"], reply.body["expires_in"]) == ("L1", 900)


@pytest.mark.gen_test
async def test_the_pin_of_the_plate_gives_l2(town):
    proof = {"pin": town.chen.pin, "code": town.chen.code}
    reply = await town.post("/login/confirm", proof, await town.l1(town.chen))
    assert (reply.status, reply.body["level"]) == (200, "L2")
    assert set(reply.body) >= TOKENS


@pytest.mark.gen_test
async def test_a_one_time_code_gives_l2(town):
    token = await town.l1(town.li)
    sent = await town.post("/login/otp", {}, token)
    assert (sent.status, sent.body["sent"]) == (202, True)
    code = await _code_from_outbox(town)
    reply = await town.post("/login/confirm", {"otp": code}, token)
    assert (reply.status, reply.body["level"]) == (200, "L2")


async def _code_from_outbox(town):
    """What staff read on the page of the demo adapter; the message is on its way when the answer is given."""
    staff = await town.staff("admin")
    for _ in range(40):
        messages = (await town.get("/desk/outbox", staff)).body
        codes = re.findall(r"验证码([0-9]{6})", "".join(message["text"] for message in messages))
        if codes:
            return codes[0]
        await asyncio.sleep(0.05)
    raise AssertionError("no message came")


@pytest.mark.gen_test
async def test_staff_log_in_likewise(town):
    reply = await town.post("/staff/login", {"username": "clerk.daguan", "password": "Yunling-2026"})
    assert reply.status == 200
    assert set(reply.body) >= TOKENS


@pytest.mark.gen_test
async def test_a_refresh_token_gives_a_new_pair(town):
    person = town.chen.resident
    first = await town.post("/login", {"name": person.name, "id_number": person.id_number})
    second = await town.post("/login/refresh", {"refresh_token": first.body["refresh_token"]})
    assert (second.status, second.body["level"]) == (200, "L1")
    assert second.body["refresh_token"] != first.body["refresh_token"]


@pytest.mark.gen_test
async def test_at_l2_the_form_comes_filled_from_the_registry(town):
    opened = await open_form(town, town.chen.code, "elder-allowance", await town.l2(town.chen))
    fields = {field["key"]: field for section in opened["form"]["sections"] for field in section["fields"]}
    assert fields["name"]["value"] == "陈桂兰"
    assert "户籍" in fields["birth_date"]["source"]


@pytest.mark.gen_test
async def test_a_submission_gives_a_receipt(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    reply = await submit(town, opened, REPAIR)
    receipt = reply.body["receipt"]
    assert reply.status == 201
    assert set(receipt) == {"code", "href", "case_no", "due_on"}
    assert receipt["href"] == f"/q/{receipt['code']}"
    assert receipt["case_no"].startswith("529901101")


@pytest.mark.gen_test
async def test_the_same_submission_again_gives_the_first_receipt_with_200(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    first = await submit(town, opened, REPAIR)
    again = await submit(town, opened, REPAIR)
    assert (again.status, again.body) == (200, first.body)


@pytest.mark.gen_test
async def test_another_content_under_the_same_key_is_refused(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    await submit(town, opened, REPAIR)
    other = await submit(town, opened, {**REPAIR, "note": "别的内容"})
    assert (other.status, other.body["error"]["code"]) == (409, "submission.other")


@pytest.mark.gen_test(timeout=20)
async def test_twenty_parallel_copies_make_one_case(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    replies = await asyncio.gather(*(submit(town, opened, REPAIR) for _ in range(20)))
    assert sorted(reply.status for reply in replies) == [200] * 19 + [201]
    assert len({reply.body["receipt"]["code"] for reply in replies}) == 1


@pytest.mark.gen_test
async def test_a_receipt_adds_number_state_steps_and_due_date(town):
    filed = await repair(town)
    receipt = (await town.get(filed["href"])).body
    assert (receipt["kind"], receipt["state"]) == ("R", "applied")
    assert (receipt["case_no"], receipt["due_on"]) == (filed["case_no"], filed["due_on"])
    assert {"name", "state", "at"} <= set(receipt["steps"][0])


@pytest.mark.gen_test
async def test_the_receipt_of_a_bundle_adds_its_children(town):
    token = await town.l1(town.chen)
    opened = await open_form(town, town.chen.code, "water-power", token)
    answers = {**missing(opened), "wanted": ["water", "power"]}
    reply = await submit(town, opened, answers, token)
    while reply.status == 422:
        asked = {problem["field"] for problem in reply.body["error"]["fields"]}
        assert asked - set(answers), reply.body
        answers |= await _answers_to(town, opened, asked, token)
        reply = await submit(town, opened, answers, token)
    receipt = (await town.get(reply.body["receipt"]["href"], token)).body
    assert [child["title"] for child in receipt["children"]]
    assert (receipt["total"], receipt.get("done", 0)) == (2, 0)


async def _answers_to(town, opened, asked, token):
    fields = {field["key"]: field for section in opened["form"]["sections"] for field in section["fields"]}
    plain = {
        "address": "大关镇丘林村三组12号",
        "decimal": "5",
        "integer": 1,
        "date": "2026-01-01",
        "textarea": "无",
    }
    found = {}
    for key in asked:
        field = {**fields[key], "required": True, "value": None, "show_if": None}
        del field["show_if"]
        if field["type"] == "file":
            found[key] = [(await upload(town, token)).body["id"]]
        elif field["type"] in plain:
            found[key] = plain[field["type"]]
        else:
            found |= missing({"form": {"sections": [{"fields": [field]}]}})
    return found


async def upload(town, token):
    """A small picture, taken in."""
    body = (
        b"--b\r\n"
        + b'Content-Disposition: form-data; name="file"; filename="a.gif"\r\n\r\n'
        + GIF
        + b"\r\n--b--\r\n"
    )
    told = {"Content-Type": "multipart/form-data; boundary=b"}
    return await town.call("POST", "/files", body, token, told)


GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


@pytest.mark.gen_test
async def test_a_decided_case_shows_its_result_and_takes_one_rating(town):
    token = await town.l2(town.chen)
    filed = await allowance(town, token)
    await decide(town, filed["case_no"])
    receipt = (await town.get(filed["href"], token)).body
    assert (receipt["state"], receipt["result"]) == ("granted", "自12月起发放")
    rated = await town.post(receipt["rate"], {"stars": 5, "words": "谢谢"}, token)
    again = await town.post(receipt["rate"], {"stars": 1}, token)
    assert (rated.status, rated.body["rating"], again.status) == (200, 5, 409)


@pytest.mark.gen_test
async def test_a_validation_failure_names_all_fields_at_once(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    reply = await submit(town, opened, {"contact_phone": "12", "fault": "volcano", "contact_name": "长" * 50})
    error = reply.body["error"]
    assert (reply.status, error["field"]) == (422, error["fields"][0]["field"])
    assert {problem["field"] for problem in error["fields"]} == {"fault", "contact_name", "contact_phone"}
    assert all(problem["code"] and problem["message"] for problem in error["fields"])


@pytest.mark.gen_test
async def test_every_error_has_a_code_and_a_chinese_sentence(town):
    for method, path in (
        ("GET", "/nowhere"),
        ("GET", "/q/DXXX"),
        ("GET", "/desk"),
        ("PUT", "/login"),
        ("POST", "/login"),
    ):
        reply = await town.call(method, path, {})
        error = reply.body["error"]
        assert reply.status in (400, 401, 404, 405, 422), path
        assert error["code"].isascii()
        assert any("一" <= char <= "鿿" for char in error["message"])
