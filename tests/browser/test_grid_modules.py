"""The pure parts of the grid worker's app, run in the browser that will run them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image, ImageDraw, ImageFilter
from playwright.sync_api import Page

from qr import grammar
from qr.png import png
from qr.symbol import symbol
from tests.browser.county import County

pytestmark = pytest.mark.browser
GRID = "/static/js/grid"
SEEN = f"""async (picture) => {{
  const {{ sight }} = await import('{GRID}/sight.js');
  const {{ pixels }} = await import('{GRID}/photos.js');
  const bytes = Uint8Array.from(atob(picture), (each) => each.charCodeAt(0));
  return sight(await pixels(new Blob([bytes]), 800));
}}"""
ADDRESSES = (
    "http://yunling.example/q/D4K79XQ2M1PT", "HTTPS://ZWFW.YUNLING.GOV.CN/Q/D4K79XQ2M1PT",
    "https://zhengwufuwu.a-county-with-a-long-name.gov.cn/q/D4K79XQ2M1PT", "https://x.cn/q/0123456789",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(browser: Any, county: County) -> Any:
    """A page of the server's own, where modules may be loaded."""
    opened = browser.new_page()
    opened.goto(f"{county.url}/progress")
    yield opened
    opened.close()


@pytest.fixture
def call(page: Page) -> Callable[..., Any]:
    """Calls what a module exports: ``call("plate.read", "D4K7…")``."""

    def run(name: str, *given: Any) -> Any:
        module, function = name.split(".")
        script = f"async (given) => (await import('{GRID}/{module}.js')).{function}(...given)"
        return page.evaluate(script, list(given))

    return run


def plate(text: str, pixels: int = 6) -> Image.Image:
    return Image.open(io.BytesIO(png(symbol(text), pixels))).convert("L")


def sent(picture: Image.Image, kind: str = "PNG") -> str:
    out = io.BytesIO()
    picture.save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


