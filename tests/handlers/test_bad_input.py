"""Bad input: a clear answer in Chinese, nothing written by halves, never a 500."""

from __future__ import annotations

import asyncio
import json
import socket
import time

import jwt
import pytest

from server.app import LARGEST_BODY
from tests.handlers.filing import REPAIR, TYPED, open_form, repair, submit
from tests.handlers.test_contract import GIF, upload

KEY = "k-of-bad-input"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEEP = b'{"submission_key": "k-of-bad-input", "answers": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
DEEP_ANSWER = (
    b'{"submission_key": "k-of-bad-input", "answers": {"note": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}}"
)


def refused(reply, *statuses):
    """Assert a refusal of ours: one of ``statuses``, a code, and a Chinese sentence; returns the code."""
    assert reply.status in statuses, (reply.status, reply.body)
    error = reply.body["error"]
    assert any("一" <= char <= "鿿" for char in error["message"])
    return error["code"]


async def cases(town):
    """How many cases there are."""
    return await town.built.database.collection("cases").count_documents({})


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"text"', b"\xff\xfe", b"{}", DEEP, b'{"submission_key": 5, "answers": {}}',
        b'{"submission_key": "k-of-bad-input", "answers": []}', b'{"submission_key": "k-of-bad-input", "answers": NaN}',
        b'{"submission_key": "k-of-bad-input", "answers": {"note": 1e999}}',
        b'{"submission_key": "k-of-bad-input", "answers": {"note": "\\ud800"}}',
        b'{"submission_key": "k-of-bad-input", "answers": {"note": ' + b"9" * 5000 + b"}}",
        b'{"submission_key": "k\\u0000-of-bad-input", "answers": {}}', b'{"submission_key": "short", "answers": {}}',
    ],
    ids=lambda body: body[:60].decode("latin-1"),
)  # fmt: skip
async def test_a_body_that_is_no_submission_is_400_and_writes_nothing(town, body):
    before = await cases(town)
    assert refused(await town.post(f"/apply/{town.chen.code}/water-repair", body), 400)
    assert await cases(town) == before


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "changed",
    [
        {"fault": 5}, {"fault": {"$gt": ""}}, {"fault": ["leak"]}, {"contact_phone": True}, {"note": "\x00"},
        {"note": "a\u202eb"}, {"note": "长" * 301}, {"photos": "nothing"}, {"photos": [5]}, {"photos": ["0" * 32]},
        {"photos": [f"{n:032x}" for n in range(1000)]}, {"nonsense": 1}, {"$where": "1"}, {"a.b": 1}, {"": 1},
        {"note": {"deep": [[[]]]}}, {"contact_phone": "１３９" + "0" * 500},
    ],
    ids=lambda changed: str(changed)[:40],
)  # fmt: skip
async def test_wrong_answers_are_422_beside_their_fields(town, changed):
    before = await cases(town)
    opened = await open_form(town, town.chen.code, "water-repair")
    reply = await submit(town, opened, {**REPAIR, **changed})
    assert refused(reply, 422) == "invalid"
    assert [problem["field"] for problem in reply.body["error"]["fields"]] == list(changed)
    assert await cases(town) == before


@pytest.mark.gen_test
async def test_deep_json_in_an_answer_is_refused(town):
    refused(await town.post(f"/apply/{town.chen.code}/water-repair", DEEP_ANSWER), 400, 422)


@pytest.mark.gen_test
async def test_emoji_and_rare_characters_come_back_as_they_were_typed(town):
    note = "姚𠮷祥家的水管💧坏了，找扎西·多吉\n第二行"
    filed = await repair(town, note=note)
    led = await town.get(f"/desk?number={filed['case_no']}", await town.staff("clerk.daguan"))
    case = (await town.get(led.headers["Location"], await town.staff("clerk.daguan"))).body["case"]
    assert note in [answer.get("value") for answer in case["answers"]]


@pytest.mark.gen_test
async def test_unknown_members_beside_the_answers_are_passed_over(town):
    opened = await open_form(town, town.chen.code, "water-repair")
    sent = {"submission_key": opened["submit"]["submission_key"], "answers": REPAIR, "client": "mini", "v": 2}
    assert (await town.post(opened["submit"]["href"], sent)).status == 201


