"""A hand that fills in any form: page after page, what is asked and not answered yet, in the way that a thumb would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.county import button, follow
from tests.browser.test_without_scripts import photo

CHOSEN = frozenset({"yes_no", "single", "multiple"})
MOST_PAGES = 30
MOST_QUESTIONS = 60

QUESTIONS = """form => {
  const boxes = field => [...field.querySelectorAll('input[type=radio], input[type=checkbox]')];
  const typed = field => [...field.querySelectorAll('input[type=text], input[type=tel], textarea, select')];
  const filled = field => {
    if (['table', 'computed'].includes(field.dataset.type)) return true;
    if (field.dataset.type === 'notice' && !boxes(field).length) return true;
    if (field.dataset.type === 'file') return field.querySelectorAll('.files li').length > 0;
    return boxes(field).some(box => box.checked) || typed(field).some(each => each.value.trim());
  };
  const spared = field => {
    const words = field.querySelector(':scope > :is(label, legend) .optional:not(.if-applies)');
    return words !== null && !words.hidden;
  };
  return [...form.querySelectorAll('[data-field]')].filter(field => field.checkVisibility()).map(field => ({
    name: field.dataset.field, type: field.dataset.type, open: !filled(field) && !spared(field),
  }));
}"""
"""What a page shows: each question, and whether it still waits for an answer."""

TYPED = {
    "phone": "13800001111", "bank_account": "6228480000000000019", "integer": "3", "decimal": "3", "money": "3",
    "address": "大关镇老街12号",
}  # fmt: skip


def days(ahead: int) -> str:
    """A day as it is typed."""
    return f"{date.today() + timedelta(days=ahead):%Y%m%d}"


class Filler:
    """``said`` are answers by question, under the key of the item's own form or the merged one; ``id_number`` is that of
    whomever else a form asks about. What nothing says anything of gets the first choice, or something that fits."""

    def __init__(self, page: Page, said: Mapping[str, Any], id_number: str) -> None:
        self.page = page
        self.said = said
        self.id_number = id_number
        self._done: set[str] = set()

    def fill_in(self) -> None:
        """From the page that lies open to the one before the button."""
        for _ in range(MOST_PAGES):
            if self.page.url.partition("?")[0].endswith("/check"):
                return
            self._page()
            here = self.page.url
            follow(button(self.page, "下一步").last)
            assert self.page.url != here, self.page.locator("#problems").inner_text()
        raise AssertionError(f"no end to {self.page.url}")

    def submit(self) -> None:
        """Agree to what is asked, and press the button."""
        for box in self.page.locator("input[type=checkbox][name=consent]").all():
            box.check()
        follow(button(self.page, "提交申请"))

    def _page(self) -> None:
        form = self.page.locator("form[data-form]")
        for _ in range(MOST_QUESTIONS):
            waiting = (each for each in form.evaluate(QUESTIONS) if self._waits(each))
            first = next(waiting, None)  # what it brings up is asked next
            if first is None:
                return
            self._done.add(first["name"])
            self._answer(form.locator(f'[data-field="{first["name"]}"]'), first["name"], first["type"])
        raise AssertionError(f"{self.page.url} asks on and on")

    def _waits(self, asked: Mapping[str, Any]) -> bool:
        """Whether it is still to be answered: what was chosen beforehand too, where something else is to be said."""
        if asked["name"] in self._done:
            return False
        return bool(asked["open"]) or (self._said(asked["name"]) is not None and asked["type"] in CHOSEN)

    def _answer(self, field: Locator, name: str, kind: str) -> None:
        said = self._said(name)
        if kind == "file":
            self._photograph(field)
        elif kind in {"member", "signature"}:
            field.locator("input[type=text]").fill(str(said or "李大山"))
        elif field.locator("input[type=radio], input[type=checkbox]").count():
            self._tick(field, said)
        elif field.locator("select").count():
            how = {"value": said} if said else {"index": 1}
            field.locator("select").select_option(**how)
        else:
            field.locator("input[type=text], input[type=tel], textarea").fill(str(said or self._typed(kind)))

    def _said(self, name: str) -> Any:
        """By the whole name, or by the key within its item or table."""
        return self.said.get(name, self.said.get(name.rpartition("__")[2].rpartition(".")[2]))

    def _typed(self, kind: str) -> str:
        texts = {"id_number": self.id_number, "date": days(-20), "month": days(-20)[:6]}
        return {**TYPED, **texts}.get(kind, "门前那一段路")

    def _tick(self, field: Locator, said: Any) -> None:
        boxes = field.locator("input[type=radio], input[type=checkbox]")
        wanted = said if isinstance(said, list | tuple) else [said] if said is not None else [None]
        for value in wanted:
            token = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
            (boxes.first if token is None else field.locator(f'input[value="{token}"]')).check()

    def _photograph(self, field: Locator) -> None:
        field.locator("input[type=file]").last.set_input_files([photo()])
        expect(field.locator(".files li")).to_have_count(1)
