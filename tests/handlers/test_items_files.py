"""Files of items over HTTP: out, looked through, and in; figures before and after."""

from __future__ import annotations

import msgspec
import pytest

from models.items.exchange import FORMAT, ItemFile, read_items, write_items
from tests.handlers.test_items import APPROVER, EDITOR, entered

JSON = {"Accept": "application/json"}


def multipart(data: bytes, do: str) -> tuple[bytes, dict[str, str]]:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="do"\r\n\r\n' + do.encode() + b"\r\n--b\r\n"
        b'Content-Disposition: form-data; name="file"; filename="items.xlsx"\r\n\r\n'
        + data
        + b"\r\n--b--\r\n"
    )
    return body, {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.gen_test(timeout=60)
async def test_what_was_taken_out_is_taken_in_again_as_nothing_new(town):
    token = await town.staff("admin")
    out = await town.call("GET", "/desk/catalogue/export?as=xlsx", token=token)
    assert out.headers["Content-Disposition"] == 'attachment; filename="items.xlsx"'
    items = read_items(out.body).items
    assert {item.id for item in items} == {offer.id for offer in town.home.catalogue.offers() if offer.item}
    body, headers = multipart(out.body, "import")
    report = (await town.call("POST", "/desk/catalogue/import", body, token, headers)).body
    assert (report["items"], len(report["same"]), report["troubles"]) == (len(items), len(items), [])


@pytest.mark.gen_test(timeout=30)
async def test_json_goes_out_and_in_by_department(town):
    token = await town.staff("admin")
    out = await town.call(
        "GET",
        "/desk/catalogue/export?as=json&department=民政".replace("民政", "%E6%B0%91%E6%94%BF"),
        token=token,
    )
    items = msgspec.convert(out.body, ItemFile).items
    assert {item.department for item in items} == {"民政"}


@pytest.mark.gen_test(timeout=30)
async def test_a_file_is_looked_through_and_taken_in_without_scripts(town):
    writer = await entered(town, "admin")
    item = msgspec.structs.replace(
        town.home.catalogue.offer("elder-card").item, name="敬老卡", summary="换个名字。"
    )
    new = msgspec.structs.replace(item, id="elder-card-two", basic_code="", code="")
    page = await writer.open("/desk/catalogue/import")
    data = {"file": ("items.xlsx", write_items([item, new]))}
    checked = await writer.send(page, "/import", press="do=check", files=data)
    assert "可以导入" in checked.words
    taken = await writer.send(checked, "/import", press="do=import", files=data)
    assert "已导入为草稿" in taken.words
    assert "草稿：编写中" in (await writer.open("/desk/items/elder-card-two")).words


@pytest.mark.gen_test(timeout=30)
async def test_what_is_wrong_in_a_file_is_told_and_nothing_is_taken(town):
    token = await town.staff(EDITOR)
    nonsense, headers = multipart(b"hello", "import")
    refused = await town.call("POST", "/desk/catalogue/import", nonsense, token, headers)
    assert (refused.status, refused.body["error"]["field"]) == (422, "file")
    wrong = msgspec.json.encode({"format": FORMAT, "items": [{"id": "x"}]})
    body, headers = multipart(wrong, "import")
    told = await town.call("POST", "/desk/catalogue/import", body, token, headers | {"Accept": "text/html"})
    assert (told.status, "第1" in told.body.decode() or "JSON" in told.body.decode()) == (422, True)
    empty = await town.call("POST", "/desk/catalogue/import", {}, token)
    assert empty.status in (400, 422)


@pytest.mark.gen_test(timeout=30)
async def test_figures_are_shown_summed_and_taken_along(town):
    reviewer = await entered(town, APPROVER)
    page = await reviewer.open("/desk/catalogue/figures")
    assert "最多跑一次的事项" in page.words
    model = (await town.get("/desk/catalogue/figures?theme=relief", await town.staff("admin"))).body
    assert model["sum"]["items"] == len(model["items"]) > 0
    assert model["sum"]["now"].get("steps", 0) == sum(each["now"].get("steps", 0) for each in model["items"])
    sheet = await town.call("GET", "/desk/catalogue/figures?as=xlsx", token=await town.staff("admin"))
    assert sheet.body[:2] == b"PK"
