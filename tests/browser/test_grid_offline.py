"""The grid worker's app up the valley: the network is really cut, tabs die, the disk fills, and nothing is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.county import HOST, County, button
from tests.browser.grid_phone import (
    SCREEN,
    SECRET,
    GridPhone,
    count,
    note_visit,
    open_door,
    tab,
    unlock,
)
from tests.browser.grid_server import home_of, theirs, value_of

pytestmark = pytest.mark.browser


@pytest.fixture
def grid(opened: Callable[..., BrowserContext], county: County) -> Callable[..., GridPhone]:
    """A grid worker's phone, synced once."""

    def take() -> GridPhone:
        here = {"X-Real-Ip": county.office()}
        context = opened(viewport=SCREEN, device_scale_factor=2, has_touch=True, extra_http_headers=here)
        return GridPhone(context, county).begin()

    return take


def sync_now(page: Page) -> None:
    tab(page, "同步").click()
    button(page, "现在同步").click()


def test_without_a_signal_everything_opens_and_a_scan_takes_less_than_a_second(
    county: County, grid: Callable[..., GridPhone]
) -> None:
    phone = grid()
    phone.away()
    phone.page.reload()
    unlock(phone.page)
    expect(phone.page.locator("#bars")).to_contain_text("没有信号")
    tab(phone.page, "扫码").click()
    phone.page.get_by_label("输入门牌编号").fill(county.chen["code"])
    began = time.monotonic()
    button(phone.page, "找这户").click()
    expect(phone.page.locator("#title")).to_have_text(county.chen["address"])
    taken = time.monotonic() - began
    print(f"scan to household page off line: {taken * 1000:.0f} ms")
    assert taken < 1
    expect(phone.page.locator("main")).to_contain_text("陈桂兰")


def test_what_was_done_up_the_valley_arrives_once_though_the_tab_was_killed(
    county: County, grid: Callable[..., GridPhone]
) -> None:
    phone = grid()
    sent: list[str] = []
    phone.context.on("requestfinished", lambda request: sent.extend(_ids(request)))
    phone.away()
    note_visit(phone.page, county.chen["code"], "屋顶漏雨，已请人来看")
    phone.context.new_cdp_session(phone.page).send("Page.navigate", {"url": "about:blank"})
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.page.goto(f"{county.url}/grid/app")
    unlock(phone.page)
    tab(phone.page, "同步").click()
    expect(count(phone.page, "待发送")).to_have_text("1")
    expect(count(phone.page, "已送达")).to_have_text("0")
    phone.back()
    expect(count(phone.page, "已送达")).to_have_text("1", timeout=20_000)
    expect(count(phone.page, "待发送")).to_have_text("0")
    assert len(set(sent)) == 1
    home = home_of(county, county.chen["code"])
    assert home["l"]["on"] == phone.page.evaluate(
        "new Intl.DateTimeFormat('sv-SE', {timeZone: 'Asia/Shanghai'}).format()"
    )


def test_two_tabs_send_nothing_twice(county: County, grid: Callable[..., GridPhone]) -> None:
    phone = grid()
    sent: list[str] = []
    phone.context.on("requestfinished", lambda request: sent.extend(_ids(request)))
    other = phone.tab()
    phone.away()
    for at in range(3):
        note_visit(phone.page, county.chen["code"], f"甲{at}")
        note_visit(other, county.chen["code"], f"乙{at}")
    tab(other, "同步").click()
    expect(count(other, "待发送")).to_have_text("6")
    phone.back()
    for page in (phone.page, other):
        sync_now(page)
        expect(count(page, "已送达")).to_have_text("6", timeout=20_000)
    assert len(sent) == len(set(sent)) == 6


