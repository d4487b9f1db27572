"""A grid worker's phone: his app from the log-in to the unlocked list, and what lies on it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.county import County, button

WORKER = "grid.qiulin1"
SECRET = "丘林村口老槐树"
SCREEN = {"width": 360, "height": 740}

RAW = """() => new Promise((done, refuse) => {
  const asked = indexedDB.open('grid');
  asked.onerror = () => refuse(asked.error);
  asked.onsuccess = async () => {
    const db = asked.result, found = {};
    const all = (store, verb) => new Promise((told) => { const r = store[verb](); r.onsuccess = () => told(r.result); });
    const latin = (value) => Array.from(value, (b) => String.fromCharCode(b)).join('');
    const bytes = (value) => value instanceof Uint8Array ? latin(value)
      : !value || typeof value !== 'object' ? value
      : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, bytes(v)]));
    for (const name of db.objectStoreNames) {
      const store = db.transaction(name).objectStore(name);
      const [keys, values] = await Promise.all([all(store, 'getAllKeys'), all(store, 'getAll')]);
      found[name] = keys.map((key, at) => [String(key), bytes(values[at])]);
    }
    db.close();
    done(found);
  };
})"""
"""Everything in the app's database, as it lies there; bytes as Latin letters."""


class GridPhone:
    """The phone, its app in one tab or in several."""

    def __init__(self, context: BrowserContext, county: County, username: str = WORKER) -> None:
        self.context = context
        self.county = county
        self.username = username
        self.page = context.new_page()

    def begin(self) -> GridPhone:
        """Log in, choose an unlock, and wait for the first sync."""
        page = self.page
        page.goto(f"{self.county.url}/grid/app")
        page.get_by_role("link", name="登录工作人员账号").click()
        page.get_by_label("用户名").fill(self.username)
        page.get_by_label("密码").fill(self.county.password(self.username))
        button(page, "登录").click()
        page.get_by_label("解锁口令").fill(SECRET)
        page.get_by_label("再填一遍").fill(SECRET)
        button(page, "设置好了").click()
        expect(page.locator(".door").first).to_be_visible(timeout=30_000)
        self.carry()
        return self

    def carry(self) -> None:
        """Until the app's files are on the phone, and the page runs from them."""
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def tab(self) -> Page:
        """The app in a new tab, unlocked."""
        page = self.context.new_page()
        page.goto(f"{self.county.url}/grid/app")
        unlock(page)
        return page

    def away(self) -> None:
        """Up the valley."""
        self.context.set_offline(True)

    def back(self) -> None:
        """Where there is a signal."""
        self.context.set_offline(False)

    def raw(self) -> dict[str, Any]:
        return self.page.evaluate(RAW)


def unlock(page: Page, secret: str = SECRET) -> None:
    page.get_by_label("解锁口令").fill(secret)
    button(page, "解锁").click()
    expect(page.locator("#tabs")).to_be_visible()


def tab(page: Page, name: str) -> Locator:
    """One of the four at the bottom."""
    return page.locator("#tabs").get_by_role("button", name=name)


def open_door(page: Page, code: str) -> None:
    """A plate, typed."""
    tab(page, "扫码").click()
    page.get_by_label("输入门牌编号").fill(code)
    button(page, "找这户").click()
    expect(button(page, "记录走访")).to_be_visible()


def note_visit(page: Page, code: str, text: str) -> None:
    """A visit to the door behind ``code``; when this returns, the app has said that it is saved."""
    open_door(page, code)
    button(page, "记录走访").click()
    page.get_by_label("情况（选填）").fill(text)
    button(page, "保存走访").click()
    expect(page.locator("#state")).to_contain_text("已保存")


def count(page: Page, label: str) -> Locator:
    """A figure of the sync page."""
    return page.locator(".counts > div").filter(has=page.get_by_text(label, exact=True)).locator("b")