@pytest.mark.gen_test(timeout=20)
async def test_a_table_of_ten_thousand_rows_is_refused_quickly(town):
    token = await town.l2(town.chen)
    opened = await open_form(town, town.chen.code, "dibao", token)
    rows = [{"name": "某", "income": "0"}] * 10_000
    began = time.monotonic()
    reply = await submit(town, opened, {**missing_but(opened, "members"), "members": rows}, token)
    assert refused(reply, 422) == "invalid"
    assert "table.too_many" in [problem["code"] for problem in reply.body["error"]["fields"]]
    assert time.monotonic() - began < 3


def missing_but(opened, *names):
    """Answers to what is easily answered; the rest stays open."""
    fields = [field for section in opened["form"]["sections"] for field in section["fields"]]
    return {field["key"]: TYPED[field["type"]] for field in fields if field["required"] and field["type"] in TYPED
            and field["key"] not in names and field.get("value") in (None, "")}  # fmt: skip


@pytest.mark.gen_test(timeout=20)
async def test_ten_thousand_rows_by_form_are_refused_too(town):
    token = await town.l2(town.chen)
    body = "&".join(f"members.{n}.name=a" for n in range(10_000)).encode()
    reply = await town.call("POST", f"/apply/{town.chen.code}/dibao/2", body, token, FORM)
    assert reply.status in (400, 413, 422)


@pytest.mark.gen_test(timeout=20)
async def test_a_body_over_the_limit_of_its_verb_is_413(town):
    big = json.dumps({"submission_key": KEY, "answers": {"note": "a" * 600_000}}).encode()
    assert refused(await town.post(f"/apply/{town.chen.code}/water-repair", big), 413) == "too_large"


@pytest.mark.gen_test(timeout=30)
async def test_a_body_larger_than_anything_we_take_is_told_so(town):
    reply = await town.call("POST", "/files", b"x" * (LARGEST_BODY + 1), await town.l1(town.chen))
    assert refused(reply, 413) == "too_large"


@pytest.mark.gen_test(timeout=20)
async def test_a_photo_over_the_limit_is_told_so(town):
    reply = await upload_of(town, "big.jpg", b"\xff\xd8\xff" + b"0" * (11 << 20))
    assert refused(reply, 413) == "too_large"
    assert "MB" in reply.body["error"]["message"]


async def upload_of(town, name, data):
    """Send one file under a name that may lie."""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    told = {"Content-Type": "multipart/form-data; boundary=b"}
    return await town.call("POST", "/files", head + data + b"\r\n--b--\r\n", await town.l1(town.chen), told)


@pytest.mark.gen_test(timeout=20)
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("card.jpg", b"MZ this is a program"), ("card.pdf", b"%PDF-1.7 and then nothing"),
        ("card.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40), ("card.jpg", b"<html><script>alert(1)</script>"),
        ("card.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), ("card.gif", GIF[:20]),
    ],
)  # fmt: skip
async def test_a_file_that_is_not_what_it_says_is_422(town, name, data):
    assert refused(await upload_of(town, name, data), 422) == "file.kind"


@pytest.mark.gen_test
async def test_the_name_of_a_file_cannot_leave_its_folder(town):
    kept = await upload_of(town, "../../etc/passwd\\..\\x<script>.gif", GIF)
    assert kept.status == 201
    assert not set(kept.body["name"]) & set('/\\<>"')
    shown = await town.get(kept.body["href"], await town.l1(town.chen))
    assert (shown.headers["Content-Type"], shown.headers["X-Content-Type-Options"]) == (
        "image/jpeg",
        "nosniff",
    )
    assert "sandbox" in shown.headers["Content-Security-Policy"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"junk"), ("multipart/form-data; boundary=b", b"junk"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disp"), ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b"--b--\r\n"), ("text/plain", b"hello"), ("image/jpeg", GIF),
        ("application/json", b"{}"), ("application/x-www-form-urlencoded", b"file=%ff"),
    ],
)  # fmt: skip
async def test_a_malformed_upload_is_400(town, kind, body):
    reply = await town.call("POST", "/files", body, await town.l1(town.chen), {"Content-Type": kind})
    refused(reply, 400)


@pytest.mark.gen_test
async def test_invalid_utf8_in_a_form_is_400(town):
    for body in (b"name=%ff%fe&id_number=1", b"name=\xff\xfe", b"%ff=1&name=a&id_number=%80"):
        reply = await town.call("POST", "/login", body, await town.l1(town.chen), FORM)
        refused(reply, 400, 422)


@pytest.mark.gen_test
async def test_of_duplicate_parameters_the_last_one_counts(town):
    body = b"username=clerk.daguan&username=nobody&password=Yunling-2026"
    reply = await town.call("POST", "/staff/login", body, await town.l1(town.chen), FORM)
    assert refused(reply, 401) == "login.refused"