def test_a_full_phone_says_so_and_keeps_what_was_typed(
    county: County, opened: Callable[..., BrowserContext]
) -> None:
    context = opened(viewport=SCREEN, extra_http_headers={"X-Real-Ip": county.office()})
    phone, quota = GridPhone(context, county), Quota(context, county)
    quota.set(2_000_000)
    page = phone.begin().page
    page.evaluate(FILL)
    page.reload()
    unlock(page)  # a full phone still opens
    open_door(page, county.chen["code"])
    button(page, "记录走访").click()
    page.get_by_label("情况（选填）").fill("灶房的烟囱裂了")
    button(page, "保存走访").click()
    expect(page.locator("#bars")).to_contain_text("手机存储空间不够，这一条没有保存")
    expect(page.get_by_label("情况（选填）")).to_have_value("灶房的烟囱裂了")
    page.evaluate(EMPTY)
    button(page, "保存走访").click()
    expect(page.locator("#state")).to_contain_text("已保存")
    tab(page, "同步").click()
    expect(count(page, "已送达")).to_have_text("1", timeout=20_000)


FILL = """async () => {
  const asked = indexedDB.open('grid');
  const db = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const put = (size) => new Promise((done) => {
    const tx = db.transaction('meta', 'readwrite');
    tx.objectStore('meta').put(crypto.getRandomValues(new Uint8Array(size)), `filler ${Math.random()}`);
    tx.oncomplete = () => done(true);
    tx.onabort = () => done(false);
  });
  for (const size of [50000, 5000, 200]) while (await put(size));
  db.close();
}"""
EMPTY = """() => new Promise((done) => {
  const asked = indexedDB.open('grid');
  asked.onsuccess = () => {
    const tx = asked.result.transaction('meta', 'readwrite');
    tx.objectStore('meta').delete(IDBKeyRange.bound('filler', 'filler~'));
    tx.oncomplete = () => { asked.result.close(); done(); };
  };
})"""


class Quota:
    """How much the phone lets the app store. Chromium looks when the database is opened, so it is set before that."""

    def __init__(self, context: BrowserContext, county: County) -> None:
        self._origin = county.url
        page = context.new_page()
        page.goto(f"{county.url}/progress")
        self._cdp = context.new_cdp_session(page)

    def set(self, size: int) -> None:
        self._cdp.send("Storage.overrideQuotaForOrigin", {"origin": self._origin, "quotaSize": size})


def test_nothing_personal_stands_in_the_database_of_the_phone(
    county: County, grid: Callable[..., GridPhone]
) -> None:
    phone = grid()
    phone.away()
    note_visit(phone.page, county.chen["code"], "一句只有这里才有的话")
    home = home_of(county, county.chen["code"])
    raw = phone.raw()
    assert {name: len(rows) > 0 for name, rows in raw.items() if name in ("homes", "queue", "facts")} == {
        "homes": True, "queue": True, "facts": True,
    }  # fmt: skip
    lies = json.dumps(raw, ensure_ascii=False)
    secret = ["一句只有这里才有的话", "陈桂兰", "丘林村", county.chen["code"], home["h"], home["m"][0]["p"], SECRET,
              county.chen["resident"]["id_number"], county.password(phone.username)]  # fmt: skip
    for word in secret:
        for form in (word, word.encode().decode("latin-1")):
            assert form not in lies, word


def test_a_lost_answer_is_asked_for_again_and_nothing_happens_twice(
    county: County, grid: Callable[..., GridPhone]
) -> None:
    phone = grid()
    before = home_of(county, county.chen["code"])
    lost = []
    phone.context.route("**/grid/ops", lambda route: _lose(county, route, lost))
    note_visit(phone.page, county.chen["code"], "回信丢在路上")
    tab(phone.page, "同步").click()
    expect(count(phone.page, "待发送")).to_have_text("1")
    phone.context.unroute("**/grid/ops")
    sync_now(phone.page)
    expect(count(phone.page, "已送达")).to_have_text("1", timeout=20_000)
    assert lost[0]["ops"][0]["is"] == "created"
    assert home_of(county, county.chen["code"])["h"] == before["h"]


