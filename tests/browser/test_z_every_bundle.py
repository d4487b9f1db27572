"""Every bundle, driven through by its actors: filed on a phone, decided department by department, handed out once.

Last of the walks: what one resident files here would be found prefilled by those after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.items.load import load_bundles
from tests.browser.county import County, log_in
from tests.browser.filler import Filler, days

pytestmark = pytest.mark.browser

SITUATIONS: dict[str, dict[str, Any]] = {
    "newborn": {
        "registered": True,
        "has_cert": False,
        "wanted": ["hukou", "medical", "card"],
        "parent_is": "51",
    },
    "schooling": {"ground": "permit", "has_permit": False, "hard": False},
    "graduate": {"wanted": ["archive", "job", "insurance"]},
    "employment-help": {"registered": False, "recognised": True, "wanted": ["loan"]},
    "marriage": {"registered": False, "wanted": ["hukou", "birth"]},
    "small-shop": {"mode": "shop", "licensed": False, "food": "packed", "hygiene": True, "sign": True},
    "restaurant": {"licensed": False, "shop_area": "260", "has_health": False, "sign": True, "tobacco": True},
    "house-transfer-all": {"registered": False, "wanted": ["water", "power", "gas"]},
    "utilities": {"dig": True, "wanted": ["water", "power", "gas", "net"]},
    "water-power": {"wanted": ["water", "power"]},
    "disability": {"has_card": True, "dibao_family": False, "severe": False, "wanted": ["aid", "device"]},
    "veteran": {"reported": False, "settle": "self", "wanted": ["reserve", "card", "grant"]},
    "retirement": {"pension": "worker", "wanted": ["medical", "fund"]},
    "social-card-service": {"wanted": ["card", "pension", "check"]},
    "farewell": {"has_cert": False, "cancelled": False, "cremated": True, "had": ["worker", "driving"]},
}
"""A situation for each bundle: chains, thresholds, and several departments side by side."""

ANSWERS: dict[str, Any] = {
    "child_birth_date": days(-20), "lived_since": days(-400), "come_on": days(3), "from_on": days(10),
    "leave_on": days(2), "health_until": days(200), "retire_on": days(0)[:6], "start": days(0)[:6],
    "near_school": False, "death_kind": "ill", "year": "2027", "amount": "50000", "price": "300000",
    "medical_ins_kind": "0", "pension_kind": "0", "register": "employed", "looking": True, "kitchen_area": "30",
    "reason": "retire", "collect": "自取", "other_pension": False, "in_closed": False, "disability_grade": "1",
    "labour": "3", "pension_check__way": "photo", "months": "12", "residence_permit__ground": "work",
    "graduate_on": days(-100)[:6],
}  # fmt: skip
"""What has to be other than the first choice, or within bounds."""

PATIENCE = 25  # seconds, for what follows in the background


def test_there_is_a_situation_for_every_bundle() -> None:
    assert set(SITUATIONS) == set(load_bundles())


@pytest.fixture(scope="module")
def resident(browser: Browser, county: County) -> Iterator[tuple[dict[str, Any], Any]]:
    """Somebody of 大关镇, logged in once for all of them: her door, and what her phone remembers."""
    door = next(door for door in iter(county.door, None) if "大关镇" in door["address"] and born(door) < 2004)
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
    page = context.new_page()
    page.goto(county.form(door, "newborn"))
    log_in(page, door)
    expect(page.get_by_role("heading", level=1)).to_have_text("先答几个问题")
    yield door, context.storage_state()
    context.close()


def born(door: dict[str, Any]) -> int:
    return int(door["resident"]["id_number"][6:10])


@pytest.mark.parametrize("bundle", sorted(SITUATIONS))
def test_a_bundle_is_filed_decided_and_handed_out(
    county: County,
    resident: tuple[dict[str, Any], Any],
    opened: Callable[..., BrowserContext],
    bundle: str,
) -> None:
    door, remembered = resident
    screen = {"width": 360, "height": 740}
    page = opened(viewport=screen, has_touch=True, storage_state=remembered).new_page()
    code = file(page, county, door, bundle)
    office = Office(county, code)
    assert len(office.children()) >= 2
    office.work()
    assert office.left() == [], [each["title"] for each in office.left()]

    page.goto(f"{county.url}/q/{code}")
    total = len(office.children())
    expect(page.get_by_text(f"{total} 项里已办好 {total} 项")).to_be_visible()
    if office.hand_out():
        page.reload()
        expect(page.get_by_text("结果已一次发出")).to_be_visible()
    page.get_by_role("link").filter(has_text=office.children()[0]["title"]).tap()
    expect(page.get_by_role("link", name=f"第 1 项，共 {total} 项")).to_be_visible()


def file(page: Page, county: County, door: dict[str, Any], bundle: str) -> str:
    """From the first question to the receipt; its code. What is to be brought is told on the way."""
    page.goto(county.form(door, bundle))
    said = {**ANSWERS, **SITUATIONS[bundle]}
    filler = Filler(page, said, county.li["resident"]["id_number"])
    filler.fill_in()
    expect(page.get_by_role("heading", name="材料", exact=True)).to_be_visible()
    filler.submit()
    expect(page.get_by_text("已提交，请保存回执")).to_be_visible()
    return page.url.partition("?")[0].rpartition("/")[2]


class Office:
    """All the staff of the county at the cases of one filing."""

    def __init__(self, county: County, code: str) -> None:
        self.county = county
        self.code = code

    def children(self) -> list[dict[str, Any]]:
        return self.county.call("GET", f"/q/{self.code}")["children"]

    def left(self) -> list[dict[str, Any]]:
        """Those that are not granted yet."""
        return [child for child in self.children() if child["state"] != "granted"]

    def work(self) -> None:
        """Every step by whom it is for, until all is done; what waits for others is given time to be released."""
        until = time.monotonic() + PATIENCE
        while (left := self.left()) and time.monotonic() < until:
            free = [child for child in left if child["state"] != "held"]
            for child in free:
                self._advance(child)
            if not free:
                time.sleep(0.3)

    def _advance(self, child: dict[str, Any]) -> None:
        """One action on one case."""
        clerk = self.county.staff(self._login("clerk", "town", ""))
        found = self.county.call("GET", f"/desk?number={child['case_no']}", token=clerk)["case"]
        step = next(each for each in found["steps"] if each.get("state") == "active")
        who = self._login(step["role"], step["tier"], step["department"])
        token = self.county.staff(who)
        seen = self.county.call("GET", f"/desk/cases/{found['id']}", token=token)
        usual = next(each for each in seen["actions"] if each in {"settle", "accept", "hand_on", "grant"})
        told = {"rev": seen["case"]["rev"], "step": step["key"], "result": "已办妥", "note": "齐全"}
        self.county.call("POST", f"/desk/cases/{found['id']}/{usual}", told, token)

    def _login(self, role: str, tier: str, department: str) -> str:
        """The account of a role: in the town of 大关 for every department, or at the county for this one."""
        area = {"county": 6, "town": 9, "village": 12}[tier]
        return next(
            str(each["username"])
            for each in self.county.report["staff"]
            if each["role"] == role
            and len(each["area"]) == area
            and (tier != "town" or each["area"] == TOWN)
            and (not each["departments"] or not department or department in each["departments"])
        )

    def hand_out(self) -> bool:
        """The lead hands everything out, where there is anything to hold in the hand."""
        token = self.county.staff(self._login("clerk", "town", ""))
        case_no = self.county.call("GET", f"/q/{self.code}")["case_no"]
        until = time.monotonic() + 5
        while time.monotonic() < until:
            rows = self.county.call("GET", "/desk/handing", token=token)["rows"]
            row = next((each for each in rows if each["case_no"] == case_no), None)
            if row:
                self.county.call("POST", f"/desk/handing/{row['id']}", {"rev": 2, "way": "自取"}, token)
                return True
            if not self.county.call("GET", f"/q/{self.code}").get("lead"):
                return False
            time.sleep(0.3)
        raise AssertionError(f"{case_no} did not come to its desk")


TOWN = "529901101"