def on_a_wall(picture: Image.Image, seed: int) -> Image.Image:
    """Turned, seen from the side, half in the shade, a little out of focus."""
    chance = random.Random(seed)
    wall = Image.new("L", (720, 720), 190)
    turned = picture.resize((320, 320)).rotate(chance.uniform(0, 360), expand=True, fillcolor=190)
    wall.paste(turned, ((720 - turned.width) // 2, (720 - turned.height) // 2))
    lean = [chance.uniform(0, 60) for _ in range(8)]
    corners = (
        lean[0], lean[1], lean[2], 720 - lean[3], 720 - lean[4], 720 - lean[5], 720 - lean[6], lean[7],
    )  # fmt: skip
    seen = wall.transform((720, 720), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    shade = Image.linear_gradient("L").resize((720, 720)).point(lambda level: 90 + level // 2)
    dim = Image.composite(seen, Image.new("L", (720, 720), 0), shade)
    return dim.filter(ImageFilter.GaussianBlur(chance.uniform(0, 1.2)))


@pytest.mark.parametrize("text", ADDRESSES)
def test_the_phone_reads_what_our_own_plates_say(page: Page, text: str) -> None:
    assert page.evaluate(SEEN, sent(plate(text))) == text


def test_it_reads_plates_that_hang_askew_in_the_shade(page: Page) -> None:
    read = [page.evaluate(SEEN, sent(on_a_wall(plate(ADDRESSES[0]), seed), "JPEG")) for seed in range(20)]
    assert set(read) <= {ADDRESSES[0], ""}
    assert read.count(ADDRESSES[0]) >= 19  # through the camera the next look comes a moment later


def test_a_scratch_costs_nothing_and_half_a_plate_gives_nothing_instead_of_something_else(page: Page) -> None:
    scratched, torn = plate(ADDRESSES[0]), plate(ADDRESSES[0])
    ImageDraw.Draw(scratched).line((60, 120, 170, 128), 0, 5)
    ImageDraw.Draw(torn).rectangle((90, 60, 200, 170), 255)
    assert page.evaluate(SEEN, sent(scratched)) == ADDRESSES[0]
    assert page.evaluate(SEEN, sent(torn)) == ""


@pytest.mark.parametrize("wall", ["white", "noise"])
def test_a_wall_without_a_plate_says_nothing(page: Page, wall: str) -> None:
    bare = Image.new("L", (640, 480), 255) if wall == "white" else Image.effect_noise((640, 480), 90)
    assert page.evaluate(SEEN, sent(bare)) == ""


def test_codes_are_read_as_the_server_reads_them(call: Callable[..., Any]) -> None:
    code = grammar.new("D")
    typed = [code, code.lower(), grammar.spoken(code), f"http://yunling.example/q/{code}", f" {code[:4]}-{code[4:]} ",
             "D1", code[:-1] + ("0" if code[-1] != "0" else "1"), grammar.new("R"), "门牌", ""]  # fmt: skip
    for text in typed:
        try:
            expected = grammar.read(text)
        except grammar.BadCode:
            expected = ""
        told = call("plate.read", text)
        assert told["code"] == (expected if expected.startswith("D") else "")
        assert bool(told["message"]) is not bool(told["code"])


def test_what_is_sealed_opens_with_the_same_secret_and_at_its_own_place_alone(page: Page) -> None:
    told = page.evaluate(f"""async () => {{
      const {{ newLock, openLock }} = await import('{GRID}/crypto.js');
      const {{ lock, vault }} = await newLock('山高路远2026');
      const box = await vault.seal({{ name: '陈桂兰' }}, 'homes');
      const again = await openLock(lock, ' 山高路远2026 ');
      const elsewhere = await again.open(box, 'queue').then(() => 'opened', () => 'shut');
      const moved = await openLock(await vault.relock('另一个口令88'), '另一个口令88');
      return {{ same: await again.open(box, 'homes'), elsewhere, wrong: await openLock(lock, '山高路远2025'),
               after: await moved.open(box, 'homes'), names: await vault.name('home', '1') === await again.name('home', '1'),
               plain: new TextDecoder().decode(box).includes('陈桂兰') }};
    }}""")
    assert told == {
        "same": {"name": "陈桂兰"}, "elsewhere": "shut", "wrong": None, "after": {"name": "陈桂兰"}, "names": True,
        "plain": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("secret", "good"),
    [
        ("1234", False), ("123456", False), ("12345678", False), ("aaaaaaaa", False), ("29470518", True),
        ("丘林村口老槐树", True),
    ],
)  # fmt: skip
def test_a_secret_that_is_soon_guessed_is_refused(call: Callable[..., Any], secret: str, good: bool) -> None:
    assert (call("crypto.weak", secret) == "") is good


def test_wrong_tries_cost_more_and_more(call: Callable[..., Any]) -> None:
    waits = [call("guard.waitAfter", wrong) for wrong in range(10)]
    assert waits == [0, 0, 0, 5, 15, 60, 300, 900, 3600, 3600]


def test_an_operation_carries_the_hash_of_its_text_and_what_it_builds_on(call: Callable[..., Any]) -> None:
    edits = [{"of": "", "key": "house.storeys", "value": "2", "base": "@01KAXV5R8M3E6Q0ZB7T4N2W9HC"}]
    where = {"device": "d" * 32, "seq": 7, "now": 1764000000000}
    op = call("ops.operation", {"kind": "edit", "home": "5" * 18, "edits": edits}, where)
    told = json.loads(op["text"])
    assert op["hash"] == hashlib.sha256(op["text"].encode()).hexdigest()
    assert (told["v"], told["id"], told["seq"], told["at"]) == (2, op["id"], 7, "2025-11-24T16:00:00.000Z")
    assert told["after"] == ["01KAXV5R8M3E6Q0ZB7T4N2W9HC"]
    assert len(op["id"]) == 26
    assert call("ops.ulid", 1764000000000)[:10] == op["id"][:10] < call("ops.ulid", 1764000000001)[:10]


def element(key: str, label: str, kind: str, **more: Any) -> dict[str, Any]:
    module = "house_basic" if key.startswith("house.") else "person_basic"
    return {"key": key, "label": label, "type": kind, "module": module, "sensitivity": 1, **more}


ELEMENTS = {
    "version": "x", "sources": ["shared", "counter", "visit", "self", "import"], "pace": {}, "photos": {}, "codes": {},
    "modules": {"house_basic": "基本信息"},
    "elements": [
        element("house.storeys", "层数", "integer"),
        element("house.remark", "备注", "textarea", collect="offered"),
        element("person.phone", "电话", "phone", collect="always"),
    ],
}  # fmt: skip
AT = 1_764_000_000
TOLD = {
    "h": "5" * 18, "r": 3, "a": "丘林村三组12号", "g": "三组", "c": "D4K79XQ2M1PT",
    "v": [[0, 2, 4, AT - 400 * 86400, 1, "k3Zq"]],
    "m": [{"p": "p1", "r": 1, "rel": "02", "v": []}], "l": {"on": "2025-10-15", "next": "2025-11-01", "way": 1},
}  # fmt: skip


def test_a_household_says_what_is_missing_stale_and_due(call: Callable[..., Any]) -> None:
    home = call("household.unpacked", TOLD, ["王网格", "批量导入"], ELEMENTS)
    stored = {"v": 2, "source": "import", "at": AT - 400 * 86400, "by": "批量导入", "x": "k3Zq"}
    assert home["values"]["house.storeys"] == stored
    wanted = call("household.wants", home, ELEMENTS, AT, "2025-11-25")
    assert [(each["of"], each["element"]["key"]) for each in wanted["missing"]] == [("p1", "person.phone")]
    assert [each["element"]["key"] for each in wanted["stale"]] == ["house.storeys"]
    assert (wanted["due"], wanted["sinceVisit"]) == (True, 41)


def test_what_was_done_here_lies_over_what_the_server_sent(call: Callable[..., Any]) -> None:
    home = call("household.unpacked", TOLD, ["王网格", "批量导入"], ELEMENTS)
    her = {"of": "p1", "key": "person.phone"}
    text = json.dumps(
        {"id": "A", "at": "2025-11-25T00:00:00Z", "edits": [{**her, "value": "138", "base": ""}]}
    )

    def seen(*answer: dict[str, Any]) -> Any:
        entry = {"text": text, **({"answer": {"elements": answer}} if answer else {})}
        return call("household.overlaid", home, [entry])

    def version(shown: Any) -> str:
        return str(shown["members"][0]["values"]["person.phone"]["x"])

    assert version(seen()) == "@A"
    assert version(seen({**her, "is": "recorded", "x": "Pq0_"})) == "Pq0_"
    assert seen({**her, "is": "conflict"}) == home


def test_no_change_vouches_only_for_the_version_that_was_seen(call: Callable[..., Any]) -> None:
    home = call("household.unpacked", TOLD, ["王网格", "批量导入"], ELEMENTS)
    vouch = {"id": "B", "at": "2025-11-25T00:00:00Z", "of": "", "bases": {"house.storeys": "k3Zq"}}
    fresh = call("household.overlaid", home, [{"text": json.dumps(vouch)}])
    assert call("household.wants", fresh, ELEMENTS, AT, "2025-11-25")["stale"] == []
    old = {**vouch, "bases": {"house.storeys": "old!"}}
    assert call("household.overlaid", home, [{"text": json.dumps(old)}]) == home


def test_a_queue_taken_along_opens_for_the_server_and_says_whose_it_is(call: Callable[..., Any]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    public = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
    device = {"account": "a1", "secret": "0f" * 32, "queue_key": {"id": "e1", "public": public}}
    file = json.loads(
        call("takeaway.takeaway", device, "d" * 32, [{"id": "I", "hash": "h", "text": "陈桂兰"}])
    )
    assert "陈桂兰" not in json.dumps(file, ensure_ascii=False)
    inside = _opened(private, file)
    assert (inside["account"], inside["device"]) == ("a1", "d" * 32)
    assert json.loads(inside["ops"]) == [{"id": "I", "hash": "h", "text": "陈桂兰"}]
    assert inside["mac"] == hmac.new(device["secret"].encode(), inside["ops"].encode(), "sha256").hexdigest()


def _opened(private: ec.EllipticCurvePrivateKey, file: dict[str, Any]) -> dict[str, Any]:
    """As docs/sync.md says."""
    raw = {name: base64.urlsafe_b64decode(file[name] + "==") for name in ("epk", "iv", "data")}
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw["epk"])
    shared = private.exchange(ec.ECDH(), theirs)
    key = HKDF(SHA256(), 32, None, b"saoban.queue/1").derive(shared)
    return json.loads(AESGCM(key).decrypt(raw["iv"], raw["data"], None))