@pytest.mark.gen_test
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/jsonp", "text/html"])
async def test_a_wrong_content_type_is_no_way_round_the_token_of_forms(town, kind):
    person = town.chen.resident
    body = json.dumps({"name": person.name, "id_number": person.id_number}).encode()
    refused(await town.call("POST", "/login", body, "", {"Content-Type": kind}), 403)


@pytest.mark.gen_test
@pytest.mark.parametrize("path", ["/login", "/staff/login", "/logout", "/files", "/apply/DOOR/water-repair"])
async def test_a_form_without_its_token_is_403(town, path):
    reply = await town.call("POST", path.replace("DOOR", town.chen.code), b"a=1", "", FORM)
    assert refused(reply, 403) == "forbidden"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example", "file://"]
)
async def test_json_from_another_origin_is_403(town, origin):
    reply = await town.call("POST", "/logout", {}, "", {"Origin": origin})
    assert refused(reply, 403) == "origin"


@pytest.mark.gen_test
async def test_json_from_our_own_pages_is_taken(town):
    reply = await town.call("POST", "/logout", {}, "", {"Origin": town.url})
    assert reply.status == 200


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "///e.x",
     "/\t/evil.example", "evil.example", "/" + "a" * 600, "http:evil.example"],
)  # fmt: skip
async def test_next_never_leads_out_of_the_house(town, target):
    reply = await town.call("GET", f"/elder?next={quoted(target)}", headers={"Accept": "text/html"})
    assert (reply.status, reply.headers["Location"]) == (303, "/")
    token = await town.l2(town.chen)
    reply = await town.call(
        "GET", f"/login/confirm?next={quoted(target)}", None, token, {"Accept": "text/html"}
    )
    assert (reply.status, reply.headers["Location"]) == (303, "/my")


def quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


@pytest.mark.gen_test
@pytest.mark.parametrize("path", ["/login", "/login/confirm", "/elder"])
async def test_next_cannot_write_headers(town, path):
    for target in ("/a\r\nSet-Cookie: x=1", "/a\nX-Evil: 1", "/\x00", "/a%0d%0aX-Evil: 1"):
        reply = await town.call("GET", f"{path}?next={quoted(target)}", None, await town.l2(town.chen),
                                {"Accept": "text/html"})  # fmt: skip
        assert reply.status == 303
        assert "X-Evil" not in reply.headers
        assert "x=1" not in reply.headers.get("Set-Cookie", "")


@pytest.mark.gen_test
async def test_next_keeps_its_own_arguments(town):
    reply = await town.call("GET", f"/login?next={quoted('/progress?number=1&x=2#rate')}", None,
                            await town.l1(town.chen), {"Accept": "text/html"})  # fmt: skip
    assert reply.headers["Location"] == "/login/confirm?next=/progress%3Fnumber%3D1%26x%3D2%23rate"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "path",
    ["/static/..%2f..%2fREADME.md", "/static/../server/settings.py", "/static/%00", "/static/", "/static/" + "a" * 5000,
     "/q/..%2f..%2fetc%2fpasswd", "/q/%00", "/q/%F0%A0%AE%B7", "/q/" + "A" * 290, "/q/%ff", "/apply/%ff/elder-card",
     "/apply/DOOR/..%2f", "/files/..%2fx", "/mismatch/%00", "/code?code=%00", "/code?code=%ff", "/nowhere",
     "//evil.example/", "/q/DOOR/code.png", "/q/DOOR/receipt.pdf", "/q/DOOR/supplement", "/" + "a" * 9000, "/?s=%ff"],
)  # fmt: skip
async def test_tricks_with_paths_find_nothing(town, path):
    for accept in ("application/json", "text/html"):
        reply = await town.call("GET", path.replace("DOOR", town.chen.code), headers={"Accept": accept})
        assert reply.status in (200, 400, 403, 404), (accept, reply.status)
        assert b"root:" not in str(reply.body).encode()


@pytest.mark.gen_test
async def test_nul_and_noise_in_searches_are_harmless(town):
    for path in (
        "/?s=%00",
        f"/q/{town.chen.code}?s=%00",
        "/?s=%F0%9F%92%A7",
        "/progress?number=%00",
        "/?s=" + "a" * 5000,
    ):
        reply = await town.call("GET", path, headers={"Accept": "text/html"})
        assert reply.status in (200, 404), path


