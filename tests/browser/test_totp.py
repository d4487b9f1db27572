"""A second factor, set up with a phone: its camera reads the picture, and from then on the password is not enough."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pyotp
import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.county import County, button

pytestmark = pytest.mark.browser
WHO = "reviewer.qingxi"


def log_in(page: Page, county: County, username: str = WHO) -> None:
    page.goto(f"{county.url}/staff/login")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(county.password(username))
    button(page, "登录").click()


def scanned(picture: Locator) -> pyotp.TOTP:
    """What an authenticator app makes of the picture on the screen."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    totp = pyotp.parse_uri(found[0].text)
    assert isinstance(totp, pyotp.TOTP)
    return totp


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [each["id"] for each in found]


def test_a_reviewer_enrols_by_camera_and_logs_in_with_the_next_code(
    county: County, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(viewport={"width": 1280, "height": 900}).new_page()
    log_in(page, county)
    page.get_by_role("link", name="我的登录").click()
    page.get_by_role("link", name="我的二次验证").click()
    assert faults(page) == []
    button(page, "开始开通").click()
    app = scanned(page.locator("img.code-picture"))
    assert (app.issuer, app.secret) == ("云岭县政务服务", page.locator(".code").inner_text().replace(" ", ""))
    assert faults(page) == []

    page.get_by_label("动态验证码").fill("000000")
    button(page, "确认开通").click()
    expect(page.locator("#problems")).to_be_focused()
    page.get_by_label("动态验证码").fill(app.now())
    button(page, "确认开通").click()
    codes = page.locator(".recovery li").all_inner_texts()
    assert len(set(codes)) == 10
    assert faults(page) == []
    page.emulate_media(media="print")
    assert page.locator("button:visible, a.button:visible").count() == 0
    page.emulate_media(media="screen")
    expect(button(page, "打印恢复码")).to_be_visible()

    button(page, "退出登录").click()
    log_in(page, county)
    expect(page.get_by_role("heading", name="二次验证")).to_be_visible()
    assert faults(page) == []
    assert "pending" not in page.url
    page.get_by_label("动态验证码").fill(app.at(int(time.time()) + 30))
    button(page, "登录").click()
    expect(page.locator("[data-desk]")).to_be_visible()

    button(page, "退出登录").click()
    log_in(page, county)
    page.get_by_label("动态验证码").fill(codes[0].lower())
    button(page, "登录").click()
    expect(page.locator("[data-desk]")).to_be_visible()


def test_an_application_is_approved_on_paper_seen_and_logs_in(
    county: County, opened: Callable[..., BrowserContext]
) -> None:
    page = opened(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{county.url}/staff/apply")
    page.get_by_label("姓名").fill("孙外人")
    page.get_by_label("身份证号码").fill("11010119900307803X")
    page.get_by_label("手机号码").fill("13900000009")
    page.get_by_label("申请的岗位").select_option(label="受理员")
    page.get_by_label("在哪个区划工作").select_option("529901102")
    page.get_by_label("密码", exact=True).fill("Qingxi-town-2026")
    page.get_by_label("再输一次密码").fill("Qingxi-town-2026")
    button(page, "提交申请").click()
    number = page.locator(".state.number").inner_text()

    desk = opened(viewport={"width": 1440, "height": 900}).new_page()
    log_in(desk, county, "admin")
    expect(desk.get_by_role("link", name="账号")).to_contain_text("1")
    assert faults(desk) == []
    desk.get_by_role("link", name=number).click()
    assert faults(desk) == []
    button(desk, "批准开通").click()
    staff_no = desk.get_by_role("row", name="工号").get_by_role("cell").inner_text()

    page.get_by_role("link", name="去登录页面").click()
    page.get_by_label("用户名").fill(staff_no)
    page.get_by_label("密码").fill("Qingxi-town-2026")
    button(page, "登录").click()
    expect(page.locator("[data-desk]")).to_be_visible()
