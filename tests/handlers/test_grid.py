"""The grid worker's pages of the server: his list, a plate that is typed or photographed, and the files of his app."""

from __future__ import annotations

import hashlib
import io
import json

import pytest
from PIL import Image
from tornado.httpclient import AsyncHTTPClient

from qr import grammar
from qr.png import png
from qr.symbol import symbol
from server.assets import STATIC

WORKER = "grid.qiulin1"
HTML = "text/html"


def photo(text: str) -> bytes:
    """A symbol on a wall, photographed."""
    wall = Image.new("L", (900, 1200), 200)
    wall.paste(Image.open(io.BytesIO(png(symbol(text), 6))).convert("L"), (300, 500))
    out = io.BytesIO()
    wall.save(out, "JPEG", quality=70)
    return out.getvalue()


async def sent(town, picture: bytes, token: str):
    """POST /grid/plate with a photograph, as the app does it."""
    edge = "----plate"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = head.encode() + picture + f"\r\n--{edge}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}", "Accept": "application/json",
        "Authorization": f"Bearer {token}",
    }  # fmt: skip
    url = f"{town.url}/grid/plate"
    answer = await AsyncHTTPClient().fetch(url, method="POST", body=body, headers=headers, raise_error=False)
    return answer.code, json.loads(answer.body)


@pytest.mark.gen_test(timeout=30)
async def test_a_plate_is_read_from_an_ordinary_photograph(town):
    token = await town.staff(WORKER)
    status, told = await sent(town, photo(f"http://yunling.example/q/{town.chen.code}"), token)
    assert (status, told["code"]) == (200, town.chen.code)
    assert told["href"] == f"/desk/registry/households/{told['household']}"


@pytest.mark.gen_test(timeout=30)
async def test_a_photograph_without_a_plate_says_what_to_do(town):
    token = await town.staff(WORKER)
    for picture, code in (
        (photo(f"http://yunling.example/q/{grammar.new('S')}"), "plate.other"), (b"no picture", "plate.picture"),
    ):  # fmt: skip
        status, told = await sent(town, picture, token)
        assert (status, told["error"]["fields"][0]["code"]) == (422, code)


@pytest.mark.gen_test
async def test_a_plate_of_another_grid_is_not_there_for_him(town):
    token = await town.staff(WORKER)
    assert (await town.post("/grid/plate", {"code": town.li.code}, token)).status == 404
    typed = await town.post("/grid/plate", {"code": grammar.spoken(town.chen.code).lower()}, token)
    assert typed.body["code"] == town.chen.code


@pytest.mark.gen_test
async def test_the_list_is_of_his_grid_alone_and_on_record(town):
    listing = (await town.get("/grid/", await town.staff(WORKER))).body
    assert "陈桂兰" in [door["head"] for door in listing["doors"]]
    assert {door["household"][:12] for door in listing["doors"]} == {listing["area"][:12]}
    row = await town.built.database.collection("audit").find_one({"what.noun": "list", "what.id": "grid"})
    assert row["act"] == "view"


@pytest.mark.gen_test
async def test_the_files_of_the_app_are_named_with_their_hashes(town):
    script = (await town.call("GET", "/grid/sw.js")).body.decode()
    told = json.loads(script[script.index("{") : script.index(";\n\n")])
    assert told["page"] == "/grid/app"
    assert "/static/js/grid/app.js" in told["files"]
    for path, digest in told["files"].items():
        assert hashlib.sha256((STATIC / path.removeprefix("/static/")).read_bytes()).hexdigest() == digest
    page = (await town.call("GET", told["page"], headers={"Accept": HTML})).body.decode()
    assert "陈桂兰" not in page
