"""Every page, in every state: nothing for axe to find, nothing to scroll sideways for, nothing too small."""

from __future__ import annotations

import asyncio
import gzip
import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tornado.httpserver import HTTPServer
from tornado.template import Loader
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler, StaticFileHandler

from models.forms.conditions import holds
from models.forms.form import Field, When
from tests.browser.design_pages import PAGES
from tests.browser.design_samples import DESKS, DOOR, FORM, ROOT, draw

pytestmark = pytest.mark.browser
LOADER = Loader(str(ROOT / "handlers" / "templates"))
NAMES = [f"{name}-{state}" for name, state, _ in PAGES]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'"
)

A = {"field": "a"}
CONDITIONS = [
    (A | {"value": True}, "yes_no", "yes"),
    (A | {"value": False}, "yes_no", True),
    (A | {"op": "ne", "value": "1"}, "single", None),
    (A | {"op": "ne", "value": "1"}, "single", "1"),
    (A | {"op": "in", "value": ["1", "2"]}, "single", "2"),
    (A | {"op": "has", "value": "3"}, "multiple", ["1", "3"]),
    (A | {"op": "has", "value": "3"}, "multiple", []),
    (A | {"value": ["3", "1"]}, "multiple", ["1", "3"]),
    (A | {"op": "gt", "value": 9}, "integer", "１０"),
    (A | {"op": "ge", "value": 1200}, "money", "1,200.00"),
    (A | {"op": "lt", "value": 3}, "decimal", "三"),
    (A | {"op": "le", "value": "today-80y"}, "date", "1946-11-22"),
    (A | {"op": "le", "value": "today-80y"}, "date", "19461123"),
    (A | {"op": "gt", "other": "b"}, "date", "2026年1月2日"),
    (A | {"op": "ge", "value": "today"}, "month", "202611"),
    (A | {"op": "gt", "value": "9"}, "single", "10"),
    (A | {"op": "filled"}, "file", []),
    (A | {"op": "empty"}, "signature", {"name": " "}),
    (A | {"op": "eq", "other": "c"}, "text", "x"),
    ({"all": [A | {"op": "filled"}, {"not": A | {"value": "1"}}]}, "single", "2"),
    ({"any": [A | {"value": "1"}, A | {"value": "2"}]}, "single", "3"),
    ({"any": []}, "single", "3"),
]

# What a finger aims at; a radio or a checkbox is aimed at by its label.
SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter(each => !each.matches('.skip, .enter, [type=hidden]') && each.checkVisibility())
  .map(each => each.matches('[type=radio], [type=checkbox]') ? each.closest('label') : each)
  .map(each => [each.outerHTML.slice(0, 90), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < 24).map(([html, box]) => `${html} ${box.height}`)"""


class Draw(RequestHandler):
    """Serves a page by its place in PAGES, under the server's policy (but for the door's inlined style)."""

    def get(self, at: str) -> None:
        name, _, model = PAGES[int(at)]
        if name != "door":
            self.set_header("Content-Security-Policy", POLICY)
        self.finish(draw(LOADER, name, model, elder=bool(self.get_query_argument("elder", ""))))


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Where the pages are served for this module."""
    socket, port = bind_unused_port()
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def serve() -> None:
        app = Application(
            [(r"/(\d+)", Draw), (r"/static/(.*)", StaticFileHandler, {"path": ROOT / "static"})]
        )
        server = HTTPServer(app)
        server.add_sockets([socket])
        loop.call_soon(started.set)
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait(10)
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    socket.close()
    loop.close()