@pytest.mark.gen_test
async def test_head_is_get_without_a_body(town):
    for path in ("/", f"/q/{town.chen.code}", "/login", "/healthz", f"/apply/{town.chen.code}/water-repair"):
        reply = await town.call("HEAD", path)
        assert (reply.status, reply.body) == (200, b""), path
        assert int(reply.headers["Content-Length"]) > 0


@pytest.mark.gen_test
async def test_head_on_the_news_of_the_desk_does_not_hang(town):
    reply = await town.call("HEAD", "/desk/stream", token=await town.staff("clerk.daguan"))
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/event-stream")


@pytest.mark.gen_test
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND", "FOO", "PATCH"])
async def test_other_methods_are_405(town, method):
    for path in ("/", f"/q/{town.chen.code}", "/login", "/desk", "/healthz"):
        assert refused(await town.call(method, path), 405) == "method"


@pytest.mark.gen_test
async def test_a_very_long_address_is_refused_without_harm(town):
    with socket.create_connection(("127.0.0.1", town.port)) as wire:
        wire.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(wire, b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        await loop.sock_recv(wire, 1000)
    assert (await town.get("/healthz")).status == 200


@pytest.mark.gen_test
@pytest.mark.parametrize("form", ["x", "a.b.c", "", " ", "é" * 10, "a" * 30_000])
async def test_a_broken_token_is_401_for_a_client_and_nobody_for_a_browser(town, form):
    reply = await town.call("GET", "/my", headers={"Authorization": f"Bearer {form}"})
    assert refused(reply, 401) == "login.expired"
    page = await town.call(
        "GET", "/", headers={"Cookie": f"access={form}; refresh={form}", "Accept": "text/html"}
    )
    assert page.status == 200


@pytest.mark.gen_test
async def test_forged_tokens_are_401(town):
    claims = jwt.decode(await town.l2(town.chen), options={"verify_signature": False, "verify_aud": False})
    forged = [
        jwt.encode(claims, None, "none"),
        jwt.encode(claims, "secret-of-somebody-else-entirely-32", "HS256", headers={"kid": "e1"}),
        jwt.encode({**claims, "lvl": "L2"}, None, "none", headers={"kid": "e1"}),
    ]
    for token in forged:
        assert refused(await town.get("/my", token), 401) == "login.expired"


@pytest.mark.gen_test
async def test_a_token_of_another_scheme_is_401(town):
    for scheme in ("Basic YTpi", "Digest x", "bearerless"):
        reply = await town.call("GET", "/my", headers={"Authorization": scheme})
        assert refused(reply, 401) == "login.expired"


@pytest.mark.gen_test
async def test_a_revision_that_is_no_number_is_a_conflict_not_a_crash(town):
    token = await town.staff("clerk.daguan")
    filed = await repair(town)
    led = await town.get(f"/desk?number={filed['case_no']}", token)
    for revision in ("abc", "", "9" * 40, "-1", "１"):
        body = f"revision={quoted(revision)}".encode()
        reply = await town.call("POST", f"{led.headers['Location']}/accept", body, token, FORM)
        assert refused(reply, 409) == "case.changed"


@pytest.mark.gen_test
async def test_a_state_that_codes_do_not_have_is_400_and_changes_nothing(town):
    token = await town.staff("clerk.daguan")
    path = f"/desk/codes/{town.chen.code}/state"
    refused(await town.post(path, {"state": "gone"}, token), 400)
    for successor in ("zzz", town.chen.code, town.item("elder-card")):
        reply = await town.post(path, {"state": "replaced", "successor": successor}, token)
        assert refused(reply, 422) == "invalid"
        assert reply.body["error"]["field"] == "successor"
    assert (await town.get(f"/q/{town.chen.code}")).body["state"] == "active"


@pytest.mark.gen_test
async def test_removing_a_row_that_cannot_be_is_passed_over(town, browser):
    page = await browser.open(f"/apply/{town.chen.code}/water-repair/1")
    for wanted in ("photos.²", "photos." + "9" * 5000, "photos.-1", "nothing.0", "photos:nothing"):
        again = await browser.send(page, press=f"_remove={wanted}")
        assert again.status == 200, wanted


@pytest.mark.gen_test
async def test_an_upload_is_kept_for_its_owner_alone(town):
    kept = await upload(town, await town.l1(town.chen))
    assert (await town.get(kept.body["href"], await town.l1(town.li))).status == 404
