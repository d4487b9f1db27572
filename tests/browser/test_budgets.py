"""What a page may cost on a village's network, and that everybody can use it, on the pages as the server sends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page

from tests.browser.county import County, Desk, button, follow, log_in

pytestmark = pytest.mark.browser

# The slow 3G that WebPageTest measures with: 400 kbit/s each way, 400 ms there and back.
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
STAFF = ("/desk", "/desk?view=lately", "/desk/sheets", "/sessions", "/staff/enrol", "/staff/password")
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
SHIFTED = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const each of list.getEntries()) sum += each.value; })
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(sum), 300);
})"""


class Meter:
    """Counts what travels while a page is opened."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("Network.enable")
        self.cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.sent: dict[str, str] = {}
        self.bytes = 0
        self.cdp.on("Network.requestWillBeSent", self._send)
        self.cdp.on("Network.loadingFinished", self._finish)

    def _send(self, told: dict[str, Any]) -> None:
        if told["request"]["url"].startswith("http"):
            self.sent[told["requestId"]] = told["request"]["url"]

    def _finish(self, told: dict[str, Any]) -> None:
        self.bytes += told["encodedDataLength"] if told["requestId"] in self.sent else 0

    def slow_down(self) -> None:
        self.cdp.send("Network.emulateNetworkConditions", SLOW_3G)
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})


def test_a_door_is_one_request_of_at_most_14_kb(county: County, phone: Callable[..., Page]) -> None:
    page = phone()
    meter = Meter(page)
    page.goto(f"{county.url}/q/{county.chen['code']}", wait_until="networkidle")
    assert list(meter.sent.values()) == [f"{county.url}/q/{county.chen['code']}"]
    assert meter.bytes <= 14 * 1024


def test_a_form_with_its_styles_and_scripts_is_at_most_25_kb(
    county: County, phone: Callable[..., Page]
) -> None:
    page = phone()
    meter = Meter(page)
    page.goto(county.form(county.chen, "water-repair"), wait_until="networkidle")
    assert meter.bytes <= 25 * 1024


@pytest.mark.parametrize("where", ["q/{code}", "apply/{code}/water-repair/1"], ids=["door", "form"])
def test_the_first_paint_on_slow_3g_and_a_slow_processor_takes_two_seconds_at_most(
    county: County, phone: Callable[..., Page], where: str
) -> None:
    page = phone()
    Meter(page).slow_down()
    page.goto(f"{county.url}/{where.format(code=county.chen['code'])}", wait_until="networkidle")
    assert page.evaluate(FIRST_PAINT) <= 2000
    assert page.evaluate(SHIFTED) == 0


@pytest.fixture
def resident(county: County, phone: Callable[..., Page]) -> tuple[Page, dict[str, str]]:
    """A resident who has logged in and filed, and the addresses of what she may open."""
    page, door = phone(), county.door()
    page.goto(f"{county.url}/login?next=/my")
    log_in(page, door)
    page.wait_for_url("**/my")
    page.goto(county.form(door, "water-repair"))
    page.get_by_label("什么问题").select_option(label="没有水")
    page.get_by_label("联系电话").fill("13800007777")
    follow(button(page, "下一步"))
    follow(button(page, "提交申请"))
    receipt, base = page.url.partition("?")[0], f"{county.url}/apply/{door['code']}"
    return (
        page,
        {
            "door": f"{county.url}/q/{door['code']}",
            "item": f"{base}/elder-allowance",
            "form": f"{base}/elder-allowance/1",
            "bundle": f"{base}/newborn/1",
            "check": f"{base}/elder-allowance/check",
            "receipt": receipt,
            "withdraw": f"{receipt}/withdraw",
            "my": f"{county.url}/my",
            "index": f"{county.url}/",
            "progress": f"{county.url}/progress",
            "lost": f"{county.url}/nowhere",
        },
    )


def faults(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds, and whether anything makes the page scroll sideways."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] + [("wide", [])] * wide


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_axe_finds_nothing_on_the_pages_of_residents_and_nothing_is_too_wide_for_320(
    county: County, resident: tuple[Page, dict[str, str]], elder: bool
) -> None:
    page, addresses = resident
    page.set_viewport_size({"width": 320, "height": 640})
    page.context.add_cookies([{"name": "elder", "value": "1" if elder else "0", "url": county.url}])
    found = {}
    for name, address in addresses.items():
        page.goto(address)
        found[name] = faults(page)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_axe_finds_nothing_on_the_way_to_log_in(
    county: County, phone: Callable[..., Page], elder: bool
) -> None:
    page, door = phone(), county.door()
    page.set_viewport_size({"width": 320, "height": 640})
    page.context.add_cookies([{"name": "elder", "value": "1" if elder else "0", "url": county.url}])
    page.goto(county.form(door, "elder-allowance"))
    assert faults(page) == []
    page.get_by_label("姓名").fill(door["resident"]["name"])
    page.get_by_label("身份证号码").fill(door["resident"]["id_number"])
    follow(button(page, "下一步"))
    assert faults(page) == []
    follow(button(page, "用口令确认"))
    assert faults(page) == []


@pytest.mark.parametrize("elder", [False, True], ids=["normal", "elder"])
def test_axe_finds_nothing_at_the_desk(county: County, desk: Callable[[str], Desk], elder: bool) -> None:
    clerk = desk("clerk.daguan")
    clerk.page.context.add_cookies([{"name": "elder", "value": "1" if elder else "0", "url": county.url}])
    found = {}
    for where in STAFF:
        clerk.page.goto(county.url + where)
        found[where] = faults(clerk.page)
    clerk.open(county.report_leak(county.chen))
    found["case"] = faults(clerk.page)
    clerk.page.goto(f"{clerk.page.url}?print=1")
    found["print"] = faults(clerk.page)
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("item", ["elder-allowance", "newborn", "business-registration"])
def test_a_matter_can_be_begun_without_scrolling(
    county: County, phone: Callable[..., Page], item: str
) -> None:
    page = phone()
    page.goto(f"{county.url}/apply/{county.chen['code']}/{item}")
    box = page.get_by_role("link", name="开始办理").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 740