def test_the_same_element_changed_by_two_is_decided_on_the_phone(
    county: County, grid: Callable[..., GridPhone]
) -> None:
    phone = grid()
    page = phone.page
    phone.away()
    change(page, county.chen["code"], "层数", "8")
    theirs(county, county.chen["code"], "house.storeys", 9)
    phone.back()
    tab(page, "同步").click()
    expect(count(page, "需您处理")).to_have_text("1", timeout=20_000)
    button(page, "处理").click()
    card = page.get_by_role("group", name="层数")
    for words in ("我填的", "别人改的", "原来的"):
        expect(card).to_contain_text(words)
    button(page, "就这样保存").click()
    expect(page.locator(".summary")).to_contain_text("请选择“层数”以哪个为准")
    card.get_by_role("radio", name="我填的").check()
    button(page, "就这样保存").click()
    expect(count(page, "需您处理")).to_have_text("0")
    expect(count(page, "待发送")).to_have_text("0", timeout=20_000)
    assert value_of(county, county.chen["code"], "house.storeys") == 8


def test_what_is_being_typed_survives_the_lock(county: County, grid: Callable[..., GridPhone]) -> None:
    phone = grid()
    page = phone.page
    page.clock.install()
    page.reload()
    unlock(page)
    open_door(page, county.chen["code"])
    button(page, "记录走访").click()
    page.get_by_label("情况（选填）").fill("写到一半，")
    page.clock.run_for("00:02")
    page.clock.fast_forward("06:00")
    expect(page.locator("#title")).to_have_text("已锁定")
    expect(page.locator("body")).not_to_contain_text("陈桂兰")
    unlock(page)
    open_door(page, county.chen["code"])
    button(page, "记录走访").click()
    expect(page.get_by_label("情况（选填）")).to_have_value("写到一半，")


def test_a_wrong_unlock_waits_longer_and_a_forgotten_one_is_told_twice_what_it_costs(
    county: County, grid: Callable[..., GridPhone]
) -> None:
    phone = grid()
    page = phone.page
    phone.away()
    note_visit(page, county.chen["code"], "还没有发出去")
    tab(page, "同步").click()
    button(page, "现在锁定").click()
    for _ in range(3):
        page.get_by_label("解锁口令").fill("不是这个口令")
        button(page, "解锁").click()
        expect(page.get_by_label("解锁口令")).to_have_value("")
    expect(page.get_by_role("alert")).to_contain_text("已经错了3次，请等")
    expect(button(page, "解锁")).to_be_disabled()
    button(page, "忘记了解锁口令").click()
    expect(page.locator("main")).to_contain_text("还有 1 条没有发送")
    button(page, "清除这部手机里的资料").click()
    expect(page.locator(".summary")).to_contain_text("请先勾选")
    page.get_by_role("checkbox").check()
    button(page, "清除这部手机里的资料").click()
    expect(page.locator(".summary")).to_contain_text("请在框里填写“清除”两个字")
    assert len(phone.raw()["queue"]) == 1


def change(page: Page, code: str, label: str, value: str) -> None:
    """One element of the house, in its module."""
    open_door(page, code)
    page.get_by_role("button", name="生产生活资源").click()
    page.locator("summary").filter(has_text="其余").click()
    page.get_by_label(label, exact=True).fill(value)
    button(page, "保存").click()
    expect(page.locator("#state")).to_contain_text("已保存")


def _ids(request: Any) -> list[str]:
    if not request.url.endswith("/grid/ops") or request.method != "POST":
        return []
    return [each["id"] for each in json.loads(request.post_data)["ops"]]


def _lose(county: County, route: Any, lost: list[Any]) -> None:
    """The server does it, and its answer never arrives."""
    headers = {**route.request.headers, "host": HOST}
    lost.append(route.fetch(url=f"http://127.0.0.1:{county.port}/grid/ops", headers=headers).json())
    route.abort("connectionreset")