@pytest.fixture
def opened(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Opens a page of PAGES at a width, scripts on or off; a complaint of the browser's fails the test."""
    contexts, complaints = [], []

    def open_page(at: int, width: int = 360, *, elder: bool = False, scripts: bool = True) -> Page:
        contexts.append(
            browser.new_context(viewport={"width": width, "height": 740}, java_script_enabled=scripts)
        )
        page = contexts[-1].new_page()
        # A draft that the server refuses is part of some tests; a missing file never is.
        page.on(
            "console",
            lambda said: (
                said.type == "error"
                and "/drafts/" not in said.location["url"]
                and complaints.append(said.text)
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/{at}{'?elder=1' if elder else ''}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def place(name: str, state: str) -> int:
    return NAMES.index(f"{name}-{state}")


@pytest.fixture(scope="module")
def walk(browser: Browser, site: str) -> Callable[..., Page]:
    """Brings one and the same tab to a page of PAGES: cheaper than a fresh one for each visit."""
    page = browser.new_page()

    def go(at: int, width: int, *, elder: bool = False) -> Page:
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(f"{site}/{at}{'?elder=1' if elder else ''}")
        return page

    return go


@pytest.mark.parametrize("at", range(len(PAGES)), ids=NAMES)
def test_axe_finds_nothing_and_fingers_find_everything(walk: Callable[..., Page], at: int) -> None:
    page = walk(at, 1440 if PAGES[at][0] in DESKS else 360)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate(SMALL_TARGETS, 44) == []


@pytest.mark.parametrize("at", range(len(PAGES)), ids=NAMES)
def test_large_type_on_a_small_phone_scrolls_only_down_and_suits_fingers(
    walk: Callable[..., Page], at: int
) -> None:
    page = walk(at, 320, elder=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SMALL_TARGETS, 60) == []


@pytest.mark.parametrize(("name", "state", "model"), PAGES, ids=NAMES)
def test_no_page_carries_inline_scripts_or_styles(name: str, state: str, model: Any) -> None:
    html = draw(LOADER, name, model).decode()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", html)
    assert ("<style>" in html) == (name == "door")


def test_the_door_is_one_request_of_at_most_14_kb() -> None:
    page = draw(LOADER, "door", DOOR)
    assert len(gzip.compress(page, 6)) <= 14 * 1024
    assert b"src=" not in page
    assert b'rel="stylesheet"' not in page


def test_a_form_page_travels_in_25_kb() -> None:
    assert len(gzip.compress(draw(LOADER, "form", FORM), 6)) <= 25 * 1024


def test_what_was_typed_is_escaped() -> None:
    page = draw(LOADER, "door", type(DOOR)(**(vars(DOOR) | {"query": '"><script>x</script>'}))).decode()
    assert "<script>" not in page


def test_the_title_of_a_page_with_errors_begins_with_them(opened: Any) -> None:
    assert opened(place("form", "wrong")).title().startswith("错误：")


def test_the_error_summary_leads_to_the_field(opened: Any) -> None:
    page = opened(place("form", "wrong"), scripts=False)
    page.get_by_role("link", name="每月金额").click()
    page.keyboard.type("5")
    assert page.locator("[name='income.0.amount']").evaluate("each => each === document.activeElement")


def test_without_scripts_a_question_that_may_not_apply_can_still_be_seen(opened: Any) -> None:
    assert opened(place("form", "wrong"), scripts=False).locator("[name=helper]").is_visible()


def test_with_scripts_it_appears_only_when_it_applies(opened: Any) -> None:
    page = opened(place("form", "wrong"))
    page.get_by_label("否", exact=True).check()
    assert page.locator("[name=helper]").is_hidden()
    page.get_by_label("是", exact=True).check()
    assert page.locator("[name=helper]").is_visible()


def test_leaving_an_id_number_with_a_wrong_digit_says_so_beside_it(opened: Any) -> None:
    page = opened(place("form", "wrong"))
    page.locator("[name=id]").fill("530399194003081235")
    page.locator("[name=id]").blur()
    assert "可能输错了某一位" in page.locator("#f-id-problem").inner_text()
    assert "f-id-problem" in (page.locator("[name=id]").get_attribute("aria-describedby") or "")


def test_a_date_of_eight_digits_is_written_out_on_leaving(opened: Any) -> None:
    page = opened(place("form", "wrong"))
    page.locator("[name=born]").fill("19400308")
    page.locator("[name=born]").blur()
    assert page.locator("[name=born]").input_value() == "1940-03-08"


def test_a_row_is_added_and_taken_away_without_leaving_the_page(opened: Any) -> None:
    page = opened(place("form", "wrong"))
    page.get_by_role("button", name="再加一行").click()
    assert page.locator("[name='income.1.amount']").input_value() == ""
    page.get_by_role("button", name="删除这一行").first.click()
    assert page.locator("[data-row]").count() == 1


def test_the_draft_is_saved_a_moment_after_typing(opened: Any) -> None:
    page = opened(place("form", "wrong"))
    page.route("**/drafts/1", lambda route: route.fulfill(status=204))
    with page.expect_request("**/drafts/1") as sent:
        page.locator("[name=why]").fill("屋顶漏雨")
    assert sent.value.post_data_json["answers"]["why"] == "屋顶漏雨"
    assert sent.value.post_data_json["answers"]["needs"] == ["1", "3"]


def test_what_could_not_be_saved_is_back_after_a_reload(opened: Any) -> None:
    page = opened(place("form", "wrong"))
    page.route("**/drafts/1", lambda route: route.fulfill(status=503))
    page.locator("[name=why]").fill("屋顶漏雨")
    page.get_by_text("暂时连不上").wait_for()
    page.reload()
    assert page.locator("[name=why]").input_value() == "屋顶漏雨"


def test_what_is_known_can_be_changed_where_it_stands(opened: Any) -> None:
    page = opened(place("form", "plain"), scripts=False)
    page.get_by_text("已为您填好").click()
    page.get_by_text("1940-03-08").click()
    assert page.locator("[name=born_on]").input_value() == "1940-03-08"


def test_a_masked_answer_is_neither_in_the_page_nor_posted(opened: Any) -> None:
    page = opened(place("form", "plain"))
    assert page.locator("[name=bank]").count() == 0


@pytest.mark.parametrize(("told", "kind", "answer"), CONDITIONS)
def test_pages_and_server_agree_on_what_is_shown(opened: Any, told: Any, kind: Any, answer: Any) -> None:
    field = Field("a", "甲", kind)
    answers = {"a": answer, "b": "2026-01-01"}
    ours = holds(msgspec.convert(told, When), answers, {"a": field}, date(2026, 11, 22))
    facts = {"values": answers, "kinds": {"a": kind}, "today": "2026-11-22"}
    script = "async ([when, facts]) => (await import('/static/js/when.js')).holds(when, facts)"
    assert opened(place("error", "plain")).evaluate(script, [told, facts]) == ours


def test_j_and_k_walk_the_list_and_slash_finds_the_search(opened: Any) -> None:
    page = opened(place("desk_list", "some"), 1440)
    for key, href in (("j", "/desk/2"), ("k", "/desk/1"), ("k", "/desk/0"), ("k", "/desk/0")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.getAttribute('href')") == href
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "number"


def test_every_page_is_looked_at():
    drawn = {name for name, _, _ in PAGES}
    pages = {path.stem for path in (ROOT / "handlers" / "templates").glob("*.html")}
    assert pages - drawn == {"base", "base_desk"}
