"""A queue that cannot be sent is carried by hand: sealed to our key, marked by its device, answered as if it were sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

BOUNDARY = "saoban"


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sealed(greeting: dict, phone, ops: list[dict], secret: str = "") -> bytes:
    """A file as the app makes it, from docs/sync.md alone."""
    said = json.dumps(ops, ensure_ascii=False)
    mac = hmac.new((secret or greeting["secret"]).encode(), said.encode(), hashlib.sha256).hexdigest()
    inside = {
        "account": greeting["account"],
        "device": phone.device,
        "made": phone.clock.isoformat(),
        "ops": said,
        "mac": mac,
    }
    point = base64.urlsafe_b64decode(greeting["queue_key"]["public"] + "==")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    ours = ec.generate_private_key(ec.SECP256R1())
    key = HKDF(hashes.SHA256(), 32, None, b"saoban.queue/1").derive(ours.exchange(ec.ECDH(), theirs))
    iv = os.urandom(12)
    epk = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    data = AESGCM(key).encrypt(iv, json.dumps(inside).encode(), None)
    told = {
        "saoban": "queue",
        "v": 1,
        "key": greeting["queue_key"]["id"],
        "epk": text(epk),
        "iv": text(iv),
        "data": text(data),
    }
    return json.dumps(told).encode()


async def bring(grid, token: str, file: bytes):
    """Upload it at the desk."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="q.json"\r\n\r\n'
    body = head.encode() + file + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await grid.town.call("POST", "/desk/sync", body, token, kind)


async def greeted(phone) -> dict:
    return (await phone.call("POST", "/grid/device", {"label": "红米 12"})).body


@pytest.mark.gen_test
async def test_a_stuck_queue_is_brought_in_by_a_colleague_and_credited_to_its_author(grid, phone):
    home, wang = await grid.home(), await phone()
    greeting = await greeted(wang)
    ops = [
        wang.visit(home.id),
        wang.edit(home.id, "house.storeys", "3"),
        wang.edit(home.id, "house.storeys", "很多"),
    ]
    reply = await bring(grid, await grid.town.staff("reviewer.daguan"), sealed(greeting, wang, ops))
    value = (await grid.built.home.households.get(home.id)).value("house.storeys")
    assert (reply.status, reply.body["name"]) == (200, "王网格")
    assert [each["is"] for each in reply.body["ops"]] == ["created", "created", "invalid"]
    assert (value.v, value.by) == (3, greeting["account"])


@pytest.mark.gen_test
async def test_what_was_brought_in_and_is_sent_later_all_the_same_is_done_once(grid, phone):
    home, wang = await grid.home(), await phone()
    visit = wang.visit(home.id)
    file = sealed(await greeted(wang), wang, [visit])
    for expected in ("created", "same"):
        assert [each["is"] for each in (await bring(grid, wang.token, file)).body["ops"]] == [expected]
    assert (await wang.one(visit))["is"] == "same"
    assert await grid.count("visits", household=home.id) == 1


@pytest.mark.gen_test
async def test_a_file_that_somebody_else_made_up_is_not_taken(grid, phone):
    home, wang = await grid.home(), await phone()
    forged = sealed(await greeted(wang), wang, [wang.visit(home.id)], secret="0" * 64)
    reply = await bring(grid, wang.token, forged)
    assert (reply.status, reply.body["error"]["fields"][0]["code"]) == (422, "queue.mac")
    assert await grid.count("visits", household=home.id) == 0


@pytest.mark.gen_test
async def test_a_damaged_file_and_one_that_is_none_are_named(grid, phone):
    home, wang = await grid.home(), await phone()
    file = json.loads(sealed(await greeted(wang), wang, [wang.visit(home.id)]))
    cut = json.dumps({**file, "data": file["data"][:-8]}).encode()
    for bad in (cut, b"hello", json.dumps({**file, "epk": "AAAA"}).encode()):
        reply = await bring(grid, wang.token, bad)
        assert (reply.status, reply.body["error"]["fields"][0]["code"]) == (422, "queue.damaged")
    reply = await bring(grid, wang.token, json.dumps({**file, "key": "e9"}).encode())
    assert reply.body["error"]["fields"][0]["code"] == "queue.key"


@pytest.mark.gen_test
async def test_a_desk_of_another_town_does_not_bring_it_in(grid, phone):
    home, wang = await grid.home(), await phone()
    file = sealed(await greeted(wang), wang, [wang.visit(home.id)])
    reply = await bring(grid, await grid.town.staff("clerk.qingxi"), file)
    assert (reply.status, await grid.count("visits", household=home.id)) == (403, 0)
